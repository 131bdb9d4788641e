from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class OrganisationKind(TextChoices):
    MUNICIPALITY = "municipality", _("kommun")
    REGION = "region", _("region")
    COUNTY_BOARD = "county_board", _("länsstyrelse")
    STATE_AGENCY = "state_agency", _("statlig myndighet")
    COMPANY = "company", _("företag")
    UNIVERSITY = "university", _("högskola eller universitet")
    ASSOCIATION = "association", _("förening")
    NETWORK = "network", _("nätverk")


class MembershipRole(TextChoices):
    """What a person does in an organisation. `docs/access.md` says what each may."""

    COORDINATOR = "coordinator", _("samordnare")
    MEMBER = "member", _("medarbetare")
    CASE_WORKER = "case_worker", _("handläggare")
    POLITICIAN = "politician", _("förtroendevald")
