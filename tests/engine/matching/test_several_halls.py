"""The bound of packed places, some places at a time: never below the best placement, never above what prices prove."""

import numpy as np
import pytest

from samverka_engine.matching.instances import Shape, households
from samverka_engine.matching.placement import Limits, Status
from samverka_engine.matching.several import solve_several
from samverka_engine.matching.several.halls import packed_bound
from samverka_engine.matching.several.market import market_of
from samverka_engine.matching.several.prices import bound_of, cooled_prices
from samverka_engine.matching.several.threads import Threads


@pytest.mark.parametrize("seed", range(3))
def test_packing_by_halls_lies_between_the_best_and_the_prices(seed: int) -> None:
    problem = households(Shape(needs=120, places=30, pairs_per_need=8, seed=seed))
    best = solve_several(problem, Limits())
    assert best.status is Status.OPTIMAL
    market = market_of(problem)
    with Threads(1) as alone, Threads(2) as both:
        price, _ = cooled_prices(market, alone, lambda: False, lambda temperature, price: None)
        bounds = [packed_bound(market, price, steps, alone, lambda: False) for steps in (1, 10)]
        again = packed_bound(market, price, 10, both, lambda: False)
        proven = bound_of(market, price, alone, fitting=True)
    assert best.total <= bounds[1] * market.unit * (1 + 1e-12)
    assert bounds[1] < bounds[0] <= proven * (1 + 1e-12)
    assert again == bounds[1]


def test_stopped_before_it_began_it_proves_nothing() -> None:
    market = market_of(households(Shape(needs=20, places=4)))
    with Threads(1) as alone:
        assert packed_bound(market, np.zeros(market.capacity.shape), 5, alone, lambda: True) == np.inf
