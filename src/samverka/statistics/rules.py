"""Official statistics are everybody's to read; those who run the installation take them in."""

from samverka.foundation.access.actions import Action
from samverka.foundation.access.actors import Actor
from samverka.foundation.access.rules import EVERYONE, OPERATORS, Empty, Within, register, themselves, where
from samverka.organisations.enums import MembershipRole
from samverka.organisations.models import Organisation
from samverka.organisations.rules import organisations_as

from .models import FigureFile, FocusArea, Indicator, Observation, Revision

# What an organisation measures itself is its own until it says otherwise.
register(Action.READ, Indicator, where("is_public", True) | Within("organisation_id", organisations_as()))
for _figures in (Observation, Revision):
    register(
        Action.READ,
        _figures,
        where("indicator__is_public", True) | Within("indicator__organisation_id", organisations_as()),
    )
register(Action.READ, FocusArea, EVERYONE)  # a county's headings are no secret
register(Action.IMPORT_STATISTICS, None, OPERATORS)

# An organisation's coordinators keep what is its own; those who run the installation keep what is everybody's.
_COORDINATORS = organisations_as(MembershipRole.COORDINATOR)
_EVERYBODYS = OPERATORS & Empty("organisation_id")
register(Action.ARRANGE_STATISTICS, Organisation, Within("id", _COORDINATORS))
register(Action.ARRANGE_STATISTICS, FocusArea, Within("organisation_id", _COORDINATORS) | _EVERYBODYS)
register(Action.ARRANGE_STATISTICS, Indicator, Within("organisation_id", _COORDINATORS) | _EVERYBODYS)
register(Action.READ, FigureFile, themselves("person_id"))  # until it is taken in, a file is its uploader's own


def arranges_something(actor: Actor) -> bool:
    """Whether there is any organisation whose statistics the actor arranges, or everybody's."""
    return actor.is_operator or bool(_COORDINATORS(actor))
