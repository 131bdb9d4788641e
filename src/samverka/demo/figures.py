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
from django.db import connection
from django.utils import timezone

from samverka.statistics.enums import Measure, ObservationStatus, Polarity
from samverka.statistics.models import Extraction, FocusArea, FocusIndicator, Indicator, Observation, Source
from samverka.territory.models import Area

EXTRACTED = timezone.make_aware(datetime(2024, 8, 30, 12))  # noqa: DTZ001  made aware here
COLUMNS = "indicator_id, extraction_id, area_id, year, sex, value, status"


@dataclass(frozen=True)
class Described:
    """An indicator of the demo. The definition is only there when the source's own is long or unclear."""

    key: str
    name: str
    unit: str
    polarity: Polarity
    focus: str
    measure: Measure = Measure.RATIO
    definition: str = ""
    by_sex: bool = True


FOCUS_AREAS = (
    ("bosattning", "Bosättning", "Var bor människor, och hur bor de?"),
    ("arbete", "Arbete", "Har de som bor här ett arbete?"),
    ("utbildning", "Utbildning", "Får alla en utbildning som leder vidare?"),
    ("halsa", "Hälsa", "Hur mår de som bor här?"),
    ("ekonomi", "Ekonomi", "Räcker pengarna, för människor och för kommunen?"),
    ("befolkning", "Befolkning", "Hur många är vi, och hur många ska försörjas av hur många?"),
)

CHOSEN = (
    Described(
        "N03921",
        "Arbetslöshet 16–24 år, årsmedelvärde, andel (%) av befolkningen",
        "%",
        Polarity.LOWER,
        "arbete",
        definition="Invånare 16–24 år som är öppet arbetslösa eller i program med aktivitetsstöd, delat med antalet "
        "invånare 16–24 år den 31 december året före. Årsmedelvärde. Källa: Arbetsförmedlingen och SCB.",
    ),
    Described(
        "N02797", "Invånare 16–24 år som varken arbetar eller studerar, andel (%)", "%", Polarity.LOWER, "utbildning"
    ),
    Described(
        "N03920", "Arbetslöshet 18–65 år, årsmedelvärde, andel (%) av befolkningen", "%", Polarity.LOWER, "arbete"
    ),
    Described(
        "N15428",
        "Elever i åk 9 som är behöriga till yrkesprogram, hemkommun, andel (%)",
        "%",
        Polarity.HIGHER,
        "utbildning",
    ),
)
"""What Blekinge's parties follow together, in their order."""

OTHERS = (
    Described("N02926", "Utrikes födda, andel (%)", "%", Polarity.NONE, "bosattning"),
    Described(
        "N02006",
        "Kommunmottagna i flyktingmottagandet med uppehållstillstånd, antal/1000 invånare",
        "per 1000 inv",
        Polarity.NONE,
        "bosattning",
    ),
    Described("N07907", "Trångboddhet i flerbostadshus, enligt norm 2, andel (%)", "%", Polarity.LOWER, "bosattning"),
    Described(
        "U30446",
        "Bostadsmarknadsläge i kommunen (överskott 2, balans 1, underskott 0)",
        "",
        Polarity.NONE,
        "bosattning",
        Measure.CODE,
        by_sex=False,
    ),
    Described("N02267", "Sysselsättningsgrad 20–64 år, andel (%)", "%", Polarity.HIGHER, "arbete"),
    Described("N02268", "Sysselsättningsgrad, utrikes födda 20–64 år, andel (%)", "%", Polarity.HIGHER, "arbete"),
    Described(
        "N00973",
        "Lämnat etableringsuppdraget och börjat arbeta eller studera (efter 90 dagar), andel (%)",
        "%",
        Polarity.HIGHER,
        "arbete",
    ),
    Described(
        "U00800",
        "Invånare 18–64 år som någon gång under året varit arbetslösa, andel (%)",
        "%",
        Polarity.LOWER,
        "arbete",
    ),
    Described("N02276", "Inpendling, andel (%)", "%", Polarity.NONE, "arbete"),
    Described("N02279", "Utpendling, andel (%)", "%", Polarity.NONE, "arbete"),
    Described(
        "N01982", "Invånare 25–64 år med eftergymnasial utbildning, andel (%)", "%", Polarity.HIGHER, "utbildning"
    ),
    Described(
        "N18409",
        "Elever på SFI som klarat minst två kurser, av nybörjare två år tidigare, andel (%)",
        "%",
        Polarity.HIGHER,
        "utbildning",
    ),
    Described(
        "N18954",
        "Personer som studerar året efter avslutad utbildning inom sfi, andel (%)",
        "%",
        Polarity.HIGHER,
        "utbildning",
    ),
    Described("N00905", "Mediannettoinkomst, kr/invånare 20+", "kr/inv", Polarity.HIGHER, "ekonomi", Measure.OTHER),
    Described(
        "U31001",
        "Utbetalt ekonomiskt bistånd, kr/invånare",
        "kr/inv",
        Polarity.LOWER,
        "ekonomi",
        by_sex=False,
    ),
    Described(
        "U31803",
        "Barn i befolkningen som ingår i familjer med ekonomiskt bistånd, andel (%)",
        "%",
        Polarity.LOWER,
        "ekonomi",
        by_sex=False,
    ),
    Described("N03702", "Bruttoregionprodukt, 1000 kr/invånare", "tkr/inv", Polarity.HIGHER, "ekonomi", by_sex=False),
    Described("N01951", "Invånare totalt, antal", "personer", Polarity.NONE, "befolkning", Measure.COUNT),
    Described(
        "N01963",
        "Befolkningsförändring sedan föregående år, andel (%)",
        "%",
        Polarity.HIGHER,
        "befolkning",
    ),
    Described("N00927", "Demografisk försörjningskvot", "", Polarity.LOWER, "befolkning"),
)


