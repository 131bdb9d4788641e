"""One indicator in an area: drawn in five ways, as tables, and explained."""

from collections.abc import Mapping
from functools import cache, partial
from typing import Any
from urllib.parse import urlencode

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from samverka.foundation.access.actions import Action
from samverka.foundation.access.actors import Actor
from samverka.foundation.access.doors import actor_of, requires
from samverka.foundation.ui.chart_files import chart_answer
from samverka.foundation.ui.kept import kept
from samverka.picture import charts, queries, wording
from samverka.picture.charts import Kind, Shown
from samverka.picture.queries import notes
from samverka.statistics.enums import ObservationStatus, Sex
from samverka.statistics.models import Indicator
from samverka.statistics.queries import Figure, figures_state, latest_extraction
from samverka.statistics.queries.definitions import chained_to, definition_of
from samverka.statistics.queries.quality import quality_of
from samverka.statistics.queries.revisions import revised_since
from samverka.territory.enums import AreaKind
from samverka.territory.models import Area
from samverka.territory.queries import boundaries_of, boundaries_state

from . import program
from .frame import area_of, choice, drawing_of, frame_of, indicator_of

ABOUT = "om"
VIEWS: Mapping[str, Promise] = {
    Kind.TIME.value: gettext_lazy("Över tid"),
    Kind.MAP.value: gettext_lazy("Karta"),
    Kind.RANKING.value: gettext_lazy("Rangordning"),
    Kind.SPREAD.value: gettext_lazy("Fördelning"),
    Kind.PARTS.value: gettext_lazy("Del för del"),
    ABOUT: gettext_lazy("Om siffrorna"),
}
MARKS = 3
"""So many odd figures stand under a chart; the rest are told of with the definition."""
REVISIONS = 30
"""So many revised figures at most; the statistics' own pages have them all."""
BOTH = "KM"
SEXES: Mapping[str, Promise] = {
    Sex.TOTAL.value: gettext_lazy("Alla"),
    BOTH: gettext_lazy("Kvinnor och män"),
    Sex.WOMEN.value: gettext_lazy("Kvinnor"),
    Sex.MEN.value: gettext_lazy("Män"),
}
AMONG: Mapping[str, Promise] = {
    "lan": gettext_lazy("i länet"),
    "liknande": gettext_lazy("bland liknande"),
    "alla": gettext_lazy("i landet"),
}


@requires(Action.READ, sign_in=False)
def indicator(request: HttpRequest, code: str, key: int) -> HttpResponse:
    """The drill-down: `vy` chooses the chart, `kon` women or men, `mot` whom the area is ranked among."""
    actor = actor_of(request)
    area, found = area_of(actor, code), indicator_of(actor, key)
    frame = frame_of(request, actor)
    view = choice(request, "vy", VIEWS, Kind.TIME.value)
    query = _query(request, area)
    beside = queries.surroundings_of(area)
    pieces = kept(
        partial(_pieces, found, beside, view, query, frame["suffix"]),
        of=("indicator", view, sorted(query.items()), frame["suffix"], *_made_of(found, beside, view)),
    )
    collaboration = frame.get("collaboration")
    about = _about(actor, found, area) if view == ABOUT else {}
    return render(
        request,
        "picture/indicator.html",
        {
            **frame,
            **pieces,
            **about,
            "area": area,
            "indicator": found,
            "view": view,
            "drawing_program": program.address(),
            "beside": notes.beside(actor, collaboration, found, area) if collaboration is not None else None,
        },
    )


def _made_of(found: Indicator, beside: queries.Surroundings, view: str) -> tuple[object, ...]:
    """What tells one state of an indicator in an area from another."""
    earlier = chained_to(found)
    return (
        *(found, found.source, beside.area, *beside.made_of, latest_extraction(found)),
        *((found.weight, latest_extraction(found.weight)) if found.weight else ()),
        *((earlier, latest_extraction(earlier)) if earlier else ()),
        *(boundaries_state() if view == Kind.MAP else ()),
    )


def _about(actor: Actor, found: Indicator, area: Area) -> dict[str, Any]:
    """What is known of the figures. Only what is odd rests on them alone, and is kept."""
    return {
        "definition": definition_of(actor, found),
        "marks": kept(
            lambda: quality_of(found, [area.pk]).get(area.pk, []), of=("odd", found, area.pk, *figures_state([found]))
        ),
        "revisions": revised_since(found, area_ids=[area.pk])[:REVISIONS],
    }


