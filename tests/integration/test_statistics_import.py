"""Taking figures in: all of a file or nothing, once, and only by those who may."""

import hashlib
import threading
from collections.abc import Callable, Iterator
from contextlib import nullcontext
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from django.db import connections

from samverka.cli import import_statistics as command
from samverka.foundation.access.actors import Actor
from samverka.foundation.access.doors import Forbidden
from samverka.foundation.access.models import User
from samverka.foundation.audit.models import Entry
from samverka.foundation.database.acting import acting_as
from samverka.statistics import services
from samverka.statistics.enums import Fault, ImportState, ObservationStatus, Polarity
from samverka.statistics.models import Extraction, Indicator, Observation, RawAnswer, Source
from samverka.statistics.services import Outcome, importing

SYSTEM = Actor.system("test")
NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
EXTRACTED = services.noon(date(2024, 8, 30))
KPIS = (
    "kpi,title_2024,genders,n_rows,description\n"
    'N09001,"Påhittad andel, andel (%)",KMT,4,Första raden.\\nAndra raden.\n'
    "N09002,Påhittat antal,T,,Beskrivning\n"
    "N00973,Lämnat etableringsuppdraget,KMT,,Beskrivning\n"
)
VALUES = "municipality,period,gender,value\n0000,2022,T,6.4\n0010,2022,K,7.1\n1080,2022,M,\n1080,2022,T,5.25\n"


def define(text: str = KPIS) -> Outcome:
    definitions = services.read_definitions(text.encode(), "kpis.csv")
    return services.take_in_definitions(actor=SYSTEM, definitions=definitions, now=NOW)


def take_in(text: str | bytes = VALUES, name: str = "N09001.csv", actor: Actor = SYSTEM, **options: Any) -> Outcome:
    content = text.encode() if isinstance(text, str) else text
    checked = services.read_file(content, name)
    return services.import_file(actor=actor, checked=checked, extracted_at=EXTRACTED, now=NOW, **options)


def everything() -> tuple[list[Any], ...]:
    """All that an import can change."""
    with acting_as(SYSTEM):
        return tuple(
            list(model._default_manager.order_by("pk").values_list())
            for model in (Source, Indicator, Extraction, Observation, Entry)
        )


def figures(key: str = "N09001") -> dict[tuple[str, int, str], tuple[float | None, int]]:
    rows = Observation.objects.filter(indicator__source_key=key)
    return {
        (code, year, sex): (value, status)
        for code, year, sex, value, status in rows.values_list("area__code", "year", "sex", "value", "status")
    }


@pytest.fixture
def defined(db: None) -> Iterator[None]:
    with acting_as(SYSTEM):
        define()
        yield


def test_definitions_become_indicators(defined: None) -> None:
    share = Indicator.objects.get(source_key="N09001")
    assert (share.name, share.unit, share.by_sex) == ("Påhittad andel, andel (%)", "%", True)
    assert share.definition == "Första raden.\nAndra raden."
    assert share.polarity == Polarity.NONE
    assert share.source.attribution == "Källa: Kolada"
    assert Indicator.objects.get(source_key="N09002").unit == ""
    assert Indicator.objects.get(source_key="N00973").polarity == Polarity.HIGHER


def test_definitions_again_change_only_what_is_defined_otherwise(defined: None) -> None:
    Indicator.objects.filter(source_key="N09002").update(polarity=Polarity.LOWER)
    before = everything()
    assert define().state == ImportState.UNCHANGED
    assert everything() == before
    outcome = define(KPIS.replace("Påhittat antal", "Nytt namn"))
    assert (outcome.state, outcome.added, outcome.changed) == (ImportState.IMPORTED, 0, 1)
    renamed = Indicator.objects.get(source_key="N09002")
    assert (renamed.name, renamed.polarity) == ("Nytt namn", Polarity.LOWER)
    with acting_as(SYSTEM):
        entry = Entry.objects.filter(action="define_indicator", object_id=renamed.pk).latest("at", "pk")
        assert Entry.objects.filter(changes__name=["Påhittat antal", "Nytt namn"]).count() == 1
    assert entry.actor_name == "test"


