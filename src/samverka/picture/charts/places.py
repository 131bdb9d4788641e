"""All areas of a kind at once: ranked as bars, and as a spread with one's own marked."""

import math
from collections.abc import Iterator, Sequence

from django.utils.text import capfirst
from django.utils.translation import gettext as _

from samverka.foundation.ui.charts import in_expression
from samverka.picture.queries import Indicated, Place, called
from samverka.picture.wording import amount
from samverka.statistics.enums import Sex

from .layout import Form, Layout, Reach, Spec, axis_format, framed, number_room, reach_of, text_mark, text_room

ROW = 22
VALUE_ROOM, EDGE = 76, 24
"""The least room to the right of bars with their value beside them, and the room of those without."""
MANY = 60
"""So many bars have names beside them; more than that stand thin, side by side."""
BINS = {Form.WIDE: 24, Form.NARROW: 14}


def ranking(found: Indicated, places: Sequence[Place], layout: Layout, form: Form) -> Spec:
    """Bars in order, one's own marked; from zero."""
    known = [place for place in places if place.value is not None]
    reach = reach_of([place.value or 0.0 for place in known], layout.ticks, from_zero=True)
    rows = [
        {
            "name": place.name,
            "rank": place.rank,
            "n": number,
            "v": place.value,
            "own": place.area_id == found.area.pk,
            "t": amount(place.value or 0.0, found.indicator, found.decimals),
        }
        for number, place in enumerate(known, start=1)
    ]
    if len(rows) > MANY:
        left = max(layout.left, number_room(reach))
        return framed(layout, _thin(rows, reach, layout, found), left=left, right=EDGE)
    right = max(VALUE_ROOM, text_room((str(row["t"]) for row in rows), 12) + 12)
    return framed(layout, _named(rows, reach, form), height=max(1, len(rows)) * ROW, left=layout.name_room, right=right)


def ranking_height(places: Sequence[Place], layout: Layout) -> int:
    count = sum(1 for place in places if place.value is not None)
    return layout.height if count > MANY else max(1, count) * ROW


_OWN = {"condition": {"test": "datum.own", "value": "var(--accent)"}, "value": "var(--rule-strong)"}


def _named(rows: Sequence[Spec], reach: Reach, form: Form) -> Iterator[Spec]:
    y = {
        "field": "name",
        "type": "nominal",
        "sort": [row["name"] for row in rows],
        "axis": {
            "title": None,
            "ticks": False,
            "domain": False,
            "labelLimit": 160 if form is Form.WIDE else 112,
            "labelColor": {"condition": {"test": _name_test(rows), "value": "var(--ink)"}, "value": "var(--ink-soft)"},
            "labelFontWeight": {"condition": {"test": _name_test(rows), "value": 650}, "value": 400},
        },
        "scale": {"paddingInner": 0.28, "paddingOuter": 0.14},
    }
    x = {
        "field": "v",
        "type": "quantitative",
        "scale": {"domain": [reach.low, reach.high], "nice": False},
        "axis": {"values": reach.ticks, "format": axis_format(reach), "title": None, "grid": True},
    }
    yield {
        "data": {"values": list(rows)},
        "mark": {"type": "bar", "tooltip": True},
        "encoding": {"x": x, "y": y, "color": _OWN, "tooltip": {"field": "t", "type": "nominal", "title": " "}},
    }
    yield {
        "data": {"values": list(rows)},
        "mark": text_mark(align="left", baseline="middle", dx=6, size=12, weight=450),
        "encoding": {"x": x, "y": y, "text": {"field": "t"}},
    }


def _name_test(rows: Sequence[Spec]) -> str:
    own = next((row["name"] for row in rows if row["own"]), "")
    return f"datum.value == {in_expression(str(own))}"


def _thin(rows: Sequence[Spec], reach: Reach, layout: Layout, found: Indicated) -> Iterator[Spec]:
    x = {
        "field": "n",
        "type": "ordinal",
        "axis": {
            "values": [1, *range(50, len(rows), 50), len(rows)],
            "title": None,
            "labelAngle": 0,
            "labelOverlap": True,
        },
        "scale": {"padding": 0},
    }
    y = {
        "field": "v",
        "type": "quantitative",
        "scale": {"domain": [reach.low, reach.high], "nice": False},
        "axis": {"values": reach.ticks, "format": axis_format(reach), "title": None},
    }
    tips = [{**row, "t": f"{row['rank']}. {row['name']} {row['t']}"} for row in rows]
    yield {
        "data": {"values": tips},
        "mark": {"type": "bar", "tooltip": True},
        "encoding": {"x": x, "y": y, "color": _OWN, "tooltip": {"field": "t", "type": "nominal", "title": " "}},
    }
    own = [{**row, "t": f"{found.area.name} {row['t']}"} for row in rows if row["own"]]
    late = bool(own) and own[0]["n"] > len(rows) / 2
    yield {
        "data": {"values": own},
        "mark": text_mark("var(--accent)", weight=650, align="right" if late else "left", baseline="bottom", dy=-6),
        "encoding": {"x": x, "y": y, "text": {"field": "t"}},
    }


