from django.db.models import IntegerChoices, TextChoices
from django.utils.translation import gettext_lazy as _


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
