"""All parties read each other's measures, each changes its own; everybody reads those decided to be public."""

from samverka.collaborations.models import Party
from samverka.collaborations.rules import WRITERS, collaborations_as, parties_as
from samverka.foundation.access.actions import Action
from samverka.foundation.access.rules import Within, register, where

from .models import Measure

register(
    Action.READ,
    Measure,
    (where("goal__collaboration__is_public", True) & where("goal__is_public", True) & where("is_public", True))
    | Within("goal__collaboration_id", collaborations_as()),
)
register(Action.CHANGE_MEASURE, Measure, Within("party_id", parties_as(*WRITERS)))
register(Action.ADD_MEASURE, Party, Within("id", parties_as(*WRITERS)))
