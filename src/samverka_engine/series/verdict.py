"""The verdict: is a goal ahead, on the way or behind, or can nobody tell?

Before the target year is reported, the latest observation is compared with the expected path, with a
tolerance band around it. From the target year on, the promise is compared with the observation OF the target
year, and falling short has no tolerance. What came later is reported beside the verdict, not mixed into it.

The mathematics, its sources and its limits: docs/algorithms/verdict.md.
"""

import itertools
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from samverka_engine.series.path import ExpectedPath, require_finite, require_later_target_year

__all__ = [
    "Judgement",
    "Observed",
    "Polarity",
    "Reason",
    "Standing",
    "Status",
    "Target",
    "Verdict",
    "judge",
    "require_right_direction",
]

# Two numbers closer than this share of the goal's own magnitude are the same number. Without it, 70 % of 11
# (7.699999999999999 in binary) would call 7.7 a missed target.
ROUNDING = 1e-9


class Status(StrEnum):
    """What the source says about one year's value."""

    OK = "ok"
    PRELIMINARY = "preliminary"
    MISSING = "missing"
    SUPPRESSED = "suppressed"
    NOT_JOINED = "not_joined"


class Polarity(StrEnum):
    """Which way is better."""

    LOWER_IS_BETTER = "lower_is_better"
    HIGHER_IS_BETTER = "higher_is_better"


class Verdict(StrEnum):
    """The four answers."""

    AHEAD = "ahead"
    ON_THE_WAY = "on_the_way"
    BEHIND = "behind"
    CANNOT_TELL = "cannot_tell"


class Reason(StrEnum):
    """What the verdict rests on, or why there is none."""

    COMPARED_WITH_PATH = "compared_with_path"
    TARGET_MET = "target_met"
    TARGET_MISSED = "target_missed"
    NO_TARGET = "no_target"
    NO_BASELINE = "no_baseline"
    NO_OBSERVATION_AFTER_BASELINE = "no_observation_after_baseline"
    TOO_OLD = "too_old"
    LATEST_MISSING = "latest_missing"
    LATEST_SUPPRESSED = "latest_suppressed"
    LATEST_NOT_JOINED = "latest_not_joined"
    TARGET_YEAR_MISSING = "target_year_missing"
    TARGET_YEAR_SUPPRESSED = "target_year_suppressed"
    TARGET_YEAR_NOT_JOINED = "target_year_not_joined"


_WHY_NO_LATEST = {
    Status.MISSING: Reason.LATEST_MISSING,
    Status.SUPPRESSED: Reason.LATEST_SUPPRESSED,
    Status.NOT_JOINED: Reason.LATEST_NOT_JOINED,
}
_WHY_NO_TARGET_YEAR = {
    Status.MISSING: Reason.TARGET_YEAR_MISSING,
    Status.SUPPRESSED: Reason.TARGET_YEAR_SUPPRESSED,
    Status.NOT_JOINED: Reason.TARGET_YEAR_NOT_JOINED,
}


@dataclass(frozen=True, slots=True)
class Observed:
    """One year of an indicator. A value exists exactly when the status is OK or PRELIMINARY.

    Raises ValueError for a value that contradicts its status, and for NaN and infinity.
    """

    year: int
    value: float | None
    status: Status = Status.OK

    def __post_init__(self) -> None:
        has_value = self.status in (Status.OK, Status.PRELIMINARY)
        if has_value and self.value is None:
            msg = f"The year {self.year} is {self.status} but has no value; say why it is absent."
            raise ValueError(msg)
        if not has_value and self.value is not None:
            msg = f"The year {self.year} is {self.status} but has the value {self.value}."
            raise ValueError(msg)
        if self.value is not None:
            require_finite(f"The value of {self.year}", self.value)


@dataclass(frozen=True, slots=True)
class Target:
    """What was promised. A value that nobody has set is None, and then nobody can tell how it goes.

    Raises ValueError if the target year is not after the baseline year, or if a value is NaN or infinite.
    """

    baseline_year: int
    baseline_value: float | None
    target_year: int
    target_value: float | None

    def __post_init__(self) -> None:
        require_later_target_year(self.baseline_year, self.target_year)
        if self.baseline_value is not None:
            require_finite("The baseline value", self.baseline_value)
        if self.target_value is not None:
            require_finite("The target value", self.target_value)


@dataclass(frozen=True, slots=True)
class Standing:
    """Where the indicator stood in one year.

    distance: in the indicator's unit, positive when better than the path.
    share_of_way: 0 at the baseline, 1 at the target, negative when it has moved away, above 1 when past the
        target; None when target and baseline are equal, because then there is no way to go.
    at_target: the value is at the target or better.
    """

    year: int
    value: float
    expected: float
    distance: float
    share_of_way: float | None
    at_target: bool
    preliminary: bool