@pytest.mark.parametrize(
    ("text", "fault", "line"),
    [
        ("kpi,name\nN1,x\n", Fault.HEADER, 1),
        (KPIS.splitlines()[0] + "\n", Fault.EMPTY, 1),
        (KPIS + "N09001,En gång till,T,,x\n", Fault.DUPLICATE, 5),
        (KPIS.replace("N09002", "N 9"), Fault.KEY, 3),
        (KPIS.replace("Påhittat antal", ""), Fault.TITLE, 3),
        (KPIS.replace("Påhittat antal", "x" * 301), Fault.TITLE, 3),
        (KPIS.replace("antal,T,", "antal,TX,"), Fault.GENDERS, 3),
        (KPIS.replace("antal,T,", "antal,"), Fault.COLUMNS, 3),
        (KPIS[:-5], Fault.TRUNCATED, 4),
        (KPIS.encode("latin-1"), Fault.ENCODING, 2),
    ],
)
def test_malformed_definitions_change_nothing(db: None, text: str | bytes, fault: Fault, line: int) -> None:
    before = everything()
    content = text.encode() if isinstance(text, str) else text
    definitions = services.read_definitions(content, "kpis.csv")
    outcome = services.take_in_definitions(actor=SYSTEM, definitions=definitions, now=NOW)
    assert outcome.state == ImportState.REFUSED
    assert [(r.fault, r.line) for r in outcome.rejections] == [(fault, line)]
    assert everything() == before


def test_figures_are_taken_in_with_their_extraction_and_an_audit_entry(defined: None) -> None:
    outcome = take_in()
    assert (outcome.state, outcome.rows, outcome.added) == (ImportState.IMPORTED, 4, 4)
    assert figures() == {
        ("00", 2022, "T"): (6.4, ObservationStatus.OK),
        ("10", 2022, "K"): (7.1, ObservationStatus.OK),
        ("1080", 2022, "M"): (None, ObservationStatus.MISSING),
        ("1080", 2022, "T"): (5.25, ObservationStatus.OK),
    }
    extraction = Extraction.objects.get(indicator__source_key="N09001")
    assert (extraction.extracted_at, extraction.imported_at) == (EXTRACTED, NOW)
    assert (extraction.file_name, extraction.rows) == ("N09001.csv", 4)
    assert (extraction.first_year, extraction.last_year) == (2022, 2022)
    with acting_as(SYSTEM):
        entry = Entry.objects.get(action="import_statistics", object_id=extraction.indicator_id)
    assert entry.changes["added"] == [None, 4]
    assert entry.changes["sha256"] == [None, extraction.file_sha256]


def test_the_same_file_is_skipped(defined: None) -> None:
    take_in()
    before = everything()
    assert take_in().state == ImportState.SKIPPED
    assert everything() == before


OTHER = VALUES.replace("6.4", "6.6")
THIRD = VALUES.replace("6.4", "6.9")


def test_a_file_that_another_came_after_is_taken_in_again(defined: None) -> None:
    assert [take_in(text).state for text in (VALUES, OTHER, VALUES)] == [ImportState.IMPORTED] * 3
    assert figures()["00", 2022, "T"][0] == 6.4
    before = everything()
    assert take_in().state == ImportState.SKIPPED
    assert everything() == before


def test_a_file_is_not_put_back_over_what_the_source_has_answered_since(defined: None) -> None:
    take_in()
    indicator = Indicator.objects.get(source_key="N09001")
    frame = services.read_file(OTHER.encode(), "N09001.csv").rows
    answer = RawAnswer.objects.create(
        source=indicator.source, url="https://x.example", fetched_at=NOW, status=200, sha256="x", size=0, compressed=b""
    )
    facts = services.Facts(extracted_at=NOW, file_name="svar", file_sha256="y", rows=frame.height, answers=[answer])
    services.take_in(actor=SYSTEM, indicator=indicator, facts=facts, frame=frame, now=NOW)
    assert take_in().state == ImportState.SKIPPED
    assert figures()["00", 2022, "T"][0] == 6.6
    assert take_in(THIRD).state == ImportState.IMPORTED
    assert take_in().state == ImportState.IMPORTED
    assert figures()["00", 2022, "T"][0] == 6.4


