"""The adapter to https://api.kolada.se/v3."""

import hashlib
import json
from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import dataclass

from samverka.connectors.faults import Fault, SourceError
from samverka.connectors.http import Answer, Client, Clock, Pace
from samverka.connectors.rejections import Reason
from samverka.connectors.shapes import Node

from .chunks import BATCH, Chunk
from .figures import Collector, Figures
from .records import (
    Kpi,
    Listing,
    Municipality,
    MunicipalityGroup,
    R,
    Refused,
    collect,
    read_group,
    read_kpi,
    read_municipality,
)

ADDRESS = "https://api.kolada.se/v3"
MOST_PAGES = 1000
"""Pages of one question. Kolada sends up to 5 000 rows on each."""


def client(*, address: str = ADDRESS, contact: str = "", clock: Clock | None = None) -> Client:
    """A client for Kolada, which states no limit: two questions a second at most."""
    return Client(address, pace=Pace(calls=2, seconds=1.0), contact=contact, clock=clock)


@dataclass(frozen=True)
class _Page:
    number: int
    values: Node
    answer: Answer


class Kolada:
    """Kolada through a client. Every method either gives all that was asked for or raises.

    Args:
        per_page: rows on a page; None leaves it to Kolada.
    """

    def __init__(self, http: Client, *, per_page: int | None = None, most_pages: int = MOST_PAGES) -> None:
        self._http = http
        self._per_page = per_page
        self._most_pages = most_pages

    def kpis(self, *, ids: Iterable[str] = (), title: str = "") -> Listing[Kpi]:
        """Indicators: all of them, those with these ids, or those with these words in the title.

        Raises:
            SourceError: no usable answer, or one of another shape.
        """
        return self._listing("kpi", read_kpi, ids, title)

    def municipalities(self, *, ids: Iterable[str] = ()) -> Listing[Municipality]:
        """Municipalities, regions and the nation.

        Raises:
            SourceError: no usable answer, or one of another shape.
        """
        return self._listing("municipality", read_municipality, ids)

    def municipality_groups(self, *, ids: Iterable[str] = (), title: str = "") -> Listing[MunicipalityGroup]:
        """Kolada's comparison groups with their members.

        Raises:
            SourceError: no usable answer, or one of another shape.
        """
        return self._listing("municipality_groups", read_group, ids, title)

    def figures(self, chunk: Chunk, *, known: Collection[str] | None = None) -> Figures:
        """All figures of one chunk.

        Args:
            known: areas that exist here; figures of others are refused. None: all are let through.

        Raises:
            SourceError: no usable answer, one of another shape, or pages that do not add up.
        """
        collector = Collector(kpis=chunk.kpis, areas=chunk.areas, years=chunk.years, known=known)
        answers = []
        for page in self._pages(chunk.path, chunk.query):
            collector.add(page.values, page.number)
            answers.append(page.answer)
        return collector.figures(answers)

    def _listing(self, what: str, read: Callable[[Node], R], ids: Iterable[str], title: str = "") -> Listing[R]:
        """What was not asked for is refused: a source that does not filter must not fill the house."""
        chosen = sorted(set(ids))

        def asked(node: Node) -> R:
            record = read(node)
            if chosen and record.id not in chosen:
                raise Refused(Reason.NOT_ASKED, node["id"])
            return record

        paths = [f"{what}/{','.join(chosen[at : at + BATCH])}" for at in range(0, len(chosen), BATCH)] or [what]
        nodes: list[Node] = []
        answers: list[Answer] = []
        for path in paths:
            for page in self._pages(path, {"title": title} if title else {}):
                nodes += page.values
                answers.append(page.answer)
        return collect(nodes, asked, answers)

    def _pages(self, path: str, query: dict[str, str]) -> Iterator[_Page]:
        """Page after page by `next_url`, whole or relative, on Kolada's own host.

        `count` is the number of rows on the page, or of the whole question; it must be one of the two.
        """
        if self._per_page is not None:
            query = {**query, "per_page": str(self._per_page)}
        document = self._http.get(path, query)
        seen: set[bytes] = set()
        addresses = {document.answer.url}
        counts: list[tuple[int, int]] = []
        for number in range(1, self._most_pages + 1):
            root = Node(document.content, document.answer.url)
            values = root["values"]
            rows = values.items()
            mark = hashlib.sha256(json.dumps(rows).encode()).digest()
            if rows and mark in seen:
                raise SourceError(Fault.REPEATED_PAGE, url=root.url, page=number)
            seen.add(mark)
            counts.append((root["count"].whole(), len(rows)))
            yield _Page(number, values, document.answer)
            link = root["next_url"]
            if link.value is None or link.value == "":
                _check_counts(counts, root.url)
                return
            following = str(self._http.resolve(link.text(), seen_at=self._http.resolve(document.answer.url)))
            if following in addresses:
                raise SourceError(Fault.REPEATED_PAGE, url=following, page=number + 1)
            if not rows:
                raise SourceError(Fault.ENDLESS_PAGES, url=following, page=number)
            addresses.add(following)
            document = self._http.get(following)
        raise SourceError(Fault.ENDLESS_PAGES, url=document.answer.url, page=self._most_pages)


def _check_counts(counts: list[tuple[int, int]], url: str) -> None:
    total = sum(rows for _, rows in counts)
    for said, rows in counts:
        if said not in {rows, total}:
            raise SourceError(Fault.ROWS_LOST, url=url, expected=said, found=rows)
