"""Collaborations, their parties, and what each party gains."""

from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from samverka.foundation.database.models import Owned
from samverka.organisations.models import Organisation
from samverka.statistics.models import Indicator
from samverka.territory.models import Area

from .enums import PartyRole, Phase


class Collaboration(Owned):
    """Several organisations work on a challenge that none of them controls alone."""

    owner_key = "id"

    slug = models.SlugField(_("adress"), max_length=80, unique=True)
    name = models.CharField(_("namn"), max_length=120)
    citizen_value = models.CharField(_("värde för medborgarna"), max_length=200)
    challenge = models.TextField(
        _("utmaning"), help_text=_("Varför ingen part ensam har full rådighet över utmaningen.")
    )
    area = models.ForeignKey(Area, models.PROTECT, verbose_name=_("område"))
    phase = models.CharField(_("skede"), max_length=20, choices=Phase, default=Phase.PREPARING)
    starts_on = models.DateField(_("från"))
    ends_on = models.DateField(_("till och med"), null=True, blank=True)
    is_public = models.BooleanField(_("offentlig"), default=False)
    version = models.PositiveIntegerField(_("version"), default=1)

    class Meta:
        verbose_name = _("samverkan")
        verbose_name_plural = _("samverkan")
        ordering = ["name"]
        constraints = [
            models.CheckConstraint(condition=Q(phase__in=Phase.values), name="collaboration_phase_known"),
            models.CheckConstraint(
                condition=Q(ends_on=None) | Q(ends_on__gte=F("starts_on")), name="collaboration_ends_after_start"
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("collaborations:overview", args=[self.slug])


class Party(Owned):
    """An organisation in a collaboration, with its own words on what it gains."""

    owner_key = "collaboration_id"

    collaboration = models.ForeignKey(
        Collaboration, models.CASCADE, related_name="parties", verbose_name=_("samverkan")
    )
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="seats", verbose_name=_("organisation"))
    role = models.CharField(_("roll"), max_length=20, choices=PartyRole, default=PartyRole.PARTY)
    own_benefit = models.TextField(_("egen nytta"), blank=True, max_length=1000)
    joined_on = models.DateField(_("med från"))
    left_on = models.DateField(_("med till"), null=True, blank=True)
    version = models.PositiveIntegerField(_("version"), default=1)

    class Meta:
        verbose_name = _("part")
        verbose_name_plural = _("parter")
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["collaboration", "organisation"], name="party_once"),
            models.UniqueConstraint(
                fields=["collaboration"], condition=Q(role="lead", left_on=None), name="party_one_lead"
            ),
            models.CheckConstraint(condition=Q(role__in=PartyRole.values), name="party_role_known"),
            models.CheckConstraint(
                condition=Q(left_on=None) | Q(left_on__gte=F("joined_on")), name="party_left_after_joined"
            ),
        ]

    def __str__(self) -> str:
        return str(self.organisation)


class ChosenIndicator(Owned):
    """An indicator that a collaboration follows in its situation picture, in its own order."""

    owner_key = "collaboration_id"

    collaboration = models.ForeignKey(
        Collaboration, models.CASCADE, related_name="chosen_indicators", verbose_name=_("samverkan")
    )
    indicator = models.ForeignKey(Indicator, models.PROTECT, verbose_name=_("indikator"))
    order = models.PositiveSmallIntegerField(_("ordning"))

    class Meta:
        verbose_name = _("vald indikator")
        verbose_name_plural = _("valda indikatorer")
        ordering = ["order"]
        constraints = [
            models.UniqueConstraint(fields=["collaboration", "indicator"], name="chosen_indicator_once"),
        ]

    def __str__(self) -> str:
        return str(self.indicator)
