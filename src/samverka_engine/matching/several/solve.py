"""Prices, a first placement, and then better ones and tighter bounds for as long as the limits allow."""

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from samverka_engine.matching.instances import Shape, households
from samverka_engine.matching.placement import Limits, Placement, Progress, Status, bound_at, total_of
from samverka_engine.matching.problem import NOWHERE, Problem
from samverka_engine.matching.solvers import load_choices

from .diving import dived
from .exact import CORE, MOST_PAIRS, core_best, possible_pairs, proven_best
from .halls import packed_bound
from .market import Market, Pairs, market_of
from .merging import merged
from .neighbourhoods import Neighbourhoods
from .packing import Packing, Shelves, packed_dual, shelves_of
from .prices import LARGE, bound_of, cooled_prices, near_pairs, proving_prices
from .rounding import emptied, renewed, rounded
from .threads import Threads

__all__ = ["prepare_several", "solve_several"]

PROVEN = 1e-9
"""The relative gap that rounding is allowed in a proof."""
VARIANTS, FEW_VARIANTS = 4, 2
"""Placements that are made from the best one and merged with it; few of a market with many pairs."""
GROUP, LARGER, GROUP_SIZES = 120, 1.3, 5
"""Needs of one merging program, about; so much more from round to round, and again after so many."""
BEGINNINGS = (0.025, 0.035)
"""First placements are made at these temperatures, in typical scores; of a large market only the first,
and of one that is packed."""
ROUNDING_WITHIN, ROUNDING_MOST = 1.0, 24
RENEWING_WITHIN, RENEWING_MOST = 0.3, 12
"""Pairs within so many typical scores of a need's best, and the most of them, are tried."""
PRICES_SHARE, PACKING_SHARE = 0.45, 0.6
"""Of the time, at most, when prices and when packings are done."""
CORE_SHARE = 0.5
"""Of the time that is left, for the core of a small market."""
TOLD_FROM = 0.04
"""Of a large market the bound is told from this temperature on."""
BARREN = 12
"""Without a time limit, so many rounds in a row with nothing better end the search."""
PACKINGS, FEW_PACKINGS = 80, 16
SLOW_PAIRS = 1_000_000
"""With more pairs placements made of packings take too much memory and time: few packings, for the bound alone."""
MANY_PLACES = 200
"""The packing of so many is divided among the threads; of fewer each thread makes placements of its own."""
NEIGHBOURS, MORE_NEIGHBOURS, MOST_NEIGHBOURS = 500, 1.2, 1_500
"""Pairs of a neighbourhood; more when nothing better comes."""
PLACES_A_GROUP, LEAST_GROUPS, SWEEPS = 25, 4, 3
"""A sweep has a neighbourhood for so many places, and at least so many."""
EMPTIED = (2, 6)
"""Of how many groups of places one is emptied: drawn from 2 to 5."""
FEWER = 0.8
PROOF = 100.0
"""A proof is given up after so much work of the solver, about seconds."""


def solve_several(problem: Problem, limits: Limits, told: Callable[[Progress], None] | None = None) -> Placement:
    """A placement that keeps every capacity, prices, and the bound they prove.

    Stops when the gap of the tightest bound is within the limits, the time is out, it is asked to, or nothing better
    comes. The same problem and seed give the same answer on any number of threads and in any order of the rows, when
    time does not end the work.
    """
    with Threads(limits.threads) as threads:
        return _Work(problem, limits, told or (lambda progress: None), threads).done()


def prepare_several(pairs: int) -> None:
    """Compiles every step, or loads it compiled, also those that a small problem would not come to."""
    if pairs <= SLOW_PAIRS:
        load_choices()
    with Threads(1) as threads:
        problem = households(Shape(needs=40, places=8, pairs_per_need=5))
        work = _Work(problem, Limits(), lambda progress: None, threads)
        work._find_prices()
        work._begin()
        near, index = near_pairs(work.market, work.fitting_price, work.market.typical, RENEWING_MOST)
        work._renew(near, index, 0)
        work._pack_by_halls()
        work._pack()
        work._dive()
        work._renew(near, index, 0)
        work._look_around(NEIGHBOURS, 0)


