"""PostgreSQL itself guards drafts and the audit: an adversary with the application's role who forgets every filter.

What this does not stop is somebody who can say to the database who they are: the setting is the application's to
give, and is as safe as the application's role.
"""

import uuid
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from typing import Any

import psycopg
import pytest
from django.conf import settings
from psycopg import sql

from samverka.followup.models import StatusText
from samverka.foundation.access.actors import Actor
from samverka.foundation.audit.models import Entry
from samverka.foundation.database.acting import acting_as
from samverka.foundation.database.roles import guarded_models
from tests import databases

Adversary = Callable[..., AbstractContextManager[psycopg.Connection[Any]]]

DRAFTS = ("Olofströms kommun", "Ronneby kommun", "Växjö kommun")
"""Bengt's own party, another party of the same collaboration, and one of a collaboration elsewhere."""


def connect_as(alias: str, name: str) -> psycopg.Connection[Any]:
    role = settings.DATABASES[alias]
    return psycopg.connect(
        host=role["HOST"], port=role["PORT"] or None, user=role["USER"], password=role["PASSWORD"], dbname=name
    )


@pytest.fixture(scope="module")
def world(django_db_setup: None, django_db_blocker: Any) -> Iterator[str]:
    """The demo's world, committed, with a draft in three parties and an audit entry in each of their organisations."""
    with django_db_blocker.unblock():
        name = databases.clone(f"{databases.worker()}_rows")
    with connect_as("owner", name) as owner:
        for organisation in DRAFTS:
            owner.execute(
                "INSERT INTO followup_statustext (party_id, text, written_at, version) SELECT p.id, %s, now(), 1 "
                "FROM collaborations_party p JOIN organisations_organisation o ON o.id = p.organisation_id "
                "WHERE o.name = %s",
                [f"Utkast {organisation}", organisation],
            )
        for organisation in ("Region Blekinge", "Olofströms kommun", "Region Kronoberg"):
            owner.execute(
                "INSERT INTO audit_entry (id, at, actor_name, organisation_id, action, object_type, object_id, "
                "object_label, changes) SELECT %s, now(), 'någon', id, 'test', 'x.y', 1, 'z', '{}' "
                "FROM organisations_organisation WHERE name = %s",
                [uuid.uuid4(), organisation],
            )
        owner.execute(
            "INSERT INTO followup_statustext (party_id, text, written_at, submitted_at, version) "
            "SELECT p.id, 'Inskickad i Kronoberg', now(), now(), 1 FROM collaborations_party p "
            "JOIN organisations_organisation o ON o.id = p.organisation_id WHERE o.name = 'Ljungby kommun'"
        )
    yield name
    with django_db_blocker.unblock():
        databases.drop(name)


@pytest.fixture
def adversary(world: str) -> Adversary:
    """A plain connection with the application's role, told who it is or nothing at all. Leaves nothing behind."""

    @contextmanager
    def connect(key: str | None = None) -> Iterator[psycopg.Connection[Any]]:
        connection = connect_as("default", world)
        try:
            if key is not None:
                connection.execute(
                    "SELECT set_config('samverka.user_id', id::text, true) FROM access_user WHERE email = %s",
                    [f"{key}@demo.example"],
                )
            yield connection
        finally:
            connection.rollback()
            connection.close()

    return connect


def _texts(connection: psycopg.Connection[Any]) -> set[str]:
    return {text for (text,) in connection.execute("SELECT text FROM followup_statustext").fetchall()}


def _drafts(connection: psycopg.Connection[Any]) -> set[str]:
    found = connection.execute("SELECT text FROM followup_statustext WHERE submitted_at IS NULL").fetchall()
    return {text for (text,) in found}


def _party(connection: psycopg.Connection[Any], organisation: str) -> int:
    row = connection.execute(
        "SELECT p.id FROM collaborations_party p JOIN organisations_organisation o ON o.id = p.organisation_id "
        "WHERE o.name = %s",
        [organisation],
    ).fetchone()
    assert row is not None
    return int(row[0])


WRITE = (
    "INSERT INTO followup_statustext (party_id, text, written_at, written_by_id, submitted_at, version) "
    "VALUES (%s, 'Planterad', now(), samverka_user_id(), %s, 1)"
)
ENTRY = (
    "INSERT INTO audit_entry (id, at, actor_id, actor_name, action, object_type, object_id, object_label, changes) "
    "VALUES (gen_random_uuid(), now(), %s, %s, 'test', 'x.y', 1, 'z', '{}')"
)


