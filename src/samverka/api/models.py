from django.db import models
from django.utils.translation import gettext_lazy as _

from samverka.foundation.database.models import Owned


class Question(Owned):
    """That somebody asked the API something: not what. Kept for as long as it counts against their limit."""

    owner_key = None  # of somebody who is only a digest here

    who = models.CharField(_("frågare"), max_length=64)
    asked_at = models.DateTimeField(_("frågade"))

    class Meta:
        verbose_name = _("fråga till API:et")
        verbose_name_plural = _("frågor till API:et")
        indexes = [
            models.Index(fields=["who", "asked_at"], name="question_by_who"),
            models.Index(fields=["asked_at"], name="question_by_age"),
        ]

    def __str__(self) -> str:
        return f"{self.asked_at:%Y-%m-%d %H:%M:%S}"
