"""A web server and a job worker, each in a process of its own, under one that watches over them.

The children are started afresh, not forked: the numeric libraries keep threads that a fork would break. They
run in sessions of their own, so that Ctrl+C in a terminal reaches only the watcher, which then lets them end
in peace; when the watcher itself is killed they notice and end too.
"""

import contextlib
import logging
import multiprocessing
import os
import signal
import socket
import threading
import time
from collections.abc import Callable, Iterator
from multiprocessing.connection import wait
from multiprocessing.process import BaseProcess
from typing import Any

from samverka.cli.web_server import GRACE_SECONDS

log = logging.getLogger(__name__)

_SPAWN = multiprocessing.get_context("spawn")
_STEADY_SECONDS = 60.0
_LONGEST_PAUSE = 60.0


def web_process(listener: socket.socket, workers: int, *, demo: bool) -> None:
    """The web server's process."""
    _begin()
    from samverka.cli.session import close_connections, session

    with session(demo=demo):
        from samverka.cli import web_server

        if demo:
            _only_warnings()
        close_connections()
        web_server.run(listener, workers)


def worker_process(*, demo: bool) -> None:
    """The job worker's process."""
    _begin()
    from samverka.cli.session import session
    from samverka.cli.worker import work

    with session(demo=demo):
        if demo:
            _only_warnings()
        work()


class Ended(Exception):
    """The web server ended by itself."""


def watch(
    listener: socket.socket, *, workers: int, with_worker: bool, demo: bool, when_ready: Callable[[], None]
) -> None:
    """Serve on a listening socket, with a job worker if asked, until SIGTERM or SIGINT; a second kills.

    `when_ready` is called once the web server answers. A worker that dies is started again, ever more seldom.

    Raises:
        Ended: the web server ended by itself; the worker has been stopped.
    """
    address = listener.getsockname()
    web = _SPAWN.Process(target=web_process, args=(listener, workers), kwargs={"demo": demo}, name="web")
    with _stop_signals() as told:
        web.start()
        listener.close()  # the child has it: were both gone, people must be refused and not left waiting
        helper = None
        waiting_for_answer = True
        try:
            helper = _Kept(demo=demo) if with_worker else None
            while not told.wait_or([web, *(helper.processes if helper else [])]):
                if not web.is_alive():
                    raise Ended(f"The web server ended by itself (exit code {web.exitcode}).")
                if helper:
                    helper.look_after()
                if waiting_for_answer and _answers(address):
                    waiting_for_answer = False
                    when_ready()
        finally:
            _end([web, *(helper.processes if helper else [])], told)


class _Kept:
    """The worker, started again when it dies."""

    def __init__(self, *, demo: bool) -> None:
        self.demo = demo
        self.pause = 1.0
        self.due = self.started = 0.0
        self.processes: list[BaseProcess] = []
        self.look_after()

    def look_after(self) -> None:
        now = time.monotonic()
        if self.processes and self.processes[0].is_alive():
            if now - self.started > _STEADY_SECONDS:
                self.pause = 1.0
            return
        if self.processes:
            log.error("the worker ended; it is started again in %.0f seconds", self.pause)
            self.processes.clear()
            self.due = now + self.pause
            self.pause = min(2 * self.pause, _LONGEST_PAUSE)
        if now >= self.due:
            process = _SPAWN.Process(target=worker_process, kwargs={"demo": self.demo}, name="worker")
            process.start()
            self.started = now
            self.processes = [process]


class _Told:
    """Whether this process has been asked to stop, and how often."""

    def __init__(self, wake: socket.socket) -> None:
        self.wake = wake
        self.times = 0

    def handle(self, signum: int, frame: Any) -> None:
        self.times += 1

    def wait_or(self, processes: list[BaseProcess]) -> bool:
        """Wait a moment for a signal or the end of a process; whether a signal came."""
        wait([self.wake, *(process.sentinel for process in processes)], timeout=0.2)
        return self.times > 0


@contextlib.contextmanager
def _stop_signals() -> Iterator[_Told]:
    wake, write = socket.socketpair()
    write.settimeout(0)
    told = _Told(wake)
    before = {number: signal.signal(number, told.handle) for number in (signal.SIGTERM, signal.SIGINT)}
    woken_before = signal.set_wakeup_fd(write.fileno(), warn_on_full_buffer=False)
    try:
        yield told
    finally:
        signal.set_wakeup_fd(woken_before)
        for number, handler in before.items():
            signal.signal(number, handler)
        wake.close()
        write.close()


def _end(processes: list[BaseProcess], told: _Told) -> None:
    for process in processes:
        process.terminate()
    deadline = time.monotonic() + GRACE_SECONDS + 5
    while any(process.is_alive() for process in processes):
        if told.times > 1 or time.monotonic() > deadline:
            for process in processes:
                _kill(process)
        time.sleep(0.05)


def _kill(process: BaseProcess) -> None:
    """End a child with all its own children: it leads a group of its own."""
    if process.pid is not None and process.is_alive():
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(process.pid, signal.SIGKILL)
        process.kill()


def _answers(address: Any) -> bool:
    """Whether the web server behind an address answers /healthz."""
    import http.client

    host = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(address[0], address[0])  # noqa: S104  compared, not bound
    connection = http.client.HTTPConnection(host, address[1], timeout=1.0)
    try:
        connection.request("GET", "/healthz")
        return connection.getresponse().status == http.HTTPStatus.OK
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()


def _begin() -> None:
    """Stand apart from the terminal, and end when the watcher is gone."""
    with contextlib.suppress(PermissionError):
        os.setsid()
    watcher = multiprocessing.parent_process()
    if watcher is not None:

        def end_with(sentinel: int) -> None:
            wait([sentinel])
            os.kill(os.getpid(), signal.SIGTERM)

        threading.Thread(target=end_with, args=(watcher.sentinel,), daemon=True).start()


def _only_warnings() -> None:
    """A demo's terminal shows its address and what goes wrong, not every request."""
    logging.getLogger().setLevel(logging.WARNING)
    logging.getLogger("django").setLevel(logging.WARNING)
    logging.getLogger("samverka.request").setLevel(logging.WARNING)
