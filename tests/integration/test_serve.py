"""`samverka serve`, `worker` and `demo`: what they refuse, what they run, and how they end."""

import contextlib
import json
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from samverka.cli.failures import Exit
from samverka.cli.web_server import GRACE_SECONDS
from samverka.foundation.database import embedded
from samverka.foundation.database.embedded import Status
from tests.installations import Installation, Running, get, until

ENQUEUE = """
from samverka.config import boot
boot()
from samverka.foundation.jobs.tasks import run_job
run_job.enqueue(999999)
"""


@contextlib.contextmanager
def migrations_hidden(installation: Installation) -> Iterator[None]:
    """The last of the migrations seems not to have been applied."""
    with installation.connect() as owner:
        owner.execute("CREATE TABLE put_aside AS SELECT * FROM django_migrations WHERE app = 'followup'")
        owner.execute("DELETE FROM django_migrations WHERE app = 'followup'")
        try:
            yield
        finally:
            owner.execute("INSERT INTO django_migrations SELECT * FROM put_aside; DROP TABLE put_aside")


def _children(running: Running) -> list[psutil.Process]:
    return psutil.Process(running.process.pid).children(recursive=True)


def _are_gone(family: list[psutil.Process]) -> bool:
    """Whether all have ended; one that nobody has asked how it ended has ended too."""
    return all(_is_gone(process) for process in family)


def _is_gone(process: psutil.Process) -> bool:
    try:
        return not process.is_running() or process.status() == psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return True


def test_the_help_needs_no_django() -> None:
    code = "import sys; import samverka.cli.main; sys.exit('django' in sys.modules or 'psycopg' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_a_setting_that_cannot_be_used_stops_every_command_with_its_remedy(installation: Installation) -> None:
    for command in (["serve"], ["worker"], ["migrate"], ["backup", "x"], ["demo", "--no-browser"]):
        done = installation.samverka(*command, SAMVERKA_LOG_LEVEL="LOUD")
        assert done.returncode == Exit.SETTING, command
        assert "SAMVERKA_LOG_LEVEL" in done.stdout
        assert "What to do: " in done.stdout
        assert "Traceback" not in done.stdout


def test_a_database_that_does_not_answer_stops_a_command(installation: Installation) -> None:
    done = installation.samverka("migrate", DATABASE_URL="postgresql://nobody@127.0.0.1:1/samverka")
    assert done.returncode == Exit.DATABASE
    assert "What to do: Start the database, or correct DATABASE_URL" in done.stdout


def test_it_refuses_to_start_while_migrations_are_pending(installation: Installation) -> None:
    with migrations_hidden(installation):
        for command in ("serve", "worker"):
            done = installation.samverka(command)
            assert done.returncode == Exit.REFUSED
            assert "Run samverka migrate" in done.stdout


def test_a_taken_port_is_named(installation: Installation) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        done = installation.samverka("serve", "--port", port)
    assert done.returncode == Exit.FAILED
    assert f"Port {port} is in use" in done.stdout


def test_it_serves_pages_files_and_health_logs_as_json_and_ends_on_sigterm(installation: Installation) -> None:
    with installation.start("serve", "--port", 0) as server:
        address = server.address()
        assert get(f"{address}/healthz") == (200, "application/json", '{"status": "alive"}')
        assert get(f"{address}/readyz") == (200, "application/json", '{"status": "ready"}')
        status, _, page = get(f"{address}/?secret=value")
        assert status == 200
        stylesheet = page.split('rel="stylesheet" href="')[1].split('"')[0]
        assert get(address + stylesheet)[:2] == (200, 'text/css; charset="utf-8"')
        with migrations_hidden(installation):
            status, kind, body = get(f"{address}/readyz")
        assert (status, kind) == (503, "application/problem+json")
        assert json.loads(body)["detail"] == "Run: samverka migrate"
        server.process.terminate()
        assert server.ends() == Exit.DONE
    logged = [json.loads(line) for line in server.lines if line.startswith("{")]
    assert len(logged) >= len(server.lines) - 1, "only the address is no JSON"
    requests = [entry for entry in logged if entry["logger"] == "samverka.request"]
    assert [(entry["method"], entry["path"], entry["status"], entry["user"]) for entry in requests] == [
        ("GET", "/", 200, None)
    ]
    assert requests[0]["ms"] > 0
    assert "secret" not in server.said


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_running_requests_are_finished_before_it_ends(installation: Installation, number: signal.Signals) -> None:
    answers: list[int] = []
    with installation.start("serve", "--port", 0) as server, installation.connect() as owner:
        address = server.address()
        owner.execute("BEGIN; LOCK TABLE django_migrations")  # which the readiness check must read
        asking = threading.Thread(target=lambda: answers.append(get(f"{address}/readyz", timeout=60)[0]))
        asking.start()
        waits = "SELECT 1 FROM pg_locks WHERE relation = 'django_migrations'::regclass AND NOT granted"
        until(lambda: owner.execute(waits).fetchone())
        server.process.send_signal(number)
        time.sleep(1)
        assert server.process.poll() is None
        owner.execute("ROLLBACK")
        asking.join()
        assert server.ends() == Exit.DONE
    assert answers == [200]


