"""Moves as they have been: by hand, against what was published, and the history that its own moves give back."""

import csv
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from samverka_engine.scenarios.assumptions import ArrivalCounts, Assumptions, Population, nobody
from samverka_engine.scenarios.mortality import WOMEN, LifeTable
from samverka_engine.scenarios.projection import project
from samverka_engine.scenarios.residual import ages_before, flows_of, net_moves
from samverka_engine.scenarios.schedules import life_table, single_years
from samverka_engine.scenarios.step import aged, born
from tests.engine.test_projection_properties import AGES, few, seeds, some_world

DUMP = Path(__file__).resolve().parents[3] / "shared" / "data" / "kolada_dump_2024" / "values"
AGED = Path(__file__).resolve().parents[2] / "src" / "samverka" / "demo" / "facts" / "alder.csv"


def some_history(seed: int, years: int = 4) -> tuple[np.ndarray, Assumptions]:
    """Populations that no projection made: every age of every year is drawn for itself, but for the oldest, who
    are few, and somebody of everybody stays."""
    rng = np.random.default_rng(seed)
    _base, given_, _plan = some_world(seed, areas=2)
    return rng.uniform(1, 200, (years + 1, 2, 2, AGES)), given_


@few
@given(seeds)
def test_a_history_projected_with_its_own_moves_is_itself(seed: int) -> None:
    history, given_ = some_history(seed)
    girls_and_boys = born(
        given_.fertility, history[:-1, :, WOMEN], history[1:, :, WOMEN], given_.sex_ratio_at_birth, width=1
    )
    net = net_moves(history, given_.survival, girls_and_boys)
    departures, arrivals = flows_of(net, history[:-1], given_.survival, girls_and_boys)
    again = project(
        Population(2016, ("a", "b"), history[0]),
        Assumptions(
            fertility=given_.fertility,
            survival=given_.survival,
            departures=departures,
            emigration=nobody(AGES),
            arrivals=ArrivalCounts(arrivals),
            immigration=nobody(AGES),
        ),
        years=len(history) - 1,
    )
    np.testing.assert_allclose(again.population, history, rtol=1e-9, atol=1e-9)


@few
@given(seeds)
def test_a_closed_population_has_no_moves(seed: int) -> None:
    base, given_, _plan = some_world(seed)
    closed = Assumptions(
        fertility=given_.fertility,
        survival=given_.survival,
        departures=nobody(AGES),
        emigration=nobody(AGES),
        arrivals=ArrivalCounts(nobody(AGES)),
        immigration=nobody(AGES),
    )
    run = project(base, closed, years=6)
    for births in (run.births, None):
        np.testing.assert_allclose(net_moves(run.population, given_.survival, births), 0, atol=1e-9)


@few
@given(seeds)
def test_the_moves_of_the_areas_sum_to_those_of_the_whole(seed: int) -> None:
    history, given_ = some_history(seed)
    apart = net_moves(history, given_.survival).sum(axis=1)
    np.testing.assert_allclose(net_moves(history.sum(axis=1), given_.survival), apart, atol=1e-9)


@few
@given(seeds, st.integers(0, 12))
def test_cohorts_taken_back_come_forward_to_where_they_were(seed: int, years: int) -> None:
    base, _given, _plan = some_world(seed)
    table = life_table(84.9, 81.6)
    people = ages_before(base.counts, table, years)
    for _ in range(years):
        people = aged(people) * table.survival
    np.testing.assert_allclose(people[..., years:], base.counts[..., years:], rtol=1e-10, atol=1e-10)


def test_by_hand() -> None:
    """100 aged 0, of whom nine in ten live to be 1, were 95 a year later: five moved in. Of 80 aged 1 and 2 or more,
    half live: 30 are left of 40, ten moved away. Fifty were born, and nobody asks where from."""
    history = np.array([[[100.0, 50.0, 30.0]] * 2, [[50.0, 95.0, 30.0]] * 2])
    survival = np.array([1.0, 0.9, 0.5])
    np.testing.assert_allclose(net_moves(history, survival)[0], [[0.0, 5.0, -10.0]] * 2)
    births = np.array([[60.0, 40.0]])
    np.testing.assert_allclose(net_moves(history, survival, births)[0, :, 0], [-10.0, 10.0])


def test_the_oldest_come_back_as_the_life_table_divides_them() -> None:
    """Of 100 in the open group, with half of the two oldest groups alive after a year, there were 200; in the table
    one of three person-years of the two is lived in the last."""
    table = LifeTable(np.array([[1.0, 1.0, 0.5]] * 2))
    assert table.survival[0, 2] == pytest.approx(1 / 3)
    back = ages_before(np.array([[10.0, 20.0, 100.0]] * 2), table, 1)
    np.testing.assert_allclose(back, [[20.0, 200.0, 100.0]] * 2)


@pytest.mark.skipif(not DUMP.is_dir(), reason="Kolada's moves are not in ../shared/data")
@pytest.mark.parametrize("county", ["10", "07", "13"])
def test_the_moves_of_a_county_are_near_those_that_were_published(county: str) -> None:
    """Kolada's moves in less moves out (N01801, N01802) of the county's municipalities, the mean of 2018–2022, against
    what is left of its population's change (N01951) when the ages of 2026 are taken back in time. Corrections of the
    register are in what is left and not in the published moves, so they differ."""
    published = sum(
        sign * value / 5
        for indicator, sign in (("N01801", 1), ("N01802", -1))
        for (area, year, sex), value in values(indicator).items()
        if area.startswith(county) and year >= 2018 and sex == "T"
    )
    people, years = values("N01951"), range(2017, 2023)
    table = life_table(84.9, 81.6)
    now = ages_of(county)
    history = np.stack([ages_before(now, table, 2026 - year) for year in years])
    totals = np.array([[people["00" + county, year, sex] for sex in "KM"] for year in years])
    history *= (totals / history.sum(axis=-1))[..., np.newaxis]
    found = net_moves(history, table.survival).sum(axis=(1, 2)).mean()
    assert found == pytest.approx(published, abs=300)


def values(indicator: str) -> dict[tuple[str, int, str], float]:
    with (DUMP / f"{indicator}.csv").open(newline="") as file:
        return {
            (row["municipality"], int(row["period"]), row["gender"]): float(row["value"])
            for row in csv.DictReader(file)
            if row["value"]
        }


def ages_of(county: str) -> np.ndarray:
    starts = [*range(0, 100, 10), 100]
    persons = np.zeros((2, len(starts)))
    with AGED.open(newline="") as file:
        for row in csv.DictReader(file):
            if row["county"] == county:
                persons["KM".index(row["gender"]), starts.index(int(row["from_age"]))] = float(row["persons"])
    return single_years(starts, persons)


def test_moves_of_one_year_alone_and_of_what_is_missing_are_refused() -> None:
    with pytest.raises(ValueError, match="between two"):
        net_moves(np.ones((1, 2, 3)), np.ones(3))
    for wrong in (np.nan, -1.0):
        with pytest.raises(ValueError, match="missing or negative"):
            net_moves(np.full((2, 2, 3), wrong), np.ones(3))
    with pytest.raises(ValueError, match="everybody"):
        flows_of(np.full((1, 2, 3), -1.0), np.ones((1, 2, 3)), np.ones(3), np.ones((1, 2)))
    with pytest.raises(ValueError, match="back in time"):
        ages_before(np.ones((2, 3)), LifeTable(np.ones((2, 3))), -1)
