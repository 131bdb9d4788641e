"""What must hold for every population and every assumption, and three oracles written another way."""

import dataclasses
import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from samverka_engine.scenarios.assumptions import (
    ArrivalCounts,
    ArrivalRates,
    ArrivalShares,
    Assumptions,
    Population,
    Reception,
    nobody,
)
from samverka_engine.scenarios.mortality import LifeTable, fertility_from_15
from samverka_engine.scenarios.projection import Projection, project
from samverka_engine.scenarios.step import newborn_risk
from tests.engine.worlds import unhurried

AGES, YEARS = 101, 12
few = settings(unhurried, max_examples=25)
seeds = st.integers(0, 2**32 - 1)
kinds = st.sampled_from(["counts", "rates", "shares"])


def life_table(rng: np.random.Generator) -> LifeTable:
    level = rng.uniform(2e-5, 2e-4, (2, 1)) * np.exp(rng.uniform(0.08, 0.1) * np.arange(AGES))
    return LifeTable.from_death_rates(np.minimum(level, 0.9))


def some_world(seed: int, kind: str = "counts", areas: int = 3) -> tuple[Population, Assumptions, Reception]:
    rng = np.random.default_rng(seed)
    shape = (areas, 2, AGES)
    counts = rng.uniform(0, 200, shape) * (rng.random(shape) < 0.9)
    shares = rng.uniform(0, 1, shape)
    arrivals = {
        "counts": ArrivalCounts(rng.uniform(0, 5, shape)),
        "rates": ArrivalRates(rng.uniform(0, 0.1, shape)),
        "shares": ArrivalShares(shares / shares.sum(axis=0)),
    }[kind]
    assumptions = Assumptions(
        fertility=fertility_from_15(rng.uniform(0, 0.12, 35)),
        survival=life_table(rng).survival,
        departures=rng.uniform(0, 0.3, shape) * (rng.random(shape) < 0.8),
        emigration=rng.uniform(0, 0.05, (YEARS, 1, 2, AGES)),
        arrivals=arrivals,
        immigration=rng.uniform(0, 3, shape),
    )
    profile = rng.uniform(0, 1, (2, AGES))
    plan = Reception("plan", rng.uniform(0, 50, (YEARS, areas)), profile / profile.sum())
    names = tuple(f"a{place}" for place in range(areas))
    return Population(2020, names, counts), assumptions, plan


def run(seed: int, kind: str = "counts") -> Projection:
    base, assumptions, plan = some_world(seed, kind)
    return project(base, assumptions, years=YEARS, reception=plan)


@few
@given(seeds, kinds)
def test_the_balancing_equation_holds_for_every_cohort(seed: int, kind: str) -> None:
    result = run(seed, kind)
    assert np.abs(result.unexplained()).max() <= 1e-11 * result.population.max()
    came = result.births.sum(axis=-1) + (result.arrivals + result.immigration + result.reception).sum(axis=(2, 3))
    left = (result.deaths + result.departures + result.emigration).sum(axis=(2, 3))
    np.testing.assert_allclose(np.diff(result.total, axis=0), came - left, atol=1e-8)


@few
@given(seeds, kinds)
def test_nobody_is_negative(seed: int, kind: str) -> None:
    result = run(seed, kind)
    flows = (result.births, result.deaths, result.departures, result.emigration, result.arrivals)
    assert all((numbers >= 0).all() for numbers in (result.population, *flows))


@few
@given(seeds)
def test_moves_between_the_areas_add_up_and_change_no_total(seed: int) -> None:
    result = run(seed, "shares")
    np.testing.assert_allclose(result.arrivals.sum(axis=1), result.departures.sum(axis=1), rtol=1e-10, atol=1e-9)


@few
@given(seeds, kinds, st.floats(1e-3, 1e3))
def test_a_population_twice_as_large_becomes_twice_as_large(seed: int, kind: str, factor: float) -> None:
    base, given_, plan = some_world(seed, kind)
    arrivals = given_.arrivals
    if isinstance(arrivals, ArrivalCounts):
        arrivals = ArrivalCounts(arrivals.persons * factor)
    larger = project(
        dataclasses.replace(base, counts=base.counts * factor),
        dataclasses.replace(given_, arrivals=arrivals, immigration=given_.immigration * factor),
        years=YEARS,
        reception=dataclasses.replace(plan, persons=plan.persons * factor),
    )
    plain = project(base, given_, years=YEARS, reception=plan)
    np.testing.assert_allclose(larger.population, factor * plain.population, rtol=1e-9, atol=1e-9 * factor)
    np.testing.assert_allclose(larger.dependency_ratio(), plain.dependency_ratio(), rtol=1e-9)


@few
@given(seeds)
def test_with_equal_rates_the_areas_sum_to_the_county(seed: int) -> None:
    base, given_, plan = some_world(seed)
    assert isinstance(given_.arrivals, ArrivalCounts)
    same = dataclasses.replace(given_, departures=given_.departures[0])
    apart = project(base, same, years=YEARS, reception=plan)
    county = project(
        Population(2020, ("county",), base.counts.sum(axis=0, keepdims=True)),
        dataclasses.replace(
            same,
            arrivals=ArrivalCounts(given_.arrivals.persons.sum(axis=0)),
            immigration=given_.immigration.sum(axis=0),
        ),
        years=YEARS,
        reception=dataclasses.replace(plan, persons=plan.persons.sum(axis=1, keepdims=True)),
    )
    np.testing.assert_allclose(apart.population.sum(axis=1), county.population[:, 0], rtol=1e-10)
    np.testing.assert_allclose(apart.deaths.sum(axis=1), county.deaths[:, 0], rtol=1e-9)


