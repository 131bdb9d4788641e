"""Life tables and levels: values by hand, what a table must keep, and what is refused."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from samverka_engine.scenarios.mortality import (
    LifeTable,
    fertility_from_15,
    scaled,
    scaled_to_total,
    standardised_ratio,
)
from tests.engine.worlds import unhurried


def test_a_life_table_by_hand() -> None:
    # Women: m = 0.01, 0.02, 0.5 (open). In the first year a = 0.053 + 2.8 × 0.01 = 0.081.
    # q0 = 0.01 / (1 + 0.919 × 0.01) = 0.00990894; L0 = 1 - 0.919 q0 = 0.99089369
    # l1 = 0.99009106; q1 = 0.02 / 1.01 = 0.01980198; L1 = l1 (1 - q1 / 2) = 0.98028818
    # l2 = 0.97048529; L2 = l2 / 0.5 = 1.94097059; life expectancy 3.91215246
    table = LifeTable.from_death_rates([[0.01, 0.02, 0.5], [0.2, 0.02, 0.5]])
    assert table.person_years[0] == pytest.approx([0.99089369, 0.98028818, 1.94097059], abs=1e-8)
    assert table.life_expectancy[0] == pytest.approx(3.91215246, abs=1e-8)
    assert table.survival[0] == pytest.approx([0.99089369, 0.98929703, 0.66442953], abs=1e-8)
    # Men, above a rate of 0.107: a = 0.33, q0 = 0.2 / 1.134, L0 = 1 - 0.67 q0.
    assert table.person_years[1, 0] == pytest.approx(1 - 0.67 * 0.2 / 1.134)


def test_person_years_of_five_years_are_by_five_years() -> None:
    table = LifeTable(np.array([4.9, 4.8, 6.0]), width=5)
    assert table.survival == pytest.approx([0.98, 4.8 / 4.9, 6.0 / 10.8])


@unhurried
@given(st.floats(1e-5, 1e-3), st.floats(0.05, 0.11))
def test_survival_is_a_share_and_less_mortality_is_a_longer_life(level: float, slope: float) -> None:
    rates = np.minimum(level * np.exp(slope * np.arange(101)), 1.5) * np.ones((2, 1))
    table, better = LifeTable.from_death_rates(rates), LifeTable.from_death_rates(0.9 * rates)
    assert ((table.survival > 0) & (table.survival <= 1)).all()
    assert (better.life_expectancy > table.life_expectancy).all()


@pytest.mark.parametrize(
    ("rates", "sentence"),
    [
        ([[0.01, math.nan, 0.5]] * 2, r"A death rate is missing at age group 1, row \(0,\)"),
        ([[0.01, -0.1, 0.5]] * 2, "cannot be negative"),
        ([[0.01, 0.1, 0.0]] * 2, "open age group needs a death rate above zero"),
        ([[0.01, 2.0, 0.5]] * 2, "nobody survives the year"),
        ([0.01, 0.1, 0.5], "Women and men"),
    ],
)
def test_death_rates_that_make_no_table_are_refused(rates: list[object], sentence: str) -> None:
    with pytest.raises(ValueError, match=sentence):
        LifeTable.from_death_rates(rates)


@pytest.mark.parametrize(
    ("lived", "width", "sentence"),
    [
        ([1.0, math.nan, 1.0], 1, "lacks person-years at age group 1"),
        ([1.0, 0.0, 1.0], 1, "Somebody must live in every age group"),
        ([1.1, 1.0, 1.0], 1, "cannot live longer"),
        ([1.0, 0.9, 0.95, 2.0], 1, "More is lived in an age group"),
        ([1.0, 0.9], 1, "at least three"),
        ([1.0, 0.9, 0.8], 0, "at least one year"),
    ],
)
def test_person_years_that_make_no_table_are_refused(lived: list[float], width: int, sentence: str) -> None:
    with pytest.raises(ValueError, match=sentence):
        LifeTable(np.array(lived), width)


def test_an_areas_level_is_observed_by_expected() -> None:
    # Expected: 0.01 × 200 + 0.1 × 30 = 5 deaths; 6 died.
    assert standardised_ratio(6, [0.01, 0.1], [200, 30]) == pytest.approx(1.2)
    assert standardised_ratio([6, 5], [0.01, 0.1], [[200, 30], [100, 90]]) == pytest.approx([1.2, 0.5])
    assert scaled([[0.01, 0.1]], [1.2])[0] == pytest.approx([0.012, 0.12])


def test_a_schedule_is_carried_to_another_total_without_changing_its_shape() -> None:
    rates = fertility_from_15(np.linspace(0.01, 0.08, 35))
    assert rates.sum() == pytest.approx(np.linspace(0.01, 0.08, 35).sum())
    assert rates[14] == rates[50] == 0
    lower = scaled_to_total(rates, 1.43)
    assert lower.sum() == pytest.approx(1.43)
    assert lower[20] / lower[30] == pytest.approx(rates[20] / rates[30])


def test_levels_without_a_basis_are_refused() -> None:
    with pytest.raises(ValueError, match="No event is expected"):
        standardised_ratio(1, [0.0, 0.0], [10, 10])
    with pytest.raises(ValueError, match="population of the standardised ratio are missing"):
        standardised_ratio(1, [0.1, 0.1], [10, math.nan])
    with pytest.raises(ValueError, match="events of the standardised ratio cannot be negative"):
        standardised_ratio(-1, [0.1, 0.1], [10, 10])
    with pytest.raises(ValueError, match="not negative"):
        scaled([0.1], math.nan)
    with pytest.raises(ValueError, match="cannot be scaled to a total"):
        scaled_to_total([0.0, 0.0], 1.5)
    with pytest.raises(ValueError, match="35 ages 15 to 49"):
        fertility_from_15([0.1, 0.2])
