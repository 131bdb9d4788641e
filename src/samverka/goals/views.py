"""How a goal goes: its page, its pictures, its table as a file, and how the verdict comes about."""

import csv
from functools import cache, partial

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from samverka.collaborations.enums import Tab
from samverka.collaborations.queries import page_context
from samverka.collaborations.queries import visible_to as collaborations_visible_to
from samverka.foundation import clock
from samverka.foundation.access.actions import Action
from samverka.foundation.access.doors import actor_of, find, public, requires
from samverka.foundation.ui.chart_files import Cell, Sheet, chart_answer, harmless
from samverka.foundation.ui.charts import Theme
from samverka.foundation.ui.kept import kept
from samverka.statistics.enums import Sex
from samverka.statistics.queries import visible_to as indicators_visible_to

from . import charts, queries, services, wording
from .forms import GoalForm
from .models import Goal

COLUMNS = (
    *("area_code", "area", "sex", "year", "value", "status", "unit"),
    *("baseline", "target", "target_year", "source", "extracted"),
)


WHY_NOT = {
    services.Unmeasurable.NO_DIRECTION: ("polarity", _lazy("Välj vilket håll som är bra.")),
    services.Unmeasurable.OTHER_DIRECTION: ("polarity", _lazy("För den här indikatorn är det andra hållet bra.")),
    services.Unmeasurable.TARGET_IS_WORSE: (
        "percent_of_baseline",
        _lazy("Målvärdet är sämre än utgångsvärdet. Ändra talet eller vilket håll som är bra."),
    ),
    services.Unmeasurable.NO_BASELINE: (
        "baseline_year",
        _lazy("Det finns ingen siffra för hela området det året. Välj ett annat år eller en annan indikator."),
    ),
    services.Unmeasurable.NOT_FOR_ALL: (
        "indicator",
        _lazy("Indikatorn är inte öppen för alla parter. Välj en som alla som läser målet får se."),
    ),
}
"""Why a goal cannot be followed up → the field to mend, and how."""


@requires(Action.ADOPT_GOAL, sign_in=True)
def adopt(request: HttpRequest, slug: str) -> HttpResponseBase:
    """The leading party takes down a goal that the parties have adopted; how it goes is on the next page."""
    actor = actor_of(request)
    collaboration = find(actor, Action.ADOPT_GOAL, collaborations_visible_to(actor), slug=slug)
    form = GoalForm(
        request.POST or None, indicators=indicators_visible_to(actor).filter(is_public=True).order_by("name")
    )
    if request.method == "POST" and form.is_valid():
        try:
            goal = services.adopt_goal(
                actor=actor,
                collaboration=collaboration,
                draft=form.draft(),
                adopted_on=form.adopted(),
                now=clock.now(),
            )
        except services.GoalNotMeasurable as unmeasurable:
            form.add_error(*WHY_NOT[unmeasurable.reason])
        else:
            return redirect(goal)
    context = {
        **page_context(actor, collaboration, Tab.STEER, below=True),
        "form": form,
        "back": reverse("collaborations:tab", args=[slug, Tab.STEER.value]),
    }
    return render(request, "goals/adopt.html", context, status=422 if form.is_bound else 200)


@requires(Action.READ, sign_in=False)
def detail(request: HttpRequest, key: int) -> HttpResponse:
    """How a goal goes, or how it could be seen to go in an earlier year."""
    goal = _found(request, key)
    actor = actor_of(request)
    pieces = kept(
        partial(_pieces, request, goal),
        of=("goal page", request.GET.get("ar"), *queries.made_of([goal])[goal.pk]),
    )
    context = page_context(actor, goal.collaboration, Tab.STEER, below=True)
    return render(request, "goals/detail.html", {**context, **pieces})


def _pieces(request: HttpRequest, goal: Goal) -> dict[str, str]:
    """The page's own parts: the same for everybody who may read the goal."""
    progress = _progress(request, goal)
    answer = wording.answer(progress)
    context = {
        "goal": goal,
        "progress": progress,
        "answer": answer,
        "promise": wording.promise(progress),
        "verdict_word": wording.verdict_word(progress.whole.total.judgement),
        "assumptions": wording.assumptions(progress),
        "table": queries.table_of(progress),
        "outcome": queries.headline_of(progress),
        "summary": wording.summary(progress, progress.whole),
        "picture": charts.picture_of(progress, progress.whole),
        "downloads": charts.downloads_of(progress, progress.whole),
        "small": [
            {
                "place": place,
                "summary": wording.summary(progress, place),
                "picture": charts.picture_of(progress, place, small=True),
                "verdict_word": wording.verdict_word(place.total.judgement),
            }
            for place in progress.parts
        ],
        "history": [
            {"glimpse": glimpse, "word": wording.verdict_word(glimpse.judgement)} for glimpse in progress.history
        ],
        "series": queries.series_table_of(progress),
    }
    return {
        "answer": answer,
        "main": render_to_string("goals/page_main.html", context),
        "beside": render_to_string("goals/page_beside.html", context),
    }


