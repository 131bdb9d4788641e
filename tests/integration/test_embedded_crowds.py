"""The embedded server under crowds: processes that start it together, leave it, are killed, or are somebody else's."""

import os
import pwd
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import psutil
import pytest

from samverka.foundation.database import embedded
from samverka.foundation.database.embedded import Status
from tests.embedded_servers import answer, cleaned, postmaster

USER = """
import sys, time
from pathlib import Path
from samverka.foundation.database import embedded
server = embedded.ensure_running(Path(sys.argv[1]), durable=False)
print(server.superuser_url(), flush=True)
sys.stdin.readline()
print(embedded.stop_if_unused(Path(sys.argv[1])), flush=True)
"""


@pytest.fixture
def data_dir(tmp_path: Path) -> Iterator[Path]:
    """A data directory that nobody has used yet."""
    yield from cleaned(tmp_path / "data")


@pytest.fixture
def another_process(data_dir: Path) -> Iterator[Callable[[], "subprocess.Popen[str]"]]:
    """Starts processes that use the server until they are sent a line."""
    started: list[subprocess.Popen[str]] = []

    def start() -> "subprocess.Popen[str]":
        started.append(
            subprocess.Popen(
                [sys.executable, "-c", USER, str(data_dir)],
                stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
            )
        )  # fmt: skip
        return started[-1]

    yield start
    for process in started:
        process.kill()
        process.communicate()


def _leave(process: "subprocess.Popen[str]") -> str:
    """Let a process end its use; what it then says is whether it stopped the server."""
    return process.communicate("\n", timeout=60)[0].split()[-1]


def test_processes_that_start_together_share_one_server_and_the_last_one_out_stops_it(
    data_dir: Path, another_process: Callable[[], "subprocess.Popen[str]"]
) -> None:
    users = [another_process() for _ in range(4)]
    urls = {user.stdout.readline() for user in users if user.stdout}
    assert len(urls) == 1
    assert [_leave(user) for user in users] == ["False", "False", "False", "True"]
    assert embedded.status(data_dir) is Status.STOPPED


def test_a_killed_user_neither_takes_the_server_along_nor_keeps_it_alive(
    data_dir: Path, another_process: Callable[[], "subprocess.Popen[str]"]
) -> None:
    killed, left = another_process(), another_process()
    assert killed.stdout
    assert left.stdout
    assert killed.stdout.readline() == left.stdout.readline()
    killed.kill()
    killed.wait()
    assert embedded.status(data_dir) is Status.RUNNING
    assert _leave(left) == "True"


def test_a_user_killed_while_it_starts_the_server_blocks_nobody(
    data_dir: Path, another_process: Callable[[], "subprocess.Popen[str]"]
) -> None:
    for patience in (0.15, 0.3, 0.45, 0.6):
        starting = another_process()
        time.sleep(patience)
        starting.kill()
        starting.wait()
    assert answer(embedded.ensure_running(data_dir, durable=False)) == 1


def test_an_ordinary_user_has_its_own_server_and_is_kept_from_anothers() -> None:
    if os.geteuid() != 0 or shutil.which("setpriv") is None:
        pytest.skip("only root can become another user, by setpriv")
    nobody = pwd.getpwnam("nobody")
    home = Path(tempfile.mkdtemp(prefix="samverka-test-"))
    home.chmod(0o777)
    # The right to read lets Python start when it is installed in root's home; it opens no door for writing.
    become = ["setpriv", f"--reuid={nobody.pw_uid}", f"--regid={nobody.pw_gid}", "--clear-groups"]
    become += ["--inh-caps=+dac_read_search", "--ambient-caps=+dac_read_search"]

    def as_nobody(place: Path) -> "subprocess.CompletedProcess[str]":
        command = [*become, sys.executable, "-c", USER, str(place)]
        return subprocess.run(command, input="\n", capture_output=True, text=True, check=False)

    roots, own = home / "roots", home / "own"
    try:
        embedded.ensure_running(roots, durable=False)
        assert "EmbeddedServerError" in as_nobody(roots).stderr
        first = as_nobody(own)
        assert first.stdout.split()[-1:] == ["True"], first.stderr
        # Root takes over an ordinary user's database as that user, and leaves it usable.
        assert answer(embedded.ensure_running(own, durable=False)) == 1
        assert psutil.Process(postmaster(own)).uids().real == nobody.pw_uid
        assert embedded.stop_if_unused(own)
        again = as_nobody(own)
        assert again.stdout.split()[-1:] == ["True"], again.stderr
    finally:
        for place in (roots, own):
            embedded.stop(place)
            embedded.stop_if_unused(place)
        shutil.rmtree(home)
