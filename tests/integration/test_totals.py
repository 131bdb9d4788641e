"""Figures of nodes and labour markets: counted from their municipalities, by hand and by the program."""

import math
from collections.abc import Iterable

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from samverka.foundation.clock import now
from samverka.statistics.enums import Measure, ObservationStatus, Sex
from samverka.statistics.models import Extraction, Indicator, Observation, Source
from samverka.statistics.queries import left_out_of, series_for, total_of
from samverka.statistics.queries.totals import best_method
from samverka.territory.enums import AreaKind
from samverka.territory.models import Area, Membership
from samverka.territory.queries import municipalities_of
from samverka_engine.series.aggregate import Completeness, Member, Method
from samverka_engine.series.verdict import Status

pytestmark = pytest.mark.django_db
OK, PRELIMINARY, MISSING, SUPPRESSED = ObservationStatus
Told = tuple[str, float | None, ObservationStatus, float | None, float | None]
"""Code, value, status, numerator, denominator."""
NODE = ("1060", "1082", "1083")


def indicator(key: str, measure: Measure, *, weight: Indicator | None = None) -> Indicator:
    return Indicator.objects.create(
        source=Source.objects.all()[0], source_key=key, name=f"Prov {key}", measure=measure, weight=weight, unit="%"
    )


def tell(of: Indicator, rows: Iterable[Told], *, year: int = 2020, sex: Sex = Sex.TOTAL) -> None:
    moment = now()
    extraction = Extraction.objects.create(
        indicator=of, extracted_at=moment, imported_at=moment, file_name="t.csv", file_sha256="0" * 64, rows=1
    )
    areas = dict(Area.objects.values_list("code", "pk"))
    Observation.objects.bulk_create(
        Observation(
            indicator=of,
            area_id=areas[code],
            year=year,
            sex=sex,
            value=value,
            status=status,
            numerator=numerator,
            denominator=denominator,
            extraction=extraction,
        )
        for code, value, status, numerator, denominator in rows
    )


@pytest.fixture
def node() -> Area:
    """Olofström, Karlshamn and Sölvesborg."""
    county = Area.objects.get(code="10")
    made = Area.objects.create(
        code="10-vast", kind=AreaKind.NODE, name="Väst", parent=county, population=1,
        population_on=county.population_on, latitude=56.1, longitude=14.7,
    )  # fmt: skip
    Membership.objects.bulk_create(
        Membership(whole=made, municipality=part) for part in Area.objects.filter(code__in=NODE)
    )
    return made


def only(of: Indicator, area: Area, sex: Sex = Sex.TOTAL):  # type: ignore[no-untyped-def]
    (figure,) = series_for([of], areas=[area])[of.pk][area.pk, sex]
    return figure


def test_a_share_is_made_of_numerators_and_denominators(node: Area) -> None:
    """30 of 100, 10 of 20 and 240 of 400 are 280 of 520, 53.8 per cent; not the mean 46.7, and never 140."""
    share = indicator("TEST1", Measure.RATIO)
    tell(share, [("1060", 30.0, OK, 30, 100), ("1082", 50.0, OK, 10, 20), ("1083", 60.0, PRELIMINARY, 240, 400)])
    figure = only(share, node)
    assert figure.value == pytest.approx(100 * 280 / 520)
    assert figure.status == PRELIMINARY
    assert (figure.is_approximate, figure.is_incomplete) == (False, False)
    assert (figure.total.numerator, figure.total.denominator) == (280, 520)


def test_an_amount_by_person_is_not_a_per_cent(node: Area) -> None:
    crowns = indicator("TEST2", Measure.RATIO)
    tell(crowns, [("1060", 250.0, OK, 2500, 10), ("1082", 100.0, OK, 3000, 30), ("1083", 50.0, OK, 500, 10)])
    assert only(crowns, node).value == pytest.approx(6000 / 50)


def test_a_count_is_added_and_lacks_nobody(node: Area) -> None:
    people = indicator("TEST3", Measure.COUNT)
    tell(people, [("1060", 7.0, OK, None, None), ("1082", 11.0, OK, None, None), ("1083", 0.0, OK, None, None)])
    assert only(people, node).value == 18
    tell(people, [("1060", 7.0, OK, None, None), ("1082", 11.0, OK, None, None)], year=2021)
    figure = series_for([people], areas=[node])[people.pk][node.pk, Sex.TOTAL][1]
    assert (figure.value, figure.status) == (None, MISSING)
    assert [code for code, _ in _left_out(figure)] == ["1083"]


