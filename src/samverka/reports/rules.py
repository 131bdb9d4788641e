"""Parties read their reports; everybody those decided to be public; the leading party's coordinator publishes."""

from samverka.collaborations.enums import PartyRole
from samverka.collaborations.models import Collaboration
from samverka.collaborations.rules import collaborations_as
from samverka.foundation.access.actions import Action
from samverka.foundation.access.rules import Within, register, where
from samverka.organisations.enums import MembershipRole

from .models import Report, ReportFile

register(
    Action.READ,
    Report,
    (where("collaboration__is_public", True) & where("is_public", True))
    | Within("collaboration_id", collaborations_as()),
)
register(
    Action.READ,
    ReportFile,
    (where("report__collaboration__is_public", True) & where("report__is_public", True))
    | Within("report__collaboration_id", collaborations_as()),
)
register(
    Action.PUBLISH_REPORT,
    Collaboration,
    Within("id", collaborations_as(MembershipRole.COORDINATOR, party_roles=(PartyRole.LEAD,))),
)
