"""Kolada and Statistics Sweden on loopback, over real HTTP, with the files of ../shared/data or with a made-up world.

They page, batch and filter as the real ones do, and misbehave when a test has put something in `script`: each request
takes the next entry, and None is an ordinary answer. See `misbehaviour` for what there is.
"""

import json
import math
import sys
import threading
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, unquote, urlencode, urlsplit

DATA = Path(__file__).resolve().parents[3] / "shared" / "data"
PAYLOADS = DATA / "kolada_v3_payloads"
CATALOGUE = DATA / "kolada_v3_catalogue"
RECORDED = DATA / "scb_pxweb2_recorded"


@dataclass
class Reply:
    """An answer on its way out. A misbehaviour changes it.

    cut: send only so many bytes of the body, and hang up.
    before_piece: the body is sent in ten pieces, each after this.
    """

    status: int = 200
    content: Any = None
    headers: dict[str, str] = field(default_factory=dict)
    body: bytes | None = None
    cut: int | None = None
    before_piece: Callable[[], None] | None = None

    def written(self) -> bytes:
        return json.dumps(self.content, ensure_ascii=False).encode() if self.body is None else self.body


Misbehaviour = Callable[[Reply], Reply]


@dataclass
class KoladaWorld:
    """What the fake Kolada knows. `rows` are of the shape of `values` in an answer about figures."""

    kpis: list[dict[str, Any]] = field(default_factory=list)
    municipalities: list[dict[str, Any]] = field(default_factory=list)
    groups: list[dict[str, Any]] = field(default_factory=list)
    rows: list[dict[str, Any]] = field(default_factory=list)

    @classmethod
    def of_files(cls) -> "KoladaWorld":
        def values(name: str) -> list[dict[str, Any]]:
            found: list[dict[str, Any]] = json.loads((PAYLOADS / name).read_text(encoding="utf-8"))["values"]
            return found

        rows: dict[tuple[str, str, int], dict[str, Any]] = {}
        for path in sorted(PAYLOADS.glob("data_*.json")):
            for row in values(path.name):
                rows.setdefault((row["kpi"], row["municipality"], row["period"]), row)
        return cls(
            kpis=values("kpi_page1.json") + values("kpi_page2.json"),
            municipalities=values("municipality.json"),
            groups=values("municipality_groups_blekinge.json"),
            rows=list(rows.values()),
        )


