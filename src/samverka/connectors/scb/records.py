"""What PxWebApi 2 says of itself, of its tables and of its code lists, as records."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime

from samverka.connectors.http import Answer
from samverka.connectors.shapes import Node

MOST_CELLS = 10**9
MOST_CALLS = 10**6
LONGEST_WINDOW = 24 * 60 * 60
"""Limits beyond these are no limits that somebody has set, and a longer window would be waited for."""


@dataclass(frozen=True)
class Config:
    """`max_cells`: of one question. `max_calls` in any `window` of seconds. `attributions` by language."""

    api_version: str
    languages: tuple[str, ...]
    default_language: str
    max_cells: int
    max_calls: int
    window: int
    licence: str
    attributions: dict[str, str]
    formats: tuple[str, ...]


@dataclass(frozen=True)
class TableInfo:
    """A table in a listing. `first_period` and `last_period` as the table writes them: 2024, 2024K1, 2024M01."""

    id: str
    label: str
    description: str
    updated: datetime | None
    first_period: str
    last_period: str
    variable_names: tuple[str, ...]
    source: str
    subject_code: str
    time_unit: str
    is_discontinued: bool


@dataclass(frozen=True)
class TableList:
    """All tables of a question, and the raw answers."""

    tables: tuple[TableInfo, ...]
    answers: tuple[Answer, ...] = field(repr=False)

    def __iter__(self) -> Iterator[TableInfo]:
        return iter(self.tables)

    def __len__(self) -> int:
        return len(self.tables)


@dataclass(frozen=True)
class CodeGroup:
    """A code of a code list. `members`: the table's own codes that it stands for."""

    code: str
    label: str
    members: tuple[str, ...]


@dataclass(frozen=True)
class CodeList:
    """`is_aggregation`: its codes are sums of the table's own; otherwise it chooses among them."""

    id: str
    label: str
    is_aggregation: bool
    groups: tuple[CodeGroup, ...]

    @property
    def codes(self) -> tuple[str, ...]:
        return tuple(group.code for group in self.groups)


def read_config(root: Node) -> Config:
    return Config(
        api_version=root["apiVersion"].text(),
        languages=tuple(language["id"].text() for language in root["languages"]),
        default_language=root["defaultLanguage"].text(),
        max_cells=_positive(root["maxDataCells"], most=MOST_CELLS),
        max_calls=_positive(root["maxCallsPerTimeWindow"], most=MOST_CALLS),
        window=_positive(root["timeWindow"], most=LONGEST_WINDOW),
        licence=root["license"].text(),
        attributions={item["language"].text(): item["text"].text() for item in root["sourceReferences"]}
        if root.has("sourceReferences")
        else {},
        formats=root["dataFormats"].texts(),
    )


def _positive(node: Node, *, most: int) -> int:
    if not 1 <= node.whole() <= most:
        raise node.changed(f"a number from 1 to {most}")
    return node.whole()


def read_table(node: Node) -> TableInfo:
    return TableInfo(
        id=node["id"].text(),
        label=node["label"].text(),
        description=node.optional_text("description"),
        updated=node["updated"].moment() if node.has("updated") else None,
        first_period=node.optional_text("firstPeriod"),
        last_period=node.optional_text("lastPeriod"),
        variable_names=node["variableNames"].texts(),
        source=node.optional_text("source"),
        subject_code=node.optional_text("subjectCode"),
        time_unit=node.optional_text("timeUnit"),
        is_discontinued=node["discontinued"].flag() if node.has("discontinued") else False,
    )


def read_code_list(root: Node) -> CodeList:
    groups = tuple(
        CodeGroup(value["code"].text(), value["label"].text(), value["valueMap"].texts()) for value in root["values"]
    )
    if len({group.code for group in groups}) != len(groups):
        raise root["values"].changed("different codes")
    return CodeList(root["id"].text(), root["label"].text(), root["type"].text() == "Aggregation", groups)
