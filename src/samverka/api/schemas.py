"""What the API gives, in its own words: stable, whatever happens to the tables."""

from datetime import date, datetime
from enum import StrEnum

from ninja import Schema
from pydantic import Field


class AreaOut(Schema):
    code: str = Field(description="Statistics Sweden's code; 00 is the nation.")
    kind: str
    name: str
    parent: str | None = Field(description="The area that it is part of.")
    population: int
    population_on: date
    latitude: float
    longitude: float


class AreasOut(Schema):
    areas: list[AreaOut]


class IndicatorOut(Schema):
    id: str = Field(description="The source and its own name of the indicator: kolada:N03921.")
    name: str
    definition: str
    unit: str
    polarity: str
    by_sex: bool
    kind: str
    target_group: str
    numerator: str
    denominator: str
    version: int = Field(description="Of the definition.")
    is_closed: bool
    source: str
    attribution: str = Field(description="To be stated wherever the figures are shown.")
    first_year: int | None
    last_year: int | None
    extracted_at: datetime | None


class IndicatorsOut(Schema):
    count: int
    next: str | None
    indicators: list[IndicatorOut]


class SexOut(StrEnum):
    TOTAL = "total"
    WOMEN = "women"
    MEN = "men"


class StatusOut(StrEnum):
    OK = "ok"
    PRELIMINARY = "preliminary"
    MISSING = "missing"
    SUPPRESSED = "suppressed"


class MethodOut(StrEnum):
    SUM = "sum"
    RATIO_OF_SUMS = "ratio_of_sums"
    WEIGHTED_APPROXIMATION = "weighted_approximation"
    UNWEIGHTED_MEAN = "unweighted_mean"


class ObservationOut(Schema):
    indicator: str
    area: str
    area_name: str
    year: int
    sex: SexOut
    value: float | None = Field(description="null is not zero; status says why there is no value.")
    status: StatusOut
    numerator: float | None
    denominator: float | None
    extracted_at: datetime = Field(description="When the figure left its source.")
    method: MethodOut | None = Field(
        description=(
            "How the figure was made of those of the area's municipalities; null: published by the source. "
            "weighted_approximation and unweighted_mean are approximate."
        )
    )
    is_complete: bool | None = Field(description="Whether it covers all of them; null: published by the source.")


class ObservationsOut(Schema):
    next: str | None = Field(description="The address of the following rows; null at the end.")
    attribution: list[str]
    observations: list[ObservationOut]


class Format(StrEnum):
    JSON = "json"
    CSV = "csv"
    JSON_STAT = "json-stat2"
