"""How a derived indicator is counted: its formula as text, its inputs, and the units."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from django.db.models import Q
from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from samverka.foundation.access.actions import Action
from samverka.foundation.access.actors import Actor
from samverka.foundation.access.rules import permitted
from samverka.statistics.enums import IndicatorKind, Measure, Recipe
from samverka.statistics.models import Indicator
from samverka_engine.series.derived import Difference, Formula, Index, Key, Quantity, Rate, Unit, gap_between_sexes

UNITS: dict[str, Unit] = {
    "personer": Unit.PERSONS,
    "kr": Unit.KRONOR,
    "antal": Unit.PIECES,
    "år": Unit.YEARS,
    "%": Unit.PER_CENT,
    "per 1000 inv": Unit.PER_THOUSAND,
    "per 1000": Unit.PER_THOUSAND,
    "kr/inv": Unit.KRONOR_PER_PERSON,
    "tkr/inv": Unit.KRONOR_PER_PERSON,
    "per person": Unit.PIECES_PER_PERSON,
    "procentenheter": Unit.PERCENTAGE_POINTS,
    "index": Unit.INDEX,
}
"""The unit as it is written → what the engine counts with."""

WRITTEN: dict[Unit, str] = {
    Unit.PERSONS: "personer",
    Unit.KRONOR: "kr",
    Unit.PIECES: "antal",
    Unit.YEARS: "år",
    Unit.RATIO: "",
    Unit.PER_CENT: "%",
    Unit.PER_THOUSAND: "per 1000",
    Unit.KRONOR_PER_PERSON: "kr/inv",
    Unit.PIECES_PER_PERSON: "per person",
    Unit.PERCENTAGE_POINTS: "procentenheter",
    Unit.INDEX: "index",
}


class CannotCount(Exception):
    """The units do not go together, or one of them is not known. The message is for a person."""

    code = "cannot_count"

    def __init__(self, message: "str | Promise", **details: object) -> None:
        super().__init__(message)
        self.message = message
        self.details = details

    def __str__(self) -> str:
        return str(self.message) % self.details


@dataclass(frozen=True)
class Counting:
    """A formula as it is kept: what is done with which indicators (`source/key`, in order)."""

    recipe: Recipe
    inputs: tuple[str, ...]
    per: int = 100
    base_year: int | None = None

    def text(self) -> str:
        """As `Indicator.formula` holds it."""
        said: dict[str, object] = {"kind": self.recipe.value, "inputs": list(self.inputs)}
        if self.recipe is Recipe.RATE:
            said["per"] = self.per
        if self.base_year is not None:
            said["base_year"] = self.base_year
        return json.dumps(said, ensure_ascii=False)

    @classmethod
    def of(cls, text: str) -> "Counting":
        said = json.loads(text)
        return cls(Recipe(said["kind"]), tuple(said["inputs"]), said.get("per", 100), said.get("base_year"))


def reference(indicator: Indicator) -> str:
    """What a formula calls an indicator."""
    return f"{indicator.source.key}/{indicator.source_key}"


def found(references: Iterable[str]) -> dict[str, Indicator]:
    """The indicators that a formula names, by what it calls them. One query."""
    wanted = Q(pk__in=[])
    for name in references:
        source, _slash, key = name.partition("/")
        wanted |= Q(source__key=source, source_key=key)
    return {reference(i): i for i in Indicator.objects.filter(wanted).select_related("source")}


def unit_of(indicator: Indicator) -> Unit:
    """The unit that the engine counts with.

    Raises:
        CannotCount: the unit is none that is known.
    """
    if indicator.unit in UNITS:
        return UNITS[indicator.unit]
    if not indicator.unit and indicator.measure == Measure.COUNT:
        return Unit.PIECES
    if not indicator.unit and indicator.measure == Measure.RATIO:
        return Unit.RATIO
    raise CannotCount(
        _("%(indicator)s har en enhet som Samverka inte kan räkna med: %(unit)s."),
        indicator=indicator.source_key,
        unit=indicator.unit or _("ingen enhet"),
    )


def formula_of(counting: Counting, inputs: Mapping[str, Indicator]) -> Formula:
    """The engine's formula, with its units checked.

    Raises:
        CannotCount: units that make no sense together or that are not known, or an input that is not there.
    """
    lacking = [name for name in counting.inputs if name not in inputs]
    if lacking:
        raise CannotCount(_("Ingen indikator har beteckningen %(keys)s."), keys=", ".join(lacking))
    parts = [Quantity(Key(name), unit_of(inputs[name])) for name in counting.inputs]
    written = [inputs[name].unit for name in counting.inputs]
    refused = CannotCount(
        _REFUSALS[counting.recipe],
        first=written[0] or _("ingen enhet"),
        second=(written[1] if len(written) > 1 else "") or _("ingen enhet"),
        per=counting.per,
    )
    # Units of one kind may be written differently: kronor and thousands of kronor are not subtracted.
    if counting.recipe is Recipe.GAP and written[0] != written[1]:
        raise refused
    try:
        match counting.recipe:
            case Recipe.RATE:
                return Rate(parts[0], parts[1], counting.per)
            case Recipe.GAP:
                return Difference(parts[0], parts[1])
            case Recipe.SEX_GAP:
                return gap_between_sexes(parts[0])
            case Recipe.INDEX:
                return Index(parts[0], counting.base_year or 0)
    except ValueError:
        raise refused from None


_REFUSALS: dict[Recipe, Promise] = {
    Recipe.RATE: _("%(first)s delat med %(second)s, per %(per)s, blir inget tal med mening. Välj två antal."),
    Recipe.GAP: _("%(first)s och %(second)s är olika enheter. En skillnad räknas mellan tal med samma enhet."),
    Recipe.SEX_GAP: _("Skillnaden går inte att räkna av %(first)s."),
    Recipe.INDEX: _("Ett index går inte att räkna av %(first)s, där noll inte betyder ingenting."),
}


def written_unit(counting: Counting, inputs: Mapping[str, Indicator]) -> str:
    """The unit of the result as it is written.

    Raises:
        CannotCount: see `formula_of`.
    """
    unit = formula_of(counting, inputs).unit
    first = inputs[counting.inputs[0]]
    return first.unit if first.unit in UNITS and UNITS[first.unit] is unit else WRITTEN[unit]


def hindrance(indicator: Indicator, counting: Counting, inputs: Mapping[str, Indicator]) -> str:
    """Why a derived indicator is not counted again, in a sentence; empty when it is.

    An input has got another unit since: the result would be none, or in another unit than the figures that are there.
    """
    try:
        unit = written_unit(counting, inputs)
    except CannotCount as refused:
        return str(refused)
    if unit == indicator.unit:
        return ""
    return gettext("Den är räknad i %(old)s, och skulle nu bli %(new)s.") % {
        "old": indicator.unit or gettext("ingen enhet"),
        "new": unit or gettext("ingen enhet"),
    }


def resting_on(actor: Actor, indicator: Indicator) -> list[Indicator]:
    """The derived indicators whose formula names this one, as far as the actor may read them. One query."""
    name = json.dumps(reference(indicator), ensure_ascii=False)
    derived = Indicator.objects.filter(kind=IndicatorKind.DERIVED, formula__contains=name)
    return list(permitted(actor, Action.READ, derived.order_by("name")))


@dataclass(frozen=True)
class Explained:
    """How a derived indicator is counted, to be shown: the inputs in their order. `hindrance`: why it is so no more."""

    counting: Counting
    inputs: tuple[Indicator, ...]
    hindrance: str = ""


def explained(indicator: Indicator) -> Explained | None:
    """How an indicator is counted; None for one that is not derived. One query."""
    if indicator.kind != IndicatorKind.DERIVED:
        return None
    counting = Counting.of(indicator.formula)
    inputs = found(counting.inputs)
    return Explained(
        counting,
        tuple(inputs[name] for name in counting.inputs if name in inputs),
        hindrance(indicator, counting, inputs),
    )
