from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class AgreementKind(TextChoices):
    AGREEMENT = "agreement", _("överenskommelse")
    LETTER_OF_INTENT = "letter_of_intent", _("avsiktsförklaring")
    COMMISSION = "commission", _("uppdragsavtal")
    CIVIL_SOCIETY_PARTNERSHIP = "iop", _("idéburet offentligt partnerskap (IOP)")
    PROCUREMENT = "procurement", _("upphandlingsavtal")
    PROJECT = "project", _("projektbeslut")
