"""The counties' population by age, from `facts/alder.csv`: what the demo's projections start from."""

import csv
import hashlib
from datetime import datetime
from importlib.resources import files

from django.utils import timezone

from samverka.statistics.enums import Measure, ObservationStatus, Sex
from samverka.statistics.models import Extraction, Indicator, Observation
from samverka.statistics.services.shipped import source
from samverka.territory.models import Area

YEAR = 2026
RELEASED = timezone.make_aware(datetime(2026, 6, 8, 8))  # noqa: DTZ001  made aware here
OLDEST = 100


def load_ages(now: datetime) -> None:
    """One indicator for each group of ten years, with women, men and both. What is there already stays as it is."""
    scb = source("scb")
    if Indicator.objects.filter(source=scb, source_key=f"TAB6471-10arJ-{OLDEST}").exists():
        return
    content = files("samverka.demo").joinpath("facts/alder.csv").read_bytes()
    rows = list(csv.DictReader(content.decode().splitlines()))
    areas = dict(Area.objects.values_list("code", "pk"))
    for start in sorted({int(row["from_age"]) for row in rows}):
        ages = f"{start}" if start == OLDEST else f"{start}-{start + 9}"
        told = f"{start} år och äldre" if start == OLDEST else f"{start}–{start + 9} år"
        indicator = Indicator.objects.create(
            source=scb,
            source_key=f"TAB6471-10arJ-{ages}",
            name=f"Folkmängd i april, {told}",
            unit="personer",
            measure=Measure.COUNT,
            by_sex=True,
        )
        extraction = Extraction.objects.create(
            indicator=indicator,
            extracted_at=RELEASED,
            imported_at=now,
            file_name="alder.csv",
            file_sha256=hashlib.sha256(content).hexdigest(),
            rows=len(rows),
            first_year=YEAR,
            last_year=YEAR,
        )
        persons: dict[tuple[str, Sex], int] = {}
        for row in rows:
            if int(row["from_age"]) == start:
                for sex in (Sex(row["gender"]), Sex.TOTAL):
                    persons[row["county"], sex] = persons.get((row["county"], sex), 0) + int(row["persons"])
        Observation.objects.bulk_create(
            Observation(
                indicator=indicator,
                area_id=areas[county],
                year=YEAR,
                sex=sex,
                value=number,
                status=ObservationStatus.OK,
                extraction=extraction,
            )
            for (county, sex), number in persons.items()
        )
