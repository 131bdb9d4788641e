"""Parties read their goals; everybody reads those that are decided to be public."""

from samverka.collaborations.enums import PartyRole
from samverka.collaborations.models import Collaboration
from samverka.collaborations.rules import collaborations_as
from samverka.foundation.access.actions import Action
from samverka.foundation.access.rules import Within, register, where
from samverka.organisations.enums import MembershipRole

from .models import Goal, GoalTarget

register(
    Action.READ,
    Goal,
    (where("collaboration__is_public", True) & where("is_public", True))
    | Within("collaboration_id", collaborations_as()),
)
register(
    Action.READ,
    GoalTarget,
    (where("goal__collaboration__is_public", True) & where("goal__is_public", True))
    | Within("goal__collaboration_id", collaborations_as()),
)
register(
    Action.ADOPT_GOAL,
    Collaboration,
    Within("id", collaborations_as(MembershipRole.COORDINATOR, party_roles=(PartyRole.LEAD,))),
)
