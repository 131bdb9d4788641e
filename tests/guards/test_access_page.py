"""docs/access.md says who may do what, and the rules do as it says."""

import os
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest
from django.apps import apps

from samverka.collaborations.models import Collaboration, Party
from samverka.followup.models import StatusText
from samverka.foundation.access.actions import Action
from samverka.foundation.access.actors import Actor
from samverka.foundation.access.models import User
from samverka.foundation.access.rules import allows, registered
from samverka.foundation.database.acting import acting_as
from samverka.foundation.database.models import Owned
from samverka.foundation.jobs.models import Job
from samverka.organisations.enums import MembershipRole
from samverka.organisations.models import Membership, Organisation
from samverka.statistics.models import Indicator
from samverka.territory.models import Area
from tests.guards import rows
from tests.guards.house import ROOT

PAGE = ROOT / "docs" / "access.md"
MARKS = ("<!-- table -->\n", "<!-- end of table -->")

PERSONAS = (
    "coordinator of the leading party",
    "coordinator",
    "member",
    "case worker",
    "politician",
    "coordinator elsewhere",
    "operator",
    "citizen",
)


@dataclass
class Scene:
    """The world of the table: a private collaboration of two parties, a public one, and an organisation outside."""

    actors: dict[str, Actor]
    people: dict[str, User]
    lead: Organisation
    party: Organisation
    elsewhere: Organisation
    private: Collaboration
    public: Collaboration

    def own(self, persona: str) -> Organisation:
        """The organisation that a persona works for; for the others, one that is a party."""
        return {PERSONAS[0]: self.lead, PERSONAS[5]: self.elsewhere}.get(persona, self.party)


def _scene() -> Scene:
    def organisation(name: str, kind: str, code: str) -> Organisation:
        return Organisation.objects.create(kind=kind, name=name, area=Area.objects.get(code=code))

    def collaboration(slug: str, *, is_public: bool) -> Collaboration:
        area = Collaboration.objects.all()[0].area
        return Collaboration.objects.create(slug=slug, name=slug, area=area, starts_on=rows.DAY, is_public=is_public)

    lead = organisation("L", "region", "10")
    party, elsewhere = organisation("P", "municipality", "1080"), organisation("E", "region", "07")
    private, public = collaboration("closed", is_public=False), collaboration("open", is_public=True)
    for place in (private, public):
        for member, role in ((lead, "lead"), (party, "party")):
            seat = Party.objects.create(collaboration=place, organisation=member, role=role, joined_on=rows.DAY)
            for visible in (True, False):
                goal = rows.goal(place, is_public=visible)
                rows.target(goal)
                rows.measure(goal, seat, is_public=visible)
            rows.status_text(seat, submitted=True)
            rows.status_text(seat, submitted=False)
        for visible in (True, False):
            rows.report_file(rows.report(place, is_public=visible))
            rows.note(place, is_public=visible)
        rows.snapshot_link(rows.snapshot(place))
        rows.agreement(place)
        rows.funding(place)
    coordinator, *others = MembershipRole
    works = [(lead, coordinator), (party, coordinator), *((party, role) for role in others), (elsewhere, coordinator)]
    people = {}
    for number, persona in enumerate(PERSONAS[:-1]):
        person = User.objects.create(email=f"{number}@page.example", name=persona, is_operator=persona == "operator")
        people[persona] = person
        rows.job(person)
        rows.figure_file(person)
        if persona != "operator":
            at, role = works[number]
            Membership.objects.create(person=person, organisation=at, role=role, starts_on=rows.DAY)
    for at in (lead, party, elsewhere):
        rows.entry(at)
        rows.observation(rows.own_indicator(at, is_public=False))
        rows.focus_area(at)
        rows.api_key(at)
    for person in people.values():
        rows.comment(public, written_by=person)
    actors = {persona: Actor.of(person) for persona, person in people.items()} | {"citizen": Actor()}
    return Scene(actors, people, lead, party, elsewhere, private, public)


