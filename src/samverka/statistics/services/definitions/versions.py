"""A definition that changes keeps what it was."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from samverka.foundation.audit.services import snapshot
from samverka.statistics.models import Indicator, IndicatorVersion
from samverka.statistics.services.shipped import shipped

DEFINING = ("name", "definition", "unit", "target_group", "numerator", "denominator", "formula")
"""The fields that say what is measured; with another one it is another definition."""


def as_defined(indicator: Indicator) -> dict[str, Any]:
    """The definition as it stands, to be compared with later."""
    return snapshot(indicator, DEFINING)


def replaced(indicator: Indicator, before: Mapping[str, Any], *, now: datetime) -> IndicatorVersion | None:
    """The earlier definition, unsaved, and `indicator.version` raised; None when it says the same as before.

    What was not said before is no other definition when it is said. Nor is the source's own description in place of the
    short one that came with Samverka.
    """
    ours = shipped().get((indicator.source.key, indicator.source_key))
    said = {
        name: value
        for name, value in before.items()
        if value and not (name == "definition" and ours is not None and value == ours.definition)
    }
    if all(getattr(indicator, name) == value for name, value in said.items()):
        return None
    earlier = IndicatorVersion(indicator=indicator, number=indicator.version, replaced_at=now, **before)
    indicator.version += 1
    return earlier