def _left_out(figure: object) -> list[tuple[str, ObservationStatus]]:
    codes = dict(Area.objects.values_list("pk", "code"))
    return [(codes[key], status) for key, status in left_out_of(figure)]  # type: ignore[arg-type]


def test_a_suppressed_member_of_a_count_gives_no_total_and_says_so(node: Area) -> None:
    people = indicator("TEST4", Measure.COUNT)
    tell(
        people, [("1060", 7.0, OK, None, None), ("1082", 11.0, OK, None, None), ("1083", None, SUPPRESSED, None, None)]
    )
    figure = only(people, node)
    assert (figure.value, figure.status) == (None, SUPPRESSED)
    assert _left_out(figure) == [("1083", SUPPRESSED)]


def test_a_share_of_most_says_that_it_is_incomplete() -> None:
    """A node of four, one of them suppressed: 280 of 520, which is 520 of 528 of those it is about."""
    share = indicator("TEST5", Measure.RATIO)
    tell(
        share,
        [("1060", 30.0, OK, 30, 100), ("1082", 50.0, OK, 10, 20), ("1083", 60.0, OK, 240, 400),
         ("1081", None, SUPPRESSED, None, None)],
    )  # fmt: skip
    (figure,) = total_of(share, municipalities=Area.objects.filter(code__in=[*NODE, "1081"]))[Sex.TOTAL]
    assert figure.value == pytest.approx(100 * 280 / 520)
    assert figure.is_incomplete
    assert figure.status == OK
    assert _left_out(figure) == [("1081", SUPPRESSED)]


def test_a_share_of_too_few_is_none(node: Area) -> None:
    """Two of three members is less than three quarters: one is suppressed and the node has no value."""
    share = indicator("TEST6", Measure.RATIO)
    tell(share, [("1060", 30.0, OK, 30, 100), ("1082", 50.0, OK, 10, 20), ("1083", None, MISSING, None, None)])
    figure = only(share, node)
    assert (figure.value, figure.status) == (None, MISSING)
    assert figure.total.completeness is Completeness.NONE
    assert _left_out(figure) == [("1083", MISSING)]


def test_without_parts_a_share_is_weighted_and_says_with_what(node: Area) -> None:
    """30, 50 and 60 weighted with 900, 100 and 1 000 are 46.0."""
    people = indicator("TEST7", Measure.COUNT)
    share = indicator("TEST8", Measure.RATIO, weight=people)
    tell(people, [("1060", 900, OK, None, None), ("1082", 100, OK, None, None), ("1083", 1000, OK, None, None)])
    rows: list[Told] = [("1060", 30.0, OK, None, None), ("1082", 50.0, OK, None, None), ("1083", 60.0, OK, None, None)]
    tell(share, rows)
    tell(share, rows, sex=Sex.WOMEN)
    for sex in (Sex.TOTAL, Sex.WOMEN):  # women are weighed with all when the weights are not told apart
        figure = only(share, node, sex)
        assert figure.value == pytest.approx(46.0)
        assert figure.is_approximate
        assert "weights=Prov TEST7" in figure.total.assumptions


@pytest.mark.parametrize("measure", [Measure.RATIO, Measure.OTHER])
def test_without_weights_it_is_an_unweighted_mean_that_says_so(node: Area, measure: Measure) -> None:
    score = indicator("TEST9", measure)
    tell(score, [("1060", 30.0, OK, None, None), ("1082", 50.0, OK, None, None), ("1083", 60.0, OK, None, None)])
    figure = only(score, node)
    assert figure.value == pytest.approx(140 / 3)
    assert figure.is_approximate
    assert figure.total.method is Method.UNWEIGHTED_MEAN


def test_codes_for_answers_are_not_put_together(node: Area) -> None:
    """Shortage, balance and surplus in three municipalities are not balance in the node."""
    answer = indicator("TEST13", Measure.CODE)
    tell(answer, [("1060", 0, OK, None, None), ("1082", 1, OK, None, None), ("1083", 2, OK, None, None)])
    assert series_for([answer], areas=[node, Area.objects.get(code="10")])[answer.pk] == {}
    assert total_of(answer, municipalities=municipalities_of(node), unweighted=True) == {}


def test_all_years_are_made_in_one_way(node: Area) -> None:
    """Two years have parts and one has not: that one has no value, rather than one of another kind."""
    share = indicator("TEST10", Measure.RATIO)
    whole: list[Told] = [("1060", 30.0, OK, 30, 100), ("1082", 50.0, OK, 10, 20), ("1083", 60.0, OK, 240, 400)]
    tell(share, whole, year=2019)
    tell(share, whole, year=2020)
    tell(share, [(code, value, status, None, None) for code, value, status, _, _ in whole], year=2018)
    figures = series_for([share], areas=[node])[share.pk][node.pk, Sex.TOTAL]
    assert [figure.value is None for figure in figures] == [True, False, False]


