"""Totals for groups of areas: values by hand, missing and suppressed members, and what is never added."""

import math
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from samverka_engine.series.aggregate import (
    Completeness,
    GroupTotal,
    LeftOut,
    Measure,
    Member,
    Method,
    Reason,
    WhenMissing,
    group_total,
)
from samverka_engine.series.verdict import Status
from tests.engine.worlds import WITHOUT_VALUE, unhurried

# A node of three: 30 of 100 in work, 10 of 20, 240 of 400. Together 280 of 520; the mean of 30, 50, 60 says 46.7.
NODE = (
    Member("A", value=30.0, numerator=30.0, denominator=100.0, weight=900.0),
    Member("B", value=50.0, numerator=10.0, denominator=20.0, weight=100.0),
    Member("C", value=60.0, numerator=240.0, denominator=400.0, weight=1000.0),
)
SUPPRESSED = Member("D", Status.SUPPRESSED, denominator=8.0, weight=50.0)


def ratio(*members: Member, when_missing: WhenMissing = WhenMissing.INCOMPLETE_TOTAL, least: float = 0.0) -> GroupTotal:
    return group_total(
        members,
        Measure.RATIO,
        Method.RATIO_OF_SUMS,
        per=100,
        when_missing=when_missing,
        least_coverage=least,
    )


def test_a_ratios_total_is_the_numerators_by_the_denominators() -> None:
    total = ratio(*NODE)
    assert total.value == pytest.approx(100 * 280 / 520)
    assert (total.numerator, total.denominator) == (280.0, 520.0)
    assert (total.completeness, total.approximate, total.coverage) == (Completeness.COMPLETE, False, 1.0)
    assert total.covered == ("A", "B", "C")


def test_a_weighted_approximation_says_that_it_is_one() -> None:
    total = group_total(NODE, Measure.RATIO, Method.WEIGHTED_APPROXIMATION, weights="population 2022")
    assert total.value == pytest.approx((30 * 900 + 50 * 100 + 60 * 1000) / 2000)
    assert total.approximate
    assert total.assumptions[:2] == ("method=weighted_approximation", "weights=population 2022")
    assert (total.numerator, total.denominator) == (None, None)


def test_an_unweighted_mean_says_that_it_is_one() -> None:
    total = group_total(NODE, Measure.RATIO, Method.UNWEIGHTED_MEAN)
    assert total.value == pytest.approx(140 / 3)
    assert total.approximate
    assert "method=unweighted_mean" in total.assumptions


def test_counts_are_added() -> None:
    members = [Member("A", value=3.0), Member("B", value=0.0), Member("C", Status.PRELIMINARY, value=4.0)]
    total = group_total(members, Measure.COUNT, Method.SUM)
    assert (total.value, total.completeness, total.preliminary) == (7.0, Completeness.COMPLETE, True)


def test_a_missing_member_leaves_no_total_unless_an_incomplete_one_is_chosen() -> None:
    none = ratio(*NODE, SUPPRESSED, when_missing=WhenMissing.NO_TOTAL)
    assert (none.value, none.completeness, none.reason) == (None, Completeness.NONE, Reason.MEMBERS_WITHOUT_VALUE)
    some = ratio(*NODE, SUPPRESSED)
    assert some.value == pytest.approx(100 * 280 / 520)
    assert (some.completeness, some.reason) == (Completeness.INCOMPLETE, None)
    assert some.left_out == (LeftOut("D", Status.SUPPRESSED),)
    assert some.coverage == pytest.approx(520 / 528)


def test_coverage_is_unknown_when_a_members_size_is() -> None:
    assert ratio(*NODE, Member("D", Status.MISSING)).coverage is None


def test_too_little_covered_is_no_total() -> None:
    large = Member("E", Status.MISSING, denominator=2000.0)
    assert ratio(*NODE, large, least=0.5).reason is Reason.TOO_FEW_MEMBERS
    assert ratio(*NODE, large, least=0.2).value is not None
    unknown = [Member(f"U{i}", Status.MISSING) for i in range(4)]
    assert ratio(*NODE, *unknown, least=0.5).reason is Reason.TOO_FEW_MEMBERS


def test_nobody_and_nothing_are_no_totals() -> None:
    assert ratio().reason is Reason.NO_MEMBERS
    assert ratio(SUPPRESSED).reason is Reason.TOO_FEW_MEMBERS
    assert ratio(Member("A", numerator=0.0, denominator=0.0)).reason is Reason.NOTHING_TO_DIVIDE_BY
    assert ratio(Member("A", numerator=0.0, denominator=5.0)).value == 0.0


@pytest.mark.parametrize("measure", [Measure.RATIO, Measure.OTHER])
def test_percentages_and_medians_are_never_added(measure: Measure) -> None:
    with pytest.raises(ValueError, match="Only counts and amounts are added"):
        group_total(NODE, measure, Method.SUM)


