"""A map of values by area: outlines where they have been imported, circles at the areas' points where not."""

from .classes import Class, classes_of
from .drawing import spec_of
from .maps import Form, Place, Words, size_of

__all__ = ["Class", "Form", "Place", "Words", "classes_of", "size_of", "spec_of"]
