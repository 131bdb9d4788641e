"""JSON-stat 2: reading a dataset into a cube, and writing a cube as a dataset."""

from .reading import read_dataset, read_structure
from .writing import write_dataset

__all__ = ["read_dataset", "read_structure", "write_dataset"]
