"""Fetching again from the sources: what changes, what is kept, and what is told when a source misbehaves."""

from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest

from samverka.connectors.kolada import Kolada
from samverka.foundation.access.actors import Actor
from samverka.foundation.access.doors import Forbidden
from samverka.foundation.database.acting import acting_as
from samverka.statistics import queries, services
from samverka.statistics.enums import (
    ComparisonKind,
    IndicatorKind,
    ObservationStatus,
    Polarity,
    Recipe,
    RefreshState,
    Sex,
)
from samverka.statistics.models import ComparisonGroup, Extraction, Indicator, Observation, RawAnswer, Revision, Source
from samverka.statistics.queries import Report
from samverka.statistics.queries.formulas import Counting
from samverka.statistics.services import deriving
from samverka.territory.models import Area
from tests.fakes import misbehaviour as wrong
from tests.fakes.kolada_worlds import cell, row
from tests.fakes.refreshed_sources import KEYS, NOW, SYSTEM, Sources

OK, PRELIMINARY, MISSING, SUPPRESSED = ObservationStatus


@pytest.fixture
def sources(db: None) -> Iterator[Sources]:
    with acting_as(SYSTEM):
        publisher = Source.objects.get(key="kolada")
        Indicator.objects.bulk_create(Indicator(source=publisher, source_key=key, name=key) for key in KEYS)
        made = Sources()
        try:
            yield made
        finally:
            made.server.close()


def figures(key: str = "N9901") -> dict[tuple[str, int, str], tuple[float | None, int]]:
    found = Observation.objects.filter(indicator__source_key=key)
    return {
        (code, year, sex): (value, status)
        for code, year, sex, value, status in found.values_list("area__code", "year", "sex", "value", "status")
    }


YESTERDAY = {
    (area, 2020, sex): figure
    for area in ("1080", "1081")
    for sex, figure in (("T", (2.0, OK)), ("K", (3.0, OK)), ("M", (None, MISSING)))
}


def codes(report: Report) -> list[tuple[str, tuple[str, ...]]]:
    return [(failure.code, failure.indicators) for failure in report.failures]


def test_what_the_source_has_comes_in_with_where_it_came_from(sources: Sources) -> None:
    report = sources.refresh()
    assert (report.refresh.state, report.failures, report.added) == (RefreshState.FINISHED, [], 24)
    assert figures() == YESTERDAY
    indicator = Indicator.objects.get(source_key="N9901")
    assert (indicator.name, indicator.definition, indicator.unit) == ("Påhittad andel (%)", "En beskrivning", "%")
    assert (indicator.checked_at, str(indicator.next_release_on)) == (NOW, "2027-02-01")
    extraction = Extraction.objects.get(indicator=indicator)
    answer = extraction.answers.get()
    assert "data/kpi/N9901,N9902,N9903,N9904/year/" in answer.url
    assert extraction.file_sha256 == answer.sha256
    assert (extraction.rows, extraction.first_year, extraction.imported_at) == (6, 2020, NOW)
    assert [(line.key, line.rows, line.added, line.revised) for line in report.lines] == [
        (key, 6, 6, 0) for key in KEYS
    ]


def test_only_what_has_changed_is_asked_for_the_next_time(sources: Sources) -> None:
    sources.refresh()
    sources.server.asked.clear()
    for one in sources.server.kolada.rows:
        one["changed"] = "2026-02-01"
    sources.server.kolada.rows.append(row("N9902", "1080", 2021, cell("T", 9.0)) | {"changed": "2026-03-05"})
    report = sources.refresh(now=NOW + timedelta(days=7))
    data = [path for path in sources.server.asked if "/data/" in path]
    assert data
    assert all("from_date=2026-03-01" in path for path in data), "the day on which the last one began, once more"
    assert [(line.key, line.added) for line in report.changed] == [("N9902", 1)]
    assert len(report.unchanged) == 3
    assert Indicator.objects.get(source_key="N9901").checked_at == NOW + timedelta(days=7)


def test_all_is_asked_for_when_that_is_wanted(sources: Sources) -> None:
    sources.refresh()
    sources.server.asked.clear()
    report = sources.refresh(full=True, now=NOW + timedelta(days=7))
    assert not any("from_date" in path for path in sources.server.asked)
    assert (report.added, report.revised) == (0, 0)
    assert Revision.objects.filter(indicator__source_key__in=KEYS).count() == 0


