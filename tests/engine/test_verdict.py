"""Golden cases of the verdict: Blekinge's real figures, every reason, and every refusal."""

import math

import pytest

from samverka_engine.series.path import target_from_share
from samverka_engine.series.verdict import (
    Judgement,
    Observed,
    Polarity,
    Reason,
    Status,
    Target,
    Verdict,
    judge,
    require_right_direction,
)
from tests.engine.worlds import BLEKINGE_MEN, BLEKINGE_TOTAL, BLEKINGE_WOMEN, WITHOUT_VALUE, observed

LOWER = Polarity.LOWER_IS_BETTER
HIGHER = Polarity.HIGHER_IS_BETTER
TEN_TO_ZERO = Target(2010, 10.0, 2020, 0.0)  # one unit a year, and a band of one unit


def halve_by_2017(figures: dict[int, float], as_of_year: int) -> Judgement:
    target = Target(2013, figures[2013], 2017, target_from_share(figures[2013], 0.5))
    return judge(target, LOWER, observed(figures), as_of_year=as_of_year)


@pytest.mark.parametrize(
    ("as_of_year", "verdict", "expected", "distance", "share_of_way"),
    [
        (2014, Verdict.ON_THE_WAY, 12.417446, -0.408662, 0.192407),
        (2015, Verdict.BEHIND, 10.643525, -1.188855, 0.332453),
        (2016, Verdict.BEHIND, 8.869604, -1.231224, 0.576482),
        (2017, Verdict.BEHIND, 7.095684, -1.322827, 0.813573),
    ],
)
def test_blekinge_year_by_year(
    as_of_year: int, verdict: Verdict, expected: float, distance: float, share_of_way: float
) -> None:
    result = halve_by_2017(BLEKINGE_TOTAL, as_of_year)
    assert result.verdict is verdict
    assert result.band == pytest.approx(0.709568, abs=1e-6)
    assert result.judged is not None
    assert result.judged.year == as_of_year
    assert result.judged.value == BLEKINGE_TOTAL[as_of_year]
    assert result.judged.expected == pytest.approx(expected, abs=1e-6)
    assert result.judged.distance == pytest.approx(distance, abs=1e-6)
    assert result.judged.share_of_way == pytest.approx(share_of_way, abs=1e-6)


def test_blekinge_missed_2017_and_reached_the_level_in_2021() -> None:
    result = halve_by_2017(BLEKINGE_TOTAL, 2022)
    assert (result.verdict, result.reason) == (Verdict.BEHIND, Reason.TARGET_MISSED)
    assert result.target_met is False
    assert result.first_year_met == 2021
    assert result.judged is not None
    assert result.latest is not None
    assert (result.judged.year, result.judged.value) == (2017, 8.41851)
    assert (result.latest.year, result.latest.value, result.latest.at_target) == (2022, 5.059033, True)
    assert result.latest.distance == pytest.approx(7.0956835 - 5.059033)


@pytest.mark.parametrize(("figures", "first_year_met"), [(BLEKINGE_WOMEN, 2019), (BLEKINGE_MEN, 2022)])
def test_women_and_men_have_their_own_targets(figures: dict[int, float], first_year_met: int) -> None:
    result = halve_by_2017(figures, 2022)
    assert (result.verdict, result.reason) == (Verdict.BEHIND, Reason.TARGET_MISSED)
    assert result.first_year_met == first_year_met


def test_what_came_after_the_target_year_does_not_change_the_verdict_on_the_promise() -> None:
    in_2017, in_2022 = halve_by_2017(BLEKINGE_TOTAL, 2017), halve_by_2017(BLEKINGE_TOTAL, 2022)
    assert in_2017.judged == in_2022.judged
    assert in_2017.first_year_met is None


@pytest.mark.parametrize(
    ("value", "verdict"),
    [
        (4.0, Verdict.AHEAD),
        (5.0, Verdict.ON_THE_WAY),
        (6.0, Verdict.ON_THE_WAY),
        (7.0, Verdict.ON_THE_WAY),
        (7.5, Verdict.BEHIND),
        (12.0, Verdict.BEHIND),
    ],
)
def test_the_band_includes_its_edges(value: float, verdict: Verdict) -> None:
    result = judge(TEN_TO_ZERO, LOWER, [Observed(2014, value)])
    assert (result.verdict, result.reason) == (verdict, Reason.COMPARED_WITH_PATH)
    assert result.target_met is None


