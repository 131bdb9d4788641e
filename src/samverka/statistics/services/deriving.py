"""Indicators counted out of others: made by a formula, kept as figures, counted again when the inputs change."""

import hashlib
from collections.abc import Collection, Mapping
from datetime import datetime

import polars as pl
from django.db import IntegrityError, transaction

from samverka.foundation.access.actions import Action
from samverka.foundation.access.actors import Actor
from samverka.foundation.access.doors import check
from samverka.foundation.audit.services import record
from samverka.foundation.database.acting import acting_as
from samverka.organisations.models import Organisation
from samverka.statistics.enums import ENGINE_STATUS, IndicatorKind, Measure, ObservationStatus, Polarity, Recipe, Sex
from samverka.statistics.models import Extraction, Indicator, Observation, RawAnswer
from samverka.statistics.queries.formulas import CannotCount, Counting, formula_of, found, hindrance, written_unit
from samverka.statistics.queries.reading import latest_extractions
from samverka_engine.series.derived import Formula, Group, Key, derive
from samverka_engine.series.verdict import Observed

from .importing import Facts, Taken, take_in
from .shipped import source

_STORED = {status: stored.value for stored, status in ENGINE_STATUS.items()}
_FRAME = {
    "area_id": pl.Int64,
    "year": pl.Int16,
    "sex": pl.String,
    "value": pl.Float64,
    "status": pl.Int16,
    "numerator": pl.Float64,
    "denominator": pl.Float64,
}
_SIGNS = {Recipe.RATE: " / ", Recipe.GAP: " − "}

Cell = tuple[int, str, int]
"""Area key, sex, year."""


class AlreadyDerived(Exception):
    """The same formula is there already, for the same organisation. `indicator` is it."""

    code = "already_derived"

    def __init__(self, indicator: Indicator) -> None:
        super().__init__(indicator.source_key)
        self.indicator = indicator


class ClosedToOthers(Exception):
    """An input is what an organisation keeps to itself, and the result would be somebody else's or everybody's."""

    code = "closed_to_others"


class NoFigures(CannotCount):
    """The inputs have no area and year in common, so there is nothing to count."""

    code = "no_figures"


def add_derived(
    *,
    actor: Actor,
    organisation: Organisation | None,
    counting: Counting,
    name: str,
    polarity: Polarity,
    now: datetime,
) -> Indicator:
    """Make an indicator by a formula, and count its figures. Of what is not for all it is not for all either.

    Args:
        organisation: whose it is; None for everybody's, which only those who take figures in may make.

    Raises:
        Forbidden: the actor may not, or may not read an input.
        ClosedToOthers: see there.
        CannotCount: the units make no sense together, an input is not there, or there is nothing to count.
        AlreadyDerived: it is there already.
    """
    if organisation is None:
        check(actor, Action.IMPORT_STATISTICS, None)
    else:
        check(actor, Action.ARRANGE_STATISTICS, organisation)
    inputs = found(counting.inputs)
    for given in inputs.values():
        check(actor, Action.READ, given)
    closed = [given for given in inputs.values() if not given.is_public]
    if any(organisation is None or given.organisation_id != organisation.pk for given in closed):
        raise ClosedToOthers(counting.text())
    unit = written_unit(counting, inputs)
    rate = counting.recipe is Recipe.RATE
    owner = organisation.pk if organisation is not None else "all"
    key = _key(f"{owner} {counting.text()}")
    if Indicator.objects.filter(source__key="samverka", source_key=key).exclude(unit=unit).exists():
        key = _key(f"{owner} {counting.text()} {unit}")  # an input has got another unit since: it is another series
    try:
        with transaction.atomic():
            indicator = Indicator.objects.create(
                source=source("samverka"),
                source_key=key,
                organisation=organisation,
                is_public=not closed,
                name=name,
                definition=_described(counting, inputs),
                unit=unit,
                polarity=polarity,
                by_sex=counting.recipe is not Recipe.SEX_GAP and all(i.by_sex for i in inputs.values()),
                kind=IndicatorKind.DERIVED,
                formula=counting.text(),
                measure=Measure.RATIO if rate else Measure.OTHER,
                numerator=inputs[counting.inputs[0]].name if rate else "",
                denominator=inputs[counting.inputs[1]].name if rate else "",
            )
            record(
                actor=actor,
                action="derive_indicator",
                obj=indicator,
                now=now,
                organisation_id=indicator.organisation_id,
                changes={"formula": (None, indicator.formula)},
            )
            if _count(actor, indicator, counting, inputs, now) is None:
                raise NoFigures("nothing in common")
    except IntegrityError:
        raise AlreadyDerived(Indicator.objects.get(source__key="samverka", source_key=key)) from None
    return indicator


def _key(said: str) -> str:
    return f"R-{hashlib.sha256(said.encode()).hexdigest()[:10]}"


def _described(counting: Counting, inputs: Mapping[str, Indicator]) -> str:
    """The formula in Swedish, as the definition: official figures are described in the language of their source."""
    names = [f"{inputs[name].name} ({inputs[name].source_key})" for name in counting.inputs]
    match counting.recipe:
        case Recipe.RATE:
            return f"{names[0]} delat med {names[1]}, per {counting.per}."
        case Recipe.GAP:
            return f"{names[0]} minus {names[1]}."
        case Recipe.SEX_GAP:
            return f"Kvinnors värde minus mäns: {names[0]}."
        case Recipe.INDEX:
            return f"{names[0]}, där värdet {counting.base_year} är 100."


COUNTER = Actor.system("derived indicators")
"""What rests on figures follows them, also where those who took them in may not read it."""


