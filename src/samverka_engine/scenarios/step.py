"""One period of a projection: cohorts under competing constant risks of death, moving and emigration.

With the risks h = death + departure + emigration over the period, those who were there at the start remain with
the share exp(-h); those who come evenly over the period remain with (1 - exp(-h)) / h. What is lost is divided
between the causes as their risks are. These are the equations of Statistics Sweden's model (SCB, Sveriges
framtida befolkning 2012–2060, Demografiska rapporter 2012:2, facts about the statistics).
"""

from dataclasses import dataclass

import numpy as np

from samverka_engine.scenarios.assumptions import (
    ArrivalCounts,
    ArrivalRates,
    ArrivalShares,
    Checked,
    DomesticArrivals,
)
from samverka_engine.scenarios.mortality import Array

__all__ = ["Carried", "Risks", "aged", "born", "carry", "newborn_risk", "risks_of", "share_remaining"]


@dataclass(frozen=True, slots=True, eq=False)
class Risks:
    """Risks over one period by age group at its end, each of shape (areas, 2, groups)."""

    death: Array
    departure: Array
    emigration: Array

    def of(self, groups: slice) -> "Risks":
        """The same risks of some age groups only."""
        return Risks(self.death[..., groups], self.departure[..., groups], self.emigration[..., groups])


@dataclass(frozen=True, slots=True, eq=False)
class Carried:
    """Some cohorts at the end of a period and their flows in it, each of shape (areas, 2, groups)."""

    end: Array
    deaths: Array
    departures: Array
    emigration: Array
    arrivals: Array


def carry(
    start: Array, coming: Array, residents: Array, domestic: Array, kind: DomesticArrivals, risks: Risks
) -> Carried:
    """Carries cohorts one period forward.

    start: who are there at the start, by age group at the end.
    coming: births, immigration and reception, evenly over the period.
    residents: to whom rates of domestic arrival apply: `start`, or the births.
    domestic: the domestic arrivals that `kind` speaks of: persons, rates or shares.

    Nobody moves within the country twice in a period, so that arrivals by shares add up to all departures.
    """
    lost = risks.death + risks.departure + risks.emigration
    by_risk = start * share_remaining(lost) + coming * _lost_by_risk(lost)
    departures = by_risk * risks.departure
    match kind:
        case ArrivalCounts():
            arrivals = domestic
        case ArrivalRates():
            arrivals = domestic * residents
        case ArrivalShares():
            arrivals = domestic * departures.sum(axis=0, keepdims=True)
    settled = risks.death + risks.emigration
    by_risk_settled = arrivals * _lost_by_risk(settled)
    return Carried(
        end=start * np.exp(-lost) + coming * share_remaining(lost) + arrivals * share_remaining(settled),
        deaths=(by_risk + by_risk_settled) * risks.death,
        departures=departures,
        emigration=(by_risk + by_risk_settled) * risks.emigration,
        arrivals=np.array(arrivals),
    )


def risks_of(given: Checked, period: int, width: int) -> Risks:
    """The risks of one period. A survival ratio becomes the constant risk that has the same effect."""
    survival = given.survival[period]
    death = -np.log(survival)
    death[..., 0] = newborn_risk(survival[..., 0])
    return Risks(death, width * given.departures[period], width * given.emigration[period])


def aged(population: Array) -> Array:
    """Everybody one group older; the two oldest groups together; nobody in the youngest. Shape kept."""
    older = np.zeros(population.shape)
    older[..., 1:] = population[..., :-1]
    older[..., -1] += population[..., -1]
    return older


def born(fertility: Array, before: Array, after: Array, sex_ratio: float, width: int) -> Array:
    """Girls and boys born in a period, shape (..., 2): the rates times the mean of the women at its start and end.

    fertility: by woman and year, shape (..., ages). before, after: the women of each age group, of the same shape.
    """
    children = width * (fertility * (before + after) / 2).sum(axis=-1)
    girls = children / (1 + sex_ratio)
    return np.stack([girls, children - girls], axis=-1)


def newborn_risk(survival: Array) -> Array:
    """The constant risk of death under which births spread over the period survive as the life table says.

    Solves (1 - exp(-h)) / h = survival by Newton's method. The left side is convex and falls, and the first
    guess 2 (1 - survival) lies below the root, so that every step comes closer and none passes it.
    """
    risk = 2 * (1 - survival)
    for _ in range(100):
        share = share_remaining(risk)
        slope = (np.exp(-risk) - share) / np.where(risk > 0, risk, 1.0)
        step = np.where(risk > 0, (share - survival) / np.where(risk > 0, -slope, 1.0), 0.0)
        risk = risk + step
        if (np.abs(step) <= 1e-15 * (1 + risk)).all():
            break
    return risk


def share_remaining(risk: Array) -> Array:
    """(1 - exp(-h)) / h, and 1 at h = 0: what remains of those who come evenly; also the mean time at risk."""
    return np.where(risk > 0, -np.expm1(-risk) / np.where(risk > 0, risk, 1.0), 1.0)


def _lost_by_risk(risk: Array) -> Array:
    """(1 - (1 - exp(-h)) / h) / h: the loss of those who come evenly, by unit of risk; a half at h = 0."""
    small = risk < 1e-4
    series = 0.5 - risk / 6 + risk * risk / 24
    return np.where(small, series, (1 - share_remaining(risk)) / np.where(small, 1.0, risk))
