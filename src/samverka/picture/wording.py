"""A picture in words: how an area stands, and what each chart shows."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from samverka.foundation.ui.figures import NO_BREAK_SPACE, number_text
from samverka.statistics.enums import Polarity, Sex
from samverka.statistics.models import Indicator
from samverka.statistics.queries.comparisons import POPULATION
from samverka.territory.enums import MADE_OF_MUNICIPALITIES
from samverka.territory.models import Area

from .queries import Card, Indicated, Parts, Place, called, direction_of

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
        if not self.better and not self.worse:
            return _("som andra")
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
    return ngettext(
        "Bättre än %(against)s i %(better)s indikator och sämre i %(worse)s, av %(told)s som går att jämföra.",
        "Bättre än %(against)s i %(better)s indikatorer och sämre i %(worse)s, av %(told)s som går att jämföra.",
        found.better,
    ) % {
        "against": against,
        "better": found.better,
        "worse": found.worse,
        "told": found.told,
    }


def people(area: Area, cards: Iterable[Card]) -> str:
    """How many live in the area: by the newest figure on the page, else by the list of areas."""
    counted = next((card.now for card in cards if card.indicator.source_key == POPULATION and card.now), None)
    number, year = (counted.value, counted.year) if counted else (area.population, area.population_on.year)
    return _("%(people)s invånare %(year)s") % {"people": number_text(number or 0), "year": year}


TITLES: dict[str, Promise] = {
    "tid": gettext_lazy("%(indicator)s: %(area)s över tid"),
    "karta": gettext_lazy("%(indicator)s: kartan över %(around)s, %(year)s"),
    "rangordning": gettext_lazy("%(indicator)s: %(area)s bland andra, %(year)s"),
    "fordelning": gettext_lazy("%(indicator)s: hur områdena fördelar sig, %(year)s"),
    "delar": gettext_lazy("%(indicator)s: %(around)s del för del"),
}


def chart_title(kind: str, found: Indicated, sex: Sex, around: Area) -> str:
    """The title of a chart, as it stands above a picture that has left its page."""
    words = {
        "indicator": found.indicator.name,
        "area": found.area.name,
        "around": around.name,
        "year": found.year or "",
    }
    title = str(TITLES[kind]) % words
    return title if sex is Sex.TOTAL else f"{title}, {sex.label}"


def over_time(found: Indicated) -> str:
    """What the chart over time shows."""
    figures = [figure for figure in found.of(found.area) if figure.value is not None]
    if not figures:
        return _("%(area)s har inga siffror för den här indikatorn.") % {"area": found.area.name}
    first, last = figures[0], figures[-1]
    if first is last:
        told = [_only(found.area.name, last.year, _amount(found, last.value))]
    else:
        told = [
            _("%(area)s gick från %(first)s %(first_year)s till %(last)s %(last_year)s.")
            % {
                "area": found.area.name,
                "first": _amount(found, first.value),
                "first_year": first.year,
                "last": _amount(found, last.value),
                "last_year": last.year,
            }
        ]
    top = max(figures, key=lambda figure: figure.value or 0.0)
    bottom = min(figures, key=lambda figure: figure.value or 0.0)
    if len(figures) > 2:
        told.append(
            _("Högst var det %(top_year)s med %(top)s, lägst %(bottom_year)s med %(bottom)s.")
            % {
                "top_year": top.year,
                "top": _amount(found, top.value),
                "bottom_year": bottom.year,
                "bottom": _amount(found, bottom.value),
            }
        )
    others = [
        (called(wider), figure.value)
        for wider in found.beside.wider
        if (figure := found.at(wider, last.year)) and figure.value is not None
    ]
    alike = next((figure.value for figure in found.similar if figure.year == last.year), None)
    if alike is not None:
        others.insert(0, (_("liknande kommuner"), alike))
    if others:
        told.append(
            _("Samma år: %(others)s.")
            % {"others": ", ".join(f"{name} {_amount(found, value)}" for name, value in others)}
        )
    missing = [str(figure.year) for figure in found.of(found.area) if figure.value is None]
    if missing:
        told.append(_("Värde saknas för %(years)s.") % {"years": ", ".join(missing)})
    return " ".join(told)


def women_and_men(found: Indicated) -> str:
    """What the chart of women and men shows."""
    year = found.year
    women, men = found.at(found.area, year, Sex.WOMEN), found.at(found.area, year, Sex.MEN)
    if women is None or men is None or women.value is None or men.value is None:
        return _("Siffror för både kvinnor och män saknas för det senaste året.")
    return _("%(area)s %(year)s: kvinnor %(women)s, män %(men)s. Skillnaden är %(gap)s.") % {
        "area": found.area.name,
        "year": year,
        "women": _amount(found, women.value),
        "men": _amount(found, men.value),
        "gap": difference(abs(women.value - men.value), found.indicator, found.decimals),
    }


def ranked(found: Indicated, places: Sequence[Place], sex: Sex = Sex.TOTAL) -> str:
    """What a ranking shows: one's own place, and the two ends."""
    known = [place for place in places if place.value is not None]
    if not known:
        return _("Inget område i gruppen har ett värde för året.")
    told = []
    own = next((place for place in known if place.area_id == found.area.pk), None)
    order = _("bäst först") if found.indicator.polarity != Polarity.NONE else _("högst först")
    if own is not None:
        told.append(
            _("%(area)s är nummer %(rank)s av %(count)s med %(value)s, %(order)s.")
            % {
                "area": own.name,
                "rank": own.rank,
                "count": len(known),
                "value": _amount(found, own.value),
                "order": order,
            }
        )
    elif found.area.kind in MADE_OF_MUNICIPALITIES:
        figure = found.at(found.area, found.year, sex)
        if figure is not None and figure.value is not None:
            told.append(
                _("%(area)s har %(value)s, men är ingen kommun och har ingen plats bland dem.")
                % {"area": found.area.name, "value": _amount(found, figure.value)}
            )
    told.append(
        _("Först är %(first)s med %(first_value)s, sist %(last)s med %(last_value)s.")
        % {
            "first": known[0].name,
            "first_value": _amount(found, known[0].value),
            "last": known[-1].name,
            "last_value": _amount(found, known[-1].value),
        }
    )
    if len(known) < len(places):
        told.append(_("%(count)s saknar värde.") % {"count": len(places) - len(known)})
    return " ".join(told)


