"""Starting a collaboration, inviting parties, choosing its indicators, and what a party writes about itself."""

from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction
from django.utils.text import slugify

from samverka.foundation.access.actions import Action
from samverka.foundation.access.actors import Actor
from samverka.foundation.access.doors import check
from samverka.foundation.audit.services import difference, record, snapshot
from samverka.foundation.versions import Overtaken
from samverka.organisations.models import Organisation
from samverka.statistics.models import Indicator
from samverka.territory.models import Area

from .enums import PartyRole, Phase
from .models import ChosenIndicator, Collaboration, Party
from .queries import chosen_of, lead_of

DETAILS = ("name", "citizen_value", "challenge", "area", "phase", "starts_on", "ends_on", "is_public")


class LeadCannotLeave(Exception):
    """A collaboration that nobody leads could be neither followed up nor reported; nothing is changed."""

    code = "lead_cannot_leave"


@dataclass(frozen=True, kw_only=True)
class Details:
    """What is said about a collaboration."""

    name: str
    citizen_value: str
    challenge: str
    area: Area
    starts_on: date
    ends_on: date | None = None
    phase: Phase = Phase.PREPARING
    is_public: bool = False


def start_collaboration(*, actor: Actor, organisation: Organisation, details: Details, now: datetime) -> Collaboration:
    """Start a collaboration that the actor's organisation leads, and is the first party of. Saying the same thing
    twice starts one.

    Raises:
        Forbidden: the actor does not coordinate the organisation.
    """
    check(actor, Action.START_COLLABORATION, organisation)
    said = {field: getattr(details, field) for field in DETAILS}
    with transaction.atomic():
        # A double click arrives as two requests at once: the second waits here, and finds what the first started.
        Organisation.objects.select_for_update(no_key=True).get(pk=organisation.pk)
        known = Collaboration.objects.filter(
            parties__organisation=organisation, parties__role=PartyRole.LEAD, **said
        ).first()
        if known is not None:
            return known
        collaboration = Collaboration.objects.create(slug=_free_slug(details.name), **said)
        Party.objects.create(
            collaboration=collaboration, organisation=organisation, role=PartyRole.LEAD, joined_on=details.starts_on
        )
        record(
            actor=actor,
            action="start_collaboration",
            obj=collaboration,
            now=now,
            organisation_id=organisation.pk,
            collaboration_id=collaboration.pk,
        )
    return collaboration


def change_collaboration(
    *, actor: Actor, collaboration: Collaboration, details: Details, version: int, now: datetime
) -> Collaboration:
    """Change what is said about a collaboration, and whether it is public.

    Args:
        version: the version that the writer saw.

    Raises:
        Forbidden: the actor does not lead it.
        Overtaken: somebody else has changed it since; nothing is changed.
    """
    check(actor, Action.CHANGE_COLLABORATION, collaboration)
    with transaction.atomic():
        held = Collaboration.objects.select_for_update().get(pk=collaboration.pk)
        before = snapshot(held, DETAILS)
        for field in DETAILS:
            setattr(held, field, getattr(details, field))
        changes = difference(before, snapshot(held, DETAILS))
        if not changes:
            return held
        if held.version != version:
            raise Overtaken(Collaboration.objects.get(pk=held.pk))
        held.version += 1
        held.save(update_fields=[*DETAILS, "version"])
        record(
            actor=actor,
            action="change_collaboration",
            obj=held,
            now=now,
            organisation_id=lead_of(held),
            collaboration_id=held.pk,
            changes=changes,
        )
    return held


def add_party(
    *,
    actor: Actor,
    collaboration: Collaboration,
    organisation: Organisation,
    role: PartyRole,
    joined_on: date,
    now: datetime,
) -> Party:
    """An organisation joins. One that is a party already stays as it is; one that had left comes back.

    Raises:
        Forbidden: the actor does not lead the collaboration.
    """
    check(actor, Action.CHANGE_COLLABORATION, collaboration)
    with transaction.atomic():
        Collaboration.objects.select_for_update().get(pk=collaboration.pk)
        party = Party.objects.filter(collaboration=collaboration, organisation=organisation).first()
        if party is not None and party.left_on is None:
            return party
        if party is None:
            party = Party(collaboration=collaboration, organisation=organisation)
        party.role, party.joined_on, party.left_on = role, joined_on, None
        party.save()
        record(
            actor=actor,
            action="add_party",
            obj=party,
            now=now,
            organisation_id=lead_of(collaboration),
            collaboration_id=collaboration.pk,
            changes={"role": (None, role.value), "joined_on": (None, joined_on)},
        )
    return party


