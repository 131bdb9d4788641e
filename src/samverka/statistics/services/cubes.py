"""From a table with dimensions to figures of areas, years, women and men."""

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeVar

import polars as pl

from samverka.connectors.cubes import Cube, Dimension
from samverka.connectors.faults import Fault, SourceError
from samverka.connectors.rejections import LARGEST, Reason, Rejection, rejected
from samverka.statistics.enums import Measure, ObservationStatus, Sex
from samverka.territory.models import NATION_CODE

if TYPE_CHECKING:
    from polars.dataframe.group_by import GroupBy

FRAME = {"area_id": pl.Int64, "year": pl.Int16, "sex": pl.String, "value": pl.Float64, "status": pl.Int16}

_KEY = ("area_id", "year", "sex")
_YEAR = re.compile("[0-9]{4}")
_YEARS = range(1749, 2200)
# Statistics Sweden's codes differ between tables; what they are called does not.
_SEXES = (
    (re.compile(r"^(total|samtliga|båda könen|män och kvinnor|kvinnor och män|men and women)", re.I), Sex.TOTAL),
    (re.compile(r"^(kvinn|flickor|women|female|girls)", re.I), Sex.WOMEN),
    (re.compile(r"^(män|man\b|pojkar|men|male|boys)", re.I), Sex.MEN),
)
# Symbols beside a cell. What is not known here says nothing of the value, and a cell without one is missing.
_SUPPRESSED = ("x", "c")
_PRELIMINARY = ("p",)


@dataclass(frozen=True)
class Roles:
    """Which dimensions of a table are the area, the sex and the time; the rest is summed over or has one code.

    area: None for a table about the nation alone. sex: None where women and men are not told apart.
    ends: of the periods within a year, the one that stands for the year: `M12` or `K4`. Empty: whole years.
    """

    area: str | None
    sex: str | None
    time: str
    ends: str = ""

    def year_of(self, code: str) -> int | None:
        """The year that a period stands for; None if it stands for none."""
        year = code.removesuffix(self.ends) if self.ends and code.endswith(self.ends) else code
        if not _YEAR.fullmatch(year) or int(year) not in _YEARS or (self.ends and year == code):
            return None
        return int(year)


def sex_of(label: str) -> Sex | None:
    """The sex that a category's name says."""
    return next((sex for pattern, sex in _SEXES if pattern.search(label.strip())), None)


def figures_of(
    cubes: Iterable[Cube], roles: Roles, *, areas: Mapping[str, int], measure: Measure
) -> tuple[pl.DataFrame, list[Rejection]]:
    """The figures of a table's parts, and what could not be used.

    Several cells for the same area, year and sex are summed if they are counts; a sum with a missing part is missing.
    Without a total of its own, a count's total is women and men together. Anything else is never added.

    Args:
        areas: code → key of the area.

    Raises:
        SourceError: several values for the same figure that may not be added, or a dimension that is not there.
    """
    rejections: list[Rejection] = []
    frames, open_dimensions = [], set()
    for cube in cubes:
        frames.append(_cells(cube, roles, areas, rejections))
        named = {roles.area, roles.sex, roles.time}
        open_dimensions |= {d.label for d in cube.structure.dimensions if d.id not in named and len(d) > 1}
    figures = pl.concat(frames) if frames else pl.DataFrame(schema=FRAME)
    if figures.select(pl.struct(_KEY).is_duplicated().any()).item():
        if measure is not Measure.COUNT:
            raise SourceError(Fault.CHOICE_NEEDED, detail=", ".join(sorted(open_dimensions)) or roles.sex)
        figures = _sums(figures.group_by(_KEY, maintain_order=True))
    if measure is Measure.COUNT and roles.sex:
        figures = _with_totals(figures)
    return _within_bounds(figures, rejections), rejections


