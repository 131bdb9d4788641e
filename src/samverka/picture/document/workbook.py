"""A snapshot as a workbook: a sheet for each focus area, notes, and where every figure comes from.

Figures are numbers and what is missing is words, so that a sum takes neither for the other. Nothing that people have
written is read as a formula.
"""

import io
import re
from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from samverka.foundation.ui.figures import ABSENCE, Presence, presence_of
from samverka.foundation.ui.templatetags.ui import SEX_WORDS
from samverka.picture.content.frozen import FrozenIndicator, focuses_of, thaw
from samverka.picture.content.gathering import Content
from samverka.picture.content.wording import SEX_KEYS, kind_word, note_place
from samverka.statistics.enums import ObservationStatus, Sex
from samverka.statistics.queries import Figure

_FORBIDDEN = re.compile(r"[\[\]:*?/\\]")
_LONGEST_NAME = 31
_ENDS = " '"
"""What a sheet's name may not begin or end with."""
_FIXED = 5


def workbook(content: Content) -> bytes:
    """The workbook in the active language."""
    import xlsxwriter  # a large library, which few processes need

    file = io.BytesIO()
    taken = datetime.fromisoformat(content["picture"]["taken_at"])
    with xlsxwriter.Workbook(
        file, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    ) as book:
        # The file's own date is the snapshot's: the same content is the same bytes.
        book.set_properties({"title": content["picture"]["title"], "created": taken.replace(tzinfo=None)})
        styles = _Styles(book)
        names: set[str] = set()
        for focus in focuses_of(content):
            if focus.indicators:
                sheet = book.add_worksheet(_sheet_name(focus.title or _("Övrigt"), names))
                _figures(sheet, styles, focus.indicators)
        if content["notes"]:
            _notes(book.add_worksheet(_sheet_name(_("Anteckningar"), names)), styles, content)
        _sources(book.add_worksheet(_sheet_name(_("Källor"), names)), styles, content)
    return file.getvalue()


class _Styles:
    def __init__(self, book: Any) -> None:
        self.head = book.add_format({"bold": True, "bottom": 1, "text_wrap": True, "valign": "bottom"})
        self.strong = book.add_format({"bold": True})
        self.text = book.add_format({"valign": "top"})
        self.wrapped = book.add_format({"text_wrap": True, "valign": "top"})
        self.absent = book.add_format({"italic": True, "align": "right", "font_color": "#565c64"})
        self._numbers = {
            (decimals, preliminary): book.add_format(
                {"num_format": "#,##0" + (f".{'0' * decimals}" if decimals else ""), "italic": preliminary}
            )
            for decimals in range(3)
            for preliminary in (False, True)
        }

    def number(self, decimals: int, *, preliminary: bool) -> Any:
        return self._numbers[min(decimals, 2), preliminary]


def _figures(sheet: Any, styles: _Styles, indicators: Sequence[FrozenIndicator]) -> None:
    """A row for each indicator, area and sex; a column for each year."""
    years = sorted({year for indicator in indicators for year in indicator.years})
    heads = [_("Indikator"), _("Enhet"), _("Område"), _("Kod"), _("Kön"), *map(str, years)]
    for column, head in enumerate(heads):
        if column < _FIXED:
            sheet.write_string(0, column, head, styles.head)
        else:
            sheet.write_number(0, column, years[column - _FIXED], styles.head)
    for row, (indicator, area, code, sex, figures) in enumerate(_rows(indicators), start=1):
        told = [indicator.name, indicator.unit, area, code, str(SEX_WORDS[SEX_KEYS[sex]])]
        for column, text in enumerate(told):
            sheet.write_string(row, column, text, styles.text)
        for column, year in enumerate(years, start=_FIXED):
            _write(sheet, row, column, styles, figures.get(year), indicator.decimals)
    sheet.freeze_panes(1, _FIXED)
    sheet.autofilter(0, 0, max(row for row, _ in enumerate(_rows(indicators), start=1)), len(heads) - 1)
    for column, width in enumerate((48, 12, 18, 7, 9)):
        sheet.set_column(column, column, width)
    sheet.set_column(_FIXED, len(heads) - 1, 11)


