"""Outlines of counties and municipalities from a GeoJSON file, made as coarse as a map on a screen needs."""

import json
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

import shapely
from django.db import transaction
from shapely.geometry.base import BaseGeometry

from samverka.foundation.access.actions import Action
from samverka.foundation.access.actors import Actor
from samverka.foundation.access.doors import check
from samverka.foundation.audit.services import record
from samverka.territory.enums import AreaKind
from samverka.territory.models import Area, Boundary

LARGEST_FILE = 200 * 1024 * 1024
LEAST_MATCHED = 0.5
"""The share of the outlines that must be areas of one kind, or the file is about something else."""
MOST_WITH_OTHERS = 0.05
"""The share of the outlines that may hold another area's point, by coarse borders."""
SOUTH, NORTH, WEST, EAST = 54.0, 71.0, 9.0, 26.0
SQUEEZE = 0.47
"""A degree of longitude in degrees of latitude in the middle of Sweden (cos 62°)."""
TOLERANCE = 0.002
"""How coarse, in degrees of latitude: some 200 metres, less than a pixel of a county map."""
DECIMALS = 4
_WORDS = (" kommun", " stad", " län", "region ")


class BoundaryFault(StrEnum):
    """Why a file of outlines is refused; nothing of it is taken in."""

    TOO_LARGE = "too_large"
    NOT_JSON = "not_json"
    NOT_GEOJSON = "not_geojson"
    EMPTY = "empty"
    NOT_POLYGON = "not_polygon"
    RING = "ring"
    NOT_DEGREES = "not_degrees"
    ELSEWHERE = "elsewhere"
    NOT_AREAS = "not_areas"
    TWICE = "twice"


class RefusedBoundaries(Exception):
    """The file is refused. `fault` says why; `where` names the outline, or what was found instead."""

    code = "refused_boundaries"

    def __init__(self, fault: BoundaryFault, where: str = "") -> None:
        super().__init__(f"{fault}: {where}" if where else str(fault))
        self.fault = fault
        self.where = where


@dataclass(frozen=True)
class UnmatchedOutline:
    """An outline that is no area here: what its properties say."""

    number: int
    properties: str


@dataclass(frozen=True)
class Outlines:
    """A file that has been read.

    geometries: GeoJSON geometries by area code. key: the property that the areas were known by.
    mended: codes of areas whose rings crossed themselves and were mended. absent: areas that the file lacks.
    """

    kind: AreaKind
    key: str
    geometries: Mapping[str, dict[str, Any]]
    unmatched: tuple[UnmatchedOutline, ...]
    mended: tuple[str, ...]
    absent: tuple[str, ...]
    points_before: int
    points_after: int


def read_boundaries(content: bytes) -> Outlines:
    """Read and check a file, find which areas its outlines are, and make them coarser. One query.

    The areas are known by the property, whatever it is called, whose values are the most codes or names of
    municipalities or counties. Neighbours stay neighbours: what they share is made coarser once, for both.

    Raises:
        RefusedBoundaries: the file cannot be used.
    """
    features = _features(content)
    shapes = [_shape(number, feature) for number, feature in enumerate(features, start=1)]
    _require_sweden(shapes)
    areas = list(Area.objects.filter(kind__in=[AreaKind.COUNTY, AreaKind.MUNICIPALITY]).order_by("code"))
    kind, key, matched = _matched([dict(feature["properties"]) for feature in features], areas)
    twice = [code for code, count in Counter(code for code in matched if code).items() if count > 1]
    if twice:
        raise RefusedBoundaries(BoundaryFault.TWICE, ", ".join(sorted(twice)))
    kept = [(code, shape) for code, shape in zip(matched, shapes, strict=True) if code]
    _require_alone(kind, kept, areas)
    mended = tuple(sorted(code for code, shape in kept if not shape.is_valid))
    whole = [_mended(code, shape) for code, shape in kept]
    coarse = _coarser(whole)
    return Outlines(
        kind=kind,
        key=key,
        geometries={code: _as_json(shape) for (code, _), shape in zip(kept, coarse, strict=True)},
        unmatched=tuple(
            UnmatchedOutline(number, _told(feature["properties"]))
            for number, (feature, code) in enumerate(zip(features, matched, strict=True), start=1)
            if not code
        ),
        mended=mended,
        absent=tuple(sorted({area.code for area in areas if area.kind == kind} - {code for code, _ in kept})),
        points_before=_points(whole),
        points_after=_points(coarse),
    )


