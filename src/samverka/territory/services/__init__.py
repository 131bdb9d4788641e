"""Keeping areas: the reference files, a county's nodes, outlines for maps."""

from .boundaries import (
    BoundaryFault,
    Outlines,
    RefusedBoundaries,
    UnmatchedOutline,
    import_boundaries,
    read_boundaries,
)
from .nodes import IncompleteDivision, NodeInUse, OneMunicipality, UnusableName, define_nodes, division_of, seal_of
from .reference import load_reference_areas

__all__ = [
    "BoundaryFault",
    "IncompleteDivision",
    "NodeInUse",
    "OneMunicipality",
    "Outlines",
    "RefusedBoundaries",
    "UnmatchedOutline",
    "UnusableName",
    "define_nodes",
    "division_of",
    "import_boundaries",
    "load_reference_areas",
    "read_boundaries",
    "seal_of",
]
