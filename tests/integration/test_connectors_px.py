"""PX files: keywords, characters, quoted texts over several lines, and cells without figures."""

import math
from contextlib import suppress
from datetime import UTC, datetime

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from samverka.connectors.faults import Fault, SourceError
from samverka.connectors.px import read_px
from samverka.connectors.rejections import Reason

FILE = """CHARSET="ANSI";
AXIS-VERSION="2013";
LANGUAGE="sv";
LANGUAGES="sv","en";
SUBJECT-AREA="Befolkning";
SUBJECT-CODE="BE";
MATRIX="BE0101";
TITLE="Folkmängd efter region, kön, tabellinnehåll "
"och år";
TITLE[en]="Population";
CONTENTS="Folkmängd";
DECIMALS=1;
STUB="region","kön";
HEADING="tabellinnehåll","år";
CONTVARIABLE="tabellinnehåll";
VALUES("region")="Karlskrona","Ronneby; norra",
"Olofström";
VALUES[en]("region")="A","B","C";
VALUES("kön")="kvinnor","män";
VALUES("tabellinnehåll")="Folkmängd","Andel";
VALUES("år")="2023","2024";
TIMEVAL("år")=TLIST(A1),"2023","2024";
CODES("region")="1080","1081","1060";
CODES("kön")="2","1";
CODES("tabellinnehåll")="F1","A1";
VARIABLECODE("region")="Region";
VARIABLE-TYPE("region")="Geographical";
PRECISION("tabellinnehåll","Andel")=2;
UNITS("Folkmängd")="antal";
UNITS("Andel")="procent";
LAST-UPDATED("Folkmängd")="20260608 08:00";
SOURCE="SCB";
NOTEX="Första raden#andra "
"raden; med semikolon";
NOTE("kön")="Juridiskt kön";
DATA=
1 2 50.5 "."
".." "-" 1e2 -0.5
3 "..." - .
5 6 7 8
9 10 11 12
13 14 15 16 ;
"""


def read(text: str, encoding: str = "cp1252") -> object:
    return read_px(text.encode(encoding))


def test_a_file_with_everything_in_it() -> None:
    cube = read_px(FILE.encode("cp1252"))
    structure = cube.structure
    assert structure.label == "Folkmängd efter region, kön, tabellinnehåll och år"
    assert structure.notes == ("Första raden\nandra raden; med semikolon",)
    assert structure.updated == datetime(2026, 6, 8, 6, 0, tzinfo=UTC)
    region, sex, contents, year = structure.dimensions
    assert (region.id, region.label, region.role) == ("Region", "region", "geo")
    assert (region.codes, region.labels[1]) == (("1080", "1081", "1060"), "Ronneby; norra")
    assert (sex.codes, sex.notes) == (("2", "1"), ("Juridiskt kön",))
    assert (year.codes, year.role, contents.role) == (("2023", "2024"), "time", "metric")
    assert (contents.units["F1"].base, contents.units["F1"].decimals) == ("antal", 1)
    assert (contents.units["A1"].base, contents.units["A1"].decimals) == ("procent", 2)
    rows = cube.frame().rows()
    assert rows[:8] == [
        ("1080", "2", "F1", "2023", 1.0, None),
        ("1080", "2", "F1", "2024", 2.0, None),
        ("1080", "2", "A1", "2023", 50.5, None),
        ("1080", "2", "A1", "2024", None, "."),
        ("1080", "1", "F1", "2023", None, ".."),
        ("1080", "1", "F1", "2024", None, "-"),
        ("1080", "1", "A1", "2023", 100.0, None),
        ("1080", "1", "A1", "2024", -0.5, None),
    ]
    assert [row[5] for row in rows[8:12]] == [None, "...", "-", "."]
    assert rows[-1][4] == 16.0
    assert cube.rejections == ()


