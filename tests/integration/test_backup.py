"""A backup of a running system gives back an identical database, and a restore is whole or nothing."""

import io
import os
import shutil
import stat
import subprocess
import sys
import threading
import zipfile
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import psycopg
import pytest

from samverka.cli import archive
from samverka.cli.failures import Exit
from samverka.foundation.database import embedded
from samverka.foundation.database.server_user import server_user
from tests.installations import DEMO_WORLD, PATIENCE, Installation, differences, get, until


@pytest.fixture(scope="module")
def file(installation: Installation) -> Path:
    """A backup of the installation."""
    path = installation.home / "samverka.backup"
    done = installation.samverka("backup", path)
    assert done.returncode == Exit.DONE, done.stdout
    return path


def _secrets_of(installation: Installation) -> int:
    """How many rows under row-level security the application's role sees when nobody acts."""
    with installation.connect_as_application() as application:
        row = application.execute("SELECT count(*) FROM audit_entry").fetchone()
        assert row is not None
        return int(row[0])


def test_a_restored_database_is_identical_row_for_row_while_the_system_runs(installation: Installation) -> None:
    path = installation.home / "running.backup"
    with installation.start("serve", "--port", 0) as server, installation.connect() as owner:
        address = server.address()
        # Two tables that only ever change together: a backup of two moments would tear them apart.
        owner.execute("CREATE TABLE left_hand (n int); CREATE TABLE right_hand (n int)")
        owner.execute("GRANT SELECT, INSERT, UPDATE, DELETE ON left_hand, right_hand TO samverka_app")
        done = threading.Event()

        def write() -> None:
            with psycopg.connect(installation.url()) as connection:
                for n in range(100_000):
                    if done.is_set():
                        return
                    connection.execute("INSERT INTO left_hand VALUES (%s)", [n])
                    connection.execute("INSERT INTO right_hand VALUES (%s)", [n])
                    connection.commit()

        writer = threading.Thread(target=write)
        writer.start()
        try:
            until(lambda: owner.execute("SELECT 1 FROM right_hand").fetchone())
            saved = installation.samverka("backup", path)
            assert saved.returncode == Exit.DONE, saved.stdout
        finally:
            done.set()
            writer.join()
        owner.execute("TRUNCATE left_hand, right_hand")
        before = installation.digest()
        assert before["audit_entry"][0] > 0
        assert before["(policies)"]
        assert before["(rights)"]

        owner.execute("DELETE FROM audit_entry; UPDATE territory_area SET name = 'x'; DROP TABLE followup_statustext")
        assert installation.digest() != before
        restored = installation.samverka("restore", path, "--replace")
        assert restored.returncode == Exit.DONE, restored.stdout
        pairs = owner.execute(
            "SELECT count(*), count(r.n) FROM left_hand l FULL JOIN right_hand r USING (n)"
        ).fetchone()
        assert pairs is not None
        assert pairs[0] == pairs[1] > 0
        owner.execute("TRUNCATE left_hand, right_hand")
        assert differences(installation.digest(), before) == {}
        assert _secrets_of(installation) == 0
        assert get(f"{address}/")[0] == 200
        assert get(f"{address}/readyz")[0] == 200
        owner.execute("DROP TABLE left_hand, right_hand")


def test_a_restore_into_an_empty_installation_needs_no_preparation(
    file: Path, installation: Installation, empty_installation: Installation
) -> None:
    done = empty_installation.samverka("restore", file)
    assert done.returncode == Exit.DONE, done.stdout
    assert differences(empty_installation.digest(), installation.digest()) == {}
    assert _secrets_of(empty_installation) == 0
    assert "0 failed" in empty_installation.samverka("doctor").stdout


def test_a_backup_is_checked_closed_to_others_and_leaves_nothing_else(file: Path) -> None:
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert [path.name for path in file.parent.iterdir() if path.name.startswith(".")] == []
    with file.open("rb"), zipfile.ZipFile(file) as whole:
        assert whole.namelist() == [archive.DUMP, archive.MANIFEST]


