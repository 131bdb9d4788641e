"""Generated goals and series, and the figures of Blekinge that the golden cases use."""

from dataclasses import dataclass

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st

from samverka_engine.series.verdict import Observed, Polarity, Status, Target

# Kolada N03921, unemployed 16-24 years, per cent, Blekinge county (0010). Source: Kolada, taken 2024-08-30.
BLEKINGE_TOTAL = {
    2013: 14.191367,
    2014: 12.826108,
    2015: 11.83238,
    2016: 10.100828,
    2017: 8.41851,
    2018: 7.546728,
    2019: 7.112797,
    2020: 8.337017,
    2021: 7.007996,
    2022: 5.059033,
}
BLEKINGE_WOMEN = {
    2013: 12.767142,
    2014: 10.902679,
    2015: 9.785016,
    2016: 8.182791,
    2017: 7.058386,
    2018: 6.445105,
    2019: 6.341063,
    2020: 7.292565,
    2021: 6.030479,
    2022: 4.381331,
}
BLEKINGE_MEN = {
    2013: 15.359288,
    2014: 14.447667,
    2015: 13.55895,
    2016: 11.666303,
    2017: 9.497017,
    2018: 8.416121,
    2019: 7.725346,
    2020: 9.155683,
    2021: 7.767565,
    2022: 5.588535,
}

BASELINE_YEAR = 2010
# A busy machine says nothing about the engine.
unhurried = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
WITHOUT_VALUE = (Status.MISSING, Status.SUPPRESSED, Status.NOT_JOINED)


@dataclass(frozen=True)
class World:
    """A goal, a series and the year from which both are seen."""

    target: Target
    polarity: Polarity
    series: tuple[Observed, ...]
    as_of_year: int | None


def observed(values: dict[int, float]) -> list[Observed]:
    return [Observed(year, value) for year, value in values.items()]


def thousandths(low: int, high: int) -> st.SearchStrategy[float]:
    """Numbers with three decimals: ties and band edges come up often, as they do in published figures."""
    return st.integers(low * 1000, high * 1000).map(lambda n: n / 1000)


@st.composite
def worlds(draw: st.DrawFn, *, keep_level: bool | None = None, told: bool = False) -> World:
    """Any goal with any series.

    keep_level: forces or forbids a target equal to its baseline.
    told: every row has a value, and there are rows enough for a verdict.
    """
    polarity = draw(st.sampled_from(Polarity))
    baseline = draw(thousandths(0, 100))
    if keep_level is None:
        keep_level = draw(st.integers(0, 5)) == 0
    # Whole tenths over a few years put the edges of the band on the three decimals of the values.
    distance = 0.0 if keep_level else draw(st.integers(1, 200)) / 10 + draw(st.sampled_from((0.0, 0.001, 0.037)))
    sign = -1 if polarity is Polarity.LOWER_IS_BETTER else 1
    target = Target(
        BASELINE_YEAR,
        baseline,
        BASELINE_YEAR + draw(st.sampled_from((4, 5, 10)) | st.integers(1, 12)),
        round(baseline + sign * distance, 3),
    )
    years = draw(st.sets(st.integers(BASELINE_YEAR - 2, BASELINE_YEAR + 15), max_size=14))
    statuses: tuple[Status, ...] = (Status.OK, Status.OK, Status.OK, Status.PRELIMINARY)
    if told:
        years.add(draw(st.integers(BASELINE_YEAR + 1, BASELINE_YEAR + 15)))
        if max(years) > target.target_year:
            years.add(target.target_year)
        as_of_year = None
    else:
        statuses += WITHOUT_VALUE
        as_of_year = draw(st.none() | st.integers(BASELINE_YEAR - 1, BASELINE_YEAR + 20))
    rows = [draw(_observation(year, target, statuses)) for year in sorted(years)]
    return World(target, polarity, tuple(draw(st.permutations(rows))), as_of_year)


@st.composite
def _observation(draw: st.DrawFn, year: int, target: Target, statuses: tuple[Status, ...]) -> Observed:
    status = draw(st.sampled_from(statuses))
    if status in WITHOUT_VALUE:
        return Observed(year, None, status)
    assert target.target_value is not None
    value = draw(thousandths(-20, 120) | st.just(target.target_value) | _near_path(year, target))
    return Observed(year, value, status)


@st.composite
def _near_path(draw: st.DrawFn, year: int, target: Target) -> float:
    """Values around the band, where the verdict turns."""
    assert target.target_value is not None
    assert target.baseline_value is not None
    way = target.target_value - target.baseline_value
    share = min(1.0, max(0.0, (year - target.baseline_year) / (target.target_year - target.baseline_year)))
    steps = draw(st.sampled_from((-0.2, -0.1, -0.05, 0.0, 0.05, 0.1, 0.2)))
    return round(target.baseline_value + way * (share + steps), 3)
