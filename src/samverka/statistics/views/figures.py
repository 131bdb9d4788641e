"""Indicators and their figures, and taking figures in."""

import csv

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse

from samverka.foundation import clock
from samverka.foundation.access.actions import Action
from samverka.foundation.access.doors import actor_of, check, find, requires
from samverka.foundation.access.rules import allows
from samverka.statistics import queries, services
from samverka.statistics.forms.imports import ImportForm
from samverka.statistics.models import Indicator
from samverka.statistics.queries.definitions import definition_of
from samverka.statistics.queries.quality import quality_of
from samverka.statistics.rules import arranges_something

PER_PAGE = 50
REVISIONS_SHOWN = 10
"""Of the figures that have been changed; a page of their own has all of them."""


@requires(Action.READ, sign_in=False)
def list_(request: HttpRequest) -> HttpResponse:
    actor = actor_of(request)
    search = request.GET.get("q", "").strip()[:100]
    found = Paginator(queries.catalogue(actor, search=search), PER_PAGE).get_page(request.GET.get("page"))
    return render(
        request,
        "statistics/list.html",
        {
            "page": found,
            "search": search,
            "may_import": allows(actor, Action.IMPORT_STATISTICS, None),
            "may_arrange": arranges_something(actor),
        },
    )


@requires(Action.READ, sign_in=False)
def indicator(request: HttpRequest, key: int) -> HttpResponseBase:
    """Definition, source and the latest figures: the nation and its counties, or one county (`?lan=10`). Of what only
    municipalities have, the one county that they lie in, or a choice of theirs."""
    found, table = _found(request, key)
    inside = queries.counties_with_figures(found) if table.county is None and not table.lines else []
    if len(inside) == 1:
        return redirect(f"{request.path}?lan={inside[0].code}")
    revisions = queries.revised_since(found, area_ids=[line.area.pk for line in table.lines])
    table_url = reverse("statistics:table", args=[key])
    if table.county is not None:
        table_url += f"?lan={table.county.code}"
    main_kind = "county" if table.county is not None else "nation"
    main = next((line for line in table.lines if line.area.kind == main_kind), None)
    return render(
        request,
        "statistics/indicator.html",
        {
            "indicator": found,
            "definition": definition_of(actor_of(request), found),
            "may_change": allows(actor_of(request), Action.ARRANGE_STATISTICS, found),
            "table": table,
            "inside": inside,
            "table_url": table_url,
            "revisions": revisions[:REVISIONS_SHOWN],
            "nation": next((line for line in table.lines if line.area.kind == "nation"), None),
            "main": main,
            "marks": quality_of(found, [main.area.pk]).get(main.area.pk) if main is not None else None,
        },
    )


@requires(Action.READ, sign_in=False)
def table(request: HttpRequest, key: int) -> HttpResponse:
    """The figures of the page as CSV: exact values, an empty value and its status where there is none."""
    found, shown = _found(request, key)
    areas = {line.area.pk: line.area for line in shown.lines}
    where = f"-{shown.county.code}" if shown.county is not None else ""
    response = HttpResponse(content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{found.source_key}{where}.csv"'
    writer = csv.writer(response)
    writer.writerow(["municipality", "name", "period", "gender", "value", "status"])
    for (area, sex), figures in sorted(shown.series.items(), key=lambda item: (areas[item[0][0]].code, item[0][1])):
        for figure in figures:
            writer.writerow(
                [
                    areas[area].code.zfill(4),
                    areas[area].name,
                    figure.year,
                    sex.value,
                    "" if figure.value is None else figure.value,
                    services.status_word(figure.status),
                ]
            )
    return response


@requires(Action.IMPORT_STATISTICS, sign_in=True)
def import_(request: HttpRequest) -> HttpResponseBase:
    """Upload a file; a job takes it in, and its page tells how it went."""
    actor = actor_of(request)
    check(actor, Action.IMPORT_STATISTICS, None)
    form = ImportForm(request.POST or None, request.FILES or None, initial={"extracted_on": clock.today()})
    status = 200
    if request.method == "POST":
        if form.is_valid():
            upload = form.cleaned_data["file"]
            job = services.order_import(
                actor=actor,
                name=upload.name,
                content=upload.read(),
                extracted_on=form.cleaned_data["extracted_on"],
                now=clock.now(),
            )
            return redirect("web:job", key=job.pk)
        status = 413 if form.has_error("file", "too_large") else 422
    return render(request, "statistics/import.html", {"form": form}, status=status)


def _found(request: HttpRequest, key: int) -> tuple[Indicator, queries.Table]:
    """The indicator with its years and extraction, and the table that the address asks for."""
    actor = actor_of(request)
    found = find(actor, Action.READ, queries.catalogue(actor), pk=key)
    table = queries.table_of(
        found, county_code=request.GET.get("lan") or None, last_year=getattr(found, "last_year", None)
    )
    if table is None:
        raise Http404
    return found, table
