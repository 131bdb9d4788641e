"""Totals for groups of areas: nodes, counties, similar municipalities.

Counts are added. A ratio's total comes from the members' numerators and denominators. Where those are not known
there is a weighted approximation that says it is one, and the unweighted mean that says so. Percentages are
never added. A code (0, 1, 2 for answers) is no quantity: it has no total at all. A member without a value is never
zero: the total says whom it covers, or there is none.

The rules and their limits: docs/algorithms/aggregate.md.
"""

import itertools
import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from samverka_engine.series.path import require_finite
from samverka_engine.series.verdict import Status

__all__ = [
    "Completeness",
    "GroupTotal",
    "LeftOut",
    "Measure",
    "Member",
    "Method",
    "Reason",
    "WhenMissing",
    "group_total",
]


class Measure(StrEnum):
    """What an indicator's values are, and so what may be done with them."""

    COUNT = "count"  # persons, kronor: parts of a whole, can be added
    RATIO = "ratio"  # a share, a rate, an amount by person: a numerator by a denominator
    OTHER = "other"  # a median, an index, a score: no parts to add
    CODE = "code"  # a number that stands for an answer: yes 1, no 0


class Method(StrEnum):
    """How a total is made."""

    SUM = "sum"
    RATIO_OF_SUMS = "ratio_of_sums"
    WEIGHTED_APPROXIMATION = "weighted_approximation"
    UNWEIGHTED_MEAN = "unweighted_mean"


class WhenMissing(StrEnum):
    """What becomes of the total when a member has no value."""

    NO_TOTAL = "no_total"
    INCOMPLETE_TOTAL = "incomplete_total"


class Completeness(StrEnum):
    """Whom the total covers."""

    COMPLETE = "complete"
    INCOMPLETE = "incomplete"
    NONE = "none"


class Reason(StrEnum):
    """Why there is no total."""

    NO_MEMBERS = "no_members"
    MEMBERS_WITHOUT_VALUE = "members_without_value"
    TOO_FEW_MEMBERS = "too_few_members"
    NOTHING_TO_DIVIDE_BY = "nothing_to_divide_by"


@dataclass(frozen=True, slots=True)
class Member:
    """One area of the group.

    value: the published figure. numerator, denominator: what it was made of, in persons or kronor.
    weight: for approximations, usually the population that the indicator is about; it may be known although
        the value is not.

    Raises ValueError for a value, numerator or denominator that contradicts the status, and for numbers that
    are none or negative where that makes no sense.
    """

    area: str
    status: Status = Status.OK
    value: float | None = None
    numerator: float | None = None
    denominator: float | None = None
    weight: float | None = None

    def __post_init__(self) -> None:
        for name, number in (("value", self.value), ("numerator", self.numerator)):
            if number is None:
                continue
            require_finite(f"The {name} of {self.area}", number)
            if not self.known:
                raise ValueError(f"{self.area} is {self.status} but has the {name} {number}.")
        for name, number in (("denominator", self.denominator), ("weight", self.weight)):
            if number is not None:
                require_finite(f"The {name} of {self.area}", number)
                if number < 0:
                    raise ValueError(f"The {name} of {self.area} cannot be negative; got {number}.")

    @property
    def known(self) -> bool:
        """Whether the source has published something for this area."""
        return self.status in (Status.OK, Status.PRELIMINARY)


@dataclass(frozen=True, slots=True)
class LeftOut:
    """A member that the total does not cover, and what the source says about it."""

    area: str
    status: Status


@dataclass(frozen=True, slots=True)
class GroupTotal:
    """A total, or the reason why there is none, and whom it covers.

    approximate: the number is not what the parts would give, and must say so where it is shown.
    covered, left_out: the members with and without a value.
    coverage: the covered members' share of the denominators (or weights); None when one of them is unknown.
    preliminary: at least one covered value is preliminary.
    assumptions: codes `name` or `name=value` of every choice.
    """

    value: float | None
    method: Method
    completeness: Completeness
    reason: Reason | None
    approximate: bool
    numerator: float | None
    denominator: float | None
    covered: tuple[str, ...]
    left_out: tuple[LeftOut, ...]
    coverage: float | None
    preliminary: bool
    assumptions: tuple[str, ...]


