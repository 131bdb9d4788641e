"""Placement over time: what is lost against hindsight, beside greedy, and how long re-pricing and a decision take."""

import time
from collections.abc import Callable
from statistics import median

import numpy as np

from samverka_engine.matching.instances import Shape
from samverka_engine.matching.online import Desk
from samverka_engine.matching.online.simulation import Season, play, season_of
from samverka_engine.matching.placement import Limits, Placement
from samverka_engine.matching.solve import prepare, solve
from tests.bench.rows import Row

NEEDS, PLACES = 10_000, 1_000
QUICK = 10
LOSS = 0.02
"""Of hindsight, at most."""
REPRICE, DECIDE = 0.010, 1e-6
"""Seconds allowed for a re-pricing, and for a decision."""
HINDSIGHT_SECONDS = 30.0
YEARS = 4
"""Of other people, drawn in the same way, are the forecast; nobody who arrives is among them."""
BATCH = 100


def measure(*, quick: bool = False) -> list[Row]:
    needs, places = (NEEDS // QUICK, PLACES // QUICK) if quick else (NEEDS, PLACES)
    rows = []
    for several in (False, True):
        season = season_of(Shape(needs=needs, places=places), several=several, years=YEARS)
        kind = "seven resources" if several else "one seat each"
        prepare(season.arriving)
        limits = Limits(gap=5e-3, seconds=HINDSIGHT_SECONDS, clock=time.monotonic) if several else Limits()
        hindsight = solve(season.arriving, limits)
        greedy = play(season, ahead=False).total
        ways = {"one by one": play(season), f"in batches of {BATCH}": play(season, together=True, every=BATCH)}
        for way, desk in ways.items():
            work = f"{kind}, {needs} × {places} arriving {way}, forecast of {YEARS} years of others"
            rows.append(_loss(work, desk.total, greedy, hindsight))
        rows += _times(kind, season)
    return rows


def _loss(work: str, ahead: float, greedy: float, hindsight: Placement) -> Row:
    """The loss against the best placement found with hindsight, relative to greedy's."""
    lost, baseline = 1 - ahead / hindsight.total, 1 - greedy / hindsight.total
    return Row(
        work=f"{work}: lost of the total",
        against="greedy",
        goal=LOSS / baseline,
        ratio_median=lost / baseline,
        ratio_worst=lost / baseline,
        seconds=100 * lost,
        baseline_seconds=100 * baseline,
        unit="%",
        note=f"{100 * (1 - lost):.2f} % of the best placement found with hindsight, "
        f"{100 * ahead / hindsight.bound:.2f} % of its upper bound; greedy {100 * (1 - baseline):.2f} %",
    )


def _times(kind: str, season: Season) -> list[Row]:
    """Against what is allowed, with half of the season left."""
    desk = Desk(season.arriving, season.forecast)
    later = season.arriving.needs / 2
    repricing = [_seconds(lambda: desk.reprice(later)) for _ in range(20)]
    arrivals = np.arange(season.arriving.needs)
    decision = _seconds(lambda: desk.arrive(arrivals)) / len(arrivals)
    return [
        _time(f"{kind}: re-pricing", repricing, REPRICE),
        _time(f"{kind}: a decision", [decision], DECIDE),
    ]


def _time(work: str, seconds: list[float], allowed: float) -> Row:
    return Row(
        work=work,
        against=f"{1000 * allowed:g} ms",
        goal=1.0,
        ratio_median=median(seconds) / allowed,
        ratio_worst=max(seconds) / allowed,
        seconds=median(seconds),
        baseline_seconds=allowed,
        note=f"{1e6 * median(seconds):,.2f} µs",
    )


def _seconds(work: Callable[[], object]) -> float:
    begun = time.perf_counter()
    work()
    return time.perf_counter() - begun
