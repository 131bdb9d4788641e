"""Finding what Kolada and Statistics Sweden have, and adding it to the indicators."""

import hashlib
import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date, datetime

from django.db import transaction

from samverka.connectors.cubes import Dimension
from samverka.connectors.faults import Fault, SourceError
from samverka.connectors.http import Client
from samverka.connectors.kolada import Kolada, Kpi
from samverka.connectors.scb import CodeList, Scb, Table, TableInfo
from samverka.foundation.access.actions import Action
from samverka.foundation.access.actors import Actor
from samverka.foundation.access.doors import check
from samverka.foundation.audit.services import record
from samverka.foundation.database.acting import let_go
from samverka.statistics.enums import Measure
from samverka.statistics.models import Indicator

from . import kolada
from .connecting import KOLADA, SCB, connect
from .cubes import sex_of
from .definitions import take_in_kpis
from .reading import KEY
from .shipped import source

MOST_SHOWN = 100
"""Of what a search finds; more words find fewer."""
_KPI = re.compile(r"[NU]\d{5}", re.IGNORECASE)
_REGION = re.compile(r"region|kommun|län", re.IGNORECASE)
_TOTAL = re.compile(r"^(totalt|samtliga|alla\b|båda|män och kvinnor)", re.IGNORECASE)
_PEOPLE = re.compile(r"folkmängd|befolkning|invånare|person", re.IGNORECASE)
# Of months and quarters, the one that stands for the year unless somebody chooses another.
_LAST = ((re.compile(r"^\d{4}M\d\d$"), "M12"), (re.compile(r"^\d{4}K\d$"), "K4"))


@contextmanager
def open_for_a_person(source_key: str) -> Iterator[Client]:
    """A client for somebody who waits at a screen: it gives up soon, and tries once more at most.

    Their request lets its transaction go meanwhile, so that a slow source holds nothing here.
    """
    with let_go(), connect(source_key) as client:
        client.limits = replace(client.limits, connect=5.0, read=20.0, total=30.0, attempts=2, longest_wait=2.0)
        yield client


@dataclass(frozen=True, kw_only=True)
class Offer:
    """Something that a source has. `indicator_id`: here already."""

    key: str
    title: str
    description: str
    by_sex: bool
    is_closed: bool
    next_release_on: date | None = None
    periods: str = ""
    indicator_id: int | None = None


@dataclass(frozen=True)
class Offers:
    """What a search found: the first `MOST_SHOWN` of `found`."""

    offers: Sequence[Offer]
    found: int


def search_kolada(*, actor: Actor, words: str) -> Offers:
    """Kolada's indicators with these words in the title, or with this id.

    Raises:
        Forbidden: the actor does not take figures in.
        SourceError: no usable answer.
    """
    check(actor, Action.IMPORT_STATISTICS, None)
    ids = sorted({key.upper() for key in _KPI.findall(words)})
    with open_for_a_person(KOLADA) as client:
        catalogue = Kolada(client)
        listing = catalogue.kpis(ids=ids) if ids else catalogue.kpis(title=words.strip())
    here = _here(KOLADA, (kpi.id for kpi in listing))
    offers = [_offer(kpi, here) for kpi in listing.records[:MOST_SHOWN]]
    return Offers(offers, len(listing))


def _offer(kpi: Kpi, here: Mapping[str, int]) -> Offer:
    return Offer(
        key=kpi.id,
        title=kpi.title,
        description=kpi.description,
        by_sex=kpi.is_divided_by_gender,
        is_closed=kolada.says_closed(kpi.title, kpi.description),
        next_release_on=kpi.publication_date,
        indicator_id=here.get(kpi.id),
    )


def search_scb(*, actor: Actor, words: str) -> Offers:
    """Statistics Sweden's tables about these words, also those that are no longer published.

    Raises:
        Forbidden: the actor does not take figures in.
        SourceError: no usable answer.
    """
    check(actor, Action.IMPORT_STATISTICS, None)
    with open_for_a_person(SCB) as client:
        listing = Scb(client).tables(query=words.strip(), discontinued=True)
    return Offers([_table_offer(info) for info in listing.tables[:MOST_SHOWN]], len(listing))


def _table_offer(info: TableInfo) -> Offer:
    return Offer(
        key=info.id,
        title=info.label,
        description=", ".join(info.variable_names),
        by_sex=any("kön" in name.lower() for name in info.variable_names),
        is_closed=info.is_discontinued,
        periods=f"{info.first_period}–{info.last_period}",
    )


def _here(source_key: str, keys: Iterable[str]) -> dict[str, int]:
    rows = Indicator.objects.filter(source__key=source_key, source_key__in=list(keys))
    return dict(rows.values_list("source_key", "pk"))


def add_kpi(*, actor: Actor, key: str, now: datetime) -> Indicator:
    """Add one of Kolada's indicators with Kolada's own definition. Its figures are another matter.

    One that is here already is brought up to date.

    Raises:
        Forbidden: the actor does not take figures in.
        SourceError: no usable answer, or Kolada has no such indicator.
    """
    check(actor, Action.IMPORT_STATISTICS, None)
    if not KEY.fullmatch(key):
        raise SourceError(Fault.NOT_FOUND)
    with open_for_a_person(KOLADA) as client:
        listing = Kolada(client).kpis(ids=[key])
    if not listing.records:
        raise SourceError(Fault.NOT_FOUND)
    take_in_kpis(actor=actor, kpis=listing.records, now=now)
    return Indicator.objects.select_related("source").get(source__key=KOLADA, source_key=key)