def test_who_says_nothing_sees_neither_texts_nor_the_audit(adversary: Adversary) -> None:
    with adversary() as connection:
        assert _texts(connection) == set()
        assert connection.execute("SELECT count(*) FROM audit_entry").fetchone() == (0,)


def test_other_ways_of_reading_show_no_more(adversary: Adversary) -> None:
    with adversary() as connection:
        with connection.cursor().copy("COPY followup_statustext TO STDOUT") as rows:
            assert list(rows.rows()) == []
        assert connection.execute("SELECT 1 FROM pg_stats WHERE tablename = 'followup_statustext'").fetchall() == []
        connection.execute("SET LOCAL row_security = off")
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            _texts(connection)


@pytest.mark.parametrize(
    ("key", "drafts"),
    [
        ("anna", set()),
        ("bengt", {"Utkast Olofströms kommun"}),
        ("cecilia", set()),
        ("david", {"Utkast Ronneby kommun"}),
        ("eva", set()),
    ],
)
def test_a_draft_is_seen_by_its_own_party_alone(adversary: Adversary, key: str, drafts: set[str]) -> None:
    with adversary(key) as connection:
        assert _drafts(connection) == drafts


def test_a_submitted_text_is_seen_by_the_parties_of_its_own_collaboration(adversary: Adversary) -> None:
    with adversary("bengt") as connection:
        submitted = _texts(connection) - _drafts(connection)
        assert len(submitted) == 3
        assert "Inskickad i Kronoberg" not in submitted
    with adversary("eva") as connection:
        assert _texts(connection) == {"Inskickad i Kronoberg"}


def test_a_party_that_has_left_sees_nothing_any_more(adversary: Adversary) -> None:
    with adversary("bengt") as connection:
        assert _texts(connection)
        connection.execute(
            "UPDATE collaborations_party SET left_on = joined_on WHERE id = %s",
            [_party(connection, "Olofströms kommun")],
        )
        assert _texts(connection) == set()


def test_a_membership_that_has_ended_opens_nothing(adversary: Adversary) -> None:
    with adversary("bengt") as connection:
        connection.execute(
            "UPDATE organisations_membership SET ends_on = starts_on + 1 WHERE person_id = samverka_user_id()"
        )
        assert _texts(connection) == set()


@pytest.mark.parametrize(
    "statement", ["UPDATE followup_statustext SET text = 'Ändrad'", "DELETE FROM followup_statustext"]
)
def test_a_submitted_text_stands_whoever_comes(adversary: Adversary, statement: str) -> None:
    for key in ("anna", "eva"):
        with adversary(key) as connection:
            assert connection.execute(f"{statement} WHERE submitted_at IS NOT NULL").rowcount == 0
    with adversary() as connection:
        connection.execute("SELECT set_config('samverka.system', 'yes', true)")
        assert connection.execute(f"{statement} WHERE submitted_at IS NOT NULL").rowcount == 0


def test_forgetting_where_changes_only_ones_own_draft(adversary: Adversary) -> None:
    with adversary("bengt") as connection:
        changed = connection.execute(
            "UPDATE followup_statustext SET text = 'Ny', written_by_id = samverka_user_id()"
        ).rowcount
        assert changed == 1
        assert _drafts(connection) == {"Ny"}


def test_a_politician_reads_the_draft_but_does_not_write_it(adversary: Adversary) -> None:
    with adversary("david") as connection:
        assert connection.execute("UPDATE followup_statustext SET text = 'Ny'").rowcount == 0
        assert connection.execute("DELETE FROM followup_statustext").rowcount == 0


@pytest.mark.parametrize("submitted_at", [None, "2018-01-01"])
@pytest.mark.parametrize(
    ("key", "organisation"),
    [
        ("bengt", "Ronneby kommun"),
        ("bengt", "Ljungby kommun"),
        ("anna", "Olofströms kommun"),
        ("eva", "Region Blekinge"),
        ("cecilia", "Karlshamns kommun"),
        (None, "Karlshamns kommun"),
    ],
)
def test_nobody_writes_for_another_party_nor_without_the_role(
    adversary: Adversary, key: str | None, organisation: str, submitted_at: str | None
) -> None:
    with adversary(key) as connection, pytest.raises(psycopg.errors.InsufficientPrivilege):
        connection.execute(WRITE, [_party(connection, organisation), submitted_at])


