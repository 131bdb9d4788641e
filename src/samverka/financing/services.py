"""Taking down who pays."""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from django.db import transaction

from samverka.collaborations.models import Collaboration
from samverka.collaborations.queries import lead_of
from samverka.foundation.access.actions import Action
from samverka.foundation.access.actors import Actor
from samverka.foundation.access.doors import check
from samverka.foundation.audit.services import record

from .models import Funding


@dataclass(frozen=True, kw_only=True)
class FundingDraft:
    """What is said about some money. An amount of None is unknown; only what is temporary has an end."""

    name: str
    amount: Decimal | None
    is_temporary: bool
    ends_on: date | None = None
    source: str = ""


def add_funding(*, actor: Actor, collaboration: Collaboration, draft: FundingDraft, now: datetime) -> Funding:
    """Take down a source of money. Saying the same thing twice takes it down once.

    Raises:
        Forbidden: the actor does not lead the collaboration.
    """
    check(actor, Action.CHANGE_COLLABORATION, collaboration)
    said = vars(draft)
    with transaction.atomic():
        # A double click arrives as two requests at once: the second waits here, and finds what the first added.
        Collaboration.objects.select_for_update(no_key=True).get(pk=collaboration.pk)
        known = Funding.objects.filter(collaboration=collaboration, **said).first()
        if known is not None:
            return known
        funding = Funding.objects.create(collaboration=collaboration, **said)
        record(
            actor=actor,
            action="add_funding",
            obj=funding,
            now=now,
            organisation_id=lead_of(collaboration),
            collaboration_id=collaboration.pk,
            changes={field: (None, value) for field, value in said.items() if value not in (None, "")},
        )
    return funding
