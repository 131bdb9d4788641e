"""The expected path: its ends, its middle, and what it refuses."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from samverka_engine.series.path import ExpectedPath, target_from_share
from tests.engine.worlds import unhurried


def test_half_way_in_time_is_half_way_in_value() -> None:
    path = ExpectedPath(2013, 14.0, 2017, 7.0)
    assert [path.expected(year) for year in range(2013, 2018)] == [14.0, 12.25, 10.5, 8.75, 7.0]


def test_the_path_stays_at_the_target_after_the_target_year() -> None:
    path = ExpectedPath(2013, 14.191367, 2017, 7.0956835)
    assert path.expected(2018) == path.expected(2040) == 7.0956835


def test_no_path_is_drawn_before_the_baseline() -> None:
    with pytest.raises(ValueError, match="before the baseline year 2013; asked for 2012"):
        ExpectedPath(2013, 14.0, 2017, 7.0).expected(2012)


@pytest.mark.parametrize("target_year", [2013, 2012])
def test_a_target_year_must_come_after_the_baseline_year(target_year: int) -> None:
    with pytest.raises(ValueError, match="must come after the baseline year"):
        ExpectedPath(2013, 14.0, target_year, 7.0)


@pytest.mark.parametrize("bad", [math.nan, math.inf, -math.inf])
def test_numbers_that_are_no_figures_are_refused(bad: float) -> None:
    with pytest.raises(ValueError, match="baseline value must be a finite number"):
        ExpectedPath(2013, bad, 2017, 7.0)
    with pytest.raises(ValueError, match="target value must be a finite number"):
        ExpectedPath(2013, 14.0, 2017, bad)
    with pytest.raises(ValueError, match="baseline value must be a finite number"):
        target_from_share(bad, 0.5)
    with pytest.raises(ValueError, match="share must be a finite number"):
        target_from_share(14.0, bad)


def test_a_way_too_long_for_a_number_is_refused() -> None:
    with pytest.raises(ValueError, match="distance from baseline to target"):
        ExpectedPath(2013, -1e308, 2017, 1e308)
    with pytest.raises(ValueError, match="target value must be a finite number"):
        target_from_share(1e308, 10.0)


def test_shares_of_the_baseline() -> None:
    assert target_from_share(14.191367, 0.5) == 7.0956835
    assert target_from_share(14.191367, 1.0) == 14.191367
    assert target_from_share(14.191367, 0.0) == 0.0


def test_a_negative_share_is_refused() -> None:
    with pytest.raises(ValueError, match=r"cannot be negative; got -0\.5"):
        target_from_share(14.0, -0.5)


@unhurried
@given(
    baseline=st.floats(-1e6, 1e6),
    target=st.floats(-1e6, 1e6),
    length=st.integers(1, 60),
    years=st.integers(0, 80),
)
def test_the_path_never_leaves_the_room_between_baseline_and_target(
    baseline: float, target: float, length: int, years: int
) -> None:
    expected = ExpectedPath(2000, baseline, 2000 + length, target).expected(2000 + years)
    slack = 1e-9 * max(abs(baseline), abs(target))
    assert min(baseline, target) - slack <= expected <= max(baseline, target) + slack