@dataclass(frozen=True, slots=True)
class Judgement:
    """The verdict and everything a page needs to explain it.

    judged: what the verdict rests on: the target year once it is reported, before that the latest year.
        None exactly when the verdict is CANNOT_TELL.
    latest: the newest year with a value ("where it stands now"); kept also when nobody can tell.
    target_met: whether the promise held in the target year; None until that year has a value.
    first_year_met: the first observed year after the baseline at the target or better; it may come before
        the target year, or after a promise that was not kept.
    band: half the width of the tolerance band, in the indicator's unit; None without target and baseline.
    years_without_value: years after the baseline, up to the newest row, that have no value. If any of them
        comes before `first_year_met`, the target may have been met earlier.
    revised_baseline: the series' own value for the baseline year when it differs from the agreed baseline;
        the agreed one is what is judged against.
    assumptions: codes `name` or `name=value` of every choice that another reader could have made otherwise.
    """

    verdict: Verdict
    reason: Reason
    judged: Standing | None
    latest: Standing | None
    target_met: bool | None
    first_year_met: int | None
    band: float | None
    years_without_value: tuple[int, ...]
    revised_baseline: float | None
    assumptions: tuple[str, ...]


def judge(
    target: Target | None,
    polarity: Polarity,
    series: Iterable[Observed],
    *,
    as_of_year: int | None = None,
    tolerance: float = 0.10,
    level_tolerance: float = 0.02,
    max_age_years: int = 2,
) -> Judgement:
    """Judges a series of yearly observations against a target.

    series: at most one row per year, in any order. A year without a row has not been reported yet; a row
        with status MISSING says that there is nothing to report.
    as_of_year: rows after it are not seen. None means the newest row's year, so that nothing is too old.
    tolerance: half the band around the path, as a share of the distance from baseline to target.
    level_tolerance: the same for a target equal to the baseline, as a share of the baseline itself.
    max_age_years: how old the newest row may be, counted from `as_of_year`. A target year that has been
        reported does not age.

    A judgement that cannot be made is a result with its reason. Raises ValueError for a target that moves
    against the polarity, two rows for one year, a tolerance outside [0, 1) or a negative age.
    """
    _require_share("tolerance", tolerance)
    _require_share("level_tolerance", level_tolerance)
    if max_age_years < 0:
        msg = f"max_age_years cannot be negative; got {max_age_years}."
        raise ValueError(msg)
    rows = _in_order(series)
    if target is not None:
        require_right_direction(target, polarity)
    if target is None or target.target_value is None:
        return _no_goal(Reason.NO_TARGET)
    if target.baseline_value is None:
        return _no_goal(Reason.NO_BASELINE)

    path = ExpectedPath(target.baseline_year, target.baseline_value, target.target_year, target.target_value)
    if as_of_year is not None:
        rows = [row for row in rows if row.year <= as_of_year]
    after = [row for row in rows if row.year > path.baseline_year]
    band, band_assumption = _band(path, tolerance, level_tolerance)

    standings = [_standing(path, polarity, row.year, row.value, row.status) for row in after if row.value is not None]
    valued_years = {standing.year for standing in standings}
    verdict, reason, judged = _decide(path, band, after, standings, as_of_year, max_age_years)
    return Judgement(
        verdict=verdict,
        reason=reason,
        judged=judged,
        latest=standings[-1] if standings else None,
        target_met=next((s.at_target for s in standings if s.year == path.target_year), None),
        first_year_met=next((s.year for s in standings if s.at_target), None),
        band=band,
        years_without_value=tuple(
            year
            for year in range(path.baseline_year + 1, after[-1].year + 1 if after else 0)
            if year not in valued_years
        ),
        revised_baseline=_revised_baseline(path, rows),
        assumptions=(
            "linear_path",
            band_assumption,
            "no_tolerance_in_target_year",
            f"max_age_years={max_age_years}",
            "as_of_newest_row" if as_of_year is None else f"as_of_year={as_of_year}",
        ),
    )


def require_right_direction(target: Target, polarity: Polarity) -> None:
    """Raises ValueError if the target is worse than the baseline. Keeping the level is allowed."""
    if target.baseline_value is None or target.target_value is None:
        return
    rounding = _rounding(target.baseline_value, target.target_value)
    if _gain(polarity, target.target_value, target.baseline_value) < -rounding:
        better = "lower" if polarity is Polarity.LOWER_IS_BETTER else "higher"
        msg = (
            f"The target {target.target_value} is worse than the baseline {target.baseline_value}: "
            f"for this indicator {better} is better."
        )
        raise ValueError(msg)


