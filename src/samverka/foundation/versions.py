"""Two people change the same thing: the second is told, and nothing of either is lost."""

from typing import Any

from django.db.models import Model


class Overtaken(Exception):
    """The row has been changed since the writer saw it. `current` is the row as it is now."""

    code = "overtaken"

    def __init__(self, current: Model) -> None:
        super().__init__(f"{current._meta.label_lower} {current.pk} has been changed by somebody else")
        self.current: Any = current
