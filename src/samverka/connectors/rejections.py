"""Rows that are refused one by one while the rest of the answer is good: which, and why."""

from dataclasses import dataclass
from enum import StrEnum

from .texts import writable
from .words import gettext_noop as _

SHOWN_TEXT = 160
"""Characters of a refused row that are kept."""
LARGEST = 1e300
"""No measurement reaches so far from zero. What does is refused like infinity, which it would soon be added up to."""


class Reason(StrEnum):
    """Codes are kept with the log of a refresh; they do not change."""

    NOT_ASKED = "not_asked"
    UNKNOWN_AREA = "unknown_area"
    UNKNOWN_GENDER = "unknown_gender"
    UNKNOWN_STATUS = "unknown_status"
    STATUS_VALUE = "status_value"
    NOT_A_NUMBER = "not_a_number"
    NOT_FINITE = "not_finite"
    YEAR = "year"
    DATE = "date"
    EMPTY = "empty"
    TYPE = "type"
    TOO_LONG = "too_long"
    DUPLICATE = "duplicate"
    CONFLICT = "conflict"


WORDS: dict[Reason, str] = {
    Reason.NOT_ASKED: _("hör inte till frågan"),
    Reason.UNKNOWN_AREA: _("okänd kommun eller region"),
    Reason.UNKNOWN_GENDER: _("okänt kön"),
    Reason.UNKNOWN_STATUS: _("okänd status"),
    Reason.STATUS_VALUE: _("värde och status går inte ihop"),
    Reason.NOT_A_NUMBER: _("värdet är inte ett tal"),
    Reason.NOT_FINITE: _("värdet är inte ett ändligt tal"),
    Reason.YEAR: _("orimligt år"),
    Reason.DATE: _("datumet går inte att läsa"),
    Reason.EMPTY: _("beteckningen eller namnet är tomt"),
    Reason.TYPE: _("okänd typ"),
    Reason.TOO_LONG: _("beteckningen är för lång"),
    Reason.DUPLICATE: _("samma rad kommer två gånger"),
    Reason.CONFLICT: _("samma rad kommer två gånger med olika innehåll"),
}
"""The reason in Swedish, to be translated by whoever shows it."""


@dataclass(frozen=True)
class Rejection:
    """One refused row. `path`: where it stands in the answer or the file; `text`: what stands there, cut short."""

    reason: Reason
    path: str
    text: str


def rejected(reason: Reason, path: str, found: object) -> Rejection:
    """A rejection that shows what was found."""
    text = found if isinstance(found, str) else repr(found)
    return Rejection(reason, writable(path), writable(text[:SHOWN_TEXT]))
