"""Observations: the figures, as JSON, CSV or JSON-stat 2."""

import csv
import io
import json
from collections.abc import Iterable, Iterator, Sequence
from typing import Annotated, Any

import numpy as np
from django.http import HttpRequest, HttpResponse
from ninja import Query, Router
from ninja.errors import HttpError

from samverka.connectors.cubes import Cube, Dimension, Structure
from samverka.connectors.jsonstat.writing import write_dataset
from samverka.foundation.ui.chart_files import harmless
from samverka.foundation.ui.kept import kept as remembered
from samverka.statistics.enums import ObservationStatus, Sex
from samverka.statistics.models import Indicator
from samverka.statistics.queries import Wanted, count_of, data_version, rows_of, total_rows_of
from samverka.territory.enums import MADE_OF_MUNICIPALITIES
from samverka.territory.models import Area
from samverka.territory.queries import parts_of

from .areas import areas_named
from .caching import kept
from .indicators import identifier, indicators_named
from .paging import next_address
from .schemas import Format, ObservationOut, ObservationsOut, SexOut, StatusOut

router = Router(tags=["observations"])

Row = tuple[Any, ...]

MOST_ROWS = 50_000
MOST_CELLS = 500_000
MOST_INDICATORS = 50
MOST_TOTALS = 1_000
"""Indicators times areas whose figures are made of their municipalities'."""

SEXES: dict[str, str] = {
    Sex.TOTAL.value: SexOut.TOTAL.value,
    Sex.WOMEN.value: SexOut.WOMEN.value,
    Sex.MEN.value: SexOut.MEN.value,
}
SEX_OF = {word: Sex(sex) for sex, word in SEXES.items()}
STATUSES: dict[int, str] = {
    ObservationStatus.OK.value: StatusOut.OK.value,
    ObservationStatus.PRELIMINARY.value: StatusOut.PRELIMINARY.value,
    ObservationStatus.MISSING.value: StatusOut.MISSING.value,
    ObservationStatus.SUPPRESSED.value: StatusOut.SUPPRESSED.value,
}


@router.get("", response=ObservationsOut, summary="Figures of some indicators in some areas")
def observations(
    request: HttpRequest,
    indicator: Annotated[list[str], Query(min_length=1, max_length=MOST_INDICATORS, description="kolada:N03921")],
    area: Annotated[list[str], Query(description="Codes of areas; none: all areas.")] = [],  # noqa: B006  # read only
    within: Annotated[list[str], Query(description="Codes of areas whose parts are asked for, with them.")] = [],  # noqa: B006  # read only
    sex: Annotated[list[SexOut], Query()] = [],  # noqa: B006  # read only
    first_year: Annotated[int | None, Query(ge=1700, le=2200)] = None,
    last_year: Annotated[int | None, Query(ge=1700, le=2200)] = None,
    format: Format = Format.JSON,  # the name that callers write
    offset: Annotated[int, Query(ge=0, le=10_000_000)] = 0,
    limit: Annotated[int, Query(ge=1, le=MOST_ROWS)] = 10_000,
) -> HttpResponse:
    """JSON and CSV come in pages: `next` in JSON, the header `Link` with rel="next" in CSV. JSON-stat comes whole.

    Nodes and local labour markets are made of municipalities. Their figures are totals, last among the rows, and come
    when the area is named or lies within one that is.
    """
    chosen = indicators_named(request, indicator)
    places = areas_named(area, within) if area or within else []
    wanted = Wanted(
        indicators=[one.pk for one in chosen],
        areas=[place.pk for place in places],
        sexes=[SEX_OF[one] for one in sex],
        first_year=first_year,
        last_year=last_year,
    )
    made = [place for place in places if place.kind in MADE_OF_MUNICIPALITIES]
    if len(made) * len(chosen) > MOST_TOTALS:
        raise HttpError(422, f"More than {MOST_TOTALS} totals of areas. Ask for fewer indicators or areas.")

    def make() -> HttpResponse:
        if format is Format.JSON_STAT:
            return _json_stat(wanted, chosen, made)
        found = _rows(wanted, chosen, made, offset, offset + limit + 1)
        following = next_address(request, offset=offset + limit) if len(found) > limit else None
        rows = list(_told(found[:limit], chosen))
        return _csv(rows, following) if format is Format.CSV else _json(rows, chosen, following)

    weights = {one.weight_id for one in chosen if one.weight_id is not None} if made else set()
    version = f"{data_version({*wanted.indicators, *weights})} {parts_of(made)}"
    told_of = [part for one in chosen for part in (one, one.source)]
    made_of = ("observations", request.build_absolute_uri(), version, told_of, places)
    return kept(request, version, lambda: remembered(make, of=made_of, shared=False))


def _rows(wanted: Wanted, chosen: list[Indicator], made: Iterable[Area], start: int, stop: int) -> list[Any]:
    """Published figures, and after them the totals; each as its columns, with how it was made at the end."""
    found = [(*row, None, None) for row in rows_of(wanted, start, stop)]
    if made and len(found) < stop - start:
        before = start + len(found) if found else count_of(wanted)
        found += total_rows_of(wanted, chosen, made)[max(0, start - before) : stop - before]
    return found


