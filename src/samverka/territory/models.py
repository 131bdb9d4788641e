"""Areas: the nation, its counties and municipalities."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from samverka.foundation.database.models import Owned

from .enums import AreaKind

NATION_CODE = "00"


class Area(Owned):
    """An area with Statistics Sweden's official code: 00 the nation, two digits a county, four a municipality."""

    owner_key = None  # public facts

    code = models.CharField(_("kod"), max_length=4, unique=True)
    kind = models.CharField(_("slag"), max_length=20, choices=AreaKind)
    name = models.CharField(_("namn"), max_length=80)
    parent = models.ForeignKey("self", models.PROTECT, null=True, related_name="parts", verbose_name=_("ingår i"))
    population = models.PositiveIntegerField(_("folkmängd"))
    population_on = models.DateField(_("folkmängden avser"))
    latitude = models.FloatField(_("latitud"))
    longitude = models.FloatField(_("longitud"))

    class Meta:
        verbose_name = _("område")
        verbose_name_plural = _("områden")
        ordering = ["code"]
        constraints = [
            models.CheckConstraint(condition=Q(kind__in=AreaKind.values), name="area_kind_known"),
            models.CheckConstraint(
                condition=Q(kind="nation", code=NATION_CODE, parent=None)
                | Q(kind="county", code__regex=r"^\d{2}$", parent__isnull=False)
                | Q(kind="municipality", code__regex=r"^\d{4}$", parent__isnull=False),
                name="area_code_fits_kind",
            ),
            models.CheckConstraint(
                condition=Q(latitude__range=(55, 70), longitude__range=(10, 25)), name="area_point_in_sweden"
            ),
        ]

    def __str__(self) -> str:
        return self.name
