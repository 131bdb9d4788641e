"""One's own organisation, and what has happened in it."""

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from samverka.foundation.access.actions import Action
from samverka.foundation.access.doors import actor_of, find, requires

from . import queries

PER_PAGE = 50


@requires(Action.READ, sign_in=True)
def own(request: HttpRequest) -> HttpResponse:
    """The organisations that the person works for: people and roles."""
    actor = actor_of(request)
    return render(request, "organisations/own.html", {"organisations": queries.own_organisations(actor)})


@requires(Action.READ_AUDIT, sign_in=True)
def audit(request: HttpRequest, key: int) -> HttpResponse:
    """What has happened in an organisation, latest first."""
    actor = actor_of(request)
    organisation = find(actor, Action.READ_AUDIT, queries.visible_to(actor), pk=key)
    entries = queries.audit_visible_to(actor).filter(organisation_id=organisation.pk)
    page = Paginator(entries, PER_PAGE).get_page(request.GET.get("page"))
    page.object_list = [queries.explained(entry) for entry in page.object_list]
    return render(request, "organisations/audit.html", {"organisation": organisation, "page": page})
