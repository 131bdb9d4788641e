"""`samverka add-organisation`: how an installation begins, and how later organisations come in."""

from typing import TYPE_CHECKING

import click

from samverka.cli.accounts import refuse_demonstration, refuse_weak
from samverka.cli.failures import Failure
from samverka.cli.session import require_migrated, session

if TYPE_CHECKING:
    from samverka.territory.models import Area

KINDS = (
    "municipality",
    "region",
    "county_board",
    "state_agency",
    "company",
    "university",
    "association",
    "network",
)
"""Written out so that --help needs no Django; a test compares with OrganisationKind."""


@click.command("add-organisation", short_help="Add an organisation and its first coordinator.")
@click.argument("name")
@click.option("--kind", type=click.Choice(KINDS), required=True, help="What kind of organisation it is.")
@click.option("--area", help="Official code of its county (10) or municipality (1080).")
@click.option("--coordinator", "email", required=True, metavar="EMAIL", help="Who adds everybody else.")
@click.option("--coordinator-name", "person", required=True, metavar="NAME", help="Their name.")
@click.option("--ask-password", is_flag=True, help="Ask for a password now, where no mail is sent.")
def add_organisation(name: str, kind: str, area: str | None, email: str, person: str, ask_password: bool) -> None:  # noqa: FBT001  click passes options by name
    """Add an organisation, or find the one of that NAME, and make somebody its coordinator.

    The coordinator adds everybody else, under "Min organisation". Without --ask-password they choose a password
    by the link in the mail that they get.
    """
    password = click.prompt("Password", hide_input=True, confirmation_prompt=True) if ask_password else None
    with session():
        require_migrated()
        from django.db import transaction

        from samverka.foundation import clock
        from samverka.foundation.access.actors import Actor
        from samverka.foundation.database.acting import acting_as
        from samverka.organisations import services
        from samverka.organisations.enums import MembershipRole, OrganisationKind

        refuse_demonstration()
        refuse_weak(password)
        actor = Actor.system("samverka add-organisation")
        with acting_as(actor), transaction.atomic():
            organisation = services.add_organisation(
                actor=actor, name=name, kind=OrganisationKind(kind), area=_area(area), now=clock.now()
            )
            membership = services.add_member(
                actor=actor,
                organisation=organisation,
                email=email,
                name=person,
                role=MembershipRole.COORDINATOR,
                starts_on=clock.today(),
                now=clock.now(),
            )
            if password is not None:
                membership.person.set_password(password)
                membership.person.save(update_fields=["password"])
    click.echo(f"{membership.person} coordinates {organisation}.")


def _area(code: str | None) -> "Area | None":
    from samverka.territory.models import Area

    if code is None:
        return None
    found = Area.objects.filter(code=code).first()
    if found is None:
        raise Failure(
            f"There is no area with the code {code}.", remedy="Use Statistics Sweden's code, such as 10 or 1080."
        )
    return found
