"""Packings of places, what they prove, and the placements made of them, against trying everything."""

import itertools

import numpy as np
import pytest
from scipy import sparse

from samverka_engine.matching.instances import Shape, households
from samverka_engine.matching.placement import Limits, Status
from samverka_engine.matching.several import solve_several
from samverka_engine.matching.several.diving import dived
from samverka_engine.matching.several.exact import core_best, possible_pairs, proven_best
from samverka_engine.matching.several.knapsack import packed, priced
from samverka_engine.matching.several.market import Market, market_of
from samverka_engine.matching.several.neighbourhoods import Neighbourhoods
from samverka_engine.matching.several.packing import Packing, Shelves, packed_dual, shelves_of
from samverka_engine.matching.several.prices import cooled_prices
from samverka_engine.matching.several.threads import Threads
from samverka_engine.matching.solvers import Choice, SolverStatus, most_valuable_choice

TOWN = Shape(needs=150, places=15, pairs_per_need=8, seed=2)


def never() -> bool:
    return False


def packed_market(shape: Shape, threads: int = 1, steps: int = 60) -> tuple[Market, Shelves, Packing]:
    market = market_of(households(shape))
    with Threads(threads) as several:
        price, _ = cooled_prices(market, several, never, lambda temperature, price: None)
        shelves = shelves_of(market)
        return market, shelves, packed_dual(shelves, price, steps, several, never)


def total_of(market: Market, edge: np.ndarray) -> float:
    return float(market.pairs.score[edge[edge >= 0]].sum())


def keeps_every_capacity(market: Market, edge: np.ndarray) -> bool:
    placed = np.flatnonzero(edge >= 0)
    own = np.searchsorted(market.pairs.first, edge[placed], side="right") - 1
    used = np.zeros_like(market.capacity)
    np.add.at(used, market.pairs.place[edge[placed]], market.demand[placed])
    return bool((own == placed).all() and (used <= market.capacity).all())


def knapsack(seed: int) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """Gains, demands, kinds and capacities, with ties and several items of a kind."""
    random = np.random.default_rng(seed)
    kinds = random.integers(0, 4, size=(4, 3)).astype(float)
    kind = random.integers(0, 4, 10)
    gain = random.uniform(0.1, 2.0, 10)
    return np.round(gain, 1) if seed % 2 else gain, kinds[kind], kind, random.integers(0, 9, 3).astype(float)


def best_packing(gain: np.ndarray, demand: np.ndarray, capacity: np.ndarray) -> float:
    best = 0.0
    for chosen in itertools.product((False, True), repeat=len(gain)):
        taken = np.array(chosen)
        if (demand[taken].sum(axis=0) <= capacity).all():
            best = max(best, float(gain[taken].sum()))
    return best


@pytest.mark.parametrize("most_nodes", [1_000_000, 3])
def test_a_place_is_packed_as_well_as_can_be_and_bounded_when_cut_short(most_nodes: int) -> None:
    for seed in range(60):
        gain, demand, kind, capacity = knapsack(seed)
        best, price = best_packing(gain, demand, capacity), np.zeros(3)
        priced(gain, demand, capacity, price)
        spare = gain - demand @ price
        sold = float(capacity @ price)
        assert sold + np.maximum(spare, 0).sum() >= best - 1e-9, seed
        order = np.argsort(-spare, kind="stable")
        taken, closed = np.zeros(10, dtype=bool), np.zeros(4, dtype=bool)
        bound = packed(gain[order], spare[order], demand[order], kind[order], capacity, sold, most_nodes, closed, taken)
        assert not closed.any()
        assert (demand[order][taken].sum(axis=0) <= capacity).all()
        assert bound >= best - 1e-9, seed
        if most_nodes > 3:
            assert bound == pytest.approx(best, abs=1e-9), seed
            assert gain[order][taken].sum() == pytest.approx(best), seed


@pytest.mark.parametrize("seed", range(4))
def test_no_placement_with_a_pair_is_worth_more_than_the_bound_less_its_loss(seed: int) -> None:
    market, _, packing = packed_market(Shape(needs=7, places=3, pairs_per_need=3, seed=seed))
    choices = [[-1, *range(market.pairs.first[i], market.pairs.first[i + 1])] for i in range(market.needs)]
    checked = 0
    for chosen in itertools.product(*choices):
        edge = np.array(chosen)
        if keeps_every_capacity(market, edge):
            checked += 1
            worst = max([0.0, *packing.loss[edge[edge >= 0]]])
            assert total_of(market, edge) <= packing.bound - worst + 1e-9
            left = packing.worth[edge < 0]
            assert total_of(market, edge) <= packing.bound - left.max(initial=0.0) + 1e-9
    assert checked > 100


def test_packing_is_tighter_than_prices_and_the_best_is_below_it() -> None:
    problem = households(TOWN)
    answer = solve_several(problem, Limits())
    market, _, packing = packed_market(TOWN)
    assert answer.status == Status.OPTIMAL
    assert answer.total <= packing.bound * market.unit * (1 + 1e-12)
    assert packing.bound * market.unit < answer.bound


