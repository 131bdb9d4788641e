"""Indicators and their figures, and taking figures in."""

import csv
from collections.abc import Sequence
from typing import Any

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.urls import reverse

from samverka.foundation import clock
from samverka.foundation.access.actions import Action
from samverka.foundation.access.doors import actor_of, check, find, requires
from samverka.foundation.access.rules import allows
from samverka.foundation.ui.kept import kept
from samverka.statistics import queries, services
from samverka.statistics.forms.imports import ImportForm
from samverka.statistics.models import Indicator
from samverka.statistics.queries.definitions import definition_of
from samverka.statistics.queries.quality import quality_of
from samverka.statistics.rules import arranges_something
from samverka.territory.queries import areas_state

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
            "rows": _list_rows(list(found)),
            "search": search,
            "may_import": allows(actor, Action.IMPORT_STATISTICS, None),
            "may_arrange": arranges_something(actor),
        },
    )


def _list_rows(indicators: Sequence[Indicator]) -> str:
    """Rows of the list; `indicators` are as `catalogue` gives them."""
    return kept(
        lambda: render_to_string("statistics/_list_rows.html", {"indicators": indicators}),
        of=("list of indicators", *((one, one.source, *_taken_in(one)) for one in indicators)),
    )


@requires(Action.READ, sign_in=False)
def indicator(request: HttpRequest, key: int) -> HttpResponseBase:
    """Definition, source and the latest figures: the nation and its counties, or one county (`?lan=10`). Of what only
    municipalities have, the one county that they lie in, or a choice of theirs."""
    actor = actor_of(request)
    found = find(actor, Action.READ, queries.catalogue(actor), pk=key)
    code = request.GET.get("lan") or None
    pieces = kept(
        lambda: _pieces(found, code),
        of=(
            *("page of an indicator", code, found, found.source, *_taken_in(found), *queries.figures_state([found])),
            *(areas_state() if code is not None else ()),
        ),
    )
    if pieces["lies_in"]:
        return redirect(f"{request.path}?lan={pieces['lies_in']}")
    return render(
        request,
        "statistics/indicator.html",
        {
            **pieces,
            "indicator": found,
            "definition": definition_of(actor, found),
            "may_change": allows(actor, Action.ARRANGE_STATISTICS, found),
        },
    )


def _pieces(found: Indicator, code: str | None) -> dict[str, Any]:
    """The page's own parts: the same for everybody who may read the indicator.

    Raises:
        Http404: there is no such county.
    """
    table = _table(found, code)
    inside = queries.counties_with_figures(found) if table.county is None and not table.lines else []
    revisions = queries.revised_since(found, area_ids=[line.area.pk for line in table.lines])
    table_url = reverse("statistics:table", args=[found.pk])
    if table.county is not None:
        table_url += f"?lan={table.county.code}"
    main_kind = "county" if table.county is not None else "nation"
    main = next((line for line in table.lines if line.area.kind == main_kind), None)
    context = {
        "indicator": found,
        "table": table,
        "inside": inside,
        "table_url": table_url,
        "revisions": revisions[:REVISIONS_SHOWN],
        "main": main,
        "marks": quality_of(found, [main.area.pk]).get(main.area.pk) if main is not None else None,
    }
    county = {"code": table.county.code, "name": table.county.name} if table.county is not None else None
    lies_in = inside[0].code if len(inside) == 1 else ""
    return {"lies_in": lies_in, "county": county, "figures": render_to_string("statistics/_figures.html", context)}


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
    return found, _table(found, request.GET.get("lan") or None)


def _table(found: Indicator, code: str | None) -> queries.Table:
    table = queries.table_of(found, county_code=code, last_year=getattr(found, "last_year", None))
    if table is None:
        raise Http404
    return table


def _taken_in(found: Indicator) -> tuple[object, ...]:
    """What `catalogue` has told of an indicator beside its own fields."""
    return tuple(getattr(found, name) for name in ("first_year", "last_year", "extracted_at"))
