"""Flags on suspicious figures: the real defect in N00973, values by hand, and what is not odd at all."""

import csv
from collections import defaultdict
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from samverka_engine.series.quality import (
    Flag,
    Range,
    Suspicion,
    jumps,
    out_of_range,
    published_step,
    sexes_and_total,
    stopped,
)
from samverka_engine.series.verdict import Observed, Status
from tests.engine.worlds import BLEKINGE_MEN, BLEKINGE_TOTAL, BLEKINGE_WOMEN, observed, unhurried

DUMP = Path(__file__).resolve().parents[2].parent / "shared/data/kolada_dump_2024/values"
needs_dump = pytest.mark.skipif(not DUMP.is_dir(), reason="Kolada's dump is not here (../shared/data/kolada_dump_2024)")


def kolada(kpi: str) -> dict[str, dict[str, list[Observed]]]:
    """By area and sex (K, M, T); an empty value is missing."""
    found: dict[str, dict[str, list[Observed]]] = defaultdict(lambda: {"K": [], "M": [], "T": []})
    with (DUMP / f"{kpi}.csv").open(encoding="utf-8") as rows:
        for row in csv.DictReader(rows):
            value = float(row["value"]) if row["value"] else None
            status = Status.MISSING if value is None else Status.OK
            found[row["municipality"]][row["gender"]].append(Observed(int(row["period"]), value, status))
    return found


@needs_dump
def test_the_nation_in_2021_has_women_men_and_total_equal_in_n00973() -> None:
    sweden = kolada("N00973")["0000"]
    flags = sexes_and_total(sweden["K"], sweden["M"], sweden["T"], Range.PER_CENT)
    assert flags == (Flag(Suspicion.WOMEN_MEN_AND_TOTAL_EQUAL, 2021, (30.251159,) * 3),)


@needs_dump
def test_unemployment_in_every_area_is_never_out_of_range() -> None:
    areas = kolada("N03921").values()
    assert len(areas) > 290
    assert not [flag for area in areas for sex in area.values() for flag in out_of_range(sex, Range.PER_CENT)]


@needs_dump
def test_a_closed_series_has_stopped() -> None:
    series = kolada("N00914")["0000"]["T"]
    flag = stopped(series, expected_year=2023)
    assert flag is not None
    assert (flag.suspicion, flag.year, flag.score) == (Suspicion.STOPPED, 2021, 2.0)


def test_real_sexes_and_totals_are_not_odd() -> None:
    series = observed(BLEKINGE_WOMEN), observed(BLEKINGE_MEN), observed(BLEKINGE_TOTAL)
    assert sexes_and_total(*series, Range.PER_CENT) == ()


@pytest.mark.parametrize("value", [0.0, 100.0])
def test_nobody_and_everybody_are_not_odd_in_a_small_place(value: float) -> None:
    series = observed({2020: value})
    assert sexes_and_total(series, series, series, Range.PER_CENT) == ()


def test_the_total_of_a_share_lies_between_women_and_men() -> None:
    women, men = observed({2020: 10.0, 2021: 10.0}), observed({2020: 20.0, 2021: 20.0})
    flags = sexes_and_total(women, men, observed({2020: 20.0, 2021: 21.0}), Range.PER_CENT)
    assert flags == (Flag(Suspicion.TOTAL_NOT_BETWEEN_WOMEN_AND_MEN, 2021, (10.0, 20.0, 21.0)),)


def test_the_total_of_a_count_is_the_sum_of_women_and_men() -> None:
    women, men = observed({2020: 10.0, 2021: 10.0}), observed({2020: 20.0, 2021: 20.0})
    flags = sexes_and_total(women, men, observed({2020: 30.0, 2021: 31.0}), Range.COUNT)
    assert flags == (Flag(Suspicion.TOTAL_IS_NOT_THE_SUM, 2021, (10.0, 20.0, 31.0)),)


def test_what_a_sources_rounding_can_do_is_not_odd() -> None:
    sexes = observed({2003: 19.4, 2004: 19.4, 2005: 19.4, 2015: 19.4})
    total = observed({2003: 19.5, 2004: 19.4, 2005: 19.6, 2015: 19.4})
    flags = sexes_and_total(sexes, sexes, total, Range.PER_CENT, rounding={2003: 0.1, 2004: 0.1, 2005: 0.1})
    assert [(flag.year, flag.suspicion) for flag in flags] == [
        (2005, Suspicion.TOTAL_NOT_BETWEEN_WOMEN_AND_MEN),
        (2015, Suspicion.WOMEN_MEN_AND_TOTAL_EQUAL),
    ]
    thousands = observed({2020: 3.4}), observed({2020: 2.4}), observed({2020: 5.9})
    assert sexes_and_total(*thousands, Range.COUNT, rounding={2020: 0.1}) == ()
    assert len(sexes_and_total(*thousands, Range.COUNT)) == 1


@pytest.mark.parametrize(
    ("values", "step"),
    [([1.0, 20.0], 1.0), ([19.4, 7.0, -3.1], 0.1), ([19.44, 7.0], 0.01), ([19.444], 0.0), ([1 / 3], 0.0), ([], 0.0)],
)
def test_the_published_step_is_the_coarsest_that_all_values_keep(values: list[float], step: float) -> None:
    assert published_step(values) == step


