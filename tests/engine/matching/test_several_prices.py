"""The smoothed dual and its slope, with and without tables of what a kind of household costs at every place."""

import numpy as np
import pytest

from samverka_engine.matching.instances import Shape, households
from samverka_engine.matching.placement import bound_at
from samverka_engine.matching.problem import Problem
from samverka_engine.matching.several.market import Market, market_of
from samverka_engine.matching.several.prices import Dual, bound_of, near_pairs
from samverka_engine.matching.several.rounding import renewed
from samverka_engine.matching.several.threads import Threads

FEW_PLACES, MANY_PLACES = Shape(needs=200, places=6, pairs_per_need=4), Shape(needs=60, places=300, pairs_per_need=5)
"""Many households of a kind for each place, so that tables pay; and so few that they do not."""


@pytest.fixture(params=[FEW_PLACES, MANY_PLACES], ids=["tables", "no tables"])
def problem(request: pytest.FixtureRequest) -> Problem:
    return households(request.param)


def some_prices(market: Market) -> np.ndarray:
    return np.random.default_rng(3).uniform(0.01, 0.2, market.capacity.shape)


def test_the_bound_is_the_one_that_anyone_can_work_out(problem: Problem) -> None:
    market = market_of(problem)
    price = some_prices(market)
    outside = np.empty_like(price)
    outside[market.place] = price * market.unit
    with Threads(2) as threads:
        ours = bound_of(market, price, threads, fitting=False) * market.unit
    assert ours == pytest.approx(bound_at(problem, outside), rel=1e-12)


def test_the_slope_is_that_of_the_value(problem: Problem) -> None:
    market = market_of(problem)
    price = some_prices(market)
    with Threads(1) as threads:
        dual = Dual(market.demand, market.capacity, market.pairs, threads)
        value, slope, _ = dual.curved_at(price, 0.05)
        again, same_slope = dual.at(price, 0.05)
        assert (again, same_slope.tolist()) == (value, slope.tolist())
        assert value >= bound_of(market, price, threads, fitting=False)
        for place, resource in ((0, 0), (1, 1), (2, 4), (5, 5)):
            step = np.zeros_like(price)
            step[place, resource] = 1e-6
            rise = (dual.at(price + step, 0.05)[0] - dual.at(price - step, 0.05)[0]) / 2e-6
            assert rise == pytest.approx(slope[place, resource], rel=1e-4, abs=1e-4)


def test_near_pairs_are_those_within_reach_of_a_needs_best(problem: Problem) -> None:
    market = market_of(problem)
    price, pairs = some_prices(market), market.pairs
    row = np.repeat(np.arange(market.needs), np.diff(pairs.first))
    reduced = pairs.score - (market.demand[row] * price[pairs.place]).sum(axis=1)
    best = np.zeros(market.needs)
    np.maximum.at(best, row[market.fits], reduced[market.fits])
    near, index = near_pairs(market, price, 0.3, 1 << 30)
    assert index.tolist() == np.flatnonzero(market.fits & (reduced >= best[row] - 0.3)).tolist()
    few, _ = near_pairs(market, price, 0.3, 2)
    assert np.diff(few.first).tolist() == np.minimum(np.diff(near.first), 2).tolist()


def test_a_renewed_placement_keeps_every_capacity(problem: Problem) -> None:
    market = market_of(problem)
    price = some_prices(market)
    near, index = near_pairs(market, price, 1.0, 12)
    edge = np.full(market.needs, -1, dtype=np.int64)
    for seed in range(5):
        edge = renewed(market, near, index, price, edge, seed, lambda: False)
        placed = np.flatnonzero(edge >= 0)
        assert len(placed)
        assert (np.searchsorted(market.pairs.first, edge[placed], side="right") - 1 == placed).all()
        used = np.zeros_like(market.capacity)
        np.add.at(used, market.pairs.place[edge[placed]], market.demand[placed])
        assert (used <= market.capacity).all()