def count_again(*, actor: Actor, changed: Collection[int] | None = None, now: datetime) -> int:
    """Count the derived indicators again whose inputs have changed; returns how many got other figures.

    Called by those who have just taken figures in, in or after their transaction.

    Args:
        changed: keys of the indicators whose figures are new; None: count all again.
    """
    changed = None if changed is None else set(changed)
    counted = 0
    # An input is always older than what is counted of it, so this is the order of dependence.
    for indicator in Indicator.objects.filter(kind=IndicatorKind.DERIVED).select_related("source").order_by("pk"):
        counting = Counting.of(indicator.formula)
        inputs = found(counting.inputs)
        if len(inputs) < len(set(counting.inputs)):
            continue
        if changed is not None and changed.isdisjoint(i.pk for i in inputs.values()):
            continue
        with acting_as(COUNTER):  # a transaction of its own
            Indicator.objects.select_for_update(no_key=True).get(pk=indicator.pk)
            taken = _count(actor, indicator, counting, inputs, now)
        if taken is not None and (taken.added or taken.revised):
            counted += 1
            if changed is not None:
                changed.add(indicator.pk)
    return counted


def _count(
    actor: Actor, indicator: Indicator, counting: Counting, inputs: Mapping[str, Indicator], now: datetime
) -> Taken | None:
    """Count and keep; None when there is nothing to count, or it gives what was kept the last time."""
    if hindrance(indicator, counting, inputs):
        return None  # the figures stay as they are, and the definition says so
    frame = _counted(formula_of(counting, inputs), counting, inputs)
    gone = _known(indicator) - set(frame.select("area_id", "sex", "year").iter_rows())
    if frame.is_empty() and not gone:
        return None
    if gone:
        missing = [(area, year, sex, None, ObservationStatus.MISSING.value, None, None) for area, sex, year in gone]
        frame = pl.concat([frame, pl.DataFrame(missing, schema=_FRAME, orient="row")])
    frame = frame.sort("area_id", "sex", "year")
    digest = hashlib.sha256(frame.write_csv().encode()).hexdigest()
    newest = indicator.extractions.order_by("-imported_at", "-pk").first()
    if newest is not None and newest.file_sha256 == digest:
        return None
    origins = list(latest_extractions(inputs.values()).values())
    facts = Facts(
        extracted_at=min((origin.extracted_at for origin in origins), default=now),
        file_name=said(counting)[:255],
        file_sha256=digest,
        rows=frame.height,
        answers=_answers(origins),
    )
    return take_in(actor=actor, indicator=indicator, facts=facts, frame=frame, now=now)


def said(counting: Counting) -> str:
    """The formula in one line: `kolada/N02268 − kolada/N02269`."""
    match counting.recipe:
        case Recipe.SEX_GAP:
            return f"{counting.inputs[0]} (K − M)"
        case Recipe.INDEX:
            return f"{counting.inputs[0]} ({counting.base_year} = 100)"
        case Recipe.RATE:
            return f"{counting.per} × {_SIGNS[Recipe.RATE].join(counting.inputs)}"
        case Recipe.GAP:
            return _SIGNS[Recipe.GAP].join(counting.inputs)


def _answers(origins: Collection[Extraction]) -> list[RawAnswer]:
    return list(RawAnswer.objects.filter(extractions__in=origins).only("pk").distinct())


def _known(indicator: Indicator) -> set[Cell]:
    return set(Observation.objects.filter(indicator=indicator).values_list("area_id", "sex", "year"))


Read = dict[str, dict[tuple[int, str], list[Observed]]]
"""Input → (area key, sex) → its years."""


def _read(inputs: Mapping[str, Indicator]) -> Read:
    names = {indicator.pk: name for name, indicator in inputs.items()}
    read: Read = {name: {} for name in inputs}
    rows = Observation.objects.filter(indicator_id__in=names).order_by("year")
    for key, area, sex, year, value, status in rows.values_list(
        "indicator_id", "area_id", "sex", "year", "value", "status"
    ):
        observed = Observed(year, value, ENGINE_STATUS[ObservationStatus(status)])
        read[names[key]].setdefault((area, sex), []).append(observed)
    return read


def _counted(formula: Formula, counting: Counting, inputs: Mapping[str, Indicator]) -> pl.DataFrame:
    """The figures for every area that all inputs have."""
    read = _read(inputs)
    areas = set.intersection(*({area for area, _sex in series} for series in read.values()))
    rows: list[tuple[int, int, str, float | None, int, float | None, float | None]] = []
    for area in sorted(areas):
        if counting.recipe is Recipe.SEX_GAP:
            series = read[counting.inputs[0]]
            data = {
                Key(counting.inputs[0], Group.WOMEN): series.get((area, Sex.WOMEN.value), []),
                Key(counting.inputs[0], Group.MEN): series.get((area, Sex.MEN.value), []),
            }
            if all(data.values()):
                rows += _rows(formula, data, area, Sex.TOTAL, parts=False)
            continue
        for sex in Sex:
            data = {Key(name): read[name].get((area, sex.value), []) for name in inputs}
            if all(data.values()):
                rows += _rows(formula, data, area, sex, parts=counting.recipe is Recipe.RATE)
    return pl.DataFrame(rows, schema=_FRAME, orient="row")


def _rows(
    formula: Formula, data: Mapping[Key, list[Observed]], area: int, sex: Sex, *, parts: bool
) -> list[tuple[int, int, str, float | None, int, float | None, float | None]]:
    derived = derive(formula, data)
    by_year = [{row.year: row.value for row in data[key]} for key in derived.inputs] if parts else []
    found_rows = []
    for row in derived.series:
        top, bottom = (
            (by_year[0].get(row.year), by_year[-1].get(row.year)) if parts and row.value is not None else (None, None)
        )
        found_rows.append((area, row.year, sex.value, row.value, _STORED[row.status], top, bottom))
    return found_rows