Choose = Callable[[Scene, str], Any]
"""The object that a line of the table is about, for a persona."""


def _party(place: str, *, own: bool) -> Choose:
    def choose(scene: Scene, persona: str) -> Party:
        organisation = scene.own(persona)
        if not own:
            organisation = scene.party if organisation == scene.lead else scene.lead
        elif organisation == scene.elsewhere:
            organisation = scene.party
        return Party.objects.get(collaboration=getattr(scene, place), organisation=organisation)

    return choose


def _of_party(model: Any, place: str, *, own: bool, **fields: Any) -> Choose:
    def choose(scene: Scene, persona: str) -> Any:
        return model._default_manager.filter(party=_party(place, own=own)(scene, persona), **fields)[0]

    return choose


def _of_place(model: Any, place: str, **fields: Any) -> Choose:
    return lambda scene, persona: model._default_manager.filter(collaboration=getattr(scene, place), **fields)[0]


def _under(model: Any, of: str, place: str) -> Choose:
    """A row below a goal or a report that is not public."""

    def choose(scene: Scene, persona: str) -> Any:
        where = {f"{of}__collaboration": getattr(scene, place), f"{of}__is_public": False}
        return model._default_manager.filter(**where)[0]

    return choose


def _collaboration(place: str) -> Choose:
    return lambda scene, persona: getattr(scene, place)


def _comment(*, own: bool) -> Choose:
    def choose(scene: Scene, persona: str) -> Any:
        comments = _model("picture.Comment")._default_manager.filter(collaboration=scene.public)
        mine = scene.people.get(persona)
        return (comments.filter(written_by=mine) if own and mine else comments.exclude(written_by=mine))[0]

    return choose


def _link(place: str) -> Choose:
    model = _model("picture.SnapshotLink")
    return lambda scene, persona: model._default_manager.get(snapshot__collaboration=getattr(scene, place))


def _organisation(*, own: bool) -> Choose:
    def choose(scene: Scene, persona: str) -> Organisation:
        mine = scene.own(persona)
        return mine if own else (scene.party if mine == scene.lead else scene.lead)

    return choose


def _at_organisation(model: Any, *, own: bool) -> Choose:
    return lambda scene, persona: model._default_manager.filter(
        organisation_id=_organisation(own=own)(scene, persona).pk
    )[0]


def _measured_by(label: str, *, own: bool) -> Choose:
    return lambda scene, persona: _model(label)._default_manager.filter(
        indicator__organisation_id=_organisation(own=own)(scene, persona).pk
    )[0]


def _everybodys(model: Any) -> Choose:
    return lambda scene, persona: model._default_manager.filter(organisation=None)[0]


def _job(*, own: bool) -> Choose:
    def choose(scene: Scene, persona: str) -> Job:
        jobs = Job.objects.filter(person__in=scene.people.values())
        mine = scene.people.get(persona)
        return (jobs.filter(person=mine) if own and mine else jobs.exclude(person=mine))[0]

    return choose


def _file(*, own: bool) -> Choose:
    def choose(scene: Scene, persona: str) -> Any:
        files = _model("statistics.FigureFile")._default_manager.all()
        mine = scene.people.get(persona)
        return (files.filter(person=mine) if own and mine else files.exclude(person=mine))[0]

    return choose


def _model(label: str) -> type[Owned]:
    found: type[Owned] = apps.get_model(label)
    return found


