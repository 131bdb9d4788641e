"""What goes wrong with answers, for the script of `official_statistics`."""

import itertools
import json
import threading
from collections.abc import Callable
from typing import Any

from tests.fakes.official_statistics import Misbehaviour, Reply


def status(code: int, **headers: str) -> Misbehaviour:
    """This status, with a text that is no JSON; headers are named with underscores."""

    def apply(reply: Reply) -> Reply:
        named = {name.replace("_", "-").title(): value for name, value in headers.items()}
        return Reply(code, headers={"Content-Type": "text/plain", **named}, body=b"Something went wrong")

    return apply


def web_page(reply: Reply) -> Reply:
    """A page about maintenance, with status 200."""
    body = "<!DOCTYPE html><title>Underhåll</title><h1>Vi är snart tillbaka</h1>".encode()
    return Reply(headers={"Content-Type": "text/html"}, body=body)


def cut_off(reply: Reply) -> Reply:
    """Half of the body, then the connection closes: fewer bytes than promised."""
    reply.cut = len(reply.written()) // 2
    return reply


def cut_off_before_sending(reply: Reply) -> Reply:
    """Half of the body, with the length of half a body: only the JSON tells."""
    body = reply.written()
    reply.body = body[: len(body) // 2]
    return reply


def drip(before_piece: Callable[[], None]) -> Misbehaviour:
    """Piece by piece, with a turn of the clock before each."""

    def apply(reply: Reply) -> Reply:
        reply.before_piece = before_piece
        return reply

    return apply


def redirect(location: str, code: int = 302) -> Misbehaviour:
    return lambda reply: Reply(code, headers={"Location": location}, body=b"")


def changed(change: Callable[[Any], Any]) -> Misbehaviour:
    """The document after `change`, which alters it in place or gives another."""

    def apply(reply: Reply) -> Reply:
        content = json.loads(json.dumps(reply.content))
        other = change(content)
        reply.content = content if other is None else other
        return reply

    return apply


def raw(body: bytes, **headers: str) -> Misbehaviour:
    return lambda reply: Reply(body=body, headers=headers)


def repeated_page(first: dict[str, Any]) -> Misbehaviour:
    """The rows of the first page again, with a link that goes on."""
    return changed(lambda page: page | {"values": first["values"], "count": len(first["values"])})


class Held:
    """So many questions are answered at once, the others when `open` is set: nobody is done before that."""

    def __init__(self, *, after: int) -> None:
        self.reached = threading.Event()
        """Somebody waits."""
        self.open = threading.Event()
        self._numbers = itertools.count(1)
        self._after = after

    def __call__(self, reply: Reply) -> Reply:
        if next(self._numbers) > self._after:
            self.reached.set()
            self.open.wait()
        return reply


class EndlessPages:
    """Every page is new and points to another."""

    def __init__(self) -> None:
        self.sent = 0

    def __call__(self, reply: Reply) -> Reply:
        self.sent += 1
        row = {"kpi": "N1", "municipality": "1080", "period": 2000, "values": []}
        content = {
            "values": [{**row, "serial": self.sent}],
            "count": 1,
            "next_url": f"/v3/data/kpi/N1/year/2000?page={self.sent}",
        }
        return Reply(content=content)
