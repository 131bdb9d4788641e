"""Reading a file of values: `municipality,period,gender,value` and, where the source has it, `status`.

A file is taken whole or refused: half a series cannot be told from a whole one.

How a cut file is told from a whole one. A whole row ends with a line break. A last row without one is taken only
if it cannot have lost anything: it has all its fields, and its value has as many decimals as the most exact value
of the file (sources write a fixed precision), or its status is a whole word. `…,8.5` at the end of a file with
six decimals may have been 8.559536: it is refused, and the remedy says to add the line break if the row is whole.
A file that was cut exactly between two rows holds only true rows; `expected_rows` from the definitions finds it.
"""

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

import polars as pl

from samverka.foundation.clock import today
from samverka.statistics.enums import Fault, ObservationStatus, Sex
from samverka.territory.models import Area
from samverka.territory.queries import renamed_areas

from .rejections import SHOWN_TEXT, Rejections
from .text import RefusedFileError, content_of, decode, fields_of

COLUMNS = ("municipality", "period", "gender", "value")
STATUS_COLUMN = "status"
EARLIEST_YEAR = 1749  # Tabellverket's first
LONGEST_ROW = 200
SEPARATOR = "\x1f"  # between fields that were quoted; a control character, so no accepted file holds it
KEY = re.compile(r"[A-Za-z][A-Za-z0-9_-]{0,39}")
_NUMBER = r"^-?[0-9]+(\.[0-9]+)?([eE][+-]?[0-9]{1,3})?$"
_NOT_FINITE = r"^[+-]?(?i:nan|inf|infinity)$"
_COMMA_NUMBER = r"^-?[0-9]+,[0-9]+$"
LARGEST = 1e300  # the database's own limit

STATUSES = {
    "": None,
    "Missing": ObservationStatus.MISSING,
    "Suppressed": ObservationStatus.SUPPRESSED,
    "Preliminary": ObservationStatus.PRELIMINARY,
}
_NOTHING = pl.DataFrame(
    schema={"area_id": pl.Int64, "year": pl.Int16, "sex": pl.String, "value": pl.Float64, "status": pl.Int16}
)


@dataclass(frozen=True)
class Checked:
    """A file that has been read. `rows` is empty when anything was rejected.

    The columns of `rows`: area_id, year, sex (T, K or M), value (null when missing), status.
    """

    name: str
    sha256: str
    read: int
    rows: pl.DataFrame = field(repr=False, default_factory=_NOTHING.clone)
    rejections: Rejections = field(repr=False, default_factory=Rejections.of)

    @property
    def key(self) -> str:
        """The indicator's key at its source, which is the file's name."""
        return Path(self.name).stem


def status_word(status: ObservationStatus) -> str:
    """The status as files write it."""
    return next((word for word, code in STATUSES.items() if code is status), "")


def known_areas() -> dict[str, int]:
    """Codes as the files write them (0000 nation, 00NN county) → key of the area. Three queries.

    A municipality's earlier code stands for it too, as long as it was the same area.
    """
    return renamed_areas() | {code.zfill(4): key for code, key in Area.objects.values_list("code", "pk")}


def read_file(
    source: Path | bytes,
    name: str | None = None,
    *,
    areas: Mapping[str, int] | None = None,
    latest_year: int | None = None,
    expected_rows: int | None = None,
) -> Checked:
    """Read and check a file of values. Never raises for what a file holds: the answer says what is wrong.

    Args:
        source: the file, or its content.
        name: what the file is called; needed with content. Its stem is the indicator's key.
        areas: from `known_areas`, to be read once for many files.
        latest_year: no observation can be later; next year by default, for budgets and agreed rates.
        expected_rows: how many rows the source says that it has; fewer means that the file was cut.
    """
    if name is None:
        name = source.name if isinstance(source, Path) else ""
    digest = ""
    try:
        content = content_of(source)
        digest = hashlib.sha256(content).hexdigest()
        judged = _rows_of(
            content,
            name,
            areas=known_areas() if areas is None else areas,
            latest_year=latest_year or today().year + 1,
            expected_rows=expected_rows,
        )
    except RefusedFileError as refused:
        return Checked(name, digest, 0, rejections=Rejections.of([refused.rejection]))
    bad = judged.filter(pl.col("fault").is_not_null())
    if bad.height:
        shown = pl.col("raw").str.slice(0, SHOWN_TEXT).alias("text")
        found = Rejections(bad.select("line", shown, "fault", "detail"))
        return Checked(name, digest, judged.height, rejections=found)
    return Checked(name, digest, judged.height, rows=judged.select(_NOTHING.columns))


