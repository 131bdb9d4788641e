"""Sections on who got what: the answer at a glance, choices, groups, the use of places, and those without one."""

from collections import Counter
from html import escape

import numpy as np

from samverka.cli.placement.report.drawings import Bar, table
from samverka.cli.placement.report.sheet import SHOWN, Sheet
from samverka_engine.matching.explain.comparison import Move
from samverka_engine.matching.explain.outcomes import FIRST_SHOWN, Outcome
from samverka_engine.matching.placement import Status, used_by

__all__ = ["changes", "choices", "envy", "groups", "head", "obstacles", "title", "use"]


def title(sheet: Sheet) -> str:
    everybody = sheet.found.outcomes[0]
    return sheet.words.title.format(placed=sheet.count(sheet.found.placed), needs=sheet.count(everybody.members))


def head(sheet: Sheet) -> str:
    words, placement, everybody = sheet.words, sheet.found.placement, sheet.found.outcomes[0]
    lead = {
        Status.OPTIMAL: words.lead_rules if sheet.found.given.rules.binds else words.lead_optimal,
        Status.WITHIN_GAP: words.lead_gap,
        Status.TIME_LIMIT: words.lead_time,
        Status.STOPPED: words.lead_stopped,
        Status.INFEASIBLE: words.lead_stopped,
    }[placement.status].format(gap=sheet.percent(placement.gap, 2))
    figures = [
        (words.first_choice, sheet.share(everybody.first, everybody.members)),
        (words.unplaced, sheet.count(everybody.members - everybody.placed)),
        (words.total if sheet.summary.get("unit") else words.total_plain, sheet.price(placement.total)),
    ]
    if placement.status is not Status.OPTIMAL:
        figures.append((words.largest_gap, sheet.percent(placement.gap, 2)))
    listed = "".join(f"<div><dt>{escape(name)}</dt><dd>{escape(value)}</dd></div>" for name, value in figures)
    return f'<h1>{escape(title(sheet))}</h1><p class="lead">{escape(lead)}</p><dl class="figures">{listed}</dl>'


def choices(sheet: Sheet) -> str:
    words, all_of = sheet.words, sheet.found.outcomes[0]
    without = all_of.members - all_of.placed
    counts = (all_of.first, all_of.second, all_of.third, all_of.later, without)
    text = (words.choices_text if without else words.choices_all).format(
        first=sheet.count(all_of.first),
        needs=sheet.count(all_of.members),
        second=sheet.count(all_of.second),
        third=sheet.count(all_of.third),
        none=sheet.count(without),
    )
    rows = [
        (name, count, sheet.share(count, all_of.members)) for name, count in zip(words.choices, counts, strict=True)
    ]
    drawn = [
        Bar(name, f"{sheet.count(count)} ({share})", count / max(1, all_of.members), kind)
        for (name, count, share), kind in zip(rows, ("plain",) * 4 + ("none",), strict=True)
    ]
    listed = [(name, sheet.count(count), share) for name, count, share in rows]
    return sheet.figure(words.choices_title, text, drawn, ("", words.people, words.share), listed)


def groups(sheet: Sheet) -> str:
    words, found = sheet.words, sheet.found
    grouped = found.outcomes[1:]
    if not grouped:
        return sheet.section(words.groups_title, sheet.text(words.groups_none))
    drawn = [
        Bar(
            f"{_mark(group)}{sheet.name(group.name)}",
            "–" if group.share is None else sheet.percent(group.share),
            group.share or 0.0,
            _kind(group),
        )
        for group in grouped[:SHOWN]
    ]
    rows = [
        (
            sheet.name(group.name) or words.everybody,
            sheet.count(group.members),
            sheet.share(group.placed, group.members),
            sheet.share(group.first, group.members),
            "–" if group.score is None else sheet.number(group.score, 2),
        )
        for group in (*grouped, found.outcomes[0])
    ]
    heads = (words.group, words.members, words.placed, words.got_first, words.mean_score)
    return sheet.section(
        words.groups_title,
        sheet.text(words.groups_text),
        sheet.picture(words.groups_title, drawn),
        table(words.groups_title, heads, rows),
    )


