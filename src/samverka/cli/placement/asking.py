"""What is asked for beside an answer, worked out in the time that it leaves."""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace

import numpy as np

from samverka.cli.placement.answers import Asked
from samverka_engine.matching.explain.one_more import OneMore, one_more_each
from samverka_engine.matching.explain.outcomes import worth_of
from samverka_engine.matching.fairness import asks_for_fairness, price_of_fairness
from samverka_engine.matching.files.reading import Given
from samverka_engine.matching.placement import Limits, Placement, Progress, Status
from samverka_engine.matching.problem import Problem
from samverka_engine.matching.rules.later import LATER, without_room_for_later
from samverka_engine.matching.rules.solving import Inner, NotFound, Ruled, solve_with_rules
from samverka_engine.matching.sensitivity import Sensitivity, sensitivity_of
from samverka_engine.matching.stable import Stable, stable_placement

__all__ = ["asked_of", "asks"]

WORKED_OUT_AGAIN = 500_000
"""With more pairs the prices are told as they stand in the proof."""
ONE_MORE_SECONDS = 10.0
"""At most, for what one more unit adds: nobody has asked to wait for it."""
SHARE = 0.4
"""Of the time that is left, for each question; the last gets what there is."""


def asks(given: Given) -> bool:
    """Whether anything is asked that takes time after the answer."""
    questions = given.questions
    return given.rules.binds or questions.uncertainty is not None or questions.later is not None


def asked_of(given: Given, ruled: Ruled, limits: Limits, told: Callable[[Progress], None], inner: Inner) -> Asked:
    """All that is asked, each in its share of the seconds."""
    begun = limits.clock()

    def share(of: float = SHARE) -> Limits:
        if limits.seconds is None:
            return limits
        return replace(limits, seconds=max(0.0, limits.seconds - (limits.clock() - begun)) * of)

    fairness = None
    if asks_for_fairness(given.rules):
        with suppress(NotFound):
            fairness = price_of_fairness(given.problem, given.rules, share(), inner=inner, fair=ruled)
    return Asked(
        fairness=fairness,
        without_later=_without_later(given, share(), inner),
        stable=_stable(given),
        one_more=_one_more(given, ruled, _at_most(share(), ONE_MORE_SECONDS), inner),
        sensitivity=_sensitivity(given, ruled.placement, share(1.0), told, inner),
    )


def _at_most(limits: Limits, seconds: float) -> Limits:
    return replace(limits, seconds=seconds if limits.seconds is None else min(seconds, limits.seconds))


def _without_later(given: Given, limits: Limits, inner: Inner) -> Ruled | None:
    if given.questions.later is None:
        return None
    try:
        found = solve_with_rules(given.problem, without_room_for_later(given.rules), limits, inner=inner)
    except NotFound:
        return None
    # One that the time cut short would tell of the time, not of what is kept.
    return found if found.placement.status is Status.OPTIMAL else None


def _stable(given: Given) -> Stable | None:
    """Deferred acceptance, where fixed and forbidden pairs are wishes: a place wants nobody more than who is fixed."""
    mutual = given.questions.mutual_choice
    if mutual is None:
        return None
    problem, rules = given.problem, given.rules
    wants, wanted = mutual.of_need.copy(), mutual.of_place.copy()
    need = problem.need_of_pairs()
    key = need.astype(np.int64) * problem.places + problem.place
    forbidden = rules.forbidden_need.astype(np.int64) * problem.places + rules.forbidden_place
    fixed = rules.fixed_need.astype(np.int64) * problem.places + rules.fixed_place
    stays = np.isin(key, fixed)
    wants[np.isin(key, forbidden) | (np.isin(need, rules.fixed_need) & ~stays)] = -1.0
    wants[stays], wanted[stays] = np.maximum(wants[stays], 0.0), np.inf
    return stable_placement(problem, wants, wanted)


def _one_more(given: Given, ruled: Ruled, limits: Limits, inner: Inner) -> tuple[OneMore, ...]:
    """Nothing for answers that are not proven best: what is not known would hide what a unit adds."""
    placement, rules = ruled.placement, given.rules
    first = rules.objectives[0].name if rules.objectives else "score"
    known = placement.status is Status.OPTIMAL and first in ("score", LATER) and not rules.fairness.best_worst_off
    if not known or len(given.problem.place) > WORKED_OUT_AGAIN:
        return ()

    def resolve(problem: Problem, limits: Limits) -> Placement | None:
        if not rules.binds:
            return inner(problem, limits, lambda progress: None)
        try:
            return solve_with_rules(problem, rules, limits, inner=inner).placement
        except NotFound:
            return None

    return one_more_each(given.problem, placement, worth_of(placement), limits, resolve=resolve, plain=not rules.binds)


def _sensitivity(
    given: Given, placement: Placement, limits: Limits, told: Callable[[Progress], None], inner: Inner
) -> Sensitivity | None:
    uncertainty = given.questions.uncertainty
    if uncertainty is None:
        return None
    # To look for better answers than this one is in its draws only noise.
    limits = replace(limits, gap=max(limits.gap, placement.gap))
    try:
        return sensitivity_of(
            given.problem,
            placement,
            uncertainty.spread,
            limits,
            draws=uncertainty.draws,
            rules=given.rules,
            told=told,
            inner=inner,
        )
    except ValueError:  # no time for a single one
        return None
