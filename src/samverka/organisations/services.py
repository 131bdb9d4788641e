"""Organisations, who works for them from when to when, and the keys of their computers."""

import hashlib
import secrets
from datetime import date, datetime

from django.conf import settings
from django.core.mail import send_mail
from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils.timezone import localdate
from django.utils.translation import gettext as _

from samverka.foundation.access.actions import Action
from samverka.foundation.access.actors import Actor
from samverka.foundation.access.doors import Forbidden, check
from samverka.foundation.access.models import User
from samverka.foundation.audit.services import record
from samverka.territory.models import Area

from .enums import MembershipRole, OrganisationKind
from .models import ApiKey, Membership, Organisation


class LastCoordinator(Exception):
    """An organisation without a coordinator could never get one again by itself; nothing is changed."""

    code = "last_coordinator"


class KeyNameTaken(Exception):
    """A key that opens is called that already. Two of one name cannot be told apart when one must be withdrawn."""

    code = "key_name_taken"


def add_organisation(
    *, actor: Actor, name: str, kind: OrganisationKind, area: Area | None, now: datetime
) -> Organisation:
    """A new organisation, or the one of that name. Only those who run the installation add organisations.

    Raises:
        Forbidden: the actor is not the system itself.
    """
    if not actor.is_system:
        raise Forbidden("add_organisation")
    with transaction.atomic():
        organisation, created = Organisation.objects.get_or_create(name=name, defaults={"kind": kind, "area": area})
        if created:
            record(actor=actor, action="add_organisation", obj=organisation, now=now, organisation_id=organisation.pk)
    return organisation


def make_operator(*, actor: Actor, email: str, name: str, now: datetime) -> User:
    """Somebody runs the installation: takes in statistics, without any insight into what is anybody's.

    A person without an account gets one, and a mail that says so. Saying it twice changes nothing.

    Args:
        name: of a new person; one who has an account keeps theirs.

    Raises:
        Forbidden: the actor is not the system itself.
    """
    if not actor.is_system:
        raise Forbidden("make_operator")
    with transaction.atomic():
        person = User.objects.select_for_update().filter(email__iexact=email).first()
        is_new = person is None
        if person is None:
            person = User.objects.create_user(email=email, name=name)
        if person.is_operator:
            return person
        person.is_operator = True
        person.save(update_fields=["is_operator"])
        record(
            actor=actor,
            action="make_operator",
            obj=person,
            now=now,
            organisation_id=None,
            changes={"is_operator": (False, True)},
        )
        if is_new:
            transaction.on_commit(lambda: _tell(person, _("Samverkas drift")), robust=True)
    return person


def add_member(
    *,
    actor: Actor,
    organisation: Organisation,
    email: str,
    name: str,
    role: MembershipRole,
    starts_on: date,
    now: datetime,
) -> Membership:
    """Somebody works for the organisation from a day. A person without an account gets one, and a mail that says so.

    Saying it twice changes nothing: the membership that stands is returned.

    Raises:
        Forbidden: the actor does not coordinate the organisation.
    """
    check(actor, Action.MANAGE_MEMBERS, organisation)
    with transaction.atomic():
        Organisation.objects.select_for_update().get(pk=organisation.pk)
        person = User.objects.filter(email__iexact=email).first()
        is_new = person is None
        if person is None:
            person = User.objects.create_user(email=email, name=name)
        standing = _standing(organisation, starts_on).filter(person=person, role=role).first()
        if standing is not None:
            return standing
        membership = Membership.objects.create(person=person, organisation=organisation, role=role, starts_on=starts_on)
        record(
            actor=actor,
            action="add_member",
            obj=membership,
            now=now,
            organisation_id=organisation.pk,
            changes={"role": (None, role.value), "starts_on": (None, starts_on)},
        )
        if is_new:
            # Robust: a mail that cannot be sent is logged, and the person can still ask for a link.
            transaction.on_commit(lambda: _tell(person, organisation.name), robust=True)
    return membership


