"""A picture in words: how an area stands, and what each chart shows."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from samverka.foundation.ui.figures import NO_BREAK_SPACE, number_text
from samverka.statistics.models import Indicator

from .queries import Card

THAN: dict[str, Promise] = {
    "better": gettext_lazy("bättre än"),
    "worse": gettext_lazy("sämre än"),
    "same": gettext_lazy("samma som"),
    "higher": gettext_lazy("högre än"),
    "lower": gettext_lazy("lägre än"),
}
WAY: dict[str, Promise] = {
    "better": gettext_lazy("bättre"),
    "worse": gettext_lazy("sämre"),
    "same": gettext_lazy("oförändrat"),
    "higher": gettext_lazy("högre"),
    "lower": gettext_lazy("lägre"),
}


def amount(value: float, indicator: Indicator, decimals: int) -> str:
    """A figure with its unit, as everywhere else on the screen."""
    text = number_text(value, decimals)
    return f"{text}{NO_BREAK_SPACE}{indicator.unit}" if indicator.unit else text


@dataclass(frozen=True)
class Tally:
    """How many indicators lie better and worse than what they are compared with, and how many can be told."""

    better: int
    worse: int
    told: int

    @property
    def verdict(self) -> str:
        """The word of the interface's verdict."""
        if not self.told:
            return "cannot_tell"
        return "ahead" if self.better > self.worse else "behind" if self.worse > self.better else "on_the_way"

    @property
    def text(self) -> str:
        if not self.told:
            return _("går inte att jämföra")
        return _("%(better)s bättre, %(worse)s sämre") % {"better": self.better, "worse": self.worse}


def tally(cards: Sequence[Card]) -> Tally:
    """Against the first comparison of each card: similar municipalities where there are such."""
    first = [card.beside[0].direction for card in cards if card.beside]
    better, worse = first.count("better"), first.count("worse")
    return Tally(better, worse, better + worse + first.count("same"))


def answer(cards: Sequence[Card], against: str) -> str:
    """How the area stands, in one sentence; nothing when nothing can be compared."""
    found = tally(cards)
    if not found.told:
        return ""
    return _(
        "Bättre än %(against)s i %(better)s indikatorer och sämre i %(worse)s, av %(told)s som går att jämföra."
    ) % {
        "against": against,
        "better": found.better,
        "worse": found.worse,
        "told": found.told,
    }
