"""With whom an area is compared: those like it by criteria that are shown, or a group that Kolada publishes."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from samverka.statistics.enums import ComparisonKind, Sex
from samverka.statistics.models import ComparisonGroup, Indicator
from samverka.territory.enums import AreaKind
from samverka.territory.models import Area
from samverka.territory.queries import Part
from samverka_engine.series.aggregate import Method
from samverka_engine.similarity.neighbours import Criterion, Neighbour, Similarity, Transform, similar_areas

from .reading import Figure, latest_of
from .totals import Members

SOURCE = "kolada"
POPULATION = "N01951"
REGISTER = "folkmangd"
"""The population of the register of areas, where no newer figures have been taken in."""
NEAREST = 7
MOST = 20
WEIGHTS = (0.0, 0.5, 1.0, 2.0)
KOLADAS_DEFAULT = "Liknande kommuner, övergripande,"


@dataclass(frozen=True)
class Structural:
    """An indicator by which municipalities can be alike. `weight` is that of a comparison nobody has chosen for.

    Sizes are compared by their logarithm. What collaborations want to change is offered but has no weight of its own:
    areas alike in outcome differ in nothing.
    """

    key: str
    weight: float
    is_size: bool = False


STRUCTURAL = (
    Structural(POPULATION, 1.0, is_size=True),
    Structural("N02937", 1.0, is_size=True),
    Structural("N02926", 1.0),
    Structural("N01950", 0.0),
    Structural("N01982", 1.0),
    Structural("N00959", 1.0),
    Structural("N02279", 1.0),
    Structural("N00905", 0.0),
    Structural("N03920", 0.0),
    Structural("N02280", 0.0),
    Structural("N03935", 0.0),
)


@dataclass(frozen=True)
class Candidate:
    """A structural indicator that can be used here: `year` is of the figures, the same for all areas."""

    structural: Structural
    name: str
    unit: str
    year: int
    values: Mapping[str, float]
    """By area code; an area without a figure has none."""

    @property
    def key(self) -> str:
        return self.structural.key

    @property
    def decimals(self) -> int:
        """None for counts, one otherwise."""
        return 0 if all(value.is_integer() for value in self.values.values()) else 1


@dataclass(frozen=True)
class Criteria:
    """What likeness is judged by: weight by key of the indicator (0 is not used), and how many areas are chosen."""

    weights: Mapping[str, float]
    nearest: int = NEAREST

    def as_json(self) -> dict[str, Any]:
        return {"weights": dict(self.weights), "nearest": self.nearest}


@dataclass(frozen=True)
class Comparison:
    """Areas that one area is compared with, and why those.

    group: the row, when the group is kept: chosen by the municipality, or Kolada's.
    criteria, candidates, similarity: what was compared; None and empty for a group that somebody else has put together.
    """

    kind: ComparisonKind
    name: str
    members: tuple[Area, ...]
    group: ComparisonGroup | None = None
    criteria: Criteria | None = None
    candidates: tuple[Candidate, ...] = ()
    similarity: Similarity | None = None

    def reasons(self, area: Area) -> Neighbour | None:
        """Why this member is one, criterion by criterion."""
        nearest = self.similarity.nearest if self.similarity else ()
        return next((neighbour for neighbour in nearest if neighbour.area == area.code), None)


def candidates_for(area: Area) -> tuple[Candidate, ...]:
    """The structural indicators with figures for the area. Four queries."""
    areas = {one.pk: one for one in Area.objects.filter(kind=area.kind)}
    order = {structural.key: structural for structural in STRUCTURAL}
    indicators = Indicator.objects.filter(source__key=SOURCE, source_key__in=order)
    named = {indicator.source_key: indicator for indicator in indicators}
    latest = latest_of(named.values(), main_area_id=area.pk, area_ids=areas, years_before=0)
    found = []
    for key, structural in order.items():
        indicator = named.get(key)
        if indicator is None or indicator.pk not in latest:
            continue
        values = {
            areas[place].code: figure.value
            for (place, sex), figure in latest[indicator.pk].now.items()
            if sex is Sex.TOTAL and figure.value is not None and (figure.value > 0 or not structural.is_size)
        }
        found.append(Candidate(structural, indicator.name, indicator.unit, latest[indicator.pk].year, values))
    if not any(candidate.key == POPULATION for candidate in found):
        people = {one.code: float(one.population) for one in areas.values()}
        register = Structural(REGISTER, 1.0, is_size=True)
        found.insert(0, Candidate(register, _("Folkmängd"), _("invånare"), area.population_on.year, people))
    return tuple(found)


def default_criteria(candidates: Iterable[Candidate]) -> Criteria:
    return Criteria({candidate.key: candidate.structural.weight for candidate in candidates})


def similar_to(
    area: Area, criteria: Criteria | None = None, candidates: tuple[Candidate, ...] | None = None
) -> Comparison:
    """The areas of the same kind that are most like one, by criteria or by those that stand when nobody has chosen.

    No members when there is nobody to compare with; `similarity.no_answer` says why. Five queries, or one when the
    candidates have been read.
    """
    if candidates is None:
        candidates = candidates_for(area)
    criteria = criteria or default_criteria(candidates)
    used = [
        Criterion(
            candidate.key,
            criteria.weights[candidate.key],
            Transform.LOGARITHM if candidate.structural.is_size else Transform.NONE,
        )
        for candidate in candidates
        if criteria.weights.get(candidate.key, 0) > 0
    ]
    name = _("Kommuner som liknar %(area)s") % {"area": area.name}
    if not used:
        return Comparison(ComparisonKind.SIMILAR, name, (), None, criteria, candidates)
    codes = {area.code}.union(*(candidate.values for candidate in candidates))
    values = {code: {one.key: one.values.get(code) for one in candidates} for code in codes}
    similarity = similar_areas(area.code, values, used, nearest=criteria.nearest)
    found = {one.code: one for one in Area.objects.filter(code__in=[n.area for n in similarity.nearest])}
    members = tuple(found[neighbour.area] for neighbour in similarity.nearest)
    return Comparison(ComparisonKind.SIMILAR, name, members, None, criteria, candidates, similarity)


def chosen_for(area: Area) -> Comparison | None:
    """The group that the municipality itself has chosen. At most two queries."""
    group = (
        ComparisonGroup.objects.filter(area=area, kind__in=[ComparisonKind.SIMILAR, ComparisonKind.OWN], source_key="")
        .order_by("-made_at", "-pk")
        .first()
    )
    return _kept(group) if group is not None else None


def kolada_groups(area: Area) -> list[ComparisonGroup]:
    """Kolada's groups of areas like this one, the general one first. One query."""
    groups = ComparisonGroup.objects.filter(area=area, kind=ComparisonKind.KOLADA).order_by("name")
    return sorted(groups, key=lambda group: not group.name.startswith(KOLADAS_DEFAULT))


