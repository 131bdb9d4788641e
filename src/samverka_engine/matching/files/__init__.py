"""A placement from files and to files: checked before it is solved, written whole or not at all."""
