"""A snapshot, and what has changed since it, in sentences of the reader's language."""

from collections.abc import Sequence
from dataclasses import dataclass
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


def source_line(indicator: FrozenIndicator) -> str:
    """The source, and when the figures left it."""
    text = f"{_('Källa:')} {indicator.source}"
    if indicator.extracted_at is None:
        return text
    day = date_format(timezone.localtime(indicator.extracted_at), "SHORT_DATE_FORMAT")
    return _("%(source)s, uttag %(day)s") % {"source": text, "day": day}


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
    if indicator.has_no_total:
        return _("%(area)s har inget samlat värde: varje kommun har sitt eget svar.") % {"area": whole.name}
    if year is None or now is None or now.value is None:
        return _("%(area)s har ingen uppgift.") % {"area": whole.name}
    words = {"area": whole.name, "value": text_of(indicator, now), "year": year}
    change = indicator.change(whole.code)
    if change is None:
        return _("%(area)s %(year)s: %(value)s.") % words
    words |= {
        "change": _amount(abs(change), indicator),
        "before": year - CHANGE_YEARS,
    }
    if round(change, indicator.decimals) == 0:
        return _("%(area)s %(year)s: %(value)s, lika mycket som %(before)s.") % words
    if change > 0:
        return _("%(area)s %(year)s: %(value)s, %(change)s mer än %(before)s.") % words
    return _("%(area)s %(year)s: %(value)s, %(change)s mindre än %(before)s.") % words


def _amount(change: float, indicator: FrozenIndicator) -> str:
    """The size of a change: of per cents it is percentage points."""
    text = number_text(change, indicator.decimals)
    return _("%(number)s procentenheter") % {"number": text} if indicator.unit == "%" else text


def summary(indicator: FrozenIndicator) -> str:
    """What the chart shows, for those who do not see it."""
    return f"{answer(indicator)} {beside(indicator)}"


def beside(indicator: FrozenIndicator) -> str:
    """Women, men and wider areas in the newest year, and which years the chart covers."""
    parts = []
    if indicator.years:
        parts.append(
            _("År för år från %(first)s till %(last)s.") % {"first": indicator.years[0], "last": indicator.years[-1]}
        )
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
    """Beside whom the area was compared, and their mean; empty without any."""
    similar = indicator.frozen["similar"]
    if similar is None:
        return ""
    return _("Genomsnittet för %(count)s liknande områden %(year)s: %(value)s.") % {
        "count": similar["count"],
        "year": similar["year"],
        "value": figure_text(
            similar["mean"], unit=indicator.unit if indicator.unit == "%" else "", decimals=indicator.decimals
        ),
    }


def changes_told(changes: Sequence[IndicatorChange]) -> list[str]:
    """What has changed, a sentence for each kind of change; one sentence when nothing has."""
    told = []

    def count(kind: ChangeKind) -> tuple[int, int]:
        return sum(1 for c in changes if c.counts[kind]), sum(c.counts[kind] for c in changes)

    indicators, _figures = count(ChangeKind.NEW_YEAR)
    if indicators:
        if max(len(_new_years(change)) for change in changes) == 1:
            text = ngettext(
                "%(count)s indikator har fått siffror för ett nytt år.",
                "%(count)s indikatorer har fått siffror för ett nytt år.",
                indicators,
            )
        else:
            text = ngettext(
                "%(count)s indikator har fått siffror för nya år.",
                "%(count)s indikatorer har fått siffror för nya år.",
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


MOST_LISTED = 120
"""Figures that differ and are listed for an indicator; all are counted."""


@dataclass(frozen=True)
class Compared:
    """An indicator in two pictures, ready to be shown: its newest figure then and now, and what has happened."""

    name: str
    then: str
    then_year: int | None
    now: str
    now_year: int | None
    told: list[str]
    figures: list[tuple[str, str, int, str, str, str]]
    """(area, sex, year, before, after, what)"""
    more: int
    differs: bool


SEX_KEYS = {Sex.TOTAL: "total", Sex.WOMEN: "women", Sex.MEN: "men"}


def compared(change: IndicatorChange) -> Compared:
    """An indicator's row in a comparison."""
    shown = change.shown
    told = [
        f"{kind.label}: {number_text(count)}"
        for kind in ChangeKind
        if (count := change.counts[kind]) and kind is not ChangeKind.NEW_YEAR
    ]
    years = _new_years(change)
    if years:
        said = f"{years[0]}–{years[-1]}" if len(years) > 1 else str(years[0])
        told.insert(0, ngettext("nytt år: %(years)s", "nya år: %(years)s", len(years)) % {"years": said})
    if change.redefined:
        told.append(_("ny definition"))
    if change.is_new:
        told.append(_("har valts till"))
    if change.is_gone:
        told.append(_("har valts bort"))
    return Compared(
        name=shown.name,
        then="" if change.is_new else text_of(shown, change.then),
        then_year=change.then.year if change.then else None,
        now="" if change.is_gone else text_of(shown, change.now),
        now_year=change.now.year if change.now else None,
        told=told or [_("oförändrad")],
        figures=[_figure_told(figure, shown) for figure in change.figures[:MOST_LISTED]],
        more=max(len(change.figures) - MOST_LISTED, 0),
        differs=change.differs,
    )


def _new_years(change: IndicatorChange) -> list[int]:
    return sorted({figure.year for figure in change.figures if figure.kind is ChangeKind.NEW_YEAR})


def _figure_told(change: FigureChange, indicator: FrozenIndicator) -> tuple[str, str, int, str, str, str]:
    before = text_of(indicator, change.before) if change.before else "–"
    after = text_of(indicator, change.after) if change.after else "–"
    return change.area.name, SEX_KEYS[change.sex], change.year, before, after, str(change.kind.label)


def edition(content: Content) -> str:
    """What the snapshot is, and of which day."""
    picture = content["picture"]
    return _("Lägesbild %(number)s, %(day)s") % {"number": picture["number"], "day": day_of(picture["taken_at"])}


def about(content: Content) -> list[str]:
    """What a reader needs to know of a snapshot."""
    picture = content["picture"]
    taken = timezone.localtime(datetime.fromisoformat(picture["taken_at"]))
    by = ", ".join(name for name in (picture["taken_by"]["name"], picture["taken_by"]["organisation"]) if name)
    moment = date_format(taken, "DATETIME_FORMAT")
    return [
        _("Lägesbilden frystes %(moment)s av %(name)s.") % {"moment": moment, "name": by}
        if by
        else _("Lägesbilden frystes %(moment)s.") % {"moment": moment},
        _("Siffrorna är de som gällde då. De ändras inte, även om källan ändrar sina."),
        _("En siffra som saknas är inte noll. Står det för få rör siffran för få personer för att visas."),
        _("Framställd med %(name)s %(version)s.") % content["software"],
    ]
