"""Kolada's worlds for tests: rows in a line each, and a connector to a source on loopback."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from typing import Any

from samverka.connectors import kolada
from samverka.connectors.http import Client, Limits, Pace
from tests.fakes.clocks import TurnedClock
from tests.fakes.official_statistics import KoladaWorld, OfficialStatistics

Serve = Callable[..., tuple[OfficialStatistics, kolada.Kolada]]


def cell(gender: str, value: Any, status: str = "", **other: Any) -> dict[str, Any]:
    return {"gender": gender, "count": 1, "status": status, "value": value, "isdeleted": False, **other}


def row(kpi: str, area: str, year: int, *cells: dict[str, Any]) -> dict[str, Any]:
    return {"kpi": kpi, "municipality": area, "period": year, "values": list(cells)}


SMALL = KoladaWorld(
    rows=[
        row("N1", "1080", 2020, cell("K", 1.5), cell("M", 2.5), cell("T", 2.0)),
        row("N1", "1081", 2020, cell("K", None, "Missing"), cell("M", 0.0), cell("T", 3)),
        row("N1", "1082", 2020, cell("T", None, "Private"), cell("K", None), cell("M", 4.0, "Preliminary")),
        row("N1", "1083", 2020, cell("T", 5.0, isdeleted=True)),
        row("N1", "G1", 2020, cell("T", 5.0, count=7)),
    ]
)
CHUNK = kolada.Chunk(("N1",), years=(2020,))


@contextmanager
def serving() -> Iterator[Serve]:
    """A function that puts a world on loopback and gives it with a connector to it."""
    with ExitStack() as opened:

        def start(world: KoladaWorld, **options: Any) -> tuple[OfficialStatistics, kolada.Kolada]:
            source = OfficialStatistics(world)
            opened.callback(source.close)
            pace, limits = Pace(calls=9, seconds=0.1), Limits(attempts=3)
            client = opened.enter_context(Client(source.kolada_url, pace=pace, limits=limits, clock=TurnedClock()))
            return source, kolada.Kolada(client, **options)

        yield start