def test_a_second_signal_ends_at_once(installation: Installation) -> None:
    with installation.start("serve", "--port", 0) as server, installation.connect() as owner:
        address = server.address()
        owner.execute("BEGIN; LOCK TABLE django_migrations")

        def ask() -> None:
            with contextlib.suppress(OSError):
                get(f"{address}/readyz", timeout=60)

        asking = threading.Thread(target=ask)
        asking.start()
        waits = "SELECT 1 FROM pg_locks WHERE relation = 'django_migrations'::regclass AND NOT granted"
        until(lambda: owner.execute(waits).fetchone())
        family, begun = _children(server), time.monotonic()

        def tell_again() -> bool:
            server.process.terminate()  # two that come before it has looked are one to it
            time.sleep(0.5)
            return server.process.poll() is not None

        until(tell_again)
        assert time.monotonic() - begun < GRACE_SECONDS, "it did not wait for the request"
        owner.execute("ROLLBACK")
        asking.join()
        until(lambda: _are_gone(family))


def test_a_killed_server_takes_its_processes_along(installation: Installation) -> None:
    with installation.start("serve", "--port", 0) as server:
        server.address()
        family = _children(server)
        assert len(family) >= 4  # the web server, its two processes, the job worker
        server.process.kill()
        until(lambda: _are_gone(family))


def test_the_worker_beside_it_does_jobs_and_comes_back_when_killed(installation: Installation) -> None:
    state = "SELECT status FROM django_tasks_database_dbtaskresult"
    with installation.start("serve", "--port", 0) as server, installation.connect() as owner:
        owner.execute("DELETE FROM django_tasks_database_dbtaskresult")
        server.address()
        started = until(lambda: [line for line in server.lines if "Starting worker" in line])
        assert len(started) == 1
        (worker,) = [
            process
            for process in psutil.Process(server.process.pid).children()
            if not process.children() and "spawn_main" in " ".join(process.cmdline())
        ]
        worker.kill()
        until(lambda: len([line for line in server.lines if "Starting worker" in line]) == 2)
        assert "the worker ended; it is started again" in server.said
        installation.python(ENQUEUE)
        until(lambda: owner.execute(state).fetchall() == [("SUCCESSFUL",)])


def test_a_worker_alone_does_jobs_and_ends_on_sigterm(installation: Installation) -> None:
    with installation.connect() as owner:
        owner.execute("DELETE FROM django_tasks_database_dbtaskresult")
        installation.python(ENQUEUE)
        with installation.start("worker") as worker:
            state = "SELECT status FROM django_tasks_database_dbtaskresult"
            until(lambda: owner.execute(state).fetchall() == [("SUCCESSFUL",)])
            worker.process.terminate()
            assert worker.ends() == Exit.DONE


def test_without_a_worker_no_job_is_done(installation: Installation) -> None:
    with installation.connect() as owner, installation.start("serve", "--port", 0, "--no-worker") as server:
        owner.execute("DELETE FROM django_tasks_database_dbtaskresult")
        server.address()
        installation.python(ENQUEUE)
        time.sleep(3)
        assert owner.execute("SELECT status FROM django_tasks_database_dbtaskresult").fetchall() == [("READY",)]
        owner.execute("DELETE FROM django_tasks_database_dbtaskresult")


