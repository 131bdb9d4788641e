"""The embedded server under honest use, crashes and hostile directories."""

import os
import shutil
import signal
import stat
import subprocess
import time
from collections import namedtuple
from collections.abc import Iterator
from pathlib import Path

import psutil
import psycopg
import pytest

from samverka.foundation.database import cluster, embedded
from samverka.foundation.database.embedded import EmbeddedServerError, Status
from tests.embedded_servers import answer, cleaned, postmaster
from tests.installations import until


@pytest.fixture
def data_dir(tmp_path: Path) -> Iterator[Path]:
    """A data directory that nobody has used yet."""
    yield from cleaned(tmp_path / "data")


@pytest.fixture(scope="module")
def at_rest(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A data directory with a server that was made and stopped. To be copied, not used."""
    for place in cleaned(tmp_path_factory.mktemp("at_rest") / "data"):
        embedded.ensure_running(place, durable=False)
        embedded.stop(place)
        yield place


@pytest.fixture
def made_dir(at_rest: Path, tmp_path: Path) -> Iterator[Path]:
    """A data directory with a server at rest, for what happens to one that has been made."""
    for place in cleaned(tmp_path / "data"):
        subprocess.run(["cp", "-a", at_rest, place], check=True)  # which keeps the server's own user
        yield place


def test_a_first_start_makes_a_server_that_answers_and_a_second_reuses_it(data_dir: Path) -> None:
    assert embedded.status(data_dir) is Status.ABSENT
    first = embedded.ensure_running(data_dir, durable=False)
    pid = postmaster(data_dir)
    assert embedded.status(data_dir) is Status.RUNNING
    assert answer(first) == 1
    assert embedded.ensure_running(data_dir) == first
    assert postmaster(data_dir) == pid
    assert embedded.stop(data_dir)
    assert embedded.status(data_dir) is Status.STOPPED
    assert not embedded.stop(data_dir)


def test_the_data_survives_a_stop_and_a_start(made_dir: Path) -> None:
    with psycopg.connect(embedded.ensure_running(made_dir, durable=False).superuser_url()) as connection:
        connection.execute("CREATE TABLE kept AS SELECT 'Blekinge' AS county")
    embedded.stop(made_dir)
    with psycopg.connect(embedded.ensure_running(made_dir, durable=False).superuser_url()) as connection:
        assert connection.execute("SELECT county FROM kept").fetchall() == [("Blekinge",)]


def test_the_client_programs_have_the_servers_version(made_dir: Path) -> None:
    server = embedded.ensure_running(made_dir, durable=False)
    for program in ("pg_dump", "pg_restore", "psql"):
        said = subprocess.check_output([server.bin_dir / program, "--version"], text=True)
        assert f" {cluster.MAJOR}." in said


def test_nobody_gets_in_without_a_password_and_the_password_is_the_owners_alone(data_dir: Path) -> None:
    server = embedded.ensure_running(data_dir, durable=False)
    for password in ("", "postgres"):
        with pytest.raises(psycopg.OperationalError, match="password"):
            psycopg.connect(server.url_for("postgres", "postgres", password))
    assert stat.S_IMODE((data_dir / "secrets").stat().st_mode) == 0o700
    assert stat.S_IMODE((data_dir / "secrets" / "postgres-superuser").stat().st_mode) == 0o600
    assert server.superuser_password not in repr(server)


def test_it_is_durable_unless_a_test_says_otherwise(data_dir: Path) -> None:
    with psycopg.connect(embedded.ensure_running(data_dir).superuser_url()) as connection:
        kept = connection.execute(
            "SELECT name, setting FROM pg_settings"
            " WHERE name IN ('fsync', 'full_page_writes', 'synchronous_commit', 'data_checksums')"
        ).fetchall()
    assert dict(kept) == dict.fromkeys(["fsync", "full_page_writes", "synchronous_commit", "data_checksums"], "on")


def test_it_listens_on_no_network(made_dir: Path) -> None:
    embedded.ensure_running(made_dir, durable=False)
    assert psutil.Process(postmaster(made_dir)).net_connections("inet") == []


def test_the_log_holds_no_values(made_dir: Path) -> None:
    with psycopg.connect(embedded.ensure_running(made_dir, durable=False).superuser_url()) as connection:
        connection.execute("CREATE TABLE person (number text PRIMARY KEY)")
        connection.execute("INSERT INTO person VALUES ('secret-value')")
        with pytest.raises(psycopg.errors.UniqueViolation):
            connection.execute("INSERT INTO person VALUES ('secret-value')")

    def logged() -> str:
        # A process of its own writes the log, a little after the answer.
        text = "".join(log.read_text() for log in (made_dir / "postgres" / "log").iterdir())
        return text if "duplicate key" in text else ""

    assert "secret-value" not in until(logged)


def test_a_killed_server_is_started_again_with_its_data(made_dir: Path) -> None:
    with psycopg.connect(embedded.ensure_running(made_dir).superuser_url()) as connection:
        connection.execute("CREATE TABLE kept AS SELECT 1 AS one")
    killed = postmaster(made_dir)
    os.kill(killed, signal.SIGKILL)
    server = embedded.ensure_running(made_dir)
    assert postmaster(made_dir) != killed
    with psycopg.connect(server.superuser_url()) as connection:
        assert connection.execute("SELECT one FROM kept").fetchall() == [(1,)]


def test_a_server_killed_in_the_middle_of_a_query_waits_for_its_orphans(made_dir: Path) -> None:
    server = embedded.ensure_running(made_dir, durable=False)
    query = "SELECT count(*) FROM generate_series(1, 30000000)"  # busy for a second or more, deaf to the world
    busy = subprocess.Popen(
        [server.bin_dir / "psql", server.superuser_url(), "-c", query],
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    time.sleep(0.4)
    os.kill(postmaster(made_dir), signal.SIGKILL)
    assert answer(embedded.ensure_running(made_dir, durable=False)) == 1
    busy.wait()


def test_a_stale_pid_file_whose_number_another_process_has_now_is_seen_through(made_dir: Path) -> None:
    embedded.ensure_running(made_dir, durable=False)
    pid_file = made_dir / "postgres" / "postmaster.pid"
    lines = pid_file.read_text().splitlines()
    embedded.stop(made_dir)
    pid_file.write_text("\n".join([str(os.getpid()), *lines[1:]]) + "\n")
    assert embedded.status(made_dir) is Status.STOPPED
    assert not embedded.stop(made_dir), "a process that is no server must not be signalled"
    assert answer(embedded.ensure_running(made_dir, durable=False)) == 1


def test_a_socket_that_was_cleaned_away_comes_back(made_dir: Path) -> None:
    server = embedded.ensure_running(made_dir, durable=False)
    shutil.rmtree(server.socket_dir)
    assert answer(embedded.ensure_running(made_dir, durable=False)) == 1


def test_an_interrupted_making_leaves_nothing_that_looks_like_a_database(data_dir: Path) -> None:
    half = data_dir / "postgres.newhalf" / "cluster"
    half.mkdir(parents=True)
    (half / "PG_VERSION").write_text("18\n")
    assert answer(embedded.ensure_running(data_dir, durable=False)) == 1
    assert not list(data_dir.glob("postgres.new*"))


def test_two_checkouts_do_not_collide(at_rest: Path, tmp_path: Path) -> None:
    one, two = tmp_path / "one", tmp_path / "two"
    for place in (one, two):
        subprocess.run(["cp", "-a", at_rest, place], check=True)
    try:
        first = embedded.ensure_running(one, durable=False)
        second = embedded.ensure_running(two, durable=False)
        with psycopg.connect(first.superuser_url()) as connection:
            connection.execute("CREATE TABLE only_in_one ()")
        with psycopg.connect(second.superuser_url()) as connection:
            assert connection.execute("SELECT to_regclass('only_in_one')").fetchall() == [(None,)]
        # A copied checkout brings the pid file of the running original along.
        shutil.copy(one / "postgres" / "postmaster.pid", tmp_path)
        embedded.stop(two)
        shutil.copy(tmp_path / "postmaster.pid", two / "postgres" / "postmaster.pid")
        moved = (two / "postgres" / "postmaster.pid").read_text().splitlines()
        moved[4] = str(two / "run")
        (two / "postgres" / "postmaster.pid").write_text("\n".join(moved) + "\n")
        with psycopg.connect(embedded.ensure_running(two, durable=False).superuser_url()) as connection:
            assert connection.execute("SELECT to_regclass('only_in_one')").fetchall() == [(None,)]
        assert embedded.status(one) is Status.RUNNING
    finally:
        for place in (one, two):
            embedded.stop(place)
            embedded.stop_if_unused(place)


@pytest.mark.parametrize(
    "name",
    ["with space", "åäö", "a'quote", 'a"double', "a,comma", "a$HOME", "back`tick", "per%cent", "x" * 200],
)
def test_any_directory_name_works(tmp_path: Path, name: str) -> None:
    for place in cleaned(tmp_path / name):
        assert answer(embedded.ensure_running(place, durable=False)) == 1


def test_a_long_path_puts_the_socket_elsewhere_and_closed_to_others(tmp_path: Path) -> None:
    for place in cleaned(tmp_path / ("d" * 100) / "data"):
        server = embedded.ensure_running(place, durable=False)
        assert not server.socket_dir.is_relative_to(place)
        assert stat.S_IMODE(server.socket_dir.stat().st_mode) == 0o700
        assert answer(server) == 1
        shutil.rmtree(server.socket_dir)


def test_a_socket_directory_laid_out_by_somebody_else_is_refused(tmp_path: Path) -> None:
    for place in cleaned(tmp_path / ("d" * 100) / "data"):
        socket_dir = embedded.ensure_running(place, durable=False).socket_dir
        embedded.stop(place)
        socket_dir.symlink_to(tmp_path)
        with pytest.raises(EmbeddedServerError, match="belongs to somebody else"):
            embedded.ensure_running(place, durable=False)
        socket_dir.unlink()


def _refused(place: Path) -> EmbeddedServerError:
    with pytest.raises(EmbeddedServerError) as raised:
        embedded.ensure_running(place, durable=False)
    assert raised.value.remedy
    return raised.value


def test_a_file_in_the_way_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    error = _refused(tmp_path / "file")
    assert error.code == "not_a_directory"
    assert str(tmp_path / "file") in error.message
    assert _refused(tmp_path / "file" / "below").code == "not_a_directory"
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "postgres").write_text("")
    assert _refused(tmp_path / "data").code == "not_a_directory"


def test_a_directory_of_other_files_is_left_alone(data_dir: Path) -> None:
    (data_dir / "postgres").mkdir(parents=True)
    (data_dir / "postgres" / "thesis.txt").write_text("mine")
    assert _refused(data_dir).code == "not_a_cluster"
    assert (data_dir / "postgres" / "thesis.txt").read_text() == "mine"


def test_a_database_of_another_major_version_is_left_alone(data_dir: Path) -> None:
    (data_dir / "postgres").mkdir(parents=True)
    (data_dir / "postgres" / "PG_VERSION").write_text("15\n")
    error = _refused(data_dir)
    assert error.code == "other_major_version"
    assert "PostgreSQL 15" in error.message


def test_a_lost_password_is_named(made_dir: Path) -> None:
    embedded.ensure_running(made_dir, durable=False)
    embedded.stop(made_dir)
    (made_dir / "secrets" / "postgres-superuser").unlink()
    assert _refused(made_dir).code == "password_lost"


def test_a_full_disk_is_named_before_anything_is_made(data_dir: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    usage = namedtuple("usage", "total used free")
    monkeypatch.setattr(shutil, "disk_usage", lambda _: usage(1, 1, 10 * 2**20))
    assert _refused(data_dir).code == "no_space"
    assert not (data_dir / "postgres").exists()


@pytest.mark.skipif(not Path("/proc/self").exists(), reason="only Linux has a place where nobody may write")
def test_an_unwritable_place_is_named() -> None:
    assert _refused(Path("/proc/samverka")).code == "not_writable"


def test_a_damaged_database_is_named_with_its_reason(made_dir: Path) -> None:
    embedded.ensure_running(made_dir, durable=False)
    embedded.stop(made_dir)
    (made_dir / "postgres" / "global" / "pg_control").unlink()
    error = _refused(made_dir)
    assert error.code == "start_failed"
    assert "pg_control" in error.message


def test_root_closes_no_door_and_opens_none(tmp_path: Path) -> None:
    if os.geteuid() != 0:
        pytest.skip("only root hands the server to another user")
    closed = tmp_path / "closed"
    closed.mkdir(mode=0o700)
    for place in cleaned(closed / "data"):
        assert answer(embedded.ensure_running(place, durable=False)) == 1
        assert psutil.Process(postmaster(place)).uids().real != 0
        assert stat.S_IMODE(closed.stat().st_mode) == 0o700