def kolada_group(area: Area, key: str) -> Comparison | None:
    """One of Kolada's groups by its key. At most two queries."""
    group = ComparisonGroup.objects.filter(area=area, kind=ComparisonKind.KOLADA, source_key=key).first()
    return _kept(group) if group is not None else None


def comparison_for(area: Area) -> Comparison | None:
    """With whom an area is compared when nobody asks for anything else; None for other areas than municipalities.

    The municipality's own choice, else those that are like it by the criteria that stand, else Kolada's general group.
    Never more than nine queries.
    """
    if area.kind != AreaKind.MUNICIPALITY:
        return None
    chosen = chosen_for(area)
    if chosen is not None:
        return chosen
    similar = similar_to(area)
    if similar.members:
        return similar
    groups = kolada_groups(area)
    return _kept(groups[0]) if groups else None


def _kept(group: ComparisonGroup) -> Comparison:
    criteria = None
    if "weights" in group.criteria:
        criteria = Criteria(group.criteria["weights"], group.criteria["nearest"])
    return Comparison(ComparisonKind(group.kind), group.name, tuple(group.members.order_by("code")), group, criteria)


def group_series(
    indicators: Iterable[Indicator], members: Iterable[Area], *, from_year: int | None = None
) -> dict[int, dict[Sex, list[Figure]]]:
    """The unweighted mean of the members, by indicator key and sex: the average municipality, not the average
    inhabitant. That is what one municipality is compared with, and what Kolada publishes for its groups.

    Every figure carries its `total`, which says so and whom it covers. At most two queries.
    """
    wanted = list(indicators)
    group = [Part(area.pk, None, None) for area in members]
    reading = Members(wanted, [part.municipality_id for part in group], from_year)
    return {
        indicator.pk: {
            sex: figures for sex in Sex if (figures := reading.series(indicator, sex, group, Method.UNWEIGHTED_MEAN))
        }
        for indicator in wanted
    }


@dataclass(frozen=True)
class MemberRow:
    """An area of a comparison: how far it lies from the one compared, and what it is most unlike in."""

    area: Area
    is_focus: bool
    distance: float | None = None
    unlike_in: str = ""


@dataclass(frozen=True)
class Compared:
    """What areas are compared by: the figures of all of them, in their order."""

    candidate: Candidate
    values: list[float | None]


def used_in(comparison: Comparison, candidates: Sequence[Candidate]) -> list[Candidate]:
    """The indicators that a comparison is judged by; for a group without criteria those that have a weight for all."""
    weights = (comparison.criteria or default_criteria(candidates)).weights
    return [candidate for candidate in candidates if weights.get(candidate.key, 0) > 0]


def members_of(area: Area, comparison: Comparison) -> list[MemberRow]:
    """The area first and then those it is compared with. No query."""
    names = {candidate.key: candidate.name for candidate in comparison.candidates}
    rows = [MemberRow(area, True)]
    for member in comparison.members:
        reasons = comparison.reasons(member)
        unlike = names[reasons.contributions[0].indicator] if reasons and reasons.distance else ""
        rows.append(MemberRow(member, False, reasons.distance if reasons else None, unlike))
    return rows


def compared_by(area: Area, comparison: Comparison, candidates: Sequence[Candidate]) -> list[Compared]:
    """The figures by which an area and the others are compared. No query."""
    codes = [area.code, *(member.code for member in comparison.members)]
    return [
        Compared(candidate, [candidate.values.get(code) for code in codes])
        for candidate in used_in(comparison, candidates)
    ]
