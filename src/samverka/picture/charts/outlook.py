"""A projection as a picture: two lines from the same start, and the band between them that the reception adds."""

from collections.abc import Iterator, Mapping

from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from samverka.foundation.ui.charts import NUMBERS, Chart, Picture, Theme
from samverka.foundation.ui.figures import number_text
from samverka.picture.content.outlook import Outlook
from samverka.territory.models import Area

from .addresses import files_at, pictures_at
from .layout import LAYOUTS, Form, Layout, Spec, apart, axis_format, framed, reach_of, text_mark

NUMBER_ROOM = 62
"""Pixels left of the axis for a number of people in the hundreds of thousands."""


def spec_of(found: Outlook, form: Form) -> Spec:
    """The specification, in the active language. Colours are names."""
    layout = LAYOUTS[form]
    return framed(layout, list(_layers(found, layout, form)), left=max(layout.left, NUMBER_ROOM))


def _layers(found: Outlook, layout: Layout, form: Form) -> Iterator[Spec]:
    totals, without = found.totals
    reach = reach_of([*totals, *without], layout.ticks)
    x: Spec = {
        "field": "x",
        "type": "quantitative",
        "scale": {"domain": [found.years[0], found.years[-1]], "nice": False},
        "axis": {"format": "d", "title": None, "grid": False, "tickMinStep": 1, "tickCount": layout.ticks},
    }
    y: Spec = {
        "field": "y",
        "type": "quantitative",
        "scale": {"domain": [reach.low, reach.high], "nice": False},
        "axis": {"values": reach.ticks, "format": axis_format(reach), "title": None},
    }
    rows = [{"x": year, "y": w, "y2": o} for year, w, o in zip(found.years, totals, without, strict=True)]
    is_wide = form is Form.WIDE
    with_it, without_it = (_("Med mottagandet"), _("Utan mottagandet")) if is_wide else (_("Med"), _("Utan"))
    lines: list[tuple[str, list[float], str, list[int]]] = [(with_it, totals, "var(--ink)", [])]
    if found.choices.reception:
        lines.insert(0, (without_it, without, "var(--ink-soft)", [5, 4]))
    else:
        lines = [(_("Invånare") if is_wide else "", totals, "var(--ink)", [])]
    yield {
        "data": {"values": rows},
        "mark": {"type": "area", "color": "var(--accent)", "opacity": 0.18},
        "encoding": {"x": x, "y": y, "y2": {"field": "y2"}},
    }
    for name, values, colour, dash in lines:
        told = [
            {"x": year, "y": value, "tip": f"{year}: {number_text(round(value))}"}
            for year, value in zip(found.years, values, strict=True)
        ]
        mark: Spec = {"type": "line", "color": colour, "strokeWidth": 2.5}
        if dash:
            mark["strokeDash"] = dash
        yield {"data": {"values": told}, "mark": mark, "encoding": {"x": x, "y": y}}
        yield {
            "data": {"values": told},
            "mark": {"type": "point", "size": 260, "opacity": 0, "filled": True, "tooltip": True},
            "encoding": {"x": x, "y": y, "tooltip": {"field": "tip", "type": "nominal", "title": name}},
        }
    heights = apart([reach.pixel(values[-1], layout.height) for _n, values, *_ in lines], 16, 6, layout.height)
    for (name, values, colour, _dash), height in zip(lines, heights, strict=True):
        yield {
            "data": {
                "values": [
                    {"x": found.years[-1], "y": values[-1], "t": f"{name} {number_text(round(values[-1]))}".strip()}
                ]
            },
            "mark": text_mark(
                colour,
                weight=600,
                size=13 if is_wide else 12,
                align="left",
                baseline="middle",
                dx=10,
                dy=height - reach.pixel(values[-1], layout.height),
                limit=layout.right - 12,
            ),
            "encoding": {"x": x, "y": y, "text": {"field": "t"}},
        }


def chart_of(found: Outlook, form: Form, theme: Theme) -> Chart:
    """The chart in the active language, ready to be drawn."""
    language = (get_language() or "sv")[:2]
    return Chart(spec_of(found, form), theme, language if language in NUMBERS else "sv")


def picture_of(area: Area, found: Outlook, query: Mapping[str, str]) -> Picture:
    """The pictures for a page. `query` holds what is assumed."""

    def drawn(form: Form) -> tuple[Chart, tuple[int, int]]:
        layout = LAYOUTS[form]
        return chart_of(found, form, Theme.LIGHT), (layout.whole_width, layout.whole_height())

    return pictures_at(_address(area), query, drawn)


def downloads_of(area: Area, query: Mapping[str, str]) -> list[tuple[str, str]]:
    """What the chart can be had as: words and address."""
    return files_at(_address(area), query)


def _address(area: Area) -> str:
    return reverse("picture:projection_chart", args=[area.code])
