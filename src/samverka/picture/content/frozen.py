"""A snapshot's content as objects to be shown, drawn and compared."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property

from samverka.picture.queries.cards import decimals_of
from samverka.statistics.enums import Measure, ObservationStatus, Sex
from samverka.statistics.models.indicators import FOCUS_WORDS
from samverka.statistics.queries import Figure

from .gathering import Content

STATUS_OF = {status.presence: status for status in ObservationStatus}
CHANGE_YEARS = 5


@dataclass(frozen=True)
class FrozenArea:
    """An area of a snapshot. `is_part`: it is one of those that the whole is divided into."""

    code: str
    name: str
    is_part: bool


@dataclass(frozen=True)
class FrozenIndicator:
    """An indicator of a snapshot with its figures, by area code and sex, in the order of the years."""

    frozen: Content
    whole: FrozenArea
    areas: Sequence[FrozenArea]
    series: dict[tuple[str, Sex], list[Figure]]

    @property
    def key(self) -> int:
        return int(self.frozen["key"])

    @property
    def name(self) -> str:
        return str(self.frozen["name"])

    @property
    def unit(self) -> str:
        return str(self.frozen["unit"])

    @property
    def has_no_total(self) -> bool:
        """Whether the values are codes for answers, and the whole area is made of those who answered."""
        return self.frozen.get("measure") == Measure.CODE and (self.whole.code, Sex.TOTAL) not in self.series

    @property
    def source(self) -> str:
        return f"{self.frozen['source']['name']} {self.frozen['source_key']}"

    @property
    def extracted_at(self) -> datetime | None:
        taken = self.frozen["extraction"]
        return datetime.fromisoformat(taken["extracted_at"]) if taken else None

    @cached_property
    def decimals(self) -> int:
        """As many for all of the indicator's figures."""
        return decimals_of(figure.value for figures in self.series.values() for figure in figures)

    @cached_property
    def years(self) -> list[int]:
        return sorted({figure.year for figures in self.series.values() for figure in figures})

    @cached_property
    def year(self) -> int | None:
        """The newest year with a value for the whole area; without any, with one anywhere."""
        own = [f.year for f in self.series.get((self.whole.code, Sex.TOTAL), []) if f.value is not None]
        known = own or [f.year for figures in self.series.values() for f in figures if f.value is not None]
        return max(known, default=None)

    def at(self, area: str, sex: Sex, year: int | None) -> Figure | None:
        """The figure; None when the source had no row for it."""
        return next((figure for figure in self.series.get((area, sex), []) if figure.year == year), None)

    def change(self, area: str) -> float | None:
        """The change of the figure for all over five years."""
        if self.year is None:
            return None
        now, before = (self.at(area, Sex.TOTAL, year) for year in (self.year, self.year - CHANGE_YEARS))
        if now is None or before is None or now.value is None or before.value is None:
            return None
        return now.value - before.value

    @cached_property
    def by_sex(self) -> bool:
        return any(sex is not Sex.TOTAL for _area, sex in self.series)

    @cached_property
    def shown_areas(self) -> list[FrozenArea]:
        """Parts, then the whole, then wider areas: those for which the source had anything."""
        known = {area for area, _sex in self.series}
        parts = [area for area in self.areas if area.is_part]
        wider = [area for area in self.areas if not area.is_part and area.code != self.whole.code]
        return [area for area in (*parts, self.whole, *wider) if area.code in known]


@dataclass(frozen=True)
class FrozenFocus:
    """A focus area of a snapshot. `name` is empty for indicators that stand under none."""

    key: str
    name: str
    indicators: list[FrozenIndicator]
    notes: list[Content]

    @property
    def title(self) -> str:
        """The name in the reader's language."""
        return str(FOCUS_WORDS.get(self.name, self.name))


def thaw(content: Content) -> list[FrozenIndicator]:
    """The indicators of a content, in their order."""
    areas = [FrozenArea(area["code"], area["name"], area["part"]) for area in content["areas"]]
    whole = next(area for area in areas if area.code == content["collaboration"]["area"])
    return [
        FrozenIndicator(
            frozen=frozen,
            whole=whole,
            areas=areas,
            series={
                (series["area"], Sex(series["sex"])): [
                    Figure(year, value, STATUS_OF[status])
                    for year, value, status in zip(series["years"], series["values"], series["statuses"], strict=True)
                ]
                for series in frozen["series"]
            },
        )
        for frozen in content["indicators"]
    ]


def focuses_of(content: Content) -> list[FrozenFocus]:
    """The indicators of a content under their focus areas."""
    indicators = {indicator.key: indicator for indicator in thaw(content)}
    shown = {focus["key"] for focus in content["focus"]}
    found = [
        FrozenFocus(
            key=focus["key"],
            name=focus["name"],
            indicators=[indicators[key] for key in focus["indicators"]],
            notes=[n for n in content["notes"] if n["indicator"] is None and n["focus"] == focus["key"]],
        )
        for focus in content["focus"]
    ]
    homeless = [n for n in content["notes"] if n["indicator"] is None and n["focus"] not in shown]
    if homeless:
        found.append(FrozenFocus(key="", name="", indicators=[], notes=homeless))
    return found


def notes_beside(content: Content, indicator: FrozenIndicator) -> list[Content]:
    """The notes that stand beside an indicator."""
    return [note for note in content["notes"] if note["indicator"] == indicator.key]
