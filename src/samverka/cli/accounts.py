"""What the commands that give people accounts share."""

from samverka.cli.failures import Exit, Failure


def refuse_demonstration() -> None:
    """Real people must not come to live where the next `samverka demo` opens a door for everybody.

    Raises:
        Failure: the first account is one of the demonstration's.
    """
    from samverka.demo.cast import DOMAIN
    from samverka.foundation.access.models import User

    first = User.objects.order_by("pk").first()
    if first is not None and first.email.endswith(f"@{DOMAIN}"):
        raise Failure(
            "The database is a demonstration's.",
            remedy="Set DATABASE_URL to an empty database, or SAMVERKA_DATA_DIR to another directory.",
            code=Exit.REFUSED,
        )


def refuse_weak(password: str | None) -> None:
    """A password that is too easy to guess is no password; None is chosen later, by the person.

    Raises:
        Failure: it is too weak.
    """
    from django.contrib.auth.password_validation import validate_password
    from django.core.exceptions import ValidationError
    from django.utils import translation

    if password is None:
        return
    with translation.override("en"):
        try:
            validate_password(password)
        except ValidationError as error:
            raise Failure(
                " ".join(error.messages), kept="Nothing was added.", remedy="Choose another password."
            ) from None
