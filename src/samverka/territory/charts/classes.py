"""Classes of values for a map: few, about equally many areas in each, and no value in two of them."""

from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass

MOST = 5
TONES = ("lowest", "low", "middle", "high", "highest")
SPREAD = {
    1: (4,),
    2: (2, 4),
    3: (1, 3, 5),
    4: (1, 2, 4, 5),
    5: (1, 2, 3, 4, 5),
}
"""Which of the five tones a number of classes takes; as far apart as they can be."""


@dataclass(frozen=True)
class Class:
    """The lowest and highest value in it, how many areas it holds, and its tone."""

    low: float
    high: float
    areas: int
    tone: str

    @property
    def colour(self) -> str:
        return f"var(--map-{self.tone})"


def classes_of(values: Sequence[float], *, decimals: int) -> list[Class]:
    """The classes of some values, lowest first; none without values.

    Values that read the same, at the decimals shown, are in the same class.
    """
    rounded = sorted(round(value, decimals) for value in values)
    if not rounded:
        return []
    distinct = sorted(set(rounded))
    wanted = min(MOST, len(distinct), 3 if len(rounded) < 8 else 4 if len(rounded) < 20 else MOST)
    tops = sorted({rounded[-(-len(rounded) * (number + 1) // wanted) - 1] for number in range(wanted)})
    groups = [[value for value in rounded if bisect_left(tops, value) == index] for index in range(len(tops))]
    tones = [TONES[number - 1] for number in SPREAD[len(groups)]]
    return [Class(group[0], group[-1], len(group), tone) for group, tone in zip(groups, tones, strict=True)]


def class_of(value: float, classes: Sequence[Class], *, decimals: int) -> Class:
    shown = round(value, decimals)
    return next(found for found in classes if shown <= found.high)
