"""Golden cases of the projection: a textbook's Sweden, worlds small enough for a pocket calculator, and refusals."""

import dataclasses
import math

import numpy as np
import pytest

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
from samverka_engine.scenarios.projection import project, with_and_without

AGES = 101
NOBODY = nobody(AGES)
EVERYBODY_LIVES = np.ones((2, AGES))

# Women in Sweden: persons 1993-12-31, person-years 5Lx of 100 000 births (the last: T85), children by woman and
# year, and the populations projected to 1998 and 2003. Facts from Preston, Heuveline & Guillot, Demography (2001),
# box 6.1 (parts 1 and 2); the figures as given by G. Rodríguez, Demographic Methods, Princeton (sweden93.dat).
WOMEN_1993 = (
    (293395, 497487, 0.0000, 293574, 280121),
    (248369, 497138, 0.0000, 293189, 293368),
    (240012, 496901, 0.0000, 248251, 293049),
    (261346, 496531, 0.0120, 239833, 248066),
    (285209, 495902, 0.0908, 261015, 239529),
    (314388, 495168, 0.1499, 284787, 260629),
    (281290, 494213, 0.1125, 313782, 284238),
    (286923, 492760, 0.0441, 280463, 312859),
    (304108, 490447, 0.0074, 285576, 279147),
    (324946, 486613, 0.0003, 301731, 283344),
    (247613, 480665, 0.0000, 320974, 298043),
    (211351, 471786, 0.0000, 243039, 315045),
    (215140, 457852, 0.0000, 205109, 235861),
    (221764, 436153, 0.0000, 204944, 195388),
    (223506, 402775, 0.0000, 204793, 189260),
    (183654, 350358, 0.0000, 194419, 178141),
    (141990, 271512, 0.0000, 142324, 150666),
    (112424, 291707, 0.0000, 131768, 141960),
)


def world(**changes: object) -> Assumptions:
    """Nobody is born, dies or moves, unless said."""
    still = Assumptions(
        fertility=np.zeros(AGES),
        survival=EVERYBODY_LIVES,
        departures=NOBODY,
        emigration=NOBODY,
        arrivals=ArrivalCounts(NOBODY),
        immigration=NOBODY,
        sex_ratio_at_birth=1.0,
    )
    return dataclasses.replace(still, **changes)


def people(*areas: dict[tuple[int, int], float]) -> Population:
    """Each area as {(sex, age): persons}."""
    counts = np.zeros((len(areas), 2, AGES))
    for place, area in enumerate(areas):
        for (sex, age), persons in area.items():
            counts[place, sex, age] = persons
    return Population(2020, tuple(f"a{place}" for place in range(len(areas))), counts)


def at(age: int, value: float, *, otherwise: float = 0.0) -> np.ndarray:
    numbers = np.full((2, AGES), otherwise)
    numbers[:, age] = value
    return numbers


def test_swedens_women_of_1993_become_the_textbooks_women_of_1998_and_2003() -> None:
    persons, lived, fertility, in_1998, in_2003 = (
        np.array(column, dtype=float) for column in zip(*WOMEN_1993, strict=True)
    )
    table = LifeTable(np.stack([lived, lived]) / 100_000, width=5)
    base = Population(1993, ("SE",), np.stack([persons, np.zeros(18)])[np.newaxis], width=5)
    none = nobody(18)
    closed = Assumptions(fertility, table.survival, none, none, ArrivalCounts(none), none, sex_ratio_at_birth=1.05)

    run = project(base, closed, years=10)

    assert run.years == (1993, 1998, 2003)
    np.testing.assert_array_equal(np.rint(run.population[1, 0, 0]), in_1998)
    np.testing.assert_array_equal(np.rint(run.population[2, 0, 0]), in_2003)
    assert run.population[:, 0, 0].sum(axis=-1) == pytest.approx([4397428, 4449569.727, 4478712.273], abs=1e-3)


def test_the_textbooks_population_ends_in_its_intrinsic_growth() -> None:
    persons, lived, fertility, *_ = (np.array(column, dtype=float) for column in zip(*WOMEN_1993, strict=True))
    table = LifeTable(np.stack([lived, lived]) / 100_000, width=5)
    base = Population(1993, ("SE",), np.stack([persons, np.zeros(18)])[np.newaxis], width=5)
    none = nobody(18)
    closed = Assumptions(fertility, table.survival, none, none, ArrivalCounts(none), none, sex_ratio_at_birth=1.05)
    women = project(base, closed, years=1000).population[:, 0, 0]
    assert women[-1].sum() / women[-2].sum() == pytest.approx(1.00111253, abs=1e-8)


