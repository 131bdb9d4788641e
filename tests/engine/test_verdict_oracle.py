"""The engine against an oracle written another way: exact fractions, one table of years, no shared code.

The oracle reads every number as the decimal that a person sees, so it also shows that binary rounding in the
engine never decides a verdict.
"""

import csv
from fractions import Fraction
from itertools import groupby
from pathlib import Path

import pytest
from hypothesis import given, settings

from samverka_engine.series.verdict import Observed, Polarity, Target, judge
from tests.engine.worlds import World, unhurried, worlds

KOLADA = Path(__file__).resolve().parents[2].parent / "shared/data/kolada_dump_2024/values/N03921.csv"


def decimal(number: float | None) -> Fraction:
    assert number is not None
    return Fraction(repr(number))


def oracle(world: World) -> tuple[str, str, bool | None, int | None]:
    """Verdict, reason, target met and first year met, by walking a full table of years.

    Everything is first turned so that higher is better and the baseline is zero.
    """
    up = 1 if world.polarity is Polarity.HIGHER_IS_BETTER else -1
    start = decimal(world.target.baseline_value)
    goal = up * (decimal(world.target.target_value) - start)
    first, last = world.target.baseline_year + 1, world.target.target_year
    table: dict[int, Fraction | str] = {}
    for row in world.series:
        if row.year >= first and (world.as_of_year is None or row.year <= world.as_of_year):
            table[row.year] = str(row.status) if row.value is None else up * (decimal(row.value) - start)

    met = met_first = None
    for year in sorted(table, reverse=True):
        there = table[year]
        if not isinstance(there, str):
            if there >= goal:
                met_first = year
            if year == last:
                met = there >= goal
    if not table:
        return "cannot_tell", "no_observation_after_baseline", met, met_first

    half_band = goal / 10 if goal else abs(start) / 50
    if any(year >= last for year in table):
        there = table.get(last, "missing")
        if isinstance(there, str):
            return "cannot_tell", f"target_year_{there}", met, met_first
        if there < goal:
            return "behind", "target_missed", met, met_first
        return ("ahead" if there - goal > half_band else "on_the_way"), "target_met", met, met_first

    newest = max(table)
    if world.as_of_year is not None and newest + 2 < world.as_of_year:
        return "cannot_tell", "too_old", met, met_first
    there = table[newest]
    if isinstance(there, str):
        return "cannot_tell", f"latest_{there}", met, met_first
    path = Fraction(0)
    for _ in range(first, newest + 1):
        path += goal / (last - first + 1)
    if there > path + half_band:
        return "ahead", "compared_with_path", met, met_first
    if there < path - half_band:
        return "behind", "compared_with_path", met, met_first
    return "on_the_way", "compared_with_path", met, met_first


def engine(world: World) -> tuple[str, str, bool | None, int | None]:
    result = judge(world.target, world.polarity, world.series, as_of_year=world.as_of_year)
    return str(result.verdict), str(result.reason), result.target_met, result.first_year_met


@settings(unhurried, max_examples=600)
@given(worlds())
def test_engine_and_oracle_agree_on_generated_worlds(world: World) -> None:
    assert engine(world) == oracle(world)


@pytest.mark.skipif(not KOLADA.exists(), reason="the Kolada extract is not on this machine")
def test_engine_and_oracle_agree_on_youth_unemployment_in_all_of_sweden() -> None:
    with KOLADA.open(encoding="utf-8", newline="") as file:
        rows = sorted(csv.DictReader(file), key=lambda row: (row["municipality"], row["gender"]))
    verdicts = set()
    for _, group in groupby(rows, key=lambda row: (row["municipality"], row["gender"])):
        figures = {int(row["period"]): float(row["value"]) for row in group if row["value"]}
        if 2013 not in figures:
            continue
        series = tuple(Observed(year, value) for year, value in figures.items())
        target = Target(2013, figures[2013], 2017, figures[2013] * 0.5)
        for as_of_year in range(2013, 2023):
            world = World(target, Polarity.LOWER_IS_BETTER, series, as_of_year)
            assert engine(world) == oracle(world)
            verdicts.add(engine(world)[0])
    assert verdicts == {"ahead", "on_the_way", "behind", "cannot_tell"}