def load_figures(now: datetime) -> None:
    """Indicators with their figures in their focus areas. What is there already stays as it is."""
    source, _ = Source.objects.get_or_create(
        key="kolada", defaults={"name": "Kolada", "attribution": "Källa: Kolada", "website": "https://www.kolada.se"}
    )
    areas = {code.zfill(4): key for code, key in Area.objects.values_list("code", "pk")}
    wide = _wide()
    for described in (*CHOSEN, *OTHERS):
        words = {
            "name": described.name,
            "unit": described.unit,
            "polarity": described.polarity,
            "by_sex": described.by_sex,
            **({"definition": described.definition} if described.definition else {}),
        }
        # The chosen ones have the demo's own words; of the others, what comes with Samverka stays.
        new = {**words, "measure": described.measure}
        indicator, _ = Indicator.objects.update_or_create(
            source=source,
            source_key=described.key,
            defaults=words if described in CHOSEN else {},
            create_defaults=new,
        )
        if not indicator.observations.exists():
            if described in CHOSEN:
                _fill_own(indicator, areas, now)
            _fill(indicator, wide.filter(kpi=described.key).drop("kpi"), areas, now)
    _place()


def _fill_own(indicator: Indicator, areas: dict[str, int], now: datetime) -> None:
    """Blekinge, its municipalities and the nation, from the indicator's own table."""
    content = files("samverka.demo").joinpath(f"facts/{indicator.source_key}.csv").read_bytes()
    rows = list(csv.DictReader(content.decode().splitlines()))
    years = [int(row["period"]) for row in rows]
    extraction = _extraction(indicator, f"{indicator.source_key}.csv", content, years, now)
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
        indicator_id=pl.lit(indicator.pk),
        extraction_id=pl.lit(extraction.pk),
        area_id=rows["municipality"].replace_strict(areas),
        year="period",
        sex="gender",
        value="value",
        status=pl.when(pl.col("value").is_null())
        .then(pl.lit(ObservationStatus.MISSING.value))
        .otherwise(pl.lit(ObservationStatus.OK.value)),
    )
    with (
        connection.cursor() as cursor,
        cursor.copy(f"COPY statistics_observation ({COLUMNS}) FROM STDIN (FORMAT csv)") as copy,
    ):
        copy.write(keyed.write_csv(include_header=False))


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


def _place() -> None:
    """Each indicator in its focus area, in the order above, unless it has a place already."""
    keys = dict(Indicator.objects.values_list("source_key", "pk"))
    placed = set(FocusIndicator.objects.filter(focus_area__organisation=None).values_list("indicator_id", flat=True))
    for order, (key, name, question) in enumerate(FOCUS_AREAS):
        area, _ = FocusArea.objects.get_or_create(
            organisation=None, key=key, defaults={"name": name, "question": question, "order": order}
        )
        FocusIndicator.objects.bulk_create(
            FocusIndicator(focus_area=area, indicator_id=keys[described.key], order=place)
            for place, described in enumerate((*CHOSEN, *OTHERS))
            if described.focus == key and keys[described.key] not in placed
        )
