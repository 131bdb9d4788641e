"""What people say beside the figures, and the picture as it was on a day."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from samverka.collaborations.models import Collaboration
from samverka.foundation.database.models import Owned
from samverka.statistics.models import FocusArea, Indicator
from samverka.territory.models import Area

from .enums import NoteKind


class Note(Owned):
    """What the parties know of the world around that no figure says: beside an indicator, or a focus area."""

    owner_key = "collaboration_id"
    row_security = True

    collaboration = models.ForeignKey(Collaboration, models.CASCADE, related_name="notes", verbose_name=_("samverkan"))
    focus_area = models.ForeignKey(
        FocusArea, models.PROTECT, null=True, blank=True, related_name="notes", verbose_name=_("fokusområde")
    )
    indicator = models.ForeignKey(
        Indicator, models.PROTECT, null=True, blank=True, related_name="notes", verbose_name=_("indikator")
    )
    kind = models.CharField(_("slag"), max_length=12, choices=NoteKind, default=NoteKind.SCAN)
    text = models.TextField(_("text"), max_length=4000)
    source_name = models.CharField(_("källa"), max_length=200, blank=True)
    source_url = models.URLField(_("länk till källan"), max_length=500, blank=True)
    from_year = models.PositiveSmallIntegerField(_("gäller från år"), null=True, blank=True)
    to_year = models.PositiveSmallIntegerField(_("gäller till år"), null=True, blank=True)
    is_public = models.BooleanField(_("får läsas av alla"), default=False)
    written_at = models.DateTimeField(_("skriven"))
    written_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+", verbose_name=_("skriven av")
    )
    changed_at = models.DateTimeField(_("ändrad"), null=True)
    changed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+", verbose_name=_("ändrad av")
    )
    version = models.PositiveIntegerField(_("version"), default=1)

    class Meta:
        verbose_name = _("anteckning")
        verbose_name_plural = _("anteckningar")
        ordering = ["-written_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(focus_area__isnull=False) | Q(indicator__isnull=False), name="note_beside_something"
            ),
            models.CheckConstraint(condition=~Q(text=""), name="note_not_empty"),
            models.CheckConstraint(condition=Q(kind__in=NoteKind.values), name="note_kind_known"),
            models.CheckConstraint(
                condition=Q(from_year=None) | Q(to_year=None) | Q(to_year__gte=F("from_year")),
                name="note_years_in_order",
            ),
        ]

    def __str__(self) -> str:
        return self.text[:80]


class Comment(Owned):
    """What somebody says of one figure. It is for the parties alone."""

    owner_key = "collaboration_id"
    row_security = True

    collaboration = models.ForeignKey(
        Collaboration, models.CASCADE, related_name="figure_comments", verbose_name=_("samverkan")
    )
    indicator = models.ForeignKey(Indicator, models.PROTECT, related_name="+", verbose_name=_("indikator"))
    area = models.ForeignKey(Area, models.PROTECT, related_name="+", verbose_name=_("område"))
    year = models.PositiveSmallIntegerField(_("år"), null=True, blank=True)
    text = models.TextField(_("text"), max_length=2000)
    written_at = models.DateTimeField(_("skriven"))
    written_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+", verbose_name=_("skriven av")
    )

    class Meta:
        verbose_name = _("kommentar")
        verbose_name_plural = _("kommentarer")
        ordering = ["written_at", "pk"]
        indexes = [models.Index(fields=["collaboration", "indicator", "area"], name="comment_at_figure")]
        constraints = [models.CheckConstraint(condition=~Q(text=""), name="comment_not_empty")]

    def __str__(self) -> str:
        return self.text[:80]


class Snapshot(Owned):
    """The picture as it was on a day. Its content is a copy of the figures of that moment, and is never changed."""

    owner_key = "collaboration_id"
    append_only = True
    row_security = True

    collaboration = models.ForeignKey(
        Collaboration, models.PROTECT, related_name="snapshots", verbose_name=_("samverkan")
    )
    number = models.PositiveIntegerField(_("nummer"))
    title = models.CharField(_("rubrik"), max_length=200)
    content = models.JSONField(_("innehåll"))
    content_sha256 = models.CharField(_("kontrollsumma"), max_length=64)
    taken_at = models.DateTimeField(_("fryst"))
    taken_by = models.CharField(_("fryst av"), max_length=200)
    order_key = models.UUIDField(_("beställning"), unique=True)  # the same order twice is one snapshot

    class Meta:
        verbose_name = _("fryst lägesbild")
        verbose_name_plural = _("frysta lägesbilder")
        ordering = ["-number"]
        constraints = [
            models.UniqueConstraint(fields=["collaboration", "number"], name="snapshot_number_once"),
            models.CheckConstraint(condition=Q(number__gte=1), name="snapshot_number_from_one"),
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("picture:snapshot", args=[self.pk])


class SnapshotLink(Owned):
    """An address that lets whoever has it read one snapshot, until it is withdrawn."""

    owner_key = "snapshot__collaboration_id"
    row_security = True

    snapshot = models.ForeignKey(Snapshot, models.PROTECT, related_name="links", verbose_name=_("fryst lägesbild"))
    token = models.CharField(_("hemlig del av adressen"), max_length=64, unique=True)
    made_at = models.DateTimeField(_("skapad"))
    made_by = models.CharField(_("skapad av"), max_length=200)
    withdrawn_at = models.DateTimeField(_("återkallad"), null=True)
    withdrawn_by = models.CharField(_("återkallad av"), max_length=200, blank=True)

    class Meta:
        verbose_name = _("länk till fryst lägesbild")
        verbose_name_plural = _("länkar till frysta lägesbilder")
        constraints = [
            models.UniqueConstraint(fields=["snapshot"], condition=Q(withdrawn_at=None), name="snapshot_one_open_link"),
        ]

    def __str__(self) -> str:
        return f"{self.snapshot_id} {self.made_at:%Y-%m-%d}"
