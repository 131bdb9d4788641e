"""Pieces of pages are made once per state of their data: kept while nothing changes, made anew when anything does."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.core.cache import cache as shared
from django.db.models import F
from django.test import Client
from django.utils import timezone, translation

from samverka.api import observations
from samverka.collaborations.models import Party
from samverka.followup.queries import newest_of
from samverka.followup.services import save_draft, submit_status
from samverka.foundation.access.actors import Actor
from samverka.foundation.database.acting import acting_as
from samverka.foundation.database.states import rows_state
from samverka.foundation.ui import kept as kept_module
from samverka.foundation.ui.kept import Near, kept
from samverka.goals import charts, wording
from samverka.goals.models import Goal
from samverka.organisations.models import Organisation
from samverka.plans.models import Measure
from samverka.statistics.enums import Sex
from samverka.statistics.models import Extraction, Indicator, Observation
from tests.guards import rows

pytestmark = pytest.mark.django_db

GOAL = "/mal/1/"
STEER = "/samverkan/blekinges-unga-lyfter/styra/"


@pytest.fixture(autouse=True)
def keeping(settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    settings.KEEP_PIECES = True
    monkeypatch.setattr(kept_module, "_near", kept_module.Near())


@pytest.fixture
def answers(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What is worked out anew."""
    made: list[str] = []
    work = wording.answer

    def telling(progress: Any) -> str:
        made.append(progress.goal.name)
        return work(progress)

    monkeypatch.setattr(wording, "answer", telling)
    return made


@pytest.mark.parametrize("page", [GOAL, STEER])
def test_a_page_is_worked_out_once_whoever_reads_it(
    browse: Callable[[str], Client], answers: list[str], page: str
) -> None:
    first = browse("citizen").get(page).content.decode()
    assert "8,4" in first
    assert len(answers) == 1
    assert "8,4" in browse("anna").get(page).content.decode()
    assert len(answers) == 1


def test_what_only_some_may_do_is_not_kept_for_others(browse: Callable[[str], Client]) -> None:
    assert "/mal/nytt/" in browse("anna").get(STEER).content.decode()
    assert "/mal/nytt/" not in browse("citizen").get(STEER).content.decode()
    assert "/mal/nytt/" in browse("anna").get(STEER).content.decode()


def _new_figure(value: float, *, area: str = "10", year: int = 2017) -> None:
    """What an import does: a new figure, and the extraction that it came with."""
    indicator = Indicator.objects.get(source_key="N03921")
    earlier = Extraction.objects.filter(indicator=indicator).latest("imported_at", "pk")
    later = Extraction.objects.create(
        indicator=indicator,
        extracted_at=earlier.extracted_at + timedelta(days=1),
        imported_at=earlier.imported_at + timedelta(days=1),
        file_name="N03921.csv",
        file_sha256="f" * 64,
        rows=1,
        first_year=earlier.first_year,
        last_year=earlier.last_year,
    )
    changed = Observation.objects.filter(indicator=indicator, area__code=area, year=year, sex=Sex.TOTAL)
    assert changed.update(value=value, extraction=later) == 1


@pytest.mark.parametrize("page", [GOAL, STEER])
def test_new_figures_are_seen_at_once(browse: Callable[[str], Client], page: str) -> None:
    assert "8,4" in browse("citizen").get(page).content.decode()
    _new_figure(3.3)
    page_now = browse("citizen").get(page).content.decode()
    assert "3,3" in page_now


@pytest.mark.parametrize("page", ["/lagesbeskrivning/{party}/", "/lagesbeskrivning/{party}/jamforelse/"])
def test_a_partys_own_figures_follow_new_ones(browse: Callable[[str], Client], page: str) -> None:
    path = page.format(party=Party.objects.get(organisation__name="Olofströms kommun").pk)
    assert "77,7" not in browse("bengt").get(path).content.decode()
    _new_figure(77.7, area="1060")
    assert "77,7" in browse("bengt").get(path).content.decode()


@pytest.mark.parametrize("page", ["/statistik/{indicator}/?lan=10", "/lagesbild/10/", "/lagesbild/1060/"])
def test_a_figure_of_the_newest_year_is_seen_where_statistics_are(browse: Callable[[str], Client], page: str) -> None:
    indicator = Indicator.objects.get(source_key="N03921")
    path = page.format(indicator=indicator.pk)
    code = "1060" if "1060" in page else "10"
    newest = indicator.observations.filter(area__code=code, sex=Sex.TOTAL, value__isnull=False).latest("year").year
    assert "77,7" not in browse("citizen").get(path).content.decode()
    _new_figure(77.7, area=code, year=newest)
    assert "77,7" in browse("citizen").get(path).content.decode()


