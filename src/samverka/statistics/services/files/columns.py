"""Which column of a table holds what: guessed by its name, put right by a person."""

import re
from collections.abc import Mapping, Sequence
from enum import StrEnum

from django.utils.translation import gettext_lazy as _


class Role(StrEnum):
    """What a column can be. An area, a year and a value are needed."""

    AREA = "area"
    YEAR = "year"
    SEX = "sex"
    VALUE = "value"
    STATUS = "status"


ROLE_LABELS = {
    Role.AREA: _("Område"),
    Role.YEAR: _("År"),
    Role.SEX: _("Kön"),
    Role.VALUE: _("Värde"),
    Role.STATUS: _("Status"),
}
NEEDED = (Role.AREA, Role.YEAR, Role.VALUE)

# In the order of trust: a column named `kod` is the area's before one named `område`, which may be for people to read.
_NAMES: Mapping[Role, Sequence[str]] = {
    Role.AREA: ("kod", "kommunkod", "områdeskod", "regionkod", "municipality", "kommun", "område", "region", "area"),
    Role.YEAR: ("år", "period", "year", "tid", "mätår"),
    Role.SEX: ("kön", "gender", "sex", "könsuppdelning"),
    Role.VALUE: ("värde", "value", "antal", "andel", "resultat", "utfall", "procent"),
    Role.STATUS: ("status", "anmärkning"),
}

Columns = dict[Role, int]
"""Role → place of its column, from 0."""


def guess(head: Sequence[str]) -> Columns:
    """What the columns seem to be: by the whole name first, then by a word of it. None is two things."""
    plain = [re.sub(r"[^\wåäö]+", " ", name.lower()).strip() for name in head]
    found: Columns = {}
    for whole in (True, False):
        for role, names in _NAMES.items():
            if role in found:
                continue
            for name in names:
                free = (i for i in range(len(plain)) if i not in found.values())
                place = next((i for i in free if plain[i] == name or (not whole and name in plain[i].split())), None)
                if place is not None:
                    found[role] = place
                    break
    return found


def stored(columns: Columns) -> dict[str, int]:
    return {role.value: place for role, place in columns.items()}


def restored(given: Mapping[str, int], width: int) -> Columns:
    """Columns as they were kept; those that the file does not have are left out."""
    return {Role(role): place for role, place in given.items() if role in set(Role) and 0 <= place < width}
