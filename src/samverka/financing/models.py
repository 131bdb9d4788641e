"""Who pays."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from samverka.collaborations.models import Collaboration
from samverka.foundation.database.models import Owned


class Funding(Owned):
    """Money for a collaboration. An unknown amount is unknown, not zero kronor."""

    owner_key = "collaboration_id"

    collaboration = models.ForeignKey(
        Collaboration, models.CASCADE, related_name="funding", verbose_name=_("samverkan")
    )
    name = models.CharField(_("källa"), max_length=200)
    amount = models.DecimalField(_("kronor"), max_digits=14, decimal_places=2, null=True, blank=True)
    is_temporary = models.BooleanField(_("tillfällig"), help_text=_("Projektmedel eller annat som tar slut."))
    ends_on = models.DateField(_("upphör"), null=True, blank=True)
    source = models.CharField(_("källa till uppgiften"), max_length=300, blank=True)

    class Meta:
        verbose_name = _("finansiering")
        verbose_name_plural = _("finansiering")
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(condition=Q(amount=None) | Q(amount__gte=0), name="funding_not_negative"),
        ]

    def __str__(self) -> str:
        return self.name
