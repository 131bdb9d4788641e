"""Kolada's metadata as records. A field that is missing or of another type is an error; bad content, a rejection."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date
from typing import Generic, Protocol, TypeVar

from samverka.connectors.http import Answer
from samverka.connectors.rejections import Reason, Rejection, rejected
from samverka.connectors.shapes import Node


@dataclass(frozen=True, slots=True)
class Kpi:
    """An indicator. `municipality_type`: K municipalities, L regions, A both. The dates say when figures come next;
    without them Kolada no longer publishes the series."""

    id: str
    title: str
    description: str
    is_divided_by_gender: bool
    municipality_type: str
    auspice: str
    operating_area: str
    perspective: str
    prel_publication_date: date | None
    publication_date: date | None
    publ_period: str
    has_ou_data: bool


@dataclass(frozen=True, slots=True)
class Municipality:
    """`type`: K for a municipality, L for a region; the nation (0000) is an L."""

    id: str
    title: str
    type: str


@dataclass(frozen=True, slots=True)
class Member:
    id: str
    title: str


@dataclass(frozen=True, slots=True)
class MunicipalityGroup:
    """A comparison group. Its figures in Kolada are unweighted means of its members'."""

    id: str
    title: str
    members: tuple[Member, ...]


class Identified(Protocol):
    @property
    def id(self) -> str: ...


R = TypeVar("R", bound=Identified)


@dataclass(frozen=True)
class Listing(Generic[R]):
    """All records of a question, what was refused, and the raw answers."""

    records: tuple[R, ...]
    rejections: tuple[Rejection, ...]
    answers: tuple[Answer, ...] = field(repr=False)

    def __iter__(self) -> Iterator[R]:
        return iter(self.records)

    def __len__(self) -> int:
        return len(self.records)


LONGEST_ID = 40


class Refused(Exception):
    """This record alone is bad; the rest of the answer is not."""

    def __init__(self, reason: Reason, node: Node) -> None:
        super().__init__(reason)
        self.rejection = rejected(reason, node.path, node.value)


def collect(nodes: list[Node], read: Callable[[Node], R], answers: list[Answer]) -> Listing[R]:
    """Read records; one that comes twice is kept once, and not at all if the two differ.

    Raises:
        SourceError: a field is missing or of another type.
    """
    found: dict[str, R] = {}
    rejections: list[Rejection] = []
    contradicted: set[str] = set()
    for node in nodes:
        try:
            record = read(node)
        except Refused as refused:
            rejections.append(refused.rejection)
            continue
        known = found.setdefault(record.id, record)
        if known is record:
            continue
        if known == record:
            rejections.append(rejected(Reason.DUPLICATE, node.path, node.value))
        else:
            contradicted.add(record.id)
            rejections.append(rejected(Reason.CONFLICT, node.path, node.value))
    for id_ in contradicted:
        rejections.append(rejected(Reason.CONFLICT, id_, found.pop(id_)))
    return Listing(tuple(found.values()), tuple(rejections), tuple(answers))


def _filled(node: Node) -> str:
    text = node.text().strip()
    if not text:
        raise Refused(Reason.EMPTY, node)
    return text


def _id(node: Node) -> str:
    text = _filled(node)
    if len(text) > LONGEST_ID:
        raise Refused(Reason.TOO_LONG, node)
    return text


def _one_of(node: Node, allowed: str) -> str:
    text = node.text()
    if len(text) != 1 or text not in allowed:
        raise Refused(Reason.TYPE, node)
    return text


def _day(node: Node) -> date | None:
    if node.value is None:
        return None
    try:
        return date.fromisoformat(node.text()[:10])
    except ValueError:
        raise Refused(Reason.DATE, node) from None


def _text_or_null(node: Node) -> str:
    return "" if node.value is None else node.text()


def read_kpi(node: Node) -> Kpi:
    return Kpi(
        id=_id(node["id"]),
        title=_filled(node["title"]),
        description=_text_or_null(node["description"]),
        is_divided_by_gender=node["is_divided_by_gender"].flag(),
        municipality_type=_one_of(node["municipality_type"], "KLA"),
        auspice=_text_or_null(node["auspice"]),
        operating_area=_text_or_null(node["operating_area"]),
        perspective=_text_or_null(node["perspective"]),
        prel_publication_date=_day(node["prel_publication_date"]),
        publication_date=_day(node["publication_date"]),
        publ_period=_text_or_null(node["publ_period"]),
        has_ou_data=node["has_ou_data"].flag(),
    )


def read_municipality(node: Node) -> Municipality:
    return Municipality(_id(node["id"]), _filled(node["title"]), _one_of(node["type"], "KL"))


def read_group(node: Node) -> MunicipalityGroup:
    members = tuple(Member(_filled(m["member_id"]), _filled(m["member_title"])) for m in node["members"])
    return MunicipalityGroup(_id(node["id"]), _filled(node["title"]), members)
