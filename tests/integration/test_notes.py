"""Notes and comments beside the figures: who writes, who reads, and what is kept when two write at once."""

from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from samverka.collaborations.models import ChosenIndicator, Collaboration
from samverka.foundation.access.actors import Actor
from samverka.foundation.access.doors import Forbidden
from samverka.foundation.audit.models import Entry
from samverka.foundation.database.acting import acting_as
from samverka.foundation.versions import Overtaken
from samverka.picture.enums import NoteKind
from samverka.picture.models import Comment, Note
from samverka.picture.queries import notes as queries
from samverka.picture.services import notes as services
from samverka.statistics.models import FocusArea, FocusIndicator, Indicator
from samverka.territory.models import Area

pytestmark = pytest.mark.django_db

SLUG = "blekinges-unga-lyfter"
TAB = f"/samverkan/{SLUG}/lagesbild/"
Cast = Callable[[str], Actor]
Browse = Callable[[str], Client]


@pytest.fixture(autouse=True)
def nothing_is_written_yet(db: None) -> None:
    """What the demo's people have said is taken away."""
    with acting_as(Actor.system("tests")):
        Note.objects.all().delete()
        Comment.objects.all().delete()


def collaboration() -> Collaboration:
    return Collaboration.objects.select_related("area").get(slug=SLUG)


def indicator() -> Indicator:
    chosen = ChosenIndicator.objects.filter(collaboration__slug=SLUG).first()
    assert chosen is not None
    return chosen.indicator


def write(actor: Actor, text: str = "Fabriken stänger", **values: object) -> Note:
    with acting_as(actor):
        return services.write_note(
            actor=actor,
            collaboration=collaboration(),
            draft=services.NoteDraft(text=text, **{"indicator": indicator(), **values}),  # type: ignore[arg-type]
            now=timezone.now(),
        )


def test_a_member_writes_a_note_that_the_other_parties_read_and_nobody_else(actor: Cast, browse: Browse) -> None:
    address = reverse("picture:new_note", args=[SLUG])
    answer = browse("bengt").post(
        address,
        {
            "text": "Fokusgruppen med unga män i Olofström vill ha kvällstider.",
            "kind": "focus_group",
            "indicator": indicator().pk,
            "from_year": 2016,
            "to_year": 2017,
            "source_name": "Navigatorcentrum",
            "source_url": "https://example.org/rapport",
        },
    )
    assert (answer.status_code, answer.headers["Location"]) == (302, TAB)
    for reader in ("anna", "cecilia", "david"):
        page = browse(reader).get(TAB).content.decode()
        assert "vill ha kvällstider" in page
        assert 'href="https://example.org/rapport"' in page
        assert "Fokusgrupp, 2016–2017" in page
    for outsider in ("eva", "citizen"):
        assert "vill ha kvällstider" not in browse(outsider).get(TAB).content.decode()
    with acting_as(actor("anna")):
        assert Entry.objects.filter(action="write_note")[0].actor_id == actor("bengt").user_id


def test_a_note_for_all_is_read_by_all_without_its_writers_name(actor: Cast, browse: Browse) -> None:
    write(actor("anna"), "Ny rapport om unga", is_public=True)
    page = browse("citizen").get(TAB).content.decode()
    assert "Ny rapport om unga" in page
    assert actor("anna").name not in page.split("Ny rapport om unga")[1].split("</li>")[0]


def test_a_note_cannot_be_for_all_when_the_collaboration_is_not(actor: Cast) -> None:
    Collaboration.objects.filter(slug=SLUG).update(is_public=False)
    with pytest.raises(services.NotForAll):
        write(actor("anna"), is_public=True)
    assert not Note.objects.exists()


@pytest.mark.parametrize("who", ["cecilia", "david", "eva", "citizen"])
def test_who_does_not_write_for_a_party_writes_no_notes(actor: Cast, who: str) -> None:
    with pytest.raises(Forbidden):
        write(actor(who))


def test_a_note_stands_beside_an_indicator_or_a_focus_area(browse: Browse) -> None:
    answer = browse("anna").post(reverse("picture:new_note", args=[SLUG]), {"text": "Fritt", "kind": "scan"})
    assert answer.status_code == 422
    assert "Välj en indikator eller ett fokusområde" in answer.content.decode()
    assert "Fritt" in answer.content.decode()


def test_what_two_people_write_at_once_is_shown_to_the_second(actor: Cast, browse: Browse) -> None:
    note = write(actor("anna"), "Först")
    address = reverse("picture:change_note", args=[note.pk])
    values = {"kind": "scan", "indicator": indicator().pk, "version": 1}
    assert browse("bengt").post(address, {**values, "text": "Bengts"}).status_code == 302
    answer = browse("anna").post(address, {**values, "text": "Annas"})
    assert answer.status_code == 409
    page = answer.content.decode()
    assert "Annas" in page
    assert "Bengts" in page
    with acting_as(actor("anna")):
        assert Note.objects.get().text == "Bengts"
    assert browse("anna").post(address, {**values, "text": "Annas", "version": 2}).status_code == 302
    with acting_as(actor("anna")):
        assert Note.objects.get().text == "Annas"


def test_saying_the_same_again_changes_nothing(actor: Cast) -> None:
    note = write(actor("anna"), "Samma")
    with acting_as(actor("bengt")):
        draft = services.NoteDraft(text="Samma", indicator=note.indicator)
        kept = services.change_note(actor=actor("bengt"), note=note, draft=draft, version=0, now=timezone.now())
    assert (kept.version, kept.changed_at) == (1, None)


