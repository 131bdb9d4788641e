"""Derived indicators: values by hand, units that make no sense, and years without a value."""

import csv
import math
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from samverka_engine.series.derived import (
    Difference,
    Formula,
    Group,
    Index,
    Key,
    Quantity,
    Rate,
    Reason,
    Sum,
    Unit,
    derive,
    gap_between_sexes,
)
from samverka_engine.series.verdict import Observed, Status
from tests.engine.worlds import BLEKINGE_MEN, BLEKINGE_WOMEN, observed, unhurried

DUMP = Path(__file__).resolve().parents[2].parent / "shared/data/kolada_dump_2024/values"

IN_WORK, RESIDENTS = Key("in_work"), Key("residents")
WORKERS, PEOPLE = Quantity(IN_WORK, Unit.PERSONS), Quantity(RESIDENTS, Unit.PERSONS)
COST = Quantity(Key("cost"), Unit.KRONOR)
SHARE = Quantity(Key("N03921"), Unit.PER_CENT)


def test_a_rate_is_numerator_by_denominator() -> None:
    data = {IN_WORK: observed({2020: 30, 2021: 45}), RESIDENTS: observed({2020: 40, 2021: 50})}
    rate = derive(Rate(WORKERS, PEOPLE), data)
    assert (rate.unit, rate.inputs) == (Unit.PER_CENT, (IN_WORK, RESIDENTS))
    assert rate.series == (Observed(2020, 75.0), Observed(2021, 90.0))


def test_the_gap_between_women_and_men_is_in_percentage_points() -> None:
    gap = gap_between_sexes(SHARE)
    result = derive(
        gap,
        {
            Key("N03921", Group.WOMEN): observed(BLEKINGE_WOMEN),
            Key("N03921", Group.MEN): observed(BLEKINGE_MEN),
        },
    )
    assert result.unit is Unit.PERCENTAGE_POINTS
    assert result.series[0].value == pytest.approx(12.767142 - 15.359288)
    assert [row.year for row in result.series] == sorted(BLEKINGE_WOMEN)


def test_a_gap_of_a_rate_uses_each_sexes_own_denominator() -> None:
    women, men = Group.WOMEN, Group.MEN
    result = derive(
        gap_between_sexes(Rate(WORKERS, PEOPLE)),
        {
            Key("in_work", women): observed({2020: 30}),
            Key("residents", women): observed({2020: 60}),
            Key("in_work", men): observed({2020: 30}),
            Key("residents", men): observed({2020: 40}),
        },
    )
    assert result.series == (Observed(2020, -25.0),)


@pytest.mark.skipif(not DUMP.is_dir(), reason="Kolada's dump is not here (../shared/data/kolada_dump_2024)")
def test_the_gap_between_foreign_born_and_all_in_work_in_sweden() -> None:
    def sweden(kpi: str) -> list[Observed]:
        with (DUMP / f"{kpi}.csv").open(encoding="utf-8") as rows:
            return [
                Observed(int(row["period"]), float(row["value"]))
                for row in csv.DictReader(rows)
                if row["municipality"] == "0000" and row["gender"] == "T" and row["value"]
            ]

    foreign, everybody = Quantity(Key("N02268"), Unit.PER_CENT), Quantity(Key("N02267"), Unit.PER_CENT)
    gap = derive(Difference(foreign, everybody), {f.key: sweden(f.key.indicator) for f in (foreign, everybody)})
    assert gap.unit is Unit.PERCENTAGE_POINTS
    assert all(row.value is not None and -25 < row.value < -5 for row in gap.series)


def test_an_index_is_100_in_its_base_year() -> None:
    index = derive(Index(PEOPLE, 2021), {RESIDENTS: observed({2020: 50, 2021: 80, 2022: 100})})
    assert index.unit is Unit.INDEX
    assert [row.value for row in index.series] == [62.5, 100.0, 125.0]


def test_kronor_by_person_and_persons_together() -> None:
    data = {Key("cost"): observed({2020: 900}), IN_WORK: observed({2020: 10}), RESIDENTS: observed({2020: 20})}
    cost = derive(Rate(COST, Sum(WORKERS, PEOPLE), per=1), data)
    assert (cost.unit, cost.series) == (Unit.KRONOR_PER_PERSON, (Observed(2020, 30.0),))


@pytest.mark.parametrize(
    ("make", "sentence"),
    [
        (lambda: Sum(SHARE, SHARE), "Only persons, kronor and pieces"),
        (lambda: Sum(WORKERS, COST), "Only persons, kronor and pieces"),
        (lambda: Difference(SHARE, WORKERS), "A difference needs one unit"),
        (lambda: Difference(SHARE, Difference(SHARE, SHARE)), "A difference needs one unit"),
        (lambda: Rate(SHARE, PEOPLE), "is no rate we know"),
        (lambda: Rate(PEOPLE, COST), "is no rate we know"),
        (lambda: Rate(COST, PEOPLE, per=100), "is no rate we know"),
        (lambda: Rate(WORKERS, PEOPLE, per=7), "is no rate we know"),
        (lambda: Index(gap_between_sexes(SHARE), 2020), "whose zero means nothing"),
        (lambda: Index(Index(PEOPLE, 2020), 2021), "whose zero means nothing"),
        (lambda: gap_between_sexes(Quantity(Key("x", Group.MEN), Unit.PERSONS)), "x is already about men"),
    ],
)
def test_formulas_whose_units_make_no_sense_cannot_be_built(make: object, sentence: str) -> None:
    with pytest.raises(ValueError, match=sentence):
        make()


