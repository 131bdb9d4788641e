"""report.html: one page that needs nothing else, with what a manager asks first."""

from collections import Counter
from collections.abc import Mapping, Sequence
from html import escape
from typing import Any

from samverka.cli.placement.drawings import Bar, bars, table
from samverka.cli.placement.run import Explained
from samverka.cli.placement.style import STYLE
from samverka.cli.placement.words import WORDS, Words
from samverka_engine.matching.explain.outcomes import FIRST_SHOWN, Outcome
from samverka_engine.matching.placement import Status, used_by
from samverka_engine.matching.rules.clauses import Kind
from samverka_engine.matching.rules.costs import Cost

SHOWN = 10
"""Places and groups in a picture; the files have them all."""


def report_of(found: Explained, summary: Mapping[str, Any], language: str) -> str:
    """The whole page in Swedish (`sv`) or English (`en`)."""
    page = _Page(found, summary, WORDS[language])
    return (
        f'<!doctype html><html lang="{language}"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>{escape(page.title)}</title><style>{STYLE}</style></head><body><main>{page.body()}</main></body></html>\n"
    )


class _Page:
    def __init__(self, found: Explained, summary: Mapping[str, Any], words: Words) -> None:
        self.found = found
        self.summary = summary
        self.words = words
        self.everybody = found.outcomes[0]
        self.title = words.title.format(placed=self._count(found.placed), needs=self._count(self.everybody.members))

    def body(self) -> str:
        changes, envy = self._changes(), self._envy()
        parts = (
            self._head(),
            f'<div class="columns">{self._choices()}{self._groups()}</div>',
            f'<div class="columns">{self._seats()}{self._use()}</div>',
            f'<div class="columns">{self._obstacles()}{changes or envy}</div>',
            envy if changes else "",
            self._rules(),
            self._trust(),
            self._run(),
        )
        return "".join(parts)

    # Sections, in the order in which they are asked for.

    def _head(self) -> str:
        words, placement, everybody = self.words, self.found.placement, self.everybody
        lead = {
            Status.OPTIMAL: words.lead_optimal,
            Status.WITHIN_GAP: words.lead_gap,
            Status.TIME_LIMIT: words.lead_time,
            Status.STOPPED: words.lead_stopped,
            Status.INFEASIBLE: words.lead_stopped,
        }[placement.status].format(gap=self._percent(placement.gap, 2))
        figures = (
            (words.first_choice, self._share(everybody.first, everybody.members)),
            (words.unplaced, self._count(everybody.members - everybody.placed)),
            (words.total, self._amount(placement.total)),
            (words.largest_gap, self._percent(placement.gap, 2)),
        )
        listed = "".join(f"<div><dt>{escape(name)}</dt><dd>{escape(value)}</dd></div>" for name, value in figures)
        return f'<h1>{escape(self.title)}</h1><p class="lead">{escape(lead)}</p><dl class="figures">{listed}</dl>'

    def _choices(self) -> str:
        words, all_of = self.words, self.everybody
        without = all_of.members - all_of.placed
        counts = (all_of.first, all_of.second, all_of.third, all_of.later, without)
        text = words.choices_text.format(
            first=self._count(all_of.first),
            needs=self._count(all_of.members),
            second=self._count(all_of.second),
            third=self._count(all_of.third),
            none=self._count(without),
        )
        rows = [
            (name, count, self._share(count, all_of.members)) for name, count in zip(words.choices, counts, strict=True)
        ]
        drawn = [
            Bar(name, f"{self._count(count)} ({share})", count / max(1, all_of.members), kind)
            for (name, count, share), kind in zip(rows, ("plain",) * 4 + ("none",), strict=True)
        ]
        listed = [(name, self._count(count), share) for name, count, share in rows]
        return self._figure(words.choices_title, text, drawn, ("", words.people, words.share), listed)

    def _groups(self) -> str:
        words = self.words
        groups = self.found.outcomes[1:]
        if not groups:
            return f"<section><h2>{escape(words.groups_title)}</h2><p>{escape(words.groups_none)}</p></section>"
        drawn = [
            Bar(
                f"{_mark(group)}{group.name}",
                "–" if group.share is None else self._percent(group.share, 0),
                group.share or 0.0,
                _kind(group),
            )
            for group in groups[:SHOWN]
        ]
        listed = [
            (
                group.name or words.everybody,
                self._count(group.members),
                self._share(group.placed, group.members),
                self._share(group.first, group.members),
                "–" if group.score is None else self._amount(group.score),
            )
            for group in (*groups, self.everybody)
        ]
        heads = (words.group, words.members, words.placed, words.got_first, words.mean_score)
        return self._figure(words.groups_title, words.groups_text, drawn, heads, listed, open_table=True)

    def _seats(self) -> str:
        words = self.words
        worth = self.found.worth[:SHOWN]
        if not worth:
            return f"<section><h2>{escape(words.seats_title)}</h2><p>{escape(words.seats_none)}</p></section>"
        given = self.found.given
        named = [(given.place_ids[w.place], given.problem.resources[w.resource], w.price) for w in worth]
        most = max(price for _, _, price in named)
        drawn = [Bar(f"{place} · {resource}", self._price(price), price / most) for place, resource, price in named]
        listed = [(str(place), resource, self._price(price)) for place, resource, price in named]
        place, resource, price = named[0]
        first = words.seat_sentence.format(resource=resource, place=place, price=self._price(price))
        exact = self.found.placement.status is Status.OPTIMAL and given.problem.is_unit and not given.rules.binds
        text = f"{first}. {words.seats_text if exact else words.seats_rough}"
        return self._figure(words.seats_title, text, drawn, (words.place, words.resource, words.adds), listed)

    def _use(self) -> str:
        words, problem = self.words, self.found.given.problem
        used = used_by(problem, self.found.placement.place).sum(axis=0)
        capacity = problem.capacity.sum(axis=0)
        rows = [
            (name, int(used[index]), int(capacity[index]), used[index] / max(1, capacity[index]))
            for index, name in enumerate(problem.resources)
        ]
        dearest = max(rows, key=lambda row: row[3])
        text = words.use_text.format(share=self._percent(dearest[3], 0), resource=dearest[0])
        drawn = [Bar(name, f"{self._count(u)} / {self._count(c)}", share) for name, u, c, share in rows]
        listed = [(name, self._count(u), self._count(c), self._percent(share, 0)) for name, u, c, share in rows]
        heads = (words.resource, words.used, words.capacity, words.share)
        return self._figure(words.use_title, f"{text} {words.fullest}", drawn, heads, listed)

    def _obstacles(self) -> str:
        words, reasons, given = self.words, self.found.reasons, self.found.given
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
            rows.append((f"{name}: {given.problem.resources[resource]}" if resource >= 0 else name, count))
        helps = Counter(int(place) for place in reasons.change_place if place >= 0).most_common(3)
        most = max(count for _, count in rows)
        drawn = [Bar(name, self._count(count), count / most, "none") for name, count in rows]
        text = words.obstacles_text.format(file="reasons")
        if helps:
            text += f" {words.helps}: {', '.join(str(given.place_ids[place]) for place, _ in helps)}."
        listed = [(name, self._count(count)) for name, count in rows]
        return self._figure(words.obstacles_title, text, drawn, (words.obstacle, words.people), listed)

    def _envy(self) -> str:
        words, envy = self.words, self.found.envy
        text = words.envy_text.format(count=self._count(envy.needs) if envy.needs else words.nobody)
        if envy.unused:
            text += " " + words.envy_room.format(count=self._count(envy.unused))
        return f"<section><h2>{escape(words.envy_title)}</h2><p>{escape(text)}</p></section>"

    def _changes(self) -> str:
        words, changes = self.words, self.found.changes
        if changes is None:
            return ""
        if not changes:
            return f"<section><h2>{escape(words.changes_title)}</h2><p>{escape(words.changes_none)}</p></section>"
        counts = Counter((change.move.value, change.cause.value if change.cause else "") for change in changes)
        rows = [
            (words.moves[move] + (f": {words.causes[cause]}" if cause else ""), count)
            for (move, cause), count in counts.most_common()
        ]
        text = words.changes_text.format(count=self._count(len(changes)))
        most = max(count for _, count in rows)
        drawn = [Bar(name, self._count(count), count / most) for name, count in rows]
        listed = [(name, self._count(count)) for name, count in rows]
        return self._figure(words.changes_title, text, drawn, ("", words.people), listed, open_table=True)

    def _rules(self) -> str:
        words, costs = self.words, self.found.solved.costs
        if not costs:
            return ""
        rows = []
        for cost in costs:
            least, most = self._price(cost.least), self._price(cost.most)
            between = least if least == most else words.between.format(least=least, most=most)
            rows.append((self._rule(cost), between))
        listed = table(words.rules_title, (words.rule, words.costs), rows)
        return f"<section><h2>{escape(words.rules_title)}</h2><p>{escape(words.rules_text)}</p>{listed}</section>"

    def _rule(self, cost: Cost) -> str:
        given, rules = self.found.given, self.found.given.rules
        if cost.kind is None:
            return self.words.rules["worst_off"]
        if cost.index < 0:
            return self.words.rules[f"all_{cost.kind.value}"]
        need = place = ""
        if cost.kind in (Kind.FIXED, Kind.FORBIDDEN):
            fixed = cost.kind is Kind.FIXED
            need = given.need_ids[int((rules.fixed_need if fixed else rules.forbidden_need)[cost.index])]
            place = given.place_ids[int((rules.fixed_place if fixed else rules.forbidden_place)[cost.index])]
        template = self.words.rules[cost.kind.value]
        return template.format(need=need, place=place, number=cost.index + 1, name=cost.name)

    def _trust(self) -> str:
        items = "".join(f"<li>{escape(text)}</li>" for text in self.words.trust)
        return f"<section><h2>{escape(self.words.trust_title)}</h2><ol>{items}</ol></section>"

    def _run(self) -> str:
        words, summary = self.words, self.summary
        files = "".join(
            f"<tr><th scope=row>{escape(held['file'])}</th><td><code>{held['sha256']}</code></td></tr>"
            for held in summary["inputs"].values()
        )
        seconds = [(words.steps[step], self._number(value, 2)) for step, value in summary["seconds"].items()]
        seconds = [(name, value) for name, value in seconds if name != words.steps["write"]]  # not yet over
        return (
            f"<section><h2>{escape(words.run_title)}</h2><p>{escape(words.run_text)}</p>"
            f"<details><summary>{escape(words.table)}</summary>"
            f'<div class="wide" tabindex="0" role="region" aria-label="{escape(words.file)}"><table><thead><tr>'
            f"<th scope=col>{escape(words.file)}</th><th scope=col>{words.checksum}</th></tr></thead>"
            f"<tbody>{files}</tbody></table></div>"
            + table(words.seconds, (words.step, words.seconds), seconds)
            + table(words.version, (words.program, words.version), list(summary["versions"].items()))
            + "</details></section>"
        )

    def _figure(
        self,
        title: str,
        text: str,
        drawn: list[Bar],
        heads: tuple[str, ...],
        rows: Sequence[Sequence[str]],
        *,
        open_table: bool = False,
    ) -> str:
        said = f"{title}. " + "; ".join(f"{bar.label} {bar.says}" for bar in drawn)
        return (
            f"<section><h2>{escape(title)}</h2><p>{escape(text)}</p><figure style=margin:0>{bars(drawn, summary=said)}"
            f"</figure><details{' open' * open_table}><summary>{escape(self.words.table)}</summary>"
            f"{table(title, heads, rows)}</details></section>"
        )

    # Figures in the reader's language.

    def _number(self, value: float, decimals: int) -> str:
        text = f"{value:,.{decimals}f}".replace("-", "−")
        return text.replace(",", "\0").replace(".", self.words.decimal).replace("\0", self.words.thousands)

    def _count(self, value: int) -> str:
        return self._number(value, 0)

    def _amount(self, value: float) -> str:
        return self._number(value, 0 if abs(value) >= 1000 else 2)

    def _price(self, value: float) -> str:
        unit = self.summary.get("unit")
        return f"{self._amount(value)} {unit}" if unit else self._amount(value)

    def _percent(self, share: float, decimals: int) -> str:
        space = "\u00a0" if self.words.decimal == "," else ""
        return f"{self._number(100 * share, decimals)}{space}%"

    def _share(self, part: int, whole: int) -> str:
        return self._percent(part / whole, 0) if whole else "–"


def _kind(group: Outcome) -> str:
    value = group.name.rpartition(": ")[2].lower()
    if value not in FIRST_SHOWN:
        return "plain"
    return "women" if value in ("women", "kvinnor") else "men"


def _mark(group: Outcome) -> str:
    """Women and men are told apart by shape as well as by colour."""
    return {"women": "● ", "men": "■ "}.get(_kind(group), "")
