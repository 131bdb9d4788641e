"""Rows and files that are refused: where, what, why, and how to mend it."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import polars as pl
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from samverka.statistics.enums import Fault

SHOWN_TEXT = 120
"""Characters of an offending line that are shown."""

REMEDIES: dict[Fault, Promise] = {
    Fault.UNREADABLE: _("Kontrollera att filen finns och att den som kör kommandot får läsa den."),
    Fault.EMPTY: _("Hämta filen igen från källan."),
    Fault.BINARY: _("Spara tabellen som CSV (kommaseparerad text) och försök igen."),
    Fault.ENCODING: _("Spara filen som CSV i UTF-8."),
    Fault.NAME: _("Döp filen till indikatorns beteckning, till exempel N03921.csv."),
    Fault.HEADER: _("Skriv första raden så här: %(detail)s"),
    Fault.SEMICOLONS: _("Spara med komma mellan fälten och decimalpunkt i talen."),
    Fault.QUOTES: _("Ta bort citattecknen eller avsluta dem på samma rad."),
    Fault.LINE: _("Kontrollera att varje rad slutar med en radbrytning."),
    Fault.COLUMNS: _("Raden ska ha %(detail)s fält med komma mellan."),
    Fault.TRUNCATED: _(
        "Hämta filen igen. Är den ändå hel? Lägg till det som saknas, och en radbrytning efter sista raden."
    ),
    Fault.SHORT: _("Definitionerna anger %(detail)s rader. Hämta filen igen. Ska den vara kortare? Läs in den ensam."),
    Fault.AREA: _(
        "Skriv kommunens fyra siffror, som 0180. 0000 är riket och 0010 Blekinge län. Behåll nollan i början."
    ),
    Fault.YEAR: _("Skriv ett årtal mellan %(detail)s."),
    Fault.SEX: _("Skriv T för alla, K för kvinnor eller M för män."),
    Fault.DECIMAL_COMMA: _("Skriv talet med decimalpunkt, som 8.5."),
    Fault.NOT_A_NUMBER: _("Skriv bara siffror, med decimalpunkt. Lämna fältet tomt om värdet saknas."),
    Fault.NOT_FINITE: _("Skriv talet, eller lämna fältet tomt om värdet saknas."),
    Fault.STATUS: _("Skriv Missing, Suppressed eller Preliminary, eller lämna fältet tomt."),
    Fault.STATUS_VALUE: _("Missing och Suppressed har inget värde. Preliminary har alltid ett."),
    Fault.DUPLICATE: _("Samma kommun, år och kön står på rad %(detail)s. Behåll en av raderna."),
    Fault.KEY: _("Skriv källans beteckning, till exempel N03921, en gång för varje indikator."),
    Fault.TITLE: _("Skriv indikatorns namn med högst 300 tecken."),
    Fault.GENDERS: _("Skriv T, eller KMT när kvinnor och män redovisas var för sig."),
    Fault.NO_DEFINITION: _("Läs in filen med definitioner (kpis.csv) först, och sedan den här."),
    Fault.TOO_WIDE: _("Ta bort kolumner som inte behövs: högst %(detail)s får plats i en fil."),
    Fault.TOO_LONG: _("Dela upp filen: högst %(detail)s rader får plats i en."),
    Fault.WORKBOOK: _("Ta bort lösenordet om det finns ett, spara som .xlsx eller CSV och försök igen."),
    Fault.NOT_A_TABLE: _("Hämta tabellen igen från källan, som JSON-stat 2 eller PX."),
    Fault.CHOICE: _("Välj hos källan en enda kategori av allt utom område, år och kön, och hämta tabellen igen."),
    Fault.CELL: _("Rätta eller välj bort den hos källan, och hämta tabellen igen."),
    Fault.COLUMN: _("Välj vilken kolumn som är område, år och värde."),
}


@dataclass(frozen=True)
class Rejection:
    """One thing that is wrong. `line` counts from 1 with the header; None means the whole file."""

    line: int | None
    text: str
    fault: Fault
    detail: str = ""

    @property
    def reason(self) -> str:
        return str(self.fault.label)

    @property
    def remedy(self) -> str:
        return str(REMEDIES[self.fault]) % {"detail": self.detail}


class Rejections:
    """All that is wrong with a file. Kept as columns: a bad file may have millions of bad rows."""

    COLUMNS = {"line": pl.Int64, "text": pl.String, "fault": pl.String, "detail": pl.String}

    def __init__(self, frame: pl.DataFrame) -> None:
        self._frame = frame

    @classmethod
    def of(cls, rejections: Iterable[Rejection] = ()) -> "Rejections":
        rows = [(r.line, r.text[:SHOWN_TEXT], r.fault.value, r.detail) for r in rejections]
        return cls(pl.DataFrame(rows, schema=cls.COLUMNS, orient="row"))

    def __len__(self) -> int:
        return self._frame.height

    def __iter__(self) -> Iterator[Rejection]:
        for line, text, fault, detail in self._frame.iter_rows():
            yield Rejection(line, text, Fault(fault), detail)

    def first(self, count: int) -> list[Rejection]:
        return list(Rejections(self._frame.head(count)))