def test_mothers_who_die_and_move_by_hand() -> None:
    # 1 000 women of 29. To 30: survival 0.8, so the risk of death is -ln 0.8 = 0.223144; moving away 0.05.
    # Left at 30: 1000 × 0.8 × e^-0.05 = 760.9835. Lost 239.0165, of which 0.223144 / 0.273144 = 0.816946 died.
    # Births: 0.1 × (1000 + 0) / 2 + 0.2 × (0 + 760.9835) / 2 = 126.0984, half of them girls.
    fertility = np.zeros(AGES)
    fertility[29], fertility[30] = 0.1, 0.2
    run = project(
        people({(0, 29): 1000.0}),
        world(fertility=fertility, survival=at(30, 0.8, otherwise=1.0), departures=at(30, 0.05)),
        years=1,
    )
    assert run.population[1, 0, 0, 30] == pytest.approx(760.983540, abs=1e-6)
    assert run.deaths[0, 0, 0, 30] == pytest.approx(195.263558, abs=1e-6)
    assert run.departures[0, 0, 0, 30] == pytest.approx(43.752902, abs=1e-6)
    assert run.births[0, 0] == pytest.approx([63.049177, 63.049177], abs=1e-6)
    assert run.population[1, 0, :, 0] == pytest.approx([63.049177, 63.049177], abs=1e-6)
    assert run.total[1, 0] == pytest.approx(760.983540 + 126.098354, abs=1e-6)


def test_births_survive_the_part_of_the_year_that_is_left() -> None:
    fertility = np.zeros(AGES)
    fertility[30] = 1.0
    run = project(
        people({(0, 30): 100.0, (0, 29): 100.0}),
        world(fertility=fertility, survival=at(0, 0.99, otherwise=1.0)),
        years=1,
    )
    assert run.births[0, 0] == pytest.approx([50.0, 50.0])
    assert run.population[1, 0, :, 0] == pytest.approx([49.5, 49.5])
    assert run.deaths[0, 0, :, 0] == pytest.approx([0.5, 0.5])


def test_newcomers_live_half_a_years_risks_by_hand() -> None:
    # 100 men come evenly over the year in which they turn 40; moving away has the risk 0.2.
    # Left: 100 (1 - e^-0.2) / 0.2 = 90.634623. The other 9.365377 have moved on.
    profile = np.zeros((2, AGES))
    profile[1, 40] = 1.0
    plan = Reception("plan 2021", np.array([[100.0]]), profile)
    run = project(people({}), world(departures=at(40, 0.2)), years=1, reception=plan)
    assert run.reception[0, 0, 1, 40] == 100.0
    assert run.population[1, 0, 1, 40] == pytest.approx(90.634623, abs=1e-6)
    assert run.departures[0, 0, 1, 40] == pytest.approx(9.365377, abs=1e-6)


def test_the_open_age_group_takes_those_who_reach_it_and_keeps_its_own() -> None:
    run = project(people({(0, 99): 10.0, (0, 100): 5.0}), world(survival=at(100, 0.6, otherwise=1.0)), years=2)
    assert run.population[1, 0, 0, 100] == pytest.approx(9.0)
    assert run.population[2, 0, 0, 100] == pytest.approx(5.4)
    assert run.population[2, 0, 0, 99] == 0.0


def test_who_leaves_one_area_arrives_in_another() -> None:
    # 100 women turn 25 in each of three areas, with the risk 0.1 of moving: 9.516258 leave each.
    shares = np.full((3, 2, AGES), 1 / 3)
    shares[:, 0, 25] = 0.5, 0.3, 0.2
    base = people(*({(0, 24): 100.0} for _ in range(3)))
    run = project(base, world(departures=at(25, 0.1), arrivals=ArrivalShares(shares)), years=1)
    leavers = 100 * (1 - math.exp(-0.1))
    assert run.departures[0, :, 0, 25] == pytest.approx([leavers] * 3)
    assert run.arrivals[0, :, 0, 25] == pytest.approx([1.5 * leavers, 0.9 * leavers, 0.6 * leavers])
    assert run.total[1].sum() == pytest.approx(300.0)