@pytest.mark.parametrize(
    ("value", "verdict", "reason", "met"),
    [
        (-1.5, Verdict.AHEAD, Reason.TARGET_MET, True),
        (-1.0, Verdict.ON_THE_WAY, Reason.TARGET_MET, True),
        (0.0, Verdict.ON_THE_WAY, Reason.TARGET_MET, True),
        (0.01, Verdict.BEHIND, Reason.TARGET_MISSED, False),
    ],
)
def test_a_promise_has_no_tolerance(value: float, verdict: Verdict, reason: Reason, met: bool) -> None:
    result = judge(TEN_TO_ZERO, LOWER, [Observed(2020, value)])
    assert (result.verdict, result.reason, result.target_met) == (verdict, reason, met)


def test_the_last_bits_of_a_multiplication_do_not_break_a_promise() -> None:
    target = Target(2010, 11.0, 2020, target_from_share(11.0, 0.7))
    assert target.target_value is not None
    assert target.target_value < 7.7  # 7.699999999999999
    assert judge(target, LOWER, [Observed(2020, 7.7)]).target_met is True


@pytest.mark.parametrize(("year", "value"), [(2011, 0.255), (2013, 0.045)])
def test_the_last_bits_of_a_subtraction_do_not_move_the_edge_of_the_band(year: int, value: float) -> None:
    result = judge(Target(2010, 0.3, 2014, 0.0), LOWER, [Observed(year, value)])
    assert result.judged is not None
    assert result.band is not None
    assert abs(result.judged.distance) > result.band  # by one part in 10 to the 15th
    assert result.verdict is Verdict.ON_THE_WAY


def test_a_target_met_early_and_lost_again_was_not_kept() -> None:
    result = judge(TEN_TO_ZERO, LOWER, [Observed(2015, 0.0), Observed(2020, 3.0)])
    assert result.first_year_met == 2015
    assert result.target_met is False
    assert result.verdict is Verdict.BEHIND


def test_moving_away_gives_a_negative_share_of_the_way() -> None:
    result = judge(TEN_TO_ZERO, LOWER, [Observed(2012, 12.0)])
    assert result.judged is not None
    assert result.judged.share_of_way == pytest.approx(-0.2)
    assert result.judged.distance == pytest.approx(-4.0)


@pytest.mark.parametrize("status", WITHOUT_VALUE)
def test_a_newest_year_without_value_says_why_nobody_can_tell(status: Status) -> None:
    result = judge(TEN_TO_ZERO, LOWER, [Observed(2011, 3.0), Observed(2012, None, status)])
    assert result.verdict is Verdict.CANNOT_TELL
    assert result.reason == f"latest_{status}"
    assert result.judged is None
    assert result.latest is not None
    assert result.latest.year == 2011
    assert result.years_without_value == (2012,)


@pytest.mark.parametrize("status", WITHOUT_VALUE)
def test_a_target_year_without_value_leaves_the_promise_open(status: Status) -> None:
    series = [Observed(2019, 0.0), Observed(2020, None, status), Observed(2021, 0.0)]
    result = judge(TEN_TO_ZERO, LOWER, series)
    assert result.verdict is Verdict.CANNOT_TELL
    assert result.reason == f"target_year_{status}"
    assert result.target_met is None
    assert result.first_year_met == 2019
    assert result.latest is not None
    assert result.latest.year == 2021


def test_a_target_year_that_was_skipped_is_missing() -> None:
    result = judge(TEN_TO_ZERO, LOWER, [Observed(2019, 0.0), Observed(2021, 0.0)])
    assert (result.verdict, result.reason) == (Verdict.CANNOT_TELL, Reason.TARGET_YEAR_MISSING)
    assert result.years_without_value == (*range(2011, 2019), 2020)


def test_a_later_year_without_value_does_not_touch_a_promise_that_is_settled() -> None:
    result = judge(TEN_TO_ZERO, LOWER, [Observed(2020, 0.0), Observed(2021, None, Status.MISSING)])
    assert (result.verdict, result.reason) == (Verdict.ON_THE_WAY, Reason.TARGET_MET)


