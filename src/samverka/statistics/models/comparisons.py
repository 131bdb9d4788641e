"""With whom an area is compared."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from samverka.foundation.database.models import Owned
from samverka.statistics.enums import ComparisonKind
from samverka.territory.models import Area


class ComparisonGroup(Owned):
    """Areas to compare with: similar ones by stated criteria, or a group that Kolada publishes."""

    owner_key = None  # who resembles whom is public, and so are the criteria

    kind = models.CharField(_("slag"), max_length=12, choices=ComparisonKind)
    area = models.ForeignKey(
        Area, models.CASCADE, null=True, related_name="comparison_groups", verbose_name=_("för området")
    )
    source_key = models.CharField(_("källans beteckning"), max_length=40, blank=True)
    name = models.CharField(_("namn"), max_length=200)
    criteria = models.JSONField(_("kriterier"), default=dict)
    made_at = models.DateTimeField(_("gjord"))
    members = models.ManyToManyField(Area, related_name="in_comparison_groups", verbose_name=_("områden"))

    class Meta:
        verbose_name = _("jämförelsegrupp")
        verbose_name_plural = _("jämförelsegrupper")
        ordering = ["name"]
        constraints = [
            models.CheckConstraint(condition=Q(kind__in=ComparisonKind.values), name="comparison_kind_known"),
            models.UniqueConstraint(
                fields=["source_key"], condition=~Q(source_key=""), name="comparison_group_once_at_source"
            ),
        ]

    def __str__(self) -> str:
        return self.name
