"""Charts: a Vega-Lite specification becomes an SVG picture, drawn at most once per content.

A specification names colours as the style sheets do, `var(--women)`, and holds its own data; the theme gives the
colours. What a picture shows, its colours, its language's numbers and the version of the renderer make its digest,
and the digest is the key of the drawn picture. A page needs the digest only: drawing waits until a picture is asked
for.
"""

import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property, lru_cache
from importlib.metadata import version
from typing import Any

import vl_convert
from django.db import connection
from django.utils import timezone

from .models import RenderedChart


class Theme(StrEnum):
    LIGHT = "light"
    DARK = "dark"


# The values of static/ui/css/tokens.css; a picture in an <img> cannot read the page's style sheet.
# A test holds the two equal.
TOKENS: Mapping[Theme, Mapping[str, str]] = {
    Theme.LIGHT: {
        "--ink": "#1b1f24",
        "--ink-soft": "#565c64",
        "--paper": "#ffffff",
        "--ground": "#f6f5f1",
        "--rule": "#d9d7d0",
        "--rule-strong": "#85827a",
        "--accent": "#0b5c6b",
        "--women": "#6b3fa0",
        "--men": "#8f5a00",
        "--map-lowest": "#d5e8ea",
        "--map-low": "#9fcdd2",
        "--map-middle": "#62a9b3",
        "--map-high": "#2b7f8c",
        "--map-highest": "#084a56",
    },
    Theme.DARK: {
        "--ink": "#e8eaed",
        "--ink-soft": "#a9b0b8",
        "--paper": "#14171a",
        "--ground": "#1c2024",
        "--rule": "#363b41",
        "--rule-strong": "#747b83",
        "--accent": "#6cc7d6",
        "--women": "#c3a3ee",
        "--men": "#e8b04c",
        "--map-lowest": "#1e3a40",
        "--map-low": "#2b5f69",
        "--map-middle": "#3f8b97",
        "--map-high": "#69bcc8",
        "--map-highest": "#b4e6ed",
    },
}
# The reader's machine draws the letters; servers often have no such fonts, and measure with the renderer's own.
FONT = "system-ui, -apple-system, 'Segoe UI', Roboto, 'Noto Sans', 'Liberation Sans', 'Helvetica Neue', sans-serif"
NUMBERS = {
    "sv": {
        "decimal": ",",
        "thousands": "\u202f",
        "grouping": [3],
        "currency": ["", "\u00a0kr"],
        "minus": "\u2212",
    },
    "en": {
        "decimal": ".",
        "thousands": "\u202f",  # as `figures.number_text` writes them
        "grouping": [3],
        "currency": ["SEK\u00a0", ""],
        "minus": "\u2212",
    },
}
RENDERER = f"vl-convert {version('vl-convert-python')}"
_NOT_IN_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
"""Characters that no SVG can hold. The renderer does not refuse them: it takes the whole process down."""
NARROW_SCREEN = "(max-width: 40rem)"
DARK = "(prefers-color-scheme: dark)"
"""When a page shows the picture for narrow screens, and for dark rooms; `ui/js/charts.js` asks the same."""
SECURITY_POLICY = "default-src 'none'; sandbox"
"""The content security policy of a picture that is opened by itself: it needs nothing and may do nothing."""


def config_of(theme: Theme) -> dict[str, Any]:
    """Vega-Lite's configuration: our type and our rules, and none of its default decoration."""
    colour = TOKENS[theme]
    return {
        "background": None,
        "aria": False,  # the page says it in words, and the table below says it in figures
        "font": FONT,
        "view": {"stroke": None},
        "text": {"fontSize": 13, "color": colour["--ink"]},
        "axis": {
            "domainColor": colour["--rule-strong"],
            "gridColor": colour["--rule"],
            "labelColor": colour["--ink-soft"],
            "labelFontSize": 13,
            "labelPadding": 6,
            "tickColor": colour["--rule-strong"],
            "title": None,
        },
        "axisY": {"domain": False, "ticks": False},
        "axisX": {"grid": False, "tickSize": 4},
    }


@dataclass(frozen=True)
class Chart:
    """A specification in a theme and a language, ready to be drawn.

    spec: Vega-Lite with its data inside it and colours as `var(--name)`.
    language: whose numbers the axes are written in; words are the specification's own.
    """

    spec: Mapping[str, Any]
    theme: Theme
    language: str

    @cached_property
    def digest(self) -> str:
        """64 hexadecimal digits: the same for the same picture, wherever and whenever it is made."""
        content = f"{_surroundings(self.theme, self.language)}\n{_canonical(self.spec)}"
        return hashlib.sha256(content.encode()).hexdigest()


def svg_of(chart: Chart) -> str:
    """The picture, drawn at most once per content whatever the number of processes and threads.

    Runs in a transaction; whoever asks for a picture that another is drawing waits for it. One that draws several
    pictures in a transaction draws them in the same order as others do, or PostgreSQL ends one of the two.
    """
    found = drawn(chart.digest)
    if found is not None:
        return found
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [chart.digest])
    found = drawn(chart.digest)
    if found is not None:
        return found
    svg = draw(chart)
    RenderedChart.objects.bulk_create(
        [RenderedChart(digest=chart.digest, svg=svg, renderer=RENDERER, drawn_at=timezone.now())],
        ignore_conflicts=True,
    )
    return svg


def draw(chart: Chart) -> str:
    """Draw, without looking whether it has been drawn. Nothing is fetched: an address in a specification fails.

    Raises:
        ValueError: the specification is not Vega-Lite, or names an address.
    """
    svg: str = vl_convert.vegalite_to_svg(
        coloured(chart.spec, TOKENS[chart.theme]),
        config=config_of(chart.theme),
        format_locale=NUMBERS[chart.language],
        allowed_base_urls=[],
    )
    return svg


def drawn(digest: str) -> str | None:
    """The picture with this digest, if it has been drawn."""
    return RenderedChart.objects.filter(pk=digest).values_list("svg", flat=True).first()


@lru_cache
def _surroundings(theme: Theme, language: str) -> str:
    """Everything that decides how a picture looks, except its specification."""
    return _canonical([RENDERER, TOKENS[theme], config_of(theme), NUMBERS[language]])


def _canonical(content: Any) -> str:
    return json.dumps(content, sort_keys=True, separators=(",", ":"), ensure_ascii=False)


def in_expression(text: str) -> str:
    """A text that people have written, as a string inside one of Vega's expressions: never more than that."""
    return json.dumps(text)


def coloured(part: Any, tokens: Mapping[str, str]) -> Any:
    """A specification with every `var(--name)` replaced, and every text such as a picture can hold it.

    Other texts may look like a colour's name, for people name indicators and nodes: they stay as they are.
    """
    if isinstance(part, Mapping):
        return {key: coloured(value, tokens) for key, value in part.items()}
    if isinstance(part, (list, tuple)):
        return [coloured(value, tokens) for value in part]
    if isinstance(part, str):
        name = part[4:-1] if part.startswith("var(") and part.endswith(")") else ""
        return tokens[name] if name in tokens else _NOT_IN_XML.sub("\ufffd", part)
    return part


@dataclass(frozen=True)
class Source:
    """One picture among those that the browser chooses from."""

    url: str
    width: int
    height: int
    media: str = ""


@dataclass(frozen=True)
class Picture:
    """A chart on a page: the plain picture, and others for dark mode and narrow screens."""

    plain: Source
    others: tuple[Source, ...] = ()
