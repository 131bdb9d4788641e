from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class MeasureState(TextChoices):
    PLANNED = "planned", _("planerad")
    ONGOING = "ongoing", _("pågår")
    DELAYED = "delayed", _("försenad")
    DONE = "done", _("genomförd")
    STOPPED = "stopped", _("avbruten")
