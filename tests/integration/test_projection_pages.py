"""The projection of an area: from the population by age that has been taken in, and from what the reader assumes."""

import datetime as dt
import re
from collections.abc import Callable
from dataclasses import replace
from html import unescape

import numpy as np
import pytest
from django.test import Client
from django.utils import timezone

from samverka.picture.content.moves import moves_of, usual_moves
from samverka.picture.content.outlook import DEFAULTS, outlook_of
from samverka.picture.queries.population import BY_AGE, assumed_population_of, past_of, population_of
from samverka.statistics.enums import ObservationStatus, Sex
from samverka.statistics.models import Extraction, Indicator, Observation, Source
from samverka.territory.models import Area
from samverka_engine.scenarios.schedules import life_table

pytestmark = pytest.mark.django_db
TABLE = life_table(DEFAULTS.women_live, DEFAULTS.men_live)
COUNTY = "/lagesbild/10/framskrivning/"


def area(code: str) -> Area:
    return Area.objects.get(code=code)


def single_years(*codes: str, without: tuple[int, ...] = (), year: int = 2025, more: int = 0) -> None:
    """A thousand women and as many men of every age in these areas, as Kolada publishes it; `more` at 30."""
    source = Source.objects.get(key="kolada")
    for age, key in BY_AGE[0].keys.items():
        indicator, _ = Indicator.objects.get_or_create(source=source, source_key=key, defaults={"name": key})
        extraction = Extraction.objects.create(
            indicator=indicator,
            extracted_at=timezone.now() - dt.timedelta(days=1 + 2025 - year),
            imported_at=timezone.now(),
            file_name=key,
            file_sha256=key * 10,
            rows=1,
        )
        Observation.objects.bulk_create(
            Observation(
                indicator=indicator,
                area=area(code),
                year=year,
                sex=sex,
                value=None if age in without else 1000 + (more if age == 30 else 0),
                status=ObservationStatus.MISSING if age in without else ObservationStatus.OK,
                extraction=extraction,
            )
            for code in codes
            for sex in (Sex.WOMEN, Sex.MEN)
        )


def test_a_county_starts_from_its_groups_of_ten_years_and_keeps_every_groups_sum() -> None:
    base = population_of(area("10"))
    assert base is not None
    assert (base.year, base.width, base.parts) == (2026, 10, ())
    stored = Observation.objects.get(indicator__source_key="TAB6471-10arJ-20-29", area__code="10", sex=Sex.WOMEN)
    assert base.persons[0, 20:30].sum() == pytest.approx(stored.value)


def test_the_nation_is_its_counties_added_together() -> None:
    base = population_of(area("00"))
    assert base is not None
    assert len(base.parts) == 21
    assert base.persons.sum() == pytest.approx(10_605_694)


def test_single_years_are_preferred_and_parts_are_added_only_when_all_are_there() -> None:
    single_years("1060", "1080", "1081", "1082")
    own = population_of(area("1080"))
    assert own is not None
    assert (own.width, own.persons.shape, own.persons.sum()) == (1, (2, 101), 202_000)
    county = population_of(area("10"))
    assert county is not None
    assert county.width == 10, "one municipality is missing, so the county's own groups are used"
    single_years("1083")
    county = population_of(area("10"))
    assert county is not None
    assert (county.width, len(county.parts), county.persons.sum()) == (1, 5, 5 * 202_000)


def test_a_missing_age_is_never_taken_for_nobody() -> None:
    single_years("1080", without=(37,))
    assert population_of(area("1080")) is None


def test_what_the_reception_adds_is_the_difference_and_every_person_is_accounted_for() -> None:
    base = population_of(area("10"))
    assert base is not None
    found = outlook_of("10", base, replace(DEFAULTS, reception=300, moves=-200))
    assert np.abs(found.runs.with_reception.unexplained()).max() < 1e-6
    last = found.rows[-1]
    assert last.added == pytest.approx(last.total - last.without)
    assert 0 < last.added < 2 * 5 * 300
    first_year = found.runs.with_reception
    assert first_year.departures[0].sum() == pytest.approx(200, rel=0.03)


def test_the_page_says_what_it_assumes_and_keeps_it_in_the_address(browse: Callable[[str], Client]) -> None:
    page = browse("citizen").get(COUNTY, {"reception": "300", "years": "10"})
    text = page.content.decode()
    assert page.status_code == 200
    assert "2036" in text
    assert 'value="300"' in text
    assert "beräkning och ingen prognos" in text
    picture = unescape(re.search(r'<img[^>]* src="([^"]+)"', text)[1])
    assert "reception=300" in picture
    drawn = browse("citizen").get(picture)
    assert (drawn.status_code, drawn["Content-Type"]) == (200, "image/svg+xml; charset=utf-8")
    table = browse("citizen").get(unescape(re.search(r'href="([^"]+format=csv)"', text)[1]))
    assert table.content.decode().splitlines()[0].startswith("år,med mottagandet")


def test_a_projection_begins_with_moves_as_they_have_been(browse: Callable[[str], Client]) -> None:
    """Blekinge's women and men 2017–2022 are known, and its ages in 2026. Kolada's published moves (N01801 less
    N01802) are 80 a year in the mean for its municipalities."""
    base = population_of(area("10"))
    assert base is not None
    past = past_of(area("10"), base)
    assert past is not None
    assert (past.years, past.persons.shape) == ((2017, 2018, 2019, 2020, 2021, 2022), (6, 2))
    usual = usual_moves(base, past, TABLE)
    assert usual.persons == 57
    assert usual.net.sum(axis=1) == pytest.approx([42, 15], abs=1)
    page = browse("citizen").get(COUNTY)
    text = told(page.content)
    assert page.context["form"].data["moves"] == 57
    assert "I snitt 57 om året 2017–2022." in text
    assert "Flyttarna börjar som de har varit: netto 57 om året 2017–2022" in text
    assert "Ni antar i stället" not in text