@pytest.mark.parametrize(
    ("head", "encoding"),
    [
        ('CHARSET="ANSI";\n', "cp1252"),
        ('CHARSET="ANSI";\nCODEPAGE="utf-8";\n', "utf-8"),
        ('CHARSET="ANSI";\nCODEPAGE="iso-8859-15";\n', "iso-8859-15"),
        ('CHARSET="ANSI";\n', "utf-8"),
        ("", "utf-8"),
        ("", "utf-8-sig"),
        ("", "cp850"),
    ],
)
def test_the_characters_are_as_the_file_says(head: str, encoding: str) -> None:
    text = FILE.replace('CHARSET="ANSI";\n', head).replace("\n", "\r\n")
    assert read_px(text.encode(encoding)).structure.dimension("Region").labels[2] == "Olofström"


@pytest.mark.parametrize("codepage", ["utf-8", "klingon"])
def test_other_characters_than_declared_are_refused(codepage: str) -> None:
    text = FILE.replace('CHARSET="ANSI";\n', f'CODEPAGE="{codepage}";\n')
    with pytest.raises(SourceError) as caught:
        read_px(text.encode("cp1252"))
    assert (caught.value.fault, caught.value.details["detail"]) == (Fault.ENCODING, codepage)


@pytest.mark.parametrize(
    ("old", "new", "fault"),
    [
        ("13 14 15 16 ;\n", "13 14 15 16", Fault.CUT_OFF),
        ("13 14 15 16 ;\n", "", Fault.CUT_OFF),
        ("13 14 15 16 ;", "13 14 15;", Fault.CUT_OFF),
        ("13 14 15 16 ;", "13 14 15 16 17;", Fault.SIZE),
        ('VALUES("år")="2023","2024";\n', "", Fault.MISSING_FIELD),
        ('STUB="region","kön";\nHEADING="tabellinnehåll","år";\n', "", Fault.MISSING_FIELD),
        ('CODES("kön")="2","1"', 'CODES("kön")="2"', Fault.SIZE),
        ('CODES("kön")="2","1"', 'CODES("kön")="2","2"', Fault.SIZE),
        ('SUBJECT-CODE="BE";', 'SUBJECT-CODE="BE"', Fault.SYNTAX),
        ('SUBJECT-CODE="BE";', 'SUBJECT-CODE="BE;', Fault.SYNTAX),
        ("DATA=", "DATUM=", Fault.SYNTAX),
        ('SUBJECT-CODE="BE";', "?=;", Fault.SYNTAX),
    ],
)
def test_a_file_that_contradicts_itself_is_refused(old: str, new: str, fault: Fault) -> None:
    assert old in FILE
    with pytest.raises(SourceError) as caught:
        read_px(FILE.replace(old, new).encode("cp1252"))
    assert caught.value.fault is fault


def test_a_syntax_error_says_which_line() -> None:
    with pytest.raises(SourceError) as caught:
        read_px(FILE.replace('SUBJECT-CODE="BE";', "?=;").encode("cp1252"))
    assert caught.value.details["line"] == 6


def test_nonsense_for_decimals_is_no_number_of_decimals() -> None:
    cube = read_px(FILE.replace("DECIMALS=1;", f"DECIMALS={'9' * 9000};").encode("cp1252"))
    assert cube.structure.dimension("tabellinnehåll").units["F1"].decimals is None


@pytest.mark.parametrize(("token", "reason"), [("x12", Reason.NOT_A_NUMBER), ("nan", Reason.NOT_FINITE)])
def test_a_cell_that_is_neither_figure_nor_symbol_is_missing_and_told(token: str, reason: Reason) -> None:
    cube = read_px(FILE.replace("13 14 15 16", f"13 {token} 15 16").encode("cp1252"))
    (rejection,) = cube.rejections
    assert (rejection.reason, rejection.text) == (reason, token)
    assert rejection.path == "Region=1060, kön=1, tabellinnehåll=F1, år=2024"
    assert math.isnan(cube.values[21])


