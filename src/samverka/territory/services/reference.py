"""Keeping the reference table of areas: official areas, local labour markets, and codes that have changed."""

import csv
from collections.abc import Iterable
from datetime import date
from importlib.resources import files

from django.db import transaction

from samverka.territory.enums import AreaKind
from samverka.territory.models import NATION_CODE, Area, CodeChange, Membership

POPULATION_ON = date(2016, 12, 31)
_FIELDS = ["kind", "name", "parent_id", "population", "population_on", "latitude", "longitude"]


def load_reference_areas() -> int:
    """Bring the table of areas in line with the reference files; returns how many areas they hold. Idempotent.

    Not audited: the files are part of the program, and it is run by those who install it.
    """
    rows = _read("areas.csv")
    with transaction.atomic():
        for kind in (AreaKind.NATION, AreaKind.COUNTY, AreaKind.MUNICIPALITY):
            keys = dict(Area.objects.values_list("code", "pk"))
            _put(
                Area(
                    code=row["code"],
                    kind=kind,
                    name=row["name"],
                    parent_id=keys[row["parent"]] if row["parent"] else None,
                    population=int(row["population"]),
                    population_on=POPULATION_ON,
                    latitude=float(row["latitude"]),
                    longitude=float(row["longitude"]),
                )
                for row in rows
                if row["kind"] == kind
            )
        markets = _labour_markets()
        _code_changes()
    return len(rows) + markets


def middle(parts: Iterable[Area]) -> tuple[float, float]:
    """Latitude and longitude of some areas together: the mean of their points weighted by population."""
    together = list(parts)
    people = sum(part.population for part in together)
    return (
        round(sum(part.latitude * part.population for part in together) / people, 4),
        round(sum(part.longitude * part.population for part in together) / people, 4),
    )


def _read(name: str) -> list[dict[str, str]]:
    text = files("samverka.territory").joinpath(f"reference/{name}").read_text(encoding="utf-8")
    return list(csv.DictReader(text.splitlines()))


def _put(areas: Iterable[Area]) -> None:
    Area.objects.bulk_create(areas, update_conflicts=True, unique_fields=["code"], update_fields=_FIELDS)


def _labour_markets() -> int:
    """Statistics Sweden's local labour markets. The division stands for all years, so that years can be compared."""
    municipalities = {area.code: area for area in Area.objects.filter(kind=AreaKind.MUNICIPALITY)}
    nation = Area.objects.get(code=NATION_CODE)
    parts: dict[tuple[str, str], list[Area]] = {}
    for row in _read("labour_markets.csv"):
        parts.setdefault((row["code"], row["name"]), []).append(municipalities[row["municipality"]])
    areas = []
    for (code, name), together in parts.items():
        latitude, longitude = middle(together)
        areas.append(
            Area(
                code=code,
                kind=AreaKind.LABOUR_MARKET,
                name=name,
                parent=nation,
                population=sum(part.population for part in together),
                population_on=POPULATION_ON,
                latitude=latitude,
                longitude=longitude,
            )
        )
    _put(areas)
    keys = dict(Area.objects.filter(kind=AreaKind.LABOUR_MARKET).values_list("code", "pk"))
    wanted = {(keys[code], part.pk) for (code, _), together in parts.items() for part in together}
    present = {
        (whole, part): key
        for key, whole, part in Membership.objects.filter(whole__kind=AreaKind.LABOUR_MARKET).values_list(
            "pk", "whole_id", "municipality_id"
        )
    }
    Membership.objects.filter(pk__in=[key for pair, key in present.items() if pair not in wanted]).delete()
    Membership.objects.bulk_create(
        Membership(whole_id=whole, municipality_id=part) for whole, part in sorted(wanted - present.keys())
    )
    return len(parts)


def _code_changes() -> None:
    keys = dict(Area.objects.values_list("code", "pk"))
    CodeChange.objects.bulk_create(
        [
            CodeChange(
                old_code=row["old_code"],
                area_id=keys[row["code"]],
                changed_on=date.fromisoformat(row["changed_on"]),
                is_same_area=row["same_area"] == "1",
                note=row["note"],
            )
            for row in _read("code_changes.csv")
        ],
        update_conflicts=True,
        unique_fields=["old_code", "area", "changed_on"],
        update_fields=["is_same_area", "note"],
    )
