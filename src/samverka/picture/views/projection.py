"""The projection of an area's population."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.translation import gettext as _

from samverka.foundation.access.actions import Action
from samverka.foundation.access.doors import actor_of, requires
from samverka.foundation.ui.chart_files import Sheet, chart_answer
from samverka.foundation.ui.figures import number_text
from samverka.foundation.ui.kept import kept
from samverka.picture.charts.outlook import chart_of, downloads_of, picture_of
from samverka.picture.content.moves import Moves, usual_moves
from samverka.picture.content.outlook import DEFAULTS, Outlook, outlook_of
from samverka.picture.forms.projection import ProjectionForm
from samverka.picture.queries.population import (
    BY_AGE,
    ByAge,
    assumed_population_of,
    past_of,
    population_of,
    population_state,
)
from samverka.territory.models import Area
from samverka_engine.scenarios.schedules import life_table

from .frame import area_of, drawing_of, frame_of


@requires(Action.READ, sign_in=False)
def projection(request: HttpRequest, code: str) -> HttpResponse:
    """The page: what is assumed, and what follows."""
    actor = actor_of(request)
    area = area_of(actor, code)
    start = _start(request, area)
    base = start.base
    form = ProjectionForm(request.GET.dict(), start.usual)
    pieces: dict[str, Any] = {"fields": form, "result": "", "summary": ""}
    if base is not None and form.is_valid():
        pieces = _pieces(area, base, start, form)
    return render(
        request,
        "picture/projection.html",
        {
            **frame_of(request, actor),
            "area": area,
            "base": base,
            **pieces,
            "needed": BY_AGE[0],
            "may_assume": start.may_assume,
            "may_refresh": actor.is_operator,
        },
        status=200 if base is None or pieces["result"] else 422,
    )


@dataclass(frozen=True)
class _Start:
    """Who lives in an area and how people have moved; made_of tells one state of it from another.

    may_assume: its own ages are not known, and its county's can be had instead.
    """

    base: ByAge | None
    usual: Moves | None
    may_assume: bool
    made_of: tuple[object, ...]


def _start(request: HttpRequest, area: Area) -> _Start:
    """What is known; with `alder=lan` the county's ages are assumed where the area's own are not."""
    assumed = request.GET.get("alder") == "lan"

    def known() -> tuple[ByAge | None, Moves | None, bool]:
        own = population_of(area)
        like = assumed_population_of(area) if own is None else None
        base = own or (like if assumed else None)
        return base, _usual(area, base), base is None and like is not None

    made_of = ("population by age", assumed, *population_state(area))
    return _Start(*kept(known, of=made_of), made_of)


def _usual(area: Area, base: ByAge | None) -> Moves | None:
    """How people have moved, where the years before tell; with the survival that a projection begins with."""
    past = past_of(area, base) if base is not None else None
    if base is None or past is None:
        return None
    return usual_moves(base, past, life_table(DEFAULTS.women_live, DEFAULTS.men_live))


def _query(base: ByAge, form: ProjectionForm) -> Mapping[str, Any]:
    return form.data if base.ages_of is None else {**form.data, "alder": "lan"}


def _pieces(area: Area, base: ByAge, start: _Start, form: ProjectionForm) -> dict[str, Any]:
    """What follows from the assumptions: the same for everybody who makes them."""

    def make() -> dict[str, Any]:
        found = outlook_of(area.code, base, form.choices, start.usual)
        summary = _summary(found)
        shown = {
            "base": base,
            "found": found,
            "usual": start.usual,
            "title": _title(area),
            "area": area,
            "picture": picture_of(area, found, _query(base, form)),
            "downloads": downloads_of(area, _query(base, form)),
            "summary": summary,
        }
        result = render_to_string("picture/projection_result.html", shown)
        return {"fields": str(form), "summary": summary, "result": result}

    return kept(make, of=_made_of(start, form))


def _made_of(start: _Start, form: ProjectionForm) -> tuple[object, ...]:
    return ("outlook", *start.made_of, sorted(form.data.items()))


@requires(Action.READ, sign_in=False)
def projection_chart(request: HttpRequest, code: str) -> HttpResponse:
    """Its picture, or the picture's figures as a file."""
    area = area_of(actor_of(request), code)
    start = _start(request, area)
    base = start.base
    form = ProjectionForm(request.GET.dict(), start.usual)
    if base is None or not form.is_valid():
        raise Http404
    found = cache(lambda: outlook_of(area.code, base, form.choices, start.usual))
    form_asked, theme, language = drawing_of(request)
    with translation.override(language):
        return chart_answer(
            request,
            chart=lambda: chart_of(found(), form_asked, theme),
            of=(form_asked, theme, *_made_of(start, form)),
            sheet=lambda: _sheet(area, found()),
        )


def _title(area: Area) -> str:
    return _("Folkmängden i %(area)s") % {"area": area.name}


def _summary(found: Outlook) -> str:
    first, last = found.rows[0], found.rows[-1]
    said = _("Från %(now)s invånare %(base)s till %(then)s år %(year)s om antagandena håller.") % {
        "now": _whole(first.total),
        "base": first.year,
        "then": _whole(last.total),
        "year": last.year,
    }
    if found.choices.reception:
        said += " " + _("Utan det planerade mottagandet: %(without)s.") % {"without": _whole(last.without)}
    return said


def _whole(persons: float) -> str:
    return number_text(round(persons))


def _sheet(area: Area, found: Outlook) -> Sheet:
    totals, without = found.totals
    return Sheet(
        title=_title(area),
        columns=[_("år"), _("med mottagandet"), _("utan mottagandet")],
        rows=[[year, round(w), round(o)] for year, w, o in zip(found.years, totals, without, strict=True)],
        source=_("Samverkas framskrivning från %(year)s") % {"year": found.base.year},
    )
