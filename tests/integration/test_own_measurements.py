"""An organisation's own measurements: described, filled in, looked at before anything changes, and taken back."""

import io
import json
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest
import python_calamine
import xlsxwriter
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.timezone import localtime

from samverka.foundation.access.actors import Actor
from samverka.foundation.access.doors import Forbidden
from samverka.foundation.access.models import User
from samverka.foundation.audit.models import Entry
from samverka.foundation.clock import today
from samverka.foundation.database.acting import acting_as
from samverka.organisations.models import Organisation
from samverka.statistics.enums import Measure, ObservationStatus, Polarity
from samverka.statistics.models import Extraction, FigureFile, Indicator, Observation, Revision
from samverka.statistics.services import files

pytestmark = pytest.mark.django_db

Cast = Callable[[str], Actor]
Browse = Callable[[str], Client]


def organisation() -> Organisation:
    return Organisation.objects.get(name="Region Blekinge")


@pytest.fixture(autouse=True)
def _behind_row_security(db: None) -> Iterator[None]:
    """The tests look at what is stored, whoever may read it; the pages act as those who ask for them."""
    with acting_as(Actor.system("test")):
        yield


@pytest.fixture
def own(actor: Cast) -> Indicator:
    """What Region Blekinge measures for itself, and keeps to itself."""
    details = files.Measurement(
        name="Unga i kö till navigatorcentrum",
        definition="Den 31 december.",
        unit="personer",
        measure=Measure.COUNT,
        polarity=Polarity.LOWER,
        by_sex=True,
        is_public=False,
    )
    with acting_as(actor("anna")):
        return files.add_measurement(
            actor=actor("anna"), organisation=organisation(), details=details, now=timezone.now()
        )


def give(client: Client, indicator: Indicator, content: bytes, name: str = "matning.csv") -> str:
    """Upload a file and land on its preview; gives the address of the preview."""
    answer = client.post(
        reverse("statistics:figures_file", args=[indicator.pk]),
        {"file": SimpleUploadedFile(name, content), "extracted_on": "2016-12-31"},
    )
    assert answer.status_code == 302, answer.content.decode()
    return answer.headers["Location"]


def take(client: Client, indicator: Indicator, content: bytes, name: str = "matning.csv") -> None:
    assert client.post(give(client, indicator, content, name), {"do": "take"}).status_code == 302


def stored(indicator: Indicator) -> dict[tuple[str, int, str], tuple[float | None, int]]:
    """What is stored, whoever may read it."""
    rows = Observation.objects.filter(indicator=indicator)
    with acting_as(Actor.system("test")):
        return {
            (area, year, sex): (value, status)
            for area, year, sex, value, status in rows.values_list("area__code", "year", "sex", "value", "status")
        }


FIRST = "kod;område;år;kön;värde;status\n1060;Olofström;2015;alla;12,5;\n1060;Olofström;2016;kvinnor;7;preliminär\n"


def test_a_coordinator_describes_a_measurement_and_others_do_not(actor: Cast, browse: Browse) -> None:
    address = reverse("statistics:new_measurement", args=[organisation().pk])
    values = {"name": "Kötid", "definition": "Dagar.", "unit": "dagar", "measure": "other", "polarity": "none"}
    assert [browse(who).post(address, values).status_code for who in ("bengt", "eva")] == [403, 403]
    assert browse("anna").post(address, values).status_code == 302
    again = browse("anna").post(address, {**values, "name": "kötid"})
    assert again.status_code == 422
    assert "redan en mätning som heter så" in again.content.decode()
    found = Indicator.objects.get(name="Kötid")
    assert (found.organisation, found.is_public, found.kind) == (organisation(), False, "measured")
    page = reverse("statistics:indicator", args=[found.pk])
    assert [browse(who).get(page).status_code for who in ("anna", "bengt", "citizen")] == [200, 404, 404]


def test_the_template_is_filled_in_and_comes_back_as_it_is(own: Indicator, browse: Browse) -> None:
    anna = browse("anna")
    take(anna, own, FIRST.replace("2015", str(today().year)).replace("2016", str(today().year - 1)).encode())
    before = stored(own)
    for kind in ("xlsx", "csv"):
        made = anna.get(reverse("statistics:template", args=[own.pk, kind])).content
        page = anna.get(give(anna, own, made, f"mall.{kind}")).content.decode()
        assert "Nya siffror: 0. Ändrade siffror: 0." in page
        assert "2 är som förut" in page
    rows = python_calamine.CalamineWorkbook.from_filelike(
        io.BytesIO(anna.get(reverse("statistics:template", args=[own.pk, "xlsx"])).content)
    ).get_sheet_by_index(0)
    table = rows.to_python()
    assert len(table) == 1 + 6 * 5 * 3  # the county and its five municipalities, five years, all, women and men
    assert stored(own) == before


