"""Organisations, the people who work for them, and the keys of their computers."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from samverka.foundation.database.models import Owned
from samverka.territory.models import Area

from .enums import MembershipRole, OrganisationKind


class Organisation(Owned):
    """A party that can take part in collaboration, of any kind."""

    owner_key = "id"

    kind = models.CharField(_("slag"), max_length=20, choices=OrganisationKind)
    name = models.CharField(_("namn"), max_length=120, unique=True)
    area = models.ForeignKey(Area, models.PROTECT, null=True, blank=True, verbose_name=_("område"))
    website = models.URLField(_("webbplats"), blank=True)

    class Meta:
        verbose_name = _("organisation")
        verbose_name_plural = _("organisationer")
        ordering = ["name"]
        constraints = [models.CheckConstraint(condition=Q(kind__in=OrganisationKind.values), name="org_kind_known")]

    def __str__(self) -> str:
        return self.name


class Membership(Owned):
    """A person works for an organisation, in a role, from a day until (not including) another."""

    owner_key = "organisation_id"

    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="memberships", verbose_name=_("person")
    )
    organisation = models.ForeignKey(
        Organisation, models.CASCADE, related_name="memberships", verbose_name=_("organisation")
    )
    role = models.CharField(_("roll"), max_length=20, choices=MembershipRole)
    starts_on = models.DateField(_("från"))
    ends_on = models.DateField(_("till"), null=True, blank=True)

    class Meta:
        verbose_name = _("medlemskap")
        verbose_name_plural = _("medlemskap")
        constraints = [
            models.CheckConstraint(condition=Q(role__in=MembershipRole.values), name="membership_role_known"),
            models.CheckConstraint(
                condition=Q(ends_on=None) | Q(ends_on__gt=F("starts_on")), name="membership_ends_after_start"
            ),
            models.UniqueConstraint(
                fields=["person", "organisation", "role", "starts_on"], name="membership_once_per_start"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person}, {self.get_role_display()}, {self.organisation}"


class ApiKey(Owned):
    """Lets an organisation's computers read the API as the organisation. Only the digest of the key is kept."""

    owner_key = "organisation_id"

    organisation = models.ForeignKey(
        Organisation, models.CASCADE, related_name="api_keys", verbose_name=_("organisation")
    )
    name = models.CharField(_("används till"), max_length=80)
    prefix = models.CharField(_("börjar med"), max_length=12, unique=True)
    digest = models.CharField(_("kontrollsumma"), max_length=64, unique=True)
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+", verbose_name=_("gjord av")
    )
    made_at = models.DateTimeField(_("gjord"))
    ends_on = models.DateField(_("gäller till"))
    withdrawn_at = models.DateTimeField(_("återkallad"), null=True)

    class Meta:
        verbose_name = _("API-nyckel")
        verbose_name_plural = _("API-nycklar")
        ordering = ["-made_at"]
        constraints = [
            models.CheckConstraint(
                condition=Q(withdrawn_at=None) | Q(withdrawn_at__gte=F("made_at")),
                name="api_key_withdrawn_after_made",
            )
        ]

    def __str__(self) -> str:
        return f"{self.name} ({self.prefix}…)"
