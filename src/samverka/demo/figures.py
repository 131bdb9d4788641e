"""The official figures of the demo, from `facts/`: Blekinge's as readable tables, all of Sweden's as one file.

`sverige.parquet` has the columns kpi, municipality, period, gender and value, as Kolada publishes them.
"""

import csv
import hashlib
import io
from dataclasses import dataclass
from datetime import datetime
from importlib.resources import files

import polars as pl
from django.utils import timezone

from samverka.statistics.enums import ObservationStatus
from samverka.statistics.models import Extraction, Indicator, Observation
from samverka.statistics.services import fill
from samverka.territory.models import Area

EXTRACTED = timezone.make_aware(datetime(2024, 8, 30, 12))  # noqa: DTZ001  made aware here


@dataclass(frozen=True)
class Told:
    """How the demo tells of an indicator that comes with Samverka: as SKR does. An empty definition changes none."""

    key: str
    name: str
    definition: str = ""


CHOSEN = (
    Told(
        "N03921",
        "Arbetslöshet 16–24 år, årsmedelvärde, andel (%) av befolkningen",
        "Invånare 16–24 år som är öppet arbetslösa eller i program med aktivitetsstöd, delat med antalet "
        "invånare 16–24 år den 31 december året före. Årsmedelvärde. Källa: Arbetsförmedlingen och SCB.",
    ),
    Told("N02797", "Invånare 16–24 år som varken arbetar eller studerar, andel (%)"),
    Told("N03920", "Arbetslöshet 18–65 år, årsmedelvärde, andel (%) av befolkningen"),
    Told("N15428", "Elever i åk 9 som är behöriga till yrkesprogram, hemkommun, andel (%)"),
)
"""What Blekinge's parties follow together, in their order."""


def load_figures(now: datetime) -> None:
    """Figures of indicators that come with Samverka, but for Blekinge's own of what it follows: see `load_own`.

    What has figures already stays as it is.
    """
    areas = {code.zfill(4): key for code, key in Area.objects.values_list("code", "pk")}
    told = {one.key: one for one in CHOSEN}
    for (key,), rows in _wide().partition_by("kpi", as_dict=True, include_key=False).items():
        indicator = Indicator.objects.get(source__key="kolada", source_key=key)
        if key in told:
            indicator.name = told[key].name
            indicator.definition = told[key].definition or indicator.definition
            indicator.save(update_fields=["name", "definition"])
        if not indicator.observations.exists():
            _fill(indicator, rows, areas, now)


def load_own(years: range, now: datetime) -> None:
    """Some years of what Blekinge follows, for it, its municipalities and the nation, from the indicators' own tables.

    Raises:
        IntegrityError: the years are there already.
    """
    areas = {code.zfill(4): key for code, key in Area.objects.values_list("code", "pk")}
    for described in CHOSEN:
        _fill_own(Indicator.objects.get(source__key="kolada", source_key=described.key), areas, years, now)


def _fill_own(indicator: Indicator, areas: dict[str, int], wanted: range, now: datetime) -> None:
    content = files("samverka.demo").joinpath(f"facts/{indicator.source_key}.csv").read_bytes()
    rows = [row for row in csv.DictReader(content.decode().splitlines()) if int(row["period"]) in wanted]
    years = [int(row["period"]) for row in rows]
    extraction = _extraction(indicator, f"{indicator.source_key}.csv", repr(rows).encode(), years, now)
    Observation.objects.bulk_create(
        Observation(
            indicator=indicator,
            area_id=areas[row["municipality"]],
            year=int(row["period"]),
            sex=row["gender"],
            value=float(row["value"]) if row["value"] else None,
            status=ObservationStatus.OK if row["value"] else ObservationStatus.MISSING,
            extraction=extraction,
        )
        for row in rows
    )


def _wide() -> pl.DataFrame:
    content = files("samverka.demo").joinpath("facts/sverige.parquet").read_bytes()
    return pl.read_parquet(io.BytesIO(content))


def _fill(indicator: Indicator, rows: pl.DataFrame, areas: dict[str, int], now: datetime) -> None:
    content = rows.write_csv().encode()
    extraction = _extraction(indicator, "sverige.parquet", content, rows["period"].to_list(), now)
    keyed = rows.select(
        area_id=rows["municipality"].replace_strict(areas),
        year="period",
        sex="gender",
        value="value",
        status=pl.when(pl.col("value").is_null())
        .then(pl.lit(ObservationStatus.MISSING.value))
        .otherwise(pl.lit(ObservationStatus.OK.value)),
    )
    fill(extraction, keyed)


def _extraction(indicator: Indicator, name: str, content: bytes, years: list[int], now: datetime) -> Extraction:
    return Extraction.objects.create(
        indicator=indicator,
        extracted_at=EXTRACTED,
        imported_at=now,
        file_name=name,
        file_sha256=hashlib.sha256(content).hexdigest(),
        rows=len(years),
        first_year=min(years),
        last_year=max(years),
    )
