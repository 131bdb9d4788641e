"""Writing a cube as a JSON-stat 2 dataset."""

import math
from typing import Any

import numpy as np

from samverka.connectors.cubes import Cube, Dimension

from .reading import ROLES

SPARSE_BELOW = 1 / 3
"""A share of cells with a value below which an object of positions is shorter than an array with nulls."""


def write_dataset(cube: Cube, *, sparse: bool | None = None) -> dict[str, Any]:
    """The dataset as JSON objects. Missing cells are null, or left out when sparse; `sparse` None: what is shorter.

    Reading it back gives an equal cube. Rejections are not part of a dataset.
    """
    structure = cube.structure
    present = np.flatnonzero(~cube.missing)
    if sparse is None:
        sparse = present.size < structure.cells * SPARSE_BELOW
    numbers = [_number(value) for value in cube.values.tolist()]
    value: Any = {str(place): numbers[place] for place in present.tolist()} if sparse else numbers
    written: dict[str, Any] = {"version": "2.0", "class": "dataset", "label": structure.label}
    if structure.source:
        written["source"] = structure.source
    if structure.updated is not None:
        written["updated"] = structure.updated.isoformat().replace("+00:00", "Z")
    if structure.notes:
        written["note"] = list(structure.notes)
    roles = {role: [dimension.id for dimension in structure.with_role(role)] for role in ROLES}
    written |= {
        "role": {role: ids for role, ids in roles.items() if ids},
        "id": [dimension.id for dimension in structure.dimensions],
        "size": [len(dimension) for dimension in structure.dimensions],
        "dimension": {dimension.id: _dimension(dimension) for dimension in structure.dimensions},
        "value": value,
    }
    if cube.statuses:
        written["status"] = {str(place): cube.statuses[place] for place in sorted(cube.statuses)}
    if structure.extension:
        written["extension"] = dict(structure.extension)
    return written


def _dimension(dimension: Dimension) -> dict[str, Any]:
    category: dict[str, Any] = {
        "index": list(dimension.codes),
        "label": dict(zip(dimension.codes, dimension.labels, strict=True)),
    }
    if dimension.units:
        category["unit"] = {
            code: {"base": unit.base} | ({} if unit.decimals is None else {"decimals": unit.decimals})
            for code, unit in dimension.units.items()
        }
    written: dict[str, Any] = {"label": dimension.label, "category": category}
    if dimension.notes:
        written["note"] = list(dimension.notes)
    if dimension.extension:
        written["extension"] = dict(dimension.extension)
    return written


def _number(value: float) -> float | int | None:
    """A whole number without a decimal point, as statistical agencies write counts; None for missing."""
    if math.isnan(value):
        return None
    return int(value) if value.is_integer() and abs(value) < 2**53 else value