def test_a_form_that_is_sent_twice_writes_once(actor: Cast, browse: Browse) -> None:
    values = {"text": "Två tryck", "kind": "scan", "indicator": indicator().pk}
    bengt = browse("bengt")
    for address, given in (
        (reverse("picture:new_note", args=[SLUG]), values),
        (reverse("picture:comment", args=[SLUG, indicator().pk, "1060"]), {"text": "Två tryck"}),
    ):
        assert [bengt.post(address, given).status_code for _ in range(2)] == [302, 302]
    assert browse("anna").post(reverse("picture:new_note", args=[SLUG]), values).status_code == 302
    with acting_as(actor("anna")):
        assert Note.objects.count() == 2, "Bengts and Annas"
        assert Comment.objects.count() == 1


def test_from_a_note_one_comes_back_to_the_collaborations_page(actor: Cast, browse: Browse) -> None:
    write(actor("anna"))
    page = browse("anna").get(f"/lagesbild/1060/indikator/{indicator().pk}/?samverkan={SLUG}").content.decode()
    assert f"ta-bort/?till=%2Flagesbild%2F1060%2Findikator%2F{indicator().pk}%2F%3Fsamverkan%3D{SLUG}" in page


def test_a_note_is_taken_away_and_the_audit_remembers_it(actor: Cast, browse: Browse) -> None:
    note = write(actor("bengt"), "Ska bort")
    address = reverse("picture:remove_note", args=[note.pk])
    assert "Ska bort" in browse("anna").get(address).content.decode()
    with acting_as(actor("anna")), pytest.raises(Overtaken):
        services.remove_note(actor=actor("anna"), note=note, version=7, now=timezone.now())
    assert browse("anna").post(address, {"version": 1}).status_code == 302
    with acting_as(actor("anna")):
        assert not Note.objects.exists()
        entry = Entry.objects.get(action="remove_note")
    assert entry.changes["text"] == ["Ska bort", None]


def test_a_comment_is_the_parties_own_and_its_writer_takes_it_away(actor: Cast, browse: Browse) -> None:
    address = reverse("picture:comment", args=[SLUG, indicator().pk, "1060"])
    assert browse("bengt").post(address, {"text": "Här saknas lärlingarna.", "year": 2017}).status_code == 302
    assert "Här saknas lärlingarna." in browse("anna").get(address).content.decode()
    assert "Här saknas lärlingarna." in browse("david").get(TAB).content.decode()
    assert "Här saknas lärlingarna." not in browse("citizen").get(TAB).content.decode()
    with acting_as(actor("citizen")):
        assert not Comment.objects.exists()
    with acting_as(actor("bengt")):
        comment = Comment.objects.get()
    assert (comment.year, comment.area.code) == (2017, "1060")
    gone = reverse("picture:remove_comment", args=[comment.pk])
    assert [browse(who).post(gone).status_code for who in ("citizen", "eva", "cecilia")] == [302, 404, 403]
    assert browse("bengt").post(gone).status_code == 302
    with acting_as(actor("anna")):
        assert not Comment.objects.exists()
        # What was said in confidence is not kept for ever anywhere.
        assert "lärlingarna" not in str(list(Entry.objects.values_list("changes", flat=True)))


def test_only_the_writer_or_the_leading_party_takes_a_comment_away(actor: Cast, browse: Browse) -> None:
    address = reverse("picture:comment", args=[SLUG, indicator().pk, "10"])
    browse("anna").post(address, {"text": "Annas"})
    with acting_as(actor("anna")):
        comment = Comment.objects.get()
    assert browse("bengt").post(reverse("picture:remove_comment", args=[comment.pk])).status_code == 403


def test_beside_a_figure_stand_notes_on_it_and_on_its_focus_area(actor: Cast) -> None:
    focus = FocusArea.objects.create(key="prov", name="Prov")
    FocusIndicator.objects.create(focus_area=focus, indicator=indicator())
    other = FocusArea.objects.create(key="annat", name="Annat")
    anna = actor("anna")
    write(anna, "Vid indikatorn")
    write(anna, "Vid området", indicator=None, focus_area=focus)
    write(anna, "Vid ett annat område", indicator=None, focus_area=other)
    with acting_as(anna):
        found = queries.beside(anna, collaboration(), indicator(), Area.objects.get(code="10"))
        assert {note.text for note in found.notes} == {"Vid indikatorn", "Vid området"}
    citizen = actor("citizen")
    with acting_as(citizen):
        found = queries.beside(citizen, collaboration(), indicator(), Area.objects.get(code="10"))
    assert (found.notes, found.comments, found.may_write, found.is_party) == ([], [], False, False)


def test_the_way_back_never_leads_out_of_the_house(browse: Browse) -> None:
    address = reverse("picture:new_note", args=[SLUG])
    values = {"text": "Prov", "kind": NoteKind.SCAN.value, "indicator": indicator().pk}
    for strange in ("//evil.example/", "https://evil.example/", "javascript:alert(1)"):
        assert browse("anna").post(f"{address}?till={strange}", values).headers["Location"] == TAB
    assert browse("anna").post(f"{address}?till=/samverkan/", values).headers["Location"] == "/samverkan/"
