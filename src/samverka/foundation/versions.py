"""Two people change the same thing: the second is told, and nothing of either is lost."""

import hashlib
import json
from collections.abc import Mapping
from typing import Any

from django.db.models import Model


def sealed(said: Mapping[str, Any]) -> str:
    """Tells one state of something from another, by what it says. A form carries that of the state it was made from."""
    return hashlib.sha256(json.dumps(said, sort_keys=True).encode()).hexdigest()[:16]


class Overtaken(Exception):
    """The row has been changed since the writer saw it. `current` is the row as it is now."""

    code = "overtaken"

    def __init__(self, current: Model) -> None:
        super().__init__(f"{current._meta.label_lower} {current.pk} has been changed by somebody else")
        self.current: Any = current
