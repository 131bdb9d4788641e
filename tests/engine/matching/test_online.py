"""Placing over time: capacities are kept, looking ahead comes near hindsight, who waits is offered what comes free."""

import numpy as np
import pytest

from samverka_engine.matching.instances import Shape, households, seats
from samverka_engine.matching.online import Desk, Forecast
from samverka_engine.matching.online.forecast import SPARE, TEMPERATURE
from samverka_engine.matching.online.simulation import Season, play, season_of
from samverka_engine.matching.placement import Limits, total_of, used_by
from samverka_engine.matching.problem import NOWHERE, Problem
from samverka_engine.matching.solve import solve
from tests.engine.matching.small import problem_of, table


def kept(desk: Desk, capacity: np.ndarray) -> None:
    assert (used_by(desk.arriving, desk.place) + desk.left == capacity).all()
    assert (desk.left >= 0).all()
    assert desk.total == pytest.approx(total_of(desk.arriving, desk.pair))
    waits = np.flatnonzero(desk.place == NOWHERE)
    assert sorted(desk.waiting) == waits.tolist()


@pytest.mark.parametrize("together", [False, True])
def test_looking_ahead_comes_within_three_per_cent_of_hindsight_where_greedy_loses_several_times_that(
    *, together: bool
) -> None:
    season = season_of(Shape(needs=2000, places=200, seed=1), several=False)
    best = solve(season.arriving, Limits()).total
    ahead, greedy = play(season, together=together), play(season, ahead=False, together=together)
    for desk in (ahead, greedy):
        kept(desk, season.arriving.capacity)
    assert 0.97 * best < ahead.total <= best
    assert best - greedy.total > 2 * (best - ahead.total)


def test_looking_ahead_gains_with_several_resources_too() -> None:
    season = season_of(Shape(needs=1000, places=100, seed=2), several=True, years=4)
    ahead, greedy = play(season), play(season, ahead=False)
    for desk in (ahead, greedy):
        kept(desk, season.arriving.capacity)
    bound = solve(season.arriving, Limits(gap=0.02)).bound
    assert ahead.total > 0.93 * bound
    assert ahead.total > 1.1 * greedy.total


def test_at_the_first_prices_the_sample_asks_for_what_there_is_and_for_no_more() -> None:
    few = Shape(needs=60, places=6, pairs_per_need=4, supply=0.8, seed=5)
    many = Shape(needs=1000, places=100, pairs_per_need=20, seed=5)
    for sample, near in ((seats(few), 0.02), (households(many), 0.1)):
        forecast = Forecast(sample, arrivals=sample.needs)
        price = forecast.first_prices()
        asked = _asked(forecast, price)
        wanted = np.maximum(0.0, sample.capacity - SPARE)
        dear = price > 0
        assert dear.sum() >= sample.places
        assert np.abs(asked - wanted)[dear].sum() < near * wanted[dear].sum()
        assert np.maximum(0.0, asked - wanted)[~dear].sum() < near * wanted.sum()


def _asked(forecast: Forecast, price: np.ndarray) -> np.ndarray:
    """By the formula, without anything that makes it quick."""
    sample = forecast.sample
    asked = np.zeros(sample.capacity.shape)
    for need in range(sample.needs):
        pairs = slice(sample.first[need], sample.first[need + 1])
        place, demand = sample.place[pairs], sample.demand[need]
        fits = (demand <= sample.capacity[place]).all(axis=1)
        worth = np.append(np.where(fits, sample.score[pairs] - price[place] @ demand, -np.inf), 0.0)
        grown = np.maximum(0.0, 1 + (worth - worth.max()) / (8 * TEMPERATURE * forecast.typical)) ** 8
        np.add.at(asked, place, np.outer((grown / grown.sum())[:-1], demand))
    return asked


def test_the_forecast_is_other_years_of_as_many_others() -> None:
    shape = Shape(needs=40, places=5, seed=6)
    season = season_of(shape, several=True, years=3)
    assert (season.arriving.needs, season.forecast.sample.needs, season.forecast.arrivals) == (40, 120, 40)
    scores = set(season.arriving.score.tolist())
    assert not scores & set(season.forecast.sample.score.tolist())
    demand, capacity = season.arriving.demand.sum(axis=0), season.arriving.capacity.sum(axis=0)
    assert (capacity < 2 * demand + 5).all()  # for those who arrive, not for the others too


def test_the_same_season_ends_the_same() -> None:
    season = season_of(Shape(needs=300, places=30, seed=3), several=False)
    assert play(season).pair.tolist() == play(season).pair.tolist()


def test_a_seat_is_held_back_for_the_one_who_is_expected() -> None:
    # By hand in docs/algorithms/placement-over-time.md: 4 now, or 9 with an even chance.
    arriving = problem_of([{0: 4.0}, {0: 9.0}], [1])
    greedy = Desk(arriving)
    greedy.arrive(np.array([0, 1]))
    assert greedy.total == 4
    ahead = Desk(arriving, Forecast(table([[9.0], [9.0], [1.0], [1.0]], [1]), arrivals=4))
    ahead.reprice(3)
    assert 4 < ahead.price[0, 0] <= 9
    ahead.arrive(np.array([0]))
    ahead.arrive(np.array([1]))
    assert ahead.total == 9
    assert ahead.waiting == [0]


def test_when_nobody_is_expected_any_more_the_list_is_offered_what_is_left() -> None:
    arriving = problem_of([{0: 4.0}, {0: 5.0}], [1])
    desk = Desk(arriving, Forecast(table([[9.0]] * 4, [1]), arrivals=4))
    desk.arrive(np.array([0, 1]))
    assert desk.waiting == [0, 1]
    desk.reprice(0)
    assert desk.offer_to_waiting().tolist() == [0]  # who came first; all together it would be the other
    assert desk.waiting == [1]
    desk.leave(0)
    assert desk.place[0] == NOWHERE
    assert desk.offer_to_waiting(in_order=False).tolist() == [1]
    assert desk.left.tolist() == [[0]]


def test_capacity_that_comes_free_goes_to_the_list_and_none_is_taken_that_is_used() -> None:
    desk = Desk(table([[3.0], [2.0]], [1]))
    desk.arrive(np.array([0, 1]))
    assert desk.waiting == [1]
    desk.release(0, [1])
    assert desk.offer_to_waiting().tolist() == [1]
    with pytest.raises(ValueError, match="than is free"):
        desk.release(0, [-1])
    desk.leave(1)
    desk.release(0, [-1])
    assert desk.left.tolist() == [[0]]


def test_a_batch_is_placed_best_together() -> None:
    problem = table([[9, 6], [8, 7], [5, 4]], [1, 1])
    one_by_one, batch = Desk(problem), Desk(problem)
    one_by_one.arrive(np.array([2, 0, 1]))
    batch.arrive_together(np.array([2, 0, 1]))
    assert batch.total == 16
    assert one_by_one.total == 5 + 6


def test_a_forecast_without_anybody_is_no_forecast() -> None:
    nobody = Problem(
        demand=np.zeros((0, 1), dtype=np.int32),
        capacity=np.ones((2, 1), dtype=np.int64),
        first=np.zeros(1, dtype=np.int64),
        place=np.zeros(0, dtype=np.int32),
        score=np.zeros(0),
    )
    arriving = table([[9, 6], [8, 7]], [1, 1])
    assert play(Season(arriving, Forecast(nobody, arrivals=0))).total == 16
