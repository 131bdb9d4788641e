"""Official statistics are everybody's to read; those who run the installation take them in."""

from samverka.foundation.access.actions import Action
from samverka.foundation.access.rules import EVERYONE, OPERATORS, register

from .models import Indicator

register(Action.READ, Indicator, EVERYONE)
register(Action.IMPORT_STATISTICS, None, OPERATORS)
