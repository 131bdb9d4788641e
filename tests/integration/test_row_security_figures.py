"""PostgreSQL itself guards what an organisation measures: an adversary with the application's role who forgets every
filter."""

from collections.abc import Iterator
from typing import Any

import psycopg
import pytest
from psycopg import sql

from tests import databases
from tests.integration.test_row_security import Adversary, adversary, connect_as

__all__ = ["adversary"]

MEASURING = ("Region Blekinge", "Region Kronoberg")
"""Anna's and Eva's: each has a measurement that it keeps to itself, with a figure, what it was before, and a file."""

OWN_FIGURE = """
WITH indicator AS (
    INSERT INTO statistics_indicator (source_id, source_key, name, definition, unit, polarity, by_sex, target_group,
        numerator, denominator, version, kind, formula, measure, is_closed, is_chained, is_public, organisation_id)
    SELECT s.id, %(key)s, %(key)s, '', '', 'none', false, '', '', '', 1, 'measured', '', 'other', false, false,
        false, o.id
    FROM statistics_source s, organisations_organisation o WHERE s.key = 'kolada' AND o.name = %(organisation)s
    RETURNING id, organisation_id
), extraction AS (
    INSERT INTO statistics_extraction (indicator_id, extracted_at, imported_at, file_name, file_sha256, rows,
        indicator_version)
    SELECT id, now(), now(), 'x.csv', repeat('0', 64), 1, 1 FROM indicator RETURNING id, indicator_id
), before AS (
    INSERT INTO statistics_revision (indicator_id, area_id, year, sex, value, status, extraction_id, replaced_by_id,
        revised_at)
    SELECT e.indicator_id, a.id, 2020, 'T', 1, 0, e.id, e.id, now()
    FROM extraction e, territory_area a WHERE a.code = '10'
), file AS (
    INSERT INTO statistics_figurefile (indicator_id, person_id, name, content, uploaded_at, extracted_on, columns)
    SELECT i.id, m.person_id, %(key)s, '', now(), current_date, '{}'
    FROM indicator i JOIN organisations_membership m ON m.organisation_id = i.organisation_id AND m.role = 'coordinator'
)
INSERT INTO statistics_observation (indicator_id, area_id, year, sex, value, status, extraction_id)
SELECT e.indicator_id, a.id, 2020, 'T', 2, 0, e.id FROM extraction e, territory_area a WHERE a.code = '10'
"""


@pytest.fixture(scope="module")
def world(django_db_setup: None, django_db_blocker: Any) -> Iterator[str]:
    """The demo's world, committed, with what two organisations measure for themselves."""
    with django_db_blocker.unblock():
        name = databases.clone(f"{databases.worker()}_figures")
    with connect_as("owner", name) as owner:
        for organisation in MEASURING:
            owner.execute(OWN_FIGURE, {"organisation": organisation, "key": f"own-{organisation}"})
    yield name
    with django_db_blocker.unblock():
        databases.drop(name)


FIGURES = {"figures": "statistics_observation", "what they were": "statistics_revision"}


def _measured(connection: psycopg.Connection[Any], what: str) -> set[str]:
    found = connection.execute(
        sql.SQL(
            "SELECT i.source_key FROM {} f JOIN statistics_indicator i ON i.id = f.indicator_id WHERE NOT i.is_public"
        ).format(sql.Identifier(FIGURES[what]))
    ).fetchall()
    return {key for (key,) in found}


@pytest.mark.parametrize("what", FIGURES)
@pytest.mark.parametrize(
    ("who", "seen"),
    [
        (None, set()),
        ("bengt", set()),
        ("drift", set()),
        ("anna", {"own-Region Blekinge"}),
        ("eva", {"own-Region Kronoberg"}),
    ],
)
def test_an_organisations_own_figures_are_seen_by_those_who_work_there(
    adversary: Adversary, what: str, who: str | None, seen: set[str]
) -> None:
    """Who forgets every filter still reads what is public, and of the rest their own."""
    with adversary(who) as connection:
        assert _measured(connection, what) == seen
        [(public,)] = connection.execute(
            "SELECT count(*) FROM statistics_observation o JOIN statistics_indicator i ON i.id = o.indicator_id "
            "WHERE i.is_public"
        ).fetchall()
        assert public > 10_000


def test_a_key_of_the_api_opens_its_own_organisations_figures(adversary: Adversary) -> None:
    with adversary() as connection:
        connection.execute(
            "SELECT set_config('samverka.key_of', id::text, true) FROM organisations_organisation "
            "WHERE name = 'Region Blekinge'"
        )
        assert _measured(connection, "figures") == {"own-Region Blekinge"}


def test_figures_of_others_are_neither_written_changed_nor_removed(adversary: Adversary) -> None:
    with adversary("anna") as connection:
        [(theirs,)] = connection.execute(
            "SELECT id FROM statistics_indicator WHERE source_key = 'own-Region Kronoberg'"
        ).fetchall()
        for statement in (
            "UPDATE statistics_observation SET value = 9 WHERE indicator_id = %s",
            "DELETE FROM statistics_observation WHERE indicator_id = %s",
        ):
            assert connection.execute(statement, [theirs]).rowcount == 0
        with pytest.raises(psycopg.errors.InsufficientPrivilege), connection.transaction():
            connection.execute(
                "INSERT INTO statistics_observation (indicator_id, area_id, year, sex, value, status, extraction_id) "
                "SELECT %s, a.id, 2021, 'T', 1, 0, e.id FROM territory_area a, statistics_extraction e "
                "WHERE a.code = '10' LIMIT 1",
                [theirs],
            )
        with pytest.raises(psycopg.errors.FeatureNotSupported), connection.transaction():
            connection.cursor().copy("COPY statistics_observation (indicator_id) FROM STDIN").__enter__()


def test_a_file_that_is_not_yet_taken_in_is_its_uploaders(adversary: Adversary) -> None:
    for who, expected in (("anna", {"own-Region Blekinge"}), ("bengt", set()), (None, set())):
        with adversary(who) as connection:
            found = connection.execute("SELECT name FROM statistics_figurefile").fetchall()
            assert {name for (name,) in found} == expected


def test_figures_are_found_by_their_index_and_the_closed_ones_asked_for_once(adversary: Adversary) -> None:
    with adversary("anna") as connection:
        plan = connection.execute(
            "EXPLAIN (COSTS OFF) SELECT value FROM statistics_observation "
            "WHERE indicator_id = 1 AND area_id = ANY (%s) AND year >= 2010",
            [[1, 2, 3]],
        ).fetchall()
    told = "\n".join(line for (line,) in plan)
    assert "observation_once" in told
    assert "Index Cond: ((indicator_id = 1)" in told
    assert "hashed SubPlan" in told
