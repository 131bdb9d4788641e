"""The production web server: gunicorn, told everything here and nothing by files or the environment."""

import logging
import os
import socket
from typing import Any

from gunicorn.app.base import BaseApplication
from gunicorn.config import Config
from gunicorn.glogging import Logger

GRACE_SECONDS = 30
"""So long may running requests take to end after the signal to stop."""

THREADS = 4


def default_workers() -> int:
    """A web process for each processor, but not more than the embedded database has connections for."""
    return max(2, min(os.cpu_count() or 1, 4))


class _OneLog(Logger):  # type: ignore[misc]  # gunicorn carries no types
    """Gunicorn's words go where all others go, and in the same form."""

    def setup(self, cfg: Config) -> None:
        for log in (self.error_log, self.access_log):
            log.propagate = True
            log.handlers.clear()
            log.setLevel(logging.getLogger().level)


class _Server(BaseApplication):  # type: ignore[misc]  # gunicorn carries no types
    def __init__(self, listener: socket.socket, workers: int) -> None:
        self.listener = listener
        self.workers = workers
        super().__init__()

    def load_config(self) -> None:
        settings: dict[str, Any] = {
            "bind": f"fd://{self.listener.fileno()}",
            "workers": self.workers,
            "worker_class": "gthread",
            "threads": THREADS,
            # The application is loaded once and shared by the forked processes, which open their own
            # connections.
            "preload_app": True,
            "timeout": 60,
            "graceful_timeout": GRACE_SECONDS,
            "keepalive": 5,
            "logger_class": _OneLog,
            "control_socket_disable": True,
            "proc_name": "samverka",
        }
        for name, value in settings.items():
            self.cfg.set(name, value)

    def load(self) -> Any:
        from django.core.wsgi import get_wsgi_application

        return get_wsgi_application()


def run(listener: socket.socket, workers: int) -> None:
    """Serve on a listening socket until SIGTERM. Django is ready, no connection to the database is open."""
    _Server(listener, workers).run()
