"""PX, the file format of PC-Axis and PxWeb: reading a file into a cube."""

from .reading import read_px

__all__ = ["read_px"]
