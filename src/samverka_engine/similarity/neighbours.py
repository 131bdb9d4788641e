"""Which areas are most like one area, by chosen structural indicators, and why.

Each indicator is put on its own scale (how far the areas lie apart), and the distance between two areas is the
weighted root mean square of their differences on the indicators that both have. Every contribution is kept, so
that a page can say why two areas are alike. Formulas and limits: docs/algorithms/similarity.md.
"""

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from samverka_engine.series.path import require_finite

__all__ = [
    "Contribution",
    "Criterion",
    "LeftOut",
    "Neighbour",
    "NoAnswer",
    "Scale",
    "ScaleBy",
    "Similarity",
    "Transform",
    "WhyLeftOut",
    "similar_areas",
]

# Distances that differ by less than this share are a tie, so that a change of unit never changes the order.
ROUNDING = 1e-9
# A median absolute deviation times this is a standard deviation when values are normally distributed.
MAD_TO_SD = 1.482602218505602


class ScaleBy(StrEnum):
    """What one step on an indicator's scale is."""

    STANDARD_DEVIATION = "standard_deviation"
    MEDIAN_ABSOLUTE_DEVIATION = "median_absolute_deviation"


class Transform(StrEnum):
    """What is done to the values first. A logarithm makes twice as large one step everywhere, as sizes need."""

    NONE = "none"
    LOGARITHM = "logarithm"


class WhyLeftOut(StrEnum):
    """Why an area is not compared."""

    TOO_FEW_INDICATORS = "too_few_indicators"


class NoAnswer(StrEnum):
    """Why there are no neighbours."""

    FOCUS_HAS_TOO_FEW_INDICATORS = "focus_has_too_few_indicators"
    NOBODY_TO_COMPARE_WITH = "nobody_to_compare_with"


@dataclass(frozen=True, slots=True)
class Criterion:
    """One indicator of the comparison. Raises ValueError for a weight that is not above zero."""

    indicator: str
    weight: float = 1.0
    transform: Transform = Transform.NONE

    def __post_init__(self) -> None:
        require_finite(f"The weight of {self.indicator}", self.weight)
        if self.weight <= 0:
            raise ValueError(f"The weight of {self.indicator} must be above zero; leave it out instead.")


@dataclass(frozen=True, slots=True)
class Scale:
    """How an indicator's values lie over all areas that have one.

    centre, step: of the transformed values; a step of zero or None says nothing about likeness, because all
    (or, by median, half of) the areas are equal or too few have a value, and the indicator is not used.
    """

    criterion: Criterion
    areas: int
    centre: float | None
    step: float | None

    @property
    def used(self) -> bool:
        """Whether the indicator tells areas apart."""
        return self.step is not None and self.step > 0


@dataclass(frozen=True, slots=True)
class Contribution:
    """One indicator's part in a distance.

    difference: other minus focus, in steps of the indicator's scale.
    share: of the squared distance; the shares of a neighbour sum to one (all zero when the areas are equal).
    """

    indicator: str
    focus_value: float
    value: float
    difference: float
    share: float


@dataclass(frozen=True, slots=True)
class Neighbour:
    """An area and its distance: 1 means a typical difference of one step on every indicator.

    compared: the share of the weights that both areas have values for.
    contributions: largest first. missing: indicators of the comparison that this area lacks.
    """

    area: str
    distance: float
    compared: float
    contributions: tuple[Contribution, ...]
    missing: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class LeftOut:
    """An area that is not compared, why, and the share of the weights it could have been compared on."""

    area: str
    why: WhyLeftOut
    compared: float


@dataclass(frozen=True, slots=True)
class Similarity:
    """The nearest areas, nearest first, with everything that decided it.

    no_answer: why there are none; None when there are.
    scales: one for each criterion, in the order given.
    focus_missing: indicators that the focus lacks, on which nobody was compared.
    """

    focus: str
    nearest: tuple[Neighbour, ...]
    no_answer: NoAnswer | None
    left_out: tuple[LeftOut, ...]
    scales: tuple[Scale, ...]
    focus_missing: tuple[str, ...]
    assumptions: tuple[str, ...]


def similar_areas(
    focus: str,
    values: Mapping[str, Mapping[str, float | None]],
    criteria: Sequence[Criterion],
    *,
    nearest: int = 7,
    scale_by: ScaleBy = ScaleBy.STANDARD_DEVIATION,
    least_share: float = 0.75,
) -> Similarity:
    """The areas most like `focus`.

    values: by area and indicator; None or no entry is a missing value, and never zero.
    nearest: how many neighbours; equal distances are ordered by area code. Seven is Kolada's choice.
    least_share: the share of the weights that two areas must both have values for to be compared.

    Raises ValueError for an unknown focus, criteria that are none or repeated, a value that is no number, the
    logarithm of a value that is not above zero, and shares and counts out of range.
    """
    _require_sound(focus, values, criteria, nearest, least_share)
    scales = tuple(_scale(criterion, values, scale_by) for criterion in criteria)
    used = [scale for scale in scales if scale.used]
    whole = math.fsum(scale.criterion.weight for scale in used)
    own = values[focus]

    neighbours, left_out = [], []
    for area in sorted(values):
        if area == focus:
            continue
        other = values[area]
        pairs = _pairs(own, other, used)
        compared = math.fsum(pair.criterion.weight for pair in pairs) / whole if whole else 0.0
        if not pairs or compared < least_share - ROUNDING:
            left_out.append(LeftOut(area, WhyLeftOut.TOO_FEW_INDICATORS, compared))
        else:
            missing = tuple(s.criterion.indicator for s in used if not _has(other, s))
            neighbours.append(_neighbour(area, pairs, compared, missing))
    return Similarity(
        focus=focus,
        nearest=tuple(_in_order(neighbours)[:nearest]),
        no_answer=None if neighbours else _why_none(own, used, whole, least_share),
        left_out=tuple(left_out),
        scales=scales,
        focus_missing=tuple(s.criterion.indicator for s in scales if not _has(own, s)),
        assumptions=(
            f"scale_by={scale_by}",
            f"least_share={least_share:g}",
            f"nearest={nearest}",
            "weighted_root_mean_square_on_common_indicators",
            "ties_by_area_code",
        ),
    )


