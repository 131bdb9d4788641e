"""Numbers without a framework: pure functions on arrays and frozen dataclasses."""
