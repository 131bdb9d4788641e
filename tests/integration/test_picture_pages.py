"""The situation picture: the figures are the facts, compared in plain words, whoever reads."""

import csv
import io
import re
from collections.abc import Callable
from statistics import mean

import pytest
from django.test import Client

from samverka.foundation.access.actors import Actor
from samverka.foundation.clock import now
from samverka.picture import queries
from samverka.picture.queries import direction_of
from samverka.picture.queries.spread import places_of
from samverka.statistics.enums import ObservationStatus, Polarity, Sex
from samverka.statistics.models import FocusArea, FocusIndicator, Indicator, Observation
from samverka.statistics.queries import visible_to
from samverka.territory.enums import AreaKind
from samverka.territory.models import Area, Membership

pytestmark = pytest.mark.django_db
Browse = Callable[[str], Client]

YOUNG = "N03921"


def words(content: bytes) -> str:
    text = re.sub(r"<[^>]+>", " ", content.decode())
    return " ".join(text.replace("\xa0", " ").replace("&nbsp;", " ").split())


def indicator(key: str = YOUNG) -> Indicator:
    return Indicator.objects.get(source_key=key)


def value(code: str, year: int, sex: str = "T", key: str = YOUNG) -> float:
    found = Observation.objects.get(indicator__source_key=key, area__code=code, year=year, sex=sex).value
    assert found is not None
    return found


def card_of(code: str, key: str = YOUNG) -> queries.Card:
    [card] = queries.cards_of([indicator(key)], queries.surroundings_of(Area.objects.get(code=code)))
    return card


def page_of(browse: Browse, code: str, query: str = "", who: str = "citizen") -> str:
    response = browse(who).get(f"/lagesbild/{code}/indikator/{indicator().pk}/{query}")
    assert response.status_code == 200
    return response.content.decode()


# --- choosing -------------------------------------------------------------------------------------------------


def test_ones_own_areas_come_before_all_others(browse: Browse) -> None:
    page = browse("anna").get("/lagesbild/").content.decode()
    own = page.index("Dina områden")
    assert own < page.index("/lagesbild/10/") < page.index("Alla områden")
    assert "Dina områden" not in browse("citizen").get("/lagesbild/").content.decode()


def test_the_start_page_says_how_it_stands_at_home(browse: Browse) -> None:
    page = browse("bengt").get("/").content.decode()
    assert '<a href="/lagesbild/1060/">Läget i Olofström</a>' in page
    assert 'hx-get="/lagesbild/1060/"' in page
    part = browse("bengt").get("/lagesbild/1060/", headers={"HX-Request": "true"})
    assert "HX-Request" in part["Vary"]
    assert 'href="/lagesbild/1060/#arbete"' in part.content.decode()
    assert re.search(r"Bättre än liknande kommuner i \d+ indikator", part.content.decode())
    assert "<html" not in part.content.decode()
    assert "/lagesbild/1060/" not in browse("citizen").get("/").content.decode()


def test_a_search_finds_an_area_by_a_part_of_its_name(browse: Browse) -> None:
    page = browse("citizen").get("/lagesbild/", {"q": "krona"}).content.decode()
    assert 'href="/lagesbild/1080/"' in page
    assert 'href="/lagesbild/1082/"' not in page
    assert "Inget område heter" in words(browse("citizen").get("/lagesbild/", {"q": "xyzzy"}).content)


# --- cards ----------------------------------------------------------------------------------------------------


def test_a_card_has_the_newest_figure_the_change_and_women_and_men() -> None:
    card = card_of("1080")
    assert card.now is not None
    assert card.women is not None
    assert card.men is not None
    assert (card.now.year, card.now.value) == (2022, value("1080", 2022))
    assert (card.women.value, card.men.value) == (value("1080", 2022, "K"), value("1080", 2022, "M"))
    assert card.change == value("1080", 2022) - value("1080", 2017)


def test_a_card_compares_with_similar_municipalities_the_county_and_the_nation() -> None:
    card = card_of("1080")
    similar = queries.surroundings_of(Area.objects.get(code="1080")).similar
    assert similar is not None
    by_name = {beside.name: beside for beside in card.beside}
    assert by_name["Blekinge län"].value == value("10", 2022)
    assert by_name["riket"].value == value("00", 2022)
    expected = mean(value(area.code, 2022) for area in similar.members)
    assert by_name[""].value == pytest.approx(expected)
    assert Area.objects.get(code="1080") not in similar.members


