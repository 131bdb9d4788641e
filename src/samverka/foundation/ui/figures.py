"""How one value is written, on the screen as in the report: the number, or the word for why there is none."""

from decimal import ROUND_HALF_UP, Decimal
from enum import StrEnum

from django.utils.formats import number_format
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


class Presence(StrEnum):
    """Whether there is a number, and if not, why. None of these is zero."""

    OK = "ok"
    PRELIMINARY = "preliminary"
    MISSING = "missing"
    NOT_REPORTED = "not_reported"
    SUPPRESSED = "suppressed"
    NOT_JOINED = "not_joined"
    DECLINED = "declined"


NO_BREAK_SPACE = "\u00a0"
MINUS = "\u2212"

# The mark before the word, and the word. The mark is for the eye; the word says it all.
ABSENCE: dict[Presence, tuple[str, Promise]] = {
    Presence.MISSING: ("", _("saknas")),
    Presence.NOT_REPORTED: ("…", _("inväntas")),
    Presence.SUPPRESSED: ("⋯", _("för få")),
    Presence.NOT_JOINED: ("○", _("ej med")),
    Presence.DECLINED: ("–", _("avböjt")),
}

ABSENCE_EXPLAINED: dict[Presence, Promise] = {
    Presence.MISSING: _("Källan har ingen uppgift."),
    Presence.NOT_REPORTED: _("Uppgiften är inte rapporterad än."),
    Presence.SUPPRESSED: _("Uppgiften visas inte, för den rör för få personer."),
    Presence.NOT_JOINED: _("Parten är inte med i den här delen."),
    Presence.DECLINED: _("Parten har tackat nej."),
}


def presence_of(value: object, status: str) -> Presence:
    """The status as a Presence; a value that is absent without a stated reason is missing, never zero.

    Raises:
        ValueError: no such status.
    """
    presence = Presence(str(status or Presence.OK))
    if value is None and presence in {Presence.OK, Presence.PRELIMINARY}:
        return Presence.MISSING
    return presence


def number_text(value: float | Decimal, decimals: int = 0, *, signed: bool = False) -> str:
    """The number in the reader's language: 12 345,6 in Swedish, 12 345.6 in English, with a true minus sign.

    Halves are rounded away from zero, on the decimal digits that the source wrote: 2.675 becomes 2.68.
    """
    exact = value if isinstance(value, Decimal) else Decimal(str(value))
    rounded = exact.quantize(Decimal(1).scaleb(-decimals), rounding=ROUND_HALF_UP)
    text = number_format(abs(rounded), decimal_pos=decimals, use_l10n=True, force_grouping=True)
    if rounded < 0:
        return MINUS + text
    return f"+{text}" if signed and rounded > 0 else text


def figure_text(value: float | Decimal | None, *, unit: str = "", status: str = Presence.OK, decimals: int = 1) -> str:
    """The same as the `figure` tag, as plain text: for reports, alternative texts and files."""
    presence = presence_of(value, status)
    if value is None or presence in ABSENCE:
        mark, word = ABSENCE[presence]
        return f"{mark} {word}".strip()
    text = number_text(value, decimals)
    if unit:
        text += NO_BREAK_SPACE + unit
    return f"{text} ({_('preliminärt')})" if presence is Presence.PRELIMINARY else text
