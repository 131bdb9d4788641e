"""A party writes how it goes: draft, submit, discard; the pages; what the others see; what it gets back."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils.translation import override

from samverka.collaborations.models import Collaboration, Party
from samverka.collaborations.registry import tasks_of
from samverka.followup import queries
from samverka.followup.models import StatusText
from samverka.followup.services import LONGEST, TextRefused, discard_draft, save_draft, submit_status
from samverka.foundation.access.actors import Actor
from samverka.foundation.access.doors import Forbidden
from samverka.foundation.audit.models import Entry
from samverka.foundation.database.acting import acting_as
from samverka.foundation.versions import Overtaken
from samverka.goals.models import Goal, GoalTarget
from samverka.goals.queries import goals_of
from samverka.statistics.models import Observation

pytestmark = pytest.mark.django_db

NOW = datetime(2018, 3, 1, 12, tzinfo=UTC)
STEER = "/samverkan/blekinges-unga-lyfter/styra/"


def _party(organisation: str) -> Party:
    return Party.objects.select_related("organisation__area", "collaboration").get(organisation__name=organisation)


@pytest.fixture
def party(db: None) -> Party:
    return _party("Olofströms kommun")


@pytest.fixture
def bengt(actor: Callable[[str], Actor]) -> Actor:
    return actor("bengt")


def _kept(party: Party) -> list[tuple[str, bool]]:
    """What the party has written, oldest first: text, and whether it is submitted."""
    with acting_as(Actor.system("test")):
        texts = StatusText.objects.filter(party=party).order_by("pk")
        return [(text.text, text.submitted_at is not None) for text in texts]


def _entries() -> list[Entry]:
    with acting_as(Actor.system("test")):
        return list(Entry.objects.filter(object_type="followup.statustext").order_by("at", "action"))


def test_a_draft_is_kept_changed_and_submitted_and_then_stands(bengt: Actor, party: Party) -> None:
    with acting_as(bengt):
        draft = save_draft(actor=bengt, party=party, text="Ett", seen="", now=NOW)
        draft = save_draft(actor=bengt, party=party, text="Två", seen=draft.stamp, now=NOW)
        submitted = submit_status(actor=bengt, party=party, text="Tre\r\n", seen=draft.stamp, now=NOW)
        assert submitted.pk == draft.pk
        assert (submitted.submitted_at, submitted.written_by_id) == (NOW, bengt.user_id)
        save_draft(actor=bengt, party=party, text="Fyra", seen=submitted.stamp, now=NOW)
    assert _kept(party) == [("Tre", True), ("Fyra", False)]


def test_saving_and_submitting_twice_is_once(bengt: Actor, party: Party) -> None:
    with acting_as(bengt):
        for _ in range(2):
            save_draft(actor=bengt, party=party, text="Utkast", seen="", now=NOW)
        draft = queries.own_draft(bengt, party)
        assert draft is not None
        sent = {submit_status(actor=bengt, party=party, text="Klar", seen=draft.stamp, now=NOW).pk for _ in range(2)}
        for _ in range(2):
            discard_draft(actor=bengt, party=party, seen="", now=NOW)
    assert len(sent) == 1
    assert _kept(party) == [("Klar", True)]
    assert [entry.action for entry in _entries()] == ["save_draft", "submit_status"]


def test_who_has_seen_the_text_may_say_that_it_is_still_so(bengt: Actor, party: Party) -> None:
    later = NOW + timedelta(days=365)
    with acting_as(bengt):
        first = submit_status(actor=bengt, party=party, text="Som förut", seen="", now=NOW)
        again = submit_status(actor=bengt, party=party, text="Som förut", seen=first.stamp, now=later)
        assert queries.latest_submitted(party.collaboration)[party.pk] == again
    assert again.submitted_at == later
    assert _kept(party) == [("Som förut", True)] * 2


@pytest.mark.parametrize("service", [save_draft, submit_status])
def test_who_has_not_seen_what_is_there_is_told_and_nothing_is_lost(
    bengt: Actor, party: Party, service: Callable[..., StatusText]
) -> None:
    with acting_as(bengt):
        first = save_draft(actor=bengt, party=party, text="Kollegans", seen="", now=NOW)
        with pytest.raises(Overtaken) as overtaken:
            service(actor=bengt, party=party, text="Min", seen="", now=NOW)
        assert overtaken.value.current == first
        with pytest.raises(Overtaken):
            discard_draft(actor=bengt, party=party, seen="", now=NOW)
    assert _kept(party) == [("Kollegans", False)]


def test_a_new_draft_after_a_discarded_one_is_not_mistaken_for_it(bengt: Actor, party: Party) -> None:
    with acting_as(bengt):
        first = save_draft(actor=bengt, party=party, text="Ett", seen="", now=NOW)
        seen = first.stamp
        discard_draft(actor=bengt, party=party, seen=seen, now=NOW)
        save_draft(actor=bengt, party=party, text="Kollegans", seen="", now=NOW)
        with pytest.raises(Overtaken):
            save_draft(actor=bengt, party=party, text="Ett till", seen=seen, now=NOW)
    assert _kept(party) == [("Kollegans", False)]


@pytest.mark.parametrize("key", ["anna", "cecilia", "david", "eva", "citizen"])
def test_only_the_partys_writers_write(actor: Callable[[str], Actor], party: Party, key: str) -> None:
    who = actor(key)
    with acting_as(who):
        for service in (save_draft, submit_status):
            with pytest.raises(Forbidden):
                service(actor=who, party=party, text="Nej", seen="", now=NOW)
        with pytest.raises(Forbidden):
            discard_draft(actor=who, party=party, seen="", now=NOW)


@pytest.mark.parametrize("text", ["", "  \r\n ", "å" * (LONGEST + 1)])
def test_a_text_without_words_or_without_end_is_refused(bengt: Actor, party: Party, text: str) -> None:
    with acting_as(bengt):
        for service in (save_draft, submit_status):
            with pytest.raises(TextRefused):
                service(actor=bengt, party=party, text=text, seen="", now=NOW)
    assert _kept(party) == []


def test_the_audit_has_what_was_submitted_but_not_the_words_of_a_draft(bengt: Actor, party: Party) -> None:
    with acting_as(bengt):
        draft = save_draft(actor=bengt, party=party, text="Hemligt utkast", seen="", now=NOW)
        discard_draft(actor=bengt, party=party, seen=draft.stamp, now=NOW)
        submit_status(actor=bengt, party=party, text="Öppet", seen="", now=NOW)
    entries = _entries()
    assert {entry.organisation_id for entry in entries} == {party.organisation_id}
    assert not any("Hemligt" in f"{entry.object_label} {entry.changes}" for entry in entries)
    [submitted] = [entry for entry in entries if entry.action == "submit_status"]
    assert submitted.changes == {"text": [None, "Öppet"]}


def test_who_has_not_answered(bengt: Actor, party: Party) -> None:
    collaboration = Collaboration.objects.get(slug="blekinges-unga-lyfter")
    with acting_as(bengt):
        before = queries.who_has_not_answered(collaboration)
        save_draft(actor=bengt, party=party, text="Utkast", seen="", now=NOW)
        assert party in queries.who_has_not_answered(collaboration)  # a draft is no answer
        newest = queries.newest_of(party)
        assert newest is not None
        submit_status(actor=bengt, party=party, text="Svar", seen=newest.stamp, now=NOW)
        assert set(before) - set(queries.who_has_not_answered(collaboration)) == {party}
    assert len(before) == 6


def test_the_draft_is_the_own_partys_alone(actor: Callable[[str], Actor], bengt: Actor, party: Party) -> None:
    with acting_as(bengt):
        draft = save_draft(actor=bengt, party=party, text="Utkast", seen="", now=NOW)
    for key in ("anna", "bengt", "cecilia", "david", "eva", "citizen"):
        who = actor(key)
        with acting_as(who):
            assert queries.own_draft(who, party) == (draft if key == "bengt" else None)


def test_the_answers_are_for_the_parties(browse: Callable[[str], Client]) -> None:
    said = "Samarbetet med gymnasieskolan gav mest."
    for key in ("anna", "bengt", "cecilia", "david"):
        page = browse(key).get(STEER).content.decode()
        assert said in page
        assert "3 av 9 parter har berättat hur det går" in page
        assert page.count("har inte svarat</span>") == 6
        assert "6 parter har inte svarat" in page
    for key in ("eva", "citizen"):
        page = browse(key).get(STEER).content.decode()
        assert said not in page
        assert "har inte svarat" not in page


def test_the_way_from_empty_to_draft_to_submitted_on_the_page(browse: Callable[[str], Client], party: Party) -> None:
    client = browse("bengt")
    address = f"/lagesbeskrivning/{party.pk}/"
    form: dict[str, Any] = {"text": "Vi har öppnat.\r\nDörren är öppen.", "seen": ""}
    saved = client.post(address, {**form, "do": "draft"}, follow=True)
    assert saved.redirect_chain == [(address, 302)]
    page = saved.content.decode()
    assert "Utkastet är sparat. Bara ni på Olofströms kommun ser det." in page
    assert "Vi har öppnat." in page
    assert "Vi har öppnat." not in browse("anna").get(STEER).content.decode()
    with acting_as(Actor.system("test")):
        stamp = StatusText.objects.get(party=party).stamp
    sent = client.post(address, {**form, "seen": stamp, "do": "submit"}, follow=True)
    assert sent.redirect_chain == [(f"{address}jamforelse/", 302)]
    assert "Texten är skickad till de andra parterna." in sent.content.decode()
    assert "Vi har öppnat." in browse("anna").get(STEER).content.decode()
    assert "Vi har öppnat." in client.get(address).content.decode()  # the next one starts from what was said


def test_discarding_on_the_page(browse: Callable[[str], Client], party: Party) -> None:
    client = browse("bengt")
    address = f"/lagesbeskrivning/{party.pk}/"
    client.post(address, {"text": "Utkast", "seen": "", "do": "draft"})
    old = client.post(address, {"seen": "0.0", "do": "discard"}, follow=True)
    assert "Bengt Berg har ändrat utkastet sedan du såg det. Inget är kastat." in old.content.decode()
    with acting_as(Actor.system("test")):
        stamp = StatusText.objects.get(party=party).stamp
    gone = client.post(address, {"seen": stamp, "do": "discard"}, follow=True)
    assert "Utkastet är kastat." in gone.content.decode()
    assert _kept(party) == []


def test_an_error_keeps_what_was_typed(browse: Callable[[str], Client], party: Party) -> None:
    typed = "ö" * (LONGEST + 1)
    answer = browse("bengt").post(f"/lagesbeskrivning/{party.pk}/", {"text": typed, "seen": "", "do": "submit"})
    assert answer.status_code == 422
    page = answer.content.decode()
    assert typed in page
    assert "error-summary" in page
    assert _kept(party) == []


@pytest.mark.parametrize("do", ["draft", "submit"])
def test_a_conflict_shows_both_texts_and_one_press_saves_mine(
    browse: Callable[[str], Client], party: Party, do: str
) -> None:
    client = browse("bengt")
    address = f"/lagesbeskrivning/{party.pk}/"
    client.post(address, {"text": "Kollegans ord", "seen": "", "do": "draft"})
    answer = client.post(address, {"text": "Mina ord", "seen": "", "do": do})
    assert answer.status_code == 409
    page = answer.content.decode()
    assert "Kollegans ord" in page
    assert "Mina ord" in page
    hidden = dict(answer.context["conflict"]["hidden"])
    assert client.post(address, hidden).status_code == 302
    assert _kept(party) == [("Mina ord", do == "submit")]


def test_a_party_that_has_not_answered_waits_for_its_writers_where_work_has_begun(
    actor: Callable[[str], Actor], party: Party
) -> None:
    def waits(key: str) -> list[str]:
        who = actor(key)
        with acting_as(who):
            return [task.url for task in tasks_of(who) if task.url.startswith("/lagesbeskrivning/")]

    assert waits("bengt") == [f"/lagesbeskrivning/{party.pk}/"]
    for key in ("anna", "cecilia", "david", "eva"):  # answered; does not write; does not write; being prepared
        assert waits(key) == []


def _paragraph(bengt: Actor, organisation: str, language: str = "sv") -> str:
    party = _party(organisation)
    with acting_as(bengt), override(language):
        [comparison] = queries.comparisons_for(party, goals_of(bengt, party.collaboration))
        return queries.paragraph_of(party, comparison).replace("\u00a0", " ")


def test_the_paragraph_tells_a_municipality_its_own_figures(bengt: Actor) -> None:
    assert _paragraph(bengt, "Olofströms kommun") == (
        "Olofströms kommun är part i samverkan Blekinges unga lyfter. "
        "Det gemensamma målet är ”Halverad ungdomsarbetslöshet till 2017”. "
        "Nyckeltalet ”Arbetslöshet 16–24 år” sjönk i Olofström från 17,8 procent 2013 till 10,1 procent 2017. "
        "För kvinnor var värdet 7,8 procent och för män 11,9 procent. "
        "Samma år var det 8,4 procent i Blekinge län och 5,1 procent i riket. "
        "Målet för 2017 var 8,9 procent, och det nåddes inte. Målnivån nåddes 2021. "
        "Den senaste siffran för Olofström är 5,8 procent (2022). "
        "Källa: Kolada, N03921, Arbetslöshet 16–24 år, årsmedelvärde, andel (%) av befolkningen, uttag 2024-08-30."
    )


@pytest.mark.parametrize("organisation", ["Arbetsförmedlingen", "Region Blekinge", "Blekinge Tekniska Högskola"])
def test_the_paragraph_tells_a_party_without_an_area_of_its_own_the_countys(bengt: Actor, organisation: str) -> None:
    text = _paragraph(bengt, organisation)
    assert text.startswith(f"{organisation} är part i samverkan Blekinges unga lyfter. ")
    assert "sjönk i Blekinge län från 14,2 procent 2013 till 8,4 procent 2017." in text
    assert "Samma år var det 5,1 procent i riket." in text


def test_the_paragraph_says_what_it_does_not_know(bengt: Actor) -> None:
    Observation.objects.filter(indicator__source_key="N03921", area__code="1060", year__gt=2013).delete()
    text = _paragraph(bengt, "Olofströms kommun")
    assert "För Olofström finns ännu ingen uppgift om ”Arbetslöshet 16–24 år” efter 2013." in text
    assert "Målet för 2017 är 8,9 procent. Det går inte att säga om det nås." in text
    Observation.objects.filter(indicator__source_key="N03921", area__code="1081", sex__in="KM").delete()
    assert "Källan har ingen uppgift om kvinnor och män var för sig för 2017." in _paragraph(bengt, "Ronneby kommun")


def test_a_target_missed_by_a_hair_does_not_read_as_met(bengt: Actor) -> None:
    target = GoalTarget.objects.get(area__code="1060", sex="T")
    observation = Observation.objects.get(
        indicator__source_key="N03921", area__code="1060", sex="T", year=target.goal.target_year
    )
    observation.value = target.target_value + 0.004
    observation.save()
    text = _paragraph(bengt, "Olofströms kommun")
    assert "till 8,902 procent 2017" in text
    assert "Målet för 2017 var 8,898 procent, och det nåddes inte." in text


def test_before_the_target_year_the_paragraph_tells_the_way(bengt: Actor) -> None:
    Observation.objects.filter(indicator__source_key="N03921", year__gt=2015).delete()
    text = _paragraph(bengt, "Karlskrona kommun")
    assert "procent 2015." in text
    assert "Målet för 2017 är" in text
    assert "utvecklingen" in text


def test_the_comparison_has_the_nations_women_and_men(bengt: Actor, party: Party) -> None:
    with acting_as(bengt):
        [comparison] = queries.comparisons_for(party, goals_of(bengt, party.collaboration))
    own, county, nation = comparison.rows
    assert (own.name, county.name, nation.name) == ("Olofström", "Blekinge län", "Riket")
    assert (own.is_own, county.is_own, nation.is_own) == (True, False, False)
    assert nation.women.value == pytest.approx(4.087685)
    assert nation.men.value == pytest.approx(6.125813)
    assert nation.target is None
    assert own.baseline.value == pytest.approx(17.796053)


@pytest.mark.parametrize(("key", "own"), [("bengt", True), ("anna", False), ("eva", False)])
def test_the_paragraph_is_for_the_partys_own_people(
    browse: Callable[[str], Client], party: Party, key: str, own: bool
) -> None:
    page = browse(key).get(f"/lagesbeskrivning/{party.pk}/jamforelse/").content.decode()
    assert "Olofström nådde inte målet 2017" in page
    assert ("Text till er årsredovisning" in page) is own


def test_without_a_goal_there_is_nothing_to_compare_and_the_page_says_so(browse: Callable[[str], Client]) -> None:
    kronoberg = _party("Region Kronoberg")
    client = browse("eva")
    page = client.get(f"/lagesbeskrivning/{kronoberg.pk}/jamforelse/").content.decode()
    assert "Det finns inget mål att jämföra med än" in page
    assert client.get(f"/lagesbeskrivning/{kronoberg.pk}/").status_code == 200


def test_the_number_of_queries_is_the_same_for_one_goal_and_three(
    browse: Callable[[str], Client], party: Party, django_assert_num_queries: Any
) -> None:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    client = browse("bengt")
    address = f"/lagesbeskrivning/{party.pk}/jamforelse/"
    with CaptureQueriesContext(connection) as one:
        client.get(address)
    goal = Goal.objects.get()
    targets = list(goal.targets.all())
    with acting_as(Actor.system("test")):
        for name in ("Andra målet", "Tredje målet"):
            goal.pk, goal.name = None, name
            goal.save()
            for target in targets:
                target.pk, target.goal = None, goal
            GoalTarget.objects.bulk_create(targets)
    with django_assert_num_queries(len(one)):
        client.get(address)


def test_both_languages(browse: Callable[[str], Client], party: Party) -> None:
    for language in ("sv", "en"):
        for address in (STEER, f"/lagesbeskrivning/{party.pk}/", f"/lagesbeskrivning/{party.pk}/jamforelse/"):
            answer = browse("bengt").get(address, headers={"Accept-Language": language})
            assert answer.status_code == 200
            assert f'<html lang="{language}">' in answer.content.decode()


def test_the_figures_beside_the_text_say_where_they_come_from(browse: Callable[[str], Client], party: Party) -> None:
    page = browse("bengt").get(f"/lagesbeskrivning/{party.pk}/").content.decode()
    assert "Kolada N03921" in page
    assert "2024-08-30" in page