def test_nothing_changes_before_one_has_seen_what_would(own: Indicator, browse: Browse) -> None:
    anna = browse("anna")
    take(anna, own, FIRST.encode())
    second = FIRST.replace("12,5", "13") + "1081;Ronneby;2016;alla;;för få\n"
    before = stored(own)
    path = give(anna, own, second.encode())
    page = anna.get(path).content.decode()
    assert "Nya siffror: 1. Ändrade siffror: 1." in page
    assert "1 är som förut" in page
    assert "12,5" in page
    assert "13,0" in page
    assert stored(own) == before
    assert anna.post(path, {"do": "take"}).status_code == 302
    assert stored(own) == {
        ("1060", 2015, "T"): (13.0, ObservationStatus.OK),
        ("1060", 2016, "K"): (7.0, ObservationStatus.PRELIMINARY),
        ("1081", 2016, "T"): (None, ObservationStatus.SUPPRESSED),
    }
    assert not FigureFile.objects.exists()


def test_the_measurements_page_shows_the_municipalities_that_have_figures(own: Indicator, browse: Browse) -> None:
    anna = browse("anna")
    address = reverse("statistics:indicator", args=[own.pk])
    assert "Inga siffror än" in anna.get(address).content.decode()
    take(anna, own, FIRST.encode())
    answer = anna.get(address, follow=True)
    assert answer.request["QUERY_STRING"] == "lan=10"
    assert "Olofström" in answer.content.decode()
    take(anna, own, b"kommun;\xc3\xa5r;v\xc3\xa4rde\nLessebo;2016;3\n")
    page = anna.get(address).content.decode()
    assert "Siffrorna finns kommun för kommun" in page
    assert 'href="?lan=07"' in page


def test_a_file_that_is_thrown_away_changes_nothing(own: Indicator, browse: Browse) -> None:
    anna = browse("anna")
    path = give(anna, own, FIRST.encode())
    assert anna.post(path, {"do": "discard"}).status_code == 302
    assert (stored(own), FigureFile.objects.count()) == ({}, 0)
    back = anna.get(path, follow=True)
    assert back.redirect_chain == [(reverse("statistics:figures_file", args=[own.pk]), 302)]
    assert "väntar inte längre" in back.content.decode(), "who goes back to it is told, and is not lost"


def test_a_file_that_is_left_lying_waits_a_week_and_says_so(own: Indicator, browse: Browse) -> None:
    anna = browse("anna")
    uploading = reverse("statistics:figures_file", args=[own.pk])
    assert "är lämnad men inte inläst" not in anna.get(uploading).content.decode()
    path = give(anna, own, FIRST.encode())
    file = FigureFile.objects.get()
    day = date_format(localtime(file.uploaded_at + timedelta(days=7)), "SHORT_DATE_FORMAT")
    assert f"Filen väntar här till {day}. Sedan kastas den." in anna.get(path).content.decode()
    page = anna.get(uploading).content.decode()
    assert f'<a href="{path}">matning.csv</a> är lämnad men inte inläst. Den väntar till {day}' in page
    assert files.throw_old_files_away(now=file.uploaded_at + timedelta(days=6, hours=23)) == 0
    assert files.throw_old_files_away(now=file.uploaded_at + timedelta(days=7)) == 1
    assert (stored(own), FigureFile.objects.count()) == ({}, 0)
    assert "väntar inte längre" in anna.get(path, follow=True).content.decode()


def test_undoing_gives_the_figures_back_and_forgets_nothing(own: Indicator, browse: Browse, actor: Cast) -> None:
    anna = browse("anna")
    take(anna, own, FIRST.encode())
    first, before = Extraction.objects.get(indicator=own), stored(own)
    take(anna, own, (FIRST.replace("12,5", "99") + "1081;Ronneby;2016;alla;4;\n").encode(), "fel.csv")
    second = Extraction.objects.exclude(pk=first.pk).get(indicator=own)
    undo = reverse("statistics:undo", args=[own.pk, second.pk])
    page = anna.get(reverse("statistics:figures_file", args=[own.pk])).content.decode()
    assert undo in page
    assert reverse("statistics:undo", args=[own.pk, first.pk]) not in page
    assert anna.post(reverse("statistics:undo", args=[own.pk, first.pk])).status_code == 302
    assert stored(own) != before  # the first one is not the latest: nothing happened
    assert anna.post(undo).status_code == 302
    assert stored(own) == before
    assert {row.extraction_id for row in Observation.objects.filter(indicator=own)} == {first.pk}
    kept = (
        Revision.objects.filter(indicator=own).order_by("pk").values_list("value", "extraction", "replaced_by__undoes")
    )
    assert sorted(kept) == sorted([(12.5, first.pk, None), (99.0, second.pk, second.pk), (4.0, second.pk, second.pk)])
    with acting_as(actor("anna")):
        entry = Entry.objects.get(action="undo_import")
    assert entry.changes == {"file": ["fel.csv", None], "restored": [None, 1], "removed": [None, 1]}
    # The same press again is too late, and the one before it is now the latest.
    assert anna.post(undo).status_code == 302
    assert stored(own) == before
    assert anna.post(reverse("statistics:undo", args=[own.pk, first.pk])).status_code == 302
    assert stored(own) == {}
    take(anna, own, FIRST.encode())
    assert stored(own) == before