def _told(found: Sequence[tuple[Any, ...]], chosen: list[Indicator]) -> Iterator[Row]:
    """Rows with the fields of `ObservationOut`; plain, because there are many."""
    names = {one.pk: identifier(one) for one in chosen}
    moments = {row[9]: row[9].isoformat() for row in found}
    for pk, code, name, year, sex, value, status, numerator, denominator, extracted_at, method, is_complete in found:
        yield (
            *(names[pk], code, name, year, SEXES[sex], value, STATUSES[status]),
            *(numerator, denominator, moments[extracted_at], method, is_complete),
        )


def _json(rows: Sequence[Row], chosen: list[Indicator], following: str | None) -> HttpResponse:
    """Written row by row: what `json.dumps` would write, in a third of the time."""
    texts = _Texts()
    told = ", ".join(
        f'{{"indicator": {texts[indicator]}, "area": {texts[code]}, "area_name": {texts[name]}, "year": {year}, '
        f'"sex": {texts[sex]}, "value": {_number(value)}, "status": {texts[status]}, '
        f'"numerator": {_number(numerator)}, "denominator": {_number(denominator)}, '
        f'"extracted_at": {texts[extracted_at]}, "method": {texts[method]}, "is_complete": {texts[is_complete]}}}'
        for (
            indicator,
            code,
            name,
            year,
            sex,
            value,
            status,
            numerator,
            denominator,
            extracted_at,
            method,
            is_complete,
        ) in rows
    )
    attribution = json.dumps(sorted({one.source.attribution for one in chosen}), ensure_ascii=False)
    content = f'{{"next": {json.dumps(following)}, "attribution": {attribution}, "observations": [{told}]}}'
    return HttpResponse(content, content_type="application/json")


class _Texts(dict[str | bool | None, str]):
    """Texts as JSON, each written once: the same few stand in every row."""

    def __missing__(self, text: str | bool | None) -> str:  # noqa: FBT001  a value of the row's
        self[text] = json.dumps(text, ensure_ascii=False)
        return self[text]


def _number(value: float | None) -> str:
    return "null" if value is None else repr(value)


def _csv(rows: Sequence[Row], following: str | None) -> HttpResponse:
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(ObservationOut.model_fields)
    # A county names its nodes, and a spreadsheet may open the file.
    writer.writerows((indicator, code, harmless(name), *rest) for indicator, code, name, *rest in rows)
    answer = HttpResponse(text.getvalue(), content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = 'attachment; filename="observations.csv"'
    if following is not None:
        answer["Link"] = f'<{following}>; rel="next"'
    return answer


def _json_stat(wanted: Wanted, chosen: list[Indicator], made: Iterable[Area]) -> HttpResponse:
    found = _rows(wanted, chosen, made, 0, MOST_CELLS + 1)
    areas = sorted({row[1] for row in found})
    years = sorted({row[3] for row in found})
    sexes = [sex for sex in Sex if any(row[4] == sex for row in found)]
    if len(chosen) * len(areas) * len(years) * len(sexes) > MOST_CELLS:
        raise HttpError(422, f"More than {MOST_CELLS} cells. Ask for fewer indicators, areas or years.")
    names = {row[1]: row[2] for row in found}
    indicators = {one.pk: index for index, one in enumerate(chosen)}
    dimensions = (
        Dimension(
            "indicator", "Indicator", tuple(map(identifier, chosen)), tuple(one.name for one in chosen), "metric"
        ),
        Dimension("area", "Area", tuple(areas), tuple(names[code] for code in areas), "geo"),
        Dimension("sex", "Sex", tuple(SEXES[sex] for sex in sexes), tuple(SEXES[sex] for sex in sexes)),
        Dimension("year", "Year", tuple(map(str, years)), tuple(map(str, years)), "time"),
    )
    structure = Structure(
        label="; ".join(one.name for one in chosen),
        source="; ".join(sorted({one.source.attribution for one in chosen})),
        updated=max((row[9] for row in found), default=None),
        dimensions=dimensions,
    )
    place = {
        "area": {code: index for index, code in enumerate(areas)},
        "sex": {sex.value: index for index, sex in enumerate(sexes)},
        "year": {year: index for index, year in enumerate(years)},
    }
    values = np.full(structure.cells, np.nan)
    statuses: dict[int, str] = {}
    shape = [len(dimension) for dimension in dimensions]
    for pk, code, _name, year, sex, value, status, *_ in found:
        where = (indicators[pk], place["area"][code], place["sex"][sex], place["year"][year])
        cell = int(np.ravel_multi_index(where, shape))
        if value is not None:
            values[cell] = value
        if status != ObservationStatus.OK:
            statuses[cell] = STATUSES[status]
    dataset = write_dataset(Cube(structure, values, statuses))
    return HttpResponse(json.dumps(dataset, ensure_ascii=False), content_type="application/json")
