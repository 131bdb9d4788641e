"""Moves as they have been: what is left of a population's change when its births and deaths are taken away.

The residual method (survival ratio method): those who live here at the end of a year, less those of a year younger
at its start who were to survive it, have moved in, net. Formulas, sources and limits: docs/algorithms/projection.md.
"""

import numpy as np

from samverka_engine.scenarios.mortality import Array, LifeTable
from samverka_engine.scenarios.step import aged, newborn_risk, share_remaining

__all__ = ["ages_before", "flows_of", "net_moves"]


def net_moves(history: Array, survival: Array, births: Array | None = None) -> Array:
    """Persons who moved in less those who moved out, by age at the end of each year.

    history: the population at the end of following years, shape (years + 1, ..., 2, ages), women first, in age groups
        as wide as the time between two of them.
    survival: ratios by age at the end of the year (`LifeTable.survival`), broadcasting to a population.
    births: (years, ..., 2). None: unknown, and the youngest group is taken to have been born here, with no moves.

    Counted at the end of the year: who came and died, or came and left again, is not seen.
    Raises ValueError for a history shorter than two, and for a population that is missing or negative.
    """
    if len(history) < 2:
        raise ValueError("Moves are seen between two populations; the history has fewer.")
    if not np.isfinite(history).all() or (history < 0).any():
        raise ValueError("A population of the history is missing or negative.")
    stayed = aged(history[:-1]) * survival
    stayed[..., 0] = history[1:, ..., 0] if births is None else births * np.broadcast_to(survival, stayed.shape)[..., 0]
    return np.asarray(history[1:] - stayed)


def flows_of(net: Array, before: Array, survival: Array, births: Array) -> tuple[Array, Array]:
    """Rates of moving away and persons who arrive, such that a projection sees exactly these net moves.

    net: as `net_moves` gives them. before: the populations at the start of the same years, births: those of the
    years. What is negative becomes a rate among those who were there, what is positive arrivals over the year.

    Raises ValueError where more leave than there are, or all: no rate does that.
    """
    whole = np.broadcast_to(survival, net.shape)
    stayed = aged(before) * whole
    stayed[..., 0] = births * whole[..., 0]
    leaving = np.minimum(net, 0.0)
    if (leaving < 0).any() and (stayed[leaving < 0] + leaving[leaving < 0] <= 0).any():
        raise ValueError("More moved away than there were, or everybody did.")
    left = np.divide(leaving, stayed, out=np.zeros(net.shape), where=stayed > 0)
    departures = -np.log1p(left)
    death = -np.log(whole)
    death[..., 0] = newborn_risk(whole[..., 0])
    departures[..., 0] = newborn_risk(whole[..., 0] * (1 + left[..., 0])) - death[..., 0]
    return np.maximum(departures, 0.0), np.maximum(net, 0.0) / share_remaining(death)


def ages_before(population: Array, table: LifeTable, years: int) -> Array:
    """Who must have lived `years` years ago for these to be here, had nobody moved: the cohorts taken back in time.

    population: shape (..., 2, ages). The oldest come back from the open group as the life table's are divided.
    Reverse survival; the years are counted in widths of an age group. Raises ValueError for a number below zero.
    """
    if years < 0:
        raise ValueError(f"Cohorts are taken back in time; got {years} years.")
    survival, lived = table.survival, table.person_years
    oldest = lived[..., -1] / (lived[..., -2] + lived[..., -1])
    people = np.array(population, dtype=np.float64)
    for _ in range(years):
        back = np.empty_like(people)
        back[..., :-2] = people[..., 1:-1] / survival[..., 1:-1]
        both = people[..., -1] / survival[..., -1]
        back[..., -2], back[..., -1] = both * (1 - oldest), both * oldest
        people = back
    return people