def use(sheet: Sheet) -> str:
    words, problem = sheet.words, sheet.found.given.problem
    if len(problem.resources) == 1:
        return _room(sheet)
    used = used_by(problem, sheet.found.placement.place).sum(axis=0)
    capacity = problem.capacity.sum(axis=0)
    rows = [
        (sheet.name(name), int(used[index]), int(capacity[index]), used[index] / max(1, capacity[index]))
        for index, name in enumerate(problem.resources)
    ]
    dearest = max(rows, key=lambda row: row[3])
    text = words.use_text.format(share=sheet.percent(dearest[3]), resource=dearest[0])
    drawn = [Bar(name, f"{sheet.count(u)} / {sheet.count(c)}", share) for name, u, c, share in rows]
    listed = [(name, sheet.count(u), sheet.count(c), sheet.percent(share)) for name, u, c, share in rows]
    heads = (words.resource, words.used, words.capacity, words.share)
    return sheet.figure(words.use_title, f"{text} {words.fullest}", drawn, heads, listed)


def _room(sheet: Sheet) -> str:
    """With one resource: how much of it is used, and where there is most left."""
    words, given = sheet.words, sheet.found.given
    capacity = given.problem.capacity[:, 0]
    used = used_by(given.problem, sheet.found.placement.place)[:, 0]
    left = capacity - used
    text = words.use_one.format(
        used=sheet.count(int(used.sum())),
        capacity=sheet.count(int(capacity.sum())),
        full=sheet.count(int(((left == 0) & (capacity > 0)).sum())),
        places=sheet.count(int((capacity > 0).sum())),
    )
    emptiest = [int(at) for at in np.argsort(-left, kind="stable")[:SHOWN] if left[at] > 0]
    if not emptiest:
        return sheet.section(words.use_title, sheet.text(words.use_full))
    rows = [(str(given.place_ids[at]), int(used[at]), int(capacity[at])) for at in emptiest]
    drawn = [Bar(name, f"{sheet.count(u)} / {sheet.count(c)}", u / c) for name, u, c in rows]
    listed = [(name, sheet.count(u), sheet.count(c)) for name, u, c in rows]
    heads = (words.place, words.used, words.capacity)
    return sheet.figure(words.room_title, f"{text} {words.fullest}", drawn, heads, listed)


def obstacles(sheet: Sheet) -> str:
    words, reasons, given = sheet.words, sheet.found.reasons, sheet.found.given
    counts = Counter(
        (obstacle.value, int(resource))
        for obstacle, resource in zip(reasons.obstacle, reasons.obstacle_resource, strict=True)
        if obstacle is not None
    )
    if not counts:
        return ""
    rows = []
    for (obstacle, resource), count in counts.most_common(SHOWN):
        name = words.obstacles[obstacle]
        rows.append((f"{name}: {sheet.name(given.problem.resources[resource])}" if resource >= 0 else name, count))
    helps = Counter(int(place) for place in reasons.change_place if place >= 0).most_common(3)
    most = max(count for _, count in rows)
    drawn = [Bar(name, sheet.count(count), count / most, "none") for name, count in rows]
    text = words.obstacles_text.format(file="reasons")
    if helps:
        text += f" {words.helps}: {', '.join(str(given.place_ids[place]) for place, _ in helps)}."
    listed = [(name, sheet.count(count)) for name, count in rows]
    return sheet.figure(words.obstacles_title, text, drawn, (words.obstacle, words.people), listed)


def envy(sheet: Sheet) -> str:
    words, found = sheet.words, sheet.found.envy
    room = words.envy_room.format(count=sheet.count(found.unused)) if found.unused else ""
    text = words.envy_text.format(count=sheet.count(found.needs) if found.needs else words.nobody)
    return sheet.section(words.envy_title, sheet.text(text, room))


def changes(sheet: Sheet) -> str:
    words, found = sheet.words, sheet.found.changes
    if found is None:
        return ""
    if not found:
        return sheet.section(words.changes_title, sheet.text(words.changes_none))
    counts = Counter((change.move.value, change.cause.value if change.cause else "") for change in found)
    rows = [
        (words.moves[move] + (f": {words.causes[cause]}" if cause else ""), count)
        for (move, cause), count in counts.most_common()
    ]
    most = max(count for _, count in rows)
    drawn = [Bar(name, sheet.count(count), count / most) for name, count in rows]
    text = words.changes_text.format(count=sheet.count(sum(change.move is not Move.LEFT for change in found)))
    bonus = sheet.found.solved.ruled.bonus
    more = words.bonus_text.format(price=sheet.price(bonus)) if bonus else ""
    return sheet.section(words.changes_title, sheet.text(text, more), sheet.picture(words.changes_title, drawn))


def _kind(group: Outcome) -> str:
    value = group.name.rpartition(": ")[2].lower()
    if value not in FIRST_SHOWN:
        return "plain"
    return "women" if value in ("women", "kvinnor") else "men"


def _mark(group: Outcome) -> str:
    """Women and men are told apart by shape as well as by colour."""
    return {"women": "● ", "men": "■ "}.get(_kind(group), "")
