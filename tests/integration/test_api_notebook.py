"""The notebook in the documentation does what it says, cell by cell, against a real server."""

import json
import threading
from collections.abc import Iterator
from typing import Any
from wsgiref.simple_server import WSGIRequestHandler, make_server

import pytest
from django.core.wsgi import get_wsgi_application

from tests.guards.house import ROOT

NOTEBOOK = ROOT / "docs" / "examples" / "api.ipynb"


class Quiet(WSGIRequestHandler):
    def log_message(self, format: str, *args: Any) -> None:  # the name that the library gives it
        """Says nothing."""


@pytest.fixture
def address(own_database: str) -> Iterator[str]:
    """Samverka on loopback, with the demonstration's world in a database of its own: the server counts its callers."""
    with make_server("127.0.0.1", 0, get_wsgi_application(), handler_class=Quiet) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
        thread.join()


def test_every_cell_runs_against_the_demonstration(address: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SAMVERKA_URL", address)
    said: dict[str, Any] = {}
    for cell in json.loads(NOTEBOOK.read_text(encoding="utf-8"))["cells"]:
        if cell["cell_type"] == "code":
            exec("".join(cell["source"]), said)  # noqa: S102  # our own documentation
    said["samverka"].close()
    assert "kolada:N03921" in said["catalogue"]["id"]
    assert {"Karlskrona", "Olofström", "Ronneby", "Karlshamn", "Sölvesborg"} <= set(said["table"]["area_name"])
    assert said["table"]["gap"].null_count() == 0
    assert said["again"].status_code == 304