def test_the_reader_may_assume_other_moves_or_none(browse: Callable[[str], Client]) -> None:
    none = told(browse("citizen").get(COUNTY, {"moves": "0"}).content)
    assert "Ni antar i stället att ingen flyttar." in none
    many = told(browse("citizen").get(COUNTY, {"moves": "-300"}).content)
    assert "Ni antar i stället −300 om året." in many
    base = population_of(area("10"))
    assert base is not None
    past = past_of(area("10"), base)
    assert past is not None
    usual = usual_moves(base, past, TABLE)
    assert not moves_of(0, usual).any()
    assert moves_of(-300, usual).sum() == pytest.approx(-300, abs=1)
    assert moves_of(usual.persons, usual) == pytest.approx(usual.net)
    closed = outlook_of("10", base, replace(DEFAULTS, moves=0), usual).runs.without_reception
    assert closed.departures.sum() == closed.arrivals.sum() == 0


def test_with_every_age_of_every_year_moves_are_counted_age_by_age() -> None:
    """Two years alike but for fifty more aged 30: the rest of the change is deaths that did not happen."""
    single_years("1080", year=2024)
    single_years("1080", more=50)
    base = population_of(area("1080"))
    assert base is not None
    past = past_of(area("1080"), base)
    assert past is not None
    assert (past.years, past.persons.shape) == ((2024, 2025), (2, 2, 101))
    usual = usual_moves(base, past, TABLE)
    assert usual.by_age
    assert usual.net[:, 0] == pytest.approx([0, 0])
    assert usual.net[:, 30] - usual.net[:, 29] == pytest.approx([50, 50], abs=0.1)


def test_without_two_years_that_follow_each_other_nobody_is_taken_to_move(browse: Callable[[str], Client]) -> None:
    Observation.objects.filter(indicator__source_key="N01951", year__in=[2011, 2013, 2015, 2017, 2019, 2021]).delete()
    base = population_of(area("10"))
    assert base is not None
    assert past_of(area("10"), base) is None
    page = browse("citizen").get(COUNTY)
    assert page.context["form"].data["moves"] == 0
    assert "residualmetoden" not in told(page.content)


@pytest.mark.parametrize("wrong", [{"years": "500"}, {"children": "-1"}, {"women_live": "abc"}, {"moves": "1e99"}])
def test_what_cannot_be_assumed_is_said_beside_the_field(
    browse: Callable[[str], Client], wrong: dict[str, str]
) -> None:
    page = browse("citizen").get(COUNTY, wrong)
    assert page.status_code == 422
    assert page.context["form"].errors.keys() == wrong.keys()


def test_an_area_without_ages_says_what_is_needed_and_where_to_go(browse: Callable[[str], Client]) -> None:
    page = browse("citizen").get("/lagesbild/1080/framskrivning/").content.decode()
    assert "N01817" in page
    assert "/lagesbild/10/framskrivning/" in page


BLEKINGE = ("1060", "1080", "1081", "1082", "1083")


@pytest.mark.parametrize("code", BLEKINGE)
def test_a_municipality_without_ages_says_why_and_offers_its_countys_as_an_assumption(
    browse: Callable[[str], Client], code: str
) -> None:
    address = f"/lagesbild/{code}/framskrivning/"
    page = told(browse("citizen").get(address).content)
    assert "Befolkningen efter ålder är inte hämtad" in page
    assert "Räkna med länets åldrar" in page
    answer = browse("citizen").get(f"{address}?alder=lan")
    assert answer.status_code == 200
    page = told(answer.content)
    assert "Åldrarna är ett antagande: kommunens egna är inte hämtade" in page
    assert "med samma åldrar som i Blekinge län 2026" in page
    drawn = re.search(rf'src="({re.escape(address)}diagram/[^"]*)"', answer.content.decode())
    assert drawn is not None
    assert "alder=lan" in drawn[1]
    assert browse("citizen").get(unescape(drawn[1])).status_code == 200


def test_assumed_ages_keep_the_municipalitys_own_women_and_men() -> None:
    assumed, county = assumed_population_of(area("1080")), population_of(area("10"))
    assert assumed is not None
    assert county is not None
    stored = Observation.objects.filter(indicator__source_key="N01951", area__code="1080", year=assumed.year)
    for row, sex in enumerate((Sex.WOMEN, Sex.MEN)):
        own, theirs = assumed.persons[row], county.persons[row]
        assert own.sum() == pytest.approx(stored.get(sex=sex).value)
        assert np.allclose(own / own.sum(), theirs / theirs.sum())
    assert assumed_population_of(area("10")) is None


def test_a_municipality_with_ages_of_its_own_assumes_none(browse: Callable[[str], Client]) -> None:
    single_years("1080")
    page = told(browse("citizen").get("/lagesbild/1080/framskrivning/?alder=lan").content)
    assert "Från 202 000 invånare 2025" in page
    assert "antagande: kommunens egna" not in page


def told(content: bytes) -> str:
    text = unescape(re.sub(r"<[^>]+>", " ", content.decode()))
    return " ".join(text.split())