def distribution(found: Indicated, places: Sequence[Place], layout: Layout, form: Form, sex: Sex) -> Spec:
    """How many areas lie where: bars of equal width; one's own, similar ones and the nation are flags.

    Everything is of the same year and sex. The mean of similar ones is known for all, not for women and men.
    """
    known = [place.value for place in places if place.value is not None]
    reach = reach_of(known, BINS[form])
    low = math.floor(min(known, default=0.0) / reach.step) * reach.step
    count = max(1, math.ceil((max(known, default=1.0) - low) / reach.step + 1e-9))
    own = next((place.value for place in places if place.area_id == found.area.pk), None)
    if own is None and (figure := found.at(found.area, found.year, sex)) is not None:
        own = figure.value
    heights = [0] * count
    for value in known:
        heights[min(count - 1, int((value - low) / reach.step + 1e-9))] += 1
    bins = [
        {
            "a": low + i * reach.step,
            "b": low + (i + 1) * reach.step,
            "n": n,
            "own": own is not None and low + i * reach.step <= own < low + (i + 1) * reach.step,
            "t": _("%(from)s–%(to)s: %(count)s")
            % {
                "from": amount(low + i * reach.step, found.indicator, found.decimals),
                "to": amount(low + (i + 1) * reach.step, found.indicator, found.decimals),
                "count": n,
            },
        }
        for i, n in enumerate(heights)
    ]
    flags = [(found.area.name, own, "var(--accent)", 650)]
    alike = next((figure.value for figure in found.similar if figure.year == found.year), None)
    if alike is not None and sex is Sex.TOTAL:
        flags.append((_("Liknande"), alike, "var(--ink)", 450))
    flags += [
        (capfirst(called(wider)), figure.value, "var(--ink-soft)", 450)
        for wider in found.beside.wider
        if (figure := found.at(wider, found.year, sex))
    ]
    flags = flags if form is Form.WIDE else flags[:2]  # no room for the words of more
    return framed(layout, _distribution(bins, flags, layout, max(heights, default=1)), right=EDGE)


def _distribution(
    bins: Sequence[Spec], flags: Sequence[tuple[str, float | None, str, int]], layout: Layout, highest: int
) -> Iterator[Spec]:
    ends = [bins[0]["a"], bins[-1]["b"]]
    room = 1.35 * highest
    step = math.ceil(reach_of([highest], layout.ticks, from_zero=True).step)
    scale = Reach(ends[0], ends[1], _tick_step(ends, layout))
    x = {
        "field": "a",
        "type": "quantitative",
        "scale": {"domain": ends, "nice": False, "zero": False},
        "axis": {"values": scale.ticks, "format": axis_format(scale), "title": None},
    }
    y = {
        "field": "n",
        "type": "quantitative",
        "scale": {"domain": [0, room], "nice": False},
        "axis": {"values": list(range(0, highest + 1, step)), "format": "d", "title": None},
    }
    yield {
        "data": {"values": list(bins)},
        "mark": {"type": "bar", "tooltip": True, "binSpacing": 1},
        "encoding": {
            "x": {**x, "bin": "binned"},
            "x2": {"field": "b"},
            "y": y,
            "color": _OWN,
            "tooltip": {"field": "t", "type": "nominal", "title": " "},
        },
    }
    told = [(name, value, colour, weight) for name, value, colour, weight in flags if value is not None]
    for place, (name, value, colour, weight) in enumerate(told):
        top = room * (1 - 0.075 * place)
        late = value > (ends[0] + ends[1]) / 2
        yield {
            "data": {"values": [{"a": value, "n": 0, "m": top}]},
            "mark": {"type": "rule", "color": colour, "strokeWidth": 2 if weight > 500 else 1.25},
            "encoding": {"x": x, "y": y, "y2": {"field": "m"}},
        }
        yield {
            "data": {"values": [{"a": value, "n": top, "t": name}]},
            "mark": text_mark(
                colour,
                weight=weight,
                align="right" if late else "left",
                baseline="top",
                dx=-6 if late else 6,
                limit=layout.width / 2,
            ),
            "encoding": {"x": x, "y": y, "text": {"field": "t"}},
        }


def _tick_step(ends: Sequence[float], layout: Layout) -> float:
    return reach_of([ends[1] - ends[0]], max(4, layout.width // 90), from_zero=True).step
