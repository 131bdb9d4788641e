"""The components as template tags. `docs/interface.md` has an example of each, /styleguide shows them all.

Tags that stand in rows (verdict, figure, sex, measure_status) are plain strings, each written once a language and then
remembered: a table may hold thousands, and most of its figures are alike.
"""

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from functools import cache, lru_cache
from html import unescape
from typing import Any

from django import template
from django.template import RequestContext
from django.template.loader import render_to_string
from django.utils.functional import Promise
from django.utils.html import format_html, strip_tags
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from samverka.foundation.ui.charts import Picture
from samverka.foundation.ui.figures import (
    ABSENCE,
    ABSENCE_EXPLAINED,
    NO_BREAK_SPACE,
    Presence,
    number_text,
    presence_of,
)

register = template.Library()

Number = float | Decimal

VERDICT_WORDS: dict[str, Promise] = {
    "ahead": gettext_lazy("före"),
    "on_the_way": gettext_lazy("på väg"),
    "behind": gettext_lazy("efter"),
    "cannot_tell": gettext_lazy("går inte att säga"),
}


def _shape(css_class: str, drawing: str) -> SafeString:
    return mark_safe(  # noqa: S308  # our own constants
        f'<svg class="{css_class}" viewBox="0 0 12 12" aria-hidden="true" focusable="false">{drawing}</svg>'
    )


VERDICT_SHAPES = {
    "ahead": _shape("verdict__shape", '<path d="M6 1 11.5 11H.5z"/>'),
    "on_the_way": _shape("verdict__shape", '<circle cx="6" cy="6" r="5"/>'),
    "behind": _shape("verdict__shape", '<path d="M.5 1h11L6 11z"/>'),
    "cannot_tell": mark_safe('<span aria-hidden="true">?</span>'),
}

MEASURE_WORDS: dict[str, Promise] = {
    "planned": gettext_lazy("planerad"),
    "ongoing": gettext_lazy("pågår"),
    "done": gettext_lazy("klar"),
    "delayed": gettext_lazy("försenad"),
    "stopped": gettext_lazy("avbruten"),
}
_RING = '<circle cx="6" cy="6" r="4.75" fill="none" stroke="currentColor" stroke-width="1.5"/>'
MEASURE_SHAPES = {
    "planned": _shape("status__shape", _RING),
    "ongoing": _shape("status__shape", _RING + '<path fill="currentColor" d="M6 1.25a4.75 4.75 0 0 1 0 9.5z"/>'),
    "done": _shape(
        "status__shape",
        '<circle cx="6" cy="6" r="5.5" fill="currentColor"/>'
        '<path d="m3.4 6.2 1.8 1.8 3.4-3.8" fill="none" stroke="var(--paper)" stroke-width="1.5"/>',
    ),
    "delayed": _shape("status__shape", '<path d="M6 .5 11.5 6 6 11.5.5 6z" fill="currentColor"/>'),
    "stopped": _shape(
        "status__shape", '<path d="m2 2 8 8m0-8-8 8" stroke="currentColor" stroke-width="2" fill="none"/>'
    ),
}

SEX_WORDS: dict[str, Promise] = {
    "women": gettext_lazy("kvinnor"),
    "men": gettext_lazy("män"),
    "total": gettext_lazy("alla"),
}


@register.filter
def number(value: Number | None, decimals: int = 0) -> str:
    """`{{ amount|number:1 }}`: the number in the reader's language; nothing when there is none."""
    return "" if value is None else number_text(value, decimals)


@register.filter
def signed(value: Number | None, decimals: int = 0) -> str:
    """`{{ change|signed:1 }}`: as `number`, with + before an increase."""
    return "" if value is None else number_text(value, decimals, signed=True)


@register.filter
def swedish(text: Any) -> Any:
    """`{{ indicator.name|swedish }}`: Swedish whatever the reader's language, and marked as such (WCAG 3.1.2)."""
    return _in_swedish(text) if text and not _reads_swedish() else text


