from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class MeasureState(TextChoices):
    PLANNED = "planned", _("planerad")
    ONGOING = "ongoing", _("pågår")
    DELAYED = "delayed", _("försenad")
    DONE = "done", _("klar")
    STOPPED = "stopped", _("avbruten")


OVER = (MeasureState.DONE, MeasureState.STOPPED)
"""States in which nothing more is expected, so that the last day no longer matters."""