@few
@given(seeds, kinds)
def test_the_reception_adds_what_it_would_become_in_an_empty_country(seed: int, kind: str) -> None:
    base, given_, plan = some_world(seed, kind)
    with_plan = project(base, given_, years=YEARS, reception=plan)
    without = project(base, given_, years=YEARS)
    arrivals = ArrivalCounts(nobody(AGES)) if kind == "counts" else given_.arrivals
    alone = project(
        dataclasses.replace(base, counts=np.zeros(base.counts.shape)),
        dataclasses.replace(given_, arrivals=arrivals, immigration=nobody(AGES)),
        years=YEARS,
        reception=plan,
    )
    np.testing.assert_allclose(with_plan.population - without.population, alone.population, atol=1e-8)
    assert (with_plan.total >= without.total).all()


@few
@given(seeds)
def test_a_closed_population_that_replaces_itself_stands_still(seed: int) -> None:
    rng = np.random.default_rng(seed)
    table = life_table(rng)
    ratio = 1.06
    shape = rng.uniform(0, 1, 35)
    girls_by_girl = (shape * table.person_years[0, 15:50]).sum() / (1 + ratio)
    births = np.array([1.0, ratio])[:, np.newaxis]
    stationary = Population(2020, ("a",), (1000 * births * table.person_years)[np.newaxis])
    none = nobody(AGES)
    closed = Assumptions(
        fertility_from_15(shape / girls_by_girl), table.survival, none, none, ArrivalCounts(none), none, ratio
    )
    result = project(stationary, closed, years=60)
    np.testing.assert_allclose(result.population[-1], stationary.counts, rtol=1e-9)
    np.testing.assert_allclose(result.births, 1000 * np.broadcast_to([1, ratio], (60, 1, 2)), rtol=1e-9)
    np.testing.assert_allclose(result.deaths.sum(axis=(2, 3)), result.births.sum(axis=2), rtol=1e-9)


def leslie(fertility: np.ndarray, survival: np.ndarray, ratio: float) -> list[list[float]]:
    """Women and men in one matrix, filled cell by cell; nothing of the engine in it."""
    size = 2 * AGES
    matrix = [[0.0] * size for _ in range(size)]
    for sex in (0, 1):
        for age in range(AGES - 1):
            matrix[sex * AGES + age + 1][sex * AGES + age] = float(survival[sex][age + 1])
        matrix[sex * AGES + AGES - 1][sex * AGES + AGES - 1] = float(survival[sex][AGES - 1])
        share = (1.0 if sex == 0 else ratio) / (1 + ratio)
        for age in range(AGES - 1):
            later = fertility[age + 1] * survival[0][age + 1]
            matrix[sex * AGES][age] = float(share * survival[sex][0] * (fertility[age] + later) / 2)
    return matrix


@settings(few, max_examples=5)
@given(seeds)
def test_a_closed_population_follows_its_leslie_matrix(seed: int) -> None:
    base, given_, _ = some_world(seed, areas=1)
    none = nobody(AGES)
    closed = dataclasses.replace(
        given_, departures=none, emigration=none, arrivals=ArrivalCounts(none), immigration=none
    )
    result = project(base, closed, years=30)
    matrix = np.array(leslie(closed.fertility, closed.survival, closed.sex_ratio_at_birth))
    vector = base.counts[0].reshape(-1)
    for year in range(1, 31):
        vector = matrix @ vector
        np.testing.assert_allclose(result.population[year, 0].reshape(-1), vector, rtol=1e-10)


@few
@given(st.floats(0.3, 1.0), st.floats(0, 0.5), st.floats(0, 0.3))
def test_competing_risks_are_those_of_a_year_lived_in_small_steps(survival: float, away: float, abroad: float) -> None:
    age, steps = 40, 4000
    risk = -math.log(survival)
    there, coming = 100.0, 60.0
    died = left = emigrated = 0.0
    for _ in range(steps):  # half of a step's arrivals before the step's risks, half after
        exposed = there + coming / steps / 2
        lost = exposed * -math.expm1(-(risk + away + abroad) / steps)
        total = risk + away + abroad
        if total:
            died, left, emigrated = (
                done + lost * part / total for done, part in ((died, risk), (left, away), (emigrated, abroad))
            )
        there += coming / steps - lost

    def only(value: float, otherwise: float = 0.0) -> np.ndarray:
        numbers = np.full((2, AGES), otherwise)
        numbers[0, age] = value
        return numbers

    counts = np.zeros((1, 2, AGES))
    counts[0, 0, age - 1] = 100.0
    result = project(
        Population(2020, ("a",), counts),
        Assumptions(
            np.zeros(AGES),
            only(survival, 1.0),
            only(away),
            only(abroad),
            ArrivalCounts(nobody(AGES)),
            only(coming),
        ),
        years=1,
    )
    place = (0, 0, 0, age)
    assert result.population[1, 0, 0, age] == pytest.approx(there, rel=1e-6)
    assert result.deaths[place] == pytest.approx(died, rel=1e-6, abs=1e-9)
    assert result.departures[place] == pytest.approx(left, rel=1e-6, abs=1e-9)
    assert result.emigration[place] == pytest.approx(emigrated, rel=1e-6, abs=1e-9)


@given(st.floats(1e-3, 1.0))
def test_the_newborns_risk_gives_the_life_tables_survival(survival: float) -> None:
    risk = float(newborn_risk(np.array([survival]))[0])
    assert risk >= 0
    assert (-math.expm1(-risk) / risk if risk else 1.0) == pytest.approx(survival, rel=1e-9)