@dataclass(frozen=True)
class Opened:
    """A table of Statistics Sweden with what its dimensions are, as far as they can be told.

    area, sex: the dimension's id, or None. periods: endings of which one stands for the year; empty: whole years.
    others: the dimensions in which somebody chooses.
    """

    table: Table
    area: str | None
    sex: str | None
    time: str
    contents: Dimension | None
    periods: tuple[str, ...]
    others: tuple[Dimension, ...]

    def usual(self, dimension: Dimension) -> tuple[str, ...]:
        """The codes that are chosen unless somebody chooses others: the total, if there is one."""
        for code, label in zip(dimension.codes, dimension.labels, strict=True):
            if _TOTAL.search(label.strip()):
                return (code,)
        return ()

    def usual_unit(self, contents: str) -> tuple[str, Measure]:
        """The unit as we write it and what the values are, from what the table says of what is measured."""
        base, label = "", self.table.structure.label
        if self.contents is not None and contents in self.contents.units:
            base = self.contents.units[contents].base.lower()
        if "procent" in base or base == "%":
            return "%", Measure.RATIO
        if base.startswith(("antal", "person")):
            return ("personer" if _PEOPLE.search(f"{base} {label}") else "antal"), Measure.COUNT
        return base[:40], Measure.OTHER


def open_table(*, actor: Actor, id_: str) -> Opened:
    """A table's dimensions.

    Raises:
        Forbidden: the actor does not take figures in.
        SourceError: no usable answer, or a table without areas or time.
    """
    check(actor, Action.IMPORT_STATISTICS, None)
    with open_for_a_person(SCB) as client:
        table = Scb(client).table(id_)
    structure = table.structure
    times = structure.with_role("time")
    if not times:
        raise SourceError(Fault.MISSING_FIELD, path="role.time")
    metrics = structure.with_role("metric")
    area = next((d for d in structure.dimensions if d.role == "geo" or _REGION.search(d.label)), None)
    sex = next((d for d in structure.dimensions if d.label.strip().lower() == "kön" and _tells_sexes(d)), None)
    taken = {d.id for d in (area, sex, times[0], *metrics) if d is not None}
    return Opened(
        table=table,
        area=area.id if area else None,
        sex=sex.id if sex else None,
        time=times[0].id,
        contents=metrics[0] if metrics else None,
        periods=_periods(times[0]),
        others=tuple(d for d in structure.dimensions if d.id not in taken),
    )


def _tells_sexes(dimension: Dimension) -> bool:
    return all(sex_of(label) is not None for label in dimension.labels)


def _periods(time: Dimension) -> tuple[str, ...]:
    for pattern, last in _LAST:
        if all(pattern.match(code) for code in time.codes):
            endings = sorted({code[4:] for code in time.codes})
            return (last, *(ending for ending in endings if ending != last))
    return ()


def code_list(*, actor: Actor, id_: str) -> CodeList:
    """A code list, such as ten-year classes of ages.

    Raises:
        Forbidden: the actor does not take figures in.
        SourceError: no usable answer.
    """
    check(actor, Action.IMPORT_STATISTICS, None)
    with open_for_a_person(SCB) as client:
        return Scb(client).code_list(id_)


@dataclass(frozen=True, kw_only=True)
class TableChoice:
    """What somebody chose in a table. choices: dimension → the table's own codes; none where it is summed over."""

    name: str
    unit: str
    measure: Measure
    contents: str
    period: str
    choices: Mapping[str, Sequence[str]]


def add_table(
    *,
    actor: Actor,
    opened: Opened,
    choice: TableChoice,
    now: datetime,
) -> Indicator:
    """Add a choice in a table as an indicator. The same choice twice is the same indicator.

    Raises:
        Forbidden: the actor does not take figures in.
        SourceError: a code that the table does not have, a dimension that needs a choice, or several codes that may not
            be added to each other.
    """
    check(actor, Action.IMPORT_STATISTICS, None)
    for dimension in opened.others:
        codes = choice.choices.get(dimension.id, ())
        unknown = sorted(set(codes) - set(dimension.codes))
        if unknown:
            raise SourceError(Fault.UNKNOWN_CODE, detail=f"{dimension.label}: {', '.join(unknown[:5])}")
        if not codes and not opened.table.can_be_left_out(dimension):
            raise SourceError(Fault.CHOICE_NEEDED, detail=dimension.label)
    selection = {
        "table": opened.table.id,
        "area": opened.area,
        "sex": opened.sex,
        "time": opened.time,
        "contents": choice.contents,
        "period": choice.period,
        "choices": {name: list(codes) for name, codes in choice.choices.items() if codes},
    }
    digest = hashlib.sha256(json.dumps(selection, sort_keys=True).encode()).hexdigest()[:8]
    key = f"{opened.table.id}-{digest}"
    if not KEY.fullmatch(key):
        raise SourceError(Fault.CHANGED_FIELD, path="id")
    with transaction.atomic():
        indicator, is_new = Indicator.objects.get_or_create(
            source=source(SCB),
            source_key=key,
            defaults={
                "name": choice.name,
                "definition": opened.table.structure.label,
                "unit": choice.unit,
                "measure": choice.measure,
                "by_sex": opened.sex is not None,
                "selection": selection,
            },
        )
        if is_new:
            record(
                actor=actor,
                action="add_indicator",
                obj=indicator,
                now=now,
                organisation_id=None,
                changes={"selection": (None, json.dumps(selection, ensure_ascii=False))},
            )
    return indicator