def test_a_chart_is_worked_out_once_and_anew_for_new_figures(
    browse: Callable[[str], Client], monkeypatch: pytest.MonkeyPatch
) -> None:
    made: list[str] = []
    work = charts.chart_of

    def telling(progress: Any, place: Any, *rest: Any) -> Any:
        made.append(place.area.code)
        return work(progress, place, *rest)

    monkeypatch.setattr(charts, "chart_of", telling)
    path = f"{GOAL}diagram.svg?omrade=10"
    first = browse("citizen").get(path)
    again = browse("anna").get(path)
    assert (again.content, again["ETag"]) == (first.content, first["ETag"])
    before = len(made)
    assert browse("anna").get(path)["ETag"] == first["ETag"]
    assert len(made) == before
    _new_figure(3.3)
    assert browse("anna").get(path)["ETag"] != first["ETag"]
    assert browse("anna").get(f"{GOAL}diagram.svg?omrade=0180").status_code == 404


def test_what_the_parties_do_and_write_is_seen_at_once_and_each_reader_has_their_own_controls(
    browse: Callable[[str], Client],
) -> None:
    organise, work = (STEER.replace("styra", tab) for tab in ("organisera", "arbeta"))
    measure = Measure.objects.get(title="Navigatorcentrum i Olofström")
    change = f"/atgarder/{measure.pk}/andra/"
    for _ in range(2):
        assert change in browse("bengt").get(work).content.decode()
        assert change not in browse("anna").get(work).content.decode()
    party = measure.party
    benefit = f"/samverkan/part/{party.pk}/nytta/"
    for _ in range(2):
        assert benefit in browse("bengt").get(organise).content.decode()
        assert benefit not in browse("david").get(organise).content.decode()
    Measure.objects.filter(pk=measure.pk).update(state_note="Nu går det")
    Party.objects.filter(pk=party.pk).update(own_benefit="Det här vinner vi nu")
    assert "Nu går det" in browse("bengt").get(work).content.decode()
    assert "Det här vinner vi nu" in browse("david").get(organise).content.decode()


@pytest.fixture
def held(monkeypatch: pytest.MonkeyPatch) -> list[bytes]:
    """What the shared cache is given."""
    given: list[bytes] = []
    keep = shared.set

    def telling(key: str, content: bytes, *rest: Any) -> None:
        given.append(content)
        keep(key, content, *rest)

    monkeypatch.setattr(shared, "set", telling)
    return given


def test_who_people_are_and_what_they_write_for_some_stays_out_of_the_shared_cache(
    browse: Callable[[str], Client], held: list[bytes]
) -> None:
    measure = Measure.objects.get(title="Navigatorcentrum i Olofström")
    pages = [STEER, STEER.replace("styra", "arbeta"), STEER.replace("styra", "organisera"), "/organisation/"]
    shown = "".join(browse("bengt").get(page).content.decode() for page in pages)
    assert measure.responsible in shown
    assert held
    assert not [content for content in held if measure.responsible.encode() in content]


def test_what_an_organisation_measures_for_itself_stays_out_of_the_shared_cache(
    browse: Callable[[str], Client], held: list[bytes]
) -> None:
    with acting_as(Actor.system("test")):
        own = rows.own_indicator(Organisation.objects.get(name="Region Blekinge"), is_public=False)
        Indicator.objects.filter(pk=own.pk).update(name="Bara för oss")
        rows.observation(own)
    pages = [f"/statistik/{own.pk}/?lan=10", "/statistik/?q=Bara", f"/lagesbild/1080/indikator/{own.pk}/"]
    for page in pages:
        assert "Bara för oss" in browse("anna").get(page).content.decode()
    assert browse("anna").get(f"/lagesbild/1080/indikator/{own.pk}/tid/").status_code == 200
    assert [content for content in held if b"Bara f" in content] == []
    browse("anna").get("/statistik/?q=N03921")
    assert [content for content in held if b"N03921" in content]


def test_a_piece_of_a_row_that_is_not_public_stays_in_the_process(held: list[bytes]) -> None:
    for is_public in (True, False):
        row = Indicator(name="x", is_public=is_public)
        assert kept(lambda: "made", of=("within", [("deep", row)])) == "made"
        assert len(held) == 1


@pytest.mark.parametrize("page", [GOAL, STEER])
def test_a_changed_goal_is_seen_at_once(browse: Callable[[str], Client], page: str) -> None:
    assert "Halverad ungdomsarbetslöshet" in browse("citizen").get(page).content.decode()
    with acting_as(Actor.system("test")):
        Goal.objects.update(name="Ett annat namn")
    assert "Ett annat namn" in browse("citizen").get(page).content.decode()


