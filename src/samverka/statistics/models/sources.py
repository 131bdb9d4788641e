"""Who publishes figures, and what they answered."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from samverka.foundation.database.models import Owned
from samverka.statistics.enums import RefreshState


class Source(Owned):
    """Who publishes figures."""

    owner_key = None  # public facts

    key = models.SlugField(_("nyckel"), max_length=40, unique=True)
    name = models.CharField(_("namn"), max_length=120)
    attribution = models.CharField(_("anges som"), max_length=200)
    website = models.URLField(_("webbplats"), blank=True)

    class Meta:
        verbose_name = _("källa")
        verbose_name_plural = _("källor")

    def __str__(self) -> str:
        return self.name


class RawAnswer(Owned):
    """An answer as the source gave it, so that every figure can be traced and read again without asking."""

    owner_key = None  # what a public source answers is public
    append_only = True

    source = models.ForeignKey(Source, models.PROTECT, related_name="answers", verbose_name=_("källa"))
    url = models.TextField(_("adress"))
    question = models.BinaryField(_("fråga"), default=b"")
    fetched_at = models.DateTimeField(_("hämtat"))
    status = models.PositiveSmallIntegerField(_("status"))
    headers = models.JSONField(_("huvuden"), default=dict)
    sha256 = models.CharField(_("kontrollsumma"), max_length=64)
    size = models.PositiveIntegerField(_("storlek"))
    compressed = models.BinaryField(_("innehåll"))

    class Meta:
        verbose_name = _("svar från källa")
        verbose_name_plural = _("svar från källor")
        indexes = [models.Index(fields=["sha256"], name="raw_answer_by_content")]

    def __str__(self) -> str:
        return self.url


class Refresh(Owned):
    """One run of fetching from a source: what was asked, how far it came. An interrupted run is continued."""

    owner_key = None  # the installation's own work

    source = models.ForeignKey(Source, models.PROTECT, related_name="refreshes", verbose_name=_("källa"))
    question = models.JSONField(_("fråga"), default=dict)
    state = models.CharField(_("läge"), max_length=12, choices=RefreshState, default=RefreshState.RUNNING)
    started_at = models.DateTimeField(_("påbörjad"))
    finished_at = models.DateTimeField(_("avslutad"), null=True)
    failures = models.JSONField(
        _("det som inte kunde hämtas"),
        default=list,
        help_text=_("Indikatorer, felets kod och dess uppgifter; orden tas fram när felet visas."),
    )

    class Meta:
        verbose_name = _("uppdatering")
        verbose_name_plural = _("uppdateringar")
        get_latest_by = "started_at"
        constraints = [
            models.CheckConstraint(condition=Q(state__in=RefreshState.values), name="refresh_state_known"),
            models.CheckConstraint(
                condition=Q(finished_at=None) | Q(finished_at__gte=F("started_at")), name="refresh_finished_after_start"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.source} {self.started_at:%Y-%m-%d %H:%M}"


class RefreshChunk(Owned):
    """A piece of a refresh that has been dealt with; written in the same transaction as its figures."""

    owner_key = None  # the installation's own work

    refresh = models.ForeignKey(Refresh, models.CASCADE, related_name="chunks", verbose_name=_("uppdatering"))
    key = models.CharField(_("nyckel"), max_length=500)
    done_at = models.DateTimeField(_("klar"))
    added = models.PositiveIntegerField(_("nya"), default=0)
    revised = models.PositiveIntegerField(_("ändrade"), default=0)
    counts = models.JSONField(_("antal per indikator"), default=dict, help_text=_("Rader, nya och ändrade."))
    rejected = models.PositiveIntegerField(_("avvisade"), default=0)
    rejections = models.JSONField(_("avvisade rader"), default=list, help_text=_("De första. Alla är räknade."))

    class Meta:
        verbose_name = _("del av uppdatering")
        verbose_name_plural = _("delar av uppdateringar")
        constraints = [models.UniqueConstraint(fields=["refresh", "key"], name="refresh_chunk_once")]

    def __str__(self) -> str:
        return self.key