@requires(Action.READ, sign_in=False)
def chart(request: HttpRequest, key: int) -> HttpResponse:
    """One picture, or the same as a file. An address that carries the digest of its content is kept for a year."""
    goal = _found(request, key)
    code, language = request.GET.get("omrade"), request.GET.get("sprak", "sv")
    try:
        form, theme = charts.Form(request.GET.get("form", "bred")), Theme(request.GET.get("tema", "light"))
    except ValueError:
        raise Http404 from None
    if not translation.check_for_language(language):
        raise Http404

    @cache
    def shown() -> tuple[queries.Progress, queries.Place]:
        progress = _progress(request, goal)
        place = next((p for p in progress.places if code in (None, p.area.code)), None)
        if place is None:
            raise Http404
        return progress, place

    with translation.override(language):
        return chart_answer(
            request,
            chart=lambda: charts.chart_of(*shown(), form, theme),
            of=("goal", code, form, theme, request.GET.get("ar"), *queries.made_of([goal])[goal.pk]),
            sheet=lambda: _sheet(*shown()),
            is_public=goal.is_public and goal.collaboration.is_public,
        )


def _sheet(progress: queries.Progress, place: queries.Place) -> Sheet:
    """The figures of one place's chart."""
    goal = progress.goal
    rows: list[list[Cell]] = []
    for line in [*place.lines, progress.comparison]:
        for year in progress.years:
            cell = queries.cell_of(line, year)
            row: list[Cell] = [line.area.name, str(Sex(line.sex).label), year, cell.value]
            rows.append([*row, line.target.target_value if line.target else None])
    return Sheet(
        title=f"{goal.name}: {place.area.name}",
        columns=[_("område"), _("kön"), _("år"), goal.indicator.unit or _("värde"), _("mål")],
        rows=rows,
        source=f"{goal.indicator.source} {goal.indicator.source_key}",
        extracted=timezone.localdate(progress.extraction.extracted_at) if progress.extraction else None,
    )


@requires(Action.READ, sign_in=False)
def table(request: HttpRequest, key: int) -> HttpResponse:
    """The figures of the page as a file: one row per area, year and sex. A missing value is empty, with its status."""
    goal = _found(request, key)
    progress = _progress(request, goal)
    response = HttpResponse(content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="mal-{goal.pk}.csv"'
    writer = csv.writer(response)
    writer.writerow(COLUMNS)
    source = f"{goal.indicator.source} {goal.indicator.source_key}"
    extracted = timezone.localdate(progress.extraction.extracted_at).isoformat() if progress.extraction else ""
    for line in [*(line for place in progress.places for line in place.lines), progress.comparison]:
        for year in progress.years:
            cell = queries.cell_of(line, year)
            writer.writerow(
                [line.area.code, harmless(line.area.name), Sex(line.sex).value, year]
                + ["" if cell.value is None else repr(cell.value), cell.status, harmless(goal.indicator.unit)]
                + ([line.target.baseline_value, line.target.target_value] if line.target else ["", ""])
                + [goal.target_year, source, extracted]
            )
    return response


@public(reason="Explains how every verdict comes about; shows nobody's figures.")
def verdict(request: HttpRequest) -> HttpResponse:
    return render(request, "goals/verdict.html")


def _found(request: HttpRequest, key: int) -> Goal:
    actor = actor_of(request)
    return find(actor, Action.READ, queries.visible_to(actor), pk=key)


def _progress(request: HttpRequest, goal: Goal) -> queries.Progress:
    """How the goal goes, as it could be seen in the year that the address asks for.

    Raises:
        Http404: the year is not one that the goal can be seen from.
    """
    asked = request.GET.get("ar")
    if asked is None:
        return queries.progress_of(goal)
    if not (asked.isascii() and asked.isdigit() and len(asked) == 4 and int(asked) >= goal.baseline_year):
        raise Http404(_("Välj ett år från och med utgångsåret."))
    progress = queries.progress_of(goal, as_of_year=int(asked))
    if int(asked) > progress.newest_year:
        raise Http404(_("Det året är inte rapporterat än."))
    return progress
