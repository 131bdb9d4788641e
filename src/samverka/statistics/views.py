"""Indicators and their figures."""

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from samverka.foundation.access.actions import Action
from samverka.foundation.access.doors import actor_of, find, requires

from . import queries

PER_PAGE = 50


@requires(Action.READ, sign_in=False)
def list_(request: HttpRequest) -> HttpResponse:
    page = Paginator(queries.visible_to(actor_of(request)), PER_PAGE).get_page(request.GET.get("page"))
    return render(request, "statistics/list.html", {"page": page})


@requires(Action.READ, sign_in=False)
def indicator(request: HttpRequest, key: int) -> HttpResponse:
    actor = actor_of(request)
    found = find(actor, Action.READ, queries.visible_to(actor), pk=key)
    return render(request, "statistics/indicator.html", {"indicator": found})
