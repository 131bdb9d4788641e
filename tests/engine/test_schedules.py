"""Schedules from a few numbers: each has the level that was asked for, and the shape that its source gives it."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from samverka_engine.scenarios.schedules import AGES, fertility, life_table, migration_profile, single_years

DECADES = [*range(0, 100, 10), 100]


@settings(max_examples=20, deadline=None)
@given(st.floats(60, 100), st.floats(60, 100))
def test_a_life_table_has_the_life_expectancies_that_were_asked_for(women: float, men: float) -> None:
    table = life_table(women, men)
    assert table.life_expectancy == pytest.approx([women, men], abs=0.01)
    assert (np.diff(table.person_years[:, :-1], axis=-1) <= 0).all()


def test_swedens_mortality_is_near_what_was_published() -> None:
    """Of a hundred thousand women born, about 94 000 reach 65, and of men 91 000 (Statistics Sweden, 2023)."""
    table = life_table(84.9, 81.6)
    at_65 = table.person_years[:, 65]
    assert at_65[0] == pytest.approx(0.94, abs=0.02)
    assert at_65[1] == pytest.approx(0.91, abs=0.02)


@given(st.floats(0, 5))
def test_fertility_sums_to_children_by_woman_and_only_the_fertile_have_any(total: float) -> None:
    rates = fertility(total)
    assert rates.sum() == pytest.approx(total)
    assert rates[:15].sum() == rates[50:].sum() == 0


def test_the_mean_age_at_birth_is_the_one_that_was_asked_for() -> None:
    rates = fertility(1.5, mean_age=31.5)
    assert (rates * (np.arange(AGES) + 0.5)).sum() / rates.sum() == pytest.approx(31.5, abs=0.1)


def test_movers_are_shares_with_a_peak_among_young_adults() -> None:
    shares = migration_profile()
    assert shares.sum() == pytest.approx(1)
    assert (shares > 0).all()
    assert 20 <= int(shares[0].argmax()) <= 26


@settings(deadline=None)
@given(st.lists(st.integers(0, 1_000_000), min_size=11, max_size=11))
def test_single_years_keep_every_groups_sum(persons: list[int]) -> None:
    years = single_years(DECADES, persons)
    assert years.shape == (AGES,)
    assert (years >= 0).all()
    sums = [years[start : start + 10].sum() for start in DECADES[:-1]] + [years[100]]
    assert sums == pytest.approx(persons, rel=1e-9, abs=1e-6)


@pytest.mark.parametrize("starts", [[], [0, 10], [5, 100], [0, 50, 50, 100]])
def test_groups_that_do_not_cover_every_age_are_refused(starts: list[int]) -> None:
    with pytest.raises(ValueError, match="age groups"):
        single_years(starts, np.ones(len(starts)))


@pytest.mark.parametrize("wrong", [30.0, 120.0, float("nan")])
def test_an_impossible_life_expectancy_is_refused(wrong: float) -> None:
    with pytest.raises(ValueError, match="life expectancy"):
        life_table(wrong, 80.0)
    with pytest.raises(ValueError, match="Children"):
        fertility(-1)
