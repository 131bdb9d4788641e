"""Choosing in a table, and cutting the choice into questions that keep to the cell limit."""

import hashlib
import json
import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import product
from typing import Any

from samverka.connectors.cubes import Dimension, Structure
from samverka.connectors.faults import Fault, SourceError
from samverka.connectors.http import Answer
from samverka.connectors.plans import Plan

from .records import CodeList


@dataclass(frozen=True)
class Table:
    """A table's metadata: dimensions, units and notes, without values."""

    id: str
    structure: Structure
    answer: Answer = field(repr=False)

    @property
    def release(self) -> str:
        """When its figures were published, as part of a chunk's key."""
        return self.structure.updated.isoformat() if self.structure.updated else ""

    def latest(self, count: int) -> tuple[str, ...]:
        """The codes of the last periods.

        Raises:
            SourceError: the table has no time dimension.
        """
        times = self.structure.with_role("time")
        if not times:
            raise SourceError(Fault.MISSING_FIELD, path="role.time")
        return times[0].codes[-count:] if count > 0 else ()

    def can_be_left_out(self, dimension: Dimension) -> bool:
        """Whether the source sums over the dimension when nothing is chosen in it."""
        return dimension.extension.get("elimination") is True

    def code_lists(self, id_: str) -> dict[str, str]:
        """The code lists of a dimension: id → label."""
        lists = self.structure.dimension(id_).extension.get("codelists")
        known = [item for item in lists if isinstance(item, dict) and "id" in item] if isinstance(lists, list) else []
        return {str(item["id"]): str(item.get("label", "")) for item in known}


@dataclass(frozen=True)
class Choice:
    """Codes in one dimension; None: all of them. With a code list, its codes instead of the table's own."""

    codes: tuple[str, ...] | None = None
    code_list: CodeList | None = None


ALL = Choice()


@dataclass(frozen=True)
class Part:
    """The codes that one question asks for in one dimension."""

    dimension: str
    codes: tuple[str, ...]
    code_list: str = ""


@dataclass(frozen=True)
class Chunk:
    """One question to a table. `release` makes figures of different releases different chunks."""

    table: str
    release: str
    parts: tuple[Part, ...]

    @property
    def cells(self) -> int:
        return math.prod(len(part.codes) for part in self.parts)

    @property
    def question(self) -> dict[str, Any]:
        """The body of the request."""
        return {
            "selection": [
                {"variableCode": part.dimension, "valueCodes": list(part.codes)}
                | ({"codelist": part.code_list} if part.code_list else {})
                for part in self.parts
            ]
        }

    @property
    def key(self) -> str:
        said = json.dumps([self.release, self.question], ensure_ascii=False, sort_keys=True)
        return f"{self.table}/{hashlib.sha256(said.encode()).hexdigest()[:24]}"

    def halves(self) -> tuple["Chunk", "Chunk"]:
        """The same question in two, along its largest dimension. Only for chunks of two cells or more."""
        place = max(range(len(self.parts)), key=lambda index: len(self.parts[index].codes))
        part = self.parts[place]
        middle = (len(part.codes) + 1) // 2
        before, after = self.parts[:place], self.parts[place + 1 :]
        first, second = (
            replace(self, parts=(*before, replace(part, codes=codes), *after))
            for codes in (part.codes[:middle], part.codes[middle:])
        )
        return first, second


def plan(table: Table, choices: Mapping[str, Choice], *, max_cells: int) -> Plan[Chunk]:
    """A plan for a choice in a table. Its chunks are disjoint, are the whole choice, and none has too many cells.

    A dimension without a choice is summed over by the source, if the table allows it.

    Raises:
        SourceError: a dimension or code that the table does not have, or a dimension that needs a choice.
    """
    parts = tuple(_parts(table, choices))
    whole = Chunk(table.id, table.release, parts)
    slices = [[replace(part, codes=codes) for codes in pieces] for part, pieces in _pieces(parts, max_cells)]
    return Plan("scb", tuple(replace(whole, parts=combination) for combination in product(*slices)))


def _parts(table: Table, choices: Mapping[str, Choice]) -> Iterator[Part]:
    for id_ in choices:
        table.structure.dimension(id_)
    for dimension in table.structure.dimensions:
        if dimension.id not in choices:
            if not table.can_be_left_out(dimension):
                raise SourceError(Fault.CHOICE_NEEDED, detail=dimension.label)
            continue
        choice = choices[dimension.id]
        offered = choice.code_list.codes if choice.code_list else dimension.codes
        codes = offered if choice.codes is None else tuple(dict.fromkeys(choice.codes))
        if not codes:
            raise SourceError(Fault.CHOICE_NEEDED, detail=dimension.label)
        unknown = sorted(set(codes) - set(offered))
        if unknown:
            raise SourceError(Fault.UNKNOWN_CODE, detail=f"{dimension.label}: {', '.join(unknown[:5])}")
        yield Part(dimension.id, codes, choice.code_list.id if choice.code_list else "")


def _pieces(parts: Sequence[Part], max_cells: int) -> list[tuple[Part, list[tuple[str, ...]]]]:
    """Each part with its codes in pieces: the largest dimensions are cut first, and no more than needed."""
    lengths = [len(part.codes) for part in parts]
    for place in sorted(range(len(parts)), key=lambda index: -len(parts[index].codes)):
        others = math.prod(lengths) // lengths[place]
        lengths[place] = min(lengths[place], max(1, max_cells // others))
    return [
        (part, [part.codes[at : at + length] for at in range(0, len(part.codes), length)])
        for part, length in zip(parts, lengths, strict=True)
    ]