@requires(Action.READ, sign_in=False)
def chart(request: HttpRequest, code: str, key: int, kind: str) -> HttpResponse:
    """One chart: a picture, what a script draws, or its figures as a file."""
    actor = actor_of(request)
    area, found = area_of(actor, code), indicator_of(actor, key)
    form, theme, language = drawing_of(request)
    try:
        drawn = Kind(kind)
    except ValueError:
        raise Http404 from None
    query = _query(request, area)
    with translation.override(language):
        beside = queries.surroundings_of(area)
        shown = cache(lambda: _shown(queries.indicated(found, beside), drawn, query))
        return chart_answer(
            request,
            chart=lambda: charts.chart_of(shown(), form, theme),
            of=("picture", drawn, sorted(query.items()), form, theme, *_made_of(found, beside, drawn)),
            sheet=lambda: charts.sheet_of(shown()),
            is_public=found.is_public,
        )


def _query(request: HttpRequest, area: Area) -> dict[str, str]:
    """What the reader has chosen, without what needs no choice.

    Raises:
        Http404: something that there is no choice of.
    """
    sex = choice(request, "kon", SEXES, Sex.TOTAL.value)
    among = choice(request, "mot", AMONG, _among(area))
    return {
        **({"kon": sex} if sex != Sex.TOTAL else {}),
        **({"mot": among} if among != _among(area) else {}),
    }


def _among(area: Area) -> str:
    return "lan" if area.kind == AreaKind.MUNICIPALITY else "alla"


def _shown(found: queries.Indicated, kind: Kind, query: Mapping[str, str]) -> Shown:
    """What a chart shows, with the figures that it needs and no others."""
    chosen = query.get("kon", Sex.TOTAL.value)
    both = chosen == BOTH
    sex = Sex.TOTAL if both else Sex(chosen)
    around = _around(found.area)
    places: list[queries.Place] = []
    parts = None
    if kind is Kind.RANKING:
        places = queries.ranking_of(found, query.get("mot", _among(found.area)), sex)
    elif kind is Kind.SPREAD:
        places = queries.ranking_of(found, "alla", sex)
    elif kind in (Kind.MAP, Kind.PARTS):
        parts = queries.parts_of(found.indicator, around)
    outlines = {}
    if kind is Kind.MAP and parts is not None:
        outlines = {key: boundary.geometry for key, boundary in boundaries_of(parts.areas).items()}
    return Shown(kind, found, around, both, sex, places, parts, outlines, query)


def _around(area: Area) -> Area:
    """Whose parts are shown beside each other: a municipality's are its county's."""
    return area.parent if area.kind == AreaKind.MUNICIPALITY and area.parent is not None else area


def _pieces(
    found: Indicator, beside: queries.Surroundings, view: str, query: Mapping[str, str], suffix: str
) -> dict[str, Any]:
    """The page's own parts: the same for everybody who may read the indicator."""
    area = beside.area
    whole = queries.indicated(found, beside)
    shown = _shown(whole, Kind(view), query) if view != ABOUT else None
    context = {
        "indicator": found,
        "area": area,
        "around": _around(area),
        "found": whole,
        "view": view,
        "suffix": suffix,
        "views": _views(whole, view, query, suffix),
        "extraction": whole.extraction,
        "left_out": queries.left_out(whole),
    }
    if shown is not None:
        context |= {
            "shown": shown,
            "picture": charts.picture_of(shown) if _can_be_drawn(shown) else None,
            "title": wording.chart_title(view, whole, shown.sex, shown.around),
            "summary": _summary(shown),
            "downloads": charts.downloads_of(shown),
            "live_url": charts.live_address_of(shown),
            "choices": _choices(whole, view, query, suffix),
            "rows": _rows(shown),
            "marks": quality_of(found, [area.pk]).get(area.pk, [])[:MARKS],
        }
    return {
        "answer": wording.headline(whole),
        "main": render_to_string("picture/indicator_main.html", context),
        "facts": render_to_string("picture/indicator_facts.html", context),
    }


def _can_be_drawn(shown: Shown) -> bool:
    """Answers that have no total are shown municipality by municipality, and not as a line."""
    return shown.found.year is not None and not (shown.found.has_no_total and shown.kind is Kind.TIME)


