"""`samverka add-operator`: who runs the installation from the screen."""

import click

from samverka.cli.accounts import refuse_demonstration, refuse_weak
from samverka.cli.session import require_migrated, session


@click.command("add-operator", short_help="Let somebody take in statistics on the screen.")
@click.argument("email")
@click.option("--name", required=True, help="Their name, if they have no account yet.")
@click.option("--ask-password", is_flag=True, help="Ask for a password now, where no mail is sent.")
def add_operator(email: str, name: str, ask_password: bool) -> None:  # noqa: FBT001  click passes options by name
    """Make the person with the address EMAIL an operator, who takes in statistics under "Statistik".

    It gives no insight into any organisation's information. Without --ask-password somebody new chooses a password
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

        refuse_demonstration()
        refuse_weak(password)
        actor = Actor.system("samverka add-operator")
        with acting_as(actor), transaction.atomic():
            person = services.make_operator(actor=actor, email=email, name=name, now=clock.now())
            if password is not None:
                person.set_password(password)
                person.save(update_fields=["password"])
    click.echo(f"{person} is an operator.")