def _rows_of(
    content: bytes, name: str, *, areas: Mapping[str, int], latest_year: int, expected_rows: int | None
) -> pl.DataFrame:
    """The rows, each judged.

    Raises:
        RefusedFileError: the file is refused before its rows are looked at.
    """
    if not KEY.fullmatch(Path(name).stem):
        raise RefusedFileError(Fault.NAME, text=name)
    text = decode(content)
    lines = _lines(text)
    if expected_rows is not None and lines.height < expected_rows:
        raise RefusedFileError(Fault.SHORT, text=str(lines.height), detail=str(expected_rows))
    return _judge(lines, areas=areas, latest_year=latest_year, ended=text.endswith("\n"))


def _lines(text: str) -> pl.DataFrame:
    """The rows as strings: line (its number), raw (as shown), a column for each field, surplus, and width.

    `surplus` is the field after the last one, null in a whole row; a row with too few fields ends with nulls.

    Raises:
        RefusedFileError: the header is another one, or there are no rows.
    """
    head, newline, body = text.partition("\n")
    plain = '"' not in text
    if not plain:
        rows = fields_of(text)
        head = ",".join(rows[0][1])
    columns = tuple(head.split(","))
    if columns not in (COLUMNS, (*COLUMNS, STATUS_COLUMN)):
        _refuse_header(head, ended=bool(newline))
    if plain:
        raw = body.removesuffix("\n").split("\n") if body else []
        while raw and not raw[-1]:
            raw.pop()
        numbers = list(range(2, len(raw) + 2))
        fields = raw
    else:
        rows = [row for row in rows[1:] if row[1]]
        numbers = [line for line, _ in rows]
        raw = [",".join(row) for _, row in rows]
        fields = [SEPARATOR.join(row) for _, row in rows]
    if not raw:
        raise RefusedFileError(Fault.EMPTY, line=1, text=head)
    frame = pl.DataFrame({"line": numbers, "raw": raw, "fields": fields}, schema_overrides={"line": pl.Int64})
    parts = pl.col("fields").str.split_exact("," if plain else SEPARATOR, len(columns))
    names = [*columns, "surplus"]
    split = frame.select("line", "raw", parts.struct.rename_fields(names).alias("parts")).unnest("parts")
    if STATUS_COLUMN not in columns:
        # Without the column a row with a fifth field is one too many; `surplus` has caught it.
        split = split.with_columns(pl.lit("").alias(STATUS_COLUMN))
    return split.with_columns(pl.lit(len(columns)).alias("width"))


def _refuse_header(head: str, *, ended: bool) -> None:
    wanted = ",".join(COLUMNS)
    if not ended and wanted.startswith(head):
        raise RefusedFileError(Fault.TRUNCATED, line=1, text=head)
    if ";" in head:
        raise RefusedFileError(Fault.SEMICOLONS, line=1, text=head)
    raise RefusedFileError(Fault.HEADER, line=1, text=head, detail=wanted)


