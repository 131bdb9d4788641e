"""A snapshot, and what has changed since it, in sentences of the reader's language."""

from collections.abc import Sequence
from datetime import datetime

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from samverka.foundation.ui.figures import figure_text, number_text
from samverka.picture.enums import ChangeKind, NoteKind
from samverka.statistics.enums import ObservationStatus, Sex
from samverka.statistics.queries import Figure

from .changes import FigureChange, IndicatorChange
from .frozen import CHANGE_YEARS, FrozenIndicator
from .gathering import Content


def kind_word(note: Content) -> str:
    return capfirst(str(NoteKind(note["kind"]).label))


def note_place(content: Content, note: Content) -> str:
    """Beside what a note stands."""
    indicators = {indicator["key"]: indicator["name"] for indicator in content["indicators"]}
    focus = {area["key"]: area["name"] for area in content["focus"]}
    return indicators.get(note["indicator"]) or focus.get(note["focus"]) or ""


def day_of(iso: str) -> str:
    return date_format(timezone.localtime(datetime.fromisoformat(iso)), "DATE_FORMAT")


def text_of(indicator: FrozenIndicator, figure: Figure | None) -> str:
    """A figure with its unit, or why there is none."""
    if figure is None:
        return figure_text(None)
    return figure_text(
        figure.value,
        unit=indicator.unit if indicator.unit == "%" else "",
        status=ObservationStatus(figure.status).presence,
        decimals=indicator.decimals,
    )


def answer(indicator: FrozenIndicator) -> str:
    """One sentence: how it stands in the whole area, and how it has changed."""
    whole, year = indicator.whole, indicator.year
    now = indicator.at(whole.code, Sex.TOTAL, year)
    if year is None or now is None or now.value is None:
        return _("%(area)s har ingen uppgift.") % {"area": whole.name}
    words = {"area": whole.name, "value": text_of(indicator, now), "year": year}
    change = indicator.change(whole.code)
    if change is None:
        return _("%(area)s %(year)s: %(value)s.") % words
    words |= {
        "change": number_text(abs(change), indicator.decimals),
        "before": year - CHANGE_YEARS,
    }
    if round(change, indicator.decimals) == 0:
        return _("%(area)s %(year)s: %(value)s, lika mycket som %(before)s.") % words
    if change > 0:
        return _("%(area)s %(year)s: %(value)s, %(change)s mer än %(before)s.") % words
    return _("%(area)s %(year)s: %(value)s, %(change)s mindre än %(before)s.") % words


def summary(indicator: FrozenIndicator) -> str:
    """What the chart shows, for those who do not see it."""
    parts = [answer(indicator)]
    for sex, word in ((Sex.WOMEN, _("Kvinnor")), (Sex.MEN, _("Män"))):
        figure = indicator.at(indicator.whole.code, sex, indicator.year)
        if figure is not None:
            parts.append(f"{word} {text_of(indicator, figure)}.")
    for area in indicator.shown_areas:
        if not area.is_part and area.code != indicator.whole.code:
            figure = indicator.at(area.code, Sex.TOTAL, indicator.year)
            parts.append(f"{area.name} {text_of(indicator, figure)}.")
    return " ".join(parts)


def similar_text(indicator: FrozenIndicator) -> str:
    """Beside whom the area was compared, and their median; empty without any."""
    similar = indicator.frozen["similar"]
    if similar is None:
        return ""
    return _("Medianen för %(count)s liknande områden %(year)s: %(value)s.") % {
        "count": similar["count"],
        "year": similar["year"],
        "value": figure_text(
            similar["median"], unit=indicator.unit if indicator.unit == "%" else "", decimals=indicator.decimals
        ),
    }


def changes_told(changes: Sequence[IndicatorChange]) -> list[str]:
    """What has changed, a sentence for each kind of change; one sentence when nothing has."""
    told = []

    def count(kind: ChangeKind) -> tuple[int, int]:
        return sum(1 for c in changes if c.counts[kind]), sum(c.counts[kind] for c in changes)

    indicators, _figures = count(ChangeKind.NEW_YEAR)
    if indicators:
        text = ngettext(
            "%(count)s indikator har fått siffror för ett nytt år.",
            "%(count)s indikatorer har fått siffror för ett nytt år.",
            indicators,
        )
        told.append(text % {"count": indicators})
    indicators, figures = count(ChangeKind.REVISED)
    if figures:
        text = ngettext("Källan har ändrat %(figures)s siffra.", "Källan har ändrat %(figures)s siffror.", figures)
        told.append(text % {"figures": number_text(figures)})
    _indicators, figures = count(ChangeKind.STATUS)
    if figures:
        text = ngettext(
            "%(figures)s siffra har fått en annan status.", "%(figures)s siffror har fått en annan status.", figures
        )
        told.append(text % {"figures": number_text(figures)})
    _indicators, figures = count(ChangeKind.ADDED)
    if figures:
        text = ngettext(
            "%(figures)s siffra för tidigare år har kommit till.",
            "%(figures)s siffror för tidigare år har kommit till.",
            figures,
        )
        told.append(text % {"figures": number_text(figures)})
    _indicators, figures = count(ChangeKind.GONE)
    if figures:
        text = ngettext(
            "%(figures)s siffra finns inte längre hos källan.",
            "%(figures)s siffror finns inte längre hos källan.",
            figures,
        )
        told.append(text % {"figures": number_text(figures)})
    redefined = sum(1 for change in changes if change.redefined)
    if redefined:
        text = ngettext(
            "%(count)s indikator har fått en ny definition.",
            "%(count)s indikatorer har fått en ny definition.",
            redefined,
        )
        told.append(text % {"count": redefined})
    new, gone = sum(1 for c in changes if c.is_new), sum(1 for c in changes if c.is_gone)
    if new:
        text = ngettext("%(count)s indikator har valts till.", "%(count)s indikatorer har valts till.", new)
        told.append(text % {"count": new})
    if gone:
        text = ngettext("%(count)s indikator har valts bort.", "%(count)s indikatorer har valts bort.", gone)
        told.append(text % {"count": gone})
    return told or [_("Ingenting har ändrats.")]


def change_told(change: FigureChange, indicator: FrozenIndicator) -> tuple[str, str, str]:
    """A figure that differs: what it was, what it is, and what has happened to it."""
    before = text_of(indicator, change.before) if change.before else "–"
    after = text_of(indicator, change.after) if change.after else "–"
    return before, after, str(change.kind.label)
