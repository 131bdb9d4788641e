"""The adapter to https://statistikdatabasen.scb.se/api/v2, and to any other PxWebApi 2."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from urllib.parse import quote

from samverka.connectors.cubes import Cube
from samverka.connectors.faults import Fault, SourceError
from samverka.connectors.http import Answer, Client, Clock, Document, Pace
from samverka.connectors.jsonstat import read_dataset, read_structure
from samverka.connectors.shapes import Node

from .records import CodeList, Config, TableInfo, TableList, read_code_list, read_config, read_table
from .selection import Chunk, Table

ADDRESS = "https://statistikdatabasen.scb.se/api/v2"
PAGE = 1000
"""Tables on a page of a listing."""
MOST_PAGES = 500


def client(*, address: str = ADDRESS, contact: str = "", clock: Clock | None = None) -> Client:
    """A client for Statistics Sweden; `Scb.config` sets its pace to what the source says."""
    return Client(address, pace=Pace(calls=3, seconds=1.0), contact=contact, clock=clock)


@dataclass(frozen=True)
class Fetched:
    """A cube and the raw answer that it was read from."""

    cube: Cube
    answer: Answer = field(repr=False)


class Scb:
    """PxWebApi 2 through a client. Every method either gives all that was asked for or raises.

    Args:
        language: of labels and notes; the figures are the same.
    """

    def __init__(self, http: Client, *, language: str = "sv") -> None:
        self._http = http
        self._language = language

    def config(self) -> Config:
        """The source's limits, which the client keeps to from now on.

        Raises:
            SourceError: no usable answer, or one of another shape.
        """
        config = read_config(_root(self._http.get("config")))
        self._http.pace = Pace(calls=config.max_calls, seconds=float(config.window))
        return config

    def tables(self, *, query: str = "", past_days: int | None = None, discontinued: bool = False) -> TableList:
        """The tables that match words, that changed in the last so many days, or all.

        Raises:
            SourceError: no usable answer, one of another shape, or pages that do not add up.
        """
        asked = {"lang": self._language, "pageSize": str(PAGE)}
        if query:
            asked["query"] = query
        if past_days is not None:
            asked["pastDays"] = str(past_days)
        if discontinued:
            asked["includeDiscontinued"] = "true"
        found: dict[str, TableInfo] = {}
        answers: list[Answer] = []
        for root in self._table_pages(asked, answers):
            for node in root["tables"]:
                table = read_table(node)
                if table.id in found:
                    raise SourceError(Fault.REPEATED_PAGE, url=root.url, page=len(answers))
                found[table.id] = table
        return TableList(tuple(found.values()), tuple(answers))

    def _table_pages(self, asked: dict[str, str], answers: list[Answer]) -> Iterator[Node]:
        rows = 0
        for number in range(1, MOST_PAGES + 1):
            document = self._http.get("tables", {**asked, "pageNumber": str(number)})
            answers.append(document.answer)
            root = _root(document)
            page = root["page"]
            if page["pageNumber"].whole() != number:
                raise SourceError(Fault.REPEATED_PAGE, url=root.url, page=number)
            yield root
            rows += len(root["tables"].items())
            if number >= page["totalPages"].whole():
                expected = page["totalElements"].whole()
                if rows != expected:
                    raise SourceError(Fault.ROWS_LOST, url=root.url, expected=expected, found=rows)
                return
        raise SourceError(Fault.ENDLESS_PAGES, url=str(self._http.base), page=MOST_PAGES)

    def table(self, id_: str) -> Table:
        """A table's metadata.

        Raises:
            SourceError: no usable answer, or one of another shape.
        """
        document = self._http.get(f"tables/{quote(id_, safe='')}/metadata", {"lang": self._language})
        return Table(id_, read_structure(document.content, url=document.answer.url), document.answer)

    def code_list(self, id_: str) -> CodeList:
        """A code list with the table's own codes behind each of its codes.

        Raises:
            SourceError: no usable answer, or one of another shape.
        """
        return read_code_list(_root(self._http.get(f"codelists/{quote(id_, safe='')}", {"lang": self._language})))

    def data(self, chunk: Chunk) -> tuple[Fetched, ...]:
        """The figures of one chunk; in several parts if the source has lowered its cell limit since the plan was made.

        Raises:
            SourceError: no usable answer, one of another shape, or one that is not what was asked for.
        """
        address = f"tables/{quote(chunk.table, safe='')}/data"
        try:
            document = self._http.post(address, chunk.question, {"lang": self._language, "outputFormat": "json-stat2"})
        except SourceError as error:
            # PxWebApi answers 403 when there are too many cells.
            if error.details.get("status") != 403 or chunk.cells < 2:
                raise
            return tuple(fetched for half in chunk.halves() for fetched in self.data(half))
        cube = read_dataset(document.content, url=document.answer.url)
        _check(cube, chunk, document.answer.url)
        return (Fetched(cube, document.answer),)


def _root(document: Document) -> Node:
    return Node(document.content, document.answer.url)


def _check(cube: Cube, chunk: Chunk, url: str) -> None:
    """The answer has the dimensions and codes that were asked for, of the release that was planned."""
    updated = cube.structure.updated
    if chunk.release and updated is not None and updated.isoformat() != chunk.release:
        raise SourceError(Fault.RELEASED, url=url)
    asked = {part.dimension: frozenset(part.codes) for part in chunk.parts}
    for dimension in cube.structure.dimensions:
        codes = asked.pop(dimension.id, None)
        if codes is None:
            if len(dimension) != 1:
                raise SourceError(Fault.NOT_ASKED, url=url, detail=dimension.id)
            continue  # summed over, and still there with its total
        if codes != frozenset(dimension.codes):
            odd = sorted(codes ^ frozenset(dimension.codes))
            raise SourceError(Fault.NOT_ASKED, url=url, detail=f"{dimension.id}: {', '.join(odd[:5])}")
    if asked:
        raise SourceError(Fault.NOT_ASKED, url=url, detail=", ".join(sorted(asked)))
