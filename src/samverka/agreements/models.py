"""What the parties have agreed."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from samverka.collaborations.models import Collaboration
from samverka.foundation.database.models import Owned

from .enums import AgreementKind


class Agreement(Owned):
    """An agreement as the parties know it: what it is, for how long, what it says, where it can be read."""

    owner_key = "collaboration_id"

    collaboration = models.ForeignKey(
        Collaboration, models.CASCADE, related_name="agreements", verbose_name=_("samverkan")
    )
    kind = models.CharField(_("slag"), max_length=20, choices=AgreementKind)
    title = models.CharField(_("rubrik"), max_length=200)
    summary = models.TextField(_("innehåll"))
    starts_on = models.DateField(_("från"))
    ends_on = models.DateField(_("till och med"), null=True, blank=True)
    source = models.CharField(_("källa"), max_length=300, blank=True)

    class Meta:
        verbose_name = _("överenskommelse")
        verbose_name_plural = _("överenskommelser")
        ordering = ["starts_on"]
        constraints = [
            models.CheckConstraint(condition=Q(kind__in=AgreementKind.values), name="agreement_kind_known"),
            models.CheckConstraint(
                condition=Q(ends_on=None) | Q(ends_on__gte=F("starts_on")), name="agreement_ends_after_start"
            ),
        ]

    def __str__(self) -> str:
        return self.title
