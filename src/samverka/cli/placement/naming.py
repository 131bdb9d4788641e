"""Rules and goals in words, with the names of the files."""

from collections.abc import Sequence

import polars as pl

from samverka.cli.placement.words import Words
from samverka_engine.matching.files.reading import Given
from samverka_engine.matching.rules.clauses import Clause, Kind
from samverka_engine.matching.rules.costs import Cost
from samverka_engine.matching.rules.model import Rules

__all__ = ["capital", "clauses_said", "cost_said", "goal_said"]

SHOWN = 3


def _members(rules: Rules, index: int, needs: pl.Series) -> str:
    """The first of those who belong together."""
    if not 0 <= index < len(rules.together):
        return ""
    members = [str(needs[need]) for need in rules.together[index].needs]
    return ", ".join(members[:SHOWN]) + (" …" if len(members) > SHOWN else "")


def cost_said(cost: Cost, given: Given, words: Words) -> str:
    """The rule that a cost is of."""
    rules = given.rules
    if cost.kind is None:
        return words.rules["worst_off"]
    if cost.index < 0:
        return words.rules[f"all_{cost.kind.value}"]
    need = place = ""
    if cost.kind in (Kind.FIXED, Kind.FORBIDDEN):
        fixed = cost.kind is Kind.FIXED
        need = given.need_ids[int((rules.fixed_need if fixed else rules.forbidden_need)[cost.index])]
        place = given.place_ids[int((rules.fixed_place if fixed else rules.forbidden_place)[cost.index])]
    members = _members(rules, cost.index, given.need_ids) if cost.kind is Kind.TOGETHER else ""
    return words.rules[cost.kind.value].format(need=need, place=place, members=members, name=cost.name)


def clauses_said(clauses: Sequence[Clause], given: Given, words: Words) -> str:
    """Rules that cannot all hold."""
    needs, places, resources = given.need_ids, given.place_ids, given.problem.resources
    return "; ".join(
        words.rules[clause.kind.value].format(
            need=needs[clause.need] if clause.need >= 0 else "",
            place=places[clause.place] if clause.place >= 0 else "",
            resource=resources[clause.resource] if clause.resource >= 0 else "",
            members=_members(given.rules, clause.index, needs) if clause.kind is Kind.TOGETHER else "",
            name=clause.text,
        )
        for clause in clauses
    )


def goal_said(name: str, words: Words) -> str:
    """A goal; a criterion is called what the file calls it."""
    return words.goals.get(name, name.removeprefix("criterion:"))


def capital(text: str) -> str:
    """A sentence's first letter. Names that begin a rule are left as they stand in the files, by the caller."""
    return text[:1].upper() + text[1:]
