"""Cohort-component projection of the population, for one or many areas at once.

Each cohort is carried one period forward: it dies, moves and emigrates by competing constant risks, and whoever
arrives does so evenly over the period and shares the risks from then on. The women who are left, and those who
were there, give birth; the births share the risks too. Persons are not rounded.

Formulas, order and sources (Preston, Heuveline & Guillot ch. 6; Statistics Sweden's own model):
docs/algorithms/projection.md.
"""

from dataclasses import dataclass

import numpy as np

from samverka_engine.scenarios.assumptions import (
    ArrivalCounts,
    ArrivalRates,
    ArrivalShares,
    Assumptions,
    Checked,
    DomesticArrivals,
    Population,
    Reception,
    checked,
)
from samverka_engine.scenarios.mortality import WOMEN, Array
from samverka_engine.scenarios.step import aged, born, carry, risks_of

__all__ = ["Projection", "WithAndWithout", "project", "with_and_without"]

WORKING_AGE = (20, 64)
_KINDS = {ArrivalCounts: "counts", ArrivalRates: "rates", ArrivalShares: "shares"}


@dataclass(frozen=True, slots=True, eq=False)
class Projection:
    """A run: the population at the end of every period and what happened in between.

    years: the base year and the end of each period, n + 1 of them.
    population: shape (n + 1, areas, 2, ages). Persons, with fractions.
    births: (n, areas, 2). The rest: (n, areas, 2, ages), by age at the end of the period; group 0 are those who
        were born in it. `deaths`, `departures` and `emigration` include those of arrivals and births.
    assumptions: codes `name` or `name=value` of every choice.
    """

    areas: tuple[str, ...]
    width: int
    years: tuple[int, ...]
    population: Array
    births: Array
    deaths: Array
    departures: Array
    emigration: Array
    arrivals: Array
    immigration: Array
    reception: Array
    assumptions: tuple[str, ...]

    @property
    def total(self) -> Array:
        """Persons, shape (n + 1, areas)."""
        return np.asarray(self.population.sum(axis=(2, 3)))

    def persons(self, first: int, last: int | None = None) -> Array:
        """Women and men aged `first` to `last` years (None: and older), shape (n + 1, areas, 2).

        Raises ValueError for ages that cut through an age group or go into the open one.
        """
        groups = self.population.shape[3]
        end = None if last is None else last + 1
        if first % self.width or (end is not None and end % self.width):
            raise ValueError(f"The ages {first} to {last} cut through an age group of {self.width} years.")
        oldest = (groups - 1) * self.width
        if first < 0 or first > oldest or (end is not None and not first < end <= oldest):
            raise ValueError(f"The ages {first} to {last} are not ages below the open group, {oldest} and older.")
        return np.asarray(
            self.population[..., first // self.width : None if end is None else end // self.width].sum(-1)
        )

    def working_age(self, first: int = WORKING_AGE[0], last: int = WORKING_AGE[1]) -> Array:
        """Persons of working age, shape (n + 1, areas). 20 to 64 years unless said, as in the dependency ratio;
        16 to 64 is the other common choice."""
        return np.asarray(self.persons(first, last).sum(axis=-1))

    def dependency_ratio(self, *, per: float = 100.0) -> Array:
        """Persons aged 0–19 and 65 or more for every `per` aged 20–64, shape (n + 1, areas).

        Statistics Sweden's definition (demografisk försörjningskvot; per 100. Kolada's N00927 is per 1).
        NaN where nobody is of working age: there is no such ratio then.
        """
        working = self.working_age()
        others = (self.persons(0, WORKING_AGE[0] - 1) + self.persons(WORKING_AGE[1] + 1)).sum(axis=-1)
        return np.asarray(np.divide(per * others, working, out=np.full(working.shape, np.nan), where=working > 0))

    def unexplained(self) -> Array:
        """The balancing equation: end - (start + births + all who came - all who left), by cohort.

        Shape (n, areas, 2, ages); zero but for floating-point rounding.
        """
        start = np.stack([aged(people) for people in self.population[:-1]])
        start[..., 0] = self.births
        came = self.arrivals + self.immigration + self.reception
        left = self.deaths + self.departures + self.emigration
        return np.asarray(self.population[1:] - (start + came - left))


@dataclass(frozen=True, slots=True, eq=False)
class WithAndWithout:
    """Two runs of the same assumptions; only the planned reception differs."""

    with_reception: Projection
    without_reception: Projection

    @property
    def difference(self) -> Array:
        """Persons that the reception adds, their children and later moves included: (n + 1, areas, 2, ages)."""
        return np.asarray(self.with_reception.population - self.without_reception.population)


def project(
    base: Population, assumptions: Assumptions, *, years: int, reception: Reception | None = None
) -> Projection:
    """Projects every area `years` years ahead.

    years: a whole number of periods as long as an age group is wide.
    reception: None is the run without; the immigration of the assumptions must not contain it already.

    Raises ValueError, saying which and where, for an assumption that is missing, impossible or misshapen.
    """
    if years < base.width or years % base.width:
        raise ValueError(f"A projection covers whole periods of {base.width} years; got {years}.")
    periods = years // base.width
    given = checked(base, assumptions, reception, periods)
    shape = (periods, len(base.areas), 2, base.ages)
    population = np.empty((periods + 1, *shape[1:]))
    population[0] = base.counts
    births = np.empty(shape[:3])
    deaths, departures, emigration, arrivals = (np.zeros(shape) for _ in range(4))
    flows = births, deaths, departures, emigration, arrivals
    for period in range(periods):
        population[period + 1] = _forward(given, assumptions.arrivals, period, base.width, population[period], flows)
    for result in (population, *flows):
        result.setflags(write=False)

    return Projection(
        areas=base.areas,
        width=base.width,
        years=tuple(base.year + base.width * period for period in range(periods + 1)),
        population=population,
        births=births,
        deaths=deaths,
        departures=departures,
        emigration=emigration,
        arrivals=arrivals,
        immigration=given.immigration,
        reception=given.reception,
        assumptions=_codes(base, assumptions, reception),
    )


def with_and_without(base: Population, assumptions: Assumptions, *, years: int, reception: Reception) -> WithAndWithout:
    """The same assumptions with the planned reception and without it. Raises ValueError as `project` does."""
    return WithAndWithout(
        with_reception=project(base, assumptions, years=years, reception=reception),
        without_reception=project(base, assumptions, years=years),
    )


def _forward(
    given: Checked, kind: DomesticArrivals, period: int, width: int, people: Array, flows: tuple[Array, ...]
) -> Array:
    """The population one period later, shape (areas, 2, ages); writes the period's flows.

    The youngest group is carried last: its births need the women of the end of the period.
    """
    births, *by_age = flows
    risks = risks_of(given, period, width)
    start = aged(people)
    coming = given.immigration[period] + given.reception[period]
    domestic = given.arrivals[period]
    older = carry(start[..., 1:], coming[..., 1:], start[..., 1:], domestic[..., 1:], kind, risks.of(slice(1, None)))

    fertility = given.fertility[period][:, 1:]
    births[period] = born(fertility, people[:, WOMEN, 1:], older.end[:, WOMEN], given.sex_ratio_at_birth, width)

    newborn = births[period][..., np.newaxis]
    youngest = carry(start[..., :1], newborn + coming[..., :1], newborn, domestic[..., :1], kind, risks.of(slice(0, 1)))
    for flow, name in zip(by_age, ("deaths", "departures", "emigration", "arrivals"), strict=True):
        flow[period] = np.concatenate([getattr(youngest, name), getattr(older, name)], axis=-1)
    return np.concatenate([youngest.end, older.end], axis=-1)


def _codes(base: Population, assumptions: Assumptions, reception: Reception | None) -> tuple[str, ...]:
    groups = "years" if base.width == 1 else f"{base.width}_years"
    return (
        f"age_groups={groups}",
        f"open_from={(base.ages - 1) * base.width}",
        "competing_constant_risks",
        "arrivals_evenly_over_the_period",
        "one_domestic_move_a_period",
        "births_by_mean_of_women_at_start_and_end",
        f"sex_ratio_at_birth={assumptions.sex_ratio_at_birth:g}",
        f"domestic_arrivals={_KINDS[type(assumptions.arrivals)]}",
        "reception=none" if reception is None else f"reception={reception.name}",
        "persons_not_rounded",
    )
