"""Who reads and writes beside the figures, and who freezes the picture and shows it to others.

Notes belong to the collaboration: whoever writes for a party may mend any of them. A comment is its writer's own.
"""

from samverka.collaborations.enums import PartyRole
from samverka.collaborations.models import Collaboration
from samverka.collaborations.rules import WRITERS, collaborations_as
from samverka.foundation.access.actions import Action
from samverka.foundation.access.rules import Within, register, themselves, where
from samverka.organisations.enums import MembershipRole

from .models import Comment, Note, Snapshot, SnapshotLink

_WRITES = collaborations_as(*WRITERS)
_LEADS = collaborations_as(MembershipRole.COORDINATOR, party_roles=(PartyRole.LEAD,))

register(
    Action.READ,
    Note,
    (where("collaboration__is_public", True) & where("is_public", True))
    | Within("collaboration_id", collaborations_as()),
)
register(Action.READ, Comment, Within("collaboration_id", collaborations_as()))
register(Action.WRITE_NOTE, Collaboration, Within("id", _WRITES))
register(Action.CHANGE_NOTE, Note, Within("collaboration_id", _WRITES))
register(
    Action.REMOVE_COMMENT,
    Comment,
    (themselves("written_by_id") & Within("collaboration_id", _WRITES)) | Within("collaboration_id", _LEADS),
)
register(Action.READ, Snapshot, Within("collaboration_id", collaborations_as()))
register(Action.READ, SnapshotLink, Within("snapshot__collaboration_id", collaborations_as()))
register(Action.TAKE_SNAPSHOT, Collaboration, Within("id", _WRITES))
register(Action.SHARE_SNAPSHOT, Snapshot, Within("collaboration_id", _WRITES))
