"""What an indicator measures, to be shown: the definition with all that belongs to it."""

from collections.abc import Sequence
from dataclasses import dataclass

from samverka.foundation.access.actions import Action
from samverka.foundation.access.actors import Actor
from samverka.foundation.access.rules import permitted
from samverka.statistics.models import Extraction, Indicator, IndicatorVersion

from .formulas import Explained, explained
from .reading import Figure, Series, latest_extraction


@dataclass(frozen=True)
class Definition:
    """An indicator with what belongs to its definition.

    earlier: the definitions that it has had, newest first. continued_by: the series that took its place.
    """

    indicator: Indicator
    earlier: Sequence[IndicatorVersion]
    continued_by: Sequence[Indicator]
    formula: Explained | None
    extraction: Extraction | None


def definition_of(actor: Actor, indicator: Indicator) -> Definition:
    """Everything that the definition's part of a page shows to one who may read the indicator. At most four queries;
    `indicator` comes with its source and the series that it continues (`select_related("source", "continues",
    "weight")`) or costs two more."""
    return Definition(
        indicator=indicator,
        earlier=list(indicator.versions.all()),
        continued_by=list(permitted(actor, Action.READ, indicator.continued_by.all())),
        formula=explained(indicator),
        extraction=latest_extraction(indicator),
    )


@dataclass(frozen=True)
class Chained:
    """A series with the one that it continues before it, because somebody has said that they may be shown as one.

    series: both, one after the other. joins: (area key, sex) → the first year of the newer one, where a mark stands.
    """

    series: Series
    joins: dict[tuple[int, str], int]


def chained_to(indicator: Indicator) -> Indicator | None:
    """The series that is shown before the indicator's own; None unless somebody has said that they may be one.

    What an organisation keeps to itself is not shown with what everybody may read.
    """
    earlier = indicator.continues if indicator.is_chained else None
    return earlier if earlier is not None and indicator.may_rest_on(earlier) else None


def chain(series: Series, before: Series) -> Chained:
    """The figures of `before` up to the first year with a value in `series`, and then those of `series`.

    Years that both have are the newer one's. Only one step back: a chain of three is two decisions.
    """
    chained = dict(series)
    joins: dict[tuple[int, str], int] = {}
    for key, figures in before.items():
        own: list[Figure] = series.get(key, [])
        first = next((figure.year for figure in own if figure.value is not None), None)
        if first is None:
            continue
        older = [figure for figure in figures if figure.year < first]
        if older:
            chained[key] = [*older, *(figure for figure in own if figure.year >= first)]
            joins[key] = first
    return Chained(chained, joins)
