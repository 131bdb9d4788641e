"""A party says how its measure goes: the service, the pages with and without htmx, the list, the tasks."""

from collections.abc import Callable
from datetime import UTC, date, datetime

import pytest
from django.test import Client

from samverka.collaborations.models import Collaboration
from samverka.collaborations.registry import tasks_of
from samverka.foundation.access.actors import Actor
from samverka.foundation.audit.models import Entry
from samverka.foundation.database.acting import acting_as
from samverka.foundation.versions import Overtaken
from samverka.plans import queries
from samverka.plans.enums import MeasureState
from samverka.plans.models import Measure
from samverka.plans.services import change_measure

pytestmark = pytest.mark.django_db

NOW = datetime(2018, 3, 1, 12, tzinfo=UTC)
LIST = "/samverkan/blekinges-unga-lyfter/arbeta/"
HTMX = {"HX-Request": "true"}


@pytest.fixture
def olofstrom() -> Measure:
    return Measure.objects.get(title="Navigatorcentrum i Olofström")


@pytest.fixture
def bengt(actor: Callable[[str], Actor]) -> Actor:
    return actor("bengt")


def _entries(action: str) -> list[Entry]:
    with acting_as(Actor.system("test")):
        return list(Entry.objects.filter(action=action))


def test_a_change_is_kept_with_who_and_when_and_audited(bengt: Actor, olofstrom: Measure) -> None:
    with acting_as(bengt):
        changed = change_measure(
            actor=bengt, measure=olofstrom, state="done", state_note=" Öppet. ", version=1, now=NOW
        )
    olofstrom.refresh_from_db()
    assert (olofstrom.state, olofstrom.state_note, olofstrom.version) == ("done", "Öppet.", 2)
    assert (olofstrom.changed_at, olofstrom.changed_by_id) == (NOW, bengt.user_id)
    assert changed == olofstrom
    [entry] = _entries("change_measure")
    assert entry.organisation_id == olofstrom.party.organisation_id
    assert entry.changes == {"state": ["ongoing", "done"], "state_note": ["", "Öppet."]}


def test_saying_the_same_thing_twice_changes_nothing(bengt: Actor, olofstrom: Measure) -> None:
    with acting_as(bengt):
        for _ in range(2):
            changed = change_measure(
                actor=bengt, measure=olofstrom, state="done", state_note="Öppet.", version=1, now=NOW
            )
    assert changed.version == 2
    assert len(_entries("change_measure")) == 1


def test_who_saw_an_older_version_is_told_and_nothing_changes(bengt: Actor, olofstrom: Measure) -> None:
    with acting_as(bengt):
        change_measure(actor=bengt, measure=olofstrom, state="done", state_note="", version=1, now=NOW)
        with pytest.raises(Overtaken) as overtaken:
            change_measure(actor=bengt, measure=olofstrom, state="stopped", state_note="", version=1, now=NOW)
    assert overtaken.value.current.state == MeasureState.DONE
    assert len(_entries("change_measure")) == 1


def test_an_unknown_state_is_refused(bengt: Actor, olofstrom: Measure) -> None:
    with acting_as(bengt), pytest.raises(ValueError, match="almost"):
        change_measure(actor=bengt, measure=olofstrom, state="almost", state_note="", version=1, now=NOW)


@pytest.mark.parametrize(
    ("state", "day", "overdue"),
    [
        ("ongoing", date(2018, 12, 31), False),
        ("ongoing", date(2019, 1, 1), True),
        ("planned", date(2019, 1, 1), True),
        ("delayed", date(2019, 1, 1), True),
        ("done", date(2019, 1, 1), False),
        ("stopped", date(2019, 1, 1), False),
    ],
)
def test_overdue_is_past_the_last_day_and_neither_done_nor_stopped(
    olofstrom: Measure, state: str, day: date, overdue: bool
) -> None:
    olofstrom.state = state
    assert olofstrom.is_overdue(day) is overdue


def test_the_board_puts_the_own_first_and_counts(bengt: Actor) -> None:
    with acting_as(bengt):
        board = queries.board(bengt, Collaboration.objects.get(slug="blekinges-unga-lyfter"), date(2019, 1, 1))
    assert [row.measure.title for row in board.own] == ["Navigatorcentrum i Olofström"]
    assert board.rows[0].may_change
    assert not any(row.may_change for row in board.others)
    assert str(board.others[0].measure.party) == "Region Blekinge"
    assert (board.done, board.total, board.overdue) == (4, 9, 5)
    assert not board.has_several_goals


def test_the_list_says_how_many_are_done_and_offers_the_own_alone(browse: Callable[[str], Client]) -> None:
    page = browse("bengt").get(LIST).content.decode()
    assert "4 av 9 åtgärder är klara" in page
    assert page.count("hx-get") == 1
    for reader in ("anna", "citizen"):
        own = 1 if reader == "anna" else 0
        assert browse(reader).get(LIST).content.decode().count("hx-get") == own


