"""Attacks with files of figures: those that are larger inside than out, that name themselves, and that come twice."""

import io
import json
import time
import zipfile
from collections.abc import Callable
from typing import Any

import pytest
import xlsxwriter
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from samverka.collaborations.models import Collaboration
from samverka.connectors.faults import SourceError
from samverka.connectors.px import read_px
from samverka.foundation.access.actors import Actor
from samverka.foundation.database.acting import acting_as
from samverka.picture.services import notes
from samverka.statistics.enums import Fault, Polarity, Recipe
from samverka.statistics.models import Extraction, Indicator
from samverka.statistics.queries.formulas import Counting
from samverka.statistics.services import deriving
from samverka.statistics.services.files.sheets import MOST_COLUMNS, read_sheet
from samverka.statistics.services.files.tables import read_table
from samverka.statistics.services.text import RefusedFileError
from samverka.territory.models import Area
from samverka.territory.services import define_nodes, division_of, seal_of
from tests.integration.test_own_measurements import give, own, stored, take

__all__ = ["own"]

pytestmark = pytest.mark.django_db

Cast = Callable[[str], Actor]
Browse = Callable[[str], Client]


def refused(content: bytes, name: str = "") -> Fault:
    """Why a file is refused, and that it takes no time."""
    began = time.process_time()
    with pytest.raises(RefusedFileError) as caught:
        read_table(name, content) if name else read_sheet(content)
    assert time.process_time() - began < 40
    return caught.value.rejection.fault


def workbook(*cells: tuple[int, int]) -> bytes:
    file = io.BytesIO()
    with xlsxwriter.Workbook(file) as book:
        sheet = book.add_worksheet()
        for row, column in cells:
            sheet.write_string(row, column, "x")
    return file.getvalue()


def packed(sheet: str) -> bytes:
    """A workbook whose sheet is what is given."""
    file = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(workbook((0, 0)))) as old, zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            new.writestr(name, sheet if name == "xl/worksheets/sheet1.xml" else old.read(name))
    return file.getvalue()


def dataset(**codes: list[str]) -> dict[str, Any]:
    return {
        "version": "2.0",
        "class": "dataset",
        "id": list(codes),
        "size": [len(found) for found in codes.values()],
        "role": {"time": ["Tid"], "geo": ["Region"]},
        "dimension": {name: {"category": {"index": found}} for name, found in codes.items()},
        "value": {},
    }


# --- larger inside than out -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("corner", [(1_048_575, 16_383), (1_048_575, 100)])
def test_a_workbook_with_a_cell_in_its_last_corner_does_not_end_the_server(corner: tuple[int, int]) -> None:
    content = workbook((0, 0), (0, 1), corner)
    assert len(content) < 10_000
    assert refused(content) is Fault.WORKBOOK


def test_a_workbook_that_unpacks_to_a_thousand_times_its_size_is_refused() -> None:
    row = '<row><c t="str"><v>' + "x" * 10_000 + "</v></c></row>"
    begins = '<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>'
    content = packed(begins + row * 60_000 + "</sheetData></worksheet>")
    assert len(content) < 3_000_000
    assert refused(content) is Fault.WORKBOOK


def test_a_workbook_that_is_a_program_is_only_what_it_shows() -> None:
    file = io.BytesIO()
    with xlsxwriter.Workbook(file) as book:
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, ["kod", "år", "värde"])
        sheet.write_row(1, 0, ["10", 2016])
        sheet.write_formula(1, 2, "=WEBSERVICE(\"http://127.0.0.1/\"&'[http://127.0.0.1/x.xlsx]A'!A1)", None, 7)
    assert list(read_sheet(file.getvalue()).rows) == [(2, ["10", "2016", "7"])]


def test_a_table_with_more_cells_than_a_page_can_wait_for_is_refused() -> None:
    huge = dataset(Region=[f"{n:05d}" for n in range(5000)], Tid=[str(n) for n in range(1000, 1500)])
    assert refused(json.dumps(huge).encode(), "x.json") is Fault.NOT_A_TABLE


def test_a_table_of_a_hundred_thousand_dimensions_is_refused() -> None:
    wide = dataset(**{f"d{n}": ["a"] for n in range(1000)}, Region=["10"], Tid=["2016"])
    assert refused(json.dumps(wide).encode(), "x.json") is Fault.TOO_WIDE


def test_a_text_of_millions_of_columns_is_refused(own: Indicator, browse: Browse) -> None:
    content = ("kod;år;värde" + ";a" * MOST_COLUMNS + "\n" + "10;2016;7\n").encode()
    assert refused(content) is Fault.TOO_WIDE
    page = browse("anna").get(give(browse("anna"), own, content))
    assert page.status_code == 200
    assert "har för många kolumner" in page.content.decode()


@pytest.mark.parametrize(
    "content",
    [
        b"[" * 200_000,
        b'{"a":' * 100_000,
        b'{"class":"dataset","version":"2.0","id":["a"],"size":[1e400]}',
        b'{"class":"dataset","version":"2.0","id":["a"],"size":[' + b"9" * 6000 + b"]}",
        b"{}" * 3,
        b"null",
        b'"\xff"',
        json.dumps(dataset(Region=["10"], Tid=["2016"]) | {"label": "\ud800"}).encode(),
    ],
)
def test_json_that_is_no_table_is_refused(content: bytes) -> None:
    assert refused(content, "x.json") is Fault.NOT_A_TABLE


