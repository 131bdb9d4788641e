"""Reading files of values: what is taken, and every kind of file that is refused."""

import gzip
import math
from pathlib import Path

import polars as pl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from samverka.statistics.enums import Fault, ObservationStatus
from samverka.statistics.services import Checked, Rejection, read_file

AREAS = {"0000": 1, "0010": 2, "1080": 3, "0180": 4}
HEADER = "municipality,period,gender,value\n"
REAL = HEADER + "0000,2021,T,9.207306\n0000,2022,T,7.763118\n0010,2022,K,7.5\n1080,2022,M,\n1080,2022,T,8.559536\n"


def read(content: str | bytes, name: str = "N03921.csv", expected_rows: int | None = None) -> Checked:
    encoded = content.encode() if isinstance(content, str) else content
    return read_file(encoded, name, areas=AREAS, latest_year=2027, expected_rows=expected_rows)


def only(checked: Checked) -> Rejection:
    assert checked.rows.is_empty()
    (rejection,) = checked.rejections
    return rejection


def figures(checked: Checked) -> list[tuple[int, int, str, float | None, int]]:
    assert list(checked.rejections) == []
    return checked.rows.select("area_id", "year", "sex", "value", "status").rows()


def test_an_empty_value_is_missing_and_never_zero() -> None:
    assert figures(read(HEADER + "1080,2022,M,\n1080,2022,K,0.0\n")) == [
        (3, 2022, "M", None, ObservationStatus.MISSING),
        (3, 2022, "K", 0.0, ObservationStatus.OK),
    ]


@pytest.mark.parametrize(
    "content",
    [REAL.encode(), b"\xef\xbb\xbf" + REAL.encode(), REAL.replace("\n", "\r\n").encode(), REAL.encode() + b"\n\n"],
    ids=["plain", "byte order mark", "CRLF", "empty lines at the end"],
)
def test_the_same_figures_however_lines_are_ended(content: bytes) -> None:
    assert figures(read(content)) == figures(read(REAL))
    assert len(figures(read(content))) == 5


def test_quoted_fields_are_the_same_figures() -> None:
    quoted = "\n".join(",".join(f'"{field}"' for field in line.split(",")) for line in REAL.split("\n")[:-1]) + "\n"
    assert figures(read(quoted)) == figures(read(REAL))


def test_the_status_column_tells_preliminary_suppressed_and_missing_apart() -> None:
    text = "municipality,period,gender,value,status\n0000,2022,T,7.7,\n0000,2022,K,7.1,Preliminary\n"
    text += "0000,2022,M,,Suppressed\n0010,2022,T,,Missing\n0010,2022,K,,\n"
    statuses = [row[4] for row in figures(read(text))]
    assert [ObservationStatus(s).name for s in statuses] == ["OK", "PRELIMINARY", "SUPPRESSED", "MISSING", "MISSING"]


@pytest.mark.parametrize(
    ("content", "fault", "line"),
    [
        (REAL.replace("gender", "kön"), Fault.HEADER, 1),
        ("kommun,år\n0180,2022\n", Fault.HEADER, 1),
        (REAL.replace("gender", "kön").encode("latin-1"), Fault.ENCODING, 1),
        (REAL.encode("utf-16"), Fault.ENCODING, None),
        (REAL.replace("9.207306", "nio"), Fault.NOT_A_NUMBER, 2),
        (REAL.replace("9.207306", ".."), Fault.NOT_A_NUMBER, 2),
        (REAL.replace("9.207306", "9 207"), Fault.NOT_A_NUMBER, 2),
        (REAL.replace("9.207306", "٩"), Fault.NOT_A_NUMBER, 2),
        (REAL.replace("0010,", "9999,"), Fault.AREA, 4),
        (REAL.replace("0180,", "180,").replace("0010,", "10,"), Fault.AREA, 4),
        (REAL + "0000,2021,T,9.207306\n", Fault.DUPLICATE, 7),
        (REAL.replace("9.207306", "NaN"), Fault.NOT_FINITE, 2),
        (REAL.replace("9.207306", "-inf"), Fault.NOT_FINITE, 2),
        (REAL.replace("9.207306", "1e400"), Fault.NOT_FINITE, 2),
        (REAL.replace("2021", "-2021"), Fault.YEAR, 2),
        (REAL.replace("2021", "20210"), Fault.YEAR, 2),
        (REAL.replace("2021", "2999"), Fault.YEAR, 2),
        (REAL.replace("2021", "1066"), Fault.YEAR, 2),
        ("", Fault.EMPTY, None),
        ("\n \n", Fault.EMPTY, None),
        (HEADER, Fault.EMPTY, 1),
        (gzip.compress(REAL.encode()), Fault.BINARY, None),
        (b"\x89PNG\r\n\x1a\n\x00\x00", Fault.BINARY, None),
        (REAL[: REAL.index("1080,2022,T") + 7], Fault.TRUNCATED, 6),
        (REAL[:-4], Fault.TRUNCATED, 6),
        (HEADER[:20], Fault.TRUNCATED, 1),
        (REAL.replace("9.207306", "9,207306"), Fault.DECIMAL_COMMA, 2),
        (REAL.replace("9.207306", '"9,207306"'), Fault.DECIMAL_COMMA, 2),
        (REAL.replace(",", ";"), Fault.SEMICOLONS, 1),
        (REAL.replace("0000,2021,T,9.207306", "0000;2021;T;9.207306"), Fault.SEMICOLONS, 2),
        (REAL.replace("0000,2021,T,", "0000,2021,"), Fault.COLUMNS, 2),
        (REAL.replace("9.207306", "9.2,T,1"), Fault.COLUMNS, 2),
        (REAL.replace("\n0000,2022", "\n\n0000,2022"), Fault.COLUMNS, 3),
        (REAL.replace("2021,T", "2021,X"), Fault.SEX, 2),
        (REAL.replace("9.207306", "9" * 500), Fault.LINE, 2),
        (HEADER + "0" * 5_000_000 + "\n", Fault.LINE, 2),
        (REAL.replace("9.207306", '"9.2'), Fault.QUOTES, 2),
        (REAL.replace("9.207306", '"9.2').removesuffix("\n"), Fault.TRUNCATED, 2),
        (REAL.replace("9.207306", '"9"2'), Fault.QUOTES, 2),
        (HEADER.replace("value", "value,status") + "0000,2022,T,1.0,Guess\n", Fault.STATUS, 2),
        (HEADER.replace("value", "value,status") + "0000,2022,T,1.0,Missing\n", Fault.STATUS_VALUE, 2),
        (HEADER.replace("value", "value,status") + "0000,2022,T,,Preliminary\n", Fault.STATUS_VALUE, 2),
    ],
)
def test_a_malformed_file_is_refused_at_the_line_that_is_wrong(
    content: str | bytes, fault: Fault, line: int | None
) -> None:
    rejection = only(read(content))
    assert (rejection.fault, rejection.line) == (fault, line)
    assert rejection.reason
    assert "%(" not in rejection.remedy


