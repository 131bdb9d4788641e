"""rules.toml: what is fixed, forbidden, together, fair, and wanted next, in the names of the other files."""

import re
import tomllib
from collections.abc import Callable, Mapping
from enum import StrEnum
from pathlib import Path
from typing import Any, TypeVar

import numpy as np
import polars as pl
from numpy.typing import NDArray

from samverka_engine.matching.problem import NOWHERE
from samverka_engine.matching.rules.model import (
    Closeness,
    Fairness,
    Group,
    Measure,
    Objective,
    Quota,
    Rules,
    Stability,
    Together,
)

from .columns import Needs, Places
from .faults import Fault, Refused, unlike
from .pairs import Pairs

__all__ = ["read_rules"]

Choice = TypeVar("Choice", bound=StrEnum)

_TABLES = {"objectives", "fixed", "forbidden", "together", "groups", "fairness", "quotas", "stability"}


def read_rules(path: Path | None, needs: Needs, places: Places, pairs: Pairs) -> Rules:
    """Read rules.toml; without one, the rules are those of the columns: groups, minimum intake and priority.

    Raises:
        Refused: the file is not TOML, or names what does not exist.
    """
    written = _written(path) if path else {}
    reader = _Reader(path or Path("rules.toml"), written, needs, places, pairs)
    rules = Rules(
        **dict(zip(("fixed_need", "fixed_place"), reader.pairs_of("fixed"), strict=True)),
        **dict(zip(("forbidden_need", "forbidden_place"), reader.pairs_of("forbidden"), strict=True)),
        together=reader.together(),
        groups=reader.groups(),
        fairness=reader.fairness(),
        quotas=reader.quotas(),
        objectives=reader.objectives(),
        minimum=places.minimum,
        size=needs.size,
        area=None if places.area is None else _numbered(places.area),
        stability=reader.stability(),
    )
    if reader.faults:
        raise Refused(reader.faults)
    return rules