def group_total(
    members: Iterable[Member],
    measure: Measure,
    method: Method,
    *,
    when_missing: WhenMissing = WhenMissing.NO_TOTAL,
    least_coverage: float = 0.0,
    per: float = 1.0,
    weights: str | None = None,
) -> GroupTotal:
    """The total of a group by one method.

    least_coverage: for incomplete totals, the share of the members (and of the denominators or weights, when
        they are known) that must be covered; otherwise there is none.
    per: 100 for per cent, 1 000 for per mille; of ratios of sums only.
    weights: what the weights are, in words for the reader; needed by the weighted approximation.

    A suppressed value is as unknown as a missing one: it is never guessed from the others.
    Raises ValueError for a method that the measure does not allow (above all, adding percentages), the same
    area twice, and a published value without the parts that the method needs.
    """
    group = sorted(members, key=lambda member: member.area)
    _require_allowed(measure, method, weights)
    if not 0 <= least_coverage <= 1 or not math.isfinite(per) or per <= 0:
        raise ValueError("The least coverage is a share from 0 to 1, and the ratio is per a number above zero.")
    for earlier, later in itertools.pairwise(group):
        if earlier.area == later.area:
            raise ValueError(f"The area {later.area} is in the group twice.")
    covered = [member for member in group if member.known]
    for member in covered:
        _require_parts(member, method)
    left_out = [member for member in group if not member.known]
    coverage = _coverage(group, covered, method)

    reason: Reason | None = None
    if not group:
        reason = Reason.NO_MEMBERS
    elif left_out and when_missing is WhenMissing.NO_TOTAL:
        reason = Reason.MEMBERS_WITHOUT_VALUE
    elif not covered or min(len(covered) / len(group), 1.0 if coverage is None else coverage) < least_coverage:
        reason = Reason.TOO_FEW_MEMBERS
    top, bottom = _parts(covered, method) if reason is None else (None, None)
    if bottom == 0:
        reason = Reason.NOTHING_TO_DIVIDE_BY
    value = None
    if reason is None and top is not None:
        value = top if bottom is None else top / bottom * (per if method is Method.RATIO_OF_SUMS else 1.0)
    return GroupTotal(
        value=value,
        method=method,
        completeness=(
            Completeness.NONE if value is None else Completeness.INCOMPLETE if left_out else Completeness.COMPLETE
        ),
        reason=reason,
        approximate=method in (Method.WEIGHTED_APPROXIMATION, Method.UNWEIGHTED_MEAN),
        numerator=top if method is Method.RATIO_OF_SUMS else None,
        denominator=bottom if method is Method.RATIO_OF_SUMS else None,
        covered=tuple(member.area for member in covered),
        left_out=tuple(LeftOut(member.area, member.status) for member in left_out),
        coverage=coverage,
        preliminary=any(member.status is Status.PRELIMINARY for member in covered),
        assumptions=(
            f"method={method}",
            *((f"weights={weights}",) if method is Method.WEIGHTED_APPROXIMATION else ()),
            *((f"per={per:g}",) if method is Method.RATIO_OF_SUMS else ()),
            f"when_missing={when_missing}",
            f"least_coverage={least_coverage:g}",
        ),
    )


_ALLOWED = {
    Measure.COUNT: {Method.SUM, Method.UNWEIGHTED_MEAN},
    Measure.RATIO: {Method.RATIO_OF_SUMS, Method.WEIGHTED_APPROXIMATION, Method.UNWEIGHTED_MEAN},
    Measure.OTHER: {Method.WEIGHTED_APPROXIMATION, Method.UNWEIGHTED_MEAN},
    Measure.CODE: set(),
}


def _require_allowed(measure: Measure, method: Method, weights: str | None) -> None:
    if method not in _ALLOWED[measure]:
        if measure is Measure.CODE:
            raise ValueError("A number that stands for an answer has no total and no mean.")
        if method is Method.SUM:
            raise ValueError(f"Only counts and amounts are added; the measure is {measure}.")
        raise ValueError(f"The method {method} is not for the measure {measure}.")
    if method is Method.WEIGHTED_APPROXIMATION and not weights:
        raise ValueError("A weighted approximation says what its weights are.")


def _require_parts(member: Member, method: Method) -> None:
    needs = {
        Method.SUM: {"value": member.value},
        Method.RATIO_OF_SUMS: {"numerator": member.numerator, "denominator": member.denominator},
        Method.WEIGHTED_APPROXIMATION: {"value": member.value, "weight": member.weight},
        Method.UNWEIGHTED_MEAN: {"value": member.value},
    }
    for name, number in needs[method].items():
        if number is None:
            raise ValueError(f"{member.area} is {member.status} but has no {name}, which the method {method} needs.")


def _parts(covered: Sequence[Member], method: Method) -> tuple[float, float | None]:
    """What is on top, and what it is divided by. Summed exactly, so that the order of members means nothing."""
    match method:
        case Method.SUM:
            return math.fsum(m.value for m in covered if m.value is not None), None
        case Method.RATIO_OF_SUMS:
            return (
                math.fsum(m.numerator for m in covered if m.numerator is not None),
                math.fsum(m.denominator for m in covered if m.denominator is not None),
            )
        case Method.WEIGHTED_APPROXIMATION:
            pairs = [(m.value, m.weight) for m in covered if m.value is not None and m.weight is not None]
            return math.fsum(value * weight for value, weight in pairs), math.fsum(weight for _, weight in pairs)
        case Method.UNWEIGHTED_MEAN:
            return math.fsum(m.value for m in covered if m.value is not None), float(len(covered))


def _coverage(group: Sequence[Member], covered: Sequence[Member], method: Method) -> float | None:
    """The covered share of the denominators or weights; None unless they are known for every member."""
    of_ratio = method is Method.RATIO_OF_SUMS
    sizes = {member.area: member.denominator if of_ratio else member.weight for member in group}
    known = [size for size in sizes.values() if size is not None]
    whole = math.fsum(known)
    if len(known) < len(sizes) or not whole:
        return None
    return math.fsum(size for member in covered if (size := sizes[member.area]) is not None) / whole