def test_ones_own_draft_cannot_be_moved_to_another_party_nor_into_another_name(adversary: Adversary) -> None:
    for change in (
        sql.SQL("party_id = {}, written_by_id = samverka_user_id()"),
        sql.SQL("written_by_id = {}"),
        sql.SQL("text = {}::text"),  # the row came without a name; whoever changes it puts theirs
    ):
        with adversary("bengt") as connection:
            other = _party(connection, "Ronneby kommun")
            statement = sql.SQL("UPDATE followup_statustext SET ") + change.format(sql.Literal(other))
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                connection.execute(statement)


def test_what_the_role_may_do_it_can(adversary: Adversary) -> None:
    """Were everything refused, the tests above would prove nothing."""
    with adversary("anna") as connection:
        connection.execute(WRITE, [_party(connection, "Region Blekinge"), None])
        assert _drafts(connection) == {"Planterad"}
        connection.execute(
            "INSERT INTO audit_entry (id, at, actor_id, actor_name, action, object_type, object_id, object_label, "
            "changes) SELECT gen_random_uuid(), now(), id, name, 'test', 'x.y', 1, 'z', '{}' FROM access_user "
            "WHERE id = samverka_user_id()"
        )


@pytest.mark.parametrize(("key", "entries"), [("anna", 1), ("bengt", 0), ("cecilia", 0), ("david", 0), ("eva", 1)])
def test_the_audit_is_read_by_the_organisations_coordinators(adversary: Adversary, key: str, entries: int) -> None:
    with adversary(key) as connection:
        found = connection.execute("SELECT count(*) FROM audit_entry WHERE action = 'test'").fetchone()
        assert found == (entries,)


@pytest.mark.parametrize(
    "statement", ["UPDATE audit_entry SET action = 'x'", "DELETE FROM audit_entry", "TRUNCATE audit_entry"]
)
@pytest.mark.parametrize("setting", ["samverka.user_id", "samverka.system"])
def test_an_audit_entry_is_changed_and_removed_by_nobody(adversary: Adversary, statement: str, setting: str) -> None:
    with adversary("anna") as connection:
        if setting == "samverka.system":
            connection.execute("SELECT set_config('samverka.system', 'yes', true)")
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            connection.execute(statement)


@pytest.mark.parametrize(
    ("number", "name"),
    [("anna", "Anna Alm"), ("anna", "Bengt Berg"), ("bengt", "Anna Alm"), (None, "Bengt Berg"), (None, "system")],
)
def test_an_audit_entry_is_written_in_ones_own_name(adversary: Adversary, number: str | None, name: str) -> None:
    with adversary("bengt") as connection:
        row = connection.execute("SELECT id FROM access_user WHERE email = %s", [f"{number}@demo.example"]).fetchone()
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            connection.execute(ENTRY, [row[0] if row else None, name])


@pytest.mark.parametrize(
    "statement",
    [
        "ALTER TABLE followup_statustext DISABLE ROW LEVEL SECURITY",
        "ALTER TABLE audit_entry NO FORCE ROW LEVEL SECURITY",
        "ALTER TABLE audit_entry OWNER TO CURRENT_USER",
        "DROP POLICY own_or_submitted ON followup_statustext",
        "CREATE POLICY open ON audit_entry USING (true)",
        "CREATE OR REPLACE FUNCTION public.samverka_is_system() RETURNS boolean LANGUAGE sql AS 'SELECT true'",
        "CREATE FUNCTION public.samverka_anything() RETURNS boolean LANGUAGE sql AS 'SELECT true'",
        "CREATE TRIGGER planted BEFORE INSERT ON audit_entry "
        "FOR EACH ROW EXECUTE FUNCTION suppress_redundant_updates_trigger()",
        "DROP TABLE audit_entry",
        "TRUNCATE followup_statustext",
        "CREATE TABLE public.planted (id int)",
        "UPDATE django_migrations SET name = 'x'",
        "CREATE ROLE planted",
        "ALTER ROLE CURRENT_USER BYPASSRLS",
    ],
)
def test_the_role_cannot_lift_its_own_guard(adversary: Adversary, statement: str) -> None:
    with adversary("anna") as connection, pytest.raises(psycopg.errors.InsufficientPrivilege):
        connection.execute(statement)