@register.filter
def marking(sentence: Any, part: Any) -> Any:
    """`{{ title|marking:indicator.name }}`: a sentence in the reader's language round a name in Swedish."""
    before, found, after = str(sentence).partition(str(part))
    if not part or not found or _reads_swedish():
        return sentence
    return format_html("{}{}{}", before, _in_swedish(part), after)


def _in_swedish(text: Any) -> SafeString:
    return format_html('<span lang="sv">{}</span>', text)


def _reads_swedish() -> bool:
    return (get_language() or "sv").startswith("sv")


@register.simple_tag
def verdict(value: str, *, compact: bool = False, word: str = "") -> SafeString:
    """Shape, word and colour. `compact`, for narrow columns, keeps the word for those who listen.

    `word` replaces the plain word where more can be said: that a promise was kept, for instance.
    """
    return _verdict(str(value), str(word), bool(compact), get_language())


@lru_cache(1_000)
def _verdict(key: str, word: str, compact: bool, language: str | None) -> SafeString:  # noqa: FBT001  a key
    told = word or VERDICT_WORDS[key]
    return format_html(
        '<span class="verdict verdict--{}"{}>{}<span{}>{}</span></span>',
        key,
        format_html(' title="{}"', told) if compact else "",
        VERDICT_SHAPES[key],
        mark_safe(' class="visually-hidden"') if compact else "",
        told,
    )


@register.simple_tag
def figure(value: Number | None, unit: str = "", status: str = "ok", decimals: int = 1) -> SafeString:
    """One value: the number, or the word for why there is none. A missing number never looks like a zero."""
    return _figure(value, str(unit), str(status or Presence.OK), decimals, get_language())


@lru_cache(20_000)
def _figure(value: Number | None, unit: str, status: str, decimals: int, language: str | None) -> SafeString:
    presence = presence_of(value, status)
    if value is None or presence in ABSENCE:
        mark, word = ABSENCE[presence]
        return format_html(
            '<span class="figure figure--{}" title="{}">{}<span class="figure__word">{}</span></span>',
            presence.value,
            ABSENCE_EXPLAINED[presence],
            format_html('<span aria-hidden="true">{}</span> ', mark) if mark else "",
            word,
        )
    text = number_text(value, decimals)
    said = swedish(unit) if any(letter.isalpha() for letter in unit) else unit
    written = format_html('{}<span class="figure__unit">{}{}</span>', text, NO_BREAK_SPACE, said) if unit else text
    if presence is Presence.PRELIMINARY:
        return format_html(
            '<span class="figure figure--preliminary"><span class="figure__value">{}</span> '
            '<abbr class="figure__word" title="{}">{}</abbr></span>',
            written,
            _("Preliminär uppgift: källan kan ändra den."),
            _("prel."),
        )
    return format_html('<span class="figure">{}</span>', written)


@register.simple_tag
def sex(value: str) -> SafeString:
    """Women, men or all, with their mark: for the heads of columns and the names of lines."""
    return _sex(str(value), get_language())


@cache
def _sex(key: str, language: str | None) -> SafeString:
    return format_html('<span class="sex sex--{}">{}</span>', key, SEX_WORDS[key])


@register.simple_tag
def measure_status(value: str) -> SafeString:
    """Shape and word for how far a measure has come."""
    return _measure_status(str(value), get_language())


@cache
def _measure_status(key: str, language: str | None) -> SafeString:
    return format_html('<span class="status status--{}">{}{}</span>', key, MEASURE_SHAPES[key], MEASURE_WORDS[key])


@register.inclusion_tag("ui/components/headline.html")
def headline(
    value: Number | None,
    *,
    verdict: str = "",
    verdict_word: str = "",
    label: str = "",
    unit: str = "",
    status: str = "ok",
    decimals: int = 1,
    target: Number | None = None,
    target_year: int | None = None,
    baseline: Number | None = None,
    baseline_year: int | None = None,
) -> dict[str, Any]:
    """The one number a page is about, with its verdict, its target and where it started."""
    return dict(locals())