def test_what_came_from_the_source_itself_is_not_undone(own: Indicator, actor: Cast, browse: Browse) -> None:
    take(browse("anna"), own, FIRST.encode())
    extraction = Extraction.objects.get(indicator=own)
    extraction.answers.create(
        source=own.source, url="https://a.example", fetched_at=timezone.now(), status=200, sha256="0" * 64, size=0
    )
    with acting_as(actor("anna")), pytest.raises(files.NotTheLatest):
        files.undo_import(actor=actor("anna"), extraction=extraction, now=timezone.now())


def test_columns_are_guessed_put_right_and_kept(own: Indicator, browse: Browse) -> None:
    anna = browse("anna")
    odd = "Ort\tMätperiod\tSlutsiffra\tGrupp\nRonneby\t2016\t5\tkvinnor\nKarlshamns kommun\t2016\t1 200,5\tmän\n"
    path = give(anna, own, odd.encode("utf-16"), "egen.txt")
    page = anna.get(path).content.decode()
    assert "Vad är kolumnerna i egen.txt?" in page
    assert "behöver rättas" not in page, "nothing is wrong with the file"
    wrong = anna.post(path, {"do": "match", "area": "0", "year": "0", "value": "2"})
    assert wrong.status_code == 422
    assert "Kolumnen är redan vald till något annat." in wrong.content.decode()
    chosen = {"do": "match", "area": "0", "year": "1", "value": "2", "sex": "3", "status": ""}
    assert anna.post(path, chosen).status_code == 302
    assert "Nya siffror: 2." in anna.get(path).content.decode()
    anna.post(path, {"do": "take"})
    assert stored(own) == {("1081", 2016, "K"): (5.0, 0), ("1082", 2016, "M"): (1200.5, 0)}


def test_the_only_numbers_that_are_left_are_the_values(own: Indicator, browse: Browse) -> None:
    anna = browse("anna")
    mine = "Kommunnamn;Mätår;Kön;Dagar i kö;Not\nOlofström;2015;alla;12,5;\nRonneby;2015;alla;..;se bilaga\n"
    assert "Nya siffror: 2." in anna.get(give(anna, own, mine.encode())).content.decode()
    two = "kommun;år;dagar;personer\nRonneby;2015;5;7\n"
    assert "Vad är kolumnerna i" in anna.get(give(anna, own, two.encode())).content.decode(), "either could be"


def test_every_fault_says_its_row_its_column_and_how_to_mend_it(own: Indicator, browse: Browse) -> None:
    anna = browse("anna")
    rows = [
        "kod;år;kön;värde;status",
        "9999;2016;alla;1;",
        "1060;16;alla;1;",
        "1060;2016;barn;1;",
        "1060;2016;alla;ett;",
        "1060;2016;alla;1e999;",
        "1060;2016;alla;1;kanske",
        "1060;2016;alla;1;saknas",
        "1060;2015;alla;1;",
        "1060;2015;alla;2;",
    ]
    path = give(anna, own, "\n".join(rows).encode("cp1252"))
    page = anna.get(path).content.decode()
    assert "8 fel i matning.csv behöver rättas" in page
    found = files.preview_of(FigureFile.objects.get(), today=today())
    assert [(fault.line, fault.column, fault.fault.value) for fault in found.faults] == [
        (2, "kod", "area"),
        (3, "år", "year"),
        (4, "kön", "sex"),
        (5, "värde", "not_a_number"),
        (6, "värde", "not_finite"),
        (7, "status", "status"),
        (8, "status", "status_value"),
        (10, "kod", "duplicate"),
    ]
    assert all(fault.reason and fault.remedy for fault in found.faults)
    anna.post(path, {"do": "take"})
    assert stored(own) == {}


