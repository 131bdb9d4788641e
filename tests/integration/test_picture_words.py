"""The picture in words: they agree with the figures, and say in which language they are."""

from collections.abc import Callable
from html.parser import HTMLParser

import pytest
from django.test import Client

from samverka.picture import queries
from samverka.statistics.enums import Measure
from samverka.statistics.models import Indicator, Observation
from samverka.territory.enums import AreaKind
from samverka.territory.models import Area
from tests.integration.test_picture_pages import indicator, page_of, words

pytestmark = pytest.mark.django_db
Browse = Callable[[str], Client]


def cards_in(code: str) -> list[queries.Card]:
    indicators = list(Indicator.objects.select_related("source").filter(focus_places__isnull=False).distinct())
    return queries.cards_of(indicators, queries.surroundings_of(Area.objects.get(code=code)))


def test_two_figures_are_the_same_exactly_when_they_are_written_the_same() -> None:
    """0,946 and 0,951 are written 0,9 and 1,0, and are not the same."""
    compared = [(card, other) for code in ("1080", "1060", "10") for card in cards_in(code) for other in card.beside]
    assert len(compared) > 50
    for card, other in compared:
        assert card.now is not None
        assert card.now.value is not None
        own, its = (f"{value:.{card.decimals}f}" for value in (card.now.value, other.value))
        assert (own == its) == (other.direction == "same"), (card.indicator, card.now.value, other.value)


def test_a_small_whole_figure_beside_a_mean_has_a_decimal() -> None:
    """0, 1 or 2 in a municipality, and 0,4 in its county: not 0."""
    Indicator.objects.filter(source_key="U30446").update(measure=Measure.OTHER)
    [card] = [card for card in cards_in("1080") if card.indicator.source_key == "U30446"]
    assert card.now is not None
    assert card.now.value == 0
    assert card.decimals == 1
    assert {other.direction for other in card.beside if other.value >= 0.05} == {"lower"}


def test_a_countys_answers_are_shown_one_by_one_and_never_as_a_mean(browse: Browse) -> None:
    """The housing market is shortage, balance or surplus in a municipality; there is none of the county."""
    county = [card for card in cards_in("10") if card.indicator.source_key == "U30446"]
    assert [(card.now, card.has_no_total) for card in county] == [(None, True)]
    [own] = [card for card in cards_in("1080") if card.indicator.source_key == "U30446"]
    assert own.now is not None
    assert (own.now.value, own.beside, own.change, own.rank) == (0, [], None, None)
    key = indicator("U30446").pk
    page = words(browse("citizen").get("/lagesbild/10/").content)
    assert "kommunernas egna svar, som inte läggs ihop till ett värde för området" in page
    line = words(browse("citizen").get(f"/lagesbild/10/indikator/{key}/").content)
    assert "Blekinge län har inget samlat värde: varje kommun har sitt eget svar" in line
    assert "varken summa eller genomsnitt" in line
    map_page = browse("citizen").get(f"/lagesbild/10/indikator/{key}/?vy=karta").content.decode()
    assert "Karlskrona" in map_page
    assert "<picture" in map_page or "<img" in map_page


def test_a_labour_market_is_told_beside_those_that_it_has_no_place_among(browse: Browse) -> None:
    market = Area.objects.filter(kind=AreaKind.LABOUR_MARKET).order_by("code")[0]
    page = browse("citizen").get(f"/lagesbild/{market.code}/indikator/{indicator().pk}/?vy=rangordning")
    assert "är ingen kommun och har ingen plats bland dem" in words(page.content)


def test_an_approximate_figure_says_how_it_was_weighed(browse: Browse) -> None:
    market = Area.objects.filter(kind=AreaKind.LABOUR_MARKET).order_by("code")[0]
    address = f"/lagesbild/{market.code}/indikator/{indicator().pk}/"
    assert "där varje kommun räknas lika" in words(browse("citizen").get(address).content)
    Indicator.objects.filter(pk=indicator().pk).update(weight=indicator("N01951"))
    assert "vägda med Invånare totalt" in words(browse("citizen").get(address).content)


def test_the_small_charts_say_what_their_thin_line_is(browse: Browse) -> None:
    assert "Den tunna linjen är Blekinge län." in words(page_of(browse, "1080", "?vy=delar").encode())


def test_one_figure_alone_went_nowhere_and_is_neither_lowest_nor_highest(browse: Browse) -> None:
    found = Observation.objects.filter(indicator=indicator(), area__kind=AreaKind.MUNICIPALITY)
    found.exclude(area__code="1080", year=2022).delete()
    assert "Karlskrona gick från" not in words(page_of(browse, "1080").encode())
    for view in ("", "?vy=karta", "?vy=fordelning"):
        page = words(page_of(browse, "1080", view).encode())
        assert "Karlskrona hade" in page
        assert "Hälften av de" not in page
        assert "lägst i Karlskrona" not in page


@pytest.mark.parametrize(
    "address",
    [
        "/lagesbild/1080/",
        "/lagesbild/1080/indikator/{key}/",
        "/lagesbild/1080/indikator/{key}/?vy=karta",
        "/statistik/",
        "/statistik/{key}/",
        "/statistik/fokus/",
    ],
)
def test_names_that_the_source_gives_in_swedish_are_marked_on_english_pages(browse: Browse, address: str) -> None:
    """WCAG 3.1.2: every place where the name is read aloud says that it is Swedish; titles cannot."""
    found = indicator()
    page = browse("citizen").get(address.format(key=found.pk), headers={"accept-language": "en"}).content.decode()
    reader = _Languages()
    reader.feed(page)
    read = [language for language, text in reader.texts if found.name in text]
    assert set(read) == {"sv"}, [(language, text) for language, text in reader.texts if found.name in text]


class _Languages(HTMLParser):
    """The texts of a page with the language that each is marked as. The page's title cannot be marked."""

    EMPTY = frozenset({"img", "input", "link", "meta", "br", "source", "hr"})

    def __init__(self) -> None:
        super().__init__()
        self.open: list[tuple[str, str]] = [("", "")]
        self.texts: list[tuple[str, str]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag not in self.EMPTY:
            self.open.append((tag, dict(attrs).get("lang") or self.open[-1][1]))

    def handle_endtag(self, tag: str) -> None:
        if tag in {name for name, _ in self.open}:
            while self.open.pop()[0] != tag:
                pass

    def handle_data(self, data: str) -> None:
        if self.open[-1][0] not in ("title", "script"):
            self.texts.append((self.open[-1][1], data))
