from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class AreaKind(TextChoices):
    NATION = "nation", _("riket")
    COUNTY = "county", _("län")
    MUNICIPALITY = "municipality", _("kommun")
    NODE = "node", _("delregion")
    LABOUR_MARKET = "labour_market", _("lokal arbetsmarknad")


MADE_OF_MUNICIPALITIES = (AreaKind.NODE, AreaKind.LABOUR_MARKET)
"""Kinds that have no official figures of their own: their totals come from their municipalities."""
