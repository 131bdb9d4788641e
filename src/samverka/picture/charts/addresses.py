"""Where a page finds a chart: a picture for each theme and width, and the chart as files."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from urllib.parse import urlencode

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from samverka.foundation.ui.chart_files import DIGEST_DIGITS, FILES
from samverka.foundation.ui.charts import DARK, NARROW_SCREEN, Chart, Picture, Source, Theme

from .layout import Form

Drawn = Callable[[Form], tuple[Chart, tuple[int, int]]]
"""A form → the chart in any theme, and its width and height in pixels."""


def pictures_at(address: str, query: Mapping[str, str], drawn: Drawn) -> Picture:
    """The pictures for a page: light and dark, wide and narrow. Nothing is drawn.

    The addresses carry a digest of the figures: a picture can be kept for ever, and a change has an address of its own.
    """
    sources = []
    for form, screen in ((Form.NARROW, NARROW_SCREEN), (Form.WIDE, "")):
        found, (width, height) = drawn(form)
        for theme, media in ((Theme.DARK, f"{screen} and {DARK}" if screen else DARK), (Theme.LIGHT, screen)):
            chart = replace(found, theme=theme)
            told = {
                **query,
                "form": form.value,
                "tema": theme.value,
                "sprak": chart.language,
                "v": chart.digest[:DIGEST_DIGITS],
            }
            sources.append(Source(f"{address}?{urlencode(told)}", width, height, media))
    return Picture(plain=sources[-1], others=tuple(sources[:-1]))


def files_at(address: str, query: Mapping[str, str]) -> list[tuple[str, str]]:
    """What the chart can be had as: words and address."""
    language = (get_language() or "sv")[:2]
    words = {"csv": _("Siffrorna som CSV"), "xlsx": _("Excel"), "png": _("Bild för presentation"), "svg": _("SVG")}
    return [
        (words[wanted.value], f"{address}?{urlencode({**query, 'sprak': language, 'format': wanted.value})}")
        for wanted in FILES
    ]
