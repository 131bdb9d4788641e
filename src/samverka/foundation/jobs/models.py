"""One piece of long work."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from samverka.foundation.database.models import Owned

from .enums import JobState


class Job(Owned):
    """One piece of long work, from order to outcome. The person who ordered it owns it."""

    owner_key = "person_id"

    kind = models.CharField(_("slag"), max_length=60)
    title = models.CharField(_("arbete"), max_length=200)
    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, verbose_name=_("beställare"))
    state = models.CharField(_("läge"), max_length=20, choices=JobState, default=JobState.WAITING)
    done = models.PositiveIntegerField(_("gjort"), default=0)
    total = models.PositiveIntegerField(_("totalt"), null=True)
    doing = models.CharField(_("just nu"), max_length=200, blank=True)
    arguments = models.JSONField(_("uppgifter"), default=dict)
    upload = models.BinaryField(_("fil"), null=True)
    result = models.JSONField(_("resultat"), null=True)
    error = models.TextField(_("fel"), blank=True)
    cancel_requested = models.BooleanField(_("ska avbrytas"), default=False)
    created_at = models.DateTimeField(_("beställt"))
    started_at = models.DateTimeField(_("börjat"), null=True)
    seen_at = models.DateTimeField(_("senast hört av"), null=True)
    finished_at = models.DateTimeField(_("slutat"), null=True)

    class Meta:
        verbose_name = _("arbete")
        verbose_name_plural = _("arbeten")
        ordering = ["-created_at"]
        constraints = [
            models.CheckConstraint(condition=Q(state__in=JobState.values), name="job_state_known"),
            models.CheckConstraint(condition=Q(total=None) | Q(done__lte=F("total")), name="job_done_within_total"),
            models.CheckConstraint(
                condition=Q(state__in=["waiting", "running"], finished_at=None)
                | Q(state__in=["done", "failed", "cancelled"], finished_at__isnull=False),
                name="job_finished_has_time",
            ),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def is_over(self) -> bool:
        return JobState(self.state).is_over