def _lines() -> list[tuple[Action, str, type[Owned] | None, Choose]]:
    """(action, on what, model, the object) for every line of the table, in its order."""
    found: list[tuple[Action, str, type[Owned] | None, Choose]] = []

    def line(action: Action, what: str, label: str | None, choose: Choose) -> None:
        found.append((action, what, _model(label) if label else None, choose))

    line(Action.READ, "an organisation", "organisations.Organisation", _organisation(own=False))
    line(
        Action.READ,
        "a membership, own organisation",
        "organisations.Membership",
        _at_organisation(Membership, own=True),
    )
    line(Action.READ, "a membership elsewhere", "organisations.Membership", _at_organisation(Membership, own=False))
    for whose, own in (("own", True), ("another", False)):
        for action in (Action.MANAGE_MEMBERS, Action.START_COLLABORATION, Action.READ_AUDIT):
            line(action, f"{whose} organisation", "organisations.Organisation", _organisation(own=own))
        entry = _model("audit.Entry")
        line(
            Action.READ, f"an entry of the audit, {whose} organisation", "audit.Entry", _at_organisation(entry, own=own)
        )
        key = _model("organisations.ApiKey")
        line(
            Action.READ,
            f"a key of the API, {whose} organisation",
            "organisations.ApiKey",
            _at_organisation(key, own=own),
        )
    line(Action.READ, "an indicator", "statistics.Indicator", lambda scene, persona: Indicator.objects.all()[0])
    line(Action.READ, "an area", "territory.Area", lambda scene, persona: scene.party.area)
    line(Action.DEFINE_NODES, "the county of a region", "territory.Area", lambda scene, persona: scene.lead.area)
    line(Action.CHOOSE_COMPARISON, "a municipality", "territory.Area", lambda scene, persona: scene.party.area)
    line(Action.IMPORT_STATISTICS, "the installation", None, lambda scene, persona: None)
    line(
        Action.READ,
        "an indicator of an organisation, not public",
        "statistics.Indicator",
        _at_organisation(Indicator, own=True),
    )
    for whose, own in (("own", True), ("another", False)):
        for label, what in (("statistics.Observation", "a figure"), ("statistics.Revision", "a figure as it was")):
            said = f"{what} of an indicator of {whose} organisation, not public"
            line(Action.READ, said, label, _measured_by(label, own=own))
    for whose, own in (("own", True), ("another", False)):
        for label, what in (("statistics.Indicator", "an indicator"), ("statistics.FocusArea", "a focus area")):
            choose = _at_organisation(_model(label), own=own)
            line(Action.ARRANGE_STATISTICS, f"{what}, {whose} organisation", label, choose)
        line(
            Action.ARRANGE_STATISTICS,
            f"{whose} organisation",
            "organisations.Organisation",
            _organisation(own=own),
        )
    for label, what in (("statistics.Indicator", "an indicator"), ("statistics.FocusArea", "a focus area")):
        line(Action.ARRANGE_STATISTICS, f"{what} of everybody's", label, _everybodys(_model(label)))
    line(
        Action.READ, "a focus area", "statistics.FocusArea", _at_organisation(_model("statistics.FocusArea"), own=False)
    )
    for place in ("private", "public"):
        said = "" if place == "private" else ", public"
        line(Action.READ, f"a collaboration{said}", "collaborations.Collaboration", _collaboration(place))
        line(Action.READ, f"a party{said}", "collaborations.Party", _party(place, own=False))
        for label, name in (("agreements.Agreement", "an agreement"), ("financing.Funding", "funding")):
            line(Action.READ, f"{name}{said}", label, _of_place(_model(label), place))
        line(
            Action.READ,
            f"a snapshot{' of a public collaboration' if said else ''}",
            "picture.Snapshot",
            _of_place(_model("picture.Snapshot"), place),
        )
        line(
            Action.READ,
            f"a link to a snapshot{' of a public collaboration' if said else ''}",
            "picture.SnapshotLink",
            _link(place),
        )
        for label in ("goals.Goal", "reports.Report", "picture.Note"):
            name = label.split(".")[1].lower()
            for visible in (True, False) if place == "public" else (False,):
                which = ("" if visible else ", itself not public") if place == "public" else ""
                choose = _of_place(_model(label), place, is_public=visible)
                line(Action.READ, f"a {name}{' of a public collaboration' if said else ''}{which}", label, choose)
        for label, name, of in (
            ("goals.GoalTarget", "what a goal promises", "goal"),
            ("reports.ReportFile", "a report's PDF", "report"),
        ):
            choose = _under(_model(label), of, place)
            line(Action.READ, f"{name}, not public{', of a public collaboration' if said else ''}", label, choose)
        measure = _model("plans.Measure")
        for visible in (True, False) if place == "public" else (False,):
            which = ("" if visible else ", itself not public") if place == "public" else ""
            choose = _of_party(measure, place, own=False, is_public=visible)
            line(
                Action.READ, f"a measure{' of a public collaboration' if said else ''}{which}", "plans.Measure", choose
            )
    for whose, own in (("own", True), ("another", False)):
        for submitted in (False, True):
            choose = _of_party(StatusText, "public", own=own, submitted_at__isnull=not submitted)
            what = (
                f"{'a submitted' if submitted else 'an unsubmitted'} status text, {whose} party, public collaboration"
            )
            line(Action.READ, what, "followup.StatusText", choose)
        for action in (Action.WRITE_BENEFIT, Action.WRITE_STATUS, Action.ADD_MEASURE):
            line(action, f"{whose} party", "collaborations.Party", _party("public", own=own))
        line(Action.CHANGE_MEASURE, f"a measure, {whose} party", "plans.Measure", _of_party(measure, "public", own=own))
    line(
        Action.CHANGE_NOTE,
        "a note of a public collaboration",
        "picture.Note",
        _of_place(_model("picture.Note"), "public"),
    )
    for whose, own in (("own", True), ("another's", False)):
        line(Action.READ, f"{whose} comment, public collaboration", "picture.Comment", _comment(own=own))
        line(Action.REMOVE_COMMENT, f"{whose} comment, public collaboration", "picture.Comment", _comment(own=own))
    line(
        Action.SHARE_SNAPSHOT,
        "a snapshot of a public collaboration",
        "picture.Snapshot",
        _of_place(_model("picture.Snapshot"), "public"),
    )
    for action in (
        Action.CHANGE_COLLABORATION,
        Action.ADOPT_GOAL,
        Action.PUBLISH_REPORT,
        Action.WRITE_NOTE,
        Action.TAKE_SNAPSHOT,
    ):
        line(action, "a public collaboration", "collaborations.Collaboration", lambda scene, persona: scene.public)
    for whose, own in (("own", True), ("another's", False)):
        line(Action.READ, f"{whose} uploaded file of figures", "statistics.FigureFile", _file(own=own))
    for action in (Action.READ, Action.CANCEL_JOB):
        for whose, own in (("own", True), ("another's", False)):
            line(action, f"{whose} job", "jobs.Job", _job(own=own))
    return found


