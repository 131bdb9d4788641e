"""A template to fill an organisation's measurements in: its areas, years, women and men, and what is known already."""

import csv
import io
from collections.abc import Iterator, Sequence

from django.utils.translation import gettext as _

from samverka.statistics.enums import ObservationStatus, Sex
from samverka.statistics.models import Indicator
from samverka.statistics.queries import Figure, series_of
from samverka.territory.models import Area

YEARS = 5
"""So many years stand in the template, the newest last."""
HEAD = ("kod", "område", "år", "kön", "värde", "status")
"""The file's own column names; they are Swedish in both languages, for they are what the reader knows them by."""
SEX_WORDS = {Sex.TOTAL: "alla", Sex.WOMEN: "kvinnor", Sex.MEN: "män"}
STATUS_WORDS = {
    ObservationStatus.OK: "",
    ObservationStatus.PRELIMINARY: "preliminär",
    ObservationStatus.MISSING: "saknas",
    ObservationStatus.SUPPRESSED: "för få",
}
Row = tuple[str, str, int, str, float | None, str]


def template_xlsx(indicator: Indicator, areas: Sequence[Area], *, last_year: int) -> bytes:
    """A workbook: the table to fill in, and a sheet that says how."""
    import xlsxwriter  # a large library, which few processes need

    file = io.BytesIO()
    with xlsxwriter.Workbook(file, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}) as book:
        head = book.add_format({"bold": True, "bottom": 1})
        field = book.add_format({"bg_color": "#f6f5f1", "border": 1, "border_color": "#d9d7d0"})
        sheet = book.add_worksheet(_("Siffror"))
        for column, name in enumerate(HEAD):
            sheet.write_string(0, column, name, head)
        last = 0
        for last, row in enumerate(_rows(indicator, areas, last_year), start=1):
            code, name, year, sex, value, status = row
            sheet.write_string(last, 0, code)
            sheet.write_string(last, 1, name)
            sheet.write_number(last, 2, year)
            sheet.write_string(last, 3, sex)
            if value is None:
                sheet.write_blank(last, 4, None, field)
            else:
                sheet.write_number(last, 4, value, field)
            sheet.write_string(last, 5, status, field)
        words = [word for word in STATUS_WORDS.values() if word]
        sheet.data_validation(1, 5, max(last, 1), 5, {"validate": "list", "source": words, "ignore_blank": True})
        sheet.freeze_panes(1, 0)
        for column, width in enumerate((8, 22, 7, 10, 12, 14)):
            sheet.set_column(column, column, width)
        _explain(book.add_worksheet(_("Så gör du")), indicator)
    return file.getvalue()


def template_csv(indicator: Indicator, areas: Sequence[Area], *, last_year: int) -> bytes:
    """The same table as text with semicolons, as Swedish Excel opens it."""
    file = io.StringIO()
    writer = csv.writer(file, delimiter=";", lineterminator="\r\n")
    writer.writerow(HEAD)
    for code, name, year, sex, value, status in _rows(indicator, areas, last_year):
        writer.writerow([code, name, year, sex, "" if value is None else repr(value).replace(".", ","), status])
    return ("\ufeff" + file.getvalue()).encode()


def _explain(sheet: object, indicator: Indicator) -> None:
    lines = [
        indicator.name,
        _("Skriv värdet i kolumnen värde. Lämna det tomt där ni inte har mätt än: sådana rader hoppas över."),
        _("Saknas ett värde, skriv saknas i kolumnen status. Är det för få personer för att visas, skriv för få."),
        _("Är värdet preliminärt, skriv preliminär i kolumnen status."),
        _("Du kan ta bort rader och lägga till fler år. Ändra inte den första raden."),
    ]
    if indicator.unit:
        lines.insert(1, _("Enhet: %(unit)s.") % {"unit": indicator.unit})
    for row, line in enumerate(lines):
        sheet.write_string(row, 0, line)  # type: ignore[attr-defined]  # xlsxwriter has no types
    sheet.set_column(0, 0, 100)  # type: ignore[attr-defined]  # the same


def _rows(indicator: Indicator, areas: Sequence[Area], last_year: int) -> Iterator[Row]:
    years = range(last_year - YEARS + 1, last_year + 1)
    sexes = list(Sex) if indicator.by_sex else [Sex.TOTAL]
    series = series_of(indicator, area_ids=[area.pk for area in areas], from_year=years[0])
    known: dict[tuple[int, Sex, int], Figure] = {
        (area, sex, figure.year): figure for (area, sex), figures in series.items() for figure in figures
    }
    for area in areas:
        for year in years:
            for sex in sexes:
                figure = known.get((area.pk, sex, year))
                value, status = (figure.value, STATUS_WORDS[figure.status]) if figure else (None, "")
                yield area.code, area.name, year, SEX_WORDS[sex], value, status