def test_a_revised_figure_keeps_what_it_was(sources: Sources) -> None:
    sources.refresh()
    sources.server.kolada.rows[0]["values"][0]["value"] = 2.5
    report = sources.refresh(now=NOW + timedelta(days=1))
    assert [(line.key, line.added, line.revised) for line in report.changed] == [("N9901", 0, 1)]
    indicator = Indicator.objects.get(source_key="N9901")
    revision = Revision.objects.get(indicator=indicator)
    first, second = Extraction.objects.filter(indicator=indicator).order_by("pk")
    assert (revision.value, revision.status, revision.extraction, revision.replaced_by) == (2.0, OK, first, second)
    assert Observation.objects.get(indicator=indicator, value=2.5).extraction == second
    assert Observation.objects.filter(indicator=indicator, extraction=first).count() == 5

    [change] = queries.revised_since(indicator, moment=NOW)
    assert (change.area.code, change.sex, change.before.value, change.now.value) == ("1080", Sex.TOTAL, 2.0, 2.5)
    assert change.revised_at == NOW + timedelta(days=1)
    assert queries.revised_since(indicator, moment=NOW + timedelta(days=1)) == []
    elsewhere = Area.objects.get(code="1081").pk
    assert queries.revised_since(indicator, area_ids=[elsewhere]) == []


def test_a_figure_that_is_changed_back_has_not_been_revised_since(sources: Sources) -> None:
    sources.refresh()
    indicator = Indicator.objects.get(source_key="N9901")
    for day, value in enumerate((7.0, 2.0), start=1):
        sources.server.kolada.rows[0]["values"][0]["value"] = value
        sources.refresh(now=NOW + timedelta(days=day))
    assert Revision.objects.filter(indicator=indicator).count() == 2
    assert queries.revised_since(indicator, moment=NOW) == []
    [change] = queries.revised_since(indicator, moment=NOW + timedelta(days=1))
    assert (change.before.value, change.now.value) == (7.0, 2.0)


def test_a_figure_that_the_source_removes_is_missing_and_does_not_vanish(sources: Sources) -> None:
    sources.refresh()
    sources.server.kolada.rows[0]["values"][0]["isdeleted"] = True
    report = sources.refresh(now=NOW + timedelta(days=1))
    assert report.revised == 1
    assert figures() == YESTERDAY | {("1080", 2020, "T"): (None, MISSING)}
    [change] = queries.revised_since(Indicator.objects.get(source_key="N9901"))
    assert change.is_removed
    assert (change.before.value, change.now.value) == (2.0, None)


def test_a_figure_that_is_not_mentioned_stays(sources: Sources) -> None:
    sources.refresh()
    sources.server.kolada.rows = []
    sources.refresh(full=True, now=NOW + timedelta(days=1))
    assert figures() == YESTERDAY


def test_the_same_answer_is_kept_once(sources: Sources) -> None:
    sources.refresh(full=True)
    kept = RawAnswer.objects.count()
    sources.refresh(full=True, now=NOW + timedelta(days=1))
    assert RawAnswer.objects.count() == kept
    newest = Extraction.objects.filter(indicator__source_key="N9901").latest("pk")
    assert newest.answers.count() == 1


def test_unknown_areas_are_refused_and_told(sources: Sources) -> None:
    sources.server.kolada.rows.append(row("N9901", "9999", 2020, cell("T", 1.0)))
    sources.server.kolada.rows.append(row("N9901", "1082", 2020, cell("X", 1.0), cell("T", float("nan"))))
    report = sources.refresh()
    assert figures() == YESTERDAY
    assert report.rejected == 3
    assert {row_.code for row_ in report.rejections} == {"unknown_area", "unknown_gender", "not_finite"}
    assert "9999" in next(row_.text for row_ in report.rejections if row_.code == "unknown_area")
    assert report.rejections[0].reason == "okänd kommun eller region"


def test_an_indicator_that_kolada_has_removed_is_told_and_keeps_its_figures(sources: Sources) -> None:
    sources.refresh()
    del sources.server.kolada.kpis[1]
    report = sources.refresh(now=NOW + timedelta(days=1))
    assert codes(report) == [("not_found", ("N9902",))]
    assert figures("N9902") == YESTERDAY
    assert report.refresh.state == RefreshState.FINISHED
    assert Indicator.objects.get(source_key="N9902").checked_at == NOW
    assert Indicator.objects.get(source_key="N9901").checked_at == NOW + timedelta(days=1)


def data_about(keys: set[str], change: Callable[[Any], Any]) -> Callable[[Any], Any]:
    """A misbehaviour of answers that hold figures of these indicators."""

    def apply(reply: Any) -> Any:
        content = reply.content
        values = content.get("values", []) if isinstance(content, dict) else []
        return change(reply) if keys & {value.get("kpi") for value in values} else reply

    return apply