def end_party(*, actor: Actor, party: Party, left_on: date, now: datetime) -> Party:
    """A party leaves; what it did and wrote stays. Saying it twice changes nothing.

    Raises:
        Forbidden: the actor does not lead the collaboration.
        LeadCannotLeave: the party leads.
    """
    check(actor, Action.CHANGE_COLLABORATION, party.collaboration)
    with transaction.atomic():
        held = Party.objects.select_for_update(of=("self",)).select_related("organisation").get(pk=party.pk)
        if held.role == PartyRole.LEAD:
            raise LeadCannotLeave
        if held.left_on is not None:
            return held
        held.left_on = max(left_on, held.joined_on)
        held.save(update_fields=["left_on"])
        record(
            actor=actor,
            action="end_party",
            obj=held,
            now=now,
            organisation_id=lead_of(party.collaboration),
            collaboration_id=held.collaboration_id,
            changes={"left_on": (None, held.left_on)},
        )
    return held


def write_benefit(*, actor: Actor, party: Party, text: str, version: int, now: datetime) -> Party:
    """A party says what it gains itself.

    Args:
        version: the version that the writer saw.

    Raises:
        Forbidden: the actor does not write for the party.
        Overtaken: somebody else has written since; nothing is changed.
    """
    check(actor, Action.WRITE_BENEFIT, party)
    with transaction.atomic():
        held = Party.objects.select_for_update(of=("self",)).select_related("organisation").get(pk=party.pk)
        if held.own_benefit == text:
            return held
        if held.version != version:
            raise Overtaken(held)
        before, held.own_benefit, held.version = held.own_benefit, text, held.version + 1
        held.save(update_fields=["own_benefit", "version"])
        record(
            actor=actor,
            action="write_benefit",
            obj=held,
            now=now,
            organisation_id=held.organisation_id,
            collaboration_id=held.collaboration_id,
            changes={"own_benefit": (before, text)},
        )
    return held


def choose_indicator(
    *, actor: Actor, collaboration: Collaboration, indicator: Indicator, now: datetime
) -> ChosenIndicator:
    """The situation picture follows an indicator too, last. One that is followed already stays where it is.

    Raises:
        Forbidden: the actor does not lead the collaboration.
    """
    check(actor, Action.CHANGE_COLLABORATION, collaboration)
    with transaction.atomic():
        rows = _locked_choice(collaboration)
        known = next((row for row in rows if row.indicator_id == indicator.pk), None)
        if known is not None:
            return known
        place = max((row.order for row in rows), default=0) + 1
        chosen = ChosenIndicator.objects.create(collaboration=collaboration, indicator=indicator, order=place)
        record(
            actor=actor,
            action="choose_indicator",
            obj=chosen,
            now=now,
            organisation_id=lead_of(collaboration),
            collaboration_id=collaboration.pk,
        )
    return chosen


def move_indicator(*, actor: Actor, chosen: ChosenIndicator, place: int, now: datetime) -> None:
    """An indicator gets another place in the situation picture; the others make room. Saying it twice moves it once.

    Args:
        place: 1 is first. One past the end is the end.

    Raises:
        Forbidden: the actor does not lead the collaboration.
    """
    collaboration = chosen.collaboration
    check(actor, Action.CHANGE_COLLABORATION, collaboration)
    with transaction.atomic():
        rows = _locked_choice(collaboration)
        before = next((at for at, row in enumerate(rows, 1) if row.pk == chosen.pk), None)
        after = min(max(place, 1), len(rows))
        if before is None or before == after:
            return
        rows.insert(after - 1, rows.pop(before - 1))
        for at, row in enumerate(rows, 1):
            row.order = at
        ChosenIndicator.objects.bulk_update(rows, ["order"])
        record(
            actor=actor,
            action="move_indicator",
            obj=chosen,
            now=now,
            organisation_id=lead_of(collaboration),
            collaboration_id=collaboration.pk,
            changes={"order": (before, after)},
        )


def drop_indicator(*, actor: Actor, chosen: ChosenIndicator, now: datetime) -> None:
    """The situation picture no longer follows an indicator; its figures stay. Saying it twice changes nothing.

    Raises:
        Forbidden: the actor does not lead the collaboration.
    """
    collaboration = chosen.collaboration
    check(actor, Action.CHANGE_COLLABORATION, collaboration)
    with transaction.atomic():
        held = next((row for row in _locked_choice(collaboration) if row.pk == chosen.pk), None)
        if held is None:
            return
        record(
            actor=actor,
            action="drop_indicator",
            obj=held,
            now=now,
            organisation_id=lead_of(collaboration),
            collaboration_id=collaboration.pk,
        )
        held.delete()


def _locked_choice(collaboration: Collaboration) -> list[ChosenIndicator]:
    """The chosen indicators in their order. The collaboration's row is the lock: two who change at once take turns."""
    Collaboration.objects.select_for_update(no_key=True).get(pk=collaboration.pk)
    return list(chosen_of(collaboration))


def _free_slug(name: str) -> str:
    base = slugify(name)[:70] or "samverkan"
    taken = set(Collaboration.objects.filter(slug__startswith=base).values_list("slug", flat=True))
    return next(slug for slug in (base, *(f"{base}-{n}" for n in range(2, len(taken) + 3))) if slug not in taken)
