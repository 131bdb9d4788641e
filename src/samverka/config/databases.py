"""The two connections: `owner`, who may alter tables, and `default`, the application's own role."""

from typing import Any

from samverka.config.env import Environment, database_settings
from samverka.foundation.database.creation import ensure_database
from samverka.foundation.database.embedded import ensure_running
from samverka.foundation.database.names import app_password, app_role

DATABASE = "samverka"
POOL = {"min_size": 1, "max_size": 8, "timeout": 10}
"""Per process. A web process runs four threads; the rest is room for the moments between."""


def connections_for(environment: Environment) -> dict[str, dict[str, Any]]:
    """Django's DATABASES. Starts the embedded server when no other is given."""
    if environment.database_app_url is not None:
        app = database_settings(environment.database_app_url, name="DATABASE_APP_URL")
        owner = database_settings(environment.database_url) if environment.database_url else dict(app)
    else:
        owner = database_settings(environment.database_url or _embedded(environment))
        app = {
            **owner,
            "USER": app_role(owner["NAME"]),
            "PASSWORD": app_password(environment.secret_key, owner["NAME"]),
        }
    app["OPTIONS"] = {**app["OPTIONS"], "pool": POOL}
    return {"default": app, "owner": owner}


def _embedded(environment: Environment) -> str:
    server = ensure_running(environment.data_dir)
    ensure_database(server.superuser_url(), DATABASE)
    return server.superuser_url(DATABASE)