def test_a_municipality_counts_during_the_years_that_it_belongs(node: Area) -> None:
    people = indicator("TEST11", Measure.COUNT)
    Membership.objects.filter(whole=node, municipality__code="1083").update(from_year=2020)
    for year in (2019, 2020):
        tell(people, [(code, 5.0, OK, None, None) for code in NODE], year=year)
    figures = series_for([people], areas=[node])[people.pk][node.pk, Sex.TOTAL]
    assert [figure.value for figure in figures] == [10, 15]


def test_a_published_figure_is_never_counted_again() -> None:
    share = indicator("TEST12", Measure.RATIO)
    tell(share, [("10", 44.0, OK, None, None), ("1060", 30.0, OK, 30, 100)])
    figure = only(share, Area.objects.get(code="10"))
    assert (figure.value, figure.total) == (44.0, None)


def test_a_county_that_the_source_leaves_out_is_made_of_its_municipalities() -> None:
    people = indicator("TEST13", Measure.COUNT)
    codes = Area.objects.filter(parent__code="10").values_list("code", flat=True)
    tell(people, [(code, 2.0, OK, None, None) for code in codes])
    tell(people, [("0980", 3.0, OK, None, None)])
    assert only(people, Area.objects.get(code="10")).value == 10
    assert only(people, Area.objects.get(code="09")).value == 3  # a county with one municipality is the municipality


def test_the_questions_do_not_grow_with_indicators_or_areas(node: Area, django_assert_num_queries) -> None:  # type: ignore[no-untyped-def]
    people = indicator("TEST15", Measure.COUNT)
    shares = [indicator(f"TEST16{number}", Measure.RATIO, weight=people) for number in range(6)]
    for share in shares:
        tell(share, [(code, 5.0, OK, None, None) for code in NODE])
    markets = list(Area.objects.filter(kind=AreaKind.LABOUR_MARKET)[:20])
    counties = list(Area.objects.filter(kind=AreaKind.COUNTY))
    for indicators, areas in (([shares[0]], [node, counties[0]]), (shares, [node, *markets, *counties])):
        with django_assert_num_queries(5):
            series_for(indicators, areas=areas)


PARTS = st.tuples(st.integers(0, 500), st.integers(1, 500)).map(lambda pair: (min(pair), pair[1]))


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    parts=st.lists(PARTS, min_size=3, max_size=3),
    with_parts=st.booleans(),
    absent=st.sets(st.integers(0, 2)),
    why=st.sampled_from([MISSING, SUPPRESSED]),
)
def test_percentages_are_never_summed(
    node: Area, parts: list[tuple[int, int]], with_parts: bool, absent: set[int], why: ObservationStatus
) -> None:
    """Whatever the members say, the node lies between the lowest and the highest of them, or has no value at all."""
    share = indicator(f"P{Indicator.objects.count()}", Measure.RATIO)
    rows: list[Told] = []
    for number, (code, (top, bottom)) in enumerate(zip(NODE, parts, strict=True)):
        if number in absent:
            rows.append((code, None, why, None, None))
        else:
            known = (top, bottom) if with_parts else (None, None)
            rows.append((code, 100 * top / bottom, OK, *known))
    tell(share, rows)
    figure = only(share, node)
    values = [value for _, value, _, _, _ in rows if value is not None]
    assert {code for code, _ in _left_out(figure)} == {NODE[number] for number in absent}
    if absent:
        assert figure.value is None
        assert figure.status in (MISSING, SUPPRESSED)
        return
    assert figure.total.method in (Method.RATIO_OF_SUMS, Method.UNWEIGHTED_MEAN)
    assert min(values) - 1e-9 <= figure.value <= max(values) + 1e-9
    if figure.total.method is Method.RATIO_OF_SUMS:
        tops, bottoms = zip(*parts, strict=True)
        assert math.isclose(figure.value, 100 * sum(tops) / sum(bottoms), abs_tol=1e-9)


def test_nothing_but_counts_is_ever_added() -> None:
    members = [Member("a", Status.OK, 1.0, 1.0, 2.0, 3.0), Member("b", Status.OK, 2.0, 2.0, 3.0, 4.0)]
    for measure in (Measure.RATIO, Measure.OTHER):
        assert best_method(measure, [members]) is not Method.SUM