def _table() -> str:
    head = ["action", "on", *PERSONAS]
    lines = [f"| {' | '.join(head)} |", f"|{'---|' * len(head)}"]
    with acting_as(Actor.system("page")):
        scene = _scene()
        for action, what, _model, choose in _lines():
            cells = ["yes" if allows(scene.actors[who], action, choose(scene, who)) else "" for who in PERSONAS]
            lines.append(f"| {' | '.join([f'`{action.value}`', what, *cells])} |".replace("  ", " "))
    return "\n".join(lines) + "\n"


@pytest.mark.django_db
def test_the_table_says_what_the_rules_do() -> None:
    text = PAGE.read_text(encoding="utf-8")
    before, rest = text.split(MARKS[0])
    said, after = rest.split(MARKS[1])
    found = _table()
    if os.environ.get("WRITE_BASELINES"):
        PAGE.write_text(f"{before}{MARKS[0]}{found}{MARKS[1]}{after}", encoding="utf-8")
    else:
        assert said == found


def test_every_rule_has_its_line() -> None:
    assert {(action, model) for action, _what, model, _choose in _lines()} == registered().keys()


def test_every_guarded_table_is_on_the_page() -> None:
    guarded = {m._meta.db_table for m in apps.get_models() if issubclass(m, Owned) and m.row_security}
    section = PAGE.read_text(encoding="utf-8").split("## Rows that PostgreSQL guards")[1]
    assert set(re.findall(r"^\| `(\w+)`", section, re.MULTILINE)) == guarded