def import_boundaries(*, actor: Actor, outlines: Outlines, source: str, now: datetime) -> int:
    """Keep the outlines in place of those the areas had. Returns how many. Importing again changes nothing more.

    Raises:
        Forbidden: the actor does not run the installation.
    """
    check(actor, Action.IMPORT_STATISTICS, None)
    with transaction.atomic():
        areas = {area.code: area for area in Area.objects.filter(code__in=outlines.geometries)}
        Boundary.objects.bulk_create(
            [
                Boundary(area=areas[code], geometry=geometry, source=source, imported_at=now)
                for code, geometry in sorted(outlines.geometries.items())
            ],
            update_conflicts=True,
            unique_fields=["area"],
            update_fields=["geometry", "source", "imported_at"],
        )
        record(
            actor=actor,
            action="import_boundaries",
            obj=Area.objects.get(kind=AreaKind.NATION),
            now=now,
            organisation_id=None,
            changes={"source": (None, source), "kind": (None, outlines.kind.value), "areas": (None, len(areas))},
        )
    return len(areas)


def _features(content: bytes) -> list[dict[str, Any]]:
    if len(content) > LARGEST_FILE:
        raise RefusedBoundaries(BoundaryFault.TOO_LARGE, f"{len(content) // 1024 // 1024} MB")
    try:
        found = json.loads(content)
    except (ValueError, RecursionError):
        raise RefusedBoundaries(BoundaryFault.NOT_JSON) from None
    if not isinstance(found, dict) or found.get("type") != "FeatureCollection":
        said = str(found.get("type", ""))[:40] if isinstance(found, dict) else type(found).__name__
        raise RefusedBoundaries(BoundaryFault.NOT_GEOJSON, said)
    features = found.get("features")
    if not isinstance(features, list):
        raise RefusedBoundaries(BoundaryFault.NOT_GEOJSON, "features")
    if not features:
        raise RefusedBoundaries(BoundaryFault.EMPTY)
    for number, feature in enumerate(features, start=1):
        if not isinstance(feature, dict) or not isinstance(feature.get("geometry"), dict):
            raise RefusedBoundaries(BoundaryFault.NOT_POLYGON, f"{number}")
        if not isinstance(feature.get("properties"), dict):
            feature["properties"] = {}
    return features


def _shape(number: int, feature: Mapping[str, Any]) -> BaseGeometry:
    """The outline, as written.

    Raises:
        RefusedBoundaries: it is no polygon, or one of its rings is none.
    """
    geometry = feature["geometry"]
    where = f"{number} ({_told(feature['properties'])})"
    if geometry.get("type") not in ("Polygon", "MultiPolygon"):
        raise RefusedBoundaries(BoundaryFault.NOT_POLYGON, where)
    coordinates = geometry.get("coordinates")
    try:
        polygons = [coordinates] if geometry["type"] == "Polygon" else list(coordinates)
        shape = shapely.MultiPolygon(
            [shapely.Polygon(_ring(rings[0]), [_ring(r) for r in rings[1:]]) for rings in polygons]
        )
    except (TypeError, ValueError, IndexError, KeyError):
        raise RefusedBoundaries(BoundaryFault.RING, where) from None
    if shape.is_empty:
        raise RefusedBoundaries(BoundaryFault.RING, where)
    return shape


def _ring(points: list[list[float]]) -> list[tuple[float, float]]:
    """A ring's points.

    Raises:
        ValueError: it has fewer than four, is open, or a point is no pair of finite numbers.
    """
    ring = [(float(point[0]), float(point[1])) for point in points]
    if len(ring) < 4 or ring[0] != ring[-1] or not all(abs(number) < 1e9 for point in ring for number in point):
        raise ValueError("not a ring")
    return ring


def _require_sweden(shapes: Iterable[BaseGeometry]) -> None:
    """Raises RefusedBoundaries unless everything lies within Sweden's degrees."""
    west, south, east, north = shapely.total_bounds(list(shapes))
    if max(abs(west), abs(east)) > 180 or max(abs(south), abs(north)) > 90:
        raise RefusedBoundaries(BoundaryFault.NOT_DEGREES, f"{west:.0f} {south:.0f} {east:.0f} {north:.0f}")
    if west < WEST or east > EAST or south < SOUTH or north > NORTH:
        raise RefusedBoundaries(BoundaryFault.ELSEWHERE, f"{west:.2f} {south:.2f} {east:.2f} {north:.2f}")


