"""Joint goals and what they promise, area by area, for women and men."""

from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from samverka.collaborations.models import Collaboration
from samverka.foundation.database.models import Owned
from samverka.statistics.enums import Polarity, Sex
from samverka.statistics.models import Indicator
from samverka.territory.models import Area


class Goal(Owned):
    """A joint goal: one indicator, from a baseline year to a target year. Adopted goals stand."""

    owner_key = "collaboration_id"
    row_security = True

    collaboration = models.ForeignKey(Collaboration, models.CASCADE, related_name="goals", verbose_name=_("samverkan"))
    name = models.CharField(_("mål"), max_length=200)
    vision = models.CharField(
        _("vision"), max_length=200, blank=True, help_text=_("Det långsiktiga som målet är ett steg mot.")
    )
    indicator = models.ForeignKey(Indicator, models.PROTECT, verbose_name=_("indikator"))
    polarity = models.CharField(
        _("riktning"),
        max_length=20,
        choices=Polarity,
        help_text=_("Vilket håll som är bra, så som parterna ser det när de antar målet."),
    )
    baseline_year = models.PositiveSmallIntegerField(_("utgångsår"))
    target_year = models.PositiveSmallIntegerField(_("målår"))
    source = models.CharField(_("måldokument"), max_length=300, blank=True)
    note = models.TextField(_("att känna till"), blank=True, help_text=_("Vad indikatorn inte säger om målet."))
    adopted_on = models.DateField(_("antaget"), null=True, blank=True)
    is_public = models.BooleanField(_("offentligt"), default=False)

    class Meta:
        verbose_name = _("gemensamt mål")
        verbose_name_plural = _("gemensamma mål")
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(condition=Q(target_year__gt=F("baseline_year")), name="goal_target_after_baseline"),
            models.CheckConstraint(
                condition=Q(polarity__in=[Polarity.LOWER, Polarity.HIGHER]), name="goal_has_direction"
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("goals:detail", args=[self.pk])


class GoalTarget(Owned):
    """What a goal promises for one area and one sex: from a baseline value, as it was when adopted, to a target."""

    owner_key = "goal__collaboration_id"
    append_only = True  # a promise that could be changed afterwards would not be one
    row_security = True

    goal = models.ForeignKey(Goal, models.CASCADE, related_name="targets", verbose_name=_("mål"))
    area = models.ForeignKey(Area, models.PROTECT, verbose_name=_("område"))
    sex = models.CharField(_("kön"), max_length=1, choices=Sex)
    baseline_value = models.FloatField(_("utgångsvärde"))
    target_value = models.FloatField(_("målvärde"))

    class Meta:
        verbose_name = _("målvärde")
        verbose_name_plural = _("målvärden")
        constraints = [
            models.UniqueConstraint(fields=["goal", "area", "sex"], name="goal_target_once"),
            models.CheckConstraint(condition=Q(sex__in=Sex.values), name="goal_target_sex_known"),
        ]

    def __str__(self) -> str:
        return f"{self.goal_id} {self.area_id} {self.sex}: {self.target_value}"