def test_health_and_readiness_differ_when_the_database_is_gone(bare_installation: Installation) -> None:
    with bare_installation.start("serve", "--port", 0, "--no-worker") as server:
        address = server.address()
        embedded.stop(bare_installation.data_dir)
        assert get(f"{address}/healthz")[0] == 200
        status, kind, body = get(f"{address}/readyz")
        assert (status, kind) == (503, "application/problem+json")
        assert json.loads(body)["title"] == "The database does not answer."


def test_the_demo_needs_one_step_finds_a_port_and_leaves_nothing_running(empty_installation: Installation) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with empty_installation.start("demo", "--no-browser", "--port", port) as demo:
            address = demo.address()
            assert f"Port {port} is in use." in demo.said
            assert address != f"http://127.0.0.1:{port}"
            assert get(f"{address}/healthz")[0] == 200
            status, _, page = get(address)
            assert status == 200
            assert "/demo/" in page
            assert embedded.status(empty_installation.data_dir) is Status.RUNNING
            family = _children(demo)
            os.kill(demo.process.pid, signal.SIGINT)
            assert demo.ends() == Exit.DONE
    until(lambda: _are_gone(family))
    assert embedded.status(empty_installation.data_dir) is Status.STOPPED
    assert not [line for line in demo.lines if "INFO" in line]

    # A second time nothing is built anew, and --reset takes back what was changed.
    change = "UPDATE access_user SET name = 'Changed' WHERE email LIKE 'anna@%'"
    with empty_installation.connect() as owner:
        owner.execute(change)
    names = "SELECT count(*) FROM access_user WHERE name = 'Changed'"
    for arguments, changed in (([], 1), (["--reset"], 0)):
        with empty_installation.start("demo", "--no-browser", "--port", 0, *arguments) as again:
            again.address()
            with empty_installation.connect() as owner:
                assert owner.execute(names).fetchall() == [(changed,)]


def test_the_demo_refuses_a_database_with_real_people_and_changes_nothing(installation: Installation) -> None:
    with installation.connect() as owner:
        owner.execute("UPDATE access_user SET email = 'anna@region.example' WHERE email LIKE 'anna@%'")
        before = installation.digest()
        for arguments in ([], ["--reset"]):
            done = installation.samverka("demo", "--no-browser", *arguments)
            assert done.returncode == Exit.REFUSED
            assert "accounts that are not a demonstration's" in done.stdout
        assert installation.digest() == before
        owner.execute("UPDATE access_user SET email = 'anna@demo.example' WHERE email LIKE 'anna@%'")


def test_somebody_added_inside_the_demo_does_not_lock_it(installation: Installation) -> None:
    add = "INSERT INTO access_user (email, name, password, is_active, is_operator, created_at) VALUES"
    with installation.connect() as owner:
        owner.execute(f"{add} ('ny@region.example', 'Ny', '!', true, false, now())")
        with installation.start("demo", "--no-browser", "--port", 0) as demo:
            assert get(demo.address())[0] == 200
        owner.execute("DELETE FROM access_user WHERE email = 'ny@region.example'")


@pytest.mark.parametrize(
    "arguments",
    [
        (
            *("add-organisation", "Region Blekinge", "--kind", "region", "--area", "10"),
            *("--coordinator", "anna@region.example", "--coordinator-name", "Anna"),
        ),
        ("add-operator", "drift@region.example", "--name", "Drift"),
    ],
    ids=lambda arguments: arguments[0],
)
def test_real_people_do_not_move_into_a_demo(installation: Installation, arguments: tuple[str, ...]) -> None:
    before = installation.digest()
    done = installation.samverka(*arguments)
    assert done.returncode == Exit.REFUSED
    assert "The database is a demonstration's." in done.stdout
    assert installation.digest() == before


def test_an_installation_gets_an_operator_by_command(bare_installation: Installation) -> None:
    for _twice in range(2):
        done = bare_installation.samverka("add-operator", "drift@region.example", "--name", "Drift Dahl")
        assert done.returncode == 0
        assert "Drift Dahl is an operator." in done.stdout


def test_no_server_but_the_demo_has_the_door(installation: Installation, tmp_path: Path) -> None:
    with installation.start("serve", "--port", 0, "--no-worker") as server:
        address = server.address()
        assert get(f"{address}/demo/in/")[0] == 404
        assert "/demo/" not in get(address)[2]
    for name in ("SAMVERKA_DEMO", "SAMVERKA_IS_DEMO"):
        assert installation.samverka("serve", **{name: "true"}).returncode == Exit.SETTING