def _written(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise Refused([Fault(path.name, None, None, "cannot be opened.", f"{error.strerror or error}.")]) from None
    except UnicodeDecodeError:
        raise Refused([Fault(path.name, None, None, "is not in UTF-8.", "Save the file in UTF-8.")]) from None
    except tomllib.TOMLDecodeError as error:
        line = re.search(r"line (\d+)", str(error))
        raise Refused(
            [Fault(path.name, int(line[1]) if line else None, None, f"is not TOML: {error}.", "Correct the line.")]
        ) from None


class _Reader:
    """Reads one table after the other, and gathers what is wrong."""

    def __init__(self, path: Path, written: Mapping[str, Any], needs: Needs, places: Places, pairs: Pairs) -> None:
        self.path = path
        self.faults: list[Fault] = []
        self.written = written
        self.needs = needs
        self.places = places
        self.pairs = pairs
        self.need = {name: index for index, name in enumerate(needs.ids)} if written else {}
        self.place = {name: index for index, name in enumerate(places.ids)} if written else {}
        self.faults += [
            Fault(path.name, self._line(fault.column or "", 0), fault.column, "is not a table of rules.", fault.remedy)
            for fault in unlike(path, (name for name in written if name not in _TABLES), _TABLES)
        ]

    # Each of the following reads a table.

    def pairs_of(self, table: str) -> tuple[NDArray[np.int32], NDArray[np.int32]]:
        found = []
        for at, row in enumerate(self._rows(table)):
            self._only(table, at, row, {"need", "place"})
            need = self._known(table, at, row, "need", self.need)
            place = self._known(table, at, row, "place", self.place)
            if need is not None and place is not None:
                found.append((need, place))
        both = np.array(found, dtype=np.int32).reshape(-1, 2)
        return both[:, 0].copy(), both[:, 1].copy()

    def together(self) -> tuple[Together, ...]:
        found = []
        for at, row in enumerate(self._rows("together")):
            self._only("together", at, row, {"needs", "closeness"})
            members = self._each(("together", at), row, "needs", self.need)
            if len(members) < 2:
                self._fault("together", at, "needs", "names fewer than two needs.", "Name all that belong together.")
            closeness = self._choice("together", at, row, "closeness", Closeness, Closeness.SAME)
            if closeness is Closeness.NEAR and self.places.area is None:
                self._fault("together", at, "closeness", "needs areas.", "Add a column area to the places.")
            found.append(Together(needs=members, closeness=closeness))
        return tuple(found)

    def groups(self) -> tuple[Group, ...]:
        found: dict[str, Group] = {}
        for name, values in self.needs.groups.items():
            for value in values.drop_nulls().unique().sort():
                title = f"{name}: {value}" if name else str(value)
                members = np.flatnonzero((values == value).fill_null(value=False).to_numpy()).astype(np.int32)
                found[title] = Group(name=title, members=members)
        for at, row in enumerate(self._rows("groups")):
            self._only("groups", at, row, {"name", "needs", "minimum"})
            title = self._text("groups", at, row, "name")
            least = self._number("groups", at, row, "minimum")
            if "needs" in row:
                if title in found:
                    self._fault("groups", at, "name", f"{title} is a group already.", "Choose another name.")
                listed = sorted(set(self._each(("groups", at), row, "needs", self.need)))
                found[title] = Group(name=title, members=np.array(listed, dtype=np.int32), minimum=least)
            elif title in found:
                found[title] = Group(name=title, members=found[title].members, minimum=least)
            else:
                named = ", ".join(found) or "none"
                remedy = f"Give its needs, or name one of the groups of the needs ({named})."
                self._fault("groups", at, "name", f"{title} is unknown.", remedy)
        return tuple(found.values())

    def fairness(self) -> Fairness:
        row = self.written.get("fairness", {})
        if not isinstance(row, dict):
            self._fault("fairness", 0, None, "is not a table.", "Write [fairness] on a line of its own.")
            return Fairness()
        self._only("fairness", 0, row, {"measure", "largest_difference", "best_worst_off"})
        difference = self._number("fairness", 0, row, "largest_difference")
        if difference is not None and difference < 0:
            self._fault("fairness", 0, "largest_difference", "is negative.", "Write 0 or more.")
        return Fairness(
            measure=self._choice("fairness", 0, row, "measure", Measure, Measure.SCORE),
            largest_difference=difference,
            best_worst_off=bool(row.get("best_worst_off", False)),
        )

    def quotas(self) -> tuple[Quota, ...]:
        found = []
        for at, row in enumerate(self._rows("quotas")):
            self._only("quotas", at, row, {"name", "places", "area", "resource", "least", "most", "penalty"})
            resources = {name: index for index, name in enumerate(self.places.capacity)}
            resource = self._known("quotas", at, row, "resource", resources) if "resource" in row else None
            least, most = self._whole(at, row, "least"), self._whole(at, row, "most")
            if least is None and most is None:
                self._fault("quotas", at, None, "has no bound.", "Give least, most or both.")
            penalty = self._number("quotas", at, row, "penalty")
            if penalty is not None and penalty < 0:
                self._fault("quotas", at, "penalty", "is negative.", "Write what each missing or surplus unit costs.")
            members = self._places_of(at, row)
            name = self._text("quotas", at, row, "name")
            found.append(
                Quota(name=name, places=members, resource=resource, least=least or 0, most=most, penalty=penalty)
            )
        return tuple(found)

    def _places_of(self, at: int, row: Mapping[str, Any]) -> tuple[int, ...]:
        if ("places" in row) == ("area" in row):
            self._fault("quotas", at, "places", "needs either places or an area.", "Give one of the two.")
            return ()
        if "places" in row:
            return self._each(("quotas", at), row, "places", self.place)
        areas = self.places.area
        members = () if areas is None else tuple(np.flatnonzero((areas == str(row["area"])).fill_null(value=False)))
        if not members:
            remedy = "Write it as in the column area of the places."
            self._fault("quotas", at, "area", f"{row['area']} has no places.", remedy)
        return tuple(int(member) for member in members)

    def objectives(self) -> tuple[Objective, ...]:
        given = self.written.get("objectives")
        if given is None:
            given = ["score", "priority"] if self.needs.priority is not None else ["score"]
        if not isinstance(given, list) or not given:
            self._fault("objectives", 0, None, "is not a list.", 'Write for example objectives = ["score", "placed"].')
            return ()
        found = []
        for at, goal in enumerate(given):
            row = {"of": goal} if isinstance(goal, str) else goal
            self._only("objectives", at, row, {"of", "want", "give"})
            name = str(row.get("of", ""))
            value = self._value_of(at, name)
            if value is None:
                continue
            want = row.get("want", "more")
            if want not in ("more", "less"):
                self._fault("objectives", at, "want", f"{want} is neither more nor less.", "Write more or less.")
            give = self._number("objectives", at, row, "give") or 0.0
            if give < 0:
                self._fault("objectives", at, "give", "is negative.", "Write a share, such as 0.01.")
            found.append(Objective(name=name, value=-value if want == "less" else value, give=give))
        return tuple(found)

    def _value_of(self, at: int, name: str) -> NDArray[np.float64] | None:
        """(E,): what a pair adds to a goal."""
        of_needs: dict[str, NDArray[np.float64] | None] = {
            "placed": np.ones(len(self.needs.ids)),
            "priority": self.needs.priority,
            "waiting": self.needs.waiting,
        }
        if name == "score":
            return self.pairs.score
        each = of_needs.get(name)
        if each is not None:
            return np.repeat(each, np.diff(self.pairs.first))
        criterion = self.pairs.criteria.get(name.removeprefix("criterion:")) if name.startswith("criterion:") else None
        if criterion is not None:
            return criterion.astype(np.float64)
        known = ["score", *(n for n, v in of_needs.items() if v is not None)]
        known += [f"criterion:{criterion}" for criterion in self.pairs.criteria]
        self._fault("objectives", at, "of", f"{name} is unknown here.", f"These files give {', '.join(known)}.")
        return None

    def stability(self) -> Stability | None:
        row = self.written.get("stability")
        if row is None:
            return None
        self._only("stability", 0, row, {"previous", "bonus", "most_changes"})
        previous = np.full(len(self.needs.ids), NOWHERE, dtype=np.int32)
        file = self.path.parent / self._text("stability", 0, row, "previous")
        try:
            earlier = pl.read_csv(file, infer_schema=False, columns=["need_id", "place_id"])
        except (OSError, pl.exceptions.PolarsError):
            remedy = "Give the assignment.csv of the earlier run, as a path from this file."
            self._fault("stability", 0, "previous", f"{file.name} cannot be read.", remedy)
            return None
        for need, place in earlier.iter_rows():
            if need in self.need and place in self.place:  # who has left, and places that are gone, hold nothing
                previous[self.need[need]] = self.place[place]
        changes = self._number("stability", 0, row, "most_changes")
        return Stability(
            previous=previous,
            bonus=self._number("stability", 0, row, "bonus") or 0.0,
            most_changes=None if changes is None else int(changes),
        )

    # Values of a row, and what is wrong with them.

    def _rows(self, table: str) -> list[dict[str, Any]]:
        rows = self.written.get(table, [])
        if isinstance(rows, list) and all(isinstance(row, dict) for row in rows):
            return rows
        self._fault(table, 0, None, "is not a list of tables.", f"Write [[{table}]] above each.")
        return []

    def _only(self, table: str, at: int, row: Mapping[str, Any], known: set[str]) -> None:
        for fault in unlike(self.path, (key for key in row if key not in known), known):
            self._fault(table, at, fault.column, "is not known here.", fault.remedy)

    def _text(self, table: str, at: int, row: Mapping[str, Any], key: str) -> str:
        value = row.get(key)
        if isinstance(value, str) and value:
            return value
        self._fault(table, at, key, "is missing.", "Give it as a text within quotation marks.")
        return ""

    def _known(self, table: str, at: int, row: Mapping[str, Any], key: str, ids: Mapping[str, int]) -> int | None:
        value = row.get(key)
        if isinstance(value, str) and value in ids:
            return ids[value]
        said = "is missing." if value is None else f"{value} is unknown."
        self._fault(table, at, key, said, "Write it as in the other files, within quotation marks.")
        return None

    def _each(
        self, where: tuple[str, int], row: Mapping[str, Any], key: str, ids: Mapping[str, int]
    ) -> tuple[int, ...]:
        values = row.get(key)
        if not isinstance(values, list):
            self._fault(*where, key, "is not a list.", 'Write for example ["a", "b"].')
            return ()
        found = (self._known(*where, {key: value}, key, ids) for value in dict.fromkeys(map(str, values)))
        return tuple(index for index in found if index is not None)

    def _number(self, table: str, at: int, row: Mapping[str, Any], key: str) -> float | None:
        value = row.get(key)
        if value is None:
            return None
        if isinstance(value, int | float) and not isinstance(value, bool) and np.isfinite(value):
            return float(value)
        self._fault(table, at, key, f"{value} is not a finite number.", "Write digits without quotation marks.")
        return None

    def _whole(self, at: int, row: Mapping[str, Any], key: str) -> int | None:
        value = self._number("quotas", at, row, key)
        if value is not None and (value < 0 or value != int(value)):
            self._fault("quotas", at, key, f"{value} is not a whole number from 0.", "Write a whole number.")
            return None
        return None if value is None else int(value)

    def _choice(
        self, table: str, at: int, row: Mapping[str, Any], key: str, kind: type[Choice], default: Choice
    ) -> Choice:
        value = row.get(key, default.value)
        if value in {choice.value for choice in kind}:
            return kind(value)
        remedy = f"Choose one of {', '.join(choice.value for choice in kind)}."
        self._fault(table, at, key, f"{value} is not a choice.", remedy)
        return default

    def _fault(self, table: str, at: int, key: str | None, found: str, remedy: str) -> None:
        column = table if key is None else f"{table}.{key}"
        self.faults.append(Fault(self.path.name, self._line(table, at), column, found, remedy))

    def _line(self, table: str, at: int) -> int | None:
        """The line of the table's head, or of its key when it is written on one line."""
        try:
            lines = self.path.read_text(encoding="utf-8").splitlines()
        except OSError:
            return None
        head = re.compile(rf"\s*\[+\s*{re.escape(table)}\s*\]+|\s*{re.escape(table)}\s*=")
        found = [number for number, line in enumerate(lines, start=1) if head.match(line)]
        return found[min(at, len(found) - 1)] if found else None


def _numbered(values: pl.Series) -> NDArray[np.int32]:
    """Texts as numbers in their alphabetical order; -1 for none."""
    order: Callable[[], pl.Series] = values.drop_nulls().unique().sort
    numbers = values.cast(pl.Enum(order())).to_physical().cast(pl.Int32)
    return numbers.fill_null(-1).to_numpy().astype(np.int32)
