from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class NoteKind(TextChoices):
    """Where the knowledge in a note comes from."""

    SCAN = "scan", _("omvärldsbevakning")
    RESEARCH = "research", _("forskning eller utvärdering")
    FOCUS_GROUP = "focus_group", _("fokusgrupp")
    INTERVIEW = "interview", _("intervjuer")
    VISIT = "visit", _("studiebesök")
    PRACTICE = "practice", _("erfarenhet i verksamheten")


class ChangeKind(TextChoices):
    """How a figure differs between two pictures of the situation."""

    NEW_YEAR = "new_year", _("nytt år")
    REVISED = "revised", _("ändrad av källan")
    STATUS = "status", _("ändrad status")
    ADDED = "added", _("ny uppgift")
    GONE = "gone", _("borta")