def test_an_import_that_is_begun_again_is_done_once_whatever_came_between(defined: None) -> None:
    assert take_in(ordered_at=NOW).state == ImportState.IMPORTED
    take_in(OTHER)
    assert take_in(ordered_at=NOW).state == ImportState.SKIPPED
    assert take_in(ordered_at=NOW + timedelta(hours=1)).state == ImportState.IMPORTED


@pytest.mark.parametrize("killed_after", [0, 1, 2, 3])
@pytest.mark.parametrize("texts", [(VALUES, OTHER, VALUES), (VALUES, OTHER, THIRD), ("bad", VALUES, OTHER)])
def test_a_killed_run_of_several_files_of_one_indicator_goes_on_where_it_was(
    defined: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, killed_after: int, texts: tuple[str, ...]
) -> None:
    paths = []
    for number, text in enumerate(texts):
        path = tmp_path / str(number) / "N09001.csv"
        path.parent.mkdir()
        path.write_text(text, encoding="utf-8")
        paths.append(str(path))
    for module in ("session", "require_migrated"):
        monkeypatch.setattr(command, module, nullcontext)
    for text in texts[:killed_after]:
        take_in(text)
    stored = Extraction.objects.filter(indicator__source_key="N09001")
    for _run in range(2):
        told = CliRunner().invoke(command.import_statistics, paths).output
        assert "Traceback" not in told
        sums = [hashlib.sha256(text.encode()).hexdigest() for text in texts if text != "bad"]
        assert list(stored.order_by("pk").values_list("file_sha256", flat=True)) == sums
    assert figures()["00", 2022, "T"][0] == {VALUES: 6.4, OTHER: 6.6, THIRD: 6.9}[texts[-1]]


def test_a_later_file_changes_only_what_it_says_otherwise(defined: None) -> None:
    take_in()
    first = Extraction.objects.get(indicator__source_key="N09001")
    outcome = take_in(VALUES.replace("7.1", "7.2").replace("1080,2022,M,", "1080,2022,M,4.5") + "0000,2023,T,\n")
    assert (outcome.state, outcome.added, outcome.changed) == (ImportState.IMPORTED, 1, 2)
    assert figures()["10", 2022, "K"] == (7.2, ObservationStatus.OK)
    assert figures()["1080", 2022, "M"] == (4.5, ObservationStatus.OK)
    assert figures()["00", 2023, "T"] == (None, ObservationStatus.MISSING)
    assert Observation.objects.filter(extraction=first).count() == 2


def test_a_value_that_the_source_takes_back_becomes_missing(defined: None) -> None:
    take_in()
    take_in(VALUES.replace("6.4", ""))
    assert figures()["00", 2022, "T"] == (None, ObservationStatus.MISSING)


def test_another_file_with_the_same_figures_changes_none(defined: None) -> None:
    take_in()
    before = everything()[3]
    assert take_in(VALUES.replace("\n", "\r\n")).state == ImportState.UNCHANGED
    assert everything()[3] == before


def test_a_file_without_definition_is_refused(defined: None) -> None:
    before = everything()
    outcome = take_in(name="N12345.csv")
    assert [(r.fault, r.text) for r in outcome.rejections] == [(Fault.NO_DEFINITION, "N12345")]
    assert everything() == before


MALFORMED: dict[str, str | bytes] = {
    "wrong header": VALUES.replace("gender", "sex"),
    "wrong encoding": VALUES.replace("0010", "Växjö").encode("latin-1"),
    "text in numbers": VALUES.replace("6.4", "sex komma fyra"),
    "unknown municipality": VALUES.replace("0010,", "9999,"),
    "duplicate rows": VALUES + "0000,2022,T,6.4\n",
    "NaN": VALUES.replace("6.4", "NaN"),
    "negative year": VALUES.replace("0010,2022", "0010,-2022"),
    "empty": "",
    "binary": b"\x00\x01\x02\x03",
    "truncated": VALUES[:-12],
    "decimal comma": VALUES.replace("6.4", "6,4"),
    "semicolons": VALUES.replace(",", ";"),
    "huge line": VALUES + "1" * 3_000_000 + "\n",
}


