"""Reading what stands beside the figures."""

from dataclasses import dataclass

from django.db.models import Q, QuerySet

from samverka.collaborations.models import Collaboration
from samverka.collaborations.queries import chosen_of, lead_of
from samverka.foundation.access.actions import Action
from samverka.foundation.access.actors import Actor
from samverka.foundation.access.rules import allows, permitted
from samverka.picture.models import Comment, Note
from samverka.statistics.models import FocusArea, Indicator
from samverka.statistics.queries import visible_to as indicators_visible_to
from samverka.territory.models import Area


def notes_visible_to(actor: Actor) -> QuerySet[Note]:
    """Notes that the actor may read, beside figures that they may read."""
    found = Note.objects.select_related("collaboration__area", "focus_area", "indicator", "written_by", "changed_by")
    readable = Q(indicator=None) | Q(indicator__in=indicators_visible_to(actor))
    return permitted(actor, Action.READ, found).filter(readable)


def comments_visible_to(actor: Actor) -> QuerySet[Comment]:
    """Comments that the actor may read, at figures that they may read."""
    found = Comment.objects.select_related("collaboration__area", "indicator", "area", "written_by")
    return permitted(actor, Action.READ, found).filter(indicator__in=indicators_visible_to(actor))


def notes_of(actor: Actor, collaboration: Collaboration) -> list[Note]:
    """The notes of a collaboration that the actor may read, the latest first. One query."""
    beside_what = Note.objects.filter(collaboration=collaboration)
    found = list(beside_what.select_related("focus_area", "indicator", "written_by", "changed_by"))
    for note in found:
        note.collaboration = collaboration  # the same for all, and its area has been read already
    return [
        note
        for note in found
        if allows(actor, Action.READ, note) and (note.indicator is None or allows(actor, Action.READ, note.indicator))
    ]


@dataclass(frozen=True)
class Said:
    """A comment, and whether the actor may take it away."""

    comment: Comment
    may_remove: bool


@dataclass(frozen=True)
class Beside:
    """What stands beside an indicator's figures in an area, in a collaboration."""

    collaboration: Collaboration
    indicator: Indicator
    area: Area
    notes: list[Note]
    comments: list[Said]
    may_write: bool
    is_party: bool


def beside(actor: Actor, collaboration: Collaboration, indicator: Indicator, area: Area) -> Beside:
    """Notes on the indicator or its focus areas, and comments at its figures in the area. Two queries.

    The caller has let the actor in to the collaboration.
    """
    on_indicator = Q(indicator=indicator) | Q(indicator=None, focus_area__places__indicator=indicator)
    notes = notes_visible_to(actor).filter(on_indicator, collaboration=collaboration).distinct()
    comments = comments_visible_to(actor).filter(collaboration=collaboration, indicator=indicator, area=area)
    return Beside(
        collaboration=collaboration,
        indicator=indicator,
        area=area,
        notes=list(notes),
        comments=[Said(comment, allows(actor, Action.REMOVE_COMMENT, comment)) for comment in comments],
        may_write=may_write(actor, collaboration),
        is_party=allows(actor, Action.READ, Comment(collaboration=collaboration)),
    )


def latest_comments(actor: Actor, collaboration: Collaboration, *, count: int) -> list[Comment]:
    """The latest comments of a collaboration that the actor may read, the latest first. One query."""
    at_what = comments_visible_to(actor).filter(collaboration=collaboration).select_related(None)
    latest = at_what.select_related("indicator", "area", "written_by").order_by("-written_at", "-pk")
    found = list(latest[:count])
    for comment in found:
        comment.collaboration = collaboration  # the same for all, and its area has been read already
    return found


def focus_areas_of(collaboration: Collaboration) -> QuerySet[FocusArea]:
    """The focus areas that a collaboration may write beside: those that all have, and its leading organisation's."""
    return FocusArea.objects.filter(Q(organisation=None) | Q(organisation=lead_of(collaboration)))


def indicators_beside(actor: Actor, collaboration: Collaboration, *more: int | None) -> QuerySet[Indicator]:
    """The indicators that notes may stand beside: the chosen ones that the actor may read, and some more by key."""
    chosen = Q(pk__in=chosen_of(collaboration).values("indicator")) | Q(pk__in=[key for key in more if key])
    return indicators_visible_to(actor).filter(chosen).order_by("name")


def may_write(actor: Actor, collaboration: Collaboration) -> bool:
    """Whether the actor writes beside the figures of a collaboration."""
    return allows(actor, Action.WRITE_NOTE, collaboration)
