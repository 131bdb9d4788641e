"""Keeping comparison groups: what a municipality chooses for itself, and Kolada's own."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from django.db import transaction

from samverka.foundation.access.actions import Action
from samverka.foundation.access.actors import Actor
from samverka.foundation.access.doors import check
from samverka.foundation.audit.services import record
from samverka.statistics.enums import ComparisonKind
from samverka.statistics.models import ComparisonGroup, Source
from samverka.statistics.queries.comparisons import Comparison, Criteria, similar_to
from samverka.territory.enums import AreaKind
from samverka.territory.models import Area

LONGEST_NAME = 200
_ABOUT = re.compile(r"^Liknande kommuner\b.*, (?P<name>[^,]+), \d{4}$")
"""Kolada's groups for one municipality: 'Liknande kommuner socioekonomi, Ale, 2024'."""


class NobodyToCompareWith(Exception):
    """The criteria give no municipality; nothing is kept."""

    code = "nobody_to_compare_with"


class GroupMember(Protocol):
    @property
    def id(self) -> str: ...


class Group(Protocol):
    """A group as the source describes it: `connectors.kolada.MunicipalityGroup`."""

    @property
    def id(self) -> str: ...
    @property
    def title(self) -> str: ...
    @property
    def members(self) -> tuple[GroupMember, ...]: ...


@dataclass(frozen=True)
class TakenGroups:
    """What became of the source's groups. unknown: codes of members that are no areas here."""

    groups: int
    gone: int
    unknown: tuple[str, ...]


def choose_similar(*, actor: Actor, area: Area, criteria: Criteria, now: datetime) -> Comparison:
    """The municipality compares itself with those that are like it by these criteria; they stand until chosen again.

    Raises:
        Forbidden: the actor does not coordinate the municipality.
        NobodyToCompareWith: the criteria choose nobody.
    """
    check(actor, Action.CHOOSE_COMPARISON, area)
    found = similar_to(area, criteria)
    if not found.members:
        raise NobodyToCompareWith
    _choose(actor, area, found.name, ComparisonKind.SIMILAR, criteria.as_json(), found.members, now)
    return found


def choose_group(*, actor: Actor, area: Area, group: ComparisonGroup, now: datetime) -> None:
    """The municipality compares itself with a group that Kolada has put together, as its members are today.

    Raises:
        Forbidden: the actor does not coordinate the municipality.
        NobodyToCompareWith: the group has no members.
    """
    check(actor, Action.CHOOSE_COMPARISON, area)
    members = tuple(group.members.exclude(pk=area.pk))
    if not members:
        raise NobodyToCompareWith
    _choose(actor, area, group.name, ComparisonKind.OWN, {"kolada": group.source_key}, members, now)


def choose_default(*, actor: Actor, area: Area, now: datetime) -> None:
    """The municipality no longer chooses: the criteria that stand for everybody do. Saying it twice changes nothing.

    Raises:
        Forbidden: the actor does not coordinate the municipality.
    """
    check(actor, Action.CHOOSE_COMPARISON, area)
    with transaction.atomic():
        Area.objects.select_for_update(no_key=True).get(pk=area.pk)
        for group in ComparisonGroup.objects.filter(area=area, source_key=""):
            record(
                actor=actor,
                action="choose_comparison",
                obj=area,
                now=now,
                organisation_id=None,
                changes={"group": (group.name, None)},
            )
            group.delete()


def _choose(
    actor: Actor,
    area: Area,
    name: str,
    kind: ComparisonKind,
    criteria: dict[str, object],
    members: Iterable[Area],
    now: datetime,
) -> None:
    with transaction.atomic():
        Area.objects.select_for_update(no_key=True).get(pk=area.pk)  # two who choose at once take turns
        before = ComparisonGroup.objects.filter(area=area, source_key="").first()
        ComparisonGroup.objects.filter(area=area, source_key="").delete()
        group = ComparisonGroup.objects.create(kind=kind, area=area, name=name, criteria=criteria, made_at=now)
        group.members.set(members)
        record(
            actor=actor,
            action="choose_comparison",
            obj=area,
            now=now,
            organisation_id=None,
            changes={
                "group": (before.name if before else None, name),
                "members": (None, ", ".join(member.name for member in members)),
            },
        )


def take_in_groups(*, actor: Actor, groups: Iterable[Group], source: Source, now: datetime) -> TakenGroups:
    """Bring the source's groups in line with what it says now: all of them, in one transaction. Idempotent.

    A group that the source no longer has goes; of one that has none at all, nothing does. A member that is no area
    here is left out, and told.

    Raises:
        Forbidden: the actor does not take statistics in.
    """
    check(actor, Action.IMPORT_STATISTICS, None)
    said = {group.id: group for group in groups}
    with transaction.atomic():
        areas = {area.code: area for area in Area.objects.filter(kind__in=[AreaKind.MUNICIPALITY, AreaKind.COUNTY])}
        by_code = {code.zfill(4): area for code, area in areas.items()}
        by_name = {area.name: area for area in areas.values() if area.kind == AreaKind.MUNICIPALITY}
        stale = ComparisonGroup.objects.filter(kind=ComparisonKind.KOLADA).exclude(source_key__in=said)
        stale = stale if said else stale.none()
        gone = stale.count()
        stale.delete()
        held = {group.source_key: group for group in ComparisonGroup.objects.filter(kind=ComparisonKind.KOLADA)}
        fresh = []
        for group in said.values():
            row = held.get(group.id)
            if row is None:
                fresh.append(row := ComparisonGroup(kind=ComparisonKind.KOLADA, source_key=group.id))
            row.area, row.name, row.made_at = _about(group.title, by_name), group.title[:LONGEST_NAME], now
        ComparisonGroup.objects.bulk_update(held.values(), ["area", "name", "made_at"], batch_size=500)
        ComparisonGroup.objects.bulk_create(fresh)
        keys = dict(ComparisonGroup.objects.filter(kind=ComparisonKind.KOLADA).values_list("source_key", "pk"))
        pairs = {(keys[group.id], member.id) for group in said.values() for member in group.members}
        through = ComparisonGroup.members.through
        wanted = {(key, by_code[code].pk) for key, code in pairs if code in by_code}
        rows = through.objects.filter(comparisongroup_id__in=keys.values())
        present = {(group, area): key for key, group, area in rows.values_list("pk", "comparisongroup_id", "area_id")}
        through.objects.filter(pk__in=[key for pair, key in present.items() if pair not in wanted]).delete()
        through.objects.bulk_create(
            through(comparisongroup_id=group, area_id=area) for group, area in sorted(wanted - present.keys())
        )
        taken = TakenGroups(len(said), gone, tuple(sorted({code for _, code in pairs if code not in by_code})))
        record(
            actor=actor,
            action="take_in_groups",
            obj=source,
            now=now,
            organisation_id=None,
            changes={"groups": (None, taken.groups), "gone": (None, taken.gone)},
        )
    return taken


def _about(title: str, by_name: dict[str, Area]) -> Area | None:
    """The municipality that a group is made for, by the title; None for regions, networks and classes of size."""
    found = _ABOUT.match(title)
    return by_name.get(found["name"]) if found else None
