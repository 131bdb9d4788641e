"""Whether a body is what it says it is."""

import json
from typing import Any

from samverka.connectors.faults import Fault, SourceError


def json_of(body: bytes, *, content_type: str, url: str = "") -> Any:
    """The JSON of a body. NaN and infinity are let through: the reader of each figure refuses them with its reason.

    Raises:
        SourceError: a web page, a body that ends too early, one that is no JSON, or one with a field given twice.
    """
    start = body[:200].removeprefix(b"\xef\xbb\xbf").lstrip()
    if start[:1] == b"<" or content_type.partition(";")[0].strip().lower() in {"text/html", "application/xhtml+xml"}:
        raise SourceError(Fault.WEB_PAGE, url=url)

    def unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        found = dict(pairs)
        if len(found) != len(pairs):
            names = [name for name, _ in pairs]
            twice = next(name for name in names if names.count(name) > 1)
            raise SourceError(Fault.DUPLICATE_KEY, url=url, path=twice)
        return found

    try:
        text = body.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        # Cut in the middle of a character, or another encoding.
        raise SourceError(Fault.CUT_OFF if error.end == len(body) else Fault.NOT_JSON, url=url) from None
    try:
        return json.loads(text, object_pairs_hook=unique)
    except json.JSONDecodeError as error:
        raise SourceError(Fault.CUT_OFF if _ends_early(text, error) else Fault.NOT_JSON, url=url) from None
    except (RecursionError, ValueError):  # nested too deeply, or a number of thousands of digits
        raise SourceError(Fault.NOT_JSON, url=url) from None


def _ends_early(text: str, error: json.JSONDecodeError) -> bool:
    """The parser came to the end, or into a text, number or word that the end cuts."""
    rest = text[error.pos :].rstrip()
    return not rest or error.msg.startswith("Unterminated string") or (len(rest) < 12 and rest[-1] not in "]}")
