"""Sweden's counties and municipalities with official codes."""
