"""A draft belongs to the party that writes it; a submitted text to all parties."""

from samverka.collaborations.models import Party
from samverka.collaborations.rules import WRITERS, collaborations_as, parties_as
from samverka.foundation.access.actions import Action
from samverka.foundation.access.rules import Filled, Within, register

from .models import StatusText

parties_written_for = parties_as(*WRITERS)
"""Actor to the keys of the parties that they write for."""

register(
    Action.READ,
    StatusText,
    Within("party_id", parties_as())
    | (Filled("submitted_at") & Within("party__collaboration_id", collaborations_as())),
)
register(Action.WRITE_STATUS, Party, Within("id", parties_written_for))
