"""Figures: what they are, where they come from, and what they were before they were revised."""

from datetime import datetime, timedelta

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from samverka.foundation.database.models import Owned
from samverka.statistics.enums import ObservationStatus, Sex
from samverka.territory.models import Area

from .indicators import Indicator
from .sources import RawAnswer


class Extraction(Owned):
    """One file or answer whose figures were taken in: where they come from and when they left the source."""

    owner_key = None  # public facts

    indicator = models.ForeignKey(Indicator, models.CASCADE, related_name="extractions", verbose_name=_("indikator"))
    extracted_at = models.DateTimeField(_("uttag"), help_text=_("När siffrorna hämtades hos källan."))
    imported_at = models.DateTimeField(_("inläst"))
    file_name = models.CharField(_("fil"), max_length=255)
    file_sha256 = models.CharField(_("kontrollsumma"), max_length=64)
    rows = models.PositiveIntegerField(_("rader"))
    first_year = models.PositiveSmallIntegerField(_("första året"), null=True)
    last_year = models.PositiveSmallIntegerField(_("sista året"), null=True)
    released_at = models.DateTimeField(_("källans utgåva"), null=True, help_text=_("När källan publicerade siffrorna."))
    indicator_version = models.PositiveSmallIntegerField(_("definitionens version"), default=1)
    answers = models.ManyToManyField(RawAnswer, related_name="extractions", verbose_name=_("svar"))
    undoes = models.OneToOneField(
        "self", models.PROTECT, null=True, related_name="undone_by", verbose_name=_("ångrar uttag")
    )

    class Meta:
        verbose_name = _("uttag")
        verbose_name_plural = _("uttag")
        get_latest_by = "imported_at"
        constraints = [
            models.CheckConstraint(
                condition=Q(first_year=None, last_year=None)
                | Q(first_year__isnull=False, last_year__isnull=False, first_year__lte=F("last_year")),
                name="extraction_years_in_order",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.file_name} {self.extracted_at:%Y-%m-%d}"


class FigureFile(Owned):
    """A file that somebody has uploaded and not yet taken in: they look at what it would change first."""

    owner_key = "indicator__organisation_id"
    row_security = True
    KEPT_FOR = timedelta(days=7)
    """One that is left lying is thrown away when so long has passed; its page says until when it waits."""

    indicator = models.ForeignKey(Indicator, models.CASCADE, related_name="files", verbose_name=_("indikator"))
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="+", verbose_name=_("uppladdad av")
    )
    name = models.CharField(_("fil"), max_length=255)
    content = models.BinaryField(_("innehåll"))
    uploaded_at = models.DateTimeField(_("uppladdad"))
    extracted_on = models.DateField(_("siffrornas dag"))
    columns = models.JSONField(_("vad kolumnerna är"), default=dict)

    class Meta:
        verbose_name = _("fil med siffror")
        verbose_name_plural = _("filer med siffror")

    def __str__(self) -> str:
        return self.name

    @property
    def waits_until(self) -> datetime:
        return self.uploaded_at + self.KEPT_FOR


class Observation(Owned):
    """One figure: an indicator, an area, a year, women, men or both. No value is not the value zero."""

    owner_key = "indicator__organisation_id"
    row_security = True

    # No index of its own: the one of `observation_once` begins with the indicator.
    indicator = models.ForeignKey(
        Indicator, models.CASCADE, db_index=False, related_name="observations", verbose_name=_("indikator")
    )
    area = models.ForeignKey(Area, models.PROTECT, db_index=False, verbose_name=_("område"))
    year = models.PositiveSmallIntegerField(_("år"))
    sex = models.CharField(_("kön"), max_length=1, choices=Sex)
    value = models.FloatField(_("värde"), null=True)
    status = models.PositiveSmallIntegerField(_("status"), choices=ObservationStatus)
    numerator = models.FloatField(_("täljare"), null=True)
    denominator = models.FloatField(_("nämnare"), null=True)
    extraction = models.ForeignKey(Extraction, models.PROTECT, db_index=False, verbose_name=_("uttag"))

    class Meta:
        verbose_name = _("observation")
        verbose_name_plural = _("observationer")
        constraints = [
            models.UniqueConstraint(fields=["indicator", "area", "sex", "year"], name="observation_once"),
            models.CheckConstraint(
                condition=Q(status__in=[0, 1], value__isnull=False) | Q(status__in=[2, 3], value=None),
                name="observation_value_fits_status",
            ),
            models.CheckConstraint(condition=Q(sex__in=Sex.values), name="observation_sex_known"),
            models.CheckConstraint(condition=Q(year__range=(1749, 2199)), name="observation_year_possible"),
            models.CheckConstraint(
                # NaN sorts above every number in PostgreSQL and infinity is no measurement.
                condition=Q(value=None) | Q(value__gt=-1e300, value__lt=1e300),
                name="observation_value_finite",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.indicator_id} {self.area_id} {self.year} {self.sex}: {self.value}"


class Revision(Owned):
    """A figure as it was before the source, or a file, said something else."""

    owner_key = "indicator__organisation_id"
    append_only = True
    row_security = True

    indicator = models.ForeignKey(Indicator, models.CASCADE, related_name="revisions", verbose_name=_("indikator"))
    area = models.ForeignKey(Area, models.PROTECT, db_index=False, verbose_name=_("område"))
    year = models.PositiveSmallIntegerField(_("år"))
    sex = models.CharField(_("kön"), max_length=1, choices=Sex)
    value = models.FloatField(_("värde"), null=True)
    status = models.PositiveSmallIntegerField(_("status"), choices=ObservationStatus)
    numerator = models.FloatField(_("täljare"), null=True)
    denominator = models.FloatField(_("nämnare"), null=True)
    extraction = models.ForeignKey(
        Extraction, models.PROTECT, db_index=False, related_name="+", verbose_name=_("uttag")
    )
    replaced_by = models.ForeignKey(
        Extraction, models.PROTECT, related_name="revisions", verbose_name=_("ersatt av uttag")
    )
    revised_at = models.DateTimeField(_("ändrad"))

    class Meta:
        verbose_name = _("ändrad siffra")
        verbose_name_plural = _("ändrade siffror")
        indexes = [models.Index(fields=["indicator", "area", "year"], name="revision_by_figure")]

    def __str__(self) -> str:
        return f"{self.indicator_id} {self.area_id} {self.year} {self.sex}: {self.value}"
