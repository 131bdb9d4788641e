"""What every table says about itself is true, in the code and in PostgreSQL."""

import inspect
import re
from typing import Any

import pytest
from django.conf import settings
from django.core.exceptions import FieldDoesNotExist
from django.db import ProgrammingError, connections, models, transaction
from django.db.models.constants import LOOKUP_SEP

from samverka.foundation.access.models import User
from samverka.foundation.database.models import Owned
from tests.guards.house import own_apps

OWN: list[type[models.Model]] = [model for config in own_apps() for model in config.get_models()]
GUARDED = [model for model in OWN if issubclass(model, Owned) and model.row_security]
APPEND_ONLY = [model for model in OWN if issubclass(model, Owned) and model.append_only]

NOT_OWNED_BASE = {User: "Django's own base for people; it says owner_key itself"}

both = pytest.mark.django_db(databases=["default", "owner"])
label = pytest.mark.parametrize("model", OWN, ids=lambda model: model._meta.label)


def owner(sql: str, parameters: list[Any] | None = None) -> list[tuple[Any, ...]]:
    """Ask PostgreSQL as the owner."""
    with connections["owner"].cursor() as cursor:
        cursor.execute(sql, parameters or [])
        found: list[tuple[Any, ...]] = cursor.fetchall()
    return found


@label
def test_a_table_says_who_owns_its_rows_or_why_nobody_does(model: type[models.Model]) -> None:
    assert issubclass(model, Owned) or model in NOT_OWNED_BASE
    key = model.__dict__.get("owner_key", "unsaid")
    assert key != "unsaid", f"{model.__name__} inherits or lacks owner_key; every table says its own"
    if key is None:
        comment = re.search(r"((?:^\s+#.*\n)*)^\s+owner_key.*=\s*None(.*)$", inspect.getsource(model), re.MULTILINE)
        assert comment, f"{model.__name__}.owner_key is None, but not in words"
        reason = " ".join(comment.groups()).replace("#", " ").split()
        assert len(reason) >= 2, f"{model.__name__}: a comment says why nobody owns its rows"
    else:
        _resolve(model, key)


def _resolve(model: type[models.Model], path: str) -> None:
    """Follow a path such as `goal__collaboration_id` to a column; raises when there is none."""
    here: Any = model
    *steps, last = path.split(LOOKUP_SEP)
    for step in steps:
        here = here._meta.get_field(step).related_model
    columns = {field.attname for field in here._meta.concrete_fields}
    if last not in columns:
        raise FieldDoesNotExist(f"{model.__name__}.owner_key is {path!r}; {here.__name__} has no column {last!r}")


@label
def test_a_table_has_a_name_in_words_and_a_text_for_each_row(model: type[models.Model]) -> None:
    assert {"verbose_name", "verbose_name_plural"} <= model._meta.original_attrs.keys()
    assert "__str__" in model.__dict__, "say __str__: it stands in the audit"


@both
def test_postgresql_guards_exactly_the_tables_that_say_so() -> None:
    said = {model._meta.db_table for model in GUARDED}
    enabled = {name for (name,) in owner("SELECT relname FROM pg_class WHERE relrowsecurity AND relkind = 'r'")}
    with_policies = {name for (name,) in owner("SELECT DISTINCT tablename FROM pg_policies")}
    assert said == enabled == with_policies


@both
@pytest.mark.parametrize("model", GUARDED, ids=lambda model: model._meta.label)
def test_a_guarded_table_has_a_policy_for_every_command_that_the_application_may_give(model: type[Owned]) -> None:
    """Without a policy a command silently finds nothing; with a grant but no policy, that is a mistake somewhere."""
    policies = {
        command for (command,) in owner("SELECT cmd FROM pg_policies WHERE tablename = %s", [model._meta.db_table])
    }
    commands = {"SELECT", "INSERT", "UPDATE", "DELETE"}
    wanted = commands - {"UPDATE", "DELETE"} if model.append_only else commands
    assert wanted <= policies or "ALL" in policies


@both
def test_the_applications_role_owns_nothing_and_can_go_round_nothing() -> None:
    role = settings.DATABASES["default"]["USER"]
    assert role != settings.DATABASES["owner"]["USER"]
    [flags] = owner(
        "SELECT rolsuper, rolbypassrls, rolcreatedb, rolcreaterole, rolreplication FROM pg_roles WHERE rolname = %s",
        [role],
    )
    assert flags == (False,) * 5
    assert owner("SELECT relname FROM pg_class WHERE relowner = %s::regrole", [role]) == []
    assert owner("SELECT proname FROM pg_proc WHERE proowner = %s::regrole", [role]) == []
    assert owner("SELECT nspname FROM pg_namespace WHERE nspowner = %s::regrole", [role]) == []
    assert owner("SELECT roleid FROM pg_auth_members WHERE member = %s::regrole", [role]) == []
    [(may_create,)] = owner("SELECT has_schema_privilege(%s, 'public', 'CREATE')", [role])
    assert may_create is False


@both
def test_no_function_runs_with_the_owners_rights() -> None:
    """A SECURITY DEFINER function would be a way round row-level security."""
    assert (
        owner(
            "SELECT proname FROM pg_proc JOIN pg_namespace n ON n.oid = pronamespace "
            "WHERE prosecdef AND nspname = 'public'"
        )
        == []
    )


@both
def test_the_application_can_neither_change_nor_remove_what_only_grows() -> None:
    role = settings.DATABASES["default"]["USER"]
    assert APPEND_ONLY
    for model in APPEND_ONLY:
        for right in ("UPDATE", "DELETE", "TRUNCATE"):
            [(may,)] = owner("SELECT has_table_privilege(%s, %s, %s)", [role, model._meta.db_table, right])
            assert may is False, f"{right} on {model._meta.label}"
        columns = owner(
            "SELECT attname FROM pg_attribute WHERE attrelid = %s::regclass AND attnum > 0 "
            "AND has_column_privilege(%s, attrelid, attnum, 'UPDATE')",
            [model._meta.db_table, role],
        )
        assert columns == [], f"UPDATE of a column of {model._meta.label}"


@both
def test_the_application_cannot_tamper_with_migrations_or_tables() -> None:
    owner = settings.DATABASES["owner"]["USER"]
    for statement in (
        "DELETE FROM django_migrations",
        "CREATE TABLE sneaked (id int)",
        "ALTER TABLE audit_entry DISABLE ROW LEVEL SECURITY",
        "DROP POLICY read_by_coordinators ON audit_entry",
        "TRUNCATE audit_entry",
        f'SET ROLE "{owner}"',
    ):
        with (
            pytest.raises(ProgrammingError, match=r"permission denied|must be owner"),
            transaction.atomic(),
            connections["default"].cursor() as cursor,
        ):
            cursor.execute(statement)


@both
def test_every_invariant_has_a_name_of_its_own() -> None:
    names = [constraint.name for model in OWN for constraint in model._meta.constraints]
    assert sorted(names) == sorted(set(names))
    assert [name for name in names if "%" in str(name)] == []


def test_no_model_overrides_save_or_delete() -> None:
    """A row is written by a service; a save with an opinion would hide from it."""
    assert [model._meta.label for model in OWN if {"save", "delete"} & model.__dict__.keys()] == []