def _matched(rows: list[dict[str, Any]], areas: list[Area]) -> tuple[AreaKind, str, list[str | None]]:
    """The kind and the property that name the most areas, codes before names, and each outline's code.

    Raises:
        RefusedBoundaries: no property names areas of one kind for most of the outlines.
    """
    keys = sorted({key for row in rows for key in row})
    best: tuple[int, AreaKind, str, list[str | None]] | None = None
    for kind, digits in ((AreaKind.MUNICIPALITY, 4), (AreaKind.COUNTY, 2)):
        codes = {area.code: area.code for area in areas if area.kind == kind}
        names = {_plain(area.name): area.code for area in areas if area.kind == kind}
        by_code = [(key, [codes.get(str(row.get(key, "")).strip().zfill(digits)) for row in rows]) for key in keys]
        by_name = [(key, [names.get(_plain(str(row.get(key, "")))) for row in rows]) for key in keys]
        for key, found in by_code + by_name:
            count = len(set(found) - {None})
            if best is None or count > best[0]:
                best = (count, kind, key, found)
    if best is None or best[0] < LEAST_MATCHED * len(rows):
        raise RefusedBoundaries(BoundaryFault.NOT_AREAS, _told(rows[0]))
    return best[1], best[2], best[3]


def _require_alone(kind: AreaKind, kept: list[tuple[str, BaseGeometry]], areas: list[Area]) -> None:
    """Regions are often named after a municipality in them, and must not be taken for it.

    Raises:
        RefusedBoundaries: some outlines hold the points of other areas than their own.
    """
    if kind is not AreaKind.MUNICIPALITY:
        return
    municipalities = [area for area in areas if area.kind == kind]
    tree = shapely.STRtree([shapely.Point(area.longitude, area.latitude) for area in municipalities])
    others = []
    for code, outline in kept:
        whole = outline if outline.is_valid else shapely.make_valid(outline)
        inside = {municipalities[index].code for index in tree.query(whole, predicate="contains")}
        if inside - {code}:
            others.append(code)
    if len(others) > MOST_WITH_OTHERS * len(kept):
        raise RefusedBoundaries(BoundaryFault.NOT_AREAS, ", ".join(sorted(others)[:5]))


def _plain(name: str) -> str:
    """A name without what files put round it: Blekinge län, Region Blekinge and Blekinge are one."""
    plain = name.casefold().strip()
    for word in _WORDS:
        plain = plain.removeprefix(word) if word.endswith(" ") else plain.removesuffix(word)
    return plain.strip().removesuffix("s")


def _told(properties: Mapping[str, Any]) -> str:
    return ", ".join(f"{key}={value}" for key, value in list(properties.items())[:4])[:120]


def _mended(code: str, shape: BaseGeometry) -> BaseGeometry:
    """The shape with rings that do not cross themselves.

    Raises:
        RefusedBoundaries: nothing with an area is left.
    """
    whole = shape if shape.is_valid else shapely.make_valid(shape)
    polygons = [part for part in _polygons(whole) if part.area > 0]
    if not polygons:
        raise RefusedBoundaries(BoundaryFault.RING, code)
    return shapely.MultiPolygon(polygons)


def _polygons(shape: BaseGeometry) -> Iterator[BaseGeometry]:
    for part in getattr(shape, "geoms", [shape]):
        if part.geom_type == "Polygon":
            yield part
        elif part.geom_type in ("MultiPolygon", "GeometryCollection"):
            yield from _polygons(part)


def _coarser(shapes: list[BaseGeometry]) -> list[BaseGeometry]:
    """Shapes with fewer points and the same neighbours. An island that would vanish stays as it was drawn."""
    squeezed = [shapely.transform(shape, lambda points: points * [SQUEEZE, 1.0]) for shape in shapes]
    coarse = shapely.coverage_simplify(squeezed, TOLERANCE)
    return [
        shapely.transform(new if new.area > 0 else old, lambda points: points / [SQUEEZE, 1.0])
        for new, old in zip(coarse, squeezed, strict=True)
    ]


def _as_json(shape: BaseGeometry) -> dict[str, Any]:
    """A MultiPolygon in GeoJSON, its coordinates rounded to some ten metres."""
    return {
        "type": "MultiPolygon",
        "coordinates": [
            [
                [[round(x, DECIMALS), round(y, DECIMALS)] for x, y in ring.coords]
                for ring in (part.exterior, *part.interiors)
            ]
            for part in _polygons(shape)
        ],
    }


def _points(shapes: Iterable[BaseGeometry]) -> int:
    return int(shapely.get_num_coordinates(list(shapes)).sum())
