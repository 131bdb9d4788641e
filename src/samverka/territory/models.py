"""Areas: the nation, its counties and municipalities, and areas made of municipalities."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from samverka.foundation.database.models import Owned

from .enums import AreaKind

NATION_CODE = "00"


class Area(Owned):
    """An area. Statistics Sweden's codes: 00 the nation, two digits a county, four a municipality.

    A node's code is its county's with a hyphen and a name (10-vast); a local labour market's is LA and its number.
    """

    owner_key = None  # public facts

    code = models.CharField(_("kod"), max_length=40, unique=True)
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
                | Q(kind="municipality", code__regex=r"^\d{4}$", parent__isnull=False)
                | Q(kind="node", code__regex=r"^\d{2}-[a-z0-9-]+$", parent__isnull=False)
                | Q(kind="labour_market", code__regex=r"^LA\d+$", parent__isnull=False),
                name="area_code_fits_kind",
            ),
            models.CheckConstraint(
                condition=Q(latitude__range=(55, 70), longitude__range=(10, 25)), name="area_point_in_sweden"
            ),
        ]

    def __str__(self) -> str:
        return self.name


class Membership(Owned):
    """A municipality that is part of a node or a labour market, during some years."""

    owner_key = None  # public facts

    whole = models.ForeignKey(Area, models.CASCADE, related_name="memberships", verbose_name=_("område"))
    municipality = models.ForeignKey(Area, models.PROTECT, related_name="part_of", verbose_name=_("kommun"))
    from_year = models.PositiveSmallIntegerField(_("från och med"), null=True)
    to_year = models.PositiveSmallIntegerField(_("till och med"), null=True)

    class Meta:
        verbose_name = _("kommun i område")
        verbose_name_plural = _("kommuner i områden")
        ordering = ["whole", "municipality"]
        constraints = [
            models.UniqueConstraint(
                fields=["whole", "municipality", "from_year"], name="area_membership_once", nulls_distinct=False
            ),
            models.CheckConstraint(
                condition=Q(from_year=None) | Q(to_year=None) | Q(to_year__gte=F("from_year")),
                name="area_membership_years_in_order",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.whole} {self.municipality}"


class CodeChange(Owned):
    """A code that was used before an area got its present one or its present extent, and when that was.

    is_same_area: only the code changed. Otherwise the old code stood for another area: a county before a merger, or
    the municipality that this one was taken from.
    """

    owner_key = None  # public facts

    old_code = models.CharField(_("tidigare kod"), max_length=4)
    area = models.ForeignKey(Area, models.CASCADE, related_name="code_changes", verbose_name=_("område"))
    changed_on = models.DateField(_("ändrad"))
    is_same_area = models.BooleanField(_("samma område"), default=True)
    note = models.CharField(_("vad som hände"), max_length=200, blank=True)

    class Meta:
        verbose_name = _("ändrad kod")
        verbose_name_plural = _("ändrade koder")
        ordering = ["old_code"]
        constraints = [
            models.UniqueConstraint(fields=["old_code", "area", "changed_on"], name="area_code_changes_once_a_day")
        ]

    def __str__(self) -> str:
        return f"{self.old_code} → {self.area.code}"


class Boundary(Owned):
    """An area's outline for maps: a GeoJSON geometry in WGS 84, as coarse as a map on a screen needs."""

    owner_key = None  # public facts

    area = models.OneToOneField(Area, models.CASCADE, related_name="boundary", verbose_name=_("område"))
    geometry = models.JSONField(_("geometri"))
    source = models.CharField(_("källa"), max_length=200)
    imported_at = models.DateTimeField(_("inläst"))

    class Meta:
        verbose_name = _("gräns")
        verbose_name_plural = _("gränser")

    def __str__(self) -> str:
        return str(self.area)
