"""A refresh of worlds that nobody has seen: other indicators, other tables, other ways to write the same."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest

from samverka.foundation.access.actors import Actor
from samverka.foundation.database.acting import acting_as
from samverka.statistics import queries
from samverka.statistics.enums import Measure, ObservationStatus, RefreshState
from samverka.statistics.models import Extraction, Indicator, Observation, Refresh, Revision, Source
from tests.fakes import misbehaviour as wrong
from tests.fakes.generated_worlds import Expected, ScbTables, kolada_world, scb_tables
from tests.fakes.refreshed_sources import NOW, Sources
from tests.integration.test_refresh import codes

SYSTEM = Actor.system("test")


@pytest.fixture
def sources(db: None) -> Iterator[Sources]:
    with acting_as(SYSTEM):
        made = Sources()
        try:
            yield made
        finally:
            made.server.close()


def define_kolada(keys: list[str]) -> None:
    publisher = Source.objects.get(key="kolada")
    Indicator.objects.bulk_create(Indicator(source=publisher, source_key=key, name=key) for key in keys)


def define_scb(tables: ScbTables) -> None:
    publisher = Source.objects.get(key="scb")
    Indicator.objects.bulk_create(
        Indicator(source=publisher, source_key=key, name=key, selection=selection, measure=Measure.COUNT, by_sex=True)
        for key, selection in tables.selections.items()
    )


def stored(keys: list[str]) -> Expected:
    rows = Observation.objects.filter(indicator__source_key__in=keys)
    return {
        (key, area, year, sex): (value, ObservationStatus(status).presence)
        for key, area, year, sex, value, status in rows.values_list(
            "indicator__source_key", "area__code", "year", "sex", "value", "status"
        )
    }


@pytest.mark.parametrize("seed", [3, 14, 15])
def test_other_indicators_of_kolada_come_in_as_they_are(sources: Sources, seed: int) -> None:
    world, expected = kolada_world(seed, indicators=30)
    sources.server.kolada = world
    keys = [one["id"] for one in world.kpis]
    define_kolada(keys)
    report = sources.refresh(*keys)
    assert (report.refresh.state, report.failures, report.rejected) == (RefreshState.FINISHED, [], 0)
    assert stored(keys) == expected
    assert report.added == len(expected)


@pytest.mark.parametrize("seed", [9, 26, 53])
def test_other_tables_of_statistics_sweden_come_in_summed(sources: Sources, seed: int) -> None:
    tables = scb_tables(seed, tables=4)
    sources.server.scb = tables.world
    define_scb(tables)
    report = sources.refresh(*tables.selections, source="scb")
    assert (report.refresh.state, report.failures) == (RefreshState.FINISHED, [])
    assert stored(list(tables.selections)) == tables.expected
    extraction = Extraction.objects.filter(indicator__source_key__in=tables.selections).first()
    assert extraction is not None
    assert extraction.released_at is not None
    assert extraction.released_at.isoformat() == "2026-01-15T07:00:00+00:00"
    assert report.refresh.chunks.count() > len(tables.selections), "the cell limit cuts them"


@pytest.fixture
def tables(sources: Sources) -> ScbTables:
    made = scb_tables(7, tables=3)
    sources.server.scb = made.world
    define_scb(made)
    return made


def to_sparse(content: Any) -> Any:
    """Values as an object of positions: what is not mentioned is missing."""
    if content.get("value"):
        content["value"] = {str(n): value for n, value in enumerate(content["value"]) if value is not None}
    return content


def test_sparse_answers_say_the_same(sources: Sources, tables: ScbTables) -> None:
    sources.server.always = lambda reply: wrong.changed(to_sparse)(reply) if "id" in reply.content else reply
    report = sources.refresh(*tables.selections, source="scb")
    assert report.failures == []
    assert stored(list(tables.selections)) == tables.expected


def test_a_table_that_has_not_been_published_anew_is_not_fetched(sources: Sources, tables: ScbTables) -> None:
    sources.refresh(*tables.selections, source="scb")
    sources.server.asked.clear()
    report = sources.refresh(*tables.selections, source="scb", now=NOW + timedelta(days=1))
    assert not any("/data" in path for path in sources.server.asked)
    assert len(report.unchanged) == 3
    dataset = next(iter(tables.world.datasets.values()))
    dataset["updated"] = "2026-03-03T07:00:00Z"
    dataset["value"] = [None if value is None else value + 1 for value in dataset["value"]]
    report = sources.refresh(*tables.selections, source="scb", now=NOW + timedelta(days=2))
    assert len(report.changed) == 1
    assert report.changed[0].revised == Revision.objects.filter(indicator__source_key=report.changed[0].key).count()


def test_one_table_that_is_gone_does_not_hold_up_the_others(sources: Sources, tables: ScbTables) -> None:
    sources.refresh(*tables.selections, source="scb")
    before = stored(list(tables.selections))
    gone = next(iter(tables.selections))
    del tables.world.datasets[gone]
    report = sources.refresh(*tables.selections, source="scb", full=True, now=NOW + timedelta(days=1))
    assert codes(report) == [("not_found", (gone,))]
    assert report.refresh.state == RefreshState.FINISHED
    assert stored(list(tables.selections)) == before


def drop_dimension(content: Any) -> None:
    if "dimension" in content and content.get("value"):
        content["dimension"].popitem()


@pytest.mark.parametrize(
    ("misbehave", "code"),
    [
        (wrong.status(429), "too_many_requests"),
        (wrong.status(500), "broken"),
        (wrong.status(410), "gone"),
        (wrong.web_page, "web_page"),
        (wrong.cut_off, "cut_off"),
        (wrong.changed(drop_dimension), "missing_field"),
        (wrong.changed(lambda content: content | {"value": content["value"][:-1]}), "size"),
        (wrong.changed(lambda content: content | {"value": {"999999": 1}}), "position"),
        (wrong.changed(lambda content: {"class": "collection"}), "not_a_dataset"),
    ],
)
def test_a_table_that_misbehaves_keeps_its_figures(
    sources: Sources, tables: ScbTables, misbehave: Any, code: str
) -> None:
    keys = list(tables.selections)[:1]
    sources.refresh(*keys, source="scb")
    before = stored(keys)
    assert before

    def with_values(reply: Any) -> Any:
        return misbehave(reply) if reply.content.get("value") else reply

    sources.server.always = with_values
    report = sources.refresh(*keys, source="scb", full=True, now=NOW + timedelta(days=1))
    assert {failure.code for failure in report.failures} == {code}
    assert report.failures[0].sentence
    assert report.refresh.state == RefreshState.FAILED
    assert stored(keys) == before
    sources.server.always = None
    well = sources.refresh(*keys, source="scb", full=True, now=NOW + timedelta(days=1))
    assert (well.refresh.pk, well.failures) == (report.refresh.pk, [])


def test_a_value_that_is_no_number_is_missing_and_told(sources: Sources, tables: ScbTables) -> None:
    key = next(iter(tables.selections))
    sources.server.always = lambda reply: (
        wrong.changed(lambda content: content | {"value": ["x", *content["value"][1:]]})(reply)
        if reply.content.get("value")
        else reply
    )
    report = sources.refresh(key, source="scb")
    assert report.failures == []
    assert {row.code for row in report.rejections} == {"not_a_number"}


def test_a_release_in_the_middle_is_fetched_from_the_beginning(sources: Sources, tables: ScbTables) -> None:
    key = next(iter(tables.selections))
    asked = 0

    def published(reply: Any) -> Any:
        nonlocal asked
        asked += bool(reply.content.get("value"))
        if asked == 2 and reply.content.get("value"):
            tables.world.datasets[key]["updated"] = "2026-02-20T07:00:00Z"
            return wrong.changed(lambda content: content | {"updated": "2026-02-20T07:00:00Z"})(reply)
        return reply

    sources.server.always = published
    report = sources.refresh(key, source="scb")
    assert report.failures == []
    releases = set(
        Extraction.objects.filter(observation__indicator__source_key=key).values_list("released_at", flat=True)
    )
    assert len(releases) == 2, "what the first piece said has not changed, and keeps where it came from"
    assert {k: v for k, v in tables.expected.items() if k[0] == key} == stored([key])


def test_several_values_that_are_no_counts_are_not_added(sources: Sources, tables: ScbTables) -> None:
    key = max(tables.selections, key=lambda one: len(next(iter(tables.selections[one]["choices"].values()))))
    Indicator.objects.filter(source_key=key).update(measure=Measure.RATIO)
    report = sources.refresh(key, source="scb")
    assert codes(report) == [("choice_needed", (key,))]
    assert stored([key]) == {}
    assert Refresh.objects.latest("pk").state == RefreshState.FAILED
    assert queries.report_of(report.refresh).failures[0].remedy