@register.inclusion_tag("ui/components/source.html")
def source_line(
    source: str,
    *,
    extracted: date | None = None,
    url: str = "",
    table_url: str = "",
    note: str = "",
) -> dict[str, Any]:
    """Where a figure comes from; stands under every table and chart."""
    return dict(locals())


@register.inclusion_tag("ui/components/collaboration.html")
def collaboration_header(
    *,
    name: str,
    tabs: Sequence[Mapping[str, Any]],
    url: str = "",
    status: str = "",
    parties: int | None = None,
    value: str = "",
) -> dict[str, Any]:
    """Name, status, what it is worth to citizens, and the tabs: dicts of label, url and current."""
    return dict(locals())


@register.inclusion_tag("ui/components/breadcrumbs.html")
def breadcrumbs(*labels_and_urls: str) -> dict[str, Any]:
    """The way here: label, url, label, url. The page itself is its heading and is not repeated."""
    return {"steps": list(zip(labels_and_urls[::2], labels_and_urls[1::2], strict=True))}


@register.inclusion_tag("ui/components/pagination.html", takes_context=True)
def pagination(context: RequestContext, page: Any) -> dict[str, Any]:
    """The pages of a Django `Page`, keeping the rest of the address's query."""
    return {"page": page, "request": context["request"]}


@register.inclusion_tag("ui/components/progress.html")
def progress_panel(
    *,
    label: str,
    done: int,
    total: int | None,
    text: str = "",
    state: str = "running",
    poll_url: str = "",
    cancel_url: str = "",
) -> dict[str, Any]:
    """Long work: bar, count and what happens now. `state`: waiting, running, done, failed or cancelled.

    While waiting or running it fetches itself again from `poll_url`, which answers with this same fragment.
    """
    under_way = state in {"waiting", "running"}
    return {
        "label": label,
        "done": done,
        "total": total,
        "text": text,
        "state": state,
        "under_way": under_way,
        "poll_url": poll_url,
        "cancel_url": cancel_url,
    }


@register.inclusion_tag("ui/forms/errors.html")
def error_summary(form: Any) -> dict[str, Any]:
    """What is wrong in a form, each with a link to its field. `{{ form }}` already begins with it."""
    return {"form": form}


@register.simple_block_tag
def notice(content: str, kind: str = "info", title: str = "") -> SafeString:
    """Something to know here and now: info, success, warning or error. It stays as long as it is true."""
    return format_html(
        '<div class="notice notice--{}">{}<div class="flow">{}</div></div>',
        kind,
        format_html('<p class="notice__title">{}</p>', title) if title else "",
        content,
    )


@register.simple_block_tag
def empty_state(content: str, title: str) -> SafeString:
    """Nothing here yet: what the page is for, and the next step."""
    return format_html('<div class="empty"><p class="empty__title">{}</p>{}</div>', title, content)


@register.simple_block_tag
def table_region(content: str, label: str) -> SafeString:
    """Lets a wide table slide inside itself, reachable by keyboard, so that the page never does."""
    return format_html('<div class="table-region" role="region" tabindex="0" aria-label="{}">{}</div>', label, content)


@register.simple_block_tag
def chart(
    content: str,
    title: str,
    *,
    image_url: str = "",
    picture: Picture | None = None,
    svg: str = "",
    summary: str = "",
    downloads: Sequence[tuple[str, str]] = (),
    live_url: str = "",
) -> SafeString:
    """A picture of figures: title, picture, summary in words, and its table (the content) folded below.

    `picture` has an address for each theme and width; `image_url` is one address that answers with a picture; `svg`
    is trusted markup from our own chart grammar. `live_url` answers with what `ui/js/charts.js` draws in its place.
    """
    return render_to_string(
        "ui/components/chart.html",
        {
            "title": title,
            "alt": summary or (unescape(strip_tags(title)) if isinstance(title, SafeString) else title),
            "image_url": image_url,
            "picture": picture,
            "svg": svg,
            "summary": summary,
            "downloads": downloads,
            "live_url": live_url,
            "table": content,
        },
    )
