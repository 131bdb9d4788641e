"""Reading a JSON-stat 2 dataset, as https://json-stat.org/format/ describes it."""

import math
import re
from typing import Any

import numpy as np
from numpy.typing import NDArray

from samverka.connectors.cubes import MOST_CELLS, Cube, Dimension, Structure, Unit, finite, refuse_too_large
from samverka.connectors.faults import Fault, SourceError
from samverka.connectors.rejections import Reason, Rejection, rejected
from samverka.connectors.shapes import Node
from samverka.connectors.texts import writable

_POSITION = re.compile("0|[1-9][0-9]{0,11}")
ROLES = ("time", "geo", "metric")


def read_dataset(content: Any, *, url: str = "", most_cells: int = MOST_CELLS) -> Cube:
    """A dataset with its values: an array, or an object of positions; with `status` as text, array or object.

    A value that is no finite number becomes a missing cell and a rejection.

    Raises:
        SourceError: no dataset, a field that is missing or changed, or values that do not fit the size.
    """
    root = Node(content, url)
    structure = read_structure(content, url=url)
    cells = structure.cells
    refuse_too_large(cells, most_cells)
    values, rejections = _values(root["value"], structure)
    return Cube(structure, values, _statuses(root, cells), rejections)


def read_structure(content: Any, *, url: str = "") -> Structure:
    """A dataset's dimensions and texts. Its values are not looked at: metadata comes without them.

    Raises:
        SourceError: no dataset, or a field that is missing or changed.
    """
    root = Node(content, url)
    if not isinstance(content, dict) or content.get("class") != "dataset":
        raise SourceError(Fault.NOT_A_DATASET, url=url)
    if not root["version"].text().startswith("2."):
        raise SourceError(Fault.NOT_A_DATASET, url=url)
    ids = root["id"].texts()
    sizes = [size.whole() for size in root["size"]]
    if len(ids) != len(sizes) or len(set(ids)) != len(ids):
        raise root["size"].changed(f"{len(ids)} sizes of different dimensions")
    roles = _roles(root, ids)
    dimensions = tuple(
        _dimension(id_, root["dimension"][id_], size, roles.get(id_, "")) for id_, size in zip(ids, sizes, strict=True)
    )
    return Structure(
        label=root.optional_text("label"),
        source=root.optional_text("source"),
        updated=root["updated"].moment() if root.has("updated") else None,
        dimensions=dimensions,
        notes=_notes(root),
        extension=root["extension"].object() if root.has("extension") else {},
    )


def _roles(root: Node, ids: tuple[str, ...]) -> dict[str, str]:
    found: dict[str, str] = {}
    if root.has("role"):
        for role in ROLES:
            for id_ in root["role"][role].texts() if root["role"].has(role) else ():
                if id_ not in ids:
                    raise root["role"][role].changed("ids of dimensions")
                found[id_] = role
    return found


def _notes(node: Node) -> tuple[str, ...]:
    return node["note"].texts() if node.has("note") else ()


def _dimension(id_: str, node: Node, size: int, role: str) -> Dimension:
    category = node["category"]
    codes = _codes(category)
    if len(codes) != size:
        raise SourceError(Fault.SIZE, url=node.url, expected=size, found=len(codes))
    labels = category["label"].object() if category.has("label") else {}
    if set(labels) - set(codes):
        raise category["label"].changed("labels of the index's categories")
    return Dimension(
        id=id_,
        label=node.optional_text("label") or id_,
        codes=codes,
        labels=tuple(Node(labels.get(code, code), node.url, f"{category.path}.label.{code}").text() for code in codes),
        role=role,
        units=_units(category),
        notes=_notes(node),
        extension=node["extension"].object() if node.has("extension") else {},
    )


def _codes(category: Node) -> tuple[str, ...]:
    """The categories in order: the index is a list of codes, or an object from code to position, or left out."""
    if not category.has("index"):
        labels = category["label"].object()
        if len(labels) != 1:
            raise category.changed("an index, as there is more than one category")
        return tuple(labels)
    index = category["index"]
    if isinstance(index.value, dict):
        places = {code: index[code].whole() for code in index.value}
        if sorted(places.values()) != list(range(len(places))):
            raise index.changed("positions from 0 without gaps")
        if any(code != writable(code) for code in places):
            raise index.changed("codes that can be written")  # they are sent back to the source
        return tuple(sorted(places, key=places.__getitem__))
    codes = index.texts()
    if len(set(codes)) != len(codes):
        raise index.changed("different codes")
    return codes


def _units(category: Node) -> dict[str, Unit]:
    if not category.has("unit"):
        return {}
    units = category["unit"]
    return {
        code: Unit(
            units[code].optional_text("base") or units[code].optional_text("label"),
            units[code]["decimals"].whole() if units[code].has("decimals") else None,
        )
        for code in units.object()
    }


def _values(node: Node, structure: Structure) -> tuple[NDArray[np.float64], tuple[Rejection, ...]]:
    cells = structure.cells
    if isinstance(node.value, dict):
        positions = [_position(key, cells, node) for key in node.value]
        given = list(node.value.values())
    else:
        given = node.items()
        if len(given) != cells:
            raise SourceError(Fault.SIZE, url=node.url, expected=cells, found=len(given))
        positions = []
    found, odd, endless = finite(given)
    rejections = tuple(
        rejected(reason, structure.path(positions[index] if positions else index), given[index])
        for reason, indexes in ((Reason.NOT_A_NUMBER, odd), (Reason.NOT_FINITE, endless))
        for index in indexes
    )
    if isinstance(node.value, dict):
        values = np.full(cells, math.nan)
        values[positions] = found
        return values, rejections
    return found, rejections


def _position(key: str, cells: int, node: Node) -> int:
    # "007" and "+7" would be a second name for cell 7.
    if not _POSITION.fullmatch(key) or int(key) >= cells:
        raise SourceError(Fault.POSITION, url=node.url, path=f"{node.path}.{key[:40]}")
    return int(key)


def _statuses(root: Node, cells: int) -> dict[int, str]:
    if not root.has("status"):
        return {}
    node = root["status"]
    if isinstance(node.value, str):
        return dict.fromkeys(range(cells), node.value)
    if isinstance(node.value, dict):
        found = {_position(key, cells, node): node[key] for key in node.value}
        return {place: status.text() for place, status in found.items() if status.value is not None}
    given = list(node)
    if len(given) == 1 and cells != 1:
        return dict.fromkeys(range(cells), given[0].text())  # one status for all cells, as older writers put it
    if len(given) != cells:
        raise SourceError(Fault.SIZE, url=root.url, expected=cells, found=len(given))
    return {place: status.text() for place, status in enumerate(given) if status.value is not None}
