"""Reading areas. They are public facts: everybody may."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from django.db.models import Count, Max, Prefetch, Q, QuerySet

from samverka.foundation.access.actions import Action
from samverka.foundation.access.actors import Actor
from samverka.foundation.access.rules import permitted

from .enums import MADE_OF_MUNICIPALITIES, AreaKind
from .models import NATION_CODE, Area, Boundary, CodeChange, Membership


def visible_to(actor: Actor) -> QuerySet[Area]:
    """Areas that the actor may read: all of them."""
    return permitted(actor, Action.READ, Area.objects.select_related("parent"))


def nation() -> Area:
    return Area.objects.get(code=NATION_CODE)


def counties() -> QuerySet[Area]:
    return Area.objects.filter(kind=AreaKind.COUNTY)


def municipalities_of(area: Area) -> QuerySet[Area]:
    """The municipalities that an area is made of; a municipality is its own."""
    municipalities = Area.objects.filter(kind=AreaKind.MUNICIPALITY)
    if area.kind == AreaKind.NATION:
        return municipalities
    if area.kind == AreaKind.COUNTY:
        return municipalities.filter(parent=area)
    if area.kind in MADE_OF_MUNICIPALITIES:
        return municipalities.filter(part_of__whole=area, part_of__to_year=None)
    return municipalities.filter(pk=area.pk)


def nodes_of(county: Area) -> QuerySet[Area]:
    """The nodes that a county has been divided into."""
    return Area.objects.filter(kind=AreaKind.NODE, parent=county)


def county_of(area: Area) -> Area | None:
    """The county that an area lies in; None for the nation and for labour markets, which keep to no county."""
    if area.kind == AreaKind.COUNTY:
        return area
    return area.parent if area.kind in (AreaKind.MUNICIPALITY, AreaKind.NODE) else None


@dataclass(frozen=True)
class Part:
    """A municipality that is a part of an area, during some years; None where nothing limits them."""

    municipality_id: int
    from_year: int | None
    to_year: int | None

    def covers(self, year: int) -> bool:
        return (self.from_year is None or self.from_year <= year) and (self.to_year is None or year <= self.to_year)


def parts_of(areas: Iterable[Area]) -> dict[int, list[Part]]:
    """What counties, nodes and labour markets are made of, by key of the area. At most two queries."""
    wanted = list(areas)
    made = {area.pk for area in wanted if area.kind in MADE_OF_MUNICIPALITIES}
    divided = {area.pk for area in wanted if area.kind == AreaKind.COUNTY}
    found: dict[int, list[Part]] = {key: [] for key in made | divided}
    if made:
        rows = Membership.objects.filter(whole_id__in=made).order_by("municipality__code")
        for whole, part, from_year, to_year in rows.values_list("whole_id", "municipality_id", "from_year", "to_year"):
            found[whole].append(Part(part, from_year, to_year))
    if divided:
        inside = Area.objects.filter(parent_id__in=divided, kind=AreaKind.MUNICIPALITY).order_by("code")
        for parent, key in inside.values_list("parent_id", "pk"):
            if parent is not None:
                found[parent].append(Part(key, None, None))
    return found


def areas_state() -> tuple[object, ...]:
    """Tells one state of the table of areas from another. Two queries.

    Official areas change with the program; nodes are named and divided by people.
    """
    whole = Area.objects.aggregate(count=Count("pk"), newest=Max("pk"))
    nodes = Area.objects.filter(kind=AreaKind.NODE).order_by("pk").values_list("pk", "code", "name")
    return whole["count"], whole["newest"], tuple(nodes)


def renamed_areas() -> dict[str, int]:
    """Codes that are in use no longer → the key of the same area under its present code. Two queries.

    A code that stands for another area today is not among them, nor one of an area that is no more.
    """
    present = set(Area.objects.values_list("code", flat=True))
    changes = CodeChange.objects.filter(is_same_area=True).values_list("old_code", "area_id")
    return {code: area for code, area in changes if code not in present}


def boundaries_of(areas: Iterable[Area]) -> dict[int, Boundary]:
    """The outlines that have been imported, by key of the area. One query."""
    found = Boundary.objects.filter(area_id__in={area.pk for area in areas})
    return {boundary.area_id: boundary for boundary in found}


def boundaries_state() -> tuple[object, ...]:
    """Tells one state of the outlines from another. One query."""
    whole = Boundary.objects.aggregate(count=Count("pk"), newest=Max("imported_at"))
    return whole["count"], whole["newest"]


@dataclass(frozen=True)
class CountyInList:
    """A county in the list of areas, with what is in it."""

    area: Area
    municipalities: list[Area]
    nodes: list[Area]


@dataclass(frozen=True)
class Listed:
    """The list of areas: those that a search found, or all."""

    nation: Area | None
    counties: list[CountyInList]
    labour_markets: list[Area]

    @property
    def count(self) -> int:
        inside = sum(len(county.municipalities) + len(county.nodes) for county in self.counties)
        return inside + len(self.labour_markets)


def listed(actor: Actor, *, search: str = "") -> Listed:
    """The areas by county. `search` is found in a name or begins a code; a county that is found comes whole.

    Three queries.
    """
    areas = visible_to(actor)
    labour_markets = Prefetch(
        "memberships", Membership.objects.select_related("municipality").order_by("municipality__code")
    )
    markets = areas.filter(kind=AreaKind.LABOUR_MARKET).prefetch_related(labour_markets)
    if search:
        named = Q(name__icontains=search) | Q(code__istartswith=search)
        areas = areas.filter(named | Q(parent__in=Area.objects.filter(named, kind=AreaKind.COUNTY)))
        markets = markets.filter(named | Q(memberships__municipality__name__icontains=search)).distinct()
    inside: dict[int, tuple[list[Area], list[Area]]] = {}
    heads: dict[int, Area] = {}
    top: Area | None = None
    for area in areas.exclude(kind=AreaKind.LABOUR_MARKET).order_by("name"):
        if area.kind == AreaKind.NATION:
            top = area
            continue
        county = county_of(area)
        if county is None:
            continue
        heads.setdefault(county.pk, county)
        municipalities, nodes = inside.setdefault(county.pk, ([], []))
        if area.kind == AreaKind.MUNICIPALITY:
            municipalities.append(area)
        elif area.kind == AreaKind.NODE:
            nodes.append(area)
    return Listed(
        nation=top,
        counties=[CountyInList(heads[key], *inside[key]) for key in sorted(heads, key=lambda key: heads[key].code)],
        labour_markets=list(markets.order_by("name")),
    )


@dataclass(frozen=True)
class NodeInDivision:
    """A node and its municipalities."""

    name: str
    municipalities: list[Area]

    @property
    def population(self) -> int:
        return sum(area.population for area in self.municipalities)


@dataclass(frozen=True)
class CountyDivision:
    """A county as it is divided, the municipalities that stand outside, and whether the nodes sum to the county."""

    nodes: list[NodeInDivision]
    outside: list[Area]
    population: int

    @property
    def sums_to_county(self) -> bool:
        return bool(self.nodes) and not self.outside

    @property
    def inside(self) -> int:
        return sum(node.population for node in self.nodes)


def division_of_county(county: Area, municipalities: Iterable[Area], division: Mapping[str, str]) -> CountyDivision:
    """A division (code of the municipality → name of its node) put together. No query."""
    parts: dict[str, list[Area]] = {}
    for area in municipalities:
        parts.setdefault(division[area.code], []).append(area)
    outside = parts.pop("", [])
    return CountyDivision([NodeInDivision(name, parts[name]) for name in sorted(parts)], outside, county.population)