@pytest.mark.parametrize(
    ("measure", "method"),
    [
        (Measure.OTHER, Method.RATIO_OF_SUMS),
        (Measure.COUNT, Method.RATIO_OF_SUMS),
        (Measure.COUNT, Method.WEIGHTED_APPROXIMATION),
    ],
)
def test_a_method_that_the_measure_does_not_allow_is_refused(measure: Measure, method: Method) -> None:
    with pytest.raises(ValueError, match="is not for the measure"):
        group_total(NODE, measure, method, weights="w")


@pytest.mark.parametrize("method", Method)
def test_codes_for_answers_have_no_total_of_any_kind(method: Method) -> None:
    with pytest.raises(ValueError, match="has no total and no mean"):
        group_total(NODE, Measure.CODE, method, weights="w")


def test_a_published_value_without_its_parts_is_refused() -> None:
    with pytest.raises(ValueError, match="B is ok but has no numerator"):
        ratio(Member("B", value=50.0, denominator=10.0))
    with pytest.raises(ValueError, match="B is ok but has no weight"):
        group_total([Member("B", value=50.0)], Measure.RATIO, Method.WEIGHTED_APPROXIMATION, weights="w")
    with pytest.raises(ValueError, match="says what its weights are"):
        group_total(NODE, Measure.RATIO, Method.WEIGHTED_APPROXIMATION)


def test_contradictions_are_refused() -> None:
    with pytest.raises(ValueError, match=r"A is suppressed but has the value 3\.0"):
        Member("A", Status.SUPPRESSED, value=3.0)
    with pytest.raises(ValueError, match="A is missing but has the numerator"):
        Member("A", Status.MISSING, numerator=3.0)
    with pytest.raises(ValueError, match="denominator of A cannot be negative"):
        Member("A", denominator=-1.0)
    with pytest.raises(ValueError, match="value of A must be a finite number"):
        Member("A", value=math.nan)
    with pytest.raises(ValueError, match="in the group twice"):
        ratio(NODE[0], NODE[0])
    with pytest.raises(ValueError, match="least coverage is a share"):
        ratio(*NODE, least=1.5)


def shares(known: bool = True) -> st.SearchStrategy[Member]:
    statuses = st.sampled_from((Status.OK, Status.PRELIMINARY) if known else WITHOUT_VALUE)

    def member(area: int, status: Status, denominator: int, part: float, weight: int) -> Member:
        numerator = float(round(part * denominator))
        if not known:
            return Member(f"x{area:05}", status, denominator=float(denominator), weight=float(weight))
        value = 100 * numerator / denominator
        return Member(f"{area:05}", status, value, numerator, float(denominator), float(weight))

    return st.builds(
        member, st.integers(0, 99999), statuses, st.integers(1, 10**6), st.floats(0, 1), st.integers(1, 10**6)
    )


groups = st.lists(shares(), min_size=1, max_size=12, unique_by=lambda member: member.area)
METHODS = st.sampled_from([Method.RATIO_OF_SUMS, Method.WEIGHTED_APPROXIMATION, Method.UNWEIGHTED_MEAN])


@unhurried
@given(groups, METHODS)
def test_a_total_of_percentages_stays_among_its_members(members: list[Member], method: Method) -> None:
    total = group_total(members, Measure.RATIO, method, per=100 if method is Method.RATIO_OF_SUMS else 1, weights="w")
    values = [member.value for member in members if member.value is not None]
    assert total.value is not None
    assert min(values) - 1e-9 <= total.value <= max(values) + 1e-9


@unhurried
@given(groups, st.integers(1, 11))
def test_totals_of_nodes_make_the_same_county_as_its_municipalities(members: list[Member], cut: int) -> None:
    nodes = [part for part in (members[:cut], members[cut:]) if part]
    parts = [ratio(*node) for node in nodes]
    county = ratio(*(Member(f"node{i}", numerator=p.numerator, denominator=p.denominator) for i, p in enumerate(parts)))
    assert county.value == pytest.approx(ratio(*members).value)


@unhurried
@given(groups, shares(known=False), METHODS)
def test_a_member_without_value_changes_no_value_and_is_always_told(
    members: list[Member], absent: Member, method: Method
) -> None:
    def total(*group: Member) -> GroupTotal:
        return group_total(
            group,
            Measure.RATIO,
            method,
            when_missing=WhenMissing.INCOMPLETE_TOTAL,
            weights="w",
        )

    without, beside = total(*members), total(*members, absent)
    assert beside.value == without.value
    assert beside.completeness is Completeness.INCOMPLETE
    assert beside.left_out == (LeftOut(absent.area, absent.status),)


@unhurried
@given(groups, METHODS, st.randoms(use_true_random=False))
def test_the_order_of_members_does_not_matter(members: list[Member], method: Method, random: Random) -> None:
    shuffled = list(members)
    random.shuffle(shuffled)
    assert group_total(shuffled, Measure.RATIO, method, weights="w") == group_total(
        members, Measure.RATIO, method, weights="w"
    )
