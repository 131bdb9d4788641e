"""A world of Sweden's size, or of a part of it, built in the database that the tests point at."""

import random
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import islice, product
from typing import Any

import numpy as np
import polars as pl
from django.db import connections
from django.utils import timezone

from samverka.agreements.enums import AgreementKind
from samverka.agreements.models import Agreement
from samverka.collaborations.enums import PartyRole, Phase
from samverka.collaborations.models import ChosenIndicator, Collaboration, Party
from samverka.financing.models import Funding
from samverka.followup.models import StatusText
from samverka.foundation.access.actors import Actor
from samverka.foundation.access.models import User
from samverka.foundation.audit.models import Entry
from samverka.foundation.database.acting import acting_as
from samverka.goals.models import Goal, GoalTarget
from samverka.organisations.enums import MembershipRole, OrganisationKind
from samverka.organisations.models import Membership, Organisation
from samverka.plans.enums import MeasureState
from samverka.plans.models import Measure
from samverka.statistics.enums import Polarity, Sex
from samverka.statistics.models import Extraction, FocusArea, FocusIndicator, Indicator, Source
from samverka.territory.enums import MADE_OF_MUNICIPALITIES, AreaKind
from samverka.territory.models import Area

FIRST_YEAR, YEARS = 1998, 27
BASELINE, TARGET_YEAR = 2018, 2026
STARTS = date(2018, 1, 1)
SEXES = 3
AGENCIES = ("Arbetsförmedlingen", "Försäkringskassan", "Migrationsverket", "Skolverket", "Socialstyrelsen")


@dataclass(frozen=True)
class Size:
    """How much of it. 200 indicators are 5 million observations: 312 areas, 27 years, women, men and all."""

    collaborations: int
    people: int
    indicators: int
    entries: int

    @property
    def observations(self) -> int:
        return self.indicators * AREAS * YEARS * SEXES


AREAS = 312
IN_PICTURE = 68
"""Indicators in the focus areas of every picture: as many as the real extraction has that the tests import."""
SWEDEN = Size(collaborations=300, people=20_000, indicators=200, entries=100_000)
SMALL = Size(collaborations=40, people=1_000, indicators=8, entries=5_000)


@dataclass(frozen=True)
class Places:
    """What the pages are about: the biggest collaboration, and somebody who coordinates the organisation that leads."""

    person: int
    organisation: int
    collaboration: int
    slug: str
    goal: int
    measure: int
    party: int
    indicator: int


def build(size: Size) -> Places:
    """Build it; the demonstration's world stays beside it. Drawn with one seed, so every run has the same world."""
    draw = random.Random(20260)  # noqa: S311  a world, not a secret
    with acting_as(Actor.system("bench")):
        official = Area.objects.exclude(kind__in=MADE_OF_MUNICIPALITIES)
        areas = list(official.select_related("parent").order_by("code"))
        if len(areas) != AREAS:
            raise AssertionError(f"{len(areas)} areas: the reference table has changed, and so have the sums here")
        indicators, extractions = _indicators(size)
    _figures(areas, indicators, extractions)  # the owner sees them once they are committed
    with acting_as(Actor.system("bench")):
        organisations = _organisations(areas)
        people = _people(size, organisations)
        collaborations = _collaborations(size, areas, organisations, indicators, draw)
        _inside(collaborations, areas, people, draw)
        _entries(size, organisations)
        places = _places()
    with connections["owner"].cursor() as cursor:
        cursor.execute("ANALYZE")
    return places


def _indicators(size: Size) -> tuple[list[Indicator], list[Extraction]]:
    source = Source.objects.get(key="kolada")
    indicators = Indicator.objects.bulk_create(
        Indicator(
            source=source,
            source_key=f"B{number:05}",
            name=f"Prövning {number}: invånare som når dit de vill, andel (%)",
            unit="%",
            polarity=Polarity.LOWER if number % 2 else Polarity.HIGHER,
            by_sex=True,
        )
        for number in range(size.indicators)
    )
    headings = list(FocusArea.objects.filter(organisation=None))
    FocusIndicator.objects.bulk_create(
        FocusIndicator(focus_area=headings[number % len(headings)], indicator=indicator, order=100 + number)
        for number, indicator in enumerate(indicators[:IN_PICTURE])
    )
    now = timezone.now()
    extractions = Extraction.objects.bulk_create(
        Extraction(
            indicator=indicator,
            extracted_at=now,
            imported_at=now,
            file_name=f"{indicator.source_key}.csv",
            file_sha256="0" * 64,
            rows=AREAS * YEARS * SEXES,
            first_year=FIRST_YEAR,
            last_year=FIRST_YEAR + YEARS - 1,
        )
        for indicator in indicators
    )
    return indicators, extractions


