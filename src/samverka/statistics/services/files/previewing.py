"""What a file would change before it is taken in."""

from dataclasses import dataclass
from datetime import date

import polars as pl

from samverka.statistics.enums import Fault, Measure, ObservationStatus, Sex
from samverka.statistics.models import FigureFile, Indicator, Observation
from samverka.statistics.queries import Figure
from samverka.statistics.services.text import RefusedFileError
from samverka.territory.models import Area

from . import columns as matching
from .columns import NEEDED, Columns, Role
from .figures import CellFault, Read, areas_by_word, read_rows
from .sheets import read_sheet
from .tables import figures_in, guess_dimensions, is_table, read_table

LISTED = 200
"""Changed figures, and faults, that are listed; all are counted."""


@dataclass(frozen=True)
class Difference:
    """A figure that the file says something new of. `before` is None when there was none."""

    area: Area
    year: int
    sex: Sex
    before: Figure | None
    after: Figure


@dataclass(frozen=True)
class Preview:
    """What a file holds and would change. `names` are its columns, or dimensions; `columns` what they are."""

    names: list[str]
    columns: Columns
    is_table: bool
    read: Read
    added: int = 0
    changed: int = 0
    unchanged: int = 0
    differences: tuple[Difference, ...] = ()

    @property
    def faults(self) -> list[CellFault]:
        return list(self.read.faults[:LISTED])

    @property
    def needs_columns(self) -> bool:
        """Nothing is wrong with the file: it only does not say which column is what."""
        return [fault.fault for fault in self.read.faults] == [Fault.COLUMN] and bool(self.names)

    @property
    def may_be_taken(self) -> bool:
        return not self.read.faults and self.read.rows > 0


def preview_of(file: FigureFile, *, today: date) -> Preview:
    """Read a file by its columns, guessed where nobody has said, and lay it beside what is stored. Three queries."""
    content = bytes(file.content)
    latest_year = today.year + 1
    is_cube = is_table(file.name, content)
    try:
        if is_cube:
            cube = read_table(file.name, content)
            names = [dimension.label for dimension in cube.structure.dimensions]
            columns = matching.restored(file.columns, len(names)) or guess_dimensions(cube)
            if Role.YEAR not in columns:
                return Preview(names, columns, True, Read(faults=[CellFault(None, "", "", Fault.COLUMN)]))
            areas = dict(Area.objects.values_list("code", "pk"))
            measure = Measure(file.indicator.measure)
            read = figures_in(cube, columns, areas=areas, measure=measure, latest_year=latest_year)
        else:
            sheet = read_sheet(content)
            names = [name or str(place) for place, name in enumerate(sheet.head, start=1)]
            columns = matching.restored(file.columns, len(names)) or matching.guess(
                sheet.head, (row for _line, row in sheet.rows)
            )
            if not set(NEEDED) <= columns.keys():
                return Preview(names, columns, False, Read(faults=[CellFault(None, "", "", Fault.COLUMN)]))
            read = read_rows(sheet, columns, areas=areas_by_word(), latest_year=latest_year)
    except RefusedFileError as refused:
        wrong = refused.rejection
        fault = CellFault(wrong.line, "", wrong.text, wrong.fault, wrong.detail)
        return Preview([], {}, False, Read(faults=[fault]))
    return _beside_stored(file.indicator, Preview(names, columns, is_cube, read))


def _beside_stored(indicator: Indicator, preview: Preview) -> Preview:
    frame = preview.read.frame
    stored = pl.DataFrame(
        list(
            Observation.objects.filter(indicator=indicator, year__in=frame["year"].unique().to_list()).values_list(
                "area_id", "year", "sex", "value", "status"
            )
        ),
        schema={"area_id": pl.Int64, "year": pl.Int16, "sex": pl.String, "old": pl.Float64, "old_status": pl.Int16},
        orient="row",
    )
    both = frame.join(stored, on=["area_id", "year", "sex"], how="left", maintain_order="left")
    is_new = pl.col("old_status").is_null()
    same = ~is_new & pl.col("value").eq_missing(pl.col("old")) & (pl.col("status") == pl.col("old_status"))
    counted = both.with_columns(is_new=is_new, same=same)
    differ = counted.filter(~pl.col("same")).sort("is_new", maintain_order=True).head(LISTED)
    areas = Area.objects.in_bulk(differ["area_id"].unique().to_list())
    added, unchanged = int(counted["is_new"].sum()), int(counted["same"].sum())
    return Preview(
        preview.names,
        preview.columns,
        preview.is_table,
        preview.read,
        added=added,
        changed=counted.height - added - unchanged,
        unchanged=unchanged,
        differences=tuple(
            Difference(
                area=areas[row["area_id"]],
                year=row["year"],
                sex=Sex(row["sex"]),
                before=None if row["is_new"] else Figure(row["year"], row["old"], ObservationStatus(row["old_status"])),
                after=Figure(row["year"], row["value"], ObservationStatus(row["status"])),
            )
            for row in differ.iter_rows(named=True)
        ),
    )