def test_one_thread_and_two_pack_dive_and_look_around_alike() -> None:
    answers = []
    for number in (1, 2):
        market, shelves, packing = packed_market(TOWN, number)
        with Threads(number) as threads:
            nobody = np.full(market.needs, -1, dtype=np.int64)
            edge = dived(shelves, packing, nobody, np.random.default_rng(4), threads, never)
            around = Neighbourhoods(market, packing, edge, threads)
            around.improve(100, 4, np.random.default_rng(5), never)
        answers.append((packing.worth, packing.bound, edge, around.edge))
    for one, two in zip(*answers, strict=True):
        np.testing.assert_array_equal(one, two)


def test_a_dive_keeps_those_who_are_placed_and_every_capacity() -> None:
    market, shelves, packing = packed_market(TOWN)
    threads = Threads(1)
    nobody = np.full(market.needs, -1, dtype=np.int64)
    edge = dived(shelves, packing, nobody, np.random.default_rng(1), threads, never)
    assert keeps_every_capacity(market, edge)
    assert total_of(market, edge) > 0.98 * packing.bound
    half = np.where(np.arange(market.needs) % 2 == 0, edge, -1)
    again = dived(shelves, packing, half, np.random.default_rng(2), threads, never)
    assert keeps_every_capacity(market, again)
    np.testing.assert_array_equal(again[half >= 0], half[half >= 0])
    stopped = dived(shelves, packing, half, np.random.default_rng(2), threads, lambda: True)
    assert keeps_every_capacity(market, stopped)


def test_neighbourhoods_make_a_placement_better_and_keep_every_capacity() -> None:
    market, shelves, packing = packed_market(TOWN)
    threads = Threads(1)
    nobody = np.full(market.needs, -1, dtype=np.int64)
    edge = dived(shelves, packing, nobody, np.random.default_rng(1), threads, lambda: True)
    around = Neighbourhoods(market, packing, edge, threads)
    lost = around.lost().sum() + packing.worth[edge < 0].sum()
    assert lost == pytest.approx(packing.bound - total_of(market, edge))
    totals = [around.total]
    for seed in range(6):
        around.improve(80, 3, np.random.default_rng(seed), never)
        assert keeps_every_capacity(market, around.edge)
        totals.append(around.total)
    assert totals == sorted(totals)
    assert totals[-1] > totals[0] * 1.001


def test_the_pairs_still_possible_hold_the_best_placement() -> None:
    market, shelves, packing = packed_market(TOWN)
    nobody = np.full(market.needs, -1, dtype=np.int64)
    edge = dived(shelves, packing, nobody, np.random.default_rng(1), Threads(1), never)
    possible = possible_pairs(packing, total_of(market, edge))
    best, bound = proven_best(market, packing, edge, possible, 60.0, None, never)
    assert keeps_every_capacity(market, best)
    assert bound == pytest.approx(total_of(market, best), rel=1e-9)
    everything = np.arange(len(market.pairs.place))
    assert solve_several(households(TOWN), Limits()).total == pytest.approx(bound * market.unit, rel=1e-9)
    assert len(possible) < len(everything)


@pytest.mark.parametrize(("share", "holds"), [(0.02, True), (1e-6, False)])
def test_a_core_has_the_best_placement_or_bounds_it(
    monkeypatch: pytest.MonkeyPatch, share: float, *, holds: bool
) -> None:
    monkeypatch.setattr("samverka_engine.matching.several.exact.CORE", share)
    market, _, packing = packed_market(TOWN)
    best = solve_several(households(TOWN), Limits()).total / market.unit
    found = core_best(market, packing, None, never)
    assert found is not None
    edge, bound = found
    assert keeps_every_capacity(market, edge)
    assert bound >= best * (1 - 1e-9)
    assert (total_of(market, edge) == pytest.approx(best, rel=1e-9)) == holds
    assert (bound == pytest.approx(best, rel=1e-9)) == holds


def test_a_core_of_too_many_pairs_is_left(monkeypatch: pytest.MonkeyPatch) -> None:
    market, _, packing = packed_market(TOWN)
    monkeypatch.setattr("samverka_engine.matching.several.exact.MOST_CORE", 10)
    assert core_best(market, packing, None, never) is None


def choice_of(seed: int, *, required: bool, upper: int) -> tuple[Choice, np.ndarray, np.ndarray]:
    random = np.random.default_rng(seed)
    owner = np.repeat(np.arange(5), 2)
    value, amount = random.uniform(0.1, 1e4, 10), random.integers(1, 5, 10).astype(float)
    start = np.zeros(10, dtype=bool)
    choice = most_valuable_choice(
        value,
        owner,
        np.full(10, required),
        sparse.csr_array(amount[None, :]),
        np.array([upper]),
        start=start,
        work=10.0,
        seconds=None,
        stop=never,
    )
    return choice, value, amount


@pytest.mark.parametrize("seed", range(10))
def test_the_most_valuable_choice_is_that_of_trying_all(seed: int) -> None:
    choice, value, amount = choice_of(seed, required=False, upper=6)
    best = 0.0
    for chosen in itertools.product((-1, 0, 1), repeat=5):
        taken = [2 * owner + option for owner, option in enumerate(chosen) if option >= 0]
        if amount[taken].sum() <= 6:
            best = max(best, float(value[taken].sum()))
    assert choice.status == SolverStatus.OPTIMAL
    assert choice.total == pytest.approx(best, rel=1e-9)
    assert best <= choice.bound <= best * (1 + 1e-8)


def test_who_must_take_something_and_cannot_has_no_choice() -> None:
    choice, _, _ = choice_of(0, required=True, upper=4)
    assert choice.status == SolverStatus.INFEASIBLE
    assert choice.taken is None