def test_every_wrong_row_is_counted_and_the_first_are_listed() -> None:
    checked = read(HEADER + "".join(f"0000,2022,T,x{n}\n" for n in range(3000)))
    assert len(checked.rejections) == 3000
    assert [r.line for r in checked.rejections.first(2)] == [2, 3]
    assert checked.rejections.first(1)[0].text == "0000,2022,T,x0"


def test_a_duplicate_names_the_row_that_it_repeats() -> None:
    assert only(read(REAL + "0000,2021,T,\n")).remedy.startswith("Samma kommun, år och kön står på rad 2.")


def test_a_last_row_without_line_break_is_taken_when_nothing_can_be_cut_from_it() -> None:
    assert figures(read(REAL.removesuffix("\n"))) == figures(read(REAL))
    statuses = "municipality,period,gender,value,status\n0000,2022,T,,Suppressed"
    assert len(figures(read(statuses))) == 1


@pytest.mark.parametrize("cut", range(1, len("1080,2022,T,8.559536\n")))
def test_a_row_that_is_cut_anywhere_is_never_taken_as_another_figure(cut: int) -> None:
    checked = read(REAL[:-cut])
    assert figures(read(REAL)) == figures(checked) if cut == 1 else len(checked.rejections) == 1


def test_a_file_cut_between_two_rows_is_found_by_what_the_definitions_expect() -> None:
    half = REAL[: REAL.index("1080")]
    assert len(read(half).rejections) == 0
    assert only(read(half, expected_rows=5)).fault == Fault.SHORT
    assert len(read(REAL, expected_rows=5).rejections) == 0


@pytest.mark.parametrize("name", ["", "min fil (1).csv", "åäö.csv", "../x y.csv"])
def test_the_name_must_be_the_indicators_key(name: str) -> None:
    assert only(read(REAL, name)).fault == Fault.NAME


def test_a_file_that_cannot_be_read_is_refused(tmp_path: Path) -> None:
    assert only(read_file(tmp_path / "N1.csv", areas=AREAS)).fault == Fault.UNREADABLE


values = st.one_of(st.none(), st.floats(allow_nan=False, allow_infinity=False, min_value=-1e299, max_value=1e299))
tables = st.dictionaries(
    st.tuples(st.sampled_from(sorted(AREAS)), st.integers(1749, 2027), st.sampled_from("TKM")),
    values,
    min_size=1,
    max_size=30,
)


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow], max_examples=60)
@given(tables, st.sampled_from(["\n", "\r\n"]), st.booleans())
def test_any_table_that_is_written_is_read_back(
    table: dict[tuple[str, int, str], float | None], newline: str, quoted: bool
) -> None:
    mark = '"' if quoted else ""
    lines = [
        mark + f"{mark},{mark}".join([code, str(year), sex, "" if value is None else repr(value)]) + mark
        for (code, year, sex), value in table.items()
    ]
    checked = read((HEADER + "\n".join(lines) + "\n").replace("\n", newline))
    assert list(checked.rejections) == []
    back = {(area, year, sex): value for area, year, sex, value, _ in checked.rows.rows()}
    wanted = {(AREAS[code], year, sex): value for (code, year, sex), value in table.items()}
    assert back == wanted
    assert checked.rows["value"].null_count() == sum(value is None for value in table.values())
    assert checked.rows["status"].to_list() == [2 if v is None else 0 for v in table.values()]


@settings(deadline=None, max_examples=200)
@given(st.binary(max_size=300))
def test_no_bytes_make_the_reader_fail(content: bytes) -> None:
    for prefix in (b"", HEADER.encode()):
        checked = read(prefix + content)
        assert checked.rows.is_empty() or all(
            v is None or math.isfinite(v) for v in checked.rows.get_column("value").cast(pl.Float64)
        )
