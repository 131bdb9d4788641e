"""Measures: who does what, by when, and how it goes."""

from datetime import date

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from samverka.collaborations.models import Party
from samverka.foundation.database.models import Owned
from samverka.goals.models import Goal

from .enums import OVER, MeasureState


class Measure(Owned):
    """What one party does towards a joint goal. Only that party changes it; the others read."""

    owner_key = "party__organisation_id"

    goal = models.ForeignKey(Goal, models.CASCADE, related_name="measures", verbose_name=_("mål"))
    party = models.ForeignKey(Party, models.PROTECT, related_name="measures", verbose_name=_("part"))
    title = models.CharField(_("åtgärd"), max_length=200)
    description = models.TextField(_("innebär"), blank=True)
    responsible = models.CharField(_("ansvarig"), max_length=120)
    starts_on = models.DateField(_("från"))
    ends_on = models.DateField(_("klar senast"))
    state = models.CharField(_("status"), max_length=20, choices=MeasureState, default=MeasureState.PLANNED)
    state_note = models.CharField(_("kommentar"), max_length=500, blank=True)
    changed_at = models.DateTimeField(_("ändrad"))
    changed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+", verbose_name=_("ändrad av")
    )
    version = models.PositiveIntegerField(_("version"), default=1)
    is_public = models.BooleanField(_("offentlig"), default=False)

    class Meta:
        verbose_name = _("åtgärd")
        verbose_name_plural = _("åtgärder")
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(condition=Q(state__in=MeasureState.values), name="measure_state_known"),
            models.CheckConstraint(condition=Q(ends_on__gte=F("starts_on")), name="measure_ends_after_start"),
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("plans:measure", args=[self.pk])

    def is_overdue(self, day: date) -> bool:
        """The last day has passed and the measure is neither done nor stopped."""
        return self.ends_on < day and self.state not in OVER
