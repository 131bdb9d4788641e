"""The expected path: a straight line from the baseline to the target, level after the target year.

The line is drawn, not estimated: it says what "on time" means when nothing else has been agreed.
See docs/algorithms/verdict.md.
"""

import math
from dataclasses import dataclass

__all__ = ["ExpectedPath", "target_from_share"]


@dataclass(frozen=True, slots=True)
class ExpectedPath:
    """A straight line between two agreed points.

    Values are in the indicator's unit, years are whole calendar years.

    Raises ValueError if the target year is not after the baseline year, or if a value is NaN or infinite.
    """

    baseline_year: int
    baseline_value: float
    target_year: int
    target_value: float

    def __post_init__(self) -> None:
        require_later_target_year(self.baseline_year, self.target_year)
        require_finite("The baseline value", self.baseline_value)
        require_finite("The target value", self.target_value)
        require_finite("The distance from baseline to target", self.target_value - self.baseline_value)

    def expected(self, at_year: int) -> float:
        """The value expected at `at_year`; the target itself in the target year and every year after it.

        Formula: b + (t - b) * (year - baseline year) / (target year - baseline year).
        Raises ValueError for a year before the baseline, where no path is drawn.
        """
        if at_year < self.baseline_year:
            msg = f"No path is drawn before the baseline year {self.baseline_year}; asked for {at_year}."
            raise ValueError(msg)
        if at_year >= self.target_year:
            return self.target_value
        gone = at_year - self.baseline_year
        whole = self.target_year - self.baseline_year
        return self.baseline_value + (self.target_value - self.baseline_value) * gone / whole


def target_from_share(baseline: float, share: float) -> float:
    """The target that is `share` of the baseline: 0.5 halves it, 1.0 keeps it, 2.0 doubles it.

    Raises ValueError if either number is NaN or infinite, or if the share is negative.
    """
    require_finite("The baseline value", baseline)
    require_finite("The share", share)
    if share < 0:
        msg = f"The share of the baseline cannot be negative; got {share}."
        raise ValueError(msg)
    target = baseline * share
    require_finite("The target value", target)
    return target


def require_later_target_year(baseline_year: int, target_year: int) -> None:
    """Raises ValueError unless the target year comes after the baseline year."""
    if target_year <= baseline_year:
        msg = f"The target year must come after the baseline year; got {target_year} and {baseline_year}."
        raise ValueError(msg)


def require_finite(what: str, number: float) -> None:
    """Raises ValueError if `number` is NaN or infinite; `what` begins the sentence."""
    if not math.isfinite(number):
        msg = f"{what} must be a finite number; got {number}."
        raise ValueError(msg)