@pytest.mark.parametrize(
    ("polarity", "difference", "direction"),
    [
        (Polarity.LOWER, 0.3, "worse"),
        (Polarity.LOWER, -0.3, "better"),
        (Polarity.HIGHER, 0.3, "better"),
        (Polarity.HIGHER, -0.3, "worse"),
        (Polarity.NONE, 0.3, "higher"),
        (Polarity.NONE, -0.3, "lower"),
        (Polarity.HIGHER, 0.04, "same"),
        (Polarity.LOWER, -0.04, "same"),
    ],
)
def test_better_and_worse_follow_the_direction_and_what_reads_the_same_is_the_same(
    polarity: Polarity, difference: float, direction: str
) -> None:
    assert direction_of(difference, Indicator(polarity=polarity), 1) == direction


def test_the_rank_counts_all_municipalities_the_best_first() -> None:
    values = Observation.objects.filter(
        indicator=indicator(), year=2022, sex="T", area__kind=AreaKind.MUNICIPALITY, value__isnull=False
    ).values_list("value", flat=True)
    card = card_of("1080")
    assert card.spread is not None
    assert card.spread.count == len(values)
    assert (card.spread.low, card.spread.high) == (min(values), max(values))  # type: ignore[type-var]
    assert card.rank == 1 + sum(1 for found in values if (found or 0) < value("1080", 2022))


def test_a_value_that_is_missing_is_no_zero_and_the_year_before_is_shown_with_its_year(browse: Browse) -> None:
    Observation.objects.filter(indicator=indicator(), area__code="1080", year=2022).update(
        value=None, status=ObservationStatus.MISSING
    )
    card = card_of("1080")
    assert card.now is not None
    assert (card.now.year, card.missing_later) == (2021, 2022)
    assert "Uppgift för 2022 saknas" in words(browse("citizen").get("/lagesbild/1080/arbete/").content)


def test_women_men_and_all_with_the_same_decimals_are_marked(browse: Browse) -> None:
    Observation.objects.filter(indicator=indicator(), area__code="1080", year=2022).update(value=4.321)
    assert card_of("1080").is_odd
    assert "att granska" in words(browse("citizen").get("/lagesbild/1080/arbete/").content)


def node_of(*codes: str) -> Area:
    county = Area.objects.get(code="10")
    node = Area.objects.create(
        code="10-vast",
        kind=AreaKind.NODE,
        name="Västra Blekinge",
        parent=county,
        population=1,
        population_on=county.population_on,
        latitude=56.1,
        longitude=14.7,
    )
    for code in codes:
        Membership.objects.create(whole=node, municipality=Area.objects.get(code=code))
    return node


def test_a_node_has_a_picture_made_of_its_municipalities(browse: Browse) -> None:
    node_of("1060", "1082", "1083")
    card = card_of("10-vast")
    parts = [value(code, 2022) for code in ("1060", "1082", "1083")]
    assert card.now is not None
    assert card.now.value is not None
    assert min(parts) < card.now.value < max(parts)
    assert browse("citizen").get("/lagesbild/10-vast/").status_code == 200


def test_a_figure_of_most_of_a_node_says_whom_it_leaves_out(browse: Browse) -> None:
    node_of("1060", "1080", "1081", "1082", "1083")
    assert "Siffran omfattar inte" not in page_of(browse, "10-vast")
    Observation.objects.filter(indicator=indicator(), area__code="1081").update(
        value=None, status=ObservationStatus.MISSING
    )
    Indicator.objects.filter(pk=indicator().pk).update(checked_at=now())
    assert "Siffran omfattar inte Ronneby: källan har inget värde för dem." in words(
        page_of(browse, "10-vast").encode()
    )


# --- the picture of an area -------------------------------------------------------------------------------------


def test_the_picture_goes_by_focus_area_and_says_source_and_age(browse: Browse) -> None:
    page = browse("citizen").get("/lagesbild/1080/")
    seen = words(page.content)
    assert "Läget i Karlskrona" in seen
    for name in ("Bosättning", "Arbete", "Utbildning", "Ekonomi", "Befolkning"):
        assert name in seen
    assert "Kolada N03921, hämtad 2024-08-30" in seen
    assert "sämre än liknande kommuner" in seen
    assert "2022" in seen


def test_a_focus_area_has_a_page_of_its_own_and_an_unknown_one_has_none(browse: Browse) -> None:
    page = words(browse("citizen").get("/lagesbild/1080/arbete/").content)
    assert "Arbetslöshet 16–24 år" in page
    assert "Mediannettoinkomst" not in page
    assert browse("citizen").get("/lagesbild/1080/okand/").status_code == 404
    assert browse("citizen").get("/lagesbild/9999/").status_code == 404


