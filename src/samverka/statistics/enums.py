from typing import Final

from django.db.models import IntegerChoices, TextChoices
from django.utils.translation import gettext_lazy as _

from samverka_engine.series.verdict import Status

JOB_KIND: Final = "import-statistics"
REFRESH_KIND: Final = "refresh-statistics"


class Polarity(TextChoices):
    """Which way is good. Values are those of `samverka_engine.series.verdict.Polarity`."""

    LOWER = "lower_is_better", _("lägre är bättre")
    HIGHER = "higher_is_better", _("högre är bättre")
    NONE = "none", _("varken eller")


class Sex(TextChoices):
    """Codes as Kolada and Statistics Sweden publish them."""

    TOTAL = "T", _("totalt")
    WOMEN = "K", _("kvinnor")
    MEN = "M", _("män")


class ObservationStatus(IntegerChoices):
    """Why a value looks as it does. Missing and suppressed have no value; they are never zero."""

    OK = 0, _("publicerad")
    PRELIMINARY = 1, _("preliminär")
    MISSING = 2, _("saknas")
    SUPPRESSED = 3, _("för få")

    @property
    def presence(self) -> str:
        """The word by which the interface's `figure` tag knows it."""
        return self.name.lower()


ENGINE_STATUS: Final = {status: Status[status.name] for status in ObservationStatus}
"""The engine's word for what the source says."""


class IndicatorKind(TextChoices):
    """Where an indicator's figures come from."""

    PUBLISHED = "published", _("publicerad av källan")
    DERIVED = "derived", _("räknas fram ur andra")
    MEASURED = "measured", _("egen mätning")


class Measure(TextChoices):
    """What the values are, and so what may be done with them. Values are those of the engine's `aggregate.Measure`."""

    COUNT = "count", _("antal")
    RATIO = "ratio", _("andel eller kvot")
    OTHER = "other", _("annat")
    CODE = "code", _("kod för ett svar")


class Recipe(TextChoices):
    """How an indicator is counted out of others."""

    RATE = "rate", _("kvot: den ena delad med den andra")
    GAP = "gap", _("skillnad: den ena minus den andra")
    SEX_GAP = "sex_gap", _("skillnad mellan kvinnor och män")
    INDEX = "index", _("index: ett år är 100")


class RefreshState(TextChoices):
    """How a run of fetching from a source stands."""

    RUNNING = "running", _("pågår")
    FINISHED = "finished", _("klar")
    FAILED = "failed", _("avbruten av fel")
    CANCELLED = "cancelled", _("avbruten")


class ComparisonKind(TextChoices):
    """Who says that the areas are comparable."""

    SIMILAR = "similar", _("liknande kommuner")
    KOLADA = "kolada", _("Koladas grupp")
    OWN = "own", _("eget urval")


class Fault(TextChoices):
    """What is wrong with a file of figures, or a row in it. `services.rejections` says how to mend it."""

    UNREADABLE = "unreadable", _("filen går inte att läsa")
    EMPTY = "empty", _("filen är tom")
    BINARY = "binary", _("filen är inte en textfil")
    ENCODING = "encoding", _("tecknen är inte UTF-8")
    NAME = "name", _("filnamnet är ingen beteckning på en indikator")
    HEADER = "header", _("fel rubrikrad")
    SEMICOLONS = "semicolons", _("semikolon mellan fälten")
    QUOTES = "quotes", _("citattecken som inte går ihop")
    LINE = "line", _("raden är orimligt lång")
    COLUMNS = "columns", _("fel antal fält")
    TRUNCATED = "truncated", _("filen är avkortad")
    SHORT = "short", _("rader saknas")
    AREA = "area", _("okänd kommun")
    YEAR = "year", _("orimligt år")
    SEX = "sex", _("okänt kön")
    DECIMAL_COMMA = "decimal_comma", _("decimalkomma")
    NOT_A_NUMBER = "not_a_number", _("värdet är inte ett tal")
    NOT_FINITE = "not_finite", _("värdet är inte ett ändligt tal")
    STATUS = "status", _("okänd status")
    STATUS_VALUE = "status_value", _("värde och status går inte ihop")
    DUPLICATE = "duplicate", _("raden finns redan i filen")
    KEY = "key", _("beteckningen saknas eller går inte att använda")
    TITLE = "title", _("namnet saknas eller är för långt")
    GENDERS = "genders", _("okänd uppdelning på kön")
    NO_DEFINITION = "no_definition", _("indikatorn har ingen definition")
    TOO_LONG = "too_long", _("filen har för många rader")
    TOO_WIDE = "too_wide", _("filen har för många kolumner")
    WORKBOOK = "workbook", _("arbetsboken går inte att öppna")
    NOT_A_TABLE = "not_a_table", _("filen är varken JSON-stat 2 eller PX")
    CHOICE = "choice", _("tabellen har flera värden för samma område och år")
    CELL = "cell", _("cellen går inte att använda")
    COLUMN = "column", _("det framgår inte vad kolumnerna är")


class ImportState(TextChoices):
    """What became of one file."""

    IMPORTED = "imported", _("inläst")
    UNCHANGED = "unchanged", _("oförändrad")
    SKIPPED = "skipped", _("redan inläst")
    REFUSED = "refused", _("inte inläst")