def test_one_bad_indicator_does_not_hold_up_the_others(sources: Sources) -> None:
    sources.refresh()
    for one in sources.server.kolada.rows:
        one["values"][0]["value"] = 4.0
    sources.server.always = data_about({"N9903"}, wrong.status(500))
    report = sources.refresh(now=NOW + timedelta(days=1))
    assert codes(report) == [("broken", ("N9903",))]
    assert figures("N9903") == YESTERDAY
    assert {key: figures(key)["1080", 2020, "T"] for key in KEYS if key != "N9903"} == dict.fromkeys(
        ("N9901", "N9902", "N9904"), (4.0, OK)
    )
    assert report.refresh.state == RefreshState.FINISHED
    sources.server.always = None
    again = sources.refresh(now=NOW + timedelta(days=2))
    assert figures("N9903")["1080", 2020, "T"] == (4.0, OK)
    assert again.failures == []


def without(field: str) -> Callable[[Any], Any]:
    def change(page: Any) -> None:
        for value in page["values"]:
            value.pop(field, None)

    return wrong.changed(change)


def renamed(page: Any) -> None:
    for value in page["values"]:
        value["period"] = str(value.get("period"))


def endless(reply: Any) -> Any:
    return wrong.EndlessPages()(reply)


MISBEHAVIOURS = [
    (wrong.status(429), "too_many_requests", "Källan tar inte emot fler frågor just nu."),
    (wrong.status(429, retry_after="9999"), "too_many_requests", "Källan tar inte emot fler frågor just nu."),
    (wrong.status(500), "broken", "Det är fel hos källan (500)."),
    (wrong.status(410), "gone", "Källan har tagit bort det som efterfrågades."),
    (wrong.status(404), "not_found", "Källan hittar inte det som efterfrågades."),
    (wrong.web_page, "web_page", "Källan svarade med en webbsida i stället för data."),
    (wrong.cut_off, "cut_off", "Svaret är avkortat."),
    (wrong.cut_off_before_sending, "cut_off", "Svaret är avkortat."),
    (without("municipality"), "missing_field", "Svaret saknar fältet values[0].municipality."),
    (wrong.changed(renamed), "changed_field", "Fältet values[0].period har en annan form än väntat."),
    (wrong.changed(lambda page: page | {"count": 7}), "rows_lost", "Källan uppger 7 rader men skickade 2."),
    (
        wrong.changed(lambda page: page | {"next_url": "/v3/data/kpi/N9901/year/2020?page=1"}),
        "repeated_page",
        "Källan skickade samma sida två gånger (sida 2).",
    ),
    (wrong.redirect("http://other.example/"), "other_host", "Källan hänvisar till en annan server: other.example."),
    (wrong.raw(b'{"values": [], "values": []}'), "duplicate_key", "Svaret har samma fält två gånger: values."),
    (wrong.raw(b"[]"), "changed_field", "Fältet $ har en annan form än väntat."),
]


@pytest.mark.parametrize(
    ("misbehave", "code", "sentence"), MISBEHAVIOURS, ids=[f"{m[1]}{n}" for n, m in enumerate(MISBEHAVIOURS)]
)
def test_a_source_that_misbehaves_is_told_of_and_yesterdays_figures_stay(
    sources: Sources, misbehave: Any, code: str, sentence: str
) -> None:
    sources.refresh()
    before = {key: figures(key) for key in KEYS}
    extractions = Extraction.objects.count()
    for one in sources.server.kolada.rows:
        one["values"][0]["value"] = 4.0
    sources.server.always = data_about(set(KEYS), misbehave)
    report = sources.refresh(now=NOW + timedelta(days=1))
    assert {failure.code for failure in report.failures} == {code}
    assert report.failures[0].sentence == sentence
    assert report.failures[0].remedy
    assert report.refresh.state == RefreshState.FAILED
    assert {key: figures(key) for key in KEYS} == before
    assert Extraction.objects.count() == extractions
    assert Indicator.objects.get(source_key="N9901").checked_at == NOW
    # And when the source is well again, nothing has been lost.
    sources.server.always = None
    well = sources.refresh(now=NOW + timedelta(days=1, hours=1))
    assert (well.refresh.pk, well.refresh.state) == (report.refresh.pk, RefreshState.FINISHED)
    assert {figures(key)["1080", 2020, "T"] for key in KEYS} == {(4.0, OK)}


