"""Worlds that nobody has seen before: other indicators, tables, dimensions and codes, of the same two APIs."""

import random
from dataclasses import dataclass, field
from typing import Any

from tests.fakes.kolada_worlds import cell, row
from tests.fakes.official_statistics import KoladaWorld, ScbWorld

AREAS = ("0000", "0010", "1080", "1081", "1082", "0180", "1480", "2584")
CONFIG = {
    "apiVersion": "2.2.0",
    "languages": [{"id": "sv", "label": "Svenska"}],
    "defaultLanguage": "sv",
    "maxDataCells": 12,
    "maxCallsPerTimeWindow": 100,
    "timeWindow": 1,
    "license": "https://creativecommons.org/publicdomain/zero/1.0/",
    "dataFormats": ["json-stat2"],
}
Expected = dict[tuple[str, str, int, str], tuple[float | None, str]]
"""(indicator, area, year, sex) → (value, status)."""


def kpi(id_: str, title: str = "Påhittad andel (%)", **other: Any) -> dict[str, Any]:
    """An indicator as Kolada describes it."""
    return {
        "id": id_,
        "title": title,
        "description": "En beskrivning",
        "is_divided_by_gender": True,
        "municipality_type": "K",
        "auspice": "E",
        "operating_area": "Område",
        "perspective": "",
        "prel_publication_date": None,
        "publication_date": "2027-02-01",
        "publ_period": "2026",
        "has_ou_data": False,
        **other,
    }


def kolada_world(seed: int, *, indicators: int) -> tuple[KoladaWorld, Expected]:
    """Indicators with made-up ids and figures of every status, in years of several decades."""
    chance = random.Random(seed)  # noqa: S311  the same world every time
    world = KoladaWorld()
    expected: Expected = {}
    words = {"ok": "", "preliminary": "Preliminary", "missing": "Missing", "suppressed": "Private"}
    for number in range(indicators):
        id_ = f"{chance.choice('NU')}{seed:02}{number:03}"
        world.kpis.append(kpi(id_, f"Påhittat mått {number}, andel (%)"))
        for area in chance.sample(AREAS, k=4):
            for year in chance.sample(range(1985, 2026), k=3):
                cells = []
                for sex in chance.sample("TKM", k=chance.randint(1, 3)):
                    status = chance.choices(list(words), weights=[8, 1, 1, 1])[0]
                    value = round(chance.uniform(-50, 500), 3) if status in {"ok", "preliminary"} else None
                    cells.append(cell(sex, value, words[status]))
                    expected[id_, area.removeprefix("00"), year, sex] = (value, status)
                world.rows.append(row(id_, area, year, *cells))
    chance.shuffle(world.rows)
    return world, expected


@dataclass
class ScbTables:
    """A made-up source, what an indicator chooses in each of its tables, and what should come of it."""

    world: ScbWorld = field(default_factory=lambda: ScbWorld(config=dict(CONFIG)))
    selections: dict[str, dict[str, Any]] = field(default_factory=dict)
    expected: Expected = field(default_factory=dict)


def scb_tables(seed: int, *, tables: int) -> ScbTables:
    """Tables of counts with dimensions of any name, in any order; ages are summed, and so are women and men."""
    chance = random.Random(seed)  # noqa: S311  the same world every time
    made = ScbTables()
    for number in range(tables):
        id_ = f"TAB{seed:02}{number:02}"
        names = {what: f"{what}{chance.randint(10, 99)}" for what in ("omrade", "alder", "kon", "tid", "matt")}
        codes = {
            "omrade": [code.removeprefix("00") or "00" for code in chance.sample(AREAS, k=4)] + ["99999"],
            "alder": ["16-24", "25-64", "65+"],
            "kon": chance.choice([["1", "2"], ["man", "kv"]]),
            "tid": [str(year) for year in range(2015, 2015 + chance.randint(2, 5))],
            "matt": ["M1", "M2"],
        }
        labels = {**{code: code for part in codes.values() for code in part}, "1": "män", "2": "kvinnor"}
        labels |= {"man": "Män", "kv": "Kvinnor"}
        order = chance.sample(list(names), k=len(names))
        cells = [{}]
        for what in order:
            cells = [{**known, what: code} for known in cells for code in codes[what]]
        values = [None if chance.random() < 0.05 else chance.randint(0, 900) for _ in cells]
        made.world.datasets[id_] = {
            "version": "2.0",
            "class": "dataset",
            "label": f"Påhittad tabell {number}",
            "source": "Påhittad källa",
            "updated": "2026-01-15T07:00:00Z",
            "id": [names[what] for what in order],
            "size": [len(codes[what]) for what in order],
            "role": {"time": [names["tid"]], "metric": [names["matt"]]},
            "dimension": {
                names[what]: {
                    "label": what,
                    "category": {
                        "index": {code: place for place, code in enumerate(codes[what])},
                        "label": {code: labels[code] for code in codes[what]},
                    },
                }
                for what in order
            },
            "value": values,
        }
        chosen = codes["alder"][: chance.randint(1, 3)]
        made.selections[id_] = {
            "table": id_,
            "area": names["omrade"],
            "sex": names["kon"],
            "time": names["tid"],
            "contents": "M2",
            "choices": {names["alder"]: chosen},
        }
        sums: dict[tuple[str, str, int, str], list[float | None]] = {}
        for where, value in zip(cells, values, strict=True):
            if where["matt"] == "M2" and where["alder"] in chosen and where["omrade"] != "99999":
                sex = {"1": "M", "man": "M", "2": "K", "kv": "K"}[where["kon"]]
                for one in (sex, "T"):
                    sums.setdefault((id_, where["omrade"], int(where["tid"]), one), []).append(value)
        for key, parts in sums.items():
            known = [part for part in parts if part is not None]
            whole = float(sum(known)) if len(known) == len(parts) else None
            made.expected[key] = (whole, "ok" if whole is not None else "missing")
    return made
