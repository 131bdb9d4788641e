"""What each party says about its own state."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from samverka.collaborations.models import Party
from samverka.foundation.database.models import Owned


class StatusText(Owned):
    """A party's words on how it goes: a draft that only its own people see, then submitted for all parties.

    A submitted text stands; the next one takes its place as the latest.
    """

    owner_key = "party__organisation_id"
    row_security = True

    party = models.ForeignKey(Party, models.CASCADE, related_name="status_texts", verbose_name=_("part"))
    text = models.TextField(_("text"), max_length=4000)
    written_at = models.DateTimeField(_("skriven"))
    written_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+", verbose_name=_("skriven av")
    )
    submitted_at = models.DateTimeField(_("inskickad"), null=True, blank=True)
    version = models.PositiveIntegerField(_("version"), default=1)

    class Meta:
        verbose_name = _("lägesbeskrivning")
        verbose_name_plural = _("lägesbeskrivningar")
        ordering = ["-written_at"]
        constraints = [
            models.UniqueConstraint(fields=["party"], condition=Q(submitted_at=None), name="status_one_draft"),
            models.CheckConstraint(condition=~Q(text=""), name="status_not_empty"),
        ]

    def __str__(self) -> str:
        return f"{self.party}, {self.written_at:%Y-%m-%d}"

    @property
    def stamp(self) -> str:
        """What a writer saw: this row in this version. Keys are never used again, so neither is a stamp."""
        return f"{self.pk}.{self.version}"
