"""Texts as sources write them: JSON can hold characters that no database and no page can."""

import re

_UNWRITABLE = re.compile("[\x00\ud800-\udfff]")


def writable(text: str) -> str:
    """The text, with a mark in place of each null character and each half of a character."""
    return _UNWRITABLE.sub("\ufffd", text)
