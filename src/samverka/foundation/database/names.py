"""What the application's role is called and how its password comes about. Free of Django: settings need it."""

import hashlib
import hmac

NAME_LIMIT = 63  # PostgreSQL cuts longer names in silence


def app_role(database: str) -> str:
    """The application's role for a database; of its own, because roles are shared by all databases of a server."""
    name = f"{database}_app"
    if len(name) > NAME_LIMIT:
        name = f"{database[:40]}_{hashlib.sha256(database.encode()).hexdigest()[:8]}_app"
    return name


def app_password(secret_key: str, database: str) -> str:
    """Derived, so that no second secret has to be kept anywhere."""
    return hmac.new(secret_key.encode(), f"app role of {database}".encode(), hashlib.sha256).hexdigest()
