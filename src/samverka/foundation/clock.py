"""What time it is, in one place, so that a test can say it is another."""

from datetime import date, datetime

from django.utils import timezone


def now() -> datetime:
    """This moment, with its time zone."""
    return timezone.now()


def today() -> date:
    """This day in Sweden."""
    return timezone.localdate()