def _figures(areas: list[Area], indicators: list[Indicator], extractions: list[Extraction]) -> None:
    shape = list(product([area.pk for area in areas], Sex.values, range(FIRST_YEAR, FIRST_YEAR + YEARS)))
    frame = pl.DataFrame(shape, schema=["area", "sex", "year"], orient="row")
    noise = np.random.default_rng(20260)
    with (
        connections["owner"].cursor() as cursor,  # row security keeps the application's role from it
        cursor.copy(
            "COPY statistics_observation (indicator_id, extraction_id, area_id, sex, year, value, status)"
            " FROM STDIN (FORMAT csv)"
        ) as copy,
    ):
        for indicator, extraction in zip(indicators, extractions, strict=True):
            values = np.round(np.clip(10 + noise.normal(0, 2, len(frame)), 0.1, None), 1)
            block = frame.select(
                pl.lit(indicator.pk).alias("indicator"),
                pl.lit(extraction.pk).alias("extraction"),
                "area",
                "sex",
                "year",
                pl.Series("value", values),
                pl.lit(0).alias("status"),
            )
            copy.write(block.write_csv(include_header=False).encode())


def _organisations(areas: list[Area]) -> dict[str, list[Organisation]]:
    """By the code of their county; agencies under the empty code. The demonstration's own are taken as they are."""
    agency: tuple[OrganisationKind, Area | None] = (OrganisationKind.STATE_AGENCY, None)
    wanted = dict.fromkeys(AGENCIES, agency)
    for area in areas:
        if area.kind == AreaKind.COUNTY:
            wanted[f"Regionen i {area.name}"] = (OrganisationKind.REGION, area)
            wanted[f"Länsstyrelsen i {area.name}, prövning"] = (OrganisationKind.COUNTY_BOARD, area)
        elif area.kind == AreaKind.MUNICIPALITY:
            wanted[f"{area.name}, kommunen"] = (OrganisationKind.MUNICIPALITY, area)
    Organisation.objects.bulk_create(
        (Organisation(kind=kind, name=name, area=area) for name, (kind, area) in wanted.items()), ignore_conflicts=True
    )
    found: dict[str, list[Organisation]] = {}
    for organisation in Organisation.objects.filter(name__in=wanted).select_related("area").order_by("pk"):
        found.setdefault(organisation.area.code[:2] if organisation.area else "", []).append(organisation)
    return found


def _people(size: Size, organisations: dict[str, list[Organisation]]) -> dict[int, list[int]]:
    """As many in each organisation, the first of them its coordinator. By organisation."""
    everywhere = [organisation.pk for county in organisations.values() for organisation in county]
    people = User.objects.bulk_create(
        (
            User(email=f"person{number}@bench.example", name=f"Person {number}", password="!")
            for number in range(size.people)
        ),
        batch_size=5_000,
    )
    roles = (MembershipRole.MEMBER, MembershipRole.CASE_WORKER, MembershipRole.POLITICIAN)
    Membership.objects.bulk_create(
        (
            Membership(
                person=person,
                organisation_id=everywhere[number % len(everywhere)],
                role=MembershipRole.COORDINATOR if number < len(everywhere) else roles[number % 3],
                starts_on=STARTS,
            )
            for number, person in enumerate(people)
        ),
        batch_size=5_000,
    )
    found: dict[int, list[int]] = {}
    for number, person in enumerate(people):
        found.setdefault(everywhere[number % len(everywhere)], []).append(person.pk)
    return found


def _collaborations(
    size: Size,
    areas: list[Area],
    organisations: dict[str, list[Organisation]],
    indicators: list[Indicator],
    draw: random.Random,
) -> list[tuple[Collaboration, list[Party], list[Goal]]]:
    """Each in a county, led by its region, with all its municipalities and some agencies; one in three is public."""
    counties = [area for area in areas if area.kind == AreaKind.COUNTY]
    made = Collaboration.objects.bulk_create(
        Collaboration(
            slug=f"provning-{number}",
            name=f"{counties[number % len(counties)].name} prövar {number}",
            citizen_value="Fler kommer i arbete eller studier, oavsett i vilken kommun de bor.",
            challenge="Ingen kommun, myndighet eller högskola har ensam rådighet över vägen till ett arbete.",
            area=counties[number % len(counties)],
            phase=Phase.IN_FORCE,
            starts_on=STARTS,
            ends_on=date(2027, 12, 31),
            is_public=True,
        )
        for number in range(size.collaborations)
    )
    parties: list[Party] = []
    for collaboration in made:
        local = organisations[collaboration.area.code]
        members = [*local, *draw.sample(organisations[""], 3)]
        lead = next(organisation for organisation in local if organisation.kind == OrganisationKind.REGION)
        parties += [
            Party(
                collaboration=collaboration,
                organisation=organisation,
                role=PartyRole.LEAD if organisation == lead else PartyRole.PARTY,
                own_benefit="Vi når dem som vi annars inte hade nått.",
                joined_on=STARTS,
            )
            for organisation in members
        ]
    Party.objects.bulk_create(parties, batch_size=5_000)
    ChosenIndicator.objects.bulk_create(
        ChosenIndicator(collaboration=collaboration, indicator=indicator, order=order)
        for collaboration in made
        for order, indicator in enumerate(draw.sample(indicators, 6))
    )
    goals = Goal.objects.bulk_create(
        Goal(
            collaboration=collaboration,
            name=f"Mål {number + 1}: halvera avståndet till {TARGET_YEAR}",
            indicator=indicator,
            polarity=indicator.polarity,
            baseline_year=BASELINE,
            target_year=TARGET_YEAR,
            adopted_on=STARTS,
            is_public=True,
        )
        for collaboration in made
        for number, indicator in enumerate(draw.sample(indicators, 3))
    )
    of: dict[int, tuple[list[Party], list[Goal]]] = {collaboration.pk: ([], []) for collaboration in made}
    for party in parties:
        of[party.collaboration_id][0].append(party)
    for goal in goals:
        of[goal.collaboration_id][1].append(goal)
    return [(collaboration, *of[collaboration.pk]) for collaboration in made]


