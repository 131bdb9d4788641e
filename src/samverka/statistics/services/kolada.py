"""What Kolada does not publish about its indicators: the unit as such, what a value is, and which way is good."""

import re

from samverka.statistics.enums import Measure, Polarity

from .shipped import shipped

SOURCE = {
    "key": "kolada",
    "name": "Kolada",
    "attribution": "Källa: Kolada",
    "website": "https://www.kolada.se",
}

# In order: the first that matches.
_UNITS = (
    (re.compile(r"andel \(%\)|, procent\b"), "%"),
    (re.compile(r"\b1000 kr/inv"), "tkr/inv"),
    (re.compile(r"\bkr/inv"), "kr/inv"),
    (re.compile(r"\bantal/1000 ?inv"), "per 1000 inv"),
)
_MEASURES = (
    (re.compile(r"=\s?\d+\s*[,/][^()=]*=\s?\d"), Measure.CODE),  # (Ja=1, Nej=0)
    (re.compile(r"median|avvikelse|osäkerhetstal|balanstal|index|modellberäkna", re.IGNORECASE), Measure.OTHER),
    (re.compile(r"andel \(%\)|\bantal/1000 ?inv"), Measure.RATIO),
    (re.compile(r", antal(?: \(-\s?\d{4}\))?$"), Measure.COUNT),
)
_CLOSED = re.compile(r"\(-\s?\d{4}\)")


def unit_in(title: str) -> str:
    """The unit that a title states: `%`, `kr/inv`, …; empty when it states none."""
    return next((unit for pattern, unit in _UNITS if pattern.search(title)), "")


def measure_of(key: str, title: str) -> Measure:
    """What the values are: as we have judged it, otherwise as the title says."""
    ours = shipped().get((SOURCE["key"], key))
    if ours is not None:
        return ours.measure
    return next((measure for pattern, measure in _MEASURES if pattern.search(title)), Measure.OTHER)


def says_closed(title: str, description: str) -> bool:
    """Whether Kolada says that the series has ended: a last year in the title, or in words."""
    return bool(_CLOSED.search(title)) or "nyckeltalet är avslutat" in description.lower()


def polarity_of(key: str) -> Polarity:
    """Which way is good, where it is certain."""
    ours = shipped().get((SOURCE["key"], key))
    return ours.polarity if ours is not None else Polarity.NONE