@dataclass
class ScbWorld:
    """What the fake PxWebApi knows: whole datasets by table, whose values it filters."""

    config: dict[str, Any] = field(default_factory=dict)
    tables: list[dict[str, Any]] = field(default_factory=list)
    datasets: dict[str, dict[str, Any]] = field(default_factory=dict)
    metadata: dict[str, dict[str, Any]] = field(default_factory=dict)
    code_lists: dict[str, dict[str, Any]] = field(default_factory=dict)

    @classmethod
    def of_files(cls) -> "ScbWorld":
        def content(name: str) -> dict[str, Any]:
            found: dict[str, Any] = json.loads((RECORDED / name).read_text(encoding="utf-8"))
            return found

        code_list = content("agg_Alder10arJ.json")
        return cls(
            config=content("config.json"),
            tables=content("tables.json")["tables"] + content("search.json")["tables"],
            datasets={"TAB6471": content("TAB6471_data.json")},
            code_lists={code_list["id"]: code_list},
        )


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that hangs up is no news."""
        if not isinstance(sys.exc_info()[1], ConnectionError):
            super().handle_error(request, client_address)


class OfficialStatistics:
    """Answers on `kolada_url` and `scb_url` until closed. `asked` holds method and path of every request."""

    def __init__(self, kolada: KoladaWorld | None = None, scb: ScbWorld | None = None) -> None:
        self.kolada = kolada or KoladaWorld()
        self.scb = scb or ScbWorld()
        self.script: deque[Misbehaviour | None] = deque()
        self.always: Misbehaviour | None = None
        self.relative_links = False
        self.asked: list[str] = []
        self.agents: set[str] = set()
        self.questions: list[Any] = []
        self._server = _Server(("127.0.0.1", 0), self._handler())
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True)
        self._thread.start()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._server.server_port}"

    @property
    def kolada_url(self) -> str:
        return f"{self.url}/v3"

    @property
    def scb_url(self) -> str:
        return f"{self.url}/api/v2"

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    def answer(self, path: str, asked: dict[str, str], question: Any) -> Reply:
        parts = [unquote(part) for part in path.strip("/").split("/")]
        if parts[:1] == ["v3"]:
            return self._kolada(parts[1:], path, asked)
        if parts[:2] == ["api", "v2"]:
            return self._scb(parts[2:], asked, question)
        return Reply(404, {"message": "not found"})

    def _kolada(self, parts: list[str], path: str, asked: dict[str, str]) -> Reply:
        lists = {
            "kpi": self.kolada.kpis,
            "municipality": self.kolada.municipalities,
            "municipality_groups": self.kolada.groups,
        }
        if parts[0] in lists:
            ids = parts[1].split(",") if len(parts) > 1 else None
            if ids is not None and len(ids) > 25:
                return Reply(400, {"message": "too many ids"})
            words = asked.get("title", "").lower()
            rows = [r for r in lists[parts[0]] if (ids is None or r["id"] in ids) and words in r["title"].lower()]
            return self._page(rows, path, asked)
        if parts[0] != "data":
            return Reply(404, {"message": "not found"})
        wanted = {name: ids.split(",") for name, ids in zip(parts[1::2], parts[2::2], strict=True)}
        if len(wanted) < 2 or any(len(ids) > 25 for ids in wanted.values()):
            return Reply(400, {"message": "give two of kpi, municipality and year, at most 25 of each"})
        fields = {"kpi": "kpi", "municipality": "municipality", "year": "period"}
        rows = [r for r in self.kolada.rows if all(str(r[fields[name]]) in ids for name, ids in wanted.items())]
        if "from_date" in asked:
            rows = [r for r in rows if r.get("changed", "9999") >= asked["from_date"]]
        return self._page(rows, path, asked)

    def _page(self, rows: list[Any], path: str, asked: dict[str, str]) -> Reply:
        size, number = int(asked.get("per_page", 5000)), int(asked.get("page", 1))
        shown = rows[(number - 1) * size : number * size]
        origin = "" if self.relative_links else self.url

        def link(to: int) -> str:
            return f"{origin}{path}?{urlencode({**asked, 'per_page': size, 'page': to})}"

        content = {
            "values": shown,
            "count": len(shown),
            "next_url": link(number + 1) if number * size < len(rows) else None,
            "previous_url": link(number - 1) if number > 1 else None,
        }
        return Reply(content=content)

    def _scb(self, parts: list[str], asked: dict[str, str], question: Any) -> Reply:
        world = self.scb
        if parts == ["config"]:
            return Reply(content=world.config)
        if parts == ["tables"]:
            return self._tables(asked)
        if parts[0] == "codelists" and parts[1] in world.code_lists:
            return Reply(content=world.code_lists[parts[1]])
        if parts[0] == "tables" and len(parts) == 3 and parts[1] in world.datasets:
            dataset = world.datasets[parts[1]]
            if parts[2] == "metadata":
                return Reply(content=world.metadata.get(parts[1], {**dataset, "value": []}))
            if parts[2] == "data":
                return self._data(dataset, question)
        return Reply(404, {"type": "Parameter error", "title": "Non-existent table", "status": 404})

    def _tables(self, asked: dict[str, str]) -> Reply:
        words = asked.get("query", "").lower()
        rows = [table for table in self.scb.tables if words in table["label"].lower()]
        size, number = int(asked.get("pageSize", 20)), int(asked.get("pageNumber", 1))
        page = {
            "pageNumber": number,
            "pageSize": size,
            "totalElements": len(rows),
            "totalPages": math.ceil(len(rows) / size),
        }
        return Reply(content={"language": "sv", "tables": rows[(number - 1) * size : number * size], "page": page})

    def _data(self, dataset: dict[str, Any], question: Any) -> Reply:
        self.questions.append(question)
        chosen = {part["variableCode"]: part["valueCodes"] for part in question["selection"]}
        try:
            content = chosen_from(dataset, chosen)
        except KeyError as missing:
            return Reply(400, {"type": "Parameter error", "title": f"Unknown code {missing}", "status": 400})
        if len(content["value"]) > self.scb.config.get("maxDataCells", math.inf):
            return Reply(403, {"type": "Parameter error", "title": "Too many cells selected", "status": 403})
        return Reply(content=content)

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        source = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self) -> None:
                self._answer(None)

            def do_POST(self) -> None:
                self._answer(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))

            def _answer(self, question: Any) -> None:
                source.asked.append(f"{self.command} {self.path}")
                source.agents.add(self.headers["User-Agent"])
                parts = urlsplit(self.path)
                asked = {name: values[0] for name, values in parse_qs(parts.query).items()}
                reply = source.answer(parts.path, asked, question)
                misbehave = source.script.popleft() if source.script else source.always
                self._send(misbehave(reply) if misbehave else reply)

            def _send(self, reply: Reply) -> None:
                body = reply.written()
                self.send_response(reply.status)
                for name, value in {
                    "Content-Type": "application/json; charset=utf-8",
                    "Content-Length": str(len(body)),
                    **reply.headers,
                }.items():
                    self.send_header(name, value)
                self.end_headers()
                if reply.before_piece:
                    self._drip(body, reply.before_piece)
                    return
                self.wfile.write(body[: reply.cut])
                self.close_connection = self.close_connection or reply.cut is not None

            def _drip(self, body: bytes, before_piece: Callable[[], None]) -> None:
                step = len(body) // 10 + 1
                try:
                    for start in range(0, len(body), step):
                        before_piece()
                        self.wfile.write(body[start : start + step])
                except ConnectionError:
                    self.close_connection = True  # the client lost patience, as it should

            def log_message(self, format: str, *args: Any) -> None:
                """Silence: the tests look at `asked`."""

        return Handler


def chosen_from(dataset: dict[str, Any], chosen: dict[str, list[str]]) -> dict[str, Any]:
    """A part of a dense dataset, cell by cell: slow, plain, and without the code that it is to check."""
    sizes = dataset["size"]
    places: list[list[int]] = []
    dimensions: dict[str, Any] = {}
    for id_ in dataset["id"]:
        dimension = dataset["dimension"][id_]
        index = dimension["category"]["index"]
        where = index if isinstance(index, dict) else {code: place for place, code in enumerate(index)}
        codes = chosen.get(id_, list(where))
        places.append([where[code] for code in codes])
        category = {
            "index": {code: place for place, code in enumerate(codes)},
            "label": {code: dimension["category"]["label"][code] for code in codes},
        } | ({"unit": dimension["category"]["unit"]} if "unit" in dimension["category"] else {})
        dimensions[id_] = {**dimension, "category": category}
    cells = [0]
    for size, here in zip(sizes, places, strict=True):
        cells = [cell * size + place for cell in cells for place in here]
    part = {**dataset, "size": [len(here) for here in places], "dimension": dimensions}
    part["value"] = [dataset["value"][cell] for cell in cells]
    if "status" in dataset:
        part["status"] = {
            str(new): dataset["status"][str(old)] for new, old in enumerate(cells) if str(old) in dataset["status"]
        }
    return part
