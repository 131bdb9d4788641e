"""Keeping the reference table of areas."""

import csv
from datetime import date
from importlib.resources import files

from django.db import transaction

from .enums import AreaKind
from .models import Area

POPULATION_ON = date(2016, 12, 31)
_FIELDS = ["kind", "name", "parent_id", "population", "population_on", "latitude", "longitude"]


def load_reference_areas() -> int:
    """Bring the table of areas in line with the reference file; returns how many areas it holds. Idempotent.

    Not audited: the file is part of the program, and it is run by those who install it.
    """
    text = files("samverka.territory").joinpath("reference/areas.csv").read_text(encoding="utf-8")
    rows = list(csv.DictReader(text.splitlines()))
    with transaction.atomic():
        for kind in (AreaKind.NATION, AreaKind.COUNTY, AreaKind.MUNICIPALITY):
            keys = dict(Area.objects.values_list("code", "pk"))
            Area.objects.bulk_create(
                [
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
                ],
                update_conflicts=True,
                unique_fields=["code"],
                update_fields=_FIELDS,
            )
    return len(rows)