def test_pages_that_never_end_are_given_up(sources: Sources, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(Kolada.__init__.__kwdefaults__, "most_pages", 20)  # a thousand take a minute
    sources.refresh()
    sources.server.script.append(None)  # the definitions
    sources.server.always = wrong.EndlessPages()
    report = sources.refresh("N9901", now=NOW + timedelta(days=1))
    assert codes(report) == [("endless_pages", ("N9901",))] * 3
    assert figures() == YESTERDAY


def test_a_slow_drip_is_given_up(sources: Sources) -> None:
    sources.refresh()
    sources.server.always = data_about(set(KEYS), wrong.drip(lambda: sources.clock.turn(100)))
    report = sources.refresh("N9901", now=NOW + timedelta(days=1))
    assert codes(report) == [("slow", ("N9901",))]
    assert figures() == YESTERDAY


def test_figures_that_contradict_each_other_are_both_refused(sources: Sources) -> None:
    sources.server.kolada.rows.append(row("N9901", "1080", 2020, cell("T", 8.0)))
    report = sources.refresh()
    assert ("1080", 2020, "T") not in figures()
    assert {row_.code for row_ in report.rejections} == {"conflict"}


def test_definitions_that_cannot_be_read_do_not_hold_up_the_figures(sources: Sources) -> None:
    def no_title(page: Any) -> None:
        for value in page["values"]:
            value.pop("title", None)

    sources.server.script.append(wrong.changed(no_title))
    report = sources.refresh()
    assert codes(report) == [("missing_field", ())]
    assert figures() == YESTERDAY


def test_nothing_is_fetched_for_indicators_that_are_not_there(sources: Sources) -> None:
    with pytest.raises(services.UnknownIndicatorsError, match="N0000"):
        sources.refresh("N0000", "N9901")
    assert sources.server.asked == []


def test_whoever_does_not_take_figures_in_does_not_refresh(sources: Sources, actor: Callable[[str], Actor]) -> None:
    with pytest.raises(Forbidden):
        services.refresh(actor=actor("cecilia"), keys=KEYS, connect_to=sources.connect)
    assert sources.server.asked == []


GROUPS = [
    {
        "id": "G9901",
        "title": "Liknande kommuner socioekonomi, Karlskrona, 2024",
        "members": [
            {"member_id": "1081", "member_title": "Ronneby"},
            {"member_id": "1082", "member_title": "Karlshamn"},
        ],
    }
]


def test_a_refresh_of_everything_also_brings_koladas_comparison_groups(sources: Sources) -> None:
    Indicator.objects.exclude(source_key__in=KEYS).update(kind=IndicatorKind.MEASURED)
    sources.server.kolada.groups[:] = GROUPS
    held = ComparisonGroup.objects.filter(kind=ComparisonKind.KOLADA)
    services.refresh(actor=SYSTEM, source="kolada", keys=KEYS[:1], now=lambda: NOW, connect_to=sources.connect)
    assert not held.exists(), "a refresh of one indicator is about that one"
    [run] = services.refresh(actor=SYSTEM, source="kolada", now=lambda: NOW, connect_to=sources.connect)
    assert run.state == RefreshState.FINISHED
    [group] = held
    assert group.area is not None
    assert (group.area.code, [area.code for area in group.members.order_by("code")]) == ("1080", ["1081", "1082"])


def test_figures_under_a_municipalitys_earlier_code_are_its_own(sources: Sources) -> None:
    """Heby was 1917 until it moved to Uppsala county in 2007."""
    sources.server.kolada.rows[:] = [row("N9901", "1917", 2005, cell("T", 7.0))]
    sources.refresh("N9901")
    [figure] = Observation.objects.filter(indicator__source_key="N9901")
    assert (figure.area.code, figure.year, figure.value) == ("0331", 2005, 7.0)


def test_what_is_counted_of_an_indicator_follows_when_its_figures_are_fetched_again(sources: Sources) -> None:
    sources.refresh()
    gap = deriving.add_derived(
        actor=SYSTEM,
        organisation=None,
        counting=Counting(Recipe.GAP, ("kolada/N9901", "kolada/N9902")),
        name="Skillnaden",
        polarity=Polarity.NONE,
        now=NOW,
    )
    assert figures(gap.source_key)["1080", 2020, "T"] == (0.0, OK)
    sources.server.kolada.rows[0]["values"][0]["value"] = 7.0
    sources.refresh("N9901", now=NOW + timedelta(days=1))
    assert figures(gap.source_key)["1080", 2020, "T"] == (5.0, OK)
    assert Revision.objects.get(indicator=gap).value == 0.0