def test_a_countys_own_focus_area_shows_in_that_county_only(browse: Browse, actor: Callable[[str], Actor]) -> None:
    from samverka.organisations.models import Organisation

    region = Organisation.objects.get(name="Region Blekinge")
    own = FocusArea.objects.create(organisation=region, key="skargard", name="Skärgården", order=90)
    FocusIndicator.objects.create(focus_area=own, indicator=indicator())
    indicators = list(visible_to(actor("citizen")))

    def names(code: str) -> list[str]:
        return [focus.area.name for focus in queries.focus_areas_of(Area.objects.get(code=code), indicators)]

    assert "Skärgården" in names("10")
    assert "Skärgården" in names("1080")
    assert "Skärgården" not in names("0780")
    assert browse("citizen").get("/lagesbild/1080/skargard/").status_code == 200


def test_what_an_organisation_measures_for_itself_is_not_in_others_pictures(browse: Browse) -> None:
    from samverka.organisations.models import Organisation

    Indicator.objects.filter(source_key=YOUNG).update(
        is_public=False, organisation=Organisation.objects.get(name="Region Blekinge")
    )
    key = indicator().pk
    assert browse("anna").get(f"/lagesbild/1080/indikator/{key}/").status_code == 200
    assert browse("eva").get(f"/lagesbild/1080/indikator/{key}/").status_code == 404
    assert browse("citizen").get(f"/lagesbild/1080/indikator/{key}/tid/?format=csv").status_code == 404
    assert "Arbetslöshet 16–24 år" not in words(browse("eva").get("/lagesbild/1080/").content)


# --- one indicator ----------------------------------------------------------------------------------------------


def test_the_heading_is_the_answer(browse: Browse) -> None:
    assert "Karlskrona hade 4,3 % 2022, sämre än liknande kommuner" in words(page_of(browse, "1080").encode())


@pytest.mark.parametrize("view", ["", "karta", "rangordning", "fordelning", "delar", "om"])
@pytest.mark.parametrize("code", ["1080", "10", "00"])
def test_every_view_of_every_kind_of_area_answers(browse: Browse, code: str, view: str) -> None:
    page = page_of(browse, code, f"?vy={view}" if view else "")
    assert 'aria-current="page"' in page
    if view != "om":
        assert "<img" in page
        assert "Visa siffrorna" in page
        assert "Källa:" in page


@pytest.mark.parametrize("query", ["?vy=okand", "?kon=X", "?mot=okand", "?samverkan=okand"])
def test_what_there_is_no_choice_of_is_not_found(browse: Browse, query: str) -> None:
    assert browse("citizen").get(f"/lagesbild/1080/indikator/{indicator().pk}/{query}").status_code == 404


def test_a_ranking_shares_places_between_equals_and_leaves_the_missing_without() -> None:
    Observation.objects.filter(indicator=indicator(), area__code__in=["1080", "1081"], year=2022, sex="T").update(
        value=1.0
    )
    Observation.objects.filter(indicator=indicator(), area__code="1082", year=2022, sex="T").update(
        value=None, status=ObservationStatus.SUPPRESSED
    )
    found = queries.indicated(indicator(), queries.surroundings_of(Area.objects.get(code="1060")))
    ranks = {place.code: place.rank for place in queries.ranking_of(found, "lan", Sex.TOTAL)}
    assert (ranks["1080"], ranks["1081"], ranks["1083"], ranks["1082"]) == (1, 1, 3, None)
    everywhere = places_of(indicator(), year=2022, kind=AreaKind.MUNICIPALITY, sex=Sex.TOTAL, highest_first=False)
    assert len(everywhere) == 290
    assert everywhere[-1].value is None


def test_the_table_says_why_a_figure_is_absent(browse: Browse) -> None:
    Observation.objects.filter(indicator=indicator(), area__code="1080", year=2021, sex="K").update(
        value=None, status=ObservationStatus.SUPPRESSED
    )
    page = page_of(browse, "1080")
    row = page[page.index('<th scope="row">2021</th>') :]
    assert "för få" in row[: row.index("</tr>")]


def test_definition_quality_and_revisions_have_their_place(browse: Browse) -> None:
    seen = words(page_of(browse, "1080", "?vy=om").encode())
    for part in ("Så är indikatorn definierad", "Kvalitet", "Ändrat av källan"):
        assert part in seen


def test_from_a_collaboration_the_way_back_is_kept(browse: Browse) -> None:
    page = page_of(browse, "10", "?samverkan=blekinges-unga-lyfter")
    assert "Blekinges unga lyfter" in page
    assert 'href="/lagesbild/10/?samverkan=blekinges-unga-lyfter"' in page
    key = indicator().pk
    hidden = f"/lagesbild/10/indikator/{key}/?samverkan=barnens-basta-galler"
    assert browse("citizen").get(hidden).status_code == 404
    assert browse("eva").get(hidden).status_code == 200


