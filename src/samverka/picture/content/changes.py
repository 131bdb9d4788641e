"""How one content differs from another: what a snapshot says, and what the picture says now."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

from samverka.picture.enums import ChangeKind
from samverka.statistics.enums import Sex
from samverka.statistics.queries import Figure

from .frozen import FrozenArea, FrozenIndicator, thaw
from .gathering import Content


@dataclass(frozen=True)
class FigureChange:
    """A figure that differs. `before` or `after` is None when there was no row."""

    kind: ChangeKind
    area: FrozenArea
    sex: Sex
    year: int
    before: Figure | None
    after: Figure | None


@dataclass(frozen=True)
class IndicatorChange:
    """An indicator in two pictures. `before` is None when it is new, `after` when it has been taken away."""

    before: FrozenIndicator | None
    after: FrozenIndicator | None
    figures: list[FigureChange]

    @property
    def shown(self) -> FrozenIndicator:
        found = self.after or self.before
        if found is None:
            raise ValueError("an indicator is in one of the pictures")
        return found

    @property
    def is_new(self) -> bool:
        return self.before is None

    @property
    def is_gone(self) -> bool:
        return self.after is None

    @property
    def redefined(self) -> bool:
        """The definition, and not only the figures, is another."""
        return (
            self.before is not None
            and self.after is not None
            and self.before.frozen["version"] != self.after.frozen["version"]
        )

    @property
    def differs(self) -> bool:
        return self.is_new or self.is_gone or self.redefined or bool(self.figures)

    @cached_property
    def counts(self) -> Counter[ChangeKind]:
        return Counter(change.kind for change in self.figures)

    @property
    def then(self) -> Figure | None:
        """The newest figure for the whole area in the first picture."""
        return _newest(self.before)

    @property
    def now(self) -> Figure | None:
        return _newest(self.after)


def changes_between(before: Content, after: Content) -> list[IndicatorChange]:
    """Every indicator of the two, in the later one's order; those that have gone come last."""
    old = {indicator.key: indicator for indicator in thaw(before)}
    new = {indicator.key: indicator for indicator in thaw(after)}
    return [
        *(IndicatorChange(old.get(key), later, _figures(old.get(key), later)) for key, later in new.items()),
        *(IndicatorChange(earlier, None, []) for key, earlier in old.items() if key not in new),
    ]


def _newest(indicator: FrozenIndicator | None) -> Figure | None:
    if indicator is None:
        return None
    figures = indicator.series.get((indicator.whole.code, Sex.TOTAL), [])
    return next((figure for figure in reversed(figures) if figure.value is not None), None)


def _figures(before: FrozenIndicator | None, after: FrozenIndicator) -> list[FigureChange]:
    """The figures that differ: the whole area's first, then by area, the newest year first."""
    if before is None:
        return []
    last = max(before.years, default=0)
    found = list(_differing(before, after, first=min(after.years, default=0), last=last))
    order = {area.code: place for place, area in enumerate(after.areas)}
    return sorted(found, key=lambda change: (order[change.area.code], -change.year, list(Sex).index(change.sex)))


def _differing(before: FrozenIndicator, after: FrozenIndicator, *, first: int, last: int) -> Iterator[FigureChange]:
    """`first`: earlier years are no longer kept, which is no change. `last`: later years are new."""
    areas = {area.code: area for area in after.areas}
    for (code, sex), figures in _both(before, after):
        area = areas.get(code)
        if area is None:
            continue  # the collaboration's area is divided otherwise now: nothing was said of the figure
        for year, (then, now) in sorted(figures.items()):
            kind = _kind(then, now, is_new_year=year > last)
            if kind is not None and year >= first:
                yield FigureChange(kind, area, sex, year, then, now)


def _both(
    before: FrozenIndicator, after: FrozenIndicator
) -> Iterator[tuple[tuple[str, Sex], dict[int, tuple[Figure | None, Figure | None]]]]:
    for key in dict.fromkeys([*before.series, *after.series]):
        old = {figure.year: figure for figure in before.series.get(key, [])}
        new = {figure.year: figure for figure in after.series.get(key, [])}
        yield key, {year: (old.get(year), new.get(year)) for year in {*old, *new}}


def _kind(before: Figure | None, after: Figure | None, *, is_new_year: bool) -> ChangeKind | None:
    if before is None:
        return ChangeKind.NEW_YEAR if is_new_year else ChangeKind.ADDED
    if after is None:
        return ChangeKind.GONE
    if before.value is not None and after.value is not None and before.value != after.value:
        return ChangeKind.REVISED
    return ChangeKind.STATUS if (before.value, before.status) != (after.value, after.status) else None