def _rows(indicators: Sequence[FrozenIndicator]) -> Iterator[tuple[FrozenIndicator, str, str, Sex, dict[int, Figure]]]:
    for indicator in indicators:
        for area in indicator.shown_areas:
            for sex in Sex:
                figures = indicator.series.get((area.code, sex))
                if figures:
                    yield indicator, area.name, area.code, sex, {figure.year: figure for figure in figures}


def _write(sheet: Any, row: int, column: int, styles: _Styles, figure: Figure | None, decimals: int) -> None:
    """A number as a number; why there is none as words; nothing where the source has no row."""
    if figure is None:
        return
    presence = presence_of(figure.value, ObservationStatus(figure.status).presence)
    if figure.value is None:
        sheet.write_string(row, column, str(ABSENCE[presence][1]), styles.absent)
        return
    preliminary = presence is Presence.PRELIMINARY
    sheet.write_number(row, column, figure.value, styles.number(decimals, preliminary=preliminary))
    if preliminary:
        sheet.write_comment(row, column, _("Preliminär uppgift: källan kan ändra den."))


def _notes(sheet: Any, styles: _Styles, content: Content) -> None:
    heads = [_("Anteckning"), _("Slag"), _("Står vid"), _("Källa"), _("Länk"), _("Skriven")]
    for column, head in enumerate(heads):
        sheet.write_string(0, column, head, styles.head)
    for row, note in enumerate(content["notes"], start=1):
        written = date_format(timezone.localtime(datetime.fromisoformat(note["written_at"])), "SHORT_DATE_FORMAT")
        told = [note["text"], kind_word(note), note_place(content, note), note["source_name"], note["source_url"]]
        for column, text in enumerate([*told, written]):
            sheet.write_string(row, column, text or "", styles.wrapped)
    for column, width in enumerate((80, 22, 40, 30, 40, 12)):
        sheet.set_column(column, column, width)


def _sources(sheet: Any, styles: _Styles, content: Content) -> None:
    """What the picture is and when it was frozen; then each indicator's source, definition and extraction."""
    picture, collaboration = content["picture"], content["collaboration"]
    taken = date_format(timezone.localtime(datetime.fromisoformat(picture["taken_at"])), "DATETIME_FORMAT")
    lines = [
        picture["title"],
        collaboration["name"],
        _("Fryst %(moment)s. Siffrorna är de som gällde då och ändras inte.") % {"moment": taken},
        _("En siffra som saknas är inte noll. Kursiva tal är preliminära."),
    ]
    for row, line in enumerate(lines):
        sheet.write_string(row, 0, line, styles.strong if row == 0 else styles.text)
    top = len(lines) + 1
    heads = [
        _("Indikator"),
        _("Källa"),
        _("Beteckning"),
        _("Uttag"),
        _("Källans utgåva"),
        _("Definitionens version"),
        _("Definition"),
        _("Webbplats"),
    ]
    for column, head in enumerate(heads):
        sheet.write_string(top, column, head, styles.head)
    for row, indicator in enumerate(thaw(content), start=top + 1):
        frozen, extraction = indicator.frozen, indicator.frozen["extraction"] or {}
        told = [
            indicator.name,
            frozen["source"]["attribution"] or frozen["source"]["name"],
            frozen["source_key"],
            _day(extraction.get("extracted_at")),
            _day(extraction.get("released_at")),
        ]
        for column, text in enumerate(told):
            sheet.write_string(row, column, text, styles.text)
        sheet.write_number(row, 5, frozen["version"], styles.text)
        sheet.write_string(row, 6, frozen["definition"] or "", styles.wrapped)
        sheet.write_string(row, 7, frozen["source"]["website"] or "", styles.text)
    for column, width in enumerate((48, 24, 14, 12, 14, 12, 80, 28)):
        sheet.set_column(column, column, width)


def _day(moment: str | None) -> str:
    return timezone.localdate(datetime.fromisoformat(moment)).isoformat() if moment else ""


def _sheet_name(wanted: str, taken: set[str]) -> str:
    """A name that a workbook can have, once: 31 characters, none of those that it forbids."""
    plain = _FORBIDDEN.sub(" ", wanted).strip(_ENDS) or "-"
    name, number = plain[:_LONGEST_NAME].strip(_ENDS), 1
    while name.lower() in taken or name.lower() == "history":
        number += 1
        name = f"{plain[: _LONGEST_NAME - len(str(number)) - 1].strip()} {number}"
    taken.add(name.lower())
    return name