def _inside(
    collaborations: list[tuple[Collaboration, list[Party], list[Goal]]],
    areas: list[Area],
    people: dict[int, list[int]],
    draw: random.Random,
) -> None:
    """Targets for every area of the county, a measure and two status texts a party, an agreement, funding."""
    now = timezone.now()
    by_county: dict[str, list[Area]] = {}
    for area in areas:
        by_county.setdefault(area.code[:2], []).append(area)
    _in_batches(
        GoalTarget,
        (
            GoalTarget(goal=goal, area=area, sex=sex, baseline_value=10.0, target_value=_promised(goal))
            for collaboration, _, goals in collaborations
            for goal in goals
            for area in by_county[collaboration.area.code]
            for sex in Sex.values
        ),
    )
    _in_batches(
        Measure,
        (
            Measure(
                goal=draw.choice(goals),
                party=party,
                title=f"Åtgärd hos {party.organisation.name}",
                description="En dörr in för alla, oavsett i vilken kommun de bor.",
                responsible="Arbetsmarknadsenheten",
                starts_on=STARTS,
                ends_on=STARTS + timedelta(days=draw.randrange(900, 3600)),
                state=draw.choice(MeasureState.values),
                changed_at=now,
                is_public=True,
            )
            for _, parties, goals in collaborations
            for party in parties
        ),
    )
    _in_batches(
        StatusText,
        (
            StatusText(
                party=party,
                text="Samarbetet har hållit ihop under hela perioden, och nedgången fortsätter. " * 3,
                written_at=now - timedelta(days=days),
                written_by_id=people[party.organisation_id][0],
                submitted_at=now - timedelta(days=days),
            )
            for _, parties, _ in collaborations
            for party in parties
            for days in (100, 10)
        ),
    )
    Agreement.objects.bulk_create(
        Agreement(
            collaboration=collaboration,
            kind=AgreementKind.AGREEMENT,
            title="Överenskommelse om samverkan",
            summary="Parterna samverkar med länets kommuner och statens myndigheter.",
            starts_on=STARTS,
        )
        for collaboration, _, _ in collaborations
    )
    Funding.objects.bulk_create(
        Funding(collaboration=collaboration, name="Regionala tillväxtanslag", is_temporary=True)
        for collaboration, _, _ in collaborations
    )


def _promised(goal: Goal) -> float:
    return 5.0 if goal.polarity == Polarity.LOWER else 15.0


def _entries(size: Size, organisations: dict[str, list[Organisation]]) -> None:
    everywhere = [organisation.pk for county in organisations.values() for organisation in county]
    now = timezone.now()
    _in_batches(
        Entry,
        (
            Entry(
                at=now - timedelta(minutes=number),
                actor_name=f"Person {number % 100}",
                organisation_id=everywhere[number % len(everywhere)],
                action="write_benefit",
                object_type="collaborations.party",
                object_id=1,
                object_label="En part",
                changes={"own_benefit": ["Det vi skrev förra året", "Det vi skriver i år"]},
            )
            for number in range(size.entries)
        ),
    )


def _in_batches(model: Any, rows: Iterator[Any]) -> None:
    while batch := list(islice(rows, 5_000)):
        model.objects.bulk_create(batch)


def _places() -> Places:
    """The collaboration with most parties: Västra Götaland's 49 municipalities make the longest pages there are."""
    collaboration = Collaboration.objects.filter(slug__startswith="provning-", area__code="14").order_by("pk")[0]
    lead = collaboration.parties.get(role=PartyRole.LEAD)
    person = Membership.objects.get(organisation=lead.organisation, role=MembershipRole.COORDINATOR).person_id
    goal = collaboration.goals.order_by("pk")[0]
    return Places(
        person=person,
        organisation=lead.organisation_id,
        collaboration=collaboration.pk,
        slug=collaboration.slug,
        goal=goal.pk,
        measure=Measure.objects.get(party=lead).pk,
        party=lead.pk,
        indicator=goal.indicator_id,
    )