def test_half_a_character_does_not_reach_the_page(own: Indicator, browse: Browse) -> None:
    table = dataset(Region=["10"], Tid=["2016"], Sort=["\ud800"])
    page = browse("anna").get(give(browse("anna"), own, json.dumps(table).encode(), "x.json"))
    assert page.status_code == 200


@pytest.mark.parametrize("encoding", ["punycode", "idna", "unicode_escape", "zlib", "utf-7", "x" * 3000, "rot13"])
def test_a_px_file_does_not_choose_a_costly_encoding(encoding: str) -> None:
    began = time.process_time()
    with pytest.raises(SourceError):
        read_px(f'CODEPAGE="{encoding}";\n'.encode() + b"a" * 200_000 + b"-" + b"b" * 200_000)
    assert time.process_time() - began < 5


@pytest.mark.parametrize("line", ['"' * 1_000_001, "A(" + '"x",' * 200_000, "A" * 1_000_000, "\n" * 1_000_000 + "x"])
def test_an_endless_line_of_a_px_file_ends(line: str) -> None:
    began = time.process_time()
    with pytest.raises(SourceError):
        read_px(line.encode())
    assert time.process_time() - began < 5


@pytest.mark.parametrize("value", ["NaN", "Infinity", "-inf", "1e999", "=1+1", "<b>1</b>", "1;DROP", "0x10"])
def test_what_is_no_number_is_no_figure(own: Indicator, browse: Browse, value: str) -> None:
    anna = browse("anna")
    address = give(anna, own, f"kod,år,värde\n10,2016,{value}\n".encode())
    page = anna.get(address)
    assert page.status_code == 200
    assert "<b>1</b>" not in page.content.decode()
    assert anna.post(address, {"do": "take"}).status_code == 302
    assert not stored(own)


def test_a_files_name_is_only_text(own: Indicator, browse: Browse) -> None:
    anna = browse("anna")
    content = b"kod;\xc3\xa5r;v\xc3\xa4rde\n10;2016;7\n"
    take(anna, own, content, "../../etc/<script>x" + "y" * 180 + ".csv")
    assert Extraction.objects.get(indicator=own).file_name.startswith("<script>")
    page = anna.get(reverse("statistics:figures_file", args=[own.pk])).content.decode()
    assert "<script>x" not in page


# --- one county's names, everybody's files --------------------------------------------------------------------------


def test_a_node_called_as_a_municipality_elsewhere_does_not_take_its_name(
    own: Indicator, actor: Cast, browse: Browse
) -> None:
    anna, county = actor("anna"), Area.objects.get(code="10")
    division = division_of(county)
    wanted = {code: "Olofström" if code == "1080" else "Övriga" for code in division}
    with acting_as(anna):
        define_nodes(
            actor=anna,
            county=county,
            division=wanted,
            seen=seal_of(division),
            some_outside=False,
            now=timezone.now(),
        )
    take(browse("anna"), own, "område;år;värde\nOlofström;2016;7\n".encode())
    assert stored(own) == {("1060", 2016, "T"): (7.0, 0)}


def test_a_node_that_somebody_has_commented_on_stays_and_says_why(actor: Cast, browse: Browse) -> None:
    anna, county = actor("anna"), Area.objects.get(code="10")
    first = dict.fromkeys(division_of(county), "Öst")
    with acting_as(anna):
        (node,) = define_nodes(
            actor=anna,
            county=county,
            division=first,
            seen=seal_of(division_of(county)),
            some_outside=False,
            now=timezone.now(),
        )
        notes.write_comment(
            actor=anna,
            collaboration=Collaboration.objects.get(slug="blekinges-unga-lyfter"),
            indicator=Indicator.objects.get(source_key="N03921"),
            area=node,
            year=None,
            text="Se här",
            now=timezone.now(),
        )
    form = {f"kommun_{code}": "" for code in first} | {"seen": seal_of(first)}
    answer = browse("anna").post("/omraden/10/delregioner/", form)
    assert answer.status_code == 422
    assert Area.objects.filter(pk=node.pk).exists()


# --- what is counted of a file --------------------------------------------------------------------------------------


def test_what_is_counted_of_a_file_follows_it_in_and_back(own: Indicator, actor: Cast, browse: Browse) -> None:
    anna = browse("anna")
    take(anna, own, "kod;år;värde\n10;2015;100\n10;2016;150\n".encode())
    with acting_as(actor("anna")):
        counted = deriving.add_derived(
            actor=actor("anna"),
            organisation=own.organisation,
            counting=Counting(Recipe.INDEX, (f"{own.source.key}/{own.source_key}",), base_year=2015),
            name="Index",
            polarity=Polarity.NONE,
            now=timezone.now(),
        )
    take(anna, own, "kod;år;värde\n10;2016;200\n".encode())
    assert stored(counted)["10", 2016, "T"][0] == 200
    latest = Extraction.objects.filter(indicator=own).latest("pk")
    assert anna.post(reverse("statistics:undo", args=[own.pk, latest.pk])).status_code == 302
    assert stored(counted)["10", 2016, "T"][0] == 150
