"""One thing that happened."""

import uuid

from django.db import models
from django.utils.translation import gettext_lazy as _

from samverka.foundation.database.models import Owned


class Entry(Owned):
    """One thing that happened. Names and keys are copied, not linked: an entry outlives what it tells of."""

    owner_key = "organisation_id"
    append_only = True
    row_security = True

    # Made here, not by the database: reading a key back would need the right to read the row.
    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    at = models.DateTimeField(_("när"))
    actor_id = models.BigIntegerField(_("person, nyckel"), null=True)
    actor_name = models.CharField(_("vem"), max_length=200)
    organisation_id = models.BigIntegerField(_("organisation"), null=True)
    collaboration_id = models.BigIntegerField(_("samverkan"), null=True)
    action = models.CharField(_("vad"), max_length=60)
    object_type = models.CharField(_("slag"), max_length=60)
    object_id = models.BigIntegerField(_("nyckel"))
    object_label = models.CharField(_("gäller"), max_length=300)
    changes = models.JSONField(_("ändringar"), default=dict)

    class Meta:
        verbose_name = _("händelse")
        verbose_name_plural = _("händelser")
        ordering = ["-at", "-pk"]
        indexes = [models.Index(fields=["organisation_id", "-at"], name="audit_by_organisation")]

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M} {self.actor_name}: {self.action} {self.object_label}"
