"""Official statistics are everybody's to read; those who run the installation take them in."""

from samverka.foundation.access.actions import Action
from samverka.foundation.access.rules import EVERYONE, OPERATORS, Within, register, where
from samverka.organisations.rules import organisations_as

from .models import FocusArea, Indicator

# What an organisation measures itself is its own until it says otherwise.
register(Action.READ, Indicator, where("is_public", True) | Within("organisation_id", organisations_as()))
register(Action.READ, FocusArea, EVERYONE)  # a county's headings are no secret
register(Action.IMPORT_STATISTICS, None, OPERATORS)
