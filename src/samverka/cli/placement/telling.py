"""What the terminal says of an answer, in the language of its report."""

from collections.abc import Iterator
from pathlib import Path

from samverka.cli.placement.answers import Explained
from samverka.cli.placement.naming import cost_said, goal_said
from samverka.cli.placement.words import Words
from samverka_engine.matching.problem import NOWHERE
from samverka_engine.matching.sensitivity import SURVIVES

__all__ = ["lines_of"]

SHOWN = 3


def lines_of(found: Explained, words: Words, out: Path, unit: str | None) -> Iterator[str]:
    """One sentence a line."""
    placement, asked, given = found.placement, found.asked, found.given

    def amount(value: float) -> str:
        text = f"{value:,.4f}".replace(",", "\0").replace(".", words.decimal).replace("\0", words.thousands)
        return f"{text} {unit}" if unit else text

    def between(least: float, most: float) -> str:
        apart = most - least > 1e-6 * max(1.0, abs(most))
        if not apart:
            return amount(most)
        if least <= 0 < most:
            return words.at_most.format(most=amount(most))
        return words.told_between.format(least=amount(least), most=amount(most))

    yield words.told_placed.format(
        placed=found.placed,
        needs=given.problem.needs,
        total=amount(placement.total),
        gap=f"{100 * placement.gap:.4f} %".replace(".", words.decimal),
        mark=words.marks[placement.status.value],
    )
    for goal in found.solved.ruled.goals:
        if goal.name != "score":
            name, value = goal_said(goal.name, words), amount(goal.value).removesuffix(f" {unit}")
            bound = "" if goal.bound is None else amount(goal.bound).removesuffix(f" {unit}")
            template = words.told_bound if bound else words.told_goal
            yield template.format(name=name, value=value, bound=bound)
    for cost in found.solved.costs:
        yield words.told_cost.format(cost=between(cost.least, cost.most), rule=cost_said(cost, given, words))
    if asked.fairness is not None:
        yield words.told_fairness.format(cost=between(asked.fairness.least, asked.fairness.most))
    if asked.sensitivity is not None:
        count = int((asked.sensitivity.survival >= SURVIVES).sum())
        yield words.told_sure.format(count=count, needs=given.problem.needs, draws=asked.sensitivity.draws)
    if asked.stable is not None:
        less = placement.total - asked.stable.total
        yield words.told_stable.format(total=amount(asked.stable.total), difference=amount(less))
    if asked.without_later is not None:
        other = asked.without_later.placement
        fewer = int((other.place != NOWHERE).sum()) - found.placed
        price = other.total - placement.total
        free = abs(price) < 1e-9 and fewer == 0
        yield words.later_free if free else words.later_cost.format(price=amount(price), placed=fewer)
    solved = {(one.place, one.resource): one for one in asked.one_more}
    for worth in found.worth[:SHOWN]:
        one = solved.get((worth.place, worth.resource))
        real = worth.price if one is None or one.least is None or one.least != one.most else one.least
        place, resource = given.place_ids[worth.place], given.problem.resources[worth.resource]
        yield words.told_more.format(resource=resource, place=place, price=amount(real))
    yield words.told_read.format(path=out / "report.html")
