"""A county's nodes: municipalities that work together, and that together are the county."""

from collections.abc import Mapping
from datetime import datetime

from django.db import IntegrityError, connection, transaction
from django.db.models import ProtectedError
from django.utils.text import slugify

from samverka.foundation.access.actions import Action
from samverka.foundation.access.actors import Actor
from samverka.foundation.access.doors import check
from samverka.foundation.audit.services import record
from samverka.foundation.versions import Overtaken, sealed
from samverka.territory.enums import AreaKind
from samverka.territory.models import Area, Membership

from .reference import middle

LONGEST_NAME = 60
Division = dict[str, str]
"""Code of a municipality → name of its node; '' when it stands outside."""


class OneMunicipality(Exception):
    """A county with one municipality is not divided: the county is the municipality."""

    code = "one_municipality"


class IncompleteDivision(Exception):
    """Municipalities without a node, and nobody has said that they shall be: the nodes would not sum to the county."""

    code = "incomplete_division"

    def __init__(self, outside: list[str]) -> None:
        super().__init__(", ".join(outside))
        self.outside = outside


class UnusableName(Exception):
    """A node's name gives no code of its own: it has no letters, is too long, or looks like another one's."""

    code = "unusable_name"

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self.name = name


class NodeInUse(Exception):
    """A node that something refers to cannot go."""

    code = "node_in_use"

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self.name = name


def division_of(county: Area) -> Division:
    """How the county is divided now: every municipality, by code. Two queries."""
    inside = Membership.objects.filter(whole__kind=AreaKind.NODE, whole__parent=county, to_year=None)
    placed = dict(inside.values_list("municipality__code", "whole__name"))
    codes = Area.objects.filter(parent=county, kind=AreaKind.MUNICIPALITY).order_by("code")
    return {code: placed.get(code, "") for code in codes.values_list("code", flat=True)}


def seal_of(division: Mapping[str, str]) -> str:
    """Tells one division from another; a form carries the one that it was made from."""
    return sealed(division)


def define_nodes(
    *, actor: Actor, county: Area, division: Mapping[str, str], seen: str, some_outside: bool, now: datetime
) -> list[Area]:
    """Divide a county into nodes. Every municipality is in one node; an empty name puts it outside all of them.

    A division without any node takes the nodes away. The nodes' figures are made anew for all years.

    Args:
        division: of all the county's municipalities; names that differ only in case are one.
        seen: `seal_of` the division that the writer saw.
        some_outside: municipalities may stand outside although there are nodes.

    Raises:
        Forbidden: the actor does not coordinate an organisation of the county.
        OneMunicipality, IncompleteDivision, UnusableName, NodeInUse: see there; nothing is changed.
        Overtaken: somebody else has divided the county since.
    """
    check(actor, Action.DEFINE_NODES, county)
    with transaction.atomic():
        held = Area.objects.select_for_update(no_key=True).get(pk=county.pk, kind=AreaKind.COUNTY)
        before = division_of(held)
        if len(before) < 2:
            raise OneMunicipality
        wanted = _checked(held, before, division, some_outside=some_outside)
        if wanted == before:
            return list(Area.objects.filter(kind=AreaKind.NODE, parent=held))
        if seal_of(before) != seen:
            raise Overtaken(held)
        nodes = _write(held, wanted)
        record(
            actor=actor,
            action="define_nodes",
            obj=held,
            now=now,
            organisation_id=None,
            changes={code: (before[code], wanted[code]) for code in before if before[code] != wanted[code]},
        )
    return nodes


def _checked(county: Area, present: Division, division: Mapping[str, str], *, some_outside: bool) -> Division:
    """The division with one spelling for each node."""
    if division.keys() != present.keys():
        raise ValueError(f"A division of {county.code} places {sorted(present)}; got {sorted(division)}.")
    spelling: dict[str, str] = {}
    codes: dict[str, str] = {}
    wanted = {}
    for municipality, given in sorted(division.items()):
        name = " ".join(given.split())
        spelled = spelling.setdefault(name.casefold(), name)
        if spelled:
            code = slugify(spelled)
            if not code or len(spelled) > LONGEST_NAME or codes.setdefault(code, spelled) != spelled:
                raise UnusableName(spelled)
        wanted[municipality] = spelled
    outside = [code for code, name in wanted.items() if not name]
    if outside and len(outside) < len(wanted) and not some_outside:
        raise IncompleteDivision(outside)
    return wanted


def _write(county: Area, wanted: Division) -> list[Area]:
    municipalities = {area.code: area for area in Area.objects.filter(parent=county, kind=AreaKind.MUNICIPALITY)}
    parts: dict[str, list[Area]] = {}
    for code, name in wanted.items():
        if name:
            parts.setdefault(name, []).append(municipalities[code])
    codes = {f"{county.code}-{slugify(name)}" for name in parts}
    for gone in Area.objects.filter(kind=AreaKind.NODE, parent=county).exclude(code__in=codes):
        try:
            gone.delete()
            connection.check_constraints()  # what refers to it may be rows that the actor cannot see
        except (ProtectedError, IntegrityError):
            raise NodeInUse(gone.name) from None
    nodes = []
    for name, together in parts.items():
        latitude, longitude = middle(together)
        node, _ = Area.objects.update_or_create(
            code=f"{county.code}-{slugify(name)}",
            defaults={
                "kind": AreaKind.NODE,
                "name": name,
                "parent": county,
                "population": sum(part.population for part in together),
                "population_on": together[0].population_on,
                "latitude": latitude,
                "longitude": longitude,
            },
        )
        node.memberships.all().delete()
        Membership.objects.bulk_create(Membership(whole=node, municipality=part) for part in together)
        nodes.append(node)
    return nodes
