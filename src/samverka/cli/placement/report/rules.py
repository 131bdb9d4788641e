"""Sections on the rules: what they cost, goals in order, quotas, places that open, fairness."""

import numpy as np

from samverka.cli.placement.naming import capital, cost_said, goal_said
from samverka.cli.placement.report.drawings import Bar, table
from samverka.cli.placement.report.sheet import SHOWN, Sheet
from samverka_engine.matching.rules.clauses import Kind, counted
from samverka_engine.matching.rules.costs import Cost
from samverka_engine.matching.rules.model import Measure, Quota
from samverka_engine.matching.rules.solving import WORST_OFF

__all__ = ["costs", "fairness", "goals", "opens", "quotas"]


def costs(sheet: Sheet) -> str:
    words, found = sheet.words, sheet.found.solved.costs
    if not found:
        return ""
    rows = [(_named(sheet, cost), sheet.between(cost.least, cost.most)) for cost in found]
    return sheet.section(
        words.rules_title,
        sheet.text(words.rules_text),
        table(words.rules_title, (words.rule, words.costs), rows),
    )


def _named(sheet: Sheet, cost: Cost) -> str:
    said = cost_said(cost, sheet.found.given, sheet.words)
    # What begins with a name of the files is left as it is written there.
    return said if cost.kind in (Kind.FIXED, Kind.FORBIDDEN) and cost.index >= 0 else capital(said)


def goals(sheet: Sheet) -> str:
    """When there are several."""
    words, reached = sheet.words, sheet.found.solved.ruled.goals
    if len(reached) < 2:
        return ""
    less = {
        goal.name
        for goal in sheet.found.given.rules.objectives
        if goal.name != "score" and (goal.value <= 0).all() and (goal.value < 0).any()
    }
    beside = sheet.found.solved.ruled.penalty or sheet.found.solved.ruled.bonus
    rows = []
    for number, goal in enumerate(reached, start=1):
        sign = -1.0 if goal.name in less else 1.0
        decimals = 2 if goal.name == WORST_OFF else None
        shown = [
            "–" if value is None else sheet.amount(sign * value) if decimals is None else sheet.number(value, decimals)
            for value in (goal.value, goal.bound)
        ]
        said = words.score_beside if goal.name == "score" and beside else goal_said(goal.name, words)
        rows.append((f"{number}. {said}", *shown))
    return sheet.section(
        words.goals_title,
        sheet.text(words.goals_text),
        table(words.goals_title, (words.goal, words.reached, words.at_best), rows),
    )


def quotas(sheet: Sheet) -> str:
    words, found = sheet.words, sheet.found
    rules, problem, place = found.given.rules, found.given.problem, found.placement.place
    if not rules.quotas:
        return ""
    rows = []
    for quota in rules.quotas:
        taken = int(counted(problem, rules, quota.resource)[np.isin(place, quota.places)].sum())
        missed = max(0, quota.least - taken) + (0 if quota.most is None else max(0, taken - quota.most))
        lost = "–" if quota.penalty is None else sheet.price(quota.penalty * missed)
        rows.append((quota.name, _bounds(sheet, quota), sheet.count(taken), lost))
    penalty = found.solved.ruled.penalty
    heads = (words.quota, words.bounds, words.outcome, words.penalty)
    return sheet.section(
        words.quotas_title,
        sheet.text(words.quotas_text, words.penalty_text.format(price=sheet.price(penalty)) if penalty else ""),
        table(words.quotas_title, heads, rows),
    )


def _bounds(sheet: Sheet, quota: Quota) -> str:
    words = sheet.words
    low = words.at_least.format(least=sheet.count(quota.least)) if quota.least else ""
    high = "" if quota.most is None else words.at_most.format(most=sheet.count(quota.most))
    return ", ".join(bound for bound in (low, high) if bound)


def opens(sheet: Sheet) -> str:
    """Courses that begin when enough come."""
    words, found = sheet.words, sheet.found
    minimum = found.given.rules.minimum
    if minimum is None or not (minimum > 1).any():
        return ""
    come = found.persons_at
    places = np.flatnonzero(minimum > 1)
    is_open = come[places] > 0
    text = (words.opens_text if not is_open.all() else words.opens_all).format(
        open=sheet.count(int(is_open.sum())), all=sheet.count(len(places))
    )
    rows = [
        (
            str(found.given.place_ids[int(place)]),
            sheet.count(int(minimum[place])),
            sheet.count(int(come[place])) if come[place] else words.closed,
        )
        for place in places
    ]
    capacity = np.maximum(1, found.given.problem.capacity.max(axis=1))
    drawn = [
        Bar(row[0], row[2], float(come[place] / capacity[place]), "plain" if come[place] else "none")
        for row, place in zip(rows, places, strict=True)
    ][:SHOWN]
    return sheet.figure(words.opens_title, text, drawn, (words.place, words.minimum, words.come), rows)


def fairness(sheet: Sheet) -> str:
    words, price = sheet.words, sheet.found.asked.fairness
    if price is None:
        return ""
    free = abs(price.least) < 1e-9 and abs(price.most) < 1e-9
    text = words.fairness_free if free else words.fairness_text.format(price=sheet.between(price.least, price.most))
    measure = sheet.found.given.rules.fairness.measure

    def outcome(value: float) -> str:
        return sheet.percent(value) if measure is Measure.PLACED else sheet.number(value, 2)

    def apart(value: float) -> str:
        if measure is Measure.PLACED:
            return words.points.format(value=sheet.amount(round(100 * value, 1)))
        return sheet.number(value, 2)

    fair, before = price.difference
    difference = words.fairness_difference.format(fair=apart(fair), free=apart(before))
    rows = [(sheet.name(group.name), outcome(group.fair), outcome(group.free)) for group in price.groups]
    caption = words.measures[measure.value]
    return sheet.section(
        words.fairness_title,
        sheet.text(text, difference if len(price.groups) > 1 else ""),
        table(caption, (words.group, words.with_rules, words.without_rules), rows),
    )