KEYED = """STUB="region","kön";
HEADING="år";
VALUES("region")="Karlskrona","Ronneby";
VALUES("kön")="kvinnor","män";
VALUES("år")="2023","2024";
CODES("region")="1080","1081";
KEYS("region")=CODES;
KEYS("kön")=VALUES;
DATA=
"1081","män",3 ".."
"1080","kvinnor",1 2;
"""


def test_rows_that_a_keyed_file_leaves_out_are_zero_as_the_format_says() -> None:
    cube = read_px(KEYED.encode())
    found = {row[:3]: row[3:] for row in cube.frame().rows()}
    assert found["1080", "kvinnor", "2024"] == (2.0, None)
    assert found["1081", "män", "2024"] == (None, "..")
    assert found["1080", "män", "2023"] == (0.0, None)


@pytest.mark.parametrize(
    ("old", "new", "fault"),
    [
        ('"1080","kvinnor"', '"1081","män"', Fault.DUPLICATE_KEY),
        ('"1080","kvinnor"', '"1099","kvinnor"', Fault.UNKNOWN_CODE),
        ("1 2;", "1;", Fault.CUT_OFF),
        ('KEYS("kön")=VALUES;\n', "", Fault.MISSING_FIELD),
    ],
)
def test_a_keyed_file_that_contradicts_itself_is_refused(old: str, new: str, fault: Fault) -> None:
    with pytest.raises(SourceError) as caught:
        read_px(KEYED.replace(old, new).encode())
    assert caught.value.fault is fault


labels = st.text(st.characters(codec="cp1252", exclude_characters='"#\r\n\x1a', exclude_categories=["Cc"]), min_size=1)
cells = st.sampled_from(["..", ".", "-", "......"]) | st.floats(allow_nan=False, allow_infinity=False)


@given(st.data())
@settings(deadline=None, max_examples=60)
def test_any_table_comes_back_as_it_was_written(data: st.DataObject) -> None:
    names = data.draw(st.lists(labels, min_size=1, max_size=3, unique=True))
    values = {name: data.draw(st.lists(labels, min_size=1, max_size=4, unique=True)) for name in names}
    size = math.prod(map(len, values.values()))
    written = data.draw(st.lists(cells, min_size=size, max_size=size))
    cut = data.draw(st.integers(0, len(names)))

    def listed(texts: list[str]) -> str:
        return data.draw(st.sampled_from([",", ",\n", " , "])).join(f'"{text}"' for text in texts)

    lines = ['CHARSET="ANSI"', 'CODEPAGE="windows-1252"']
    lines += [f"{word}={listed(some)}" for word, some in (("STUB", names[:cut]), ("HEADING", names[cut:])) if some]
    lines += [f'VALUES("{name}")={listed(values[name])}' for name in names]
    quoted = data.draw(st.booleans())
    tokens = [f'"{c}"' if quoted and isinstance(c, str) else str(c) for c in written]
    lines.append("DATA=" + data.draw(st.sampled_from([" ", "\n", " \r\n"])).join(tokens))
    cube = read_px((";\n".join(lines) + ";").encode("cp1252"))
    assert [d.id for d in cube.structure.dimensions] == names
    assert [d.codes for d in cube.structure.dimensions] == [tuple(values[name]) for name in names]
    wanted = [math.nan if isinstance(c, str) else c for c in written]
    np.testing.assert_array_equal(cube.values, np.array(wanted))
    assert cube.statuses == {place: c for place, c in enumerate(written) if isinstance(c, str)}
    assert cube.rejections == ()


@given(st.binary(max_size=300), st.integers(0, len(FILE)))
@settings(deadline=None, max_examples=150)
def test_whatever_a_file_holds_there_is_a_cube_or_an_error_with_a_name(junk: bytes, at: int) -> None:
    for content in (junk, FILE.encode("cp1252")[:at] + junk, FILE.encode("cp1252")[:at]):
        with suppress(SourceError):
            assert read_px(content).values.ndim == 1
