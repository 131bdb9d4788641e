"""The composition root: environment, settings, URLs, WSGI. It knows everybody; nobody knows it."""

import os

_DEMO = False


def boot(*, demo: bool = False) -> None:
    """Start Django for this process.

    The demo mode is a fact of the process, told by `samverka demo` alone: no environment variable and no file
    can open the one-click door of a production server.

    Raises:
        samverka.config.env.SettingsError: a setting is unusable; the message names it and the remedy.
    """
    global _DEMO
    _DEMO = demo
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "samverka.config.settings")
    import django  # after the flag is set: importing settings reads it

    django.setup()


def is_demo() -> bool:
    """Whether this process was started by `samverka demo`."""
    return _DEMO