def test_the_collaborations_tab_shows_what_was_chosen_in_its_order(browse: Browse) -> None:
    page = browse("citizen").get("/samverkan/blekinges-unga-lyfter/lagesbild/").content.decode()
    keys = [Indicator.objects.get(source_key=key).pk for key in ("N03921", "N02797", "N03920", "N15428")]
    places = [page.index(f'/lagesbild/10/indikator/{key}/?samverkan=blekinges-unga-lyfter"') for key in keys]
    assert places == sorted(places)


# --- files ------------------------------------------------------------------------------------------------------


def chart(browse: Browse, kind: str, query: str) -> bytes:
    response = browse("citizen").get(f"/lagesbild/1080/indikator/{indicator().pk}/{kind}/{query}")
    assert response.status_code == 200
    return response.content


@pytest.mark.parametrize("kind", ["tid", "karta", "rangordning", "fordelning", "delar"])
def test_every_chart_is_a_picture_a_slide_a_table_and_a_workbook(browse: Browse, kind: str) -> None:
    assert chart(browse, kind, "").startswith(b"<svg")
    whole = chart(browse, kind, "?format=svg").decode()
    assert "Källa: Kolada N03921, uttag 2024-08-30" in whole.replace("\xa0", " ")
    assert chart(browse, kind, "?format=png").startswith(b"\x89PNG")
    assert chart(browse, kind, "?format=xlsx").startswith(b"PK")
    rows = list(csv.DictReader(io.StringIO(chart(browse, kind, "?format=csv").decode())))
    own = [row for row in rows if row["områdeskod"] == "1080" and row["år"] == "2022" and row["kön"] == "totalt"]
    assert [float(row["%"]) for row in own[:1]] == [value("1080", 2022)]
    assert {row["källa"] for row in rows} == {"Kolada N03921"}


def test_a_picture_is_drawn_once_and_kept_for_ever_by_its_address(
    browse: Browse, monkeypatch: pytest.MonkeyPatch
) -> None:
    from samverka.foundation.ui import charts

    drawn: list[str] = []
    draw = charts.draw

    def telling(one: charts.Chart) -> str:
        drawn.append(one.digest)
        return draw(one)

    monkeypatch.setattr(charts, "draw", telling)
    page = page_of(browse, "1080")
    address = re.search(r'<img src="([^"]+)"', page)
    assert address is not None
    first, second = (browse(who).get(address[1].replace("&amp;", "&")) for who in ("citizen", "eva"))
    assert first.content == second.content
    assert len(drawn) == 1
    assert "immutable" in first["Cache-Control"]


def test_an_unknown_format_chart_or_language_is_not_found(browse: Browse) -> None:
    base = f"/lagesbild/1080/indikator/{indicator().pk}"
    for address in ("/tid/?format=exe", "/tarta/", "/tid/?sprak=xx!", "/tid/?tema=rosa", "/tid/?form=rund"):
        assert browse("citizen").get(base + address).status_code == 404


def test_the_script_draws_what_the_picture_shows_without_evaluating_anything(browse: Browse) -> None:
    answer = browse("citizen").get(f"/lagesbild/1080/indikator/{indicator().pk}/tid/?format=json").json()
    assert answer["spec"]["layer"]
    assert "var(--" not in str(answer["spec"])
    program = browse("citizen").get("/lagesbild/diagram.js")
    assert b"ast: true" in program.content or b"ast:true" in program.content
    assert b"samverkaDraw" in program.content


# --- words and figures agree ------------------------------------------------------------------------------------


def test_the_inhabitants_are_those_of_the_newest_figure_on_the_page(browse: Browse) -> None:
    newest = f"{value('1080', 2022, key='N01951'):,.0f} invånare 2022".replace(",", " ")
    assert newest in words(browse("citizen").get("/lagesbild/1080/").content)


def test_a_labour_market_lies_on_the_strip_but_has_no_place_among_municipalities() -> None:
    market = Area.objects.filter(kind=AreaKind.LABOUR_MARKET, memberships__municipality__code="1080").get()
    [card] = queries.cards_of([indicator()], queries.surroundings_of(market))
    assert card.spread is not None
    assert card.rank is None
    assert card_of("1080").rank is not None


def test_the_focus_areas_that_come_with_samverka_speak_english(browse: Browse) -> None:
    page = words(browse("citizen").get("/lagesbild/1080/arbete/", headers={"accept-language": "en"}).content)
    assert "Work: How many have a job to go to?" in page
    assert "Hur många har ett arbete" not in page
