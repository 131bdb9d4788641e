"""Fetching figures again, how it went, and what has been revised."""

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render

from samverka.foundation import clock
from samverka.foundation.access.actions import Action
from samverka.foundation.access.doors import actor_of, check, find, requires
from samverka.statistics import queries, services
from samverka.statistics.forms.refreshing import RefreshForm
from samverka.statistics.models import Refresh

PER_PAGE = 50
LATEST = 10
"""Refreshes that the page lists."""


@requires(Action.IMPORT_STATISTICS, sign_in=True)
def refresh(request: HttpRequest) -> HttpResponseBase:
    """Order a refresh, and see how the latest ones went. A job does it, and its page tells how far it has come."""
    actor = actor_of(request)
    check(actor, Action.IMPORT_STATISTICS, None)
    form = RefreshForm(request.POST or None)
    status = 200
    if request.method == "POST":
        if form.is_valid():
            job = services.order_refresh(
                actor=actor,
                source=form.cleaned_data["source"],
                keys=form.cleaned_data["indicators"],
                full=form.cleaned_data["full"],
                now=clock.now(),
            )
            return redirect("web:job", key=job.pk)
        status = 422
    latest = queries.recent_refreshes()[:LATEST]
    return render(request, "statistics/refresh.html", {"form": form, "refreshes": latest}, status=status)


@requires(Action.IMPORT_STATISTICS, sign_in=True)
def refreshed(request: HttpRequest, key: int) -> HttpResponse:
    """One refresh: what came of each indicator, what could not be fetched, what was refused."""
    check(actor_of(request), Action.IMPORT_STATISTICS, None)
    found = get_object_or_404(Refresh.objects.select_related("source"), pk=key)
    return render(request, "statistics/refreshed.html", {"report": queries.report_of(found)})


@requires(Action.READ, sign_in=False)
def revisions(request: HttpRequest, key: int) -> HttpResponse:
    """All figures of an indicator that say something else than they once did."""
    actor = actor_of(request)
    found = find(actor, Action.READ, queries.visible_to(actor), pk=key)
    page = Paginator(queries.revised_since(found), PER_PAGE).get_page(request.GET.get("page"))
    return render(request, "statistics/revisions.html", {"indicator": found, "page": page})
