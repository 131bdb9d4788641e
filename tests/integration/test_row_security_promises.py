"""PostgreSQL itself guards goals and reports: an adversary with the application's role who forgets every filter."""

from collections.abc import Iterator
from typing import Any

import psycopg
import pytest
from psycopg import sql

from tests import databases
from tests.integration.test_row_security import Adversary, adversary, connect_as

__all__ = ["adversary"]

SHARED, PRIVATE = "blekinges-unga-lyfter", "barnens-basta-galler"
"""The collaboration of Anna, Bengt, Cecilia and David, which is public, and Eva's, which is not."""

GOAL = """
WITH goal AS (
    INSERT INTO goals_goal (collaboration_id, name, vision, indicator_id, polarity, baseline_year, target_year, source,
        note, is_public)
    SELECT c.id, %(name)s, '', i.id, 'lower_is_better', 2013, 2017, '', '', %(is_public)s
    FROM collaborations_collaboration c, statistics_indicator i WHERE c.slug = %(slug)s AND i.source_key = 'N03921'
    RETURNING id
)
INSERT INTO goals_goaltarget (goal_id, area_id, sex, baseline_value, target_value)
SELECT goal.id, a.id, 'T', 10, 5 FROM goal, territory_area a WHERE a.code = '10'
"""
REPORT = """
WITH report AS (
    INSERT INTO reports_report (collaboration_id, number, title, content, content_sha256, published_at, published_by,
        is_public, order_key)
    SELECT id, 500 + length(%(name)s), %(name)s, '{}', repeat('0', 64), now(), '', %(is_public)s, gen_random_uuid()
    FROM collaborations_collaboration WHERE slug = %(slug)s
    RETURNING id
)
INSERT INTO reports_reportfile (report_id, language, pdf) SELECT id, 'sv', '' FROM report
"""
WRITTEN = [
    {"slug": slug, "name": f"{slug}, {'open' if is_public else 'closed'}", "is_public": is_public}
    for slug in (SHARED, PRIVATE)
    for is_public in (True, False)
]


@pytest.fixture(scope="module")
def world(django_db_setup: None, django_db_blocker: Any) -> Iterator[str]:
    """The demo's world, committed, with an open and a closed goal and report in two collaborations."""
    with django_db_blocker.unblock():
        name = databases.clone(f"{databases.worker()}_promised")
    with connect_as("owner", name) as owner:
        for given in WRITTEN:
            owner.execute(GOAL, given)
            owner.execute(REPORT, given)
    yield name
    with django_db_blocker.unblock():
        databases.drop(name)


SEEN = {
    "goal": "SELECT name FROM goals_goal",
    "target": "SELECT g.name FROM goals_goaltarget t LEFT JOIN goals_goal g ON g.id = t.goal_id",
    "report": "SELECT title FROM reports_report",
    "file": "SELECT r.title FROM reports_reportfile f LEFT JOIN reports_report r ON r.id = f.report_id",
}
OPEN = {f"{SHARED}, open"}


@pytest.mark.parametrize("what", SEEN)
@pytest.mark.parametrize(
    ("who", "seen"),
    [
        (None, OPEN),
        ("bengt", {*OPEN, f"{SHARED}, closed"}),
        ("david", {*OPEN, f"{SHARED}, closed"}),
        ("eva", {*OPEN, f"{PRIVATE}, open", f"{PRIVATE}, closed"}),
    ],
)
def test_what_is_promised_and_reported_is_read_by_the_parties_and_what_is_open_by_all(
    adversary: Adversary, what: str, who: str | None, seen: set[str]
) -> None:
    """A goal marked open in a collaboration that is not public is not open."""
    with adversary(who) as connection:
        found = {name for (name,) in connection.execute(SEEN[what]).fetchall()}
        assert None not in found
        assert {name for name in found if name.startswith((SHARED, PRIVATE))} == seen


@pytest.mark.parametrize(
    "statement",
    [
        "INSERT INTO goals_goal (collaboration_id, name, vision, indicator_id, polarity, baseline_year, target_year, "
        "source, note, is_public) SELECT c.id, 'Planted', '', i.id, 'lower_is_better', 2013, 2017, '', '', true "
        "FROM collaborations_collaboration c, statistics_indicator i WHERE c.slug = %s AND i.source_key = 'N03921'",
        "INSERT INTO reports_report (collaboration_id, number, title, content, content_sha256, published_at, "
        "published_by, is_public, order_key) SELECT id, 900, 'Planted', '{}', '', now(), '', true, gen_random_uuid() "
        "FROM collaborations_collaboration WHERE slug = %s",
    ],
    ids=["goal", "report"],
)
@pytest.mark.parametrize(
    ("who", "where", "may"),
    [
        ("anna", SHARED, True),
        ("eva", PRIVATE, True),
        ("bengt", SHARED, False),
        ("anna", PRIVATE, False),
        ("eva", SHARED, False),
        (None, SHARED, False),
    ],
)
def test_the_leading_party_alone_adopts_and_publishes(
    adversary: Adversary, statement: str, who: str | None, where: str, may: bool
) -> None:
    with adversary(who) as connection:
        if may:
            assert connection.execute(statement, [where]).rowcount == 1
        else:
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                connection.execute(statement, [where])


@pytest.mark.parametrize("table", ["goals_goaltarget", "reports_report", "reports_reportfile"])
@pytest.mark.parametrize("verb", ["UPDATE {} SET id = id", "DELETE FROM {}"])
def test_what_was_promised_and_published_stands(adversary: Adversary, table: str, verb: str) -> None:
    with adversary("anna") as connection, pytest.raises(psycopg.errors.InsufficientPrivilege):
        connection.execute(sql.SQL(verb).format(sql.Identifier(table)))


def test_an_adopted_goal_is_changed_and_removed_by_nobody(adversary: Adversary) -> None:
    for statement in ("UPDATE goals_goal SET target_year = 2030", "DELETE FROM goals_goal"):
        with adversary("anna") as connection:
            assert connection.execute(statement).rowcount == 0


def test_a_promise_is_not_added_to_a_goal_of_others(adversary: Adversary) -> None:
    with adversary("bengt") as connection, pytest.raises(psycopg.errors.InsufficientPrivilege):
        connection.execute(
            "INSERT INTO goals_goaltarget (goal_id, area_id, sex, baseline_value, target_value) "
            "SELECT g.id, a.id, 'T', 1, 2 FROM goals_goal g, territory_area a WHERE a.code = '1080' LIMIT 1"
        )
