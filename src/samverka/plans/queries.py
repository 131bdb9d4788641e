"""Reading measures."""

from collections import Counter
from collections.abc import Set
from dataclasses import dataclass
from datetime import date

from django.db.models import QuerySet

from samverka.collaborations.enums import PartyRole
from samverka.collaborations.models import Collaboration
from samverka.collaborations.queries import seats_in
from samverka.foundation.access.actions import Action
from samverka.foundation.access.actors import Actor
from samverka.foundation.access.rules import allows, permitted

from .enums import OVER, MeasureState
from .models import Measure


def related(measures: QuerySet[Measure]) -> QuerySet[Measure]:
    """With everything that a row shows, in the same query."""
    return measures.select_related(
        "goal__collaboration__area", "party__organisation", "party__collaboration", "changed_by"
    )


def visible_to(actor: Actor) -> QuerySet[Measure]:
    """Measures that the actor may read."""
    return related(permitted(actor, Action.READ, Measure.objects.all()))


def overdue_to_change(actor: Actor, day: date) -> QuerySet[Measure]:
    """Measures past their last day that the actor may change: those that wait for a word. Alone, without their goal."""
    measures = permitted(actor, Action.CHANGE_MEASURE, Measure.objects.filter(ends_on__lt=day))
    return measures.exclude(state__in=OVER).order_by("ends_on", "pk")


def overdue_in(actor: Actor, collaboration: Collaboration, day: date) -> QuerySet[Measure]:
    """Measures of a collaboration that the actor may read and that are past their last day."""
    measures = permitted(actor, Action.READ, Measure.objects.filter(goal__collaboration=collaboration))
    return measures.filter(ends_on__lt=day).exclude(state__in=OVER)


@dataclass(frozen=True)
class Row:
    """A measure as the actor meets it."""

    measure: Measure
    is_overdue: bool
    is_own: bool
    """The actor works for the party that does it."""
    is_inside: bool
    """The actor works for one of the parties, and may know who wrote what."""
    may_change: bool


@dataclass(frozen=True)
class Board:
    """The measures of a collaboration: those of the actor's own parties first."""

    own: list[Row]
    others: list[Row]
    states: list[tuple[MeasureState, int]]
    """How many in each state that occurs."""

    @property
    def rows(self) -> list[Row]:
        return [*self.own, *self.others]

    @property
    def total(self) -> int:
        return len(self.own) + len(self.others)

    @property
    def done(self) -> int:
        return dict(self.states).get(MeasureState.DONE, 0)

    @property
    def overdue(self) -> int:
        return sum(row.is_overdue for row in self.rows)

    @property
    def has_several_goals(self) -> bool:
        """One goal need not be named on every row; several must."""
        return len({row.measure.goal_id for row in self.rows}) > 1


def row_of(actor: Actor, measure: Measure, day: date) -> Row:
    """One measure that the caller has been let in to. No query beyond those that the actor remembers."""
    return _row(actor, measure, day, {seat.party_id for seat in seats_in(actor, measure.goal.collaboration)})


def _row(actor: Actor, measure: Measure, day: date, parties: Set[int]) -> Row:
    return Row(
        measure=measure,
        is_overdue=measure.is_overdue(day),
        is_own=measure.party_id in parties,
        is_inside=bool(parties),
        may_change=allows(actor, Action.CHANGE_MEASURE, measure),
    )


def board(actor: Actor, collaboration: Collaboration, day: date) -> Board:
    """The measures of a collaboration that the actor may read, the leading party's first. One query."""
    measures = permitted(actor, Action.READ, Measure.objects.filter(goal__collaboration=collaboration))
    in_order = measures.order_by("party__organisation__area__code", "party__organisation__name", "pk")
    parties = {seat.party_id for seat in seats_in(actor, collaboration)}
    rows = []
    for measure in in_order.select_related("goal", "party__organisation"):
        measure.goal.collaboration = measure.party.collaboration = collaboration  # the same for all, and read already
        rows.append(_row(actor, measure, day, parties))
    rows.sort(key=lambda row: row.measure.party.role != PartyRole.LEAD)
    count = Counter(row.measure.state for row in rows)
    return Board(
        own=[row for row in rows if row.is_own],
        others=[row for row in rows if not row.is_own],
        states=[(state, count[state]) for state in MeasureState if count[state]],
    )
