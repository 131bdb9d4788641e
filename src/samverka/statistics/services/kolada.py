"""What Kolada does not publish about its indicators: the unit as such, and which way is good."""

import re

from samverka.statistics.enums import Polarity

SOURCE = {
    "key": "kolada",
    "name": "Kolada",
    "attribution": "Källa: Kolada",
    "website": "https://www.kolada.se",
}

# In order: the first that matches. A number of people or flats has no unit, and gets none.
_UNITS = (
    (re.compile(r"andel \(%\)|, procent\b"), "%"),
    (re.compile(r"\b1000 kr/inv"), "1000 kr/inv"),
    (re.compile(r"\bkr/inv"), "kr/inv"),
    (re.compile(r"\bantal/1000 inv"), "per 1000 inv"),
)

# Only where nobody argues. A cost, a share of a population, people who move: neither good nor bad.
_BETTER: dict[Polarity, frozenset[str]] = {
    Polarity.LOWER: frozenset(
        {
            "N00703",  # young refugees neither in work nor studying
            "N02797",  # young people neither in work nor studying
            "N03920",  # unemployment 18–65
            "N03921",  # unemployment 16–24
            "N07907",  # overcrowding
            "U00800",  # unemployed at some time during the year
            "U31803",  # children in families with economic assistance
        }
    ),
    Polarity.HIGHER: frozenset(
        {
            "N00700",  # employed among refugees
            "N00712",  # employed or studying among refugees
            "N00713",  # employed among the foreign-born
            "N00914",  # employed among all
            "N00973",  # left the establishment programme for work or studies
            "N02267",  # employment rate
            "N02268",  # employment rate of the foreign-born
            "N02994",  # employed among refugees, 4–6 years in the country
            "N02995",  # employed among refugees, 10 years or more
            "N15428",  # pupils qualified for a vocational programme
            "N18409",  # passed two courses of Swedish for immigrants
            "U65861",  # foreign-born who voted
        }
    ),
}


def unit_in(title: str) -> str:
    """The unit that a title states: `%`, `kr/inv`, …; empty when it states none."""
    return next((unit for pattern, unit in _UNITS if pattern.search(title)), "")


def polarity_of(key: str) -> Polarity:
    """Which way is good, where it is certain."""
    return next((polarity for polarity, keys in _BETTER.items() if key in keys), Polarity.NONE)
