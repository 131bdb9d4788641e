"""Small drawings in rows and the words beside them: plain SVG in the page, with classes and no styles."""

from collections.abc import Sequence

from django import template
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe

from samverka.foundation.ui.figures import number_text
from samverka.foundation.ui.templatetags.ui import VERDICT_SHAPES
from samverka.picture.queries import Card, Spread
from samverka.picture.wording import THAN, WAY, amount
from samverka.statistics.models import Indicator
from samverka.statistics.queries import Figure

register = template.Library()

WIDTH, HEIGHT, EDGE = 132, 36, 4
SHAPES = {
    "better": ("ahead", VERDICT_SHAPES["ahead"]),
    "worse": ("behind", VERDICT_SHAPES["behind"]),
    "same": ("cannot_tell", mark_safe('<span aria-hidden="true">=</span>')),
    "higher": ("cannot_tell", mark_safe('<span aria-hidden="true">↑</span>')),
    "lower": ("cannot_tell", mark_safe('<span aria-hidden="true">↓</span>')),
}


@register.simple_tag
def than(direction: str) -> SafeString:
    """better, worse, same, higher or lower "than": shape, word and colour."""
    return _told(direction, str(THAN[direction]))


@register.simple_tag
def way(direction: str) -> SafeString:
    """Which way something has changed: shape, word and colour."""
    return _told(direction, str(WAY[direction]))


def _told(direction: str, word: str) -> SafeString:
    colour, shape = SHAPES[direction]
    return format_html('<span class="verdict verdict--{}">{} <span>{}</span></span>', colour, shape, word)


@register.simple_tag
def value_of(value: float, indicator: Indicator, decimals: int) -> str:
    """A figure beside one's own, which stands there with its unit: only per cent is said again, a long one is not."""
    return amount(value, indicator, decimals) if indicator.unit == "%" else number_text(value, decimals)


@register.simple_tag
def sparkline(figures: Sequence[Figure]) -> SafeString:
    """The years as a line, broken where one has no value; the newest value is a dot. For the eye only."""
    known = [(figure.year, figure.value) for figure in figures if figure.value is not None]
    if len(known) < 2:
        return mark_safe("")
    first, last = known[0][0], known[-1][0]
    low, high = min(value for _, value in known), max(value for _, value in known)

    def x(year: int) -> float:
        return EDGE + (WIDTH - 2 * EDGE) * (year - first) / (last - first)

    def y(value: float) -> float:
        return HEIGHT - EDGE - (HEIGHT - 2 * EDGE) * ((value - low) / (high - low) if high > low else 0.5)

    runs: list[list[tuple[int, float]]] = [[]]
    for figure in figures:
        if figure.value is None:
            runs.append([])
        else:
            runs[-1].append((figure.year, figure.value))
    lines = format_html_join(
        "",
        '<polyline points="{}"/>',
        ((" ".join(f"{x(year):.1f},{y(value):.1f}" for year, value in run),) for run in runs if len(run) > 1),
    )
    return format_html(
        '<svg class="spark" viewBox="0 0 {} {}" width="{}" height="{}" aria-hidden="true" focusable="false">'
        '{}<circle cx="{}" cy="{}" r="3.5"/></svg>',
        *(WIDTH, HEIGHT, WIDTH, HEIGHT, lines, f"{x(last):.1f}", f"{y(known[-1][1]):.1f}"),
    )


@register.simple_tag
def strip(card: Card) -> SafeString:
    """Where the figure lies between the lowest and the highest of all, with those it is compared with. For the eye."""
    spread, now = card.spread, card.now
    if spread is None or now is None or now.value is None or spread.count < 3:
        return mark_safe("")
    marks = format_html_join(
        "",
        '<path class="strip__other" d="M{} 3v12"/>',
        ((f"{_along(spread, other.value):.1f}",) for other in card.beside),
    )
    return format_html(
        '<svg class="strip" viewBox="0 0 {} 18" width="{}" height="18" aria-hidden="true" focusable="false">'
        '<path class="strip__line" d="M{} 9H{}"/>{}<circle cx="{}" cy="9" r="4.5"/></svg>',
        *(WIDTH, WIDTH, EDGE, WIDTH - EDGE, marks, f"{_along(spread, now.value):.1f}"),
    )


def _along(spread: Spread, value: float) -> float:
    return EDGE + (WIDTH - 2 * EDGE) * spread.part(value)