def spread(found: Indicated, places: Sequence[Place]) -> str:
    """What the distribution shows."""
    values = sorted(place.value for place in places if place.value is not None)
    if not values:
        return _("Inget område har ett värde för året.")
    if len(values) == 1:
        return _only(
            next(place.name for place in places if place.value is not None), found.year, _amount(found, values[0])
        )
    quarter = len(values) // 4
    if not quarter:  # too few to have halves
        return _("%(count)s områden har ett värde. Lägst är %(lowest)s och högst %(highest)s.") % {
            "count": len(values),
            "lowest": _amount(found, values[0]),
            "highest": _amount(found, values[-1]),
        }
    return _(
        "Hälften av de %(count)s områdena ligger mellan %(low)s och %(high)s. "
        "Lägst är %(lowest)s och högst %(highest)s."
    ) % {
        "count": len(values),
        "low": _amount(found, values[quarter]),
        "high": _amount(found, values[-quarter - 1]),
        "lowest": _amount(found, values[0]),
        "highest": _amount(found, values[-1]),
    }


def mapped(found: Indicated, parts: Parts, sex: Sex) -> str:
    """What a map or a row of small charts shows: the ends of the parts."""
    known = sorted(
        (figure.value, area.name)
        for area in parts.areas
        if (figure := next((f for f in parts.of(area, sex) if f.year == found.year), None)) and figure.value is not None
    )
    if not known:
        return _("Ingen av delarna har ett värde för året.")
    if len(known) == 1:
        return _only(known[0][1], found.year, _amount(found, known[0][0]))
    return _("%(year)s var det lägst i %(low_area)s med %(low)s och högst i %(high_area)s med %(high)s.") % {
        "year": found.year,
        "low_area": known[0][1],
        "low": _amount(found, known[0][0]),
        "high_area": known[-1][1],
        "high": _amount(found, known[-1][0]),
    }


def faint_line(around: Area) -> str:
    """What the thin line behind each of the small charts is."""
    return _("Den tunna linjen är %(around)s.") % {"around": called(around)}


def _only(area: str, year: int | None, amount_told: str) -> str:
    """The one figure there is: nothing went up or down, and nothing is lowest or highest."""
    return _("%(area)s hade %(value)s %(year)s.") % {"area": area, "value": amount_told, "year": year}


def headline(found: Indicated) -> str:
    """The figure and how it lies, in one sentence: the heading of an indicator's page."""
    newest = found.newest
    if found.has_no_total:
        return _("%(area)s har inget samlat värde: varje kommun har sitt eget svar") % {"area": found.area.name}
    if newest is None or newest.value is None:
        return _("%(area)s har inga siffror här än") % {"area": found.area.name}
    facts = {"area": found.area.name, "value": _amount(found, newest.value), "year": newest.year}
    alike = next((figure.value for figure in found.similar if figure.year == newest.year), None)
    other: tuple[str, float | None] = (_("liknande kommuner"), alike)
    for wider in found.beside.wider:
        if other[1] is None and (figure := found.at(wider, newest.year)):
            other = (called(wider), figure.value)
    if other[1] is None:
        return _("%(area)s hade %(value)s %(year)s") % facts
    written = round(newest.value, found.decimals) - round(other[1], found.decimals)
    direction = direction_of(written, found.indicator, found.decimals)
    return _("%(area)s hade %(value)s %(year)s, %(than)s %(other)s: %(other_value)s") % {
        **facts,
        "than": THAN[direction],
        "other": other[0],
        "other_value": _amount(found, other[1]),
    }


def difference(value: float, indicator: Indicator, decimals: int) -> str:
    """A difference between two figures: between two shares it is percentage points, not per cent."""
    unit = _("procentenheter") if indicator.unit == "%" else indicator.unit
    text = number_text(value, decimals)
    return f"{text}{NO_BREAK_SPACE}{unit}" if unit else text


def _amount(found: Indicated, value: float | None) -> str:
    return amount(value or 0.0, found.indicator, found.decimals)