def test_the_role_cannot_become_the_owner(adversary: Adversary) -> None:
    owner = sql.Identifier(settings.DATABASES["owner"]["USER"])
    for statement in ("SET ROLE {}", "SET SESSION AUTHORIZATION {}", "GRANT {} TO CURRENT_USER"):
        with adversary("anna") as connection, pytest.raises(psycopg.errors.InsufficientPrivilege):
            connection.execute(sql.SQL(statement).format(owner))


def test_the_role_owns_nothing_and_has_no_special_right(adversary: Adversary) -> None:
    with adversary() as connection:
        owned = "SELECT count(*) FROM pg_class WHERE relowner = (SELECT oid FROM pg_roles WHERE rolname = current_user)"
        assert connection.execute(owned).fetchone() == (0,)
        rights = "SELECT rolsuper, rolbypassrls, rolcreaterole, rolcreatedb FROM pg_roles WHERE rolname = current_user"
        assert connection.execute(rights).fetchone() == (False, False, False, False)
        member = (
            "SELECT count(*) FROM pg_auth_members "
            "WHERE member = (SELECT oid FROM pg_roles WHERE rolname = current_user)"
        )
        assert connection.execute(member).fetchone() == (0,)


def test_a_temporary_table_of_the_same_name_is_not_believed(adversary: Adversary) -> None:
    """Temporary tables are found before others of the same name, unless a name says its schema."""
    with adversary("eva") as connection:
        ronneby = connection.execute(
            "SELECT organisation_id FROM collaborations_party WHERE id = %s", [_party(connection, "Ronneby kommun")]
        ).fetchone()
        assert ronneby is not None
        connection.execute("CREATE TEMP TABLE organisations_membership AS SELECT * FROM organisations_membership")
        connection.execute("UPDATE organisations_membership SET organisation_id = %s", [ronneby[0]])
        connection.execute("CREATE TEMP TABLE collaborations_party AS SELECT * FROM collaborations_party")
        assert _drafts(connection) == set()


def test_every_table_that_says_it_is_guarded_is(adversary: Adversary) -> None:
    with adversary() as connection:
        found = connection.execute(
            "SELECT relname FROM pg_class WHERE relrowsecurity AND relnamespace = 'public'::regnamespace"
        ).fetchall()
    assert {name for (name,) in found} == {m._meta.db_table for m in guarded_models() if m.row_security}


@pytest.mark.django_db
def test_the_same_holds_through_django_when_every_filter_is_forgotten(actor: Callable[[str], Actor]) -> None:
    from django.utils import timezone

    from samverka.collaborations.models import Party

    with acting_as(Actor.system("test")):
        for organisation in DRAFTS:
            party = Party.objects.get(organisation__name=organisation)
            StatusText.objects.create(party=party, text=f"Utkast {organisation}", written_at=timezone.now())
    expected = {"citizen": 0, "anna": 3, "bengt": 4, "cecilia": 3, "david": 4, "eva": 0}
    seen = {}
    for key in expected:
        who = actor(key)
        with acting_as(who):
            seen[key] = StatusText.objects.all().count()
            if key not in ("anna", "eva"):
                assert not Entry.objects.exists()
    assert seen == expected
    assert StatusText.objects.count() == 0  # outside, nobody acts


@pytest.mark.django_db
def test_the_rules_and_the_policies_say_the_same(actor: Callable[[str], Actor]) -> None:
    """`allows` in Python and the policies in SQL are two tellings of one rule."""
    from django.utils import timezone

    from samverka.collaborations.models import Party
    from samverka.foundation.access.actions import Action
    from samverka.foundation.access.rules import allows

    with acting_as(Actor.system("test")):
        for party in Party.objects.all():
            StatusText.objects.create(party=party, text="Utkast", written_at=timezone.now())
        everything = list(StatusText.objects.select_related("party"))
    for key in ("citizen", "anna", "bengt", "cecilia", "david", "eva"):
        who = actor(key)
        with acting_as(who):
            seen = set(StatusText.objects.values_list("pk", flat=True))
            assert seen == {text.pk for text in everything if allows(who, Action.READ, text)}, key
