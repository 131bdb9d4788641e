"""The yardstick: Django with a view that answers an empty page, under the same server. `python -m tests.bench.empty`

Nothing but Django's own handling of a request: no middleware, no session, no template, no database.
"""

import sys

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.urls import path

from samverka.cli import listening, web_server


def empty(request: HttpRequest) -> HttpResponse:
    return HttpResponse("")


urlpatterns = [path("", empty)]


def main() -> None:
    """Listen on a free port of this machine, say which, and serve until SIGTERM."""
    import django  # set up here, and not where the bench itself imports the module's name

    settings.configure(ROOT_URLCONF=__name__, SECRET_KEY="none is kept", ALLOWED_HOSTS=["*"], USE_TZ=True)
    django.setup()
    listener = listening.listen("127.0.0.1", 0)
    sys.stdout.write(f"answers on {listening.url(listener)}\n")
    sys.stdout.flush()
    web_server.run(listener, 1)


if __name__ == "__main__":
    main()
