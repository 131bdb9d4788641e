"""The shell of every page and the parts that pages are made of: docs/interface.md."""
