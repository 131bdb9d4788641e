"""Read by those who may read the collaboration."""

from samverka.collaborations.rules import collaborations_as
from samverka.foundation.access.actions import Action
from samverka.foundation.access.rules import Within, register, where

from .models import Agreement

register(
    Action.READ, Agreement, where("collaboration__is_public", True) | Within("collaboration_id", collaborations_as())
)
