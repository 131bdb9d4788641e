"""rules.toml: what is fixed, forbidden, together, fair, and wanted next, in the names of the other files."""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

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

from .columns import Needs, Places, earlier_in
from .faults import Fault, Refused, unlike
from .pairs import Pairs
from .toml_rows import TomlRows, written_in

__all__ = ["read_rules"]

_TABLES = {"objectives", "fixed", "forbidden", "together", "groups", "fairness", "quotas", "stability"}
_QUESTIONS = {"mutual_choice", "sensitivity", "later"}
"""Tables that `questions_file` reads."""


def read_rules(path: Path | None, needs: Needs, places: Places, pairs: Pairs) -> Rules:
    """Read rules.toml; without one, the rules are those of the columns: groups, minimum intake and priority.

    Raises:
        Refused: the file is not TOML, or names what does not exist.
    """
    written = written_in(path) if path else {}
    reader = _Reader(path or Path("rules.toml"), written, needs, places, pairs)
    fixed, stability = reader.pairs_of("fixed"), reader.stability()
    if stability is not None:
        fixed = reader.with_frozen(fixed, stability)
    rules = Rules(
        **dict(zip(("fixed_need", "fixed_place"), fixed, strict=True)),
        **dict(zip(("forbidden_need", "forbidden_place"), reader.pairs_of("forbidden"), strict=True)),
        together=reader.together(),
        groups=reader.groups(),
        fairness=reader.fairness(),
        quotas=reader.quotas(),
        objectives=reader.objectives(),
        minimum=places.minimum,
        size=needs.size,
        area=None if places.area is None else _numbered(places.area),
        stability=stability,
    )
    if reader.faults:
        raise Refused(reader.faults)
    return rules