def test_until_the_target_year_is_reported_the_path_decides() -> None:
    result = judge(TEN_TO_ZERO, LOWER, [Observed(2019, 1.5)], as_of_year=2021)
    assert (result.verdict, result.reason) == (Verdict.ON_THE_WAY, Reason.COMPARED_WITH_PATH)


def test_figures_grow_too_old_but_a_settled_promise_does_not() -> None:
    assert judge(TEN_TO_ZERO, LOWER, [Observed(2014, 6.0)], as_of_year=2016).verdict is Verdict.ON_THE_WAY
    aged = judge(TEN_TO_ZERO, LOWER, [Observed(2014, 6.0)], as_of_year=2017)
    assert (aged.verdict, aged.reason) == (Verdict.CANNOT_TELL, Reason.TOO_OLD)
    assert aged.latest is not None
    assert judge(TEN_TO_ZERO, LOWER, [Observed(2020, 0.0)], as_of_year=2040).target_met is True


def test_rows_after_the_year_of_judging_are_not_seen() -> None:
    series = [Observed(2014, 6.0), Observed(2015, None, Status.MISSING), Observed(2020, 0.0)]
    assert judge(TEN_TO_ZERO, LOWER, series, as_of_year=2014) == judge(TEN_TO_ZERO, LOWER, series[:1], as_of_year=2014)


@pytest.mark.parametrize("series", [[], [Observed(2009, 11.0)], [Observed(2009, 11.0), Observed(2010, 10.0)]])
def test_nothing_after_the_baseline(series: list[Observed]) -> None:
    result = judge(TEN_TO_ZERO, LOWER, series)
    assert (result.verdict, result.reason) == (Verdict.CANNOT_TELL, Reason.NO_OBSERVATION_AFTER_BASELINE)
    assert result.latest is None
    assert result.years_without_value == ()


@pytest.mark.parametrize(
    ("target", "reason"),
    [
        (None, Reason.NO_TARGET),
        (Target(2010, 10.0, 2020, None), Reason.NO_TARGET),
        (Target(2010, None, 2020, None), Reason.NO_TARGET),
        (Target(2010, None, 2020, 0.0), Reason.NO_BASELINE),
    ],
)
def test_a_goal_that_is_not_set_cannot_be_judged(target: Target | None, reason: Reason) -> None:
    result = judge(target, LOWER, [Observed(2014, 6.0)])
    assert (result.verdict, result.reason, result.judged, result.band) == (
        Verdict.CANNOT_TELL,
        reason,
        None,
        None,
    )


def test_a_preliminary_value_is_judged_and_marked() -> None:
    result = judge(TEN_TO_ZERO, LOWER, [Observed(2014, 6.0, Status.PRELIMINARY)])
    assert result.judged is not None
    assert result.judged.preliminary
    final = judge(TEN_TO_ZERO, LOWER, [Observed(2014, 6.0)])
    assert final.judged is not None
    assert not final.judged.preliminary


@pytest.mark.parametrize(
    ("year", "value", "verdict"),
    [
        (2015, 48.9, Verdict.BEHIND),
        (2015, 49.0, Verdict.ON_THE_WAY),
        (2015, 51.0, Verdict.ON_THE_WAY),
        (2015, 51.1, Verdict.AHEAD),
        (2020, 49.9, Verdict.BEHIND),
        (2020, 50.0, Verdict.ON_THE_WAY),
        (2020, 51.1, Verdict.AHEAD),
    ],
)
def test_keeping_a_level_has_a_band_of_two_per_cent_of_the_level(year: int, value: float, verdict: Verdict) -> None:
    result = judge(Target(2010, 50.0, 2020, 50.0), HIGHER, [Observed(year, value)])
    assert result.verdict is verdict
    assert result.judged is not None
    assert result.judged.share_of_way is None
    assert "level_tolerance=0.02" in result.assumptions


def test_a_level_of_zero_has_no_band() -> None:
    zero = Target(2010, 0.0, 2020, 0.0)
    assert judge(zero, LOWER, [Observed(2015, 0.0)]).verdict is Verdict.ON_THE_WAY
    assert judge(zero, LOWER, [Observed(2015, 0.001)]).verdict is Verdict.BEHIND


