"""A report in sentences and tables, for the page and the PDF alike: made from what is frozen, in the reader's language.

The sentences and figures are those of the goal's own page, by the same functions.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from samverka.agreements.enums import AgreementKind
from samverka.collaborations.enums import PartyRole
from samverka.foundation.ui.figures import figure_text
from samverka.goals import wording as goals
from samverka.goals.queries import (
    Cell,
    Headline,
    Line,
    Place,
    Progress,
    Table,
    cell_of,
    headline_of,
    series_table_of,
    table_of,
)

from .content import Content, thawed


@dataclass(frozen=True)
class SexRow:
    """One area and one sex: what was promised, how it went, and the first year at the target."""

    area: str
    sex: str
    is_whole: bool
    line: Line
    now: Cell


@dataclass(frozen=True)
class YearRow:
    """One area and one sex, year by year."""

    area: str
    sex: str
    cells: list[Cell]


@dataclass(frozen=True)
class Told:
    """A goal of a report, ready to be shown. `frozen` is its part of the content."""

    frozen: Content
    progress: Progress
    headline: Headline
    table: Table
    series: list[tuple[Line, list[Cell]]]
    answer: str
    verdict_word: str
    promise: str
    parts: str
    sexes: str
    summary: str
    assumptions: list[str]
    by_sex: list[SexRow]
    by_year: list[YearRow]


def told(content: Content) -> list[Told]:
    """The goals of a report, ready to be shown in the active language."""
    return [_told(frozen, progress) for frozen, progress in zip(content["goals"], thawed(content), strict=True)]


def verdict_word(line: Line) -> str:
    """As on the screen: after the target year a promise is kept or not."""
    return goals.verdict_word(line.judgement)


def frame(content: Content) -> Content:
    """Everything of a report but its goals, in words. People's own words are left as they wrote them."""
    report, collaboration = content["report"], content["collaboration"]
    published = timezone.localtime(datetime.fromisoformat(report["published_at"]))
    return {
        "title": report["title"],
        "edition": _("Gemensam rapport %(number)s, %(day)s")
        % {"number": report["number"], "day": date_format(published, "DATE_FORMAT")},
        "collaboration": collaboration["name"],
        "citizen_value": collaboration["citizen_value"],
        "challenge": collaboration["challenge"],
        "statuses": [{**status, "day": _day(status["submitted_at"])} for status in content["statuses"]],
        "unanswered": content["unanswered"],
        "parties": [
            {
                "name": party["name"],
                "role": "" if party["role"] == PartyRole.PARTY else str(PartyRole(party["role"]).label),
                "left": _("lämnade %(day)s") % {"day": _day(party["left_on"])} if party["left_on"] else "",
                "own_benefit": party["own_benefit"],
            }
            for party in content["parties"]
        ],
        "agreements": [
            {
                "title": agreement["title"],
                "facts": f"{capfirst(AgreementKind(agreement['kind']).label)}, {_span(agreement)}",
                "summary": agreement["summary"],
                "source": agreement["source"],
            }
            for agreement in content["agreements"]
        ],
        "funding": [
            {
                "name": funding["name"],
                "amount": figure_text(None if funding["amount"] is None else Decimal(funding["amount"]), decimals=2),
                "absent": funding["amount"] is None,
                "lasts": _lasts(funding),
            }
            for funding in content["funding"]
        ],
        "funding_sources": list(dict.fromkeys(row["source"] for row in content["funding"] if row["source"])),
        "about": list(_about(content, published)),
    }


def _day(iso: str) -> str:
    """A day, or the day of a moment."""
    if "T" in iso:
        return date_format(timezone.localtime(datetime.fromisoformat(iso)), "SHORT_DATE_FORMAT")
    return date_format(date.fromisoformat(iso), "SHORT_DATE_FORMAT")


def _span(agreement: Content) -> str:
    first = agreement["starts_on"][:4]
    return f"{first}–{agreement['ends_on'][:4]}" if agreement["ends_on"] else _("från %(year)s") % {"year": first}