@dataclass(frozen=True, slots=True)
class _Pair:
    """Two areas' values of one indicator that both have."""

    criterion: Criterion
    step: float
    mine: float
    theirs: float


def _pairs(own: Mapping[str, float | None], other: Mapping[str, float | None], scales: Iterable[Scale]) -> list[_Pair]:
    pairs = []
    for scale in scales:
        mine, theirs = own.get(scale.criterion.indicator), other.get(scale.criterion.indicator)
        if scale.step and mine is not None and theirs is not None:
            pairs.append(_Pair(scale.criterion, scale.step, mine, theirs))
    return pairs


def _neighbour(area: str, pairs: Sequence[_Pair], compared: float, missing: tuple[str, ...]) -> Neighbour:
    differences = [
        (_transformed(pair.criterion, pair.theirs) - _transformed(pair.criterion, pair.mine)) / pair.step
        for pair in pairs
    ]
    squares = [pair.criterion.weight * gap * gap for pair, gap in zip(pairs, differences, strict=True)]
    squared = math.fsum(squares)
    contributions = [
        Contribution(pair.criterion.indicator, pair.mine, pair.theirs, gap, square / squared if squared else 0.0)
        for pair, gap, square in zip(pairs, differences, squares, strict=True)
    ]
    return Neighbour(
        area=area,
        distance=math.sqrt(squared / math.fsum(pair.criterion.weight for pair in pairs)),
        compared=compared,
        contributions=tuple(sorted(contributions, key=lambda part: (-part.share, part.indicator))),
        missing=missing,
    )


def _in_order(neighbours: Iterable[Neighbour]) -> list[Neighbour]:
    """By distance, and by code among those whose distances are the same number but for rounding."""
    ordered = sorted(neighbours, key=lambda neighbour: (neighbour.distance, neighbour.area))
    tied: list[list[Neighbour]] = []
    for neighbour in ordered:
        if tied and neighbour.distance - tied[-1][0].distance <= ROUNDING * neighbour.distance:
            tied[-1].append(neighbour)
        else:
            tied.append([neighbour])
    return [neighbour for group in tied for neighbour in sorted(group, key=lambda one: one.area)]


def _scale(criterion: Criterion, values: Mapping[str, Mapping[str, float | None]], scale_by: ScaleBy) -> Scale:
    """Sorted and exactly summed, so that the order of areas means nothing."""
    found = sorted(
        _transformed(criterion, value)
        for area in values.values()
        if (value := area.get(criterion.indicator)) is not None
    )
    if len(found) < 2:
        return Scale(criterion, len(found), None, None)
    if scale_by is ScaleBy.MEDIAN_ABSOLUTE_DEVIATION:
        centre = _median(found)
        step = MAD_TO_SD * _median(sorted(abs(value - centre) for value in found))
    else:
        centre = math.fsum(found) / len(found)
        step = math.sqrt(math.fsum((value - centre) ** 2 for value in found) / len(found))
    if step <= ROUNDING * max(abs(found[0]), abs(found[-1])):
        step = 0.0
    return Scale(criterion, len(found), centre, step)


def _median(in_order: Sequence[float]) -> float:
    middle = len(in_order) // 2
    return in_order[middle] if len(in_order) % 2 else (in_order[middle - 1] + in_order[middle]) / 2


def _transformed(criterion: Criterion, value: float) -> float:
    return math.log(value) if criterion.transform is Transform.LOGARITHM else value


def _has(area: Mapping[str, float | None], scale: Scale) -> bool:
    return area.get(scale.criterion.indicator) is not None


def _why_none(own: Mapping[str, float | None], used: Sequence[Scale], whole: float, least: float) -> NoAnswer:
    covered = math.fsum(scale.criterion.weight for scale in used if _has(own, scale))
    if whole and covered / whole < least - ROUNDING:
        return NoAnswer.FOCUS_HAS_TOO_FEW_INDICATORS
    return NoAnswer.NOBODY_TO_COMPARE_WITH


def _require_sound(
    focus: str,
    values: Mapping[str, Mapping[str, float | None]],
    criteria: Sequence[Criterion],
    nearest: int,
    least_share: float,
) -> None:
    if focus not in values:
        raise ValueError(f"The area {focus} is not among those to compare.")
    names = [criterion.indicator for criterion in criteria]
    if not names or len(set(names)) != len(names):
        raise ValueError("A comparison needs at least one indicator, and each indicator once.")
    if nearest < 1:
        raise ValueError(f"At least one neighbour is asked for; got {nearest}.")
    if not 0 < least_share <= 1:
        raise ValueError(f"The least share is above 0 and at most 1; got {least_share}.")
    for area, row in values.items():
        for criterion in criteria:
            value = row.get(criterion.indicator)
            if value is None:
                continue
            require_finite(f"The value of {criterion.indicator} for {area}", value)
            if criterion.transform is Transform.LOGARITHM and value <= 0:
                raise ValueError(f"{criterion.indicator} has no logarithm for {area}: the value is {value}.")
