"""What the interface keeps between requests."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from samverka.foundation.database.models import Owned


class RenderedChart(Owned):
    """A drawn picture, by the digest of all that decides how it looks. It can be drawn again at any time."""

    # Belongs to whoever owns the figures in it: found only by the digest of those figures, which only the pages that
    # may show them can make.
    owner_key = None

    digest = models.CharField(_("kontrollsumma"), max_length=64, primary_key=True)
    svg = models.TextField(_("bild"))
    renderer = models.CharField(_("ritad av"), max_length=40)
    drawn_at = models.DateTimeField(_("ritad"))

    class Meta:
        verbose_name = _("ritat diagram")
        verbose_name_plural = _("ritade diagram")

    def __str__(self) -> str:
        return self.digest
