"""`samverka import-boundaries`: outlines of counties and municipalities, for maps."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from samverka.cli.failures import Exit
from samverka.cli.session import require_migrated, session

if TYPE_CHECKING:
    from samverka.territory.services import Outlines, RefusedBoundaries

NAME = "samverka import-boundaries"
SHOWN = 10
REASONS = {
    "too_large": ("The file is too large", "Take a file that is generalised for maps on a screen; 200 MB is the most."),
    "not_json": ("The file is not JSON", "Export it as GeoJSON. A Shapefile or a GeoPackage must be converted first."),
    "not_geojson": ("The file is not a GeoJSON FeatureCollection", "Export the whole layer as GeoJSON."),
    "empty": ("The file has no outlines", "Export the layer again."),
    "not_polygon": ("An outline is no polygon", "Export areas, not lines or points."),
    "ring": (
        "A ring of an outline is broken",
        "A ring has four points or more, all numbers, and ends where it began.",
    ),
    "not_degrees": ("The coordinates are not degrees", "Export in WGS 84 (EPSG:4326), not in SWEREF 99 TM."),
    "elsewhere": ("The outlines are not in Sweden", "Check that each point is longitude first, then latitude."),
    "not_areas": (
        "The outlines are neither municipalities nor counties",
        "Each needs a property with its official code or its name.",
    ),
    "twice": ("An area is there twice", "Each area has one outline; islands belong in the same MultiPolygon."),
}


@click.command("import-boundaries", short_help="Take outlines in for maps.")
@click.argument("path", metavar="FILE", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--source", help="What stands under maps drawn with them. Default: the file's name.")
def import_boundaries(path: Path, source: str | None) -> None:
    """Take the outlines of municipalities or counties in from a GeoJSON file in WGS 84.

    The areas are known by the property whose values are their codes or names. Outlines are made as coarse as a map
    on a screen needs, and take the place of those that were there. Without outlines maps are drawn with circles.

    Exit code 0: the outlines are in; 1: the file was refused, and nothing is changed.
    """
    with session():
        require_migrated()
        from samverka.foundation import clock
        from samverka.foundation.access.actors import Actor
        from samverka.foundation.database.acting import acting_as
        from samverka.territory import services

        actor = Actor.system(NAME)
        with acting_as(actor):
            try:
                outlines = services.read_boundaries(path.read_bytes())
            except services.RefusedBoundaries as refused:
                _refuse(path, refused)
            count = services.import_boundaries(
                actor=actor, outlines=outlines, source=(source or path.name)[:200], now=clock.now()
            )
    _tell(outlines, count)


def _refuse(path: Path, refused: "RefusedBoundaries") -> None:
    reason, remedy = REASONS[refused.fault.value]
    where = f" ({refused.where})" if refused.where else ""
    click.echo(f"{path.name}: {reason}{where}. {remedy} Nothing was changed.", err=True)
    raise click.exceptions.Exit(Exit.FAILED)


def _tell(outlines: "Outlines", count: int) -> None:
    kinds = {"municipality": "municipalities", "county": "counties"}[outlines.kind.value]
    click.echo(f"{count} {kinds} have outlines, known by the property {outlines.key}.")
    click.echo(f"{outlines.points_before} points became {outlines.points_after}.")
    if outlines.mended:
        click.echo(f"Rings that crossed themselves were mended in: {', '.join(outlines.mended)}")
    if outlines.absent:
        click.echo(f"Without an outline in the file: {', '.join(outlines.absent)}")
    for one in outlines.unmatched[:SHOWN]:
        click.echo(f"Outline {one.number} is no area here and was left out: {one.properties}")
    if len(outlines.unmatched) > SHOWN:
        click.echo(f"… and {len(outlines.unmatched) - SHOWN} more.")