def test_each_language_and_each_year_has_its_own(browse: Callable[[str], Client]) -> None:
    citizen = browse("citizen")
    swedish = citizen.get(GOAL).content.decode()
    english = citizen.get(GOAL, headers={"accept-language": "en"}).content.decode()
    assert "Målet nåddes inte" in swedish
    assert "Målet nåddes inte" not in english
    assert "Så här kunde det ses 2015" in citizen.get(f"{GOAL}?ar=2015").content.decode()
    assert "Så här kunde det ses" not in citizen.get(GOAL).content.decode()
    assert citizen.get(f"{GOAL}?ar=1999").status_code == 404


def test_a_piece_is_made_of_its_parts_and_the_readers_language() -> None:
    made: list[int] = []

    def make() -> int:
        made.append(1)
        return len(made)

    assert [kept(make, of=("a", 1)), kept(make, of=("a", 1))] == [1, 1]
    assert kept(make, of=("a", 2)) == 2
    with translation.override("en"):
        assert kept(make, of=("a", 1)) == 3


def test_another_process_finds_what_one_has_made(monkeypatch: pytest.MonkeyPatch) -> None:
    assert kept(lambda: ["made"], of=("shared",)) == ["made"]
    monkeypatch.setattr(kept_module, "_near", Near())
    assert kept(lambda: ["made again"], of=("shared",)) == ["made"]


def test_who_changes_what_they_got_changes_nobody_elses() -> None:
    kept(lambda: ["made"], of=("own",)).append("changed")
    assert kept(lambda: ["made"], of=("own",)) == ["made"]


def test_a_process_keeps_what_was_asked_for_last_in_the_room_that_it_has() -> None:
    near = Near(room=10, largest=5)
    near.put("a", b"1234")
    near.put("b", b"1234")
    near.get("a")
    near.put("c", b"1234")
    assert [near.get(key) for key in "abc"] == [b"1234", None, b"1234"]


def test_a_large_piece_pushes_nothing_out() -> None:
    near = Near(room=10, largest=5)
    near.put("a", b"1234")
    near.put("b", b"1234")
    near.put("large", b"123456")
    assert [near.get(key) for key in ("a", "b", "large")] == [b"1234", b"1234", None]


def test_the_apis_figures_are_made_once_and_anew_when_they_change(
    browse: Callable[[str], Client], monkeypatch: pytest.MonkeyPatch
) -> None:
    made: list[int] = []
    told = observations._json
    monkeypatch.setattr(observations, "_json", lambda *parts: (made.append(1), told(*parts))[1])
    address = "/api/v1/observations?indicator=kolada:N03921&area=10"
    first, second = (browse("citizen").get(address).content for _ in range(2))
    assert first == second
    assert len(made) == 1
    Indicator.objects.filter(source_key="N03921").update(version=F("version") + 1)
    assert browse("citizen").get(address).content == first
    assert len(made) == 2


def test_the_situation_is_kept_for_all_and_its_control_for_those_who_may(browse: Callable[[str], Client]) -> None:
    situation = "/samverkan/blekinges-unga-lyfter/lagesbild/"
    for _ in range(2):
        assert "/indikatorer/" in browse("anna").get(situation).content.decode()
        citizens = browse("citizen").get(situation).content.decode()
        assert "Arbetslöshet 16–24 år" in citizens
        assert "/indikatorer/" not in citizens
    Indicator.objects.filter(source_key="N03921").update(name="Ett annat namn")
    assert "Ett annat namn" in browse("citizen").get(situation).content.decode()


def test_rows_have_another_state_when_any_of_them_has() -> None:
    blekinge = Party.objects.filter(collaboration__slug="blekinges-unga-lyfter")
    before = rows_state(blekinge)
    assert rows_state(blekinge.select_related("organisation").order_by("-pk")) == before
    assert rows_state(blekinge.exclude(pk=blekinge[0].pk)) != before
    assert rows_state(Party.objects.none()) == ""
    Party.objects.filter(pk=blekinge[0].pk).update(own_benefit="En annan")
    assert rows_state(blekinge) != before


def test_an_answer_is_seen_at_once_by_all_and_a_draft_by_its_own(
    browse: Callable[[str], Client], actor: Callable[[str], Actor]
) -> None:
    party = Party.objects.get(organisation__name="Olofströms kommun")
    for reader in ("anna", "bengt"):
        assert "Nu ljusnar det" not in browse(reader).get(STEER).content.decode()
    bengt = actor("bengt")
    now = timezone.now()
    with acting_as(bengt):
        newest = newest_of(party)
        draft = save_draft(
            actor=bengt, party=party, text="Nu ljusnar det", seen=newest.stamp if newest else "", now=now
        )
    assert "Fortsätt på utkastet" in browse("bengt").get(STEER).content.decode()
    assert "Nu ljusnar det" not in browse("anna").get(STEER).content.decode()
    with acting_as(bengt):
        submit_status(actor=bengt, party=party, text="Nu ljusnar det", seen=draft.stamp, now=now)
    assert "Nu ljusnar det" in browse("anna").get(STEER).content.decode()