@pytest.mark.parametrize("unit", [unit for unit in Unit if unit not in (Unit.PERSONS, Unit.KRONOR, Unit.PIECES)])
def test_nothing_but_amounts_is_ever_added(unit: Unit) -> None:
    quantity = Quantity(Key("x"), unit)
    with pytest.raises(ValueError, match="Only persons, kronor and pieces"):
        Sum(quantity, quantity)


def test_a_year_that_one_input_lacks_has_no_value_and_is_not_zero() -> None:
    result = derive(
        Rate(WORKERS, PEOPLE),
        {
            IN_WORK: [Observed(2019, 5.0), Observed(2020, None, Status.SUPPRESSED), Observed(2021, 6.0)],
            RESIDENTS: [
                Observed(2020, None, Status.MISSING),
                Observed(2021, 8.0, Status.PRELIMINARY),
                Observed(2022, 9.0),
            ],
        },
    )
    assert result.series == (
        Observed(2019, None, Status.MISSING),
        Observed(2020, None, Status.SUPPRESSED),
        Observed(2021, 75.0, Status.PRELIMINARY),
        Observed(2022, None, Status.MISSING),
    )
    assert result.reasons == {
        2019: Reason.INPUT_NOT_REPORTED,
        2020: Reason.INPUT_WITHOUT_VALUE,
        2022: Reason.INPUT_NOT_REPORTED,
    }


def test_a_denominator_of_zero_gives_no_value_and_says_so() -> None:
    result = derive(Rate(WORKERS, PEOPLE), {IN_WORK: observed({2020: 0}), RESIDENTS: observed({2020: 0})})
    assert result.series == (Observed(2020, None, Status.MISSING),)
    assert result.reasons == {2020: Reason.NOTHING_TO_DIVIDE_BY}


def test_an_index_without_its_base_year_has_no_values() -> None:
    data = {RESIDENTS: [Observed(2020, None, Status.SUPPRESSED), Observed(2021, 3.0)]}
    result = derive(Index(PEOPLE, 2020), data)
    assert [row.status for row in result.series] == [Status.SUPPRESSED] * 2
    assert set(result.reasons.values()) == {Reason.NO_BASE_YEAR}
    zero = derive(Index(PEOPLE, 2021), {RESIDENTS: observed({2021: 0, 2022: 1})})
    assert set(zero.reasons.values()) == {Reason.NOTHING_TO_DIVIDE_BY}


def test_a_result_too_large_for_a_number_is_told() -> None:
    data = {IN_WORK: observed({2020: 1e308}), RESIDENTS: observed({2020: 1e308})}
    assert derive(Sum(WORKERS, PEOPLE), data).reasons == {2020: Reason.TOO_LARGE}


def test_an_input_that_is_not_there_or_speaks_twice_is_refused() -> None:
    with pytest.raises(ValueError, match=r"The formula needs residents \(all\), which is not there"):
        derive(PEOPLE, {})
    with pytest.raises(ValueError, match=r"residents \(all\) has two rows for one year"):
        derive(PEOPLE, {RESIDENTS: [Observed(2020, 1.0), Observed(2020, 2.0)]})


amounts = st.dictionaries(st.integers(2000, 2010), st.integers(1, 10**6).map(float), min_size=1)


@unhurried
@given(amounts, st.integers(2, 1000))
def test_an_index_does_not_depend_on_the_unit_of_its_series(values: dict[int, float], factor: int) -> None:
    base = min(values)
    index: Formula = Index(PEOPLE, base)
    plain = derive(index, {RESIDENTS: observed(values)}).series
    larger = derive(index, {RESIDENTS: observed({year: value * factor for year, value in values.items()})}).series
    assert [row.value for row in larger] == pytest.approx([row.value for row in plain])
    assert plain[0].value == 100.0


@unhurried
@given(amounts, amounts)
def test_a_gap_turned_around_has_the_other_sign(women: dict[int, float], men: dict[int, float]) -> None:
    one, other = Quantity(Key("w"), Unit.PERSONS), Quantity(Key("m"), Unit.PERSONS)
    data = {one.key: observed(women), other.key: observed(men)}
    forth, back = derive(Difference(one, other), data), derive(Difference(other, one), data)
    for there, here in zip(forth.series, back.series, strict=True):
        assert (there.value is None) == (here.value is None)
        assert there.value is None or math.isclose(there.value, -(here.value or 0.0))