def test_a_level_that_differs_by_rounding_only_is_the_same_level() -> None:
    almost = Target(2010, 0.3, 2020, 0.1 + 0.2)  # 0.30000000000000004
    result = judge(almost, LOWER, [Observed(2015, 0.3)])
    assert result.verdict is Verdict.ON_THE_WAY
    assert result.judged is not None
    assert result.judged.share_of_way is None


def test_a_revised_baseline_is_told_and_the_agreed_one_is_kept() -> None:
    result = judge(TEN_TO_ZERO, LOWER, [Observed(2010, 10.4), Observed(2014, 6.0)])
    assert result.revised_baseline == 10.4
    assert result.judged is not None
    assert result.judged.expected == 6.0
    assert judge(TEN_TO_ZERO, LOWER, [Observed(2010, 10.0), Observed(2014, 6.0)]).revised_baseline is None


def test_the_judgement_names_its_assumptions() -> None:
    result = judge(TEN_TO_ZERO, LOWER, [Observed(2014, 6.0)], as_of_year=2015, tolerance=0.05)
    assert result.band == pytest.approx(0.5)
    assert result.assumptions == (
        "linear_path",
        "tolerance=0.05",
        "no_tolerance_in_target_year",
        "max_age_years=2",
        "as_of_year=2015",
    )
    assert "as_of_newest_row" in judge(TEN_TO_ZERO, LOWER, [Observed(2014, 6.0)]).assumptions


@pytest.mark.parametrize(("polarity", "target_value"), [(LOWER, 11.0), (HIGHER, 9.0)])
def test_a_target_against_the_polarity_is_refused(polarity: Polarity, target_value: float) -> None:
    target = Target(2010, 10.0, 2020, target_value)
    with pytest.raises(ValueError, match="worse than the baseline"):
        judge(target, polarity, [])
    with pytest.raises(ValueError, match="worse than the baseline"):
        require_right_direction(target, polarity)


def test_two_rows_for_a_year_are_refused() -> None:
    with pytest.raises(ValueError, match="The year 2014 has more than one row"):
        judge(TEN_TO_ZERO, LOWER, [Observed(2014, 6.0), Observed(2013, 7.0), Observed(2014, 6.0)])


@pytest.mark.parametrize("share", [-0.1, 1.0, math.nan, math.inf])
def test_a_tolerance_that_is_no_share_is_refused(share: float) -> None:
    with pytest.raises(ValueError, match=r"^tolerance must be"):
        judge(TEN_TO_ZERO, LOWER, [], tolerance=share)
    with pytest.raises(ValueError, match=r"^level_tolerance must be"):
        judge(TEN_TO_ZERO, LOWER, [], level_tolerance=share)


def test_a_negative_age_is_refused() -> None:
    with pytest.raises(ValueError, match="max_age_years cannot be negative"):
        judge(TEN_TO_ZERO, LOWER, [], max_age_years=-1)


@pytest.mark.parametrize("status", WITHOUT_VALUE)
def test_a_year_without_value_cannot_carry_a_number(status: Status) -> None:
    with pytest.raises(ValueError, match=r"but has the value 0\.0"):
        Observed(2014, 0.0, status)


@pytest.mark.parametrize("status", [Status.OK, Status.PRELIMINARY])
def test_a_value_that_is_said_to_exist_must_exist(status: Status) -> None:
    with pytest.raises(ValueError, match="but has no value"):
        Observed(2014, None, status)


@pytest.mark.parametrize("bad", [math.nan, math.inf, -math.inf])
def test_numbers_that_are_no_figures_are_refused(bad: float) -> None:
    with pytest.raises(ValueError, match="The value of 2014 must be a finite number"):
        Observed(2014, bad)
    with pytest.raises(ValueError, match="The baseline value must be a finite number"):
        Target(2010, bad, 2020, 0.0)
    with pytest.raises(ValueError, match="The target value must be a finite number"):
        Target(2010, 10.0, 2020, bad)


def test_a_target_year_must_come_after_the_baseline_year() -> None:
    with pytest.raises(ValueError, match="must come after the baseline year"):
        Target(2010, None, 2010, None)
