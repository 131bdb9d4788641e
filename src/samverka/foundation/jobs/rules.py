"""Who may see and cancel long work: the person who ordered it."""

from samverka.foundation.access.actions import Action
from samverka.foundation.access.rules import register, themselves

from .models import Job

register(Action.READ, Job, themselves("person_id"))
register(Action.CANCEL_JOB, Job, themselves("person_id"))
