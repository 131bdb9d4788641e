"""Sessions in the database, read as every page reads one: by one statement that is not put together anew."""

from typing import Any, Final

from django.contrib.sessions.backends import db
from django.db import connections, router
from django.utils import timezone

_READ: Final = "SELECT session_data FROM django_session WHERE session_key = %s AND expire_date > %s"


class SessionStore(db.SessionStore):
    """Django's own, but for how a session is found."""

    def load(self) -> dict[str, Any]:
        with connections[router.db_for_read(self.model)].cursor() as cursor:
            cursor.execute(_READ, [self.session_key, timezone.now()])
            found = cursor.fetchone()
        if found is None:
            self._session_key = None
            return {}
        return self.decode(found[0])