def _cells(cube: Cube, roles: Roles, areas: Mapping[str, int], rejections: list[Rejection]) -> pl.DataFrame:
    rejections += cube.rejections
    structure = cube.structure
    years = _known(structure.dimension(roles.time), roles.year_of, Reason.YEAR, rejections)
    frame = cube.frame().with_columns(
        year=pl.col(roles.time).replace_strict(years, default=None, return_dtype=pl.Int16),
        text=pl.col("status").str.to_lowercase(),
    )
    if roles.area is None:
        frame = frame.with_columns(area_id=pl.lit(areas[NATION_CODE], pl.Int64))
    else:
        found = _known(structure.dimension(roles.area), areas.get, Reason.UNKNOWN_AREA, rejections)
        frame = frame.with_columns(
            area_id=pl.col(roles.area).replace_strict(found, default=None, return_dtype=pl.Int64)
        )
    if roles.sex is None:
        frame = frame.with_columns(sex=pl.lit(Sex.TOTAL.value))
    else:
        dimension = structure.dimension(roles.sex)
        labels = dict(zip(dimension.codes, dimension.labels, strict=True))
        sexes = _known(dimension, lambda code: sex_of(labels[code]), Reason.UNKNOWN_GENDER, rejections)
        values = {code: sex.value for code, sex in sexes.items()}
        frame = frame.with_columns(sex=pl.col(roles.sex).replace_strict(values, default=None, return_dtype=pl.String))
    status = (
        pl.when(pl.col("value").is_null() & pl.col("text").is_in(_SUPPRESSED))
        .then(ObservationStatus.SUPPRESSED.value)
        .when(pl.col("value").is_null())
        .then(ObservationStatus.MISSING.value)
        .when(pl.col("text").is_in(_PRELIMINARY))
        .then(ObservationStatus.PRELIMINARY.value)
        .otherwise(ObservationStatus.OK.value)
    )
    return frame.with_columns(status=status.cast(pl.Int16)).select(list(FRAME)).drop_nulls(["area_id", "year", "sex"])


T = TypeVar("T")


def _known(
    dimension: Dimension, find: Callable[[str], T | None], reason: Reason, rejections: list[Rejection]
) -> dict[str, T]:
    """Code → what it stands for. A code that stands for nothing here is refused with all its cells, and noted once."""
    found: dict[str, T] = {}
    for code, label in zip(dimension.codes, dimension.labels, strict=True):
        meaning = find(code)
        if meaning is None:
            rejections.append(rejected(reason, f"{dimension.id}={code}", f"{code} {label}"))
        else:
            found[code] = meaning
    return found


def _with_totals(figures: pl.DataFrame) -> pl.DataFrame:
    """Women and men together where the table has no total."""
    totals = figures.filter(pl.col("sex") == Sex.TOTAL.value).select("area_id", "year")
    parts = figures.join(totals, on=["area_id", "year"], how="anti", maintain_order="left")
    both = parts.filter(pl.len().over("area_id", "year") == len((Sex.WOMEN, Sex.MEN)))
    if both.is_empty():
        return figures
    added = _sums(both.with_columns(sex=pl.lit(Sex.TOTAL.value)).group_by(_KEY, maintain_order=True))
    return pl.concat([figures, added])


def _within_bounds(figures: pl.DataFrame, rejections: list[Rejection]) -> pl.DataFrame:
    """A sum may be larger than any of its parts was allowed to be; it is then missing."""
    beyond = pl.col("value").abs() >= LARGEST
    for row in figures.filter(beyond).iter_rows(named=True):
        rejections.append(rejected(Reason.NOT_FINITE, f"{row['year']} {row['sex']}", row["value"]))
    return figures.with_columns(
        value=pl.when(beyond).then(None).otherwise(pl.col("value")),
        status=pl.when(beyond).then(ObservationStatus.MISSING.value).otherwise(pl.col("status")).cast(pl.Int16),
    )


def _sums(groups: "GroupBy") -> pl.DataFrame:
    """Sums with the status of their weakest part: suppressed before missing before preliminary."""
    lacks = pl.col("value").is_null().any()
    return groups.agg(
        value=pl.when(lacks).then(None).otherwise(pl.col("value").sum()),
        status=pl.col("status").max(),
    ).select(list(FRAME))
