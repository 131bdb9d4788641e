"""Which column of a table holds what: guessed by its name, put right by a person."""

import itertools
import re
from collections.abc import Iterable, Mapping, Sequence
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
    Role.AREA: (
        *("kod", "kommunkod", "områdeskod", "regionkod", "municipality", "kommun", "kommunnamn"),
        *("område", "områdesnamn", "region", "län", "area"),
    ),
    Role.YEAR: ("år", "period", "year", "tid", "mätår"),
    Role.SEX: ("kön", "gender", "sex", "könsuppdelning"),
    Role.VALUE: ("värde", "value", "antal", "andel", "resultat", "utfall", "procent"),
    Role.STATUS: ("status", "anmärkning"),
}

LOOKED_AT = 100
"""So many rows are enough to see which column holds numbers."""
LONGEST_MARK = 2
"""".." and "-" stand for a number that is missing; a longer text is no number."""
_NUMBER = re.compile(r"[-−+]?[\d\s\u00a0\u202f]*\d([.,]\d+)?\s*%?")

Columns = dict[Role, int]
"""Role → place of its column, from 0."""


def guess(head: Sequence[str], rows: Iterable[Sequence[str]] = ()) -> Columns:
    """What the columns seem to be: by the whole name first, then by a word of it. None is two things.

    Values are named after what is measured: without a name that says so, they are the only numbers that are left.
    """
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
    if Role.VALUE not in found and {Role.AREA, Role.YEAR} <= found.keys():
        numbers = _numbers(len(head), itertools.islice(rows, LOOKED_AT)) - set(found.values())
        if len(numbers) == 1:
            found[Role.VALUE] = numbers.pop()
    return found


def _numbers(width: int, rows: Iterable[Sequence[str]]) -> set[int]:
    """The columns that hold numbers, and nothing that is neither a number nor a mark of one that is missing."""
    there: set[int] = set()
    spoilt: set[int] = set()
    for row in rows:
        for place, cell in enumerate(row[:width]):
            if _NUMBER.fullmatch(cell.strip()):
                there.add(place)
            elif len(cell.strip()) > LONGEST_MARK:
                spoilt.add(place)
    return there - spoilt


def stored(columns: Columns) -> dict[str, int]:
    return {role.value: place for role, place in columns.items()}


def restored(given: Mapping[str, int], width: int) -> Columns:
    """Columns as they were kept; those that the file does not have are left out."""
    return {Role(role): place for role, place in given.items() if role in set(Role) and 0 <= place < width}