def _summary(shown: Shown) -> str:
    if shown.kind is Kind.TIME:
        return wording.women_and_men(shown.found) if shown.by_sex else wording.over_time(shown.found)
    if shown.parts is not None:
        told = wording.mapped(shown.found, shown.parts, shown.sex)
        return f"{told} {wording.faint_line(shown.around)}" if shown.kind is Kind.PARTS else told
    if shown.kind is Kind.RANKING:
        return wording.ranked(shown.found, shown.places, shown.sex)
    return wording.spread(shown.found, shown.places)


def _rows(shown: Shown) -> list[dict[str, Any]]:
    """The chart's own table."""
    found = shown.found
    if shown.kind is Kind.TIME:
        area, wider = found.area, found.beside.wider
        alike = {figure.year: figure for figure in found.similar}
        return [
            {
                "year": year,
                "total": _shown_as(found.at(area, year), year),
                "women": _shown_as(found.at(area, year, Sex.WOMEN), year),
                "men": _shown_as(found.at(area, year, Sex.MEN), year),
                "similar": _shown_as(alike.get(year), year),
                "wider": [_shown_as(found.at(other, year), year) for other in wider],
            }
            for year in reversed(found.years)
        ]
    if shown.parts is not None:
        years = sorted({f.year for a in shown.parts.areas for f in shown.parts.of(a, shown.sex)})[-6:]
        return [
            {
                "area": part,
                "figures": [
                    _shown_as(next((f for f in shown.parts.of(part, shown.sex) if f.year == year), None), year)
                    for year in years
                ],
                "years": years,
            }
            for part in shown.parts.areas
        ]
    return [{"place": place, "own": place.area_id == found.area.pk} for place in shown.places]


def _shown_as(figure: Figure | None, year: int) -> Figure:
    """A row that the source lacks is missing, as a row without a value is."""
    return figure or Figure(year, None, ObservationStatus.MISSING)


def _address(found: queries.Indicated, suffix: str, **query: str) -> str:
    base = reverse("picture:indicator", args=[found.area.code, found.indicator.pk])
    told = urlencode({name: value for name, value in query.items() if value})
    return base + suffix + ("&" if suffix and told else "?" if told else "") + told


def _views(found: queries.Indicated, view: str, query: Mapping[str, str], suffix: str) -> list[dict[str, Any]]:
    return [
        {
            "view": name,
            "label": label,
            "url": _address(found, suffix, vy="" if name == Kind.TIME else name, kon=_kept_sex(query, name)),
            "current": name == view,
        }
        for name, label in VIEWS.items()
    ]


def _kept_sex(query: Mapping[str, str], view: str) -> str:
    """Women or men go along to the next view where it can show them."""
    sex = query.get("kon", "")
    if view == ABOUT or (view == Kind.TIME) != (sex == BOTH):
        return ""
    return sex


def _choices(found: queries.Indicated, view: str, query: Mapping[str, str], suffix: str) -> list[dict[str, Any]]:
    """The switches of a view: women and men, and whom to be ranked among."""
    groups: list[dict[str, Any]] = []
    vy = "" if view == Kind.TIME else view
    if found.by_sex and view != Kind.PARTS:
        offered = (Sex.TOTAL.value, BOTH) if view == Kind.TIME else (Sex.TOTAL.value, Sex.WOMEN.value, Sex.MEN.value)
        chosen = query.get("kon", Sex.TOTAL.value)
        groups.append(
            {
                "label": _("Visa"),
                "links": [
                    {
                        "label": SEXES[sex],
                        "url": _address(
                            found, suffix, vy=vy, kon="" if sex == Sex.TOTAL else sex, mot=query.get("mot", "")
                        ),
                        "current": sex == chosen,
                    }
                    for sex in offered
                ],
            }
        )
    if view == Kind.RANKING and found.area.kind == AreaKind.MUNICIPALITY:
        chosen = query.get("mot", _among(found.area))
        offered_groups = [name for name in AMONG if name != "liknande" or found.beside.similar]
        groups.append(
            {
                "label": _("Bland"),
                "links": [
                    {
                        "label": AMONG[name],
                        "url": _address(
                            found,
                            suffix,
                            vy=vy,
                            kon=query.get("kon", ""),
                            mot="" if name == _among(found.area) else name,
                        ),
                        "current": name == chosen,
                    }
                    for name in offered_groups
                ],
            }
        )
    return groups
