"""What must hold for every goal and every series."""

import dataclasses

import pytest
from hypothesis import given
from hypothesis import strategies as st

from samverka_engine.series.verdict import Judgement, Observed, Polarity, Status, Target, Verdict, judge
from tests.engine.worlds import BASELINE_YEAR, World, unhurried, worlds

BEST_FIRST = (Verdict.AHEAD, Verdict.ON_THE_WAY, Verdict.BEHIND)
OTHER_WAY = {
    Polarity.LOWER_IS_BETTER: Polarity.HIGHER_IS_BETTER,
    Polarity.HIGHER_IS_BETTER: Polarity.LOWER_IS_BETTER,
}


def judged(world: World) -> Judgement:
    return judge(world.target, world.polarity, world.series, as_of_year=world.as_of_year)


def answers(result: Judgement) -> tuple[object, ...]:
    """What must not depend on unit, zero point or direction."""
    return (
        result.verdict,
        result.reason,
        None if result.judged is None else result.judged.year,
        None if result.latest is None else (result.latest.year, result.latest.at_target),
        result.target_met,
        result.first_year_met,
        result.years_without_value,
    )


def remade(world: World, factor: float, shift: float, *, polarity: Polarity) -> World:
    def new(value: float | None) -> float | None:
        return None if value is None else value * factor + shift

    target = dataclasses.replace(
        world.target,
        baseline_value=new(world.target.baseline_value),
        target_value=new(world.target.target_value),
    )
    series = tuple(dataclasses.replace(row, value=new(row.value)) for row in world.series)
    return World(target, polarity, series, world.as_of_year)


@unhurried
@given(worlds())
def test_a_mirrored_goal_has_the_same_verdict(world: World) -> None:
    mirrored = judged(remade(world, -1.0, 0.0, polarity=OTHER_WAY[world.polarity]))
    plain = judged(world)
    assert answers(mirrored) == answers(plain)
    if plain.judged is not None:
        assert mirrored.judged is not None
        assert mirrored.judged.distance == plain.judged.distance
        assert mirrored.judged.share_of_way == plain.judged.share_of_way


@unhurried
@given(worlds(), st.sampled_from((0.001, 0.5, 3.0, 10.0, 1000.0)))
def test_the_unit_does_not_matter(world: World, factor: float) -> None:
    assert answers(judged(remade(world, factor, 0.0, polarity=world.polarity))) == answers(judged(world))


@unhurried
@given(worlds(keep_level=False), st.integers(-200, 200))
def test_the_zero_point_does_not_matter(world: World, shift: int) -> None:
    assert answers(judged(remade(world, 1.0, shift, polarity=world.polarity))) == answers(judged(world))


@unhurried
@given(worlds(told=True), st.floats(0, 200))
def test_a_better_value_never_gives_a_worse_verdict(world: World, gain: float) -> None:
    before = judged(world)
    assert before.judged is not None
    sign = -1 if world.polarity is Polarity.LOWER_IS_BETTER else 1
    better = tuple(
        dataclasses.replace(row, value=row.value + sign * gain)
        if row.year == before.judged.year and row.value is not None
        else row
        for row in world.series
    )
    after = judged(dataclasses.replace(world, series=better))
    assert BEST_FIRST.index(after.verdict) <= BEST_FIRST.index(before.verdict)
    assert after.target_met is before.target_met or after.target_met is True


@unhurried
@given(worlds(), st.data())
def test_a_missing_year_never_counts_as_a_number(world: World, data: st.DataObject) -> None:
    untold = set(range(BASELINE_YEAR + 1, BASELINE_YEAR + 20)) - {row.year for row in world.series}
    year = data.draw(st.sampled_from(sorted(untold)))
    before = judged(world)
    after = judged(dataclasses.replace(world, series=(*world.series, Observed(year, None, Status.MISSING))))
    assert after.latest == before.latest
    assert after.target_met is before.target_met
    assert after.first_year_met == before.first_year_met
    assert after.verdict in (before.verdict, Verdict.CANNOT_TELL)
    assert after.judged in (before.judged, None)


@unhurried
@given(worlds(), st.data())
def test_the_order_of_rows_does_not_matter(world: World, data: st.DataObject) -> None:
    shuffled = tuple(data.draw(st.permutations(world.series)))
    assert judged(dataclasses.replace(world, series=shuffled)) == judged(world)


@unhurried
@given(worlds(told=True), st.data())
def test_a_year_told_twice_is_refused(world: World, data: st.DataObject) -> None:
    twice = data.draw(st.sampled_from(world.series))
    with pytest.raises(ValueError, match=f"The year {twice.year} has more than one row"):
        judged(dataclasses.replace(world, series=(*world.series, twice)))


@unhurried
@given(worlds(), st.integers(1, 5), st.floats(-1e6, 1e6))
def test_the_future_is_not_seen(world: World, years: int, value: float) -> None:
    as_of_year = BASELINE_YEAR + 15 if world.as_of_year is None else world.as_of_year
    seen = dataclasses.replace(
        world,
        as_of_year=as_of_year,
        series=tuple(row for row in world.series if row.year <= as_of_year),
    )
    with_future = dataclasses.replace(seen, series=(*seen.series, Observed(as_of_year + years, value)))
    assert judged(with_future) == judged(seen)


@unhurried
@given(worlds())
def test_a_verdict_rests_on_a_value_and_its_absence_has_a_reason(world: World) -> None:
    result = judged(world)
    assert (result.judged is None) is (result.verdict is Verdict.CANNOT_TELL)
    values = {(row.year, row.value) for row in world.series}
    for standing in (result.judged, result.latest):
        assert standing is None or (standing.year, standing.value) in values


@unhurried
@given(worlds(keep_level=False), st.integers(1, 100))
def test_a_target_against_the_polarity_is_always_refused(world: World, thousandths: int) -> None:
    baseline = world.target.baseline_value
    assert baseline is not None
    sign = 1 if world.polarity is Polarity.LOWER_IS_BETTER else -1
    wrong = Target(BASELINE_YEAR, baseline, BASELINE_YEAR + 5, baseline + sign * thousandths / 1000)
    with pytest.raises(ValueError, match="worse than the baseline"):
        judge(wrong, world.polarity, world.series)