def _lasts(funding: Content) -> str:
    if not funding["is_temporary"]:
        return _("löpande")
    if funding["ends_on"]:
        return _("tillfällig, till %(day)s") % {"day": _day(funding["ends_on"])}
    return _("tillfällig")


def _about(content: Content, published: datetime) -> Iterator[str]:
    by = content["report"]["published_by"]
    yield _("Rapporten publicerades %(moment)s av %(name)s.") % {
        "moment": date_format(published, "DATETIME_FORMAT"),
        "name": ", ".join(name for name in (by["name"], by["organisation"]) if name),
    }
    yield _("Siffrorna och texterna är de som gällde då. De ändras inte, även om källan eller parterna ändrar sina.")
    yield _("Alla kan läsa rapporten.") if content["report"]["is_public"] else _("Rapporten är till för parterna.")
    yield _("En siffra som saknas är inte noll. Står det för få rör siffran för få personer för att visas.")
    yield _("Framställd med %(name)s %(version)s.") % content["software"]


def _told(frozen: Content, progress: Progress) -> Told:
    table = table_of(progress)
    return Told(
        frozen=frozen,
        progress=progress,
        headline=headline_of(progress),
        table=table,
        series=series_table_of(progress),
        answer=goals.answer(progress),
        verdict_word=goals.verdict_word(progress.whole.total.judgement),
        promise=goals.promise(progress),
        parts=_parts(progress),
        sexes=_sexes(progress),
        summary=goals.summary(progress, progress.whole),
        assumptions=goals.assumptions(progress),
        by_sex=list(_by_sex(progress, table.year)),
        by_year=[
            *(
                YearRow(place.area.name, sex, [cell_of(line, year) for year in progress.years])
                for place in progress.places
                for sex, line in _lines(place)
            ),
            YearRow(
                progress.comparison.area.name,
                "total",
                [cell_of(progress.comparison, year) for year in progress.years],
            ),
        ],
    )


def _parts(progress: Progress) -> str:
    """How many of the area's parts keep their own promise; empty when nobody can tell of any."""
    judged = [place.total.judgement for place in progress.parts if place.total.judged is not None]
    if not judged:
        return ""
    words = {"all": len(judged)}
    if all(judgement.target_met is not None for judgement in judged):
        met = sum(judgement.target_met is True for judgement in judged)
        text = _("%(met)s av %(all)s kommuner nådde sitt eget mål i tid.") % {**words, "met": met}
    else:
        good = sum(judgement.verdict.value != "behind" for judgement in judged)
        text = _("%(good)s av %(all)s kommuner är före eller på väg mot sitt eget mål.") % {**words, "good": good}
    untold = len(progress.parts) - len(judged)
    if untold:
        text += " " + ngettext(
            "För %(count)s kommun går det inte att säga.", "För %(count)s kommuner går det inte att säga.", untold
        ) % {"count": untold}
    return text


def _sexes(progress: Progress) -> str:
    """Women and men beside each other in the year that is judged; empty when the source lacks one of them."""
    women, men = progress.whole.women, progress.whole.men
    if women is None or men is None or women.judged is None or men.judged is None:
        return ""
    if women.judged.year != men.judged.year:
        return ""
    unit = progress.goal.indicator.unit
    return _("Kvinnor %(women)s och män %(men)s år %(year)s.") % {
        "women": figure_text(women.judged.value, unit=unit),
        "men": figure_text(men.judged.value, unit=unit),
        "year": women.judged.year,
    }


def _by_sex(progress: Progress, year: int | None) -> Iterator[SexRow]:
    for place in progress.places:
        for sex, line in _lines(place):
            if sex != "total":
                now = cell_of(line, year) if year is not None else Cell(None, "not_reported")
                yield SexRow(place.area.name, sex, place is progress.whole, line, now)


def _lines(place: Place) -> Iterator[tuple[str, Line]]:
    for sex, line in (("total", place.total), ("women", place.women), ("men", place.men)):
        if line is not None:
            yield sex, line
