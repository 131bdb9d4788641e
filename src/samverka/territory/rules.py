"""Areas are public facts. Who divides a county into nodes is said where organisations are known."""

from samverka.foundation.access.actions import Action
from samverka.foundation.access.rules import EVERYONE, register

from .models import Area

register(Action.READ, Area, EVERYONE)