class _Reader(TomlRows):
    """Reads one table after the other, and gathers what is wrong."""

    def __init__(self, path: Path, written: Mapping[str, Any], needs: Needs, places: Places, pairs: Pairs) -> None:
        super().__init__(path, written)
        self.needs = needs
        self.places = places
        self.pairs = pairs
        self.need = {name: index for index, name in enumerate(needs.ids)} if written else {}
        self.place = {name: index for index, name in enumerate(places.ids)} if written else {}
        known = _TABLES | _QUESTIONS
        self.faults += [
            Fault(path.name, self._line(fault.column or "", 0), fault.column, "is not a table of rules.", fault.remedy)
            for fault in unlike(path, (name for name in written if name not in known), known)
        ]

    # Each of the following reads a table.

    def pairs_of(self, table: str) -> tuple[NDArray[np.int32], NDArray[np.int32]]:
        found = []
        for at, row in enumerate(self.rows(table)):
            self.only(table, at, row, {"need", "place"})
            need = self.known(table, at, row, "need", self.need)
            place = self.known(table, at, row, "place", self.place)
            if need is not None and place is not None:
                found.append((need, place))
        both = np.array(found, dtype=np.int32).reshape(-1, 2)
        return both[:, 0].copy(), both[:, 1].copy()

    def together(self) -> tuple[Together, ...]:
        found = []
        for at, row in enumerate(self.rows("together")):
            self.only("together", at, row, {"needs", "closeness"})
            members = self.each(("together", at), row, "needs", self.need)
            if len(members) < 2:
                self.fault("together", at, "needs", "names fewer than two needs.", "Name all that belong together.")
            closeness = self.choice("together", at, row, "closeness", Closeness, Closeness.SAME)
            if closeness is Closeness.NEAR and self.places.area is None:
                self.fault("together", at, "closeness", "needs areas.", "Add a column area to the places.")
            found.append(Together(needs=members, closeness=closeness))
        return tuple(found)

    def groups(self) -> tuple[Group, ...]:
        found: dict[str, Group] = {}
        for name, values in self.needs.groups.items():
            for value in values.drop_nulls().unique().sort():
                title = f"{name}: {value}" if name else str(value)
                members = np.flatnonzero((values == value).fill_null(value=False).to_numpy()).astype(np.int32)
                found[title] = Group(name=title, members=members)
        for at, row in enumerate(self.rows("groups")):
            self.only("groups", at, row, {"name", "needs", "minimum"})
            title = self.text("groups", at, row, "name")
            least = self.number("groups", at, row, "minimum")
            if "needs" in row:
                if title in found:
                    self.fault("groups", at, "name", f"{title} is a group already.", "Choose another name.")
                listed = sorted(set(self.each(("groups", at), row, "needs", self.need)))
                found[title] = Group(name=title, members=np.array(listed, dtype=np.int32), minimum=least)
            elif title in found:
                found[title] = Group(name=title, members=found[title].members, minimum=least)
            else:
                named = ", ".join(found) or "none"
                remedy = f"Give its needs, or name one of the groups of the needs ({named})."
                self.fault("groups", at, "name", f"{title} is unknown.", remedy)
        return tuple(found.values())

    def fairness(self) -> Fairness:
        row = self.table("fairness", {"measure", "largest_difference", "best_worst_off"}) or {}
        difference = self.number("fairness", 0, row, "largest_difference")
        if difference is not None and difference < 0:
            self.fault("fairness", 0, "largest_difference", "is negative.", "Write 0 or more.")
        return Fairness(
            measure=self.choice("fairness", 0, row, "measure", Measure, Measure.SCORE),
            largest_difference=difference,
            best_worst_off=bool(row.get("best_worst_off", False)),
        )

    def quotas(self) -> tuple[Quota, ...]:
        found = []
        for at, row in enumerate(self.rows("quotas")):
            self.only("quotas", at, row, {"name", "places", "area", "resource", "least", "most", "penalty"})
            resources = {name: index for index, name in enumerate(self.places.capacity)}
            resource = self.known("quotas", at, row, "resource", resources) if "resource" in row else None
            least, most = self.whole("quotas", at, row, "least"), self.whole("quotas", at, row, "most")
            if least is None and most is None:
                self.fault("quotas", at, None, "has no bound.", "Give least, most or both.")
            penalty = self.number("quotas", at, row, "penalty")
            if penalty is not None and penalty < 0:
                self.fault("quotas", at, "penalty", "is negative.", "Write what each missing or surplus unit costs.")
            members = self._places_of(at, row)
            name = self.text("quotas", at, row, "name")
            found.append(
                Quota(name=name, places=members, resource=resource, least=least or 0, most=most, penalty=penalty)
            )
        return tuple(found)

    def _places_of(self, at: int, row: Mapping[str, Any]) -> tuple[int, ...]:
        if ("places" in row) == ("area" in row):
            self.fault("quotas", at, "places", "needs either places or an area.", "Give one of the two.")
            return ()
        if "places" in row:
            return self.each(("quotas", at), row, "places", self.place)
        areas = self.places.area
        members = () if areas is None else tuple(np.flatnonzero((areas == str(row["area"])).fill_null(value=False)))
        if not members:
            remedy = "Write it as in the column area of the places."
            self.fault("quotas", at, "area", f"{row['area']} has no places.", remedy)
        return tuple(int(member) for member in members)

    def objectives(self) -> tuple[Objective, ...]:
        given = self.written.get("objectives")
        if given is None:
            given = ["score", "priority"] if self.needs.priority is not None else ["score"]
        if not isinstance(given, list) or not given:
            self.fault("objectives", 0, None, "is not a list.", 'Write for example objectives = ["score", "placed"].')
            return ()
        found = []
        for at, goal in enumerate(given):
            row = {"of": goal} if isinstance(goal, str) else goal
            self.only("objectives", at, row, {"of", "want", "give"})
            name = str(row.get("of", ""))
            value = self._value_of(at, name)
            if value is None:
                continue
            want = row.get("want", "more")
            if want not in ("more", "less"):
                self.fault("objectives", at, "want", f"{want} is neither more nor less.", "Write more or less.")
            give = self.number("objectives", at, row, "give") or 0.0
            if give < 0:
                self.fault("objectives", at, "give", "is negative.", "Write a share, such as 0.01.")
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
        self.fault("objectives", at, "of", f"{name} is unknown here.", f"These files give {', '.join(known)}.")
        return None

    def stability(self) -> Stability | None:
        row = self.table("stability", {"previous", "bonus", "most_changes", "freeze"})
        if row is None:
            return None
        previous = np.full(len(self.needs.ids), NOWHERE, dtype=np.int32)
        file = self.path.parent / self.text("stability", 0, row, "previous")
        try:
            earlier = earlier_in(file)
        except Refused:
            remedy = "Give the assignment.csv of the earlier run, as a path from this file."
            self.fault("stability", 0, "previous", f"{file.name} cannot be read.", remedy)
            return None
        for need, place in earlier.items():
            if need in self.need and place in self.place:  # who has left, and places that are gone, hold nothing
                previous[self.need[need]] = self.place[place]
        return Stability(
            previous=previous,
            bonus=self.number("stability", 0, row, "bonus") or 0.0,
            most_changes=self.whole("stability", 0, row, "most_changes"),
        )

    def with_frozen(
        self, fixed: tuple[NDArray[np.int32], NDArray[np.int32]], stability: Stability
    ) -> tuple[NDArray[np.int32], NDArray[np.int32]]:
        """The fixed pairs, and those who stay where they were: accepted offers."""
        row = self.written["stability"]
        frozen = row.get("freeze", [])
        if frozen == "all":
            needs = np.flatnonzero(stability.previous != NOWHERE)
        else:
            needs = np.array(self.each(("stability", 0), {"freeze": frozen}, "freeze", self.need), dtype=np.int64)
            for need in needs[stability.previous[needs] == NOWHERE]:
                found = f"{self.needs.ids[int(need)]} had none of these places."
                self.fault("stability", 0, "freeze", found, "Take the need out of the list.")
        needs = np.setdiff1d(needs, fixed[0])
        need = np.concatenate([fixed[0], needs]).astype(np.int32)
        return need, np.concatenate([fixed[1], stability.previous[needs]]).astype(np.int32)


def _numbered(values: pl.Series) -> NDArray[np.int32]:
    """Texts as numbers in their alphabetical order; -1 for none."""
    order: Callable[[], pl.Series] = values.drop_nulls().unique().sort
    numbers = values.cast(pl.Enum(order())).to_physical().cast(pl.Int32)
    return numbers.fill_null(-1).to_numpy().astype(np.int32)
