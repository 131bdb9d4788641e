"""Areas: what they are made of, what their codes meant, and how a county is divided."""

from typing import Any

import pytest

from samverka.collaborations.models import Collaboration
from samverka.foundation.access.actors import Actor
from samverka.foundation.access.doors import Forbidden
from samverka.foundation.clock import now
from samverka.foundation.database.acting import acting_as
from samverka.foundation.versions import Overtaken
from samverka.picture.models import Comment
from samverka.statistics.models import Indicator
from samverka.territory import queries, services
from samverka.territory.enums import AreaKind
from samverka.territory.models import Area, CodeChange, Membership

pytestmark = pytest.mark.django_db
SYSTEM = Actor.system("test")
BLEKINGE = {"1060": "Väst", "1080": "Öst", "1081": "Mitt", "1082": "Väst", "1083": "Väst"}


def area(code: str) -> Area:
    return Area.objects.get(code=code)


def divide(division: dict[str, str], *, actor: Actor = SYSTEM, county: str = "10", **changed: Any) -> list[Area]:
    held = area(county)
    asked = {"seen": services.seal_of(services.division_of(held)), "some_outside": False, **changed}
    with acting_as(actor):
        return services.define_nodes(actor=actor, county=held, division=division, now=now(), **asked)


def test_every_municipality_is_in_one_labour_market() -> None:
    assert Area.objects.filter(kind=AreaKind.LABOUR_MARKET).count() == 66
    inside = Membership.objects.filter(whole__kind=AreaKind.LABOUR_MARKET)
    assert inside.count() == inside.values("municipality").distinct().count() == 290
    assert [a.name for a in queries.municipalities_of(area("LA2415"))] == ["Olofström", "Karlshamn"]


def test_a_labour_market_has_the_population_of_its_municipalities() -> None:
    market = area("LA2415")
    assert market.population == sum(a.population for a in queries.municipalities_of(market))


def test_loading_again_changes_nothing() -> None:
    before = list(Membership.objects.order_by("pk").values_list("pk", flat=True))
    changes = CodeChange.objects.count()
    services.load_reference_areas()
    assert list(Membership.objects.order_by("pk").values_list("pk", flat=True)) == before
    assert CodeChange.objects.count() == changes


@pytest.mark.parametrize(
    ("code", "now_code"),
    [
        ("1917", "0331"),  # Heby
        ("1183", "1293"),  # Hässleholm
        ("1583", "1490"),  # Borås, also after Bollebygd was taken from it
        ("1604", "0642"),  # Mullsjö
        ("0380", None),  # Uppsala, with Knivsta and without: the code stands for itself
        ("12", None),  # Malmöhus county; Skåne today
        ("11", None),  # Kristianstad county is no more
        ("9999", None),
    ],
)
def test_an_old_code_is_translated_only_when_it_is_the_same_area(code: str, now_code: str | None) -> None:
    assert queries.renamed_areas().get(code) == (area(now_code).pk if now_code else None)


def test_no_two_codes_of_the_same_time_mean_the_same_area() -> None:
    same = CodeChange.objects.filter(is_same_area=True)
    assert same.count() == same.values("area").distinct().count() == same.values("old_code").distinct().count()


def test_nodes_that_sum_to_the_county() -> None:
    nodes = {node.code: node for node in divide(BLEKINGE)}
    assert set(nodes) == {"10-vast", "10-mitt", "10-ost"}
    assert sum(node.population for node in nodes.values()) == area("10").population
    assert [a.code for a in queries.municipalities_of(nodes["10-vast"])] == ["1060", "1082", "1083"]
    assert queries.county_of(nodes["10-vast"]) == area("10")


def test_names_that_differ_in_case_and_spaces_are_one_node() -> None:
    nodes = divide({**BLEKINGE, "1060": " väst "})
    assert len(nodes) == 3


def test_a_municipality_outside_must_be_said() -> None:
    with pytest.raises(services.IncompleteDivision) as refused:
        divide({**BLEKINGE, "1080": ""})
    assert refused.value.outside == ["1080"]
    assert not queries.nodes_of(area("10")).exists()
    divide({**BLEKINGE, "1080": ""}, some_outside=True)
    assert services.division_of(area("10"))["1080"] == ""


def test_a_node_keeps_its_row_when_a_municipality_moves_and_goes_when_empty() -> None:
    west = next(node for node in divide(BLEKINGE) if node.code == "10-vast")
    divide({**BLEKINGE, "1081": "Väst"})
    assert area("10-vast").pk == west.pk
    assert not Area.objects.filter(code="10-mitt").exists()
    divide(dict.fromkeys(BLEKINGE, ""))
    assert not queries.nodes_of(area("10")).exists()
    assert not Membership.objects.filter(whole__kind=AreaKind.NODE).exists()


def test_a_node_that_others_have_written_about_stays_also_for_one_who_cannot_read_it(actor: Any) -> None:
    divide(BLEKINGE)
    with acting_as(SYSTEM):
        elsewhere = Collaboration.objects.get(slug="barnens-basta-galler")
        young = Indicator.objects.get(source_key="N03921")
        Comment.objects.create(
            collaboration=elsewhere, indicator=young, area=area("10-mitt"), text="Varför?", written_at=now()
        )
    with pytest.raises(services.NodeInUse):
        divide({**BLEKINGE, "1081": "Öst"}, actor=actor("anna"))
    assert services.division_of(area("10"))["1081"] == "Mitt"


