"""Joint reports, as they were published."""

from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from samverka.collaborations.models import Collaboration
from samverka.foundation.database.models import Owned


class Report(Owned):
    """A published report. Its content is a copy of the figures and texts of that moment, and is never changed."""

    owner_key = "collaboration_id"
    append_only = True
    row_security = True

    collaboration = models.ForeignKey(
        Collaboration, models.PROTECT, related_name="reports", verbose_name=_("samverkan")
    )
    number = models.PositiveIntegerField(_("nummer"))
    title = models.CharField(_("rubrik"), max_length=200)
    content = models.JSONField(_("innehåll"))
    content_sha256 = models.CharField(_("kontrollsumma"), max_length=64)
    published_at = models.DateTimeField(_("publicerad"))
    published_by = models.CharField(_("publicerad av"), max_length=200)
    is_public = models.BooleanField(_("offentlig"))
    order_key = models.UUIDField(_("beställning"), unique=True)  # the same order twice is one report

    class Meta:
        verbose_name = _("rapport")
        verbose_name_plural = _("rapporter")
        ordering = ["-number"]
        constraints = [
            models.UniqueConstraint(fields=["collaboration", "number"], name="report_number_once"),
            models.CheckConstraint(condition=Q(number__gte=1), name="report_number_from_one"),
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("reports:detail", args=[self.pk])


class ReportFile(Owned):
    """A report as a file in one language."""

    owner_key = "report__collaboration_id"
    append_only = True
    row_security = True

    report = models.ForeignKey(Report, models.PROTECT, related_name="files", verbose_name=_("rapport"))
    language = models.CharField(_("språk"), max_length=5)
    pdf = models.BinaryField(_("PDF"))

    class Meta:
        verbose_name = _("rapportfil")
        verbose_name_plural = _("rapportfiler")
        constraints = [models.UniqueConstraint(fields=["report", "language"], name="report_file_once")]

    def __str__(self) -> str:
        return f"{self.report_id} {self.language}"
