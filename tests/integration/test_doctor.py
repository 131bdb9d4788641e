"""`samverka doctor` is silent about a sound installation, and names each planted fault with its remedy."""

import contextlib
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from samverka.cli import diagnosis
from tests.installations import Installation

FAULTS = [
    (
        "CREATE TABLE put_aside AS SELECT * FROM django_migrations WHERE app = 'followup';"
        "DELETE FROM django_migrations WHERE app = 'followup'",
        "INSERT INTO django_migrations SELECT * FROM put_aside; DROP TABLE put_aside",
        "FAIL  migrations: ",
        "Run samverka migrate",
    ),
    (
        "ALTER TABLE followup_statustext DISABLE ROW LEVEL SECURITY",
        "ALTER TABLE followup_statustext ENABLE ROW LEVEL SECURITY",
        "FAIL  row-level security: Row-level security is off on followup_statustext",
        'ALTER TABLE "followup_statustext" ENABLE ROW LEVEL SECURITY;',
    ),
    (
        "ALTER ROLE samverka_app BYPASSRLS",
        "ALTER ROLE samverka_app NOBYPASSRLS",
        "FAIL  application role: The application's role samverka_app is above row-level security",
        'ALTER ROLE "samverka_app" NOSUPERUSER NOBYPASSRLS;',
    ),
    (
        "ALTER TABLE audit_entry OWNER TO samverka_app",
        "ALTER TABLE audit_entry OWNER TO postgres",
        "FAIL  application role: The application's role samverka_app owns 1 tables, such as audit_entry",
        'ALTER TABLE "audit_entry" OWNER TO "postgres";',
    ),
    (
        "ALTER ROLE samverka_app NOLOGIN",
        "ALTER ROLE samverka_app LOGIN",
        "FAIL  application role: The application's role samverka_app cannot sign in",
        "Run samverka migrate",
    ),
    (
        "ALTER ROLE samverka_app CREATEROLE",
        "ALTER ROLE samverka_app NOCREATEROLE",
        "warn  application role: The application's role samverka_app may create roles",
        'ALTER ROLE "samverka_app" NOCREATEROLE',
    ),
    (
        # As a row lost with a damaged disk: what refers to it is still there.
        "CREATE TABLE put_aside_too AS SELECT * FROM territory_area WHERE code = '2523';"
        "SET session_replication_role = replica; DELETE FROM territory_area WHERE code = '2523';"
        "RESET session_replication_role",
        "INSERT INTO territory_area SELECT * FROM put_aside_too; DROP TABLE put_aside_too",
        "FAIL  reference areas: There are 21 counties and 289 municipalities, not 21 and 290",
        "Run samverka migrate",
    ),
    (
        "INSERT INTO django_tasks_database_dbtaskresult (id, status, enqueued_at, args_kwargs, priority, task_path,"
        " worker_ids, queue_name, backend_name, run_after, exception_class_path, traceback)"
        " SELECT gen_random_uuid(), 'READY', now() - interval '42 minutes', '{}', 0, 'x', '[]', 'default',"
        " 'default', now() - interval '1 hour', '', ''",
        "DELETE FROM django_tasks_database_dbtaskresult",
        "FAIL  worker: 1 jobs wait, the oldest for 4",  # and so many minutes as have gone since it was planted
        "samverka worker",
    ),
]
"""What is planted, how it is taken away again, and the fault and the remedy that must be named."""


@contextlib.contextmanager
def planted(installation: Installation, plant: str, mend: str) -> Iterator[None]:
    """A fault in the database for as long as the block lasts."""
    with installation.connect() as owner:
        owner.execute(plant)  # type: ignore[arg-type]  # statements of this file
        try:
            yield
        finally:
            owner.execute(mend)  # type: ignore[arg-type]


def _examined(installation: Installation, **env: str) -> tuple[int, str]:
    done = installation.samverka("doctor", **env)
    assert "Traceback" not in done.stdout
    return done.returncode, done.stdout


def test_a_sound_installation_passes_every_check(installation: Installation) -> None:
    code, said = _examined(installation)
    assert "FAIL" not in said
    assert code == 0
    for name in (*diagnosis.OUTSIDE, *diagnosis.INSIDE):
        assert f" {name}: " in said, name


def test_every_fault_in_the_database_is_named_with_its_remedy(installation: Installation) -> None:
    with contextlib.ExitStack() as faults:
        for plant, mend, _, _ in FAULTS:
            faults.enter_context(planted(installation, plant, mend))
        code, said = _examined(installation)
    assert code == 1
    for _, _, fault, remedy in FAULTS:
        assert fault in said
        named = said[said.index(fault) :].splitlines()
        assert remedy in named[1], fault
    assert f"{sum(fault.startswith('FAIL') for _, _, fault, _ in FAULTS)} failed, 1 warnings." in said


def test_every_mistake_in_the_environment_is_named_at_once(installation: Installation) -> None:
    code, said = _examined(
        installation,
        SAMVERKA_DEBGU="true",
        SAMVERKA_LOG_LEVEL="LOUD",
        SAMVERKA_SECRET_KEY="short",
        DATABASE_URL="mysql://root@localhost/samverka",
    )
    assert code == 1
    for name in ("SAMVERKA_DEBGU", "SAMVERKA_LOG_LEVEL", "SAMVERKA_SECRET_KEY", "DATABASE_URL"):
        assert f"Correct {name} where it is set, or unset it." in said
    assert "warn  database: it and all that follows were not checked" in said


def test_a_database_that_does_not_answer_is_named(installation: Installation) -> None:
    code, said = _examined(installation, DATABASE_URL="postgresql://nobody@127.0.0.1:1/samverka")
    assert code == 1
    assert "FAIL  database: The database does not answer" in said
    assert "DATABASE_URL" in said


def test_a_data_directory_that_cannot_be_used_is_named(installation: Installation, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    code, said = _examined(installation, SAMVERKA_DATA_DIR=str(tmp_path / "file"))
    assert code == 1
    assert f"FAIL  data directory: {tmp_path / 'file'} cannot be written to" in said
    assert "SAMVERKA_DATA_DIR" in said


def test_an_unsafe_secret_key_and_debug_are_named(installation: Installation) -> None:
    key_file = installation.data_dir / "secret_key"
    key_file.write_text("a" * 40)
    key_file.chmod(0o644)
    try:
        code, said = _examined(installation, SAMVERKA_SECRET_KEY="", SAMVERKA_DEBUG="true")
    finally:
        key_file.unlink()
    assert code == 1
    assert "FAIL  safety: The secret key is easy to guess" in said
    assert f"chmod 600 {key_file}" in said
    assert "warn  safety: SAMVERKA_DEBUG is on" in said


def test_a_package_that_is_missing_or_too_old_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    wanted = ["django~=1.0", "no-such-package>=1", "click", "no-such-extra; extra == 'x'"]
    monkeypatch.setattr(diagnosis.metadata, "requires", lambda _: wanted)
    (finding,) = diagnosis.packages()
    assert finding.level is diagnosis.Level.FAIL
    assert finding.says.startswith("django is 5.")
    assert finding.says.endswith("but must be ~=1.0; no-such-package is missing.")


def test_a_disk_that_fills_up_is_named(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("SAMVERKA_DATA_DIR", str(tmp_path))
    for free, level in ((10**9, diagnosis.Level.WARN), (10**6, diagnosis.Level.FAIL), (10**12, diagnosis.Level.OK)):
        monkeypatch.setattr(shutil, "disk_usage", lambda _, free=free: type("usage", (), {"free": free}))
        (finding,) = diagnosis.data_directory()
        assert finding.level is level
