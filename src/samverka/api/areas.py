"""Areas: the nation, its counties and municipalities, and areas made of municipalities."""

from typing import Annotated

from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse
from ninja import Query, Router

from samverka.territory.enums import AreaKind
from samverka.territory.models import Area

from .caching import kept
from .schemas import AreaOut, AreasOut

router = Router(tags=["areas"])


def area_out(area: Area) -> AreaOut:
    return AreaOut(
        code=area.code,
        kind=area.kind,
        name=area.name,
        parent=area.parent.code if area.parent is not None else None,
        population=area.population,
        population_on=area.population_on,
        latitude=area.latitude,
        longitude=area.longitude,
    )


def areas_named(codes: list[str], within: list[str]) -> list[Area]:
    """The areas with these codes, and those within the areas of the others.

    Raises:
        Http404: a code that no area has; the message names it.
    """
    asked = {*codes, *within}
    inside = Q(parent__code__in=within) | Q(part_of__whole__code__in=within, part_of__to_year=None)
    areas = Area.objects.select_related("parent").filter(Q(code__in=asked) | inside)
    found = list(areas.distinct().order_by("code"))
    unknown = asked - {area.code for area in found}
    if unknown:
        raise Http404(f"There is no area with the code {sorted(unknown)[0]}.")
    return found


@router.get("", response=AreasOut, summary="All areas, or those of a kind or within another")
def areas(
    request: HttpRequest,
    kind: AreaKind | None = None,
    within: Annotated[str | None, Query(description="The code of an area: it and its parts.")] = None,
) -> HttpResponse:
    found = Area.objects.select_related("parent").order_by("code") if within is None else areas_named([], [within])
    chosen = [area_out(area) for area in found if kind is None or area.kind == kind]
    content = AreasOut(areas=chosen).model_dump_json()
    return kept(request, content, lambda: HttpResponse(content, content_type="application/json"))


@router.get("/{code}", response=AreaOut, summary="One area")
def area(request: HttpRequest, code: str) -> HttpResponse:
    content = area_out(areas_named([code], [])[0]).model_dump_json()
    return kept(request, content, lambda: HttpResponse(content, content_type="application/json"))
