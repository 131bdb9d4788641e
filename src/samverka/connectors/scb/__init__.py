"""Statistics Sweden's PxWebApi 2: configuration, tables, code lists, and data in JSON-stat 2."""

from .api import Fetched, Scb, client
from .records import CodeGroup, CodeList, Config, TableInfo, TableList
from .selection import ALL, Choice, Chunk, Table, plan

__all__ = [
    "ALL",
    "Choice",
    "Chunk",
    "CodeGroup",
    "CodeList",
    "Config",
    "Fetched",
    "Scb",
    "Table",
    "TableInfo",
    "TableList",
    "client",
    "plan",
]
