"""The definitions that come with Samverka: `reference/definitions.toml`."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

from django.db import transaction

from samverka.foundation.audit.models import Entry
from samverka.statistics.enums import Measure, Polarity
from samverka.statistics.models import FocusArea, FocusIndicator, Indicator, Source

EDITED = "change_indicator"
"""What the audit calls a person's own change of a definition."""

_BETTER = {"lower": Polarity.LOWER, "higher": Polarity.HIGHER}
_FILLED = ("definition", "unit", "target_group", "numerator", "denominator", "selection")
_CHANGED = (*_FILLED, "polarity", "measure", "is_closed", "weight", "continues")


@dataclass(frozen=True, kw_only=True)
class Shipped:
    """One indicator of the file. `weight` and `continues` are keys at the same source."""

    source: str
    key: str
    name: str
    definition: str
    unit: str = ""
    measure: Measure = Measure.OTHER
    polarity: Polarity = Polarity.NONE
    by_sex: bool = False
    target_group: str = ""
    numerator: str = ""
    denominator: str = ""
    weight: str = ""
    continues: str = ""
    closed: bool = False
    selection: Mapping[str, Any] | None = None
    focus: tuple[str, ...] = ()


@cache
def _content() -> dict[str, Any]:
    text = files("samverka.statistics").joinpath("reference/definitions.toml").read_text(encoding="utf-8")
    return tomllib.loads(text)


@cache
def shipped() -> dict[tuple[str, str], Shipped]:
    """(source, key) → definition, in the order of the file."""
    return {(row["source"], row["key"]): _read(row) for row in _content()["indicator"]}


def _read(row: Mapping[str, Any]) -> Shipped:
    given = {name: value for name, value in row.items() if name not in ("better", "measure", "focus")}
    return Shipped(
        **given,
        measure=Measure(row["measure"]),
        polarity=_BETTER[row["better"]] if "better" in row else Polarity.NONE,
        focus=tuple(row["focus"]),
    )


def source(key: str) -> Source:
    """A source that comes with Samverka; made if it is not there.

    Raises:
        LookupError: none of ours.
    """
    row = next((row for row in _content()["source"] if row["key"] == key), None)
    if row is None:
        raise LookupError(key)
    return Source.objects.get_or_create(key=key, defaults={name: row[name] for name in row if name != "key"})[0]


def load_reference_definitions() -> int:
    """Bring in the definitions that come with Samverka; returns how many there are. Idempotent.

    Indicators that are new are created. Of those that are there only what is empty is filled in, and what a person has
    changed is left alone. An indicator is placed in its focus areas when either is new, so one that somebody has taken
    away does not come back. Not audited: the file is part of the program, and it is run by those who install it.
    """
    with transaction.atomic():
        sources = {row["key"]: source(row["key"]) for row in _content()["source"]}
        new_areas, areas = _focus_areas()
        known = {
            (i.source.key, i.source_key): i
            for i in Indicator.objects.filter(source__in=sources.values()).select_related("source")
        }
        new = {
            key: Indicator(
                source=sources[row.source],
                source_key=row.key,
                name=row.name,
                definition=row.definition,
                unit=row.unit,
                measure=row.measure,
                polarity=row.polarity,
                by_sex=row.by_sex,
                target_group=row.target_group,
                numerator=row.numerator,
                denominator=row.denominator,
                is_closed=row.closed,
                selection=row.selection,
            )
            for key, row in shipped().items()
            if key not in known
        }
        Indicator.objects.bulk_create(new.values())
        known |= new
        by_people = set(
            Entry.objects.filter(action=EDITED, object_type=Indicator._meta.label_lower).values_list(
                "object_id", flat=True
            )
        )
        changed = [
            known[key]
            for key, row in shipped().items()
            if known[key].pk not in by_people and _fill(known[key], row, known)
        ]
        Indicator.objects.bulk_update(changed, _CHANGED)
        _place(areas, new_areas, known, set(new))
    return len(shipped())


def _focus_areas() -> tuple[set[str], dict[str, FocusArea]]:
    """The keys of those that are new, and all of them."""
    found = {area.key: area for area in FocusArea.objects.filter(organisation=None)}
    new = {
        row["key"]: FocusArea(key=row["key"], name=row["name"], question=row["question"], order=order)
        for order, row in enumerate(_content()["focus"])
        if row["key"] not in found
    }
    FocusArea.objects.bulk_create(new.values())
    return set(new), found | new


def _fill(indicator: Indicator, row: Shipped, known: Mapping[tuple[str, str], Indicator]) -> bool:
    """Fill in what is empty; whether anything was."""
    before = [getattr(indicator, f"{name}_id" if name in ("weight", "continues") else name) for name in _CHANGED]
    for name in _FILLED:
        if not getattr(indicator, name):
            setattr(indicator, name, getattr(row, name))
    if indicator.polarity == Polarity.NONE:
        indicator.polarity = row.polarity
    if indicator.measure == Measure.OTHER:
        indicator.measure = row.measure
    indicator.is_closed = indicator.is_closed or row.closed
    if row.weight and indicator.weight_id is None:
        indicator.weight = known[row.source, row.weight]
    if row.continues and indicator.continues_id is None:
        indicator.continues = known[row.source, row.continues]
    after = [getattr(indicator, f"{name}_id" if name in ("weight", "continues") else name) for name in _CHANGED]
    return after != before


def _place(
    areas: Mapping[str, FocusArea],
    new_areas: set[str],
    known: Mapping[tuple[str, str], Indicator],
    new: set[tuple[str, str]],
) -> None:
    FocusIndicator.objects.bulk_create(
        [
            FocusIndicator(focus_area=areas[area], indicator=known[key], order=order)
            for order, (key, row) in enumerate(shipped().items())
            for area in row.focus
            if area in new_areas or key in new
        ],
        ignore_conflicts=True,
    )