@pytest.mark.parametrize("name", ["!!!", "x" * 61])
def test_a_name_that_gives_no_code_is_refused(name: str) -> None:
    with pytest.raises(services.UnusableName):
        divide({**BLEKINGE, "1060": name})


def test_two_names_with_one_code_are_refused() -> None:
    with pytest.raises(services.UnusableName):
        divide({**BLEKINGE, "1060": "Vast"})


def test_a_county_with_one_municipality_is_not_divided() -> None:
    gotland = area("09")
    assert [a.code for a in queries.municipalities_of(gotland)] == ["0980"]
    with pytest.raises(services.OneMunicipality):
        divide({"0980": "Ön"}, county="09")


def test_somebody_who_saw_another_division_is_told() -> None:
    divide(BLEKINGE)
    with pytest.raises(Overtaken):
        divide({**BLEKINGE, "1081": "Öst"}, seen=services.seal_of(dict.fromkeys(BLEKINGE, "")))
    assert services.division_of(area("10")) == BLEKINGE


def test_only_those_who_coordinate_the_county_divide_it(actor: Any) -> None:
    for key in ("bengt", "cecilia", "david", "eva", "citizen"):
        with pytest.raises(Forbidden):
            divide(BLEKINGE, actor=actor(key))
    assert len(divide(BLEKINGE, actor=actor("anna"))) == 3


def test_the_page_divides_the_county(browse: Any) -> None:
    client = browse("anna")
    page = client.get("/omraden/10/delregioner/")
    assert page.status_code == 200
    typed = {
        "kommun_1060": "Väst", "kommun_1080": "Öst", "kommun_1081": "", "kommun_1082": "Väst", "kommun_1083": "Väst",
        "seen": page.context["form"]["seen"].value(),
    }  # fmt: skip
    refused = client.post("/omraden/10/delregioner/", typed)
    assert refused.status_code == 422
    assert "summerar inte till länet" in refused.content.decode()
    assert 'value="Öst"' in refused.content.decode()
    saved = client.post("/omraden/10/delregioner/", {**typed, "kommun_1081": "Öst"}, follow=True)
    assert "summerar till Blekinge län" in saved.content.decode()
    again = client.post("/omraden/10/delregioner/", {**typed, "some_outside": "on"})
    assert again.status_code == 409
    assert 'value="Öst"' in again.content.decode()
    seen = again.context["form"]["seen"].value()
    assert client.post("/omraden/10/delregioner/", {**typed, "some_outside": "on", "seen": seen}).status_code == 302
    assert "summerar inte till länet: " in client.get("/omraden/10/delregioner/").content.decode()


def test_the_page_says_which_name_cannot_be_used_however_it_is_spaced(browse: Any) -> None:
    client = browse("anna")
    seen = client.get("/omraden/10/delregioner/").context["form"]["seen"].value()
    typed = {f"kommun_{code}": name for code, name in BLEKINGE.items()} | {"seen": seen}
    refused = client.post("/omraden/10/delregioner/", {**typed, "kommun_1060": "!!  !!"})
    assert refused.status_code == 422
    assert refused.context["form"].errors["kommun_1060"] == [
        "Namnet går inte att skilja från ett annat. Skriv ett namn med bokstäver."
    ]


def test_the_page_of_a_county_with_one_municipality_says_so(browse: Any) -> None:
    from samverka.organisations.enums import OrganisationKind
    from samverka.organisations.models import Membership as Work
    from samverka.organisations.models import Organisation

    work = Work.objects.get(person__email="anna@demo.example")
    work.organisation = Organisation.objects.create(
        name="Region Gotland", kind=OrganisationKind.REGION, area=area("09")
    )
    work.save()
    page = browse("anna").get("/omraden/09/delregioner/").content.decode()
    assert "har en enda kommun, Gotland" in page
    assert '<form method="post" class="form section"' not in page


def test_the_list_finds_counties_nodes_and_labour_markets(browse: Any) -> None:
    divide(BLEKINGE)
    client = browse("anna")
    whole = client.get("/omraden/").content.decode()
    assert "Ändra delregionerna" in whole
    assert "Länet och kommunen är samma område." in whole
    found = client.get("/omraden/?q=väst").context["found"]
    assert [node.name for county in found.counties for node in county.nodes] == ["Väst"]
    found = client.get("/omraden/?q=olofström").context["found"]
    assert [a.name for a in found.labour_markets] == ["Karlshamn-Olofström"]
    assert client.get("/omraden/?q=10").context["found"].counties[0].area.code == "10"
    assert "Inget område heter så" in client.get("/omraden/?q=zzz").content.decode()
    assert "Inget område heter så" not in client.get("/omraden/?q=riket").content.decode()
    assert "Dela in länet" not in browse("eva").get("/omraden/?q=blekinge").content.decode()


def test_the_list_asks_as_many_questions_however_many_areas(browse: Any, django_assert_max_num_queries: Any) -> None:
    client = browse("citizen")
    with django_assert_max_num_queries(8):
        client.get("/omraden/")
