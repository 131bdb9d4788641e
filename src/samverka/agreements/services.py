"""Taking down what the parties have agreed."""

from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction

from samverka.collaborations.models import Collaboration
from samverka.collaborations.queries import lead_of
from samverka.foundation.access.actions import Action
from samverka.foundation.access.actors import Actor
from samverka.foundation.access.doors import check
from samverka.foundation.audit.services import record

from .enums import AgreementKind
from .models import Agreement


@dataclass(frozen=True, kw_only=True)
class AgreementDraft:
    """What is said about an agreement. Without `ends_on` it holds until further notice."""

    title: str
    kind: AgreementKind
    summary: str
    starts_on: date
    ends_on: date | None = None
    source: str = ""


def add_agreement(*, actor: Actor, collaboration: Collaboration, draft: AgreementDraft, now: datetime) -> Agreement:
    """Take down an agreement. Saying the same thing twice takes it down once.

    Raises:
        Forbidden: the actor does not lead the collaboration.
    """
    check(actor, Action.CHANGE_COLLABORATION, collaboration)
    said = vars(draft)
    with transaction.atomic():
        # A double click arrives as two requests at once: the second waits here, and finds what the first added.
        Collaboration.objects.select_for_update(no_key=True).get(pk=collaboration.pk)
        known = Agreement.objects.filter(collaboration=collaboration, **said).first()
        if known is not None:
            return known
        agreement = Agreement.objects.create(collaboration=collaboration, **said)
        record(
            actor=actor,
            action="add_agreement",
            obj=agreement,
            now=now,
            organisation_id=lead_of(collaboration),
            collaboration_id=collaboration.pk,
            changes={field: (None, value) for field, value in said.items() if value},
        )
    return agreement
