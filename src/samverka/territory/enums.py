from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class AreaKind(TextChoices):
    NATION = "nation", _("riket")
    COUNTY = "county", _("län")
    MUNICIPALITY = "municipality", _("kommun")
