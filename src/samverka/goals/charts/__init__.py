"""A goal as a picture: Vega-Lite specifications from the same figures as the table, and where a page finds them.

`spec_of` is pure: progress and place in, specification out. Nothing here draws; `foundation.ui.charts` does.
"""

from dataclasses import replace
from enum import StrEnum
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from samverka.foundation.ui.chart_files import DIGEST_DIGITS, Format
from samverka.foundation.ui.charts import DARK, NARROW_SCREEN, NUMBERS, Chart, Picture, Source, Theme
from samverka.goals.queries import Place, Progress

from .axes import Axes, Layout, axes_of
from .drawing import Drawing, Spec


class Form(StrEnum):
    """The shapes of a chart; the values stand in addresses."""

    WIDE = "bred"
    NARROW = "smal"
    SMALL = "liten"


LAYOUTS = {
    Form.WIDE: Layout(676, 320, 44, 128, 28, 30, 14, 17, 40, 5, detailed=True),
    Form.NARROW: Layout(208, 270, 36, 124, 26, 28, 13, 16, 42, 4, detailed=True),
    Form.SMALL: Layout(176, 120, 34, 50, 12, 24, 12, 14, 60, 3, detailed=False),
}


def spec_of(progress: Progress, place: Place, form: Form, axes: Axes | None = None) -> Spec:
    """The specification of one place, in the active language. Colours are names; see `foundation.ui.charts`."""
    layout = LAYOUTS[form]
    axes = axes or axes_of(progress, [place], layout.y_ticks)
    drawing = Drawing(progress, place, layout, axes)
    return {
        "$schema": "https://vega.github.io/schema/vega-lite/v6.json",
        "width": layout.width,
        "height": layout.height,
        "autosize": {"type": "none"},
        "padding": {"left": layout.left, "right": layout.right, "top": layout.top, "bottom": layout.bottom},
        "layer": list(drawing.layers()),
    }


def chart_of(progress: Progress, place: Place, form: Form, theme: Theme) -> Chart:
    """The chart in the active language, ready to be drawn. Small charts of a goal share their axes."""
    language = (get_language() or "sv")[:2]
    axes = axes_of(progress, progress.parts, LAYOUTS[form].y_ticks) if form is Form.SMALL else None
    return Chart(spec_of(progress, place, form, axes), theme, language if language in NUMBERS else "sv")


def picture_of(progress: Progress, place: Place, *, small: bool = False) -> Picture:
    """The pictures of a place for a page: light and dark and, unless small, for wide and narrow screens.

    Nothing is drawn. The address carries a digest of the figures, so that a picture can be kept for ever and a change
    has an address of its own.
    """
    sources = []
    for form, screen in [(Form.SMALL, "")] if small else [(Form.NARROW, NARROW_SCREEN), (Form.WIDE, "")]:
        drawing = chart_of(progress, place, form, Theme.LIGHT)
        sources += [
            _source(progress, place, form, replace(drawing, theme=Theme.DARK), _both(screen, DARK)),
            _source(progress, place, form, drawing, screen),
        ]
    return Picture(plain=sources[-1], others=tuple(sources[:-1]))


def downloads_of(progress: Progress, place: Place) -> list[tuple[str, str]]:
    """What a place's chart can be had as: words and address."""
    query = {"omrade": place.area.code, "sprak": (get_language() or "sv")[:2]}
    if progress.as_of_year is not None:
        query["ar"] = str(progress.as_of_year)
    address = reverse("goals:chart", args=[progress.goal.pk])
    words = {Format.XLSX: _("Excel"), Format.PNG: _("Bild för presentation"), Format.SVG: _("SVG")}
    return [(told, f"{address}?{urlencode({**query, 'format': wanted.value})}") for wanted, told in words.items()]


def _both(one: str, other: str) -> str:
    return f"{one} and {other}" if one else other


def _source(progress: Progress, place: Place, form: Form, chart: Chart, media: str) -> Source:
    query = {
        "omrade": place.area.code,
        "form": form.value,
        "tema": chart.theme.value,
        "sprak": chart.language,
        **({"ar": progress.as_of_year} if progress.as_of_year is not None else {}),
        "v": chart.digest[:DIGEST_DIGITS],
    }
    layout = LAYOUTS[form]
    return Source(
        url=f"{reverse('goals:chart', args=[progress.goal.pk])}?{urlencode(query)}",
        width=layout.whole_width,
        height=layout.whole_height,
        media=media,
    )