def end_membership(*, actor: Actor, membership: Membership, ends_on: date, now: datetime) -> Membership:
    """Somebody's last day is the day before. What they wrote stays, in their name.

    Raises:
        Forbidden: the actor does not coordinate the organisation.
        LastCoordinator: nobody would be left to coordinate.
    """
    check(actor, Action.MANAGE_MEMBERS, membership.organisation)
    with transaction.atomic():
        # The organisation's row is the lock: two coordinators who end each other at once must not both succeed.
        Organisation.objects.select_for_update().get(pk=membership.organisation_id)
        held = Membership.objects.select_related("person", "organisation").get(pk=membership.pk)
        if held.ends_on is not None and held.ends_on <= ends_on:
            return held
        others = _standing(held.organisation, ends_on).filter(role=MembershipRole.COORDINATOR).exclude(pk=held.pk)
        if held.role == MembershipRole.COORDINATOR and not others.exists():
            raise LastCoordinator
        if ends_on <= held.starts_on:
            record(
                actor=actor,
                action="end_membership",
                obj=held,
                now=now,
                organisation_id=held.organisation_id,
                changes={"starts_on": (held.starts_on, None)},
            )
            held.delete()  # it never began
            return held
        before, held.ends_on = held.ends_on, ends_on
        held.save(update_fields=["ends_on"])
        record(
            actor=actor,
            action="end_membership",
            obj=held,
            now=now,
            organisation_id=held.organisation_id,
            changes={"ends_on": (before, ends_on)},
        )
    return held


def _standing(organisation: Organisation, day: date) -> QuerySet[Membership]:
    """Memberships that have begun by the day, or will, and have not ended by then."""
    return organisation.memberships.filter(Q(ends_on=None) | Q(ends_on__gt=day))


def _tell(person: User, adder: str) -> None:
    """A mail to somebody new, from whoever added them."""
    send_mail(
        _("Du har fått ett konto i Samverka"),
        _(
            "Hej %(name)s,\n\n%(adder)s har lagt till dig i Samverka.\n\n"
            "Välj ett lösenord här: %(address)s\nSkriv den här e-postadressen, så får du en länk. "
            "Har din organisation en egen inloggning kan du använda den i stället.\n"
        )
        % {
            "name": person.name,
            "adder": adder,
            "address": f"{settings.BASE_URL}/konto/password/reset/",
        },
        None,
        [person.email],
    )


KEY_MARK = "sv_"
"""How a key of ours begins, so that one that leaked into a public place can be found by searching for it."""
_SHOWN = 9


def make_api_key(
    *, actor: Actor, organisation: Organisation, name: str, ends_on: date, now: datetime
) -> tuple[ApiKey, str]:
    """A new key, and its text: the only time that anybody sees it. A page that is sent again makes no second one.

    Raises:
        Forbidden: the actor does not say who gets into the organisation.
        KeyNameTaken: see there.
    """
    check(actor, Action.MANAGE_MEMBERS, organisation)
    text = KEY_MARK + secrets.token_urlsafe(32)
    with transaction.atomic():
        Organisation.objects.select_for_update(no_key=True).get(pk=organisation.pk)
        open_keys = ApiKey.objects.filter(organisation=organisation, withdrawn_at=None, ends_on__gte=localdate(now))
        if open_keys.filter(name__iexact=name).exists():
            raise KeyNameTaken(name)
        key = ApiKey.objects.create(
            organisation=organisation,
            name=name,
            prefix=text[:_SHOWN],
            digest=digest_of(text),
            made_by_id=actor.user_id,
            made_at=now,
            ends_on=ends_on,
        )
        record(
            actor=actor,
            action="make_api_key",
            obj=key,
            now=now,
            organisation_id=organisation.pk,
            changes={"ends_on": (None, ends_on)},
        )
    return key, text


def digest_of(text: str) -> str:
    """What is kept of a key. A random key needs no slow digest: it cannot be guessed."""
    return hashlib.sha256(text.encode()).hexdigest()


def withdraw_api_key(*, actor: Actor, key: ApiKey, now: datetime) -> None:
    """The key opens nothing more. Saying it twice changes nothing.

    Raises:
        Forbidden: the actor does not say who gets into the organisation.
    """
    check(actor, Action.MANAGE_MEMBERS, key.organisation)
    with transaction.atomic():
        fresh = ApiKey.objects.select_for_update().get(pk=key.pk)
        if fresh.withdrawn_at is not None:
            return
        fresh.withdrawn_at = now
        fresh.save(update_fields=["withdrawn_at"])
        record(actor=actor, action="withdraw_api_key", obj=fresh, now=now, organisation_id=fresh.organisation_id)


def actor_with_key(text: str, *, today: date) -> Actor | None:
    """Whom a key speaks for; None when it opens nothing: unknown, withdrawn, or past its last day."""
    key = (
        ApiKey.objects.select_related("organisation")
        .filter(digest=digest_of(text), withdrawn_at=None, ends_on__gte=today)
        .first()
    )
    return None if key is None else Actor(name=key.organisation.name, key_of=key.organisation_id)