@pytest.mark.parametrize("kind", MALFORMED)
@pytest.mark.parametrize("already", [False, True], ids=["no figures", "with figures"])
def test_a_malformed_file_changes_nothing(defined: None, kind: str, already: bool) -> None:
    if already:
        take_in()
    before = everything()
    outcome = take_in(MALFORMED[kind])
    assert outcome.state == ImportState.REFUSED
    assert len(outcome.rejections) == 1
    assert everything() == before


@pytest.mark.parametrize("already", [False, True], ids=["no figures", "with figures"])
def test_an_import_that_is_stopped_between_chunks_changes_nothing(
    defined: None, already: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(importing, "CHUNK", 2)
    if already:
        take_in()
    before = everything()
    seen: list[int] = []

    def stop(written: int, total: int) -> None:
        seen.append(written)
        if written == total:
            raise InterruptedError

    with pytest.raises(InterruptedError):
        take_in(VALUES.replace("6.4", "6.5"), told=stop)
    assert seen == [2, 4]
    assert everything() == before


@pytest.mark.parametrize("who", ["anna", "bengt", "cecilia", "david", "eva", "citizen"])
def test_none_of_the_cast_takes_figures_in(defined: None, actor: Callable[[str], Actor], who: str) -> None:
    before = everything()
    definitions = services.read_definitions(KPIS.encode(), "kpis.csv")
    with pytest.raises(Forbidden):
        take_in(actor=actor(who))
    with pytest.raises(Forbidden):
        services.take_in_definitions(actor=actor(who), definitions=definitions, now=NOW)
    with pytest.raises(Forbidden):
        services.order_import(actor=actor(who), name="x.csv", content=b"x", extracted_on=date(2026, 1, 1), now=NOW)
    assert everything() == before


def test_an_operator_takes_figures_in(defined: None) -> None:
    operator = Actor.of(User.objects.create_user("drift@demo.example", name="Drift", is_operator=True))
    with acting_as(operator):
        assert take_in(actor=operator).state == ImportState.IMPORTED


def test_two_imports_of_one_indicator_at_once_take_turns(own_database: str, django_db_blocker: Any) -> None:
    files = [VALUES, VALUES, VALUES.replace("6.4", "6.6"), VALUES.replace("5.25", "5.35")]
    outcomes: list[Outcome] = []
    failures: list[BaseException] = []
    begin = threading.Barrier(len(files))

    def run(text: str) -> None:
        try:
            begin.wait(10)
            with acting_as(SYSTEM):
                outcomes.append(take_in(text))
        except BaseException as error:
            failures.append(error)
        finally:
            connections.close_all()

    with django_db_blocker.unblock():
        with acting_as(SYSTEM):
            define()
        threads = [threading.Thread(target=run, args=[text]) for text in files]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(60)
        assert failures == []
        states = sorted(outcome.state for outcome in outcomes)
        assert states.count(ImportState.SKIPPED) <= 1  # the two that are equal, if nothing came between them
        assert states.count(ImportState.REFUSED) == 0
        assert Observation.objects.filter(indicator__source_key="N09001").count() == 4
        taken = len(files) - states.count(ImportState.SKIPPED)
        assert Extraction.objects.filter(indicator__source_key="N09001").count() == taken
        # Each figure is what one of the files says, and the last writer's is the last extraction's.
        assert figures()["00", 2022, "T"][0] in {6.4, 6.6}
        connections.close_all()


def test_definitions_twice_at_once_are_taken_in_once(own_database: str, django_db_blocker: Any) -> None:
    states: list[ImportState] = []
    begin = threading.Barrier(3)

    def run() -> None:
        try:
            begin.wait(10)
            with acting_as(SYSTEM):
                states.append(define().state)
        finally:
            connections.close_all()

    with django_db_blocker.unblock():
        threads = [threading.Thread(target=run) for _ in range(3)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(60)
        assert sorted(states) == [ImportState.IMPORTED, ImportState.UNCHANGED, ImportState.UNCHANGED]
        assert Indicator.objects.filter(source_key__startswith="N0900").count() == 2
        connections.close_all()
