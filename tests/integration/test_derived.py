"""Indicators counted out of others: units checked, values as counted by hand, counted again, traceable."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from django.utils.timezone import localdate

from samverka.foundation.access.actors import Actor
from samverka.foundation.access.doors import Forbidden
from samverka.foundation.access.models import User
from samverka.foundation.database.acting import acting_as
from samverka.organisations.models import Organisation
from samverka.statistics import services
from samverka.statistics.enums import IndicatorKind, Measure, Polarity, Recipe
from samverka.statistics.models import Indicator, Observation, Revision, Source
from samverka.statistics.queries.definitions import definition_of
from samverka.statistics.queries.formulas import CannotCount, Counting
from samverka.statistics.services import deriving

pytestmark = pytest.mark.django_db

SYSTEM = Actor.system("tests")
HEAD = "municipality,period,gender,value,status\n"


@pytest.fixture(autouse=True)
def _system() -> Any:
    with acting_as(SYSTEM):
        yield


def make(key: str, unit: str, rows: str, *, measure: Measure = Measure.RATIO, by_sex: bool = True) -> Indicator:
    Indicator.objects.create(
        source=Source.objects.get(key="kolada"),
        source_key=key,
        name=f"Indikator {key}",
        unit=unit,
        measure=measure,
        by_sex=by_sex,
    )
    feed(key, rows)
    return Indicator.objects.get(source_key=key)


def feed(key: str, rows: str) -> None:
    checked = services.read_file((HEAD + rows).encode(), f"{key}.csv")
    now = timezone.now()
    outcome = services.import_file(actor=SYSTEM, checked=checked, extracted_at=now, now=now)
    assert outcome.state in ("imported", "unchanged"), list(outcome.rejections)


def derive(recipe: Recipe, *keys: str, actor: Actor = SYSTEM, **more: Any) -> Indicator:
    organisation = more.pop("organisation", None)
    return deriving.add_derived(
        actor=actor,
        organisation=organisation,
        counting=Counting(recipe, tuple(f"kolada/{key}" for key in keys), **more),
        name="Framräknad",
        polarity=Polarity.NONE,
        now=timezone.now(),
    )


def values(indicator: Indicator) -> dict[tuple[str, int, str], float | None]:
    rows = Observation.objects.filter(indicator=indicator).values_list("area__code", "year", "sex", "value")
    return {(code, year, sex): value for code, year, sex, value in rows}


def test_a_rate_of_two_counts_is_per_cent_with_its_parts_kept() -> None:
    make("N90101", "personer", "0010,2020,T,30,\n0010,2020,K,10,\n1080,2020,T,3,\n", measure=Measure.COUNT)
    make("N90102", "personer", "0010,2020,T,120,\n0010,2020,K,50,\n1080,2020,T,0,\n", measure=Measure.COUNT)
    found = derive(Recipe.RATE, "N90101", "N90102", per=100)
    assert (found.unit, found.measure, found.kind) == ("%", Measure.RATIO, IndicatorKind.DERIVED)
    assert values(found) == {("10", 2020, "T"): 25.0, ("10", 2020, "K"): 20.0, ("1080", 2020, "T"): None}
    row = Observation.objects.get(indicator=found, area__code="10", sex="T")
    assert (row.numerator, row.denominator) == (30.0, 120.0)


def test_the_gap_between_foreign_and_native_born_is_in_percentage_points() -> None:
    make("N90111", "%", "0010,2020,T,60.5,\n0010,2020,K,55,\n0010,2021,T,,Suppressed\n1080,2020,T,50,\n")
    make("N90112", "%", "0010,2020,T,80,\n0010,2020,K,81,\n0010,2021,T,81,\n")
    found = derive(Recipe.GAP, "N90111", "N90112")
    assert found.unit == "procentenheter"
    assert found.measure == Measure.OTHER
    assert values(found) == {("10", 2020, "T"): -19.5, ("10", 2020, "K"): -26.0, ("10", 2021, "T"): None}
    suppressed = Observation.objects.get(indicator=found, year=2021)
    assert suppressed.get_status_display() == "för få"


def test_the_gap_between_women_and_men_is_women_minus_men() -> None:
    make("N90121", "%", "0010,2020,K,70,\n0010,2020,M,74.5,\n0010,2020,T,72,\n1080,2020,T,70,\n")
    found = derive(Recipe.SEX_GAP, "N90121")
    assert not found.by_sex
    assert values(found) == {("10", 2020, "T"): -4.5}


def test_an_index_has_its_base_year_as_hundred() -> None:
    make("N90131", "personer", "0010,2019,T,200,\n0010,2020,T,210,\n", measure=Measure.COUNT)
    found = derive(Recipe.INDEX, "N90131", base_year=2019)
    assert (found.unit, values(found)) == ("index", {("10", 2019, "T"): 100.0, ("10", 2020, "T"): 105.0})


@pytest.mark.parametrize(
    ("recipe", "units", "said"),
    [
        (Recipe.GAP, ("%", "kr/inv"), "olika enheter"),
        (Recipe.GAP, ("kr/inv", "tkr/inv"), "olika enheter"),
        (Recipe.RATE, ("%", "%"), "Välj två antal"),
        (Recipe.RATE, ("personer", "kr"), "Välj två antal"),
        (Recipe.INDEX, ("procentenheter",), "Ett index går inte att räkna"),
        (Recipe.GAP, ("bananer", "bananer"), "en enhet som Samverka inte kan räkna med: bananer"),
    ],
)
def test_units_that_make_no_sense_are_refused_in_words(recipe: Recipe, units: tuple[str, ...], said: str) -> None:
    keys = [f"N9014{number}" for number in range(len(units))]
    for key, unit in zip(keys, units, strict=True):
        make(key, unit, "0010,2020,T,5,\n")
    with pytest.raises(CannotCount) as refused:
        derive(recipe, *keys, **({"base_year": 2020} if recipe is Recipe.INDEX else {}))
    assert said in str(refused.value)
    assert not Indicator.objects.filter(name="Framräknad").exists()


def test_inputs_without_anything_in_common_make_no_indicator() -> None:
    make("N90151", "%", "0010,2020,T,5,\n")
    make("N90152", "%", "1080,2020,T,5,\n")
    with pytest.raises(deriving.NoFigures):
        derive(Recipe.GAP, "N90151", "N90152")
    with pytest.raises(CannotCount):
        derive(Recipe.GAP, "N90151", "N00000")
    assert not Indicator.objects.filter(name="Framräknad").exists()


def test_it_is_counted_again_when_an_input_changes_and_only_then() -> None:
    make("N90161", "%", "0010,2020,T,60,\n0010,2021,T,61,\n")
    make("N90162", "%", "0010,2020,T,80,\n0010,2021,T,80,\n")
    gap = derive(Recipe.GAP, "N90161", "N90162")
    index = derive(Recipe.INDEX, "N90161", base_year=2020)
    assert services.count_again(actor=SYSTEM, now=timezone.now()) == 0
    assert gap.extractions.count() == 1
    feed("N90162", "0010,2020,T,82,\n0010,2022,T,83,\n")
    changed = Indicator.objects.get(source_key="N90162").pk
    assert services.count_again(actor=SYSTEM, changed=[changed], now=timezone.now()) == 1
    assert values(gap) == {("10", 2020, "T"): -22.0, ("10", 2021, "T"): -19.0, ("10", 2022, "T"): None}
    assert index.extractions.count() == 1
    revision = Revision.objects.get(indicator=gap)
    assert (revision.year, revision.value) == (2020, -20.0)


def test_without_anything_left_of_an_input_nothing_is_left_of_what_was_counted_of_it() -> None:
    make("N90165", "%", "0010,2020,T,60,\n")
    second = make("N90166", "%", "0010,2020,T,80,\n")
    gap = derive(Recipe.GAP, "N90165", "N90166")
    Observation.objects.filter(indicator=second).delete()
    assert services.count_again(actor=SYSTEM, changed=[second.pk], now=timezone.now()) == 1
    assert values(gap) == {("10", 2020, "T"): None}


def test_what_is_counted_of_a_counted_one_follows() -> None:
    make("N90171", "%", "0010,2020,K,60,\n0010,2020,M,70,\n0010,2021,K,62,\n0010,2021,M,70,\n")
    make("N90172", "procentenheter", "0010,2020,T,1,\n")
    gap = derive(Recipe.SEX_GAP, "N90171")
    second = deriving.add_derived(
        actor=SYSTEM,
        organisation=None,
        counting=Counting(Recipe.GAP, (f"samverka/{gap.source_key}", "kolada/N90172")),
        name="Av en framräknad",
        polarity=Polarity.NONE,
        now=timezone.now(),
    )
    assert values(second)["10", 2020, "T"] == -11.0
    feed("N90171", "0010,2020,K,65,\n")
    changed = [Indicator.objects.get(source_key="N90171").pk]
    assert services.count_again(actor=SYSTEM, changed=changed, now=timezone.now()) == 2
    assert values(second)["10", 2020, "T"] == -6.0


@pytest.mark.parametrize(
    ("recipe", "before", "after", "said"),
    [
        # The units do not go together any more.
        (Recipe.GAP, ("%", "%"), ("per 1000", "%"), "per 1000 och % är olika enheter."),
        # They do, and what comes of them is in another unit than the figures that are there.
        (Recipe.SEX_GAP, ("%",), ("personer",), "Den är räknad i procentenheter, och skulle nu bli personer."),
        (Recipe.GAP, ("kr/inv",) * 2, ("tkr/inv",) * 2, "Den är räknad i kr/inv, och skulle nu bli tkr/inv."),
        # Nobody knows what the unit means.
        (Recipe.INDEX, ("personer",), ("poäng",), "har en enhet som Samverka inte kan räkna med: poäng."),
    ],
)
def test_an_input_in_another_unit_stops_the_counting_and_the_page_says_so(
    client: Client, recipe: Recipe, before: tuple[str, ...], after: tuple[str, ...], said: str
) -> None:
    keys = [f"N9022{place}" for place in range(len(before))]
    for key, unit in zip(keys, before, strict=True):
        make(key, unit, "0000,2020,T,60,\n0000,2021,T,90,\n0000,2020,K,61,\n0000,2020,M,59,\n")
    found = derive(recipe, *keys, **({"base_year": 2020} if recipe is Recipe.INDEX else {}))
    page = reverse("statistics:indicator", args=[found.pk])
    assert "Räknas inte om längre" not in text_of(client.get(page))
    counted = values(found)
    for key, unit in zip(keys, after, strict=True):
        Indicator.objects.filter(source_key=key).update(unit=unit)
    feed(keys[0], "0000,2020,T,6000,\n0000,2020,K,3100,\n")
    assert services.count_again(actor=SYSTEM, now=timezone.now()) == 0
    assert values(found) == counted
    shown = text_of(client.get(page))
    assert "Räknas inte om längre" in shown
    assert said in shown
    assert f"Siffrorna står kvar som de räknades {localdate()}." in shown
    assert said in text_of(client.get(reverse("picture:indicator", args=["00", found.pk]), {"vy": "om"}))
    for key, unit in zip(keys, before, strict=True):
        Indicator.objects.filter(source_key=key).update(unit=unit)
    assert services.count_again(actor=SYSTEM, now=timezone.now()) == 1
    assert "Räknas inte om längre" not in text_of(client.get(page))


def test_the_same_formula_in_another_unit_is_another_indicator() -> None:
    make("N90231", "%", "0010,2020,K,60,\n0010,2020,M,59,\n")
    first = derive(Recipe.SEX_GAP, "N90231")
    Indicator.objects.filter(source_key="N90231").update(unit="personer")
    second = derive(Recipe.SEX_GAP, "N90231")
    assert (first.unit, second.unit) == ("procentenheter", "personer")
    with pytest.raises(deriving.AlreadyDerived):
        derive(Recipe.SEX_GAP, "N90231")


def test_the_form_of_a_definition_says_what_rests_on_it(
    browse: Callable[[str], Client], person: Callable[[str], User]
) -> None:
    operator = person("anna")
    operator.is_operator = True
    operator.save(update_fields=["is_operator"])
    used = make("N90241", "%", "0010,2020,K,60,\n0010,2020,M,59,\n")
    other = make("N902410", "%", "0010,2020,K,60,\n0010,2020,M,59,\n")
    found = derive(Recipe.SEX_GAP, "N90241")
    page = text_of(browse("anna").get(reverse("statistics:change", args=[used.pk])))
    assert "1 framräknad indikator bygger på den" in page
    assert f'<a href="{reverse("statistics:indicator", args=[found.pk])}">' in page
    assert "bygger på den" not in text_of(browse("anna").get(reverse("statistics:change", args=[other.pk])))


def test_it_can_be_traced_to_its_inputs() -> None:
    first = make("N90181", "%", "0010,2020,T,60,\n")
    second = make("N90182", "%", "0010,2020,T,80,\n")
    found = derive(Recipe.GAP, "N90181", "N90182")
    shown = definition_of(Actor(), found)
    assert shown.formula is not None
    assert shown.formula.inputs == (first, second)
    assert shown.extraction is not None
    assert shown.extraction.file_name == "kolada/N90181 − kolada/N90182"
    oldest = min(i.extractions.get().extracted_at for i in (first, second))
    assert shown.extraction.extracted_at == oldest
    assert "Kolada" not in found.source.attribution


def test_no_file_takes_the_place_of_what_is_counted(browse: Callable[[str], Client]) -> None:
    make("N90185", "%", "0010,2020,K,60,\n0010,2020,M,70,\n")
    region = Organisation.objects.get(name="Region Blekinge")
    found = derive(Recipe.SEX_GAP, "N90185", organisation=region)
    anna = browse("anna")
    page = anna.get(reverse("statistics:indicator", args=[found.pk])).content.decode()
    assert reverse("statistics:change", args=[found.pk]) in page
    assert reverse("statistics:figures_file", args=[found.pk]) not in page
    assert anna.get(reverse("statistics:figures_file", args=[found.pk])).status_code == 404


def test_the_same_formula_twice_is_the_same_indicator() -> None:
    make("N90191", "%", "0010,2020,K,60,\n0010,2020,M,60,\n")
    first = derive(Recipe.SEX_GAP, "N90191")
    with pytest.raises(deriving.AlreadyDerived) as there:
        derive(Recipe.SEX_GAP, "N90191")
    assert there.value.indicator == first


def test_a_coordinator_makes_their_organisations_own(actor: Callable[[str], Actor]) -> None:
    make("N90201", "%", "0010,2020,K,60,\n0010,2020,M,70,\n")
    region = Organisation.objects.get(name="Region Blekinge")
    found = derive(Recipe.SEX_GAP, "N90201", actor=actor("anna"), organisation=region)
    assert found.organisation == region
    with pytest.raises(Forbidden):
        derive(Recipe.SEX_GAP, "N90201", actor=actor("anna"))
    with pytest.raises(Forbidden):
        derive(Recipe.SEX_GAP, "N90201", actor=actor("bengt"), organisation=region)


def text_of(response: Any) -> str:
    return str(response.content.decode()).replace("\xa0", " ")


def test_the_page_counts_and_shows_what_of(browse: Callable[[str], Client], person: Callable[[str], User]) -> None:
    make("N90211", "%", "0000,2020,T,60.5,\n")
    make("N90212", "%", "0000,2020,T,80,\n")
    make("N90213", "personer", "0000,2020,T,9,\n", measure=Measure.COUNT)
    anna = browse("anna")
    region = Organisation.objects.get(name="Region Blekinge")
    address = reverse("statistics:derive")
    fields = {
        "recipe": "gap",
        "first": "N90211",
        "second": "kolada/n90212",
        "per": 100,
        "name": "Skillnad mellan utrikes och inrikes födda",
        "polarity": "none",
        "owner": region.pk,
    }
    page = text_of(anna.get(address))
    assert "Allas" not in page
    wrong = anna.post(address, {**fields, "second": "N90213"})
    assert wrong.status_code == 422
    assert "% och personer är olika enheter" in text_of(wrong)
    assert "Välj den andra indikatorn" in text_of(anna.post(address, {**fields, "second": ""}))
    shown = text_of(anna.post(address, fields, follow=True))
    assert "Indikatorn är räknad för alla områden som har siffror." in shown
    assert "−19,5" in shown
    assert "procentenheter" in shown
    assert "Indikator N90211" in shown
    assert "Indikatorn fanns redan." in text_of(anna.post(address, fields, follow=True))
    assert browse("bengt").get(address).status_code == 403
    assert Client().get(address).status_code == 302
