"""What is measured, and how it has been defined over time."""

from typing import TYPE_CHECKING

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from samverka.foundation.database.models import Owned
from samverka.organisations.models import Organisation
from samverka.statistics.enums import IndicatorKind, Measure, Polarity

from .sources import Source

if TYPE_CHECKING:
    from django_stubs_ext import StrPromise


class Indicator(Owned):
    """What is measured: definition, unit, which way is good, whether women and men are told apart."""

    owner_key = "organisation_id"

    organisation = models.ForeignKey(
        Organisation,
        models.PROTECT,
        null=True,
        related_name="own_indicators",
        verbose_name=_("mäts av"),
        help_text=_("Tomt för officiell statistik."),
    )
    is_public = models.BooleanField(_("får läsas av alla"), default=True)

    source = models.ForeignKey(Source, models.PROTECT, related_name="indicators", verbose_name=_("källa"))
    source_key = models.CharField(_("källans beteckning"), max_length=40)
    name = models.CharField(_("namn"), max_length=300)
    definition = models.TextField(_("definition"), blank=True)
    unit = models.CharField(_("enhet"), max_length=40, blank=True)
    polarity = models.CharField(_("riktning"), max_length=20, choices=Polarity, default=Polarity.NONE)
    by_sex = models.BooleanField(_("delas upp på kvinnor och män"), default=False)
    target_group = models.TextField(_("målgrupp"), blank=True)
    numerator = models.TextField(_("täljare"), blank=True)
    denominator = models.TextField(_("nämnare"), blank=True)
    version = models.PositiveSmallIntegerField(_("definitionens version"), default=1)
    kind = models.CharField(_("slag"), max_length=12, choices=IndicatorKind, default=IndicatorKind.PUBLISHED)
    formula = models.TextField(_("formel"), blank=True)
    selection = models.JSONField(_("urval i källans tabell"), null=True)
    measure = models.CharField(_("värdets art"), max_length=8, choices=Measure, default=Measure.OTHER)
    weight = models.ForeignKey(
        "self",
        models.PROTECT,
        null=True,
        related_name="weighs",
        verbose_name=_("vägs med"),
        help_text=_("Antalet personer som värdet handlar om, för ungefärliga värden för grupper."),
    )
    is_closed = models.BooleanField(_("serien är avslutad"), default=False)
    continues = models.ForeignKey(
        "self", models.PROTECT, null=True, related_name="continued_by", verbose_name=_("fortsätter")
    )
    is_chained = models.BooleanField(_("länkas till serien den fortsätter"), default=False)
    next_release_on = models.DateField(_("publiceras nästa gång"), null=True)
    checked_at = models.DateTimeField(
        _("jämförd med källan"),
        null=True,
        help_text=_("När den senaste uppdateringen som hämtade hela indikatorn började."),
    )

    class Meta:
        verbose_name = _("indikator")
        verbose_name_plural = _("indikatorer")
        ordering = ["source_key"]
        # Row security asks for these with every reading of figures; there are few.
        indexes = [models.Index(fields=["id", "organisation"], name="indicator_closed", condition=Q(is_public=False))]
        constraints = [
            models.UniqueConstraint(fields=["source", "source_key"], name="indicator_once_per_source"),
            models.CheckConstraint(condition=Q(polarity__in=Polarity.values), name="indicator_polarity_known"),
            models.CheckConstraint(condition=Q(kind__in=IndicatorKind.values), name="indicator_kind_known"),
            models.CheckConstraint(condition=Q(measure__in=Measure.values), name="indicator_measure_known"),
            models.CheckConstraint(
                condition=Q(is_public=True) | Q(organisation__isnull=False), name="indicator_closed_to_others_has_owner"
            ),
            models.CheckConstraint(
                condition=Q(is_chained=False) | Q(continues__isnull=False), name="indicator_chained_to_something"
            ),
            models.CheckConstraint(
                condition=Q(kind="derived") & ~Q(formula="") | ~Q(kind="derived") & Q(formula=""),
                name="indicator_formula_when_derived",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def may_rest_on(self, other: "Indicator") -> bool:
        """Whether everybody who reads this may see what the other shows: its figures, or even its name."""
        return other.is_public or (not self.is_public and self.organisation_id == other.organisation_id)


class IndicatorVersion(Owned):
    """A definition as it was: written when another takes its place."""

    owner_key = "indicator__organisation_id"
    append_only = True

    indicator = models.ForeignKey(Indicator, models.CASCADE, related_name="versions", verbose_name=_("indikator"))
    number = models.PositiveSmallIntegerField(_("version"))
    replaced_at = models.DateTimeField(_("ersatt"))
    name = models.CharField(_("namn"), max_length=300)
    definition = models.TextField(_("definition"), blank=True)
    unit = models.CharField(_("enhet"), max_length=40, blank=True)
    target_group = models.TextField(_("målgrupp"), blank=True)
    numerator = models.TextField(_("täljare"), blank=True)
    denominator = models.TextField(_("nämnare"), blank=True)
    formula = models.TextField(_("formel"), blank=True)

    class Meta:
        verbose_name = _("tidigare definition")
        verbose_name_plural = _("tidigare definitioner")
        ordering = ["indicator", "-number"]
        constraints = [models.UniqueConstraint(fields=["indicator", "number"], name="indicator_version_once")]

    def __str__(self) -> str:
        return f"{self.name} ({self.number})"


FOCUS_WORDS: dict[str, "StrPromise"] = {
    "Bosättning": _("Bosättning"),
    "Arbete": _("Arbete"),
    "Utbildning": _("Utbildning"),
    "Hälsa": _("Hälsa"),
    "Ekonomi": _("Ekonomi"),
    "Befolkning": _("Befolkning"),
    "Var och hur bor de nya invånarna?": _("Var och hur bor de nya invånarna?"),
    "Hur många har ett arbete att gå till?": _("Hur många har ett arbete att gå till?"),
    "Hur går det i skolan och i språket?": _("Hur går det i skolan och i språket?"),
    "Hur mår människor, och kan de försörja sig?": _("Hur mår människor, och kan de försörja sig?"),
    "Vad kostar det, och vad har kommunen råd med?": _("Vad kostar det, och vad har kommunen råd med?"),
    "Vilka bor här, och hur ändras det?": _("Vilka bor här, och hur ändras det?"),
}
"""Names and questions of the focus areas that come with Samverka, in the reader's language."""


class FocusArea(Owned):
    """A part of the situation picture: housing, work, education, health, or a county's own."""

    owner_key = "organisation_id"

    organisation = models.ForeignKey(
        Organisation,
        models.CASCADE,
        null=True,
        related_name="focus_areas",
        verbose_name=_("hör till"),
        help_text=_("Tomt för de områden som alla har."),
    )
    key = models.SlugField(_("nyckel"), max_length=60)
    name = models.CharField(_("namn"), max_length=80)
    question = models.CharField(_("fråga"), max_length=200, blank=True)
    order = models.PositiveSmallIntegerField(_("ordning"), default=0)

    class Meta:
        verbose_name = _("fokusområde")
        verbose_name_plural = _("fokusområden")
        ordering = ["order", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["organisation", "key"], name="focus_area_once", nulls_distinct=False)
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def title(self) -> str:
        """The name in the reader's language; an organisation's own has only the one that it was given."""
        return str(FOCUS_WORDS.get(self.name, self.name)) if self.organisation_id is None else self.name

    @property
    def asks(self) -> str:
        """The question in the reader's language."""
        return str(FOCUS_WORDS.get(self.question, self.question)) if self.organisation_id is None else self.question


class FocusIndicator(Owned):
    """An indicator in a focus area, in its place."""

    owner_key = "focus_area__organisation_id"

    focus_area = models.ForeignKey(FocusArea, models.CASCADE, related_name="places", verbose_name=_("fokusområde"))
    indicator = models.ForeignKey(Indicator, models.CASCADE, related_name="focus_places", verbose_name=_("indikator"))
    order = models.PositiveSmallIntegerField(_("ordning"), default=0)

    class Meta:
        verbose_name = _("indikator i fokusområde")
        verbose_name_plural = _("indikatorer i fokusområden")
        ordering = ["order", "pk"]
        constraints = [models.UniqueConstraint(fields=["focus_area", "indicator"], name="focus_indicator_once")]

    def __str__(self) -> str:
        return f"{self.focus_area_id} {self.indicator_id}"
