"""A table's rows as figures, and each cell that cannot be one: where it stands, why, and how to mend it."""

import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import polars as pl
from django.utils.translation import gettext_lazy as _

from samverka.statistics.enums import Fault, ObservationStatus, Sex
from samverka.statistics.services.cubes import FRAME
from samverka.statistics.services.reading import EARLIEST_YEAR, LARGEST
from samverka.statistics.services.rejections import REMEDIES
from samverka.territory.enums import MADE_OF_MUNICIPALITIES
from samverka.territory.models import Area

from .columns import Columns, Role
from .sheets import Sheet

_SEXES = {
    Sex.TOTAL: ("", "t", "alla", "totalt", "samtliga", "total", "båda"),
    Sex.WOMEN: ("k", "kvinnor", "kvinna", "women", "flickor"),
    Sex.MEN: ("m", "män", "man", "men", "pojkar"),
}
_SEX_OF = {word: sex for sex, words in _SEXES.items() for word in words}
_STATUSES = {
    ObservationStatus.OK: ("", "ok", "publicerad"),
    ObservationStatus.PRELIMINARY: ("preliminär", "preliminary", "prel", "prel.", "p"),
    ObservationStatus.MISSING: ("saknas", "missing"),
    ObservationStatus.SUPPRESSED: ("för få", "suppressed", "sekretess"),
}
_STATUS_OF = {word: status for status, words in _STATUSES.items() for word in words}
_ABSENT = {
    **dict.fromkeys(("", "-", "–", ".", "..", "saknas"), ObservationStatus.MISSING),
    **dict.fromkeys(("för få", "x", "⋯"), ObservationStatus.SUPPRESSED),
}
_NUMBER = re.compile(r"[-−]?\d+([.,]\d+)?([eE][+-]?\d{1,3})?")
_SPACES = re.compile(r"[\s\u00a0\u202f']")


_REMEDIES = {
    Fault.AREA: _("Skriv områdets namn eller kod, som Karlskrona eller 1080."),
    Fault.NOT_A_NUMBER: _("Skriv bara ett tal, som 12,5. Lämna fältet tomt om värdet saknas."),
}
"""Where people's own tables may be written in more ways than the files of a source."""


@dataclass(frozen=True)
class CellFault:
    """A cell that cannot be used. `line` and `column` are the file's own; None is the whole file."""

    line: int | None
    column: str
    text: str
    fault: Fault
    detail: str = ""

    @property
    def reason(self) -> str:
        return str(self.fault.label)

    @property
    def remedy(self) -> str:
        return str(_REMEDIES.get(self.fault) or REMEDIES[self.fault]) % {"detail": self.detail}


@dataclass(frozen=True)
class Read:
    """What a file holds. `frame` is empty when anything was wrong: half a file cannot be told from a whole one."""

    frame: pl.DataFrame = field(repr=False, default_factory=lambda: pl.DataFrame(schema=FRAME))
    faults: Sequence[CellFault] = ()
    rows: int = 0


def areas_by_word() -> dict[str, int]:
    """Codes, with and without the zeros that Excel takes away, and names, in small letters → key. One query.

    A name that two areas share stands for neither; but what a county calls its nodes, or a labour market is called,
    takes no name from anybody.
    """
    codes: dict[str, int] = {}
    official: dict[str, set[int]] = {}
    made: dict[str, set[int]] = {}
    for key, code, name, kind in Area.objects.values_list("pk", "code", "name", "kind"):
        codes |= {word.lower(): key for word in (code, code.zfill(4))}
        (made if kind in MADE_OF_MUNICIPALITIES else official).setdefault(name.lower(), set()).add(key)
    names = {word: min(keys) for word, keys in (made | official).items() if len(keys) == 1}
    return names | codes