def _judge(lines: pl.DataFrame, *, areas: Mapping[str, int], latest_year: int, ended: bool) -> pl.DataFrame:
    """Every row as a figure, with `fault` and `detail` where it cannot be one. Its first fault counts."""
    width = int(lines["width"][0])
    value, status = pl.col("value"), pl.col(STATUS_COLUMN)
    typed = lines.with_columns(
        area_id=pl.col("municipality").replace_strict(dict(areas), default=None, return_dtype=pl.Int64),
        year=pl.when(pl.col("period").str.contains(r"^[0-9]{4}$")).then(pl.col("period").cast(pl.Int16, strict=False)),
        sex=pl.col("gender"),
        number=pl.when(value.str.contains(_NUMBER)).then(value.cast(pl.Float64, strict=False)),
        stated=status.replace_strict(
            {word: None if code is None else code.value for word, code in STATUSES.items()},
            default=None,
            return_dtype=pl.Int16,
        ),
    )
    has_value = value != ""
    needs_none = pl.col("stated").is_in([ObservationStatus.MISSING.value, ObservationStatus.SUPPRESSED.value])
    missing_field = pl.col(lines.columns[lines.columns.index("municipality") + width - 1]).is_null()
    last_row = pl.col("line") == int(lines["line"][-1])

    def says(fault: Fault) -> pl.Expr:
        return pl.lit(fault.value)

    # `8,5` unquoted looks like one field too many.
    split_by_comma = (
        pl.col("surplus").is_not_null()
        & pl.col("surplus").str.contains(r"^[0-9]+$")
        & value.str.contains(r"^-?[0-9]+$")
        & pl.lit(width == len(COLUMNS))
    )
    judged = typed.with_columns(
        fault=pl.when(pl.col("raw").str.len_chars() > LONGEST_ROW)
        .then(says(Fault.LINE))
        .when(split_by_comma)
        .then(says(Fault.DECIMAL_COMMA))
        .when(missing_field & last_row & pl.lit(not ended))
        .then(says(Fault.TRUNCATED))
        .when(missing_field & pl.col("raw").str.contains(";", literal=True))
        .then(says(Fault.SEMICOLONS))
        .when(missing_field | pl.col("surplus").is_not_null())
        .then(says(Fault.COLUMNS))
        .when(pl.col("area_id").is_null())
        .then(says(Fault.AREA))
        .when(pl.col("year").is_null() | ~pl.col("year").is_between(EARLIEST_YEAR, latest_year))
        .then(says(Fault.YEAR))
        .when(~pl.col("sex").is_in(Sex.values))
        .then(says(Fault.SEX))
        .when(value.str.contains(_NOT_FINITE) | (pl.col("number").abs() >= LARGEST))
        .then(says(Fault.NOT_FINITE))
        .when(value.str.contains(_COMMA_NUMBER))
        .then(says(Fault.DECIMAL_COMMA))
        .when(has_value & pl.col("number").is_null())
        .then(says(Fault.NOT_A_NUMBER))
        .when(~status.is_in(list(STATUSES)))
        .then(says(Fault.STATUS))
        .when((needs_none & has_value) | ((pl.col("stated") == ObservationStatus.PRELIMINARY.value) & ~has_value))
        .then(says(Fault.STATUS_VALUE))
    )
    judged = _mark_duplicates(judged)
    if not ended:
        judged = _mark_cut(judged, has_status=width > len(COLUMNS))
    detail = (
        pl.when(pl.col("fault") == Fault.COLUMNS.value)
        .then(pl.lit(str(width)))
        .when(pl.col("fault") == Fault.YEAR.value)
        .then(pl.lit(f"{EARLIEST_YEAR}–{latest_year}"))
        .otherwise(pl.col("first_line").cast(pl.String).fill_null(""))
    )
    plain_status = pl.when(has_value).then(ObservationStatus.OK.value).otherwise(ObservationStatus.MISSING.value)
    return judged.select(
        "line",
        "raw",
        "fault",
        "area_id",
        "year",
        "sex",
        detail=detail,
        value="number",
        status=pl.coalesce("stated", plain_status.cast(pl.Int16)),
    )


def _mark_duplicates(judged: pl.DataFrame) -> pl.DataFrame:
    """A row that says again what an earlier one said; `first_line` tells where. Also when the values agree."""
    what = ["area_id", "year", "sex"]
    fine = judged.filter(pl.col("fault").is_null())
    if fine.select(pl.struct(what).n_unique()).item() == fine.height:
        return judged.with_columns(first_line=pl.lit(None, dtype=pl.Int64))
    first = fine.group_by(what).agg(pl.col("line").min().alias("first_line"))
    again = pl.col("fault").is_null() & (pl.col("line") > pl.col("first_line"))
    return judged.join(first, on=what, how="left", maintain_order="left").with_columns(
        fault=pl.when(again).then(pl.lit(Fault.DUPLICATE.value)).otherwise(pl.col("fault")),
        first_line=pl.when(again).then(pl.col("first_line")),
    )


def _mark_cut(judged: pl.DataFrame, *, has_status: bool) -> pl.DataFrame:
    """The last row, when no line break follows it and it may have been longer. See the module's own text."""
    decimals = pl.col("value").str.extract(r"\.([0-9]+)$").str.len_chars().fill_null(0)
    counted = judged.select(decimals.alias("n"), status=pl.col(STATUS_COLUMN))
    whole = (
        counted["status"][-1] != "" if has_status else counted["n"][-1] == counted["n"].max() and counted["n"][-1] > 0
    )
    if whole:
        return judged
    last = pl.col("fault").is_null() & (pl.col("line") == int(judged["line"][-1]))
    return judged.with_columns(fault=pl.when(last).then(pl.lit(Fault.TRUNCATED.value)).otherwise(pl.col("fault")))
