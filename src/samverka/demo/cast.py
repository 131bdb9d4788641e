"""Through whose eyes the demo can be seen."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from samverka.organisations.enums import MembershipRole

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

DOMAIN = "demo.example"


@dataclass(frozen=True, kw_only=True)
class Member:
    """One of the cast: somebody who can be signed in as with one click."""

    key: str
    name: str
    organisation: str = ""
    role: MembershipRole | None = None
    """With the organisation; none for who runs the installation, which gives no insight into anybody's work."""
    tells: "StrOrPromise"
    """Why one would look at the demo through this person's eyes."""

    @property
    def first_name(self) -> str:
        return self.name.split()[0]

    @property
    def is_operator(self) -> bool:
        return self.role is None

    @property
    def works_as(self) -> str:
        """Role and organisation, in the reader's language."""
        if self.role is None:
            return gettext("driftansvarig")
        return f"{self.role.label}, {self.organisation}"

    @property
    def email(self) -> str:
        return f"{self.key}@{DOMAIN}"


CAST = (
    Member(
        key="anna",
        name="Anna Alm",
        organisation="Region Blekinge",
        role=MembershipRole.COORDINATOR,
        tells=_("Leder samverkan. Följer alla parter och publicerar den gemensamma rapporten."),
    ),
    Member(
        key="bengt",
        name="Bengt Berg",
        organisation="Olofströms kommun",
        role=MembershipRole.MEMBER,
        tells=_("Arbetar för en part. Ändrar kommunens åtgärd och skriver dess lägesbeskrivning."),
    ),
    Member(
        key="cecilia",
        name="Cecilia Ceder",
        organisation="Karlshamns kommun",
        role=MembershipRole.CASE_WORKER,
        tells=_("Möter unga i Navigatorcentrum. Läser mål, åtgärder och läge."),
    ),
    Member(
        key="david",
        name="David Dal",
        organisation="Ronneby kommun",
        role=MembershipRole.POLITICIAN,
        tells=_("Förtroendevald. Läser hur det går kvällen före nämnden."),
    ),
    Member(
        key="eva",
        name="Eva Ek",
        organisation="Region Kronoberg",
        role=MembershipRole.COORDINATOR,
        tells=_("Arbetar i ett annat län. Ser bara det som är offentligt i Blekinge."),
    ),
    Member(
        key="frida",
        name="Frida Falk",
        tells=_("Sköter Samverka åt alla. Hittar indikatorer hos Kolada och SCB och hämtar nya siffror."),
    ),
)
