"""Documents as PDF: tagged, accessible (PDF/UA-1), and the same bytes for the same content.

Typst sets them from fixed templates. Everything that people have written reaches it as JSON, never as source.
"""

import re
import unicodedata
from functools import lru_cache
from typing import Any

import typst

_UNUSUAL = re.compile("[^\n -~\u00a0-\u017f]")
"""Characters that our fonts may lack."""


def typeset(template: bytes, data: str, *, timestamp: int) -> bytes:
    """A template with its data as JSON. `timestamp`, in seconds, is the document's own, so that bytes repeat."""
    return _compile(template, {"data": data}, timestamp=timestamp)


def writable(part: Any) -> Any:
    """The same data, with every character that no font of ours can draw written as its name."""
    if isinstance(part, dict):
        return {key: writable(value) for key, value in part.items()}
    if isinstance(part, list):
        return [writable(value) for value in part]
    if not isinstance(part, str):
        return part
    return _UNUSUAL.sub(lambda match: _written(match[0]), part.replace("\t", " "))


def _written(char: str) -> str:
    return char if _drawable(char) else f"[{_name(char)}]"


def _name(char: str) -> str:
    return unicodedata.name(char, f"U+{ord(char):04X}").lower()


@lru_cache(maxsize=4096)
def _drawable(char: str) -> bool:
    """Ask Typst itself: PDF/UA-1 refuses a character without a glyph."""
    try:
        _compile(b'#set document(title: "-")\n#set text(font: "Libertinus Serif")\n#sys.inputs.data', {"data": char})
    except typst.TypstError:
        return False
    return True


@lru_cache(maxsize=1)
def _fonts() -> typst.Fonts:
    """Only the fonts inside the wheel: the same document on every machine."""
    return typst.Fonts(include_system_fonts=False)


def _compile(source: bytes, inputs: dict[str, str], *, timestamp: int = 0) -> bytes:
    return typst.compile(
        source,
        format="pdf",
        font_paths=_fonts(),
        sys_inputs=inputs,
        pdf_standards=["ua-1"],
        timestamp=timestamp,
    )
