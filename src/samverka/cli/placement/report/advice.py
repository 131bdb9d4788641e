"""Sections on what would help, how sure the answer is, and what else could have been answered."""

import numpy as np

from samverka.cli.placement.report.drawings import Bar, table
from samverka.cli.placement.report.sheet import SHOWN, Sheet
from samverka_engine.matching.explain.one_more import OneMore
from samverka_engine.matching.problem import NOWHERE

__all__ = ["later", "seats", "stable", "sure"]

OFTEN, MOSTLY = 0.9, 0.5


def seats(sheet: Sheet) -> str:
    """Where one more unit helps most: worked out again where that was done, else the prices of the proof."""
    words, given, asked = sheet.words, sheet.found.given, sheet.found.asked.one_more
    exact = bool(asked) and all(one.least is not None and one.least == one.most for one in asked)
    rows: list[tuple[str, str, float, OneMore | None]] = []
    if exact:
        for more in sorted(asked, key=lambda one: -(one.least or 0.0)):
            if more.least:
                rows.append((given.place_ids[more.place], given.problem.resources[more.resource], more.least, more))
    else:
        rows += [
            (given.place_ids[worth.place], given.problem.resources[worth.resource], worth.price, None)
            for worth in sheet.found.worth[:SHOWN]
        ]
    if not rows:
        return sheet.section(words.seats_title, sheet.text(words.seats_none))
    most = max(row[2] for row in rows)
    drawn = [Bar(_where(sheet, place, resource), sheet.price(rise), rise / most) for place, resource, rise, _ in rows]
    place, resource, rise, _ = rows[0]
    first = words.seat_sentence.format(resource=sheet.name(resource), place=place, price=sheet.price(rise))
    heads = [words.place, words.resource, words.adds]
    listed = [[place, sheet.name(resource), sheet.price(rise)] for place, resource, rise, _ in rows]
    if any(one is not None and one.holds_for is not None for *_, one in rows):
        heads += [words.holds_for, words.last_seat]
        for row, (*_, one) in zip(listed, rows, strict=True):
            row.append(_range(sheet, one))
            row.append("–" if one is None or one.last is None else sheet.price(one.last))
    text = f"{first}. {words.seats_text if exact else words.seats_rough}"
    return sheet.figure(words.seats_title, text, drawn, heads, listed)


def _where(sheet: Sheet, place: str, resource: str) -> str:
    """The place, and what is meant there when places have more than one thing."""
    alone = len(sheet.found.given.problem.resources) == 1
    return place if alone else f"{place} · {sheet.name(resource)}"


def _range(sheet: Sheet, one: OneMore | None) -> str:
    if one is None or one.holds_for is None:
        return "–"
    template = sheet.words.holds_longer if one.at_least else sheet.words.holds
    return template.format(count=sheet.count(one.holds_for))


def sure(sheet: Sheet) -> str:
    """How often places come again when scores are drawn within their uncertainty."""
    words, found = sheet.words, sheet.found.asked.sensitivity
    if found is None:
        return ""
    survival = found.survival
    counts = [
        int((survival >= OFTEN).sum()),
        int(((survival >= MOSTLY) & (survival < OFTEN)).sum()),
        int((survival < MOSTLY).sum()),
    ]
    drawn = [
        Bar(name, f"{sheet.count(count)} ({sheet.share(count, len(survival))})", count / max(1, len(survival)), kind)
        for name, count, kind in zip(words.sure_bands, counts, ("plain", "plain", "none"), strict=True)
    ]
    parts = [
        sheet.text(words.sure_text.format(draws=sheet.count(found.draws))),
        sheet.picture(words.sure_title, drawn),
    ]
    if counts[-1]:
        parts.append(sheet.text(words.sure_listed.format(count=sheet.count(counts[-1]))))
    return sheet.section(words.sure_title, *parts)


def stable(sheet: Sheet) -> str:
    """The variant for mutual choice, beside the answer."""
    words, found, placement = sheet.words, sheet.found.asked.stable, sheet.found.placement
    if found is None:
        return ""
    needs = len(found.place)
    text = words.stable_text.format(
        total=sheet.price(found.total),
        difference=sheet.price(placement.total - found.total),
        placed=sheet.count(int((found.place != NOWHERE).sum())),
    )
    same = words.stable_same.format(share=sheet.share(int((found.place == placement.place).sum()), needs))
    blocking = words.stable_blocking.format(count=sheet.count(len(found.blocking))) if len(found.blocking) else ""
    rules = words.stable_rules if sheet.found.given.rules.binds else ""
    return sheet.section(words.stable_title, sheet.text(text, same, blocking, rules))


def later(sheet: Sheet) -> str:
    """What is kept for those who come later, and what that costs now."""
    words, held, given = sheet.words, sheet.found.given.questions.later, sheet.found.given
    if held is None:
        return ""
    without = sheet.found.asked.without_later
    cost = ""
    if without is not None:
        fewer = int((without.placement.place != NOWHERE).sum()) - sheet.found.placed
        price = without.placement.total - sheet.found.placement.total
        free = abs(price) < 1e-9 and fewer == 0
        cost = (
            words.later_free if free else words.later_cost.format(price=sheet.price(price), placed=sheet.count(fewer))
        )
    text = words.later_text.format(expected=sheet.count(held.expected), sample=sheet.count(held.sample))
    places, resources = np.unravel_index(np.argsort(-held.price, axis=None, kind="stable")[:SHOWN], held.price.shape)
    rows = [
        (
            _where(sheet, given.place_ids[int(at)], given.problem.resources[int(resource)]),
            float(held.price[at, resource]),
        )
        for at, resource in zip(places, resources, strict=True)
        if held.price[at, resource] > 0
    ]
    if not rows:
        return sheet.section(words.later_title, sheet.text(text, cost))
    drawn = [Bar(name, sheet.price(price), price / rows[0][1]) for name, price in rows]
    listed = table(words.later_worth, (words.place, words.adds), [(name, sheet.price(price)) for name, price in rows])
    return sheet.section(
        words.later_title,
        sheet.text(text, cost, words.later_worth),
        sheet.picture(words.later_title, drawn),
        sheet.hidden(listed),
    )