def test_arrivals_by_rate_follow_the_residents() -> None:
    run = project(people({(0, 24): 100.0}, {(0, 24): 50.0}), world(arrivals=ArrivalRates(at(25, 0.1))), years=1)
    assert run.arrivals[0, :, 0, 25] == pytest.approx([10.0, 5.0])


def test_assumptions_may_differ_by_year_and_area() -> None:
    immigration = np.zeros((2, 1, 2, AGES))
    immigration[1, 0, 0, 50] = 7.0
    departures = np.zeros((1, 2, 2, AGES))
    departures[0, 1, 0, 50] = 0.5
    run = project(people({}, {}), world(immigration=immigration, departures=departures), years=2)
    assert run.total[1].tolist() == [0.0, 0.0]
    assert run.total[2, 0] == 7.0
    assert run.total[2, 1] == pytest.approx(7 * (1 - math.exp(-0.5)) / 0.5)


def test_dependency_ratio_counts_0_to_19_and_65_and_older_by_20_to_64() -> None:
    base = people({(0, 19): 30.0, (1, 20): 60.0, (0, 64): 40.0, (1, 65): 20.0, (0, 100): 10.0, (0, 16): 5.0})
    run = project(base, world(), years=1)
    assert run.dependency_ratio()[0, 0] == pytest.approx(65.0)
    assert run.dependency_ratio(per=1)[0, 0] == pytest.approx(0.65)
    assert run.working_age()[0, 0] == 100.0
    assert run.working_age(16, 64)[0, 0] == 135.0
    assert run.persons(65)[0, 0].tolist() == [10.0, 20.0]


def test_without_anybody_of_working_age_there_is_no_dependency_ratio() -> None:
    assert np.isnan(project(people({(0, 3): 1.0}), world(), years=1).dependency_ratio()[0, 0])


@pytest.mark.parametrize("ages", [(-1, 10), (0, 100), (101, None), (30, 20)])
def test_ages_outside_the_groups_are_refused(ages: tuple[int, int | None]) -> None:
    with pytest.raises(ValueError, match="not ages below the open group, 100 and older"):
        project(people({}), world(), years=1).persons(*ages)


def test_ages_that_cut_an_age_group_are_refused() -> None:
    base = Population(2020, ("a",), np.ones((1, 2, 21)), width=5)
    none = nobody(21)
    run = project(base, Assumptions(np.zeros(21), none + 1, none, none, ArrivalCounts(none), none), years=5)
    assert run.working_age()[0, 0] == 18.0
    with pytest.raises(ValueError, match="cut through an age group of 5 years"):
        run.working_age(16, 64)


def test_with_and_without_differ_by_the_reception_only() -> None:
    profile = np.zeros((2, AGES))
    profile[:, 30] = 0.5
    plan = Reception("plan", np.array([[40.0], [0.0]]), profile)
    both = with_and_without(people({(0, 50): 10.0}), world(), years=2, reception=plan)
    assert both.difference.sum(axis=(2, 3)).ravel() == pytest.approx([0.0, 40.0, 40.0])
    assert "reception=plan" in both.with_reception.assumptions
    assert "reception=none" in both.without_reception.assumptions


def test_the_assumptions_are_listed() -> None:
    assert project(people({}), world(sex_ratio_at_birth=1.06), years=1).assumptions == (
        "age_groups=years",
        "open_from=100",
        "competing_constant_risks",
        "arrivals_evenly_over_the_period",
        "one_domestic_move_a_period",
        "births_by_mean_of_women_at_start_and_end",
        "sex_ratio_at_birth=1.06",
        "domestic_arrivals=counts",
        "reception=none",
        "persons_not_rounded",
    )


def test_a_missing_population_is_refused_and_named() -> None:
    with pytest.raises(ValueError, match="The population of area a0 is missing: men, 7 years, 2020"):
        people({(1, 7): math.nan})
    with pytest.raises(ValueError, match="The population of area a1 is negative: women, 0 years, 2020"):
        people({}, {(0, 0): -1.0})


