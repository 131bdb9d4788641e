"""More rows of everything that a page can list, so that a query asked once a row shows."""

import functools
import uuid
from typing import Any

from django.utils import timezone

from samverka.collaborations.enums import PartyRole
from samverka.collaborations.models import ChosenIndicator, Collaboration, Party
from samverka.foundation.access.actors import Actor
from samverka.foundation.access.models import User
from samverka.foundation.database.acting import acting_as
from samverka.goals.models import Goal, GoalTarget
from samverka.organisations.enums import MembershipRole, OrganisationKind
from samverka.organisations.models import Membership, Organisation
from samverka.reports.content import gather
from samverka.statistics.enums import ObservationStatus, Polarity, Sex
from samverka.statistics.models import Extraction, FocusArea, FocusIndicator, Indicator, Observation, Source
from samverka.territory.models import Area
from tests.guards import rows


def grow(times: int, *, shared: str, organisations: list[str]) -> None:
    """Add so many rows of everything to a collaboration and to the organisations, as the system."""
    with acting_as(Actor.system("growth")):
        for number in range(times):
            key = uuid.uuid4().hex[:8]
            collaboration = Collaboration.objects.get(slug=shared)
            indicator = _indicator(key, collaboration)
            ChosenIndicator.objects.create(collaboration=collaboration, indicator=indicator, order=50 + number)
            _party(key, _goal(collaboration, indicator))
            rows.agreement(collaboration)
            rows.funding(collaboration)
            rows.report(collaboration, is_public=True, content=_content(collaboration.slug))
            rows.note(collaboration, is_public=True, written_by=User.objects.all()[0])
            rows.comment(collaboration, written_by=User.objects.all()[0])
            rows.snapshot(collaboration)
            _elsewhere(key, collaboration)
            for name in organisations:
                _people(key, Organisation.objects.get(name=name))


@functools.cache
def _content(slug: str) -> Any:
    """What the reports say: that there are more of them is what matters here, so it is gathered once."""
    collaboration = Collaboration.objects.get(slug=slug)
    return gather(
        actor=Actor.system("growth"),
        collaboration=collaboration,
        title="Prov",
        number=1,
        is_public=True,
        now=timezone.now(),
    )


def _indicator(key: str, collaboration: Collaboration) -> Indicator:
    indicator = Indicator.objects.create(
        source=Source.objects.all()[0], source_key=f"G{key}", name=key, unit="%", polarity=Polarity.LOWER, by_sex=True
    )
    FocusIndicator.objects.create(
        focus_area=FocusArea.objects.get(key="arbete", organisation=None), indicator=indicator
    )
    now = timezone.now()
    extraction = Extraction.objects.create(
        indicator=indicator, extracted_at=now, imported_at=now, file_name="g.csv", file_sha256="0" * 64, rows=4
    )
    Observation.objects.bulk_create(
        Observation(
            indicator=indicator,
            area=area,
            year=year,
            sex=sex,
            value=10.0,
            status=ObservationStatus.OK,
            extraction=extraction,
        )
        for area in [collaboration.area, *collaboration.area.parts.all()]
        for sex in Sex
        for year in (2013, 2014, 2015)
    )
    return indicator


def _goal(collaboration: Collaboration, indicator: Indicator) -> Goal:
    goal = rows.goal(collaboration, indicator=indicator, is_public=True)
    GoalTarget.objects.bulk_create(
        GoalTarget(goal=goal, area=area, sex=sex, baseline_value=10.0, target_value=5.0)
        for area in [collaboration.area, *collaboration.area.parts.all()]
        for sex in Sex
    )
    return goal


def _party(key: str, goal: Goal) -> None:
    organisation = Organisation.objects.create(
        kind=OrganisationKind.MUNICIPALITY, name=f"Part {key}", area=Area.objects.get(code="1080")
    )
    party = Party.objects.create(
        collaboration=goal.collaboration, organisation=organisation, own_benefit=key, joined_on=rows.DAY
    )
    somebody = User.objects.all()[0]
    for owner in (party, *goal.collaboration.parties.filter(organisation__name="Olofströms kommun")):
        rows.measure(goal, owner, changed_by=somebody, is_public=True)
    rows.status_text(party, submitted=True, written_by=somebody)


def _elsewhere(key: str, shared: Collaboration) -> None:
    """A collaboration more, public, in which the shared one's leading organisation takes part."""
    other = Collaboration.objects.create(
        slug=f"g-{key}", name=key, citizen_value=key, area=shared.area, starts_on=rows.DAY, is_public=True
    )
    for party in shared.parties.filter(role=PartyRole.LEAD):
        Party.objects.create(collaboration=other, organisation=party.organisation, joined_on=rows.DAY)


def _people(key: str, organisation: Organisation) -> None:
    person = User.objects.create(email=f"{key}.{organisation.pk}@growth.example", name=key)
    Membership.objects.create(person=person, organisation=organisation, role=MembershipRole.MEMBER, starts_on=rows.DAY)
    rows.entry(organisation)