@needs_dump
def test_rounding_by_year_leaves_little_that_is_odd_in_the_share_of_foreign_born() -> None:
    areas = kolada("N02926")
    by_year: dict[int, list[float]] = defaultdict(list)
    for row in (row for area in areas.values() for sex in area.values() for row in sex):
        if row.value is not None:
            by_year[row.year].append(row.value)
    steps = {year: published_step(values) for year, values in by_year.items()}
    assert (steps[2014], steps[2015]) == (0.1, 0.0)
    series = [(area["K"], area["M"], area["T"]) for area in areas.values()]
    assert sum(len(sexes_and_total(*three, Range.PER_CENT)) for three in series) > 100
    assert [flag for three in series for flag in sexes_and_total(*three, Range.PER_CENT, rounding=steps)] == []


def test_years_without_all_three_are_not_judged() -> None:
    women = [Observed(2020, None, Status.SUPPRESSED), Observed(2021, 7.0)]
    assert sexes_and_total(women, observed({2020: 1.0}), observed({2020: 1.0, 2021: 7.0}), Range.PER_CENT) == ()


@pytest.mark.parametrize(
    ("kind", "odd"),
    [
        (Range.PER_CENT, [(2020, Suspicion.BELOW_RANGE), (2023, Suspicion.ABOVE_RANGE)]),
        (Range.COUNT, [(2020, Suspicion.BELOW_RANGE)]),
        (Range.ANY, []),
    ],
)
def test_values_that_an_indicator_cannot_have(kind: Range, odd: list[tuple[int, Suspicion]]) -> None:
    flags = out_of_range(observed({2020: -0.1, 2021: 0.0, 2022: 100.0, 2023: 100.1}), kind)
    assert [(flag.year, flag.suspicion) for flag in flags] == odd


def test_a_jump_by_hand() -> None:
    # Changes 1 2 1 2 30 1: median 1.5, deviations .5 .5 .5 .5 28.5 .5, so a step is 1.4826 × 0.5.
    series = observed({2015: 10, 2016: 11, 2017: 13, 2018: 14, 2019: 16, 2020: 46, 2021: 47})
    (flag,) = jumps(series)
    assert (flag.suspicion, flag.year, flag.values) == (Suspicion.JUMP, 2020, (16.0, 46.0))
    assert flag.score == pytest.approx(28.5 / (1.4826022 * 0.5))
    assert jumps(series, least_jump=31) == ()


def test_a_jump_in_a_series_that_otherwise_stands_still_by_hand() -> None:
    # Changes 0 0 0 0 6: the median deviation is 0, the mean 1.2, so a step is 1.2533 × 1.2 and the score 3.99.
    (flag,) = jumps(observed({2015: 5, 2016: 5, 2017: 5, 2018: 5, 2019: 5, 2020: 11}))
    assert (flag.year, flag.score) == (2020, pytest.approx(6 / (1.2533141 * 1.2)))


def test_short_and_flat_series_have_no_jumps() -> None:
    assert jumps(observed({2015: 5, 2016: 5, 2017: 5, 2018: 90})) == ()
    assert jumps(observed(dict.fromkeys(range(2000, 2020), 5))) == ()


def test_a_change_over_a_gap_in_the_years_is_no_jump() -> None:
    years = [2010, 2011, 2012, 2013, 2014, 2015, 2019, 2020]
    assert jumps(observed({year: float(place) + (50 if year > 2018 else 0) for place, year in enumerate(years)})) == ()


def test_a_series_within_patience_has_not_stopped() -> None:
    series = [Observed(2020, 1.0), Observed(2021, None, Status.MISSING)]
    assert stopped(series, expected_year=2021) is None
    assert stopped(series, expected_year=2022) == Flag(Suspicion.STOPPED, 2020, (1.0,), 2.0)
    assert stopped([], expected_year=2022) is None


def test_questions_that_make_no_sense_are_refused() -> None:
    with pytest.raises(ValueError, match="more than one row"):
        out_of_range([Observed(2020, 1.0), Observed(2020, 2.0)], Range.ANY)
    with pytest.raises(ValueError, match="A jump needs"):
        jumps([], limit=0)
    with pytest.raises(ValueError, match="A jump needs"):
        jumps([], least_changes=2)


series = st.lists(st.integers(-1000, 1000).map(float), min_size=6, max_size=20).map(
    lambda values: {2000 + place: value for place, value in enumerate(values)}
)


@unhurried
@given(series, st.sampled_from([0.25, 4.0, 1024.0]))
def test_jumps_do_not_depend_on_the_unit(values: dict[int, float], factor: float) -> None:
    plain = jumps(observed(values))
    scaled = jumps(observed({year: value * factor for year, value in values.items()}))
    assert [flag.year for flag in scaled] == [flag.year for flag in plain]


@unhurried
@given(series)
def test_most_of_a_series_is_never_a_jump(values: dict[int, float]) -> None:
    assert len(jumps(observed(values))) < (len(values) - 1) / 2
