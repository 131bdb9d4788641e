"""A source on loopback that figures are fetched from again and again, as the tests of a refresh have it."""

from datetime import UTC, datetime
from typing import Any

from samverka.connectors.http import Client, Clock, Limits, Pace
from samverka.foundation.access.actors import Actor
from samverka.statistics import queries, services
from samverka.statistics.queries import Report
from tests.fakes.clocks import TurnedClock
from tests.fakes.generated_worlds import kpi
from tests.fakes.kolada_worlds import cell, row
from tests.fakes.official_statistics import KoladaWorld, OfficialStatistics

SYSTEM = Actor.system("test")
NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)


def rows(kpi_id: str, *, year: int = 2020, value: float = 2.0) -> list[dict[str, Any]]:
    return [
        row(kpi_id, area, year, cell("T", value), cell("K", value + 1), cell("M", None)) for area in ("1080", "1081")
    ]


KEYS = ("N9901", "N9902", "N9903", "N9904")


def world() -> KoladaWorld:
    return KoladaWorld(kpis=[kpi(key) for key in KEYS], rows=[r for key in KEYS for r in rows(key)])


class Sources:
    """A source on loopback, and a connection to it whose clock never waits."""

    def __init__(self) -> None:
        self.server = OfficialStatistics(world())
        self.clock = TurnedClock()
        self.limits = Limits(attempts=2)

    def connect(self, source: str, clock: Clock | None = None) -> Client:
        address = {"kolada": self.server.kolada_url, "scb": self.server.scb_url}[source]
        return Client(address, pace=Pace(calls=9, seconds=0.1), limits=self.limits, clock=self.clock)

    def refresh(self, *keys: str, source: str = "kolada", now: datetime = NOW, **options: Any) -> Report:
        [run] = services.refresh(
            actor=SYSTEM,
            source=source,
            keys=keys or KEYS,
            now=lambda: now,
            connect_to=self.connect,
            **options,
        )
        return queries.report_of(run)
