"""Indicators: what is measured and how."""

from typing import Annotated

from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from ninja import Query, Router

from samverka.foundation.access.doors import actor_of
from samverka.statistics import queries
from samverka.statistics.models import Indicator

from .caching import kept
from .paging import next_address
from .schemas import IndicatorOut, IndicatorsOut

router = Router(tags=["indicators"])
PER_PAGE = 200


def identifier(indicator: Indicator) -> str:
    """An indicator's name in the API; the caller has selected its source."""
    return f"{indicator.source.key}:{indicator.source_key}"


def indicators_named(request: HttpRequest, names: list[str]) -> list[Indicator]:
    """The indicators with these names that the caller may read, with their sources.

    Raises:
        Http404: a name that is nobody's, or one that the caller may not read; the message names it.
    """
    return _named(queries.visible_to(actor_of(request)), names)


def _named(indicators: QuerySet[Indicator], names: list[str]) -> list[Indicator]:
    keys = {name.partition(":")[2] for name in names}
    found = indicators.select_related("source").filter(source_key__in=keys)
    by_name = {identifier(indicator): indicator for indicator in found}
    for name in names:
        if name not in by_name:
            raise Http404(f"There is no indicator {name} that you may read.")
    return [by_name[name] for name in dict.fromkeys(names)]


def indicator_out(indicator: Indicator) -> IndicatorOut:
    return IndicatorOut(
        id=identifier(indicator),
        name=indicator.name,
        definition=indicator.definition,
        unit=indicator.unit,
        polarity=indicator.polarity,
        by_sex=indicator.by_sex,
        kind=indicator.kind,
        target_group=indicator.target_group,
        numerator=indicator.numerator,
        denominator=indicator.denominator,
        version=indicator.version,
        is_closed=indicator.is_closed,
        source=indicator.source.name,
        attribution=indicator.source.attribution,
        first_year=indicator.first_year,  # type: ignore[attr-defined]  # annotated by catalogue
        last_year=indicator.last_year,  # type: ignore[attr-defined]  # annotated by catalogue
        extracted_at=indicator.extracted_at,  # type: ignore[attr-defined]  # annotated by catalogue
    )


@router.get("", response=IndicatorsOut, summary="Indicators that the caller may read")
def indicators(
    request: HttpRequest,
    search: str = "",
    offset: Annotated[int, Query(ge=0, le=1_000_000)] = 0,
    limit: Annotated[int, Query(ge=1, le=PER_PAGE)] = PER_PAGE,
) -> HttpResponse:
    found = queries.catalogue(actor_of(request), search=search).select_related("source")
    count = found.count()
    page = [indicator_out(indicator) for indicator in found[offset : offset + limit]]
    following = next_address(request, offset=offset + limit) if offset + limit < count else None
    content = IndicatorsOut(count=count, next=following, indicators=page).model_dump_json()
    return kept(request, content, lambda: HttpResponse(content, content_type="application/json"))


@router.get("/{name}", response=IndicatorOut, summary="One indicator, with its definition")
def indicator(request: HttpRequest, name: str) -> HttpResponse:
    content = indicator_out(_named(queries.catalogue(actor_of(request)), [name])[0]).model_dump_json()
    return kept(request, content, lambda: HttpResponse(content, content_type="application/json"))
