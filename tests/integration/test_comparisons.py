"""With whom an area is compared: likeness by criteria that are shown, Kolada's groups, and a municipality's choice."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from samverka.connectors.kolada.records import Member, MunicipalityGroup
from samverka.foundation.access.actors import Actor
from samverka.foundation.access.doors import Forbidden
from samverka.foundation.clock import now
from samverka.foundation.database.acting import acting_as
from samverka.organisations.enums import MembershipRole
from samverka.organisations.models import Membership
from samverka.statistics import services
from samverka.statistics.enums import ComparisonKind, Measure, ObservationStatus, Sex
from samverka.statistics.models import ComparisonGroup, Extraction, Indicator, Observation, Source
from samverka.statistics.queries import comparison_for, comparisons, group_series
from samverka.statistics.queries.comparisons import REGISTER, Criteria
from samverka.territory.models import Area

pytestmark = pytest.mark.django_db
SYSTEM = Actor.system("test")
CATALOGUE = Path(__file__).parents[3] / "shared" / "data" / "kolada_v3_catalogue" / "municipality_groups.json"


def area(code: str) -> Area:
    return Area.objects.get(code=code)


def structural(
    key: str, values: Mapping[str, float], *, year: int = 2023, measure: Measure = Measure.RATIO
) -> Indicator:
    made, _ = Indicator.objects.update_or_create(
        source=Source.objects.get(key="kolada"),
        source_key=key,
        defaults={"name": f"Egenskap {key}", "measure": measure},
    )
    moment = now()
    extraction = Extraction.objects.create(
        indicator=made, extracted_at=moment, imported_at=moment, file_name="t.csv", file_sha256="0" * 64, rows=1
    )
    keys = dict(Area.objects.values_list("code", "pk"))
    Observation.objects.bulk_create(
        Observation(
            indicator=made, area_id=keys[code], year=2023, sex=Sex.TOTAL, value=value, status=ObservationStatus.OK,
            extraction=extraction,
        )
        for code, value in values.items()
    )  # fmt: skip


@pytest.fixture
def world() -> None:
    """Five municipalities: x = 1 2 3 4 5 and y = 10 40 20 50 30, as in docs/algorithms/similarity.md."""
    codes = ["1060", "1080", "1081", "1082", "1083"]
    others = [one.key for one in comparisons.STRUCTURAL if one.key != "N03920"]
    Observation.objects.filter(indicator__source_key__in=others).delete()
    structural("N02926", dict(zip(codes, [1.0, 2.0, 3.0, 4.0, 5.0], strict=True)))
    structural("N01982", dict(zip(codes, [10.0, 40.0, 20.0, 50.0, 30.0], strict=True)))


def only_these(**changed: float) -> Criteria:
    return Criteria({"N02926": 1.0, "N01982": 1.0, **changed}, 3)


@pytest.mark.usefixtures("world")
def test_the_likest_are_those_counted_by_hand() -> None:
    found = comparisons.similar_to(area("1060"), only_these())
    assert [member.code for member in found.members] == ["1081", "1080", "1083"]
    first = found.reasons(found.members[0])
    assert first is not None
    assert first.distance == pytest.approx(1.118, abs=0.001)
    assert first.contributions[0].indicator == "N02926"
    assert first.contributions[0].share == pytest.approx(0.8)


@pytest.mark.usefixtures("world")
def test_other_criteria_give_other_neighbours() -> None:
    assert [m.code for m in comparisons.similar_to(area("1060"), only_these(N02926=4.0)).members][:1] == ["1080"]


@pytest.mark.usefixtures("world")
def test_a_comparison_shows_its_criteria_with_year_and_values() -> None:
    found = comparison_for(area("1060"))
    assert found is not None
    assert found.kind == ComparisonKind.SIMILAR
    assert found.criteria is not None
    assert {one.key: one.year for one in found.candidates if found.criteria.weights[one.key]} == {
        REGISTER: 2016, "N02926": 2023, "N01982": 2023,
    }  # fmt: skip
    assert area("1060") not in found.members


@pytest.mark.usefixtures("world")
def test_what_collaborations_want_to_change_has_no_weight_of_its_own() -> None:
    found = comparison_for(area("1060"))
    assert found is not None
    assert found.criteria is not None
    assert found.criteria.weights["N03920"] == 0


def test_only_municipalities_have_neighbours() -> None:
    assert comparison_for(area("10")) is None
    assert comparison_for(area("LA2415")) is None


@pytest.mark.usefixtures("world")
def test_the_groups_value_is_an_unweighted_mean_that_says_so() -> None:
    members = Area.objects.filter(code__in=["1080", "1081", "1082"])
    share = Indicator.objects.get(source_key="N02926")
    (figure,) = group_series([share], members)[share.pk][Sex.TOTAL]
    assert figure.value == pytest.approx(3.0)
    assert figure.is_approximate
    assert figure.total is not None
    assert figure.total.method == "unweighted_mean"


def coordinator(person: Any, organisation: str = "Olofströms kommun") -> Actor:
    Membership.objects.filter(person=person("bengt")).update(role=MembershipRole.COORDINATOR)
    assert Membership.objects.get(person=person("bengt")).organisation.name == organisation
    return Actor.of(person("bengt"))


@pytest.mark.usefixtures("world")
def test_a_municipality_chooses_and_it_stands_until_it_chooses_again(person: Any) -> None:
    who, olofstrom = coordinator(person), area("1060")
    with acting_as(who):
        services.choose_similar(actor=who, area=olofstrom, criteria=only_these(N02926=4.0), now=now())
        services.choose_similar(actor=who, area=olofstrom, criteria=only_these(), now=now())
    found = comparison_for(olofstrom)
    assert found is not None
    assert found.group is not None
    assert found.criteria == only_these()
    assert sorted(member.code for member in found.members) == ["1080", "1081", "1083"]
    assert ComparisonGroup.objects.filter(area=olofstrom).count() == 1
    with acting_as(who):
        services.choose_default(actor=who, area=olofstrom, now=now())
    standing = comparison_for(olofstrom)
    assert standing is not None
    assert standing.group is None


@pytest.mark.usefixtures("world")
def test_nobody_chooses_for_another(actor: Any) -> None:
    for key in ("anna", "bengt", "eva", "citizen"):
        with pytest.raises(Forbidden), acting_as(actor(key)):
            services.choose_similar(actor=actor(key), area=area("1060"), criteria=only_these(), now=now())
        with pytest.raises(Forbidden), acting_as(actor(key)):
            services.choose_default(actor=actor(key), area=area("1060"), now=now())


GENERAL = "Liknande kommuner, övergripande, Olofström, 2025"
GROUPS = (
    MunicipalityGroup("G1", GENERAL, (Member("1080", "Karlskrona"), Member("1081", "Ronneby"))),
    MunicipalityGroup("G2", "Liknande kommuner socioekonomi, Olofström, 2024", (Member("1082", "Karlshamn"),)),
    MunicipalityGroup("G3", "Stor-Malmö (ovägt medel)", (Member("1280", "Malmö"), Member("7777", "Ingenstans"))),
)
UNUSED = {f"v_{REGISTER}": "0", "v_N03920": "0", "antal": "2"}


def take_in(groups: Any) -> services.TakenGroups:
    with acting_as(SYSTEM):
        return services.take_in_groups(actor=SYSTEM, groups=groups, source=Source.objects.get(key="kolada"), now=now())


def test_koladas_groups_are_taken_in_and_changed() -> None:
    taken = take_in(GROUPS)
    assert (taken.groups, taken.gone, taken.unknown) == (3, 0, ("7777",))
    assert [group.source_key for group in comparisons.kolada_groups(area("1060"))] == ["G1", "G2"]
    again = take_in([MunicipalityGroup("G1", GROUPS[0].title, (Member("1083", "Sölvesborg"),)), GROUPS[2]])
    assert again.gone == 1
    group = comparisons.kolada_group(area("1060"), "G1")
    assert group is not None
    assert [member.code for member in group.members] == ["1083"]
    assert ComparisonGroup.objects.get(source_key="G3").area is None


def test_koladas_group_stands_in_when_nothing_else_can_be_said(person: Any) -> None:
    take_in(GROUPS)
    who = coordinator(person)
    group = ComparisonGroup.objects.get(source_key="G1")
    with acting_as(who):
        services.choose_group(actor=who, area=area("1060"), group=group, now=now())
    found = comparison_for(area("1060"))
    assert found is not None
    assert (found.kind, found.name) == (ComparisonKind.OWN, group.name)
    take_in(GROUPS[1:])
    kept = comparison_for(area("1060"))
    assert kept is not None
    assert [member.code for member in kept.members] == ["1080", "1081"]


@pytest.mark.skipif(not CATALOGUE.exists(), reason="Kolada's catalogue is not on this machine")
def test_the_whole_catalogue_of_groups_is_taken_in() -> None:
    groups = [
        MunicipalityGroup(
            row["id"], row["title"], tuple(Member(m["member_id"], m["member_title"]) for m in row["members"])
        )
        for row in json.loads(CATALOGUE.read_text())
    ]
    taken = take_in(groups)
    assert taken.groups == len(groups) == 3630
    assert not taken.unknown
    with_general = ComparisonGroup.objects.filter(name__startswith=comparisons.KOLADAS_DEFAULT, area__isnull=False)
    assert with_general.values("area").distinct().count() == 290


@pytest.mark.usefixtures("world")
def test_the_page_shows_members_criteria_and_why(browse: Any) -> None:
    take_in(GROUPS)
    client = browse("citizen")
    page = client.get("/statistik/liknande/1060/")
    text = page.content.decode()
    assert page.status_code == 200
    assert "Kommuner som liknar Olofström" in text
    assert "Egenskap N02926" in text
    assert "Jämför oss med de här kommunerna" not in text
    tried = client.get(
        "/statistik/liknande/1060/",
        {**UNUSED, "v_N02926": "2", "v_N01982": "0.5"},
    )
    assert len(tried.context["shown"].members) == 2
    nothing = client.get(
        "/statistik/liknande/1060/",
        {**UNUSED, "v_N02926": "0", "v_N01982": "0"},
    )
    assert nothing.status_code == 422
    assert "Välj minst en egenskap" in nothing.content.decode()
    assert client.get("/statistik/liknande/1060/", {"v_N02926": "1000", "antal": "x"}).status_code == 422
    assert "ovägda medelvärden" in client.get("/statistik/liknande/1060/?grupp=G2").content.decode()
    assert client.get("/statistik/liknande/1060/?grupp=G3").status_code == 404
    assert client.get("/statistik/liknande/10/").status_code == 404


@pytest.mark.usefixtures("world")
def test_a_coordinator_chooses_on_the_page(person: Any, browse: Any) -> None:
    take_in(GROUPS)
    coordinator(person)
    client = browse("bengt")
    address = "/statistik/liknande/1060/"
    shown = client.get(address, {**UNUSED, "v_N02926": "2", "v_N01982": "1"})
    assert "Jämför oss med de här kommunerna" in shown.content.decode()
    chosen = client.post(f"{address}valj/", dict(shown.context["kept"]), follow=True).content.decode()
    assert "Olofström jämförs nu så på alla sidor." in chosen
    assert "har valt att jämföras med de här kommunerna sedan" in chosen
    assert "Ta bort vårt val" in chosen
    assert "Inget är ändrat" in client.post(f"{address}valj/", {"antal": "2"}, follow=True).content.decode()
    assert "Liknande kommuner" in client.post(f"{address}valj/", {"grupp": "G1"}, follow=True).content.decode()
    client.post(f"{address}valj/", {"standard": "1"})
    assert not ComparisonGroup.objects.filter(area__code="1060", source_key="").exists()
    assert client.post("/statistik/liknande/1080/valj/", {"standard": "1"}).status_code == 403


@pytest.mark.usefixtures("world")
def test_a_comparison_asks_a_few_questions(django_assert_max_num_queries: Any) -> None:
    olofstrom = area("1060")
    with django_assert_max_num_queries(9):
        comparison_for(olofstrom)