def test_a_backup_never_overwrites(file: Path, installation: Installation) -> None:
    before = file.read_bytes()
    done = installation.samverka("backup", file)
    assert done.returncode == Exit.REFUSED
    assert "exists already" in done.stdout
    assert file.read_bytes() == before


def test_a_backup_that_is_killed_leaves_no_file_of_that_name(installation: Installation) -> None:
    path = installation.home / "killed.backup"
    with installation.connect() as owner:
        owner.execute("BEGIN; LOCK TABLE territory_area")  # pg_dump waits for it, so the kill comes in its midst
        backup = subprocess.Popen(
            [sys.executable, "-m", "samverka.cli.main", "backup", str(path)],
            env=installation.env(),
            cwd=installation.home,
        )
        until(lambda: list(installation.home.glob(".killed.backup.*")))
        backup.kill()
        backup.wait()
        owner.execute("ROLLBACK")
    assert not path.exists()
    for part in installation.home.glob(".killed.backup.*"):
        part.unlink()


def test_a_full_database_is_not_replaced_unasked(file: Path, installation: Installation) -> None:
    before = installation.digest()
    done = installation.samverka("restore", file)
    assert done.returncode == Exit.REFUSED
    assert "--replace" in done.stdout
    assert differences(installation.digest(), before) == {}


def _remade(file: Path, target: Path, *, dump: bytes | None = None, **manifest: object) -> Path:
    """A backup like another one, but for what is given."""
    with file.open("rb") as opened, zipfile.ZipFile(opened) as old:
        contents = dump if dump is not None else old.read(archive.DUMP)
    with target.open("wb") as new:
        made = archive.write(new, io.BytesIO(contents), migrations=[], postgresql=18, now=datetime.now(UTC))
    if manifest:
        import json
        from dataclasses import asdict

        with zipfile.ZipFile(target, "w") as changed:
            changed.writestr(archive.DUMP, contents)
            changed.writestr(archive.MANIFEST, json.dumps(asdict(made) | manifest))
    return target