class _Work:
    market: Market
    edge: NDArray[np.int64]
    price: NDArray[np.float64]
    shelves: Shelves
    packing: Packing

    def __init__(self, problem: Problem, limits: Limits, told: Callable[[Progress], None], threads: Threads) -> None:
        self.problem, self.limits, self.told, self.threads = problem, limits, told, threads
        self.begun = limits.clock()
        self.diagnostics: dict[str, float] = {}
        self.market = market_of(problem)
        self.edge = np.full(self.market.needs, -1, dtype=np.int64)
        self.price = np.zeros(self.market.capacity.shape)
        self.total = 0.0
        self.bound = self.tighter = self.fitting_bound = np.inf
        self.fitting_price = self.hesitant = self.price
        self.packed = False
        self.tried = np.inf
        self.stopped = False

    def done(self) -> Placement:
        if not len(self.market.pairs.place):
            self.bound = self.tighter = 0.0
            return self._placement()
        self._find_prices()
        large = len(self.market.pairs.place) > SLOW_PAIRS
        many = large or self.market.places >= MANY_PLACES
        if many:  # few are packed at once, and then mostly need no placement to begin from
            self._begin()
        if not self._enough() and large:
            self._pack_by_halls()
        elif not self._enough():
            self._pack()
            self._solve_core()
        if not many and not (self.total and self._enough()):
            self._begin()
        if self.packed and not self._enough():
            self._dive()
        if not self._enough():
            self._improve()
        return self._placement()

    def _find_prices(self) -> None:
        market = self.market
        self._note("read")

        def hear(temperature: float, price: NDArray[np.float64]) -> None:
            if temperature <= TOLD_FROM and len(market.pairs.place) > SLOW_PAIRS:
                self.bound = min(self.bound, bound_of(market, price, self.threads, fitting=False))
                self._tell("prices")

        self.fitting_price, self.hesitant = cooled_prices(market, self.threads, self._after(PRICES_SHARE), hear)
        self.fitting_bound = bound_of(market, self.fitting_price, self.threads, fitting=True)
        self.price, self.bound = proving_prices(market, self.fitting_price, self.threads, self._must_stop)
        fitting = bound_of(market, self.price, self.threads, fitting=True)
        if fitting < self.fitting_bound:
            self.fitting_price, self.fitting_bound = self.price, fitting
        self.tighter = min(self.bound, self.fitting_bound)
        self._note("prices")
        self._tell("prices")

    def _begin(self) -> None:
        market, hesitant = self.market, self.hesitant
        most = RENEWING_MOST if len(market.pairs.place) > SLOW_PAIRS else ROUNDING_MOST
        near, index = near_pairs(market, hesitant, ROUNDING_WITHIN * market.typical, most)
        if len(market.pairs.place) > LARGE or self.packed:  # once packed, dives make others soon
            self._take(rounded(market, near, index, hesitant, BEGINNINGS[0], self.threads, self._must_stop))
        else:

            def begin(temperature: float) -> NDArray[np.int64]:
                return rounded(market, near, index, hesitant, temperature, Threads(1), self._must_stop)

            self._take_best(self.threads.each(begin, BEGINNINGS), GROUP, self.limits.seed)
        self._note("rounding")
        self._tell("rounding")

    def _pack(self) -> None:
        self.shelves = shelves_of(self.market)
        self.packing = packed_dual(self.shelves, self.fitting_price, PACKINGS, self.threads, self._after(PACKING_SHARE))
        self.packed = True
        self.tighter = min(self.tighter, max(self.packing.bound, self.total))
        self._note("packing")
        self._tell("packing")

    def _pack_by_halls(self) -> None:
        """Of a large market the bound alone."""
        stop = self._after(PACKING_SHARE)
        found = packed_bound(self.market, self.fitting_price, FEW_PACKINGS, self.threads, stop)
        self.tighter = min(self.tighter, max(found, self.total))
        self._note("packing")
        self._tell("packing")

    def _dive(self) -> None:
        """Placements of everybody from the packings."""
        begin = self.limits.seed * 7919 * VARIANTS
        self._take_best(self._dives(None, range(begin, begin + VARIANTS)), GROUP, begin)
        self._note("diving")
        self._tell("diving")

    def _improve(self) -> None:
        market = self.market
        near, index = near_pairs(market, self.fitting_price, RENEWING_WITHIN * market.typical, RENEWING_MOST)
        pairs, barren, rounds = float(NEIGHBOURS), 0, 0
        while not self._enough():
            before = self.total
            if self.packed:
                self._prove()
                if self._enough():
                    break
                self._look_around(int(pairs), rounds)
            if not self._enough():
                self._renew(near, index, rounds)
            rounds += 1
            if self.total > before:
                barren = 0
            else:
                barren += 1
                pairs = min(pairs * MORE_NEIGHBOURS, MOST_NEIGHBOURS)
            if barren >= BARREN and self.limits.seconds is None:
                break
        self.diagnostics["rounds"] = rounds
        self._note("search")

    def _renew(self, near: Pairs, index: NDArray[np.int64], number: int) -> None:
        """Several placements made from the best one, and the best of them together."""
        market = self.market
        variants = FEW_VARIANTS if len(market.pairs.place) > SLOW_PAIRS else VARIANTS
        begin = (self.limits.seed * 7919 + number + 1) * VARIANTS
        size = int(GROUP * LARGER ** (number % GROUP_SIZES))
        seeds = range(begin, begin + variants)
        if self.packed:
            others = self._dives(near, seeds)
        else:

            def renew(seed: int) -> NDArray[np.int64]:
                return renewed(market, near, index, self.hesitant, self.edge, seed, self._must_stop)

            others = self.threads.each(renew, seeds)
        self._take_best(others, size, begin)
        self._tell("renewing")

    def _dives(self, near: Pairs | None, seeds: range) -> list[NDArray[np.int64]]:
        """Placements made of packings: of everybody, or, with near pairs, of those in a random group of places."""
        market = self.market

        def dive(seed: int, threads: Threads) -> NDArray[np.int64]:
            random = np.random.default_rng(seed)
            kept = np.full(market.needs, -1, dtype=np.int64)
            if near is not None:
                kept = emptied(market, near, self.edge, random, int(random.integers(*EMPTIED)))
            return dived(self.shelves, self.packing, kept, random, threads, self._must_stop)

        if market.places >= MANY_PLACES:
            return [dive(seed, self.threads) for seed in seeds]
        return self.threads.each(lambda seed: dive(seed, Threads(1)), seeds)

    def _look_around(self, pairs: int, number: int) -> None:
        around = Neighbourhoods(self.market, self.packing, self.edge, self.threads)
        random = np.random.default_rng([self.limits.seed, number])
        groups = max(LEAST_GROUPS, self.market.places // PLACES_A_GROUP)
        for _ in range(SWEEPS):
            around.improve(pairs, groups, random, self._must_stop)
        self._take(around.edge)
        self._tell("neighbourhoods")

    def _solve_core(self) -> None:
        if self._enough() or self.limits.gap >= CORE:
            return
        left = self._seconds_left()
        limit = None if left is None else CORE_SHARE * left
        answer = core_best(self.market, self.packing, limit, self._must_stop)
        if answer is not None:
            self._prove_by(*answer)

    def _prove(self) -> None:
        """Asks for the best placement of the pairs still possible, when they are few.

        Not again before they are clearly fewer than the last time.
        """
        possible = possible_pairs(self.packing, self.total)
        if not self._enough() and len(possible) <= min(MOST_PAIRS, FEWER * self.tried):
            self.tried = len(possible)
            left = self._seconds_left()
            self._prove_by(*proven_best(self.market, self.packing, self.edge, possible, PROOF, left, self._must_stop))

    def _prove_by(self, edge: NDArray[np.int64], bound: float) -> None:
        self._take(edge)
        self.tighter = min(self.tighter, max(bound, self.total))
        self._note("proof")
        self._tell("proof")

    def _total(self, edge: NDArray[np.int64]) -> float:
        return float(self.market.pairs.score[edge[edge >= 0]].sum())

    def _take_best(self, placements: list[NDArray[np.int64]], size: int, seed: int) -> None:
        """The best of the placements and what is there already, merged."""
        for edge in placements:
            self._take(edge)
        together = [self.edge, *placements]
        self._take(merged(self.market, together, size, seed, self.threads, self._must_stop))

    def _take(self, edge: NDArray[np.int64]) -> None:
        total = self._total(edge)
        if total >= self.total:
            self.edge, self.total = edge, total

    @property
    def _gap(self) -> float:
        best = min(self.bound, self.tighter)
        return max(0.0, best - self.total) / max(abs(best), 1e-300)

    def _enough(self) -> bool:
        return self._gap <= max(self.limits.gap, PROVEN) or self._must_stop()

    def _must_stop(self) -> bool:
        if not self.stopped:
            self.stopped = self.limits.stop()
        left = self._seconds_left()
        return self.stopped or (left is not None and left <= 0)

    def _after(self, share: float) -> Callable[[], bool]:
        """Whether to stop, at the latest after so much of the time."""
        limit = self.limits.seconds
        return lambda: self._must_stop() or (limit is not None and self._seconds() > share * limit)

    def _seconds(self) -> float:
        return self.limits.clock() - self.begun

    def _seconds_left(self) -> float | None:
        return None if self.limits.seconds is None else max(0.0, self.limits.seconds - self._seconds())

    def _note(self, step: str) -> None:
        """When a step was done."""
        self.diagnostics[f"{step}_seconds"] = self._seconds()

    def _tell(self, step: str) -> None:
        unit = self.market.unit
        self.told(Progress(step, self._seconds(), self.total * unit, min(self.bound, self.tighter) * unit))

    def _placement(self) -> Placement:
        problem, market = self.problem, self.market
        pair = np.full(problem.needs, -1, dtype=np.int64)
        taken = self.edge >= 0
        pair[market.need[taken]] = market.pair[self.edge[taken]]
        where = np.full(problem.needs, NOWHERE, dtype=np.int32)
        where[pair >= 0] = problem.place[pair[pair >= 0]]
        price = np.empty(problem.capacity.shape)
        price[market.place] = self.price * market.unit
        total, bound = total_of(problem, pair), bound_at(problem, price)
        # Sums are taken in two orders, of which the last digits may differ.
        tighter = max(self.tighter * market.unit, total)
        gap = max(0.0, min(bound, tighter) - total) / max(abs(min(bound, tighter)), 1e-300)
        if gap <= PROVEN:
            status = Status.OPTIMAL
        elif gap <= self.limits.gap:
            status = Status.WITHIN_GAP
        else:
            status = Status.STOPPED if self.stopped else Status.TIME_LIMIT
        return Placement(
            status=status,
            place=where,
            pair=pair,
            price=price,
            total=total,
            bound=bound,
            tighter_bound=tighter if tighter < bound else None,
            diagnostics=self.diagnostics,
        )
