"""An indicator as pictures: over time, on a map, ranked, spread, and side by side; and where a page finds them.

Everything here is pure but for reading: figures in, specification out. `foundation.ui.charts` draws.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.translation import get_language

from samverka.foundation.ui.chart_files import Format, Sheet
from samverka.foundation.ui.charts import NUMBERS, Chart, Picture, Theme
from samverka.picture.queries import Indicated, Parts, Place
from samverka.statistics.enums import Sex
from samverka.territory.charts import size_of as map_size
from samverka.territory.charts import spec_of as map_spec
from samverka.territory.models import Area

from .addresses import files_at, pictures_at
from .layout import LAYOUTS, Form, Spec
from .lines import SMALL_WIDTH, over_time, side_by_side
from .maps import map_of
from .places import distribution, ranking, ranking_height
from .sheets import sheet_of


class Kind(StrEnum):
    """The charts of an indicator; the values stand in addresses."""

    TIME = "tid"
    MAP = "karta"
    RANKING = "rangordning"
    SPREAD = "fordelning"
    PARTS = "delar"


@dataclass(frozen=True)
class Shown:
    """What one chart shows: the indicator in the area, and what the reader has chosen.

    around: whose parts are shown side by side. sex: total, women or men; `by_sex` both beside each other, over time.
    places, parts: read where the chart needs them.
    """

    kind: Kind
    found: Indicated
    around: Area
    by_sex: bool
    sex: Sex
    places: list[Place]
    parts: Parts | None
    outlines: Mapping[int, dict[str, object]]
    query: Mapping[str, str]


def spec_of(shown: Shown, form: Form) -> Spec:
    """The specification, in the active language. Colours are names."""
    layout = LAYOUTS[form]
    if shown.kind is Kind.TIME:
        return over_time(shown.found, layout, form, by_sex=shown.by_sex)
    if shown.kind is Kind.RANKING:
        return ranking(shown.found, shown.places, layout, form)
    if shown.kind is Kind.SPREAD:
        return distribution(shown.found, shown.places, layout, form, shown.sex)
    if shown.kind is Kind.PARTS and shown.parts is not None:
        return side_by_side(shown.found, shown.parts, form)
    return map_spec(map_of(shown, form))


def size_of(shown: Shown, form: Form, spec: Spec) -> tuple[int, int]:
    """Width and height of the picture, without drawing it."""
    layout = LAYOUTS[form]
    if shown.kind is Kind.MAP:
        return map_size(map_of(shown, form))
    if shown.kind is Kind.PARTS:
        rows = -(-len(spec["facet"]["sort"]) // spec["columns"])
        return SMALL_WIDTH[form], max(1, rows) * (spec["spec"]["height"] + 66)
    height = ranking_height(shown.places, layout) if shown.kind is Kind.RANKING else None
    return layout.whole_width, layout.whole_height(height)


def chart_of(shown: Shown, form: Form, theme: Theme) -> Chart:
    """The chart in the active language, ready to be drawn."""
    language = (get_language() or "sv")[:2]
    return Chart(spec_of(shown, form), theme, language if language in NUMBERS else "sv")


def picture_of(shown: Shown) -> Picture:
    """The pictures for a page. Nothing is drawn."""

    def drawn(form: Form) -> tuple[Chart, tuple[int, int]]:
        chart = chart_of(shown, form, Theme.LIGHT)
        return chart, size_of(shown, form, dict(chart.spec))

    return pictures_at(address_of(shown), shown.query, drawn)


def address_of(shown: Shown) -> str:
    return reverse("picture:chart", args=[shown.found.area.code, shown.found.indicator.pk, shown.kind.value])


def live_address_of(shown: Shown) -> str:
    """Where the page's script finds what it draws; it adds the form and the theme."""
    language = (get_language() or "sv")[:2]
    return f"{address_of(shown)}?{urlencode({**shown.query, 'sprak': language, 'format': Format.SCRIPT.value})}"


def downloads_of(shown: Shown) -> list[tuple[str, str]]:
    """What the chart can be had as: words and address."""
    return files_at(address_of(shown), shown.query)


__all__ = [
    "LAYOUTS",
    "Form",
    "Kind",
    "Sheet",
    "Shown",
    "chart_of",
    "downloads_of",
    "live_address_of",
    "picture_of",
    "sheet_of",
]