def hole(*shape: int, place: tuple[int, ...], value: float = math.nan) -> np.ndarray:
    numbers = np.zeros(shape)
    numbers[place] = value
    return numbers


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"immigration": hole(2, AGES, place=(1, 30))}, "The immigration is missing: 2021, area a0, men, 30 years"),
        ({"departures": hole(3, 1, 2, AGES, place=(2, 0, 0, 1), value=-1)}, "out-migration is negative: 2023, area a0"),
        ({"fertility": hole(AGES, place=(20,))}, "The fertility is missing: 2021, area a0, 20 years"),
        ({"fertility": hole(AGES, place=(50,), value=0.1)}, "Fertility is given for the ages 15 to 49"),
        ({"fertility": np.zeros(35)}, "The fertility needs 101 age groups"),
        ({"survival": at(0, 0.0, otherwise=1.0)}, "above 0 and at most 1"),
        ({"survival": at(0, 1.01, otherwise=1.0)}, "above 0 and at most 1"),
        ({"emigration": np.zeros(AGES)}, "The emigration needs women and men"),
        ({"emigration": np.zeros((5, 1, 2, AGES))}, "does not fit"),
        ({"arrivals": ArrivalShares(NOBODY)}, "must sum to one for every year, sex and age"),
        ({"sex_ratio_at_birth": 0.0}, "boys by girl born and above zero"),
        ({"sex_ratio_at_birth": math.nan}, "boys by girl born and above zero"),
    ],
)
def test_missing_and_impossible_assumptions_are_refused(changes: dict[str, object], sentence: str) -> None:
    with pytest.raises(ValueError, match=sentence):
        project(people({}), world(**changes), years=3)


def test_a_reception_without_a_year_or_with_half_a_profile_is_refused() -> None:
    profile = np.full((2, AGES), 0.5 / AGES)
    with pytest.raises(ValueError, match=r"The reception \(plan\) is missing: 2022, area a0"):
        project(people({}), world(), years=2, reception=Reception("plan", np.array([[1.0], [math.nan]]), profile))
    with pytest.raises(ValueError, match="does not fit"):
        project(people({}), world(), years=3, reception=Reception("plan", np.ones((2, 1)), profile))
    with pytest.raises(ValueError, match="must sum to one over sexes and ages"):
        project(people({}), world(), years=2, reception=Reception("plan", np.ones((2, 1)), profile / 2))


@pytest.mark.parametrize(("years", "width"), [(0, 1), (-1, 1), (7, 5)])
def test_only_whole_periods_are_projected(years: int, width: int) -> None:
    base = Population(2020, ("a",), np.ones((1, 2, 21)), width=width)
    none = nobody(21)
    with pytest.raises(ValueError, match="covers whole periods"):
        project(base, Assumptions(np.zeros(21), none + 1, none, none, ArrivalCounts(none), none), years=years)


@pytest.mark.parametrize(
    ("areas", "shape", "sentence"),
    [
        ((), (0, 2, 101), "each code once"),
        (("a", "a"), (2, 2, 101), "each code once"),
        (("a",), (2, 2, 101), "needs the shape"),
        (("a",), (1, 1, 101), "needs the shape"),
        (("a",), (1, 2, 2), "at least three age groups"),
    ],
)
def test_a_misshapen_population_is_refused(areas: tuple[str, ...], shape: tuple[int, ...], sentence: str) -> None:
    with pytest.raises(ValueError, match=sentence):
        Population(2020, areas, np.zeros(shape))


def test_results_cannot_be_changed_by_accident() -> None:
    run = project(people({}), world(), years=1)
    with pytest.raises(ValueError, match="read-only"):
        run.population[0, 0, 0, 0] = 1.0


def test_all_municipalities_at_once_are_as_each_by_itself() -> None:
    rng = np.random.default_rng(1)
    base = Population(2024, tuple(f"{i:04}" for i in range(290)), rng.uniform(0, 300, (290, 2, AGES)))
    sweden = world(
        fertility=fertility_from_15(rng.uniform(0, 0.1, (1, 290, 35))),
        survival=np.clip(1 - 2e-5 * np.exp(0.1 * np.arange(AGES)), 0.4, 1) * np.ones((2, 1)),
        departures=rng.uniform(0, 0.1, (290, 2, AGES)),
        arrivals=ArrivalCounts(rng.uniform(0, 9, (290, 2, AGES))),
        immigration=rng.uniform(0, 1, (2, AGES)),
    )
    together = project(base, sweden, years=30)
    for area in (0, 117, 289):
        alone = project(
            Population(2024, ("x",), base.counts[area : area + 1]),
            dataclasses.replace(
                sweden,
                fertility=sweden.fertility[:, area : area + 1],
                departures=sweden.departures[area],
                arrivals=ArrivalCounts(sweden.arrivals.persons[area]),
            ),
            years=30,
        )
        np.testing.assert_allclose(together.population[:, area], alone.population[:, 0], rtol=1e-12)