def _broken_files(file: Path, home: Path) -> Iterator[tuple[Path, str]]:
    whole = file.read_bytes()
    yield home / "missing", "There is no file"
    for name, contents in {
        "empty": b"",
        "text": b"not a backup",
        "cut": whole[: len(whole) // 2],
        "flipped": whole[: len(whole) // 3] + bytes([whole[len(whole) // 3] ^ 1]) + whole[len(whole) // 3 + 1 :],
    }.items():
        (home / name).write_bytes(contents)
        yield home / name, "is not a whole backup"
    yield _remade(file, home / "format", format=99), "backup of format 99"
    yield _remade(file, home / "checksum", dump_sha256="0" * 64), "do not match its checksum"
    yield _remade(file, home / "newer", migrations=["goals.9999_from_the_future"]), "goals.9999_from_the_future"


def test_a_file_that_is_no_sound_backup_is_refused_and_nothing_changes(
    file: Path, installation: Installation, tmp_path: Path
) -> None:
    before = installation.digest()
    for path, reason in _broken_files(file, tmp_path):
        done = installation.samverka("restore", path, "--replace")
        assert done.returncode == Exit.REFUSED, done.stdout
        assert reason in done.stdout, path
        assert "Nothing was changed." in done.stdout
    assert differences(installation.digest(), before) == {}


def test_a_restore_that_fails_half_way_leaves_the_database_as_it_was(
    file: Path, installation: Installation, tmp_path: Path
) -> None:
    before = installation.digest()
    with file.open("rb") as opened, zipfile.ZipFile(opened) as whole:
        dump = whole.read(archive.DUMP)
    done = installation.samverka(
        "restore", _remade(file, tmp_path / "half", dump=dump[: len(dump) * 2 // 3]), "--replace"
    )
    assert done.returncode == Exit.FAILED, done.stdout
    assert "The database is as it was before." in done.stdout
    assert differences(installation.digest(), before) == {}


def test_a_restore_that_is_killed_leaves_the_database_as_it_was(installation: Installation, tmp_path: Path) -> None:
    path = tmp_path / "held.backup"
    with installation.connect() as owner:
        # Whoever writes this table waits for the one who holds the lock, so the kill comes in the restore's midst.
        owner.execute(
            "CREATE FUNCTION waits() RETURNS boolean LANGUAGE plpgsql AS"
            " 'BEGIN PERFORM pg_advisory_xact_lock_shared(1); RETURN true; END'"
        )
        owner.execute("CREATE TABLE ballast (n int CHECK (public.waits()))")
        owner.execute("INSERT INTO ballast VALUES (1)")
        assert installation.samverka("backup", path).returncode == Exit.DONE
        owner.execute("UPDATE territory_area SET name = name || '!'")
        before = installation.digest()
        owner.execute("SELECT pg_advisory_lock(1)")
        restore = subprocess.Popen(
            [sys.executable, "-m", "samverka.cli.main", "restore", str(path), "--replace"],
            env=installation.env(), cwd=installation.home,
        )  # fmt: skip
        until(lambda: owner.execute("SELECT 1 FROM pg_locks WHERE locktype = 'advisory' AND NOT granted").fetchone())
        restore.kill()
        restore.wait()
        owner.execute("SELECT pg_advisory_unlock(1)")
        until(lambda: not owner.execute("SELECT 1 FROM pg_stat_activity WHERE application_name = 'psql'").fetchone())
        assert differences(installation.digest(), before) == {}
        assert not owner.execute("SELECT 1 FROM pg_namespace WHERE nspname = 'samverka_replaced'").fetchone()
        owner.execute("DROP TABLE ballast; DROP FUNCTION waits; UPDATE territory_area SET name = rtrim(name, '!')")


@pytest.fixture
def older_server(tmp_path: Path) -> Iterator[str]:
    """A PostgreSQL 16 as other people run it, and in it a database whose owner is no superuser."""
    programs = Path(embedded.bin_dir()).parents[1] / "pginstall" / "bin"
    if not (programs / "postgres").exists():
        pytest.skip("the wheel brings no older PostgreSQL any more")
    user = server_user(tmp_path / "pg")
    home, sockets = tmp_path / "server", Path("/tmp") / f"samverka-test-{os.getpid()}"  # noqa: S108  short enough
    for place in (home, sockets):
        place.mkdir(mode=0o700)
        user.own(place)
    clean = {name: value for name, value in os.environ.items() if not name.startswith("PG")}

    def run(program: str, *options: str) -> None:
        done = user.run([programs / program, *options], cwd=home, env=clean, timeout=PATIENCE)
        assert done.returncode == 0, done.stdout

    run("initdb", "-D", str(home / "pg"), "-U", "admin", "--auth=trust", "--encoding=UTF8", "--no-sync")
    options = f"-c listen_addresses= -c fsync=off -k {sockets}"
    run("pg_ctl", "start", "-w", "-D", str(home / "pg"), "-l", str(home / "log"), "-o", options)
    try:
        with psycopg.connect(host=str(sockets), user="admin", dbname="postgres", autocommit=True) as admin:
            admin.execute("CREATE ROLE keeper LOGIN CREATEROLE PASSWORD 'k'")
            admin.execute("CREATE DATABASE regional OWNER keeper")
        yield f"postgresql://keeper:k@/regional?host={sockets}"
    finally:
        run("pg_ctl", "stop", "-w", "-m", "immediate", "-D", str(home / "pg"))
        shutil.rmtree(sockets)


def test_everything_works_on_an_older_server_by_database_url_and_an_owner_without_superuser(
    older_server: str, tmp_path: Path
) -> None:
    installation = Installation(tmp_path / "home", database_url=older_server)
    migrated = installation.samverka("migrate")
    assert migrated.returncode == Exit.DONE, migrated.stdout
    installation.python(DEMO_WORLD)
    before = installation.digest()
    saved = installation.samverka("backup", "regional.backup")
    assert saved.returncode == Exit.DONE, saved.stdout
    with installation.connect() as owner:
        owner.execute("DELETE FROM audit_entry")
    restored = installation.samverka("restore", "regional.backup", "--replace")
    assert restored.returncode == Exit.DONE, restored.stdout
    assert differences(installation.digest(), before) == {}
    assert _secrets_of(installation) == 0
    assert not (installation.data_dir / "postgres").exists()
    assert "0 failed, 0 warnings" in installation.samverka("doctor").stdout
