"""Writing the audit."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from django.core.serializers.json import DjangoJSONEncoder
from django.db.models import Model
from django.forms.models import model_to_dict

from samverka.foundation.access.actors import Actor

from .models import Entry


def record(
    *,
    actor: Actor,
    action: str,
    obj: Model,
    now: datetime,
    organisation_id: int | None,
    collaboration_id: int | None = None,
    changes: Mapping[str, tuple[Any, Any]] | None = None,
) -> Entry:
    """Write one entry, in the transaction of the change itself. `changes` maps a field to (before, after).

    The row is not read back: the actor may be one who is not allowed to read the audit.
    """
    entry = Entry(
        at=now,
        actor_id=actor.user_id,
        actor_name=actor.name,
        organisation_id=organisation_id,
        collaboration_id=collaboration_id,
        action=action,
        object_type=obj._meta.label_lower,
        object_id=obj.pk,
        object_label=str(obj)[:300],
        changes={field: [_plain(before), _plain(after)] for field, (before, after) in (changes or {}).items()},
    )
    Entry.objects.bulk_create([entry])
    return entry


def snapshot(obj: Model, fields: Iterable[str]) -> dict[str, Any]:
    """The values of some fields, to be compared with later."""
    return model_to_dict(obj, fields=list(fields))


def difference(before: Mapping[str, Any], after: Mapping[str, Any]) -> dict[str, tuple[Any, Any]]:
    """What changed between two snapshots."""
    return {field: (before[field], after[field]) for field in before if before[field] != after[field]}


def _plain(value: Any) -> Any:
    """A value as JSON has it; dates and decimals as Django writes them."""
    if value is None or isinstance(value, str | int | float | bool):
        return value
    return DjangoJSONEncoder().default(value)
