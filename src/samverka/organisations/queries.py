"""Reading organisations, memberships and the audit."""

from dataclasses import dataclass
from typing import Any

from django.apps import apps
from django.db.models import Field, Model, Q, QuerySet
from django.utils.translation import gettext as _

from samverka.foundation.access.actions import Action
from samverka.foundation.access.actors import Actor
from samverka.foundation.access.rules import allows, permitted
from samverka.foundation.audit.enums import ACTION_WORDS
from samverka.foundation.audit.models import Entry
from samverka.foundation.clock import today

from .enums import MembershipRole
from .models import ApiKey, Membership, Organisation
from .rules import Role, memberships


def roles_of(actor: Actor) -> tuple[Role, ...]:
    """What the actor does where, today; by organisation name."""
    return memberships(actor)


def visible_to(actor: Actor) -> QuerySet[Organisation]:
    return permitted(actor, Action.READ, Organisation.objects.all())


def audit_visible_to(actor: Actor) -> QuerySet[Entry]:
    """What has happened in the organisations that the actor coordinates, latest first."""
    return permitted(actor, Action.READ, Entry.objects.all())


def memberships_visible_to(actor: Actor) -> QuerySet[Membership]:
    """Memberships in the actor's organisations, and the actor's own."""
    return permitted(actor, Action.READ, Membership.objects.select_related("person", "organisation"))


@dataclass(frozen=True)
class OwnOrganisation:
    """An organisation that the actor works for, with its people."""

    organisation: Organisation
    roles: list[str]
    people: list[Membership]
    may_read_audit: bool
    may_manage: bool


def own_organisations(actor: Actor) -> list[OwnOrganisation]:
    """The actor's organisations, with everybody who works in them now or soon. Two queries."""
    mine = memberships(actor)
    day = today()
    people = list(
        permitted(actor, Action.READ, Membership.objects.all())
        .filter(Q(ends_on=None) | Q(ends_on__gt=day))
        .select_related("person")
        .order_by("person__name", "role")
    )
    found = visible_to(actor).filter(pk__in={m.organisation_id for m in mine}).select_related("area")
    return [
        OwnOrganisation(
            organisation=organisation,
            roles=[str(m.role.label) for m in mine if m.organisation_id == organisation.pk],
            people=[p for p in people if p.organisation_id == organisation.pk],
            may_read_audit=allows(actor, Action.READ_AUDIT, organisation),
            may_manage=allows(actor, Action.MANAGE_MEMBERS, organisation),
        )
        for organisation in found
    ]


def api_keys_visible_to(actor: Actor) -> QuerySet[ApiKey]:
    """Keys of the organisations that the actor coordinates, newest first."""
    return permitted(actor, Action.READ, ApiKey.objects.select_related("organisation", "made_by"))


def coordinators_of(organisation: Organisation) -> list[Membership]:
    """Whom the other parties turn to. The caller has seen to it that the reader is one of them."""
    day = today()
    return list(
        organisation.memberships.filter(
            Q(ends_on=None) | Q(ends_on__gt=day), role=MembershipRole.COORDINATOR, starts_on__lte=day
        ).select_related("person")
    )


def explained(entry: Entry) -> dict[str, Any]:
    """An entry in the words of the screen: what was done, and field by field what changed."""
    try:
        fields = {field.name: field for field in _model(entry)._meta.get_fields() if isinstance(field, Field)}
    except LookupError:
        fields = {}  # the table has been renamed since; the entry outlives it
    return {
        "entry": entry,
        "action": ACTION_WORDS.get(entry.action, entry.action),
        "changes": [
            {
                "field": str(fields[name].verbose_name) if name in fields else name,
                "before": _told(fields.get(name), before),
                "after": _told(fields.get(name), after),
            }
            for name, (before, after) in entry.changes.items()
        ],
    }


def _told(field: "Field[Any, Any] | None", value: object) -> object:
    """A value as the screen says it: the choice by its label, a truth as yes or no, nothing as nothing."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return _("ja") if value else _("nej")
    if isinstance(value, int):
        return str(value)  # most often a year, which takes no thousands separator
    return dict(field.flatchoices).get(value, value) if field is not None else value


def _model(entry: Entry) -> type[Model]:
    return apps.get_model(entry.object_type)
