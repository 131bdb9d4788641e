"""Small worlds for the property test of rules: people, organisations, seats, and one of everything that has a rule."""

import datetime as dt
from dataclasses import dataclass

from hypothesis import strategies as st

from samverka.collaborations.enums import PartyRole
from samverka.collaborations.models import Collaboration, Party
from samverka.foundation.access.actors import Actor
from samverka.foundation.access.models import User
from samverka.foundation.clock import today
from samverka.goals.models import Goal
from samverka.organisations.enums import MembershipRole, OrganisationKind
from samverka.organisations.models import Membership, Organisation
from samverka.territory.models import Area
from tests.guards import rows

PEOPLE, ORGANISATIONS, COLLABORATIONS = 3, 3, 2

PERIODS: dict[str, tuple[int, int | None]] = {
    "for long": (-100, None),
    "since today": (0, None),
    "from tomorrow": (1, None),
    "until yesterday": (-100, -1),
    "ended today": (-100, 0),
    "last day today": (-100, 1),
}
"""When a membership begins and ends (the first day without), in days from today."""


@dataclass(frozen=True)
class Work:
    """A person works for an organisation."""

    role: MembershipRole
    period: str


@dataclass(frozen=True)
class Seat:
    """An organisation sits in a collaboration, or sat."""

    leads: bool
    role: PartyRole
    left: bool
    has_draft: bool
    has_submitted: bool
    public_measure: bool


@dataclass(frozen=True)
class World:
    """What Hypothesis draws; `build` makes it rows."""

    works: tuple[tuple[Work | None, ...], ...]
    """One tuple a person, one place an organisation."""
    seats: tuple[tuple[Seat | None, ...], ...]
    """One tuple a collaboration, one place an organisation."""
    public: tuple[tuple[bool, bool, bool], ...]
    """For each collaboration: itself, its goal, its report."""
    active: tuple[bool, ...]
    operator: tuple[bool, ...]


_work = st.none() | st.builds(Work, st.sampled_from(MembershipRole), st.sampled_from(sorted(PERIODS)))
_seat = st.none() | st.builds(
    Seat,
    leads=st.booleans(),
    role=st.sampled_from([PartyRole.PARTY, PartyRole.OPERATOR]),
    left=st.booleans(),
    has_draft=st.booleans(),
    has_submitted=st.booleans(),
    public_measure=st.booleans(),
)
worlds = st.builds(
    World,
    works=st.tuples(*[st.tuples(*[_work] * ORGANISATIONS)] * PEOPLE),
    seats=st.tuples(*[st.tuples(*[_seat] * ORGANISATIONS)] * COLLABORATIONS),
    public=st.tuples(*[st.tuples(st.booleans(), st.booleans(), st.booleans())] * COLLABORATIONS),
    active=st.tuples(*[st.booleans()] * PEOPLE),
    operator=st.tuples(*[st.booleans()] * PEOPLE),
)


def build(world: World) -> list[Actor]:
    """Make the world, as the system, and give its actors: everybody in it, and the anonymous citizen."""
    day = today()
    area = Area.objects.get(code="10")
    people = [
        User.objects.create(email=f"p{n}@world.example", name=f"P{n}", is_active=active, is_operator=operator)
        for n, (active, operator) in enumerate(zip(world.active, world.operator, strict=True))
    ]
    organisations = [
        Organisation.objects.create(kind=kind, name=f"Organisation {n}", area=place)
        for n, (kind, place) in enumerate(
            [
                (OrganisationKind.REGION, area),
                (OrganisationKind.MUNICIPALITY, Area.objects.get(code="1080")),
                (OrganisationKind.COMPANY, None),
            ]
        )
    ]
    rows.node(area)
    for person, works in zip(people, world.works, strict=True):
        for organisation, work in zip(organisations, works, strict=True):
            if work is not None:
                starts, ends = PERIODS[work.period]
                Membership.objects.create(
                    person=person,
                    organisation=organisation,
                    role=work.role,
                    starts_on=day + dt.timedelta(days=starts),
                    ends_on=None if ends is None else day + dt.timedelta(days=ends),
                )
        rows.job(person)
        rows.figure_file(person)
    for number, (seats, (is_public, goal_public, report_public)) in enumerate(
        zip(world.seats, world.public, strict=True)
    ):
        collaboration = Collaboration.objects.create(
            slug=f"world-{number}", name=f"World {number}", area=area, starts_on=day, is_public=is_public
        )
        rows.agreement(collaboration)
        rows.funding(collaboration)
        rows.report_file(rows.report(collaboration, is_public=report_public, content={}))
        rows.note(collaboration, is_public=report_public)
        for person in people:
            rows.comment(collaboration, written_by=person)
        rows.snapshot_link(rows.snapshot(collaboration))
        goal = rows.goal(collaboration, is_public=goal_public)
        rows.target(goal)
        _parties(goal, organisations, seats)
    for organisation in organisations:
        rows.entry(organisation)
        rows.focus_area(organisation)
        rows.api_key(organisation)
        for is_public in (True, False):
            rows.observation(rows.own_indicator(organisation, is_public=is_public))
    return [*map(Actor.of, people), Actor()]


def _parties(goal: Goal, organisations: list[Organisation], seats: tuple[Seat | None, ...]) -> None:
    day, led = today(), False
    for organisation, seat in zip(organisations, seats, strict=True):
        if seat is None:
            continue
        leads = seat.leads and not seat.left and not led
        led = led or leads
        party = Party.objects.create(
            collaboration=goal.collaboration,
            organisation=organisation,
            role=PartyRole.LEAD if leads else seat.role,
            joined_on=day - dt.timedelta(days=10),
            left_on=day if seat.left else None,
        )
        rows.measure(goal, party, is_public=seat.public_measure)
        if seat.has_draft:
            rows.status_text(party, submitted=False)
        if seat.has_submitted:
            rows.status_text(party, submitted=True)


EVERYTHING = World(
    works=tuple(tuple(Work(role, "for long") for _ in range(ORGANISATIONS)) for role in list(MembershipRole)[:PEOPLE]),
    seats=((Seat(True, PartyRole.PARTY, False, True, True, True),) * ORGANISATIONS,) * COLLABORATIONS,
    public=((True, True, True),) * COLLABORATIONS,
    active=(True,) * PEOPLE,
    operator=(True,) * PEOPLE,
)
"""A world with something of every kind."""