def test_a_list_without_measures_says_what_belongs_there(browse: Callable[[str], Client]) -> None:
    page = browse("eva").get("/samverkan/barnens-basta-galler/arbeta/").content.decode()
    assert "Ingen åtgärd finns att visa än" in page


def test_without_javascript_the_change_is_a_page_and_comes_back_to_the_list(
    browse: Callable[[str], Client], olofstrom: Measure
) -> None:
    client = browse("bengt")
    assert 'name="version" value="1"' in client.get(f"/atgarder/{olofstrom.pk}/andra/").content.decode()
    answer = client.post(
        f"/atgarder/{olofstrom.pk}/andra/", {"state": "done", "state_note": "Öppet.", "version": 1}, follow=True
    )
    assert answer.redirect_chain == [(LIST, 302)]
    page = answer.content.decode()
    assert "Navigatorcentrum i Olofström är nu klar." in page
    assert "5 av 9 åtgärder är klara" in page
    assert "Bengt Berg" in client.get(f"/atgarder/{olofstrom.pk}/").content.decode()


def test_who_changed_it_is_for_the_parties(browse: Callable[[str], Client], olofstrom: Measure) -> None:
    browse("bengt").post(f"/atgarder/{olofstrom.pk}/andra/", {"state": "done", "version": 1})
    assert "av Bengt Berg" in browse("anna").get(f"/atgarder/{olofstrom.pk}/").content.decode()
    for outsider in ("eva", "citizen"):
        assert "av Bengt Berg" not in browse(outsider).get(f"/atgarder/{olofstrom.pk}/").content.decode()


def test_htmx_changes_the_row_where_it_stands(browse: Callable[[str], Client], olofstrom: Measure) -> None:
    client = browse("bengt")
    address = f"/atgarder/{olofstrom.pk}/andra/"
    form = client.get(address, headers=HTMX)
    assert form.content.decode().lstrip().startswith(f'<li id="measure-{olofstrom.pk}">')
    assert "HX-Request" in form.headers["Vary"]
    row = client.post(address, {"state": "done", "state_note": "", "version": 1}, headers=HTMX).content.decode()
    assert row.lstrip().startswith("<li")
    assert 'hx-swap-oob="true"' in row
    assert "5 av 9 åtgärder är klara" in row
    cancelled = client.get(f"/atgarder/{olofstrom.pk}/", headers=HTMX).content.decode()
    assert cancelled.lstrip().startswith("<li")


@pytest.mark.parametrize("headers", [{}, HTMX])
def test_an_error_keeps_what_was_typed(
    browse: Callable[[str], Client], olofstrom: Measure, headers: dict[str, str]
) -> None:
    note = "å" * 501
    answer = browse("bengt").post(
        f"/atgarder/{olofstrom.pk}/andra/", {"state": "done", "state_note": note, "version": 1}, headers=headers
    )
    assert answer.status_code == (200 if headers else 422)
    page = answer.content.decode()
    assert note in page
    assert "error-summary" in page
    olofstrom.refresh_from_db()
    assert olofstrom.state == "ongoing"


@pytest.mark.parametrize("headers", [{}, HTMX])
def test_a_conflict_shows_both_and_one_press_saves_mine(
    browse: Callable[[str], Client], olofstrom: Measure, headers: dict[str, str]
) -> None:
    client = browse("bengt")
    address = f"/atgarder/{olofstrom.pk}/andra/"
    client.post(address, {"state": "delayed", "state_note": "Deras", "version": 1})
    mine = {"state": "done", "state_note": "Min", "version": 1}
    answer = client.post(address, mine, headers=headers)
    assert answer.status_code == (200 if headers else 409)
    assert answer.headers.get("HX-Retarget") == ("#main" if headers else None)
    page = answer.content.decode()
    for word in ("Deras", "Min", "försenad", "klar", 'name="version" value="2"'):
        assert word in page
    assert client.post(address, {**mine, "version": 2}).status_code == 302
    olofstrom.refresh_from_db()
    assert (olofstrom.state, olofstrom.state_note) == ("done", "Min")


def test_what_is_overdue_waits_for_those_who_may_say_how_it_goes(actor: Callable[[str], Actor]) -> None:
    urls = {key: [task.url for task in tasks_of(actor(key))] for key in ("bengt", "cecilia", "david", "eva")}
    olofstrom = Measure.objects.get(title="Navigatorcentrum i Olofström")
    assert f"/atgarder/{olofstrom.pk}/andra/" in urls["bengt"]
    for key in ("cecilia", "david", "eva"):
        assert not any(url.startswith("/atgarder/") for url in urls[key])


def test_both_languages(browse: Callable[[str], Client], olofstrom: Measure) -> None:
    for language in ("sv", "en"):
        for address in (LIST, f"/atgarder/{olofstrom.pk}/", f"/atgarder/{olofstrom.pk}/andra/"):
            answer = browse("bengt").get(address, headers={"Accept-Language": language})
            assert answer.status_code == 200
            assert f'<html lang="{language}">' in answer.content.decode()