def read_rows(sheet: Sheet, columns: Columns, *, areas: Mapping[str, int], latest_year: int) -> Read:
    """The rows of a sheet as figures. Rows without a value and without a status are not yet filled in: left out."""
    faults: list[CellFault] = []
    rows: list[tuple[int, int, str, float | None, int]] = []
    seen: dict[tuple[int, int, str], int] = {}

    def wrong(line: int, role: Role, text: str, fault: Fault, detail: str = "") -> None:
        faults.append(CellFault(line, sheet.head[columns[role]] or str(columns[role] + 1), text[:120], fault, detail))

    for line, cells in sheet.rows:

        def cell(role: Role, cells: Sequence[str] = cells) -> str:
            place = columns.get(role)
            return cells[place].strip() if place is not None and place < len(cells) else ""

        value, status = cell(Role.VALUE), cell(Role.STATUS)
        if not value and not status:
            continue
        area = _area(cell(Role.AREA), areas)
        year = _year(cell(Role.YEAR), latest_year)
        sex = _SEX_OF.get(cell(Role.SEX).lower())
        number, presence, fault = _value(value, status)
        if area is None:
            wrong(line, Role.AREA, cell(Role.AREA), Fault.AREA)
        if year is None:
            wrong(line, Role.YEAR, cell(Role.YEAR), Fault.YEAR, f"{EARLIEST_YEAR}–{latest_year}")
        if sex is None:
            wrong(line, Role.SEX, cell(Role.SEX), Fault.SEX)
        if fault is not None:
            role = Role.STATUS if fault in (Fault.STATUS, Fault.STATUS_VALUE) and Role.STATUS in columns else Role.VALUE
            wrong(line, role, cell(role), fault)
        if area is None or year is None or sex is None or fault is not None:
            continue
        if (area, year, sex) in seen:
            wrong(line, Role.AREA, cell(Role.AREA), Fault.DUPLICATE, str(seen[area, year, sex]))
            continue
        seen[area, year, sex] = line
        rows.append((area, year, sex.value, number, presence.value))
    if faults:
        return Read(faults=faults, rows=len(sheet.rows))
    return Read(frame=pl.DataFrame(rows, schema=FRAME, orient="row"), rows=len(rows))


def _area(text: str, areas: Mapping[str, int]) -> int | None:
    plain = text.lower()
    if plain.isdecimal() and len(plain) < 4:
        # Excel has taken the zeros: 180 is 0180. Two digits are a county with or without them.
        return areas.get(plain.zfill(2)) if len(plain) <= 2 else areas.get(plain.zfill(4))
    return areas.get(plain) or areas.get(plain.removesuffix(" kommun").removesuffix("s"))


def _year(text: str, latest: int) -> int | None:
    year = int(text) if re.fullmatch(r"\d{4}", text) else None
    return year if year is not None and EARLIEST_YEAR <= year <= latest else None


def _value(value: str, status: str) -> tuple[float | None, ObservationStatus, Fault | None]:
    """The number, why it looks as it does, and what is wrong. A Swedish comma is a decimal point."""
    stated = _STATUS_OF.get(status.lower())
    if stated is None:
        return None, ObservationStatus.MISSING, Fault.STATUS
    absent = _ABSENT.get(value.lower())
    if absent is not None:
        if stated is ObservationStatus.PRELIMINARY or (stated is ObservationStatus.OK and status):
            return None, absent, Fault.STATUS_VALUE
        return None, stated if status else absent, None
    plain = _SPACES.sub("", value).removesuffix("%")
    if not _NUMBER.fullmatch(plain):
        finite = plain.lower().lstrip("+-") not in ("nan", "inf", "infinity", "∞")
        return None, ObservationStatus.MISSING, Fault.NOT_A_NUMBER if finite else Fault.NOT_FINITE
    number = float(plain.replace(",", ".").replace("−", "-"))
    if not math.isfinite(number) or abs(number) >= LARGEST:
        return None, ObservationStatus.MISSING, Fault.NOT_FINITE
    if stated in (ObservationStatus.MISSING, ObservationStatus.SUPPRESSED):
        return None, stated, Fault.STATUS_VALUE
    return number, stated, None