@pytest.mark.parametrize(
    ("name", "content", "fault"),
    [
        ("tom.csv", b"  \n ", "empty"),
        ("rubrik.csv", b"kod;v\xe4rde\n", "empty"),
        ("bild.csv", b"\x00\x01\x02", "binary"),
        ("bok.xlsx", b"PK\x03\x04skrap", "workbook"),
        ("tabell.json", b'{"class": "dataset"', "not_a_table"),
        ("tabell.px", b"INTE PX", "not_a_table"),
        ("citat.csv", b'kod;"oavslutad\n1;2\n', "quotes"),
    ],
)
def test_a_file_that_is_no_table_is_refused_with_its_reason(
    own: Indicator, browse: Browse, name: str, content: bytes, fault: str
) -> None:
    anna = browse("anna")
    path = give(anna, own, content, name)
    found = files.preview_of(FigureFile.objects.get(), today=today())
    assert [wrong.fault.value for wrong in found.faults] == [fault]
    assert found.faults[0].remedy in anna.get(path).content.decode()


def test_excel_takes_the_zeros_away_and_the_area_is_found_all_the_same(own: Indicator, browse: Browse) -> None:
    book = io.BytesIO()
    with xlsxwriter.Workbook(book, {"in_memory": True}) as made:
        sheet = made.add_worksheet()
        for row, cells in enumerate([("Kommunkod", "År", "Antal"), (180, 2016, 41.0), (10, 2016, 7.5)]):
            for column, cell in enumerate(cells):
                sheet.write(row, column, cell)
    take(browse("anna"), own, book.getvalue(), "stad.xlsx")
    assert stored(own) == {("0180", 2016, "T"): (41.0, 0), ("10", 2016, "T"): (7.5, 0)}


def dataset(**changes: Any) -> bytes:
    return json.dumps(
        {
            "version": "2.0",
            "class": "dataset",
            "label": "Kö",
            "id": ["Region", "Kon", "Tid"],
            "size": [1, 2, 2],
            "role": {"time": ["Tid"], "geo": ["Region"]},
            "dimension": {
                "Region": {"label": "region", "category": {"index": ["1060"], "label": {"1060": "Olofström"}}},
                "Kon": {"label": "kön", "category": {"index": ["1", "2"], "label": {"1": "män", "2": "kvinnor"}}},
                "Tid": {"label": "år", "category": {"index": ["2015", "2016"]}},
            },
            "value": [1, 2, 3, None],
            "status": {"3": ".."},
            **changes,
        }
    ).encode()


def test_a_json_stat_file_is_taken_in(own: Indicator, browse: Browse) -> None:
    take(browse("anna"), own, dataset(), "ko.json")
    found = stored(own)
    assert found["1060", 2015, "M"] == (1.0, 0)
    assert found["1060", 2016, "K"] == (None, ObservationStatus.MISSING)
    # Women and men of a count make all of them; with one missing, so is the sum.
    assert found["1060", 2015, "T"] == (4.0, 0)
    assert found["1060", 2016, "T"] == (None, ObservationStatus.MISSING)


def test_a_px_file_is_taken_in(own: Indicator, browse: Browse) -> None:
    px = (
        'CHARSET="ANSI";\nAXIS-VERSION="2000";\nCODEPAGE="utf-8";\nLANGUAGE="sv";\nTITLE="Kö";\nCONTENTS="Kö";\n'
        'UNITS="antal";\nSTUB="region";\nHEADING="år";\nVALUES("region")="Olofström","Ronneby";\n'
        'VALUES("år")="2015","2016";\nCODES("region")="1060","1081";\nCODES("år")="2015","2016";\n'
        'TIMEVAL("år")=TLIST(A1),"2015","2016";\nDATA=\n1 2\n3 ".."\n;\n'
    )
    take(browse("anna"), own, px.encode(), "ko.px")
    assert stored(own) == {
        ("1060", 2015, "T"): (1.0, 0),
        ("1060", 2016, "T"): (2.0, 0),
        ("1081", 2015, "T"): (3.0, 0),
        ("1081", 2016, "T"): (None, ObservationStatus.MISSING),
    }


def test_operators_take_official_figures_in_and_nobody_else(actor: Cast, browse: Browse) -> None:
    official = Indicator.objects.get(source_key="N03921")
    for who in ("anna", "eva"):
        assert browse(who).get(reverse("statistics:figures_file", args=[official.pk])).status_code == 403
        with acting_as(actor(who)), pytest.raises(Forbidden):
            files.upload_file(
                actor=actor(who),
                indicator=official,
                name="a.csv",
                content=b"",
                extracted_on=today(),
                now=timezone.now(),
            )

    User.objects.filter(email="anna@demo.example").update(is_operator=True)
    before = Observation.objects.filter(indicator=official).count()
    take(browse("anna"), official, b"municipality,period,gender,value\n1060,1999,T,5.5\n", "N03921.csv")
    assert Observation.objects.filter(indicator=official).count() == before + 1


def test_a_file_that_waits_is_its_uploaders_own(own: Indicator, browse: Browse) -> None:
    path = give(browse("anna"), own, FIRST.encode())
    assert [browse(who).get(path).status_code for who in ("bengt", "eva")] == [404, 404]
