"""What a source answered, kept as it came so that every figure can be traced to it."""

import gzip
import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

KEPT_HEADERS = ("content-type", "date", "etag", "last-modified")


@dataclass(frozen=True, kw_only=True)
class Answer:
    """A raw answer. `sha256` and `size` are those of the body; `compressed` is the body in gzip."""

    method: str
    url: str
    question: bytes
    """What was sent with the request; empty for GET."""
    fetched_at: datetime
    status: int
    headers: Mapping[str, str]
    sha256: str
    size: int
    compressed: bytes = field(repr=False)

    @classmethod
    def of(
        cls,
        body: bytes,
        *,
        method: str,
        url: str,
        question: bytes,
        fetched_at: datetime,
        status: int,
        headers: Mapping[str, str],
    ) -> "Answer":
        return cls(
            method=method,
            url=url,
            question=question,
            fetched_at=fetched_at,
            status=status,
            headers={name: headers[name] for name in KEPT_HEADERS if name in headers},
            sha256=hashlib.sha256(body).hexdigest(),
            size=len(body),
            # Without a time in the header: the same body is the same bytes.
            compressed=gzip.compress(body, compresslevel=6, mtime=0),
        )

    @property
    def body(self) -> bytes:
        return gzip.decompress(self.compressed)


@dataclass(frozen=True)
class Document:
    """An answer together with the JSON that it holds."""

    answer: Answer
    content: Any = field(repr=False)
