from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class Phase(TextChoices):
    PREPARING = "preparing", _("förbereds")
    IN_FORCE = "in_force", _("i kraft")
    CONCLUDED = "concluded", _("avslutad")


class PartyRole(TextChoices):
    """What a party does in a collaboration."""

    LEAD = "lead", _("leder")
    PARTY = "party", _("part")
    OPERATOR = "operator", _("operativ part")


class Tab(TextChoices):
    """The five questions that every collaboration answers (SKR 2020)."""

    SITUATION = "lagesbild", _("Lägesbild")
    ORGANISE = "organisera", _("Organisera")
    STEER = "styra", _("Styra")
    LEAD = "leda", _("Leda")
    WORK = "arbeta", _("Arbeta")

    @property
    def question(self) -> str:
        return str(
            {
                Tab.SITUATION: _("Hur är läget?"),
                Tab.ORGANISE: _("Hur organiserar vi oss?"),
                Tab.STEER: _("Hur styr vi?"),
                Tab.LEAD: _("Hur leder vi?"),
                Tab.WORK: _("Hur arbetar vi?"),
            }[self]
        )
