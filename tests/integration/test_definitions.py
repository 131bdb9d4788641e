"""Definitions: those that come with Samverka, those that change, and what a person says of an indicator."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from samverka.connectors.kolada import Kpi
from samverka.foundation.access.actors import Actor
from samverka.foundation.access.doors import Forbidden
from samverka.foundation.access.models import User
from samverka.foundation.audit.models import Entry
from samverka.foundation.database.acting import acting_as
from samverka.foundation.versions import Overtaken
from samverka.organisations.models import Organisation
from samverka.statistics import services
from samverka.statistics.enums import Measure, Polarity
from samverka.statistics.models import FocusArea, FocusIndicator, Indicator, Observation, Source
from samverka.statistics.queries import series_of
from samverka.statistics.queries.definitions import chain, chained_to, definition_of
from samverka.statistics.services import definitions
from samverka.statistics.services.shipped import shipped
from samverka.territory.models import Area

pytestmark = pytest.mark.django_db

SYSTEM = Actor.system("tests")


@pytest.fixture(autouse=True)
def _system() -> Any:
    with acting_as(SYSTEM):
        yield


def indicator(key: str) -> Indicator:
    return Indicator.objects.select_related("source", "continues", "weight").get(source_key=key)


def kpi(key: str = "N02268", **fields: Any) -> Kpi:
    given: dict[str, Any] = {
        "id": key,
        "title": indicator(key).name if Indicator.objects.filter(source_key=key).exists() else "Ny, antal",
        "description": "Koladas egen beskrivning.",
        "is_divided_by_gender": True,
        "municipality_type": "A",
        "auspice": "E",
        "operating_area": "",
        "perspective": "",
        "prel_publication_date": None,
        "publication_date": date(2026, 11, 28),
        "publ_period": "2025",
        "has_ou_data": False,
    }
    return Kpi(**{**given, **fields})


def take_in(*kpis: Kpi) -> None:
    services.take_in_kpis(actor=SYSTEM, kpis=kpis, now=timezone.now())


def edit(of: Indicator, **fields: Any) -> definitions.Edit:
    given = {name: getattr(of, name) for name in definitions.FIELDS}
    given |= {"polarity": Polarity(of.polarity), "measure": Measure(of.measure)}
    return definitions.Edit(**{**given, **fields})


def change(of: Indicator, actor: Actor = SYSTEM, seen: str | None = None, **fields: Any) -> Indicator:
    return definitions.change_indicator(
        actor=actor, indicator=of, edit=edit(of, **fields), seen=seen or definitions.seal_of(of), now=timezone.now()
    )


def test_shipped_definitions_are_whole_and_name_only_each_other() -> None:
    ours = shipped()
    assert len([key for source, key in ours if source == "kolada"]) >= 60
    for (source, key), row in ours.items():
        assert row.definition, key
        assert row.unit or row.measure is not Measure.COUNT, key
        for other in filter(None, (row.weight, row.continues)):
            assert (source, other) in ours, (key, other)
        if row.weight:
            assert ours[source, row.weight].measure is Measure.COUNT, key
            assert row.measure is Measure.RATIO, key


def test_shipped_definitions_are_there_in_their_focus_areas() -> None:
    employed = indicator("N02268")
    assert employed.target_group == "Utrikes födda invånare 20–64 år"
    assert employed.measure == Measure.RATIO
    assert employed.continues is not None
    assert employed.continues.source_key == "N00713"
    assert employed.continues.is_closed
    assert not employed.is_chained
    names = FocusArea.objects.filter(organisation=None).order_by("order").values_list("name", flat=True)
    assert list(names) == ["Bosättning", "Arbete", "Utbildning", "Hälsa", "Ekonomi", "Befolkning"]
    assert employed.focus_places.get().focus_area.key == "arbete"


def test_loading_again_changes_nothing() -> None:
    def state() -> list[Any]:
        return [
            list(model._default_manager.order_by("pk").values_list())
            for model in (Indicator, FocusArea, FocusIndicator, Source)
        ]

    before = state()
    services.load_reference_definitions()
    assert state() == before


def test_loading_fills_what_is_empty_and_leaves_what_a_person_has_said() -> None:
    Indicator.objects.filter(source_key="N02267").update(target_group="", measure=Measure.OTHER)
    changed = change(indicator("N02268"), target_group="", polarity=Polarity.NONE)
    services.load_reference_definitions()
    assert indicator("N02267").target_group == "Invånare 20–64 år"
    assert indicator("N02267").measure == Measure.RATIO
    assert indicator("N02268").target_group == ""
    assert indicator("N02268").polarity == Polarity.NONE
    assert indicator("N02268").version == changed.version


def test_an_indicator_taken_out_of_a_focus_area_does_not_come_back() -> None:
    FocusIndicator.objects.filter(indicator__source_key="N02268").delete()
    services.load_reference_definitions()
    assert not FocusIndicator.objects.filter(indicator__source_key="N02268").exists()


def test_the_sources_own_description_takes_the_place_of_the_short_one_without_being_another_definition() -> None:
    assert indicator("N02269").definition == shipped()["kolada", "N02269"].definition
    take_in(kpi("N02269"))
    found = indicator("N02269")
    assert found.definition == "Koladas egen beskrivning."
    assert found.version == 1
    assert found.next_release_on == date(2026, 11, 28)
    assert found.target_group == "Inrikes födda invånare 20–64 år"


def test_a_definition_that_the_source_changes_keeps_what_it_was() -> None:
    take_in(kpi("N02269"))
    take_in(kpi("N02269", description="Nu räknas på ett annat sätt."))
    take_in(kpi("N02269", description="Nu räknas på ett annat sätt."))
    found = indicator("N02269")
    assert found.version == 2
    (earlier,) = definition_of(Actor(), found).earlier
    assert (earlier.number, earlier.definition) == (1, "Koladas egen beskrivning.")


def test_a_series_is_closed_when_the_source_says_so() -> None:
    take_in(
        kpi("N02269", title="Något, andel (%) (-2024)"),
        kpi("N02267", description="OBS: Nyckeltalet är avslutat."),
        kpi("N03920", publication_date=None),
    )
    assert indicator("N02269").is_closed
    assert indicator("N02267").is_closed
    assert not indicator("N03920").is_closed


def test_the_title_says_unit_and_what_the_values_are() -> None:
    titles = {
        "N90001": ("Något, andel (%)", "%", Measure.RATIO),
        "N90002": ("Något, antal", "", Measure.COUNT),
        "N90003": ("Något, antal/1000 inv", "per 1000 inv", Measure.RATIO),
        "N90004": ("Avvikelse från något, andel (%)", "%", Measure.OTHER),
        "N90005": ("Medianinkomst, kr/inv", "kr/inv", Measure.OTHER),
        "N90006": ("Något finns, (Ja=1, Nej=0)", "", Measure.CODE),
        "N90007": ("Avvikelse, (Färre än=2, lika många=1,  fler än=0) (-2023)", "", Measure.CODE),
        "N90008": ("Kvalitet, index (max = 100)", "", Measure.OTHER),
    }
    take_in(*(kpi(key, title=title) for key, (title, _unit, _measure) in titles.items()))
    for key, (_title, unit, measure) in titles.items():
        assert (indicator(key).unit, indicator(key).measure) == (unit, measure), key


def test_a_person_changes_the_definition_and_what_it_was_is_kept() -> None:
    changed = change(indicator("N02268"), target_group="Andra")
    assert changed.version == 2
    assert indicator("N02268").versions.get().target_group == "Utrikes födda invånare 20–64 år"
    entry = Entry.objects.filter(action="change_indicator").latest("pk")
    assert entry.changes["target_group"] == ["Utrikes födda invånare 20–64 år", "Andra"]


def test_what_was_not_said_before_is_no_other_definition() -> None:
    Indicator.objects.filter(source_key="N02268").update(target_group="")
    assert change(indicator("N02268"), target_group="Utrikes födda").version == 1


def test_the_second_of_two_is_told(actor: Callable[[str], Actor]) -> None:
    seen = indicator("N02268")
    change(seen, target_group="Den första")
    with pytest.raises(Overtaken):
        change(seen, target_group="Den andra")
    with pytest.raises(Forbidden):
        change(indicator("N02268"), actor=actor("bengt"), target_group="Bengts")


def test_what_one_adds_is_not_lost_when_another_saves_what_they_saw_before() -> None:
    Indicator.objects.filter(source_key="N02268").update(target_group="")
    seen = indicator("N02268")
    change(indicator("N02268"), target_group="Utrikes födda")  # the same definition, told in more words
    with pytest.raises(Overtaken):
        change(seen, polarity=Polarity.NONE)
    assert indicator("N02268").target_group == "Utrikes födda"


def test_nothing_weighs_or_continues_itself_and_nothing_is_chained_to_nothing() -> None:
    found = indicator("N02269")
    with pytest.raises(definitions.WeighsItself):
        change(found, weight=found)
    with pytest.raises(definitions.NothingToChain):
        change(found, is_chained=True)


def _observe(key: str, values: dict[int, float]) -> None:
    found = indicator(key)
    nation = Area.objects.get(code="00")
    Observation.objects.filter(indicator=found).delete()
    found.extractions.all().delete()
    extraction = found.extractions.create(
        extracted_at=timezone.now(),
        imported_at=timezone.now(),
        file_name="x",
        file_sha256="",
        rows=len(values),
        first_year=min(values),
        last_year=max(values),
    )
    Observation.objects.bulk_create(
        Observation(indicator=found, area=nation, year=year, sex="T", value=value, status=0, extraction=extraction)
        for year, value in values.items()
    )


def test_series_are_chained_only_when_said_and_the_join_is_marked() -> None:
    _observe("N00914", {2019: 79.0, 2020: 78.0, 2021: 80.0})
    _observe("N02267", {2020: 77.0, 2021: 79.0, 2022: 81.0})
    nation = Area.objects.get(code="00").pk
    assert chained_to(indicator("N02267")) is None
    change(indicator("N02267"), is_chained=True)
    earlier = chained_to(indicator("N02267"))
    assert earlier == indicator("N00914")
    newer, older = (series_of(one, area_ids=[nation]) for one in (indicator("N02267"), earlier))
    chained = chain(newer, older)
    ((key, figures),) = chained.series.items()
    assert [(f.year, f.value) for f in figures] == [(2019, 79.0), (2020, 77.0), (2021, 79.0), (2022, 81.0)]
    assert chained.joins == {key: 2020}


@pytest.fixture
def operator(person: Callable[[str], User], client: Client) -> Client:
    anna = person("anna")
    anna.is_operator = True
    anna.save(update_fields=["is_operator"])
    client.force_login(anna)
    return client


def text_of(response: Any) -> str:
    return str(response.content.decode()).replace("\xa0", " ")


def form_of(response: Any) -> dict[str, Any]:
    form = response.context["form"]
    return {name: value for name in form.fields if (value := form[name].value()) not in (None, False)}


def test_the_page_changes_a_definition_and_shows_what_it_was(operator: Client) -> None:
    found = indicator("N02268")
    address = reverse("statistics:change", args=[found.pk])
    given = form_of(operator.get(address))
    assert given["continues"] == "N00713"
    halsa = FocusArea.objects.get(key="halsa")
    answer = operator.post(
        address, {**given, "target_group": "En annan grupp", "is_chained": "on", "focus": [str(halsa.pk)]}, follow=True
    )
    page = text_of(answer)
    assert "Definitionen är sparad" in page
    assert "En annan grupp" in page
    assert "1 tidigare definition" in page
    assert "Utrikes födda invånare 20–64 år" in page
    assert "visas som en serie" in page
    assert found.focus_places.get().focus_area == halsa
    overtaken = operator.post(address, {**given, "target_group": "En tredje"})
    assert overtaken.status_code == 409
    assert "Någon annan har också ändrat definitionen" in text_of(overtaken)
    conflict = overtaken.context["conflict"]
    assert ("Målgrupp", "En tredje", "En annan grupp") in [(str(label), *both) for label, *both in conflict["fields"]]
    hidden: dict[str, list[Any]] = {}
    for name, value in conflict["hidden"]:
        hidden.setdefault(name, []).append(value)
    assert operator.post(conflict["action"], hidden).status_code == 302
    assert indicator("N02268").target_group == "En tredje"


def test_the_page_says_which_key_is_unknown(operator: Client) -> None:
    address = reverse("statistics:change", args=[indicator("N02269").pk])
    given = form_of(operator.get(address))
    answer = operator.post(address, {**given, "weight": "N12345"})
    assert answer.status_code == 422
    assert "Ingen indikator har beteckningen N12345." in text_of(answer)
    answer = operator.post(address, {**given, "is_chained": "on"})
    assert "Skriv vilken serie den fortsätter" in text_of(answer)


def test_a_closed_series_says_so_and_what_continues_it(client: Client) -> None:
    page = text_of(client.get(reverse("statistics:indicator", args=[indicator("N00713").pk])))
    assert "Serien är avslutad" in page
    assert indicator("N02268").name in page
    assert "avslutad" in text_of(client.get(reverse("statistics:list"), {"q": "N00713"}))


def test_a_chained_series_is_drawn_as_one_with_a_mark_where_they_meet(browse: Callable[[str], Client]) -> None:
    newer, older = Indicator.objects.get(source_key="N03921"), Indicator.objects.get(source_key="N03920")
    Observation.objects.filter(indicator=newer, year__lt=2015).delete()
    page = f"/lagesbild/1080/indikator/{newer.pk}/"
    assert "fortsätter. De kan vara räknade" not in browse("citizen").get(page).content.decode()
    Indicator.objects.filter(pk=newer.pk).update(continues=older, is_chained=True)
    shown = browse("citizen").get(page).content.decode()
    assert "Före 2015 är siffrorna från serien N03920" in shown
    drawn = browse("citizen").get(f"{page}tid/").content.decode()
    assert "ny serie" in drawn
    assert "2010" in drawn


def test_what_is_kept_private_is_never_shown_before_what_is_public(browse: Callable[[str], Client]) -> None:
    newer, older = Indicator.objects.get(source_key="N03921"), Indicator.objects.get(source_key="N03920")
    Observation.objects.filter(indicator=newer, year__lt=2015).delete()
    owner = Organisation.objects.get(memberships__person__email="anna@demo.example")
    Indicator.objects.filter(pk=older.pk).update(organisation=owner, is_public=False)
    Indicator.objects.filter(pk=newer.pk).update(continues=older, is_chained=True)
    assert "ny serie" not in browse("citizen").get(f"/lagesbild/1080/indikator/{newer.pk}/tid/").content.decode()
