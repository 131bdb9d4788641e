"""What can go wrong with another system's answer as a whole: a code, a sentence, a remedy, and whether to try again."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from .texts import writable
from .words import gettext_noop as _


class Fault(StrEnum):
    """Codes are kept with the log of a refresh; they do not change."""

    UNREACHABLE = "unreachable"
    TIMEOUT = "timeout"
    SLOW = "slow"
    UNTRUSTED = "untrusted"
    TOO_MANY_REQUESTS = "too_many_requests"
    BROKEN = "broken"
    NOT_FOUND = "not_found"
    GONE = "gone"
    FORBIDDEN = "forbidden"
    REFUSED = "refused"
    OTHER_HOST = "other_host"
    TOO_LARGE = "too_large"
    WEB_PAGE = "web_page"
    CUT_OFF = "cut_off"
    NOT_JSON = "not_json"
    DUPLICATE_KEY = "duplicate_key"
    MISSING_FIELD = "missing_field"
    CHANGED_FIELD = "changed_field"
    REPEATED_PAGE = "repeated_page"
    ENDLESS_PAGES = "endless_pages"
    ROWS_LOST = "rows_lost"
    NOT_ASKED = "not_asked"
    RELEASED = "released"
    UNKNOWN_CODE = "unknown_code"
    CHOICE_NEEDED = "choice_needed"
    TOO_MANY_CELLS = "too_many_cells"
    NOT_A_DATASET = "not_a_dataset"
    SIZE = "size"
    POSITION = "position"
    ENCODING = "encoding"
    SYNTAX = "syntax"


@dataclass(frozen=True)
class Wording:
    """`retryable`: the same question may be answered later, without anybody changing anything."""

    sentence: str
    remedy: str
    retryable: bool


_LATER = _("Försök igen senare. Det som redan är hämtat finns kvar.")
_TELL = _("Källan har ändrat sitt gränssnitt. Kontakta den som sköter Samverka. Tidigare siffror finns kvar.")
_DEFECT = _("Kontakta källan. Tidigare siffror finns kvar.")
_FILE = _("Hämta filen igen från källan.")

WORDINGS: Mapping[Fault, Wording] = {
    Fault.UNREACHABLE: Wording(_("Det går inte att få kontakt med källan."), _LATER, True),
    Fault.TIMEOUT: Wording(_("Källan svarade inte i tid."), _LATER, True),
    Fault.SLOW: Wording(_("Svaret kom så långsamt att hämtningen avbröts efter %(seconds)s sekunder."), _LATER, True),
    Fault.UNTRUSTED: Wording(
        _("Källans certifikat går inte att lita på."),
        _("Kontrollera att serverns klocka och certifikat är rätt, eller kontakta källan."),
        False,
    ),
    Fault.TOO_MANY_REQUESTS: Wording(_("Källan tar inte emot fler frågor just nu."), _LATER, True),
    Fault.BROKEN: Wording(_("Det är fel hos källan (%(status)s)."), _LATER, True),
    Fault.NOT_FOUND: Wording(
        _("Källan hittar inte det som efterfrågades."),
        _("Kontrollera beteckningen. Källan kan ha bytt den."),
        False,
    ),
    Fault.GONE: Wording(
        _("Källan har tagit bort det som efterfrågades."),
        _("Välj en annan indikator eller tabell. Tidigare siffror finns kvar."),
        False,
    ),
    Fault.FORBIDDEN: Wording(_("Källan nekar åtkomst (%(status)s)."), _("Kontakta källan om åtkomst."), False),
    Fault.REFUSED: Wording(_("Källan godtar inte frågan (%(status)s)."), _TELL, False),
    Fault.OTHER_HOST: Wording(
        _("Källan hänvisar till en annan server: %(host)s."),
        _("Kontakta den som sköter Samverka. Samverka följer inte hänvisningar till andra servrar."),
        False,
    ),
    Fault.TOO_LARGE: Wording(_("Svaret är större än %(limit)s byte."), _("Begränsa urvalet och försök igen."), False),
    Fault.WEB_PAGE: Wording(_("Källan svarade med en webbsida i stället för data."), _LATER, True),
    Fault.CUT_OFF: Wording(_("Svaret är avkortat."), _LATER, True),
    Fault.NOT_JSON: Wording(_("Svaret går inte att läsa som JSON."), _LATER, True),
    Fault.DUPLICATE_KEY: Wording(_("Svaret har samma fält två gånger: %(path)s."), _DEFECT, False),
    Fault.MISSING_FIELD: Wording(_("Svaret saknar fältet %(path)s."), _TELL, False),
    Fault.CHANGED_FIELD: Wording(_("Fältet %(path)s har en annan form än väntat."), _TELL, False),
    Fault.REPEATED_PAGE: Wording(_("Källan skickade samma sida två gånger (sida %(page)s)."), _DEFECT, False),
    Fault.ENDLESS_PAGES: Wording(_("Sidorna tar inte slut. Hämtningen avbröts efter %(page)s sidor."), _DEFECT, False),
    Fault.ROWS_LOST: Wording(_("Källan uppger %(expected)s rader men skickade %(found)s."), _LATER, True),
    Fault.NOT_ASKED: Wording(_("Svaret stämmer inte med frågan: %(detail)s."), _TELL, False),
    Fault.RELEASED: Wording(_("Källan publicerade nya siffror under hämtningen."), _("Börja om hämtningen."), True),
    Fault.UNKNOWN_CODE: Wording(
        _("Tabellen har inte %(detail)s."), _("Välj bland tabellens egna värden. De kan ha ändrats."), False
    ),
    Fault.CHOICE_NEEDED: Wording(_("Tabellen kräver ett val för %(detail)s."), _("Välj minst ett värde."), False),
    Fault.TOO_MANY_CELLS: Wording(
        _("Tabellen har %(found)s celler. Gränsen är %(limit)s."), _("Begränsa urvalet och försök igen."), False
    ),
    Fault.NOT_A_DATASET: Wording(_("Detta är ingen tabell i JSON-stat 2."), _FILE, False),
    Fault.SIZE: Wording(_("Tabellen ska ha %(expected)s värden men har %(found)s."), _FILE, False),
    Fault.POSITION: Wording(_("Ett värde ligger utanför tabellen: %(path)s."), _FILE, False),
    Fault.ENCODING: Wording(
        _("Tecknen i filen går inte att läsa som %(detail)s."), _("Spara filen i UTF-8 eller hämta den igen."), False
    ),
    Fault.SYNTAX: Wording(_("Filen går inte att läsa vid rad %(line)s: %(detail)s."), _FILE, False),
}


class SourceError(Exception):
    """An answer, or a file, that cannot be used. Nothing of it has been handed on.

    `sentence` and `remedy` are messages with named placeholders, to be translated and then filled in with `details`.
    `retry_after`: seconds that the source asked for, where it did.
    """

    def __init__(
        self,
        fault: Fault,
        *,
        url: str = "",
        retry_after: float | None = None,
        is_retryable: bool | None = None,
        **details: object,
    ) -> None:
        wording = WORDINGS[fault]
        self.code = fault.value
        self.fault = fault
        self.sentence = wording.sentence
        self.remedy = wording.remedy
        self.is_retryable = wording.retryable if is_retryable is None else is_retryable
        self.details = {name: writable(said) if isinstance(said, str) else said for name, said in details.items()}
        self.url = url
        self.retry_after = retry_after
        super().__init__(self.sentence % details)
