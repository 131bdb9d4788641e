"""The figures behind a chart as a table: for the page, for files."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from django.utils import timezone
from django.utils.translation import gettext as _

from samverka.foundation.ui.chart_files import Cell, Sheet
from samverka.picture.wording import chart_title
from samverka.statistics.enums import Sex
from samverka.statistics.queries import Figure

if TYPE_CHECKING:
    from . import Shown

COLUMNS = 6


def sheet_of(shown: "Shown") -> Sheet:
    """One row for each figure. A figure without a value is empty, with its status in words."""
    indicator, extraction = shown.found.indicator, shown.found.extraction
    rows: list[list[Cell]] = list(_over_time(shown) if shown.kind.value in ("tid", "delar") else _in_a_year(shown))
    return Sheet(
        title=chart_title(shown.kind.value, shown.found, shown.sex, shown.around),
        columns=[_("områdeskod"), _("område"), _("år"), _("kön"), indicator.unit or _("värde"), _("status")],
        rows=rows,
        source=f"{indicator.source} {indicator.source_key}",
        extracted=timezone.localdate(extraction.extracted_at) if extraction else None,
    )


def _over_time(shown: "Shown") -> Iterator[list[Cell]]:
    found = shown.found
    areas = [found.area, *found.beside.wider]
    if shown.kind.value == "delar" and shown.parts is not None:
        for area in shown.parts.areas:
            for figure in shown.parts.of(area):
                yield _row(area.code, area.name, figure, Sex.TOTAL)
        areas = [found.area]
    for area in areas:
        for sex in Sex:
            for figure in found.of(area, sex):
                yield _row(area.code, area.name, figure, sex)
    if shown.kind.value == "tid":
        for figure in found.similar:
            yield _row("", _("genomsnittet av liknande kommuner"), figure, Sex.TOTAL)


def _in_a_year(shown: "Shown") -> Iterator[list[Cell]]:
    year = shown.found.year
    for place in shown.places:
        figure = Figure(year or 0, place.value, place.status)
        yield _row(place.code, place.name, figure, shown.sex)
    if not shown.places and shown.parts is not None:
        for area in shown.parts.areas:
            for figure in shown.parts.of(area, shown.sex):
                if figure.year == year:
                    yield _row(area.code, area.name, figure, shown.sex)


def _row(code: str, name: str, figure: Figure, sex: Sex) -> list[Cell]:
    return [code, name, figure.year, str(sex.label), figure.value, str(figure.status.label)]