def _decide(
    path: ExpectedPath,
    band: float,
    after: Sequence[Observed],
    standings: Sequence[Standing],
    as_of_year: int | None,
    max_age_years: int,
) -> tuple[Verdict, Reason, Standing | None]:
    """Which observation counts, and what it says."""
    if not after:
        return Verdict.CANNOT_TELL, Reason.NO_OBSERVATION_AFTER_BASELINE, None
    newest = after[-1]
    edge = band + _rounding(path.baseline_value, path.target_value)

    if newest.year >= path.target_year:
        promised = next((row for row in after if row.year == path.target_year), None)
        if promised is None:
            return Verdict.CANNOT_TELL, Reason.TARGET_YEAR_MISSING, None
        if promised.value is None:
            return Verdict.CANNOT_TELL, _WHY_NO_TARGET_YEAR[promised.status], None
        judged = next(s for s in standings if s.year == path.target_year)
        if not judged.at_target:
            return Verdict.BEHIND, Reason.TARGET_MISSED, judged
        verdict = Verdict.AHEAD if judged.distance > edge else Verdict.ON_THE_WAY
        return verdict, Reason.TARGET_MET, judged

    if as_of_year is not None and as_of_year - newest.year > max_age_years:
        return Verdict.CANNOT_TELL, Reason.TOO_OLD, None
    if newest.value is None:
        return Verdict.CANNOT_TELL, _WHY_NO_LATEST[newest.status], None
    judged = standings[-1]
    if judged.distance > edge:
        return Verdict.AHEAD, Reason.COMPARED_WITH_PATH, judged
    if judged.distance < -edge:
        return Verdict.BEHIND, Reason.COMPARED_WITH_PATH, judged
    return Verdict.ON_THE_WAY, Reason.COMPARED_WITH_PATH, judged


def _standing(path: ExpectedPath, polarity: Polarity, year: int, value: float, status: Status) -> Standing:
    expected = path.expected(year)
    way = path.target_value - path.baseline_value
    return Standing(
        year=year,
        value=value,
        expected=expected,
        distance=_gain(polarity, value, expected),
        share_of_way=None if _keeps_level(path) else (value - path.baseline_value) / way,
        at_target=_gain(polarity, value, path.target_value) >= -_rounding(path.baseline_value, path.target_value),
        preliminary=status is Status.PRELIMINARY,
    )


def _gain(polarity: Polarity, value: float, reference: float) -> float:
    """How much better `value` is than `reference`, in the indicator's unit."""
    return reference - value if polarity is Polarity.LOWER_IS_BETTER else value - reference


def _band(path: ExpectedPath, tolerance: float, level_tolerance: float) -> tuple[float, str]:
    """Half the width of the band, and the assumption that gave it."""
    if _keeps_level(path):
        return level_tolerance * abs(path.baseline_value), f"level_tolerance={level_tolerance:g}"
    return tolerance * abs(path.target_value - path.baseline_value), f"tolerance={tolerance:g}"


def _keeps_level(path: ExpectedPath) -> bool:
    return abs(path.target_value - path.baseline_value) <= _rounding(path.baseline_value, path.target_value)


def _rounding(baseline: float, target: float) -> float:
    """The difference below which two numbers are the same. It depends on the goal only, never on the value
    that is judged, so that a better value can never get a worse verdict."""
    return ROUNDING * max(abs(baseline), abs(target))


def _revised_baseline(path: ExpectedPath, rows: Sequence[Observed]) -> float | None:
    for row in rows:
        if row.year == path.baseline_year and row.value is not None:
            same = abs(row.value - path.baseline_value) <= _rounding(path.baseline_value, path.target_value)
            return None if same else row.value
    return None


def _in_order(series: Iterable[Observed]) -> list[Observed]:
    rows = sorted(series, key=lambda row: row.year)
    for earlier, later in itertools.pairwise(rows):
        if earlier.year == later.year:
            msg = f"The year {later.year} has more than one row; one row per year is needed."
            raise ValueError(msg)
    return rows


def _no_goal(reason: Reason) -> Judgement:
    return Judgement(
        verdict=Verdict.CANNOT_TELL,
        reason=reason,
        judged=None,
        latest=None,
        target_met=None,
        first_year_met=None,
        band=None,
        years_without_value=(),
        revised_baseline=None,
        assumptions=(),
    )


def _require_share(name: str, share: float) -> None:
    if not 0 <= share < 1:
        msg = f"{name} must be at least 0 and less than 1; got {share}."
        raise ValueError(msg)
