"""A person says more of an indicator than its source does, or something else."""

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from samverka.foundation.access.actions import Action
from samverka.foundation.access.actors import Actor
from samverka.foundation.access.doors import check
from samverka.foundation.audit.services import difference, record, snapshot
from samverka.foundation.versions import Overtaken, sealed
from samverka.statistics.enums import Measure, Polarity
from samverka.statistics.models import Indicator

from .versions import as_defined, replaced


class WeighsItself(Exception):
    """An indicator cannot be weighed with, or continue, itself."""

    code = "weighs_itself"


class RestsOnClosed(Exception):
    """What all may read would be weighed with, or continue, what an organisation keeps to itself."""

    code = "rests_on_closed"


class NothingToChain(Exception):
    """Nothing is chained without a series that it continues."""

    code = "nothing_to_chain"


@dataclass(frozen=True, kw_only=True)
class Edit:
    """What a person says of an indicator. All of it, also what is as before."""

    name: str
    definition: str
    target_group: str
    numerator: str
    denominator: str
    polarity: Polarity
    measure: Measure
    weight: Indicator | None
    continues: Indicator | None
    is_chained: bool
    is_closed: bool


FIELDS = tuple(Edit.__dataclass_fields__)


def seal_of(indicator: Indicator) -> str:
    """Tells one state of what a person may change from another; a form carries the one that it was made from."""
    return sealed(snapshot(indicator, FIELDS))


def change_indicator(*, actor: Actor, indicator: Indicator, edit: Edit, seen: str, now: datetime) -> Indicator:
    """Change the definition. What it was is kept, with the day it was replaced. Saying what it says changes nothing.

    Args:
        seen: `seal_of` the definition that the person saw.

    Raises:
        Forbidden: the actor may not.
        Overtaken: the definition has been changed since.
        WeighsItself: it is to weigh or continue itself.
        RestsOnClosed: see there.
        NothingToChain: it is to be chained, and continues nothing.
    """
    check(actor, Action.ARRANGE_STATISTICS, indicator)
    others = [other for other in (edit.weight, edit.continues) if other is not None]
    if indicator.pk in {other.pk for other in others}:
        raise WeighsItself
    if not all(indicator.may_rest_on(other) for other in others):
        raise RestsOnClosed
    if edit.is_chained and edit.continues is None:
        raise NothingToChain
    with transaction.atomic():
        current = (
            Indicator.objects.select_for_update(no_key=True, of=("self",)).select_related("source").get(pk=indicator.pk)
        )
        seal, before, defined = seal_of(current), snapshot(current, FIELDS), as_defined(current)
        for name in FIELDS:
            setattr(current, name, getattr(edit, name))
        changes = difference(before, snapshot(current, FIELDS))
        if not changes:
            return current
        if seal != seen:
            current.refresh_from_db(fields=FIELDS)
            raise Overtaken(current)
        earlier = replaced(current, defined, now=now)
        if earlier is not None:
            earlier.save()
        current.save(update_fields=[*FIELDS, "version"])
        record(
            actor=actor,
            action="change_indicator",
            obj=current,
            now=now,
            organisation_id=current.organisation_id,
            changes=changes,
        )
    return current
