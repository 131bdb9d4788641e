"""rules.toml: what it says, what is refused, and the smallest set of rules that cannot all hold."""

import itertools
import re
from pathlib import Path

import numpy as np
import pytest

from samverka_engine.matching.files.faults import Refused
from samverka_engine.matching.files.reading import check, read
from samverka_engine.matching.problem import Problem
from samverka_engine.matching.rules.contradictions import Kind, contradiction
from samverka_engine.matching.rules.model import Closeness, Measure, Quota, Rules, Together
from tests.engine.matching.written import NEEDS, written

ALL = """\
objectives = ["score", { of = "criterion:distance", want = "less", give = 0.01 }, "placed", "waiting"]
fixed = [{ need = "cid", place = "south" }]
forbidden = [{ need = "bea", place = "south" }]

[[together]]
needs = ["ali", "bea"]
closeness = "near"

[[groups]]
name = "young"
needs = ["dua", "ali"]
minimum = 0.5

[[groups]]
name = "sex: women"
minimum = 0.5

[fairness]
measure = "placed"
largest_difference = 0.2
best_worst_off = true

[[quotas]]
name = "Ragunda"
area = "2303"
least = 1
most = 2

[[quotas]]
name = "both"
places = ["north", "south"]
resource = "seats"
most = 3
penalty = 2.5

[stability]
previous = "earlier.csv"
bonus = 0.5
most_changes = 1
"""
WAITING = "need_id,group:sex,waiting\nali,men,10\nbea,women,20\ncid,men,30\ndua,women,40\n"
AREAS = "place_id,area,capacity:seats\nnorth,2303,1\nsouth,1480,2\n"


def test_every_rule_is_read(tmp_path: Path) -> None:
    (tmp_path / "earlier.csv").write_text("need_id,place_id,score,own_rank\nali,south,4,2\nbea,,,\ngone,north,1,1\n")
    rules = check(read(written(tmp_path, needs=WAITING, places=AREAS, rules=ALL))).rules
    assert list(zip(rules.fixed_need, rules.fixed_place, strict=True)) == [(2, 1)]
    assert list(zip(rules.forbidden_need, rules.forbidden_place, strict=True)) == [(1, 1)]
    assert rules.together == (Together(needs=(0, 1), closeness=Closeness.NEAR),)
    groups = {group.name: (group.members.tolist(), group.minimum) for group in rules.groups}
    assert groups == {"sex: men": ([0, 2], None), "sex: women": ([1, 3], 0.5), "young": ([0, 3], 0.5)}
    assert rules.fairness.measure is Measure.PLACED
    assert rules.fairness.largest_difference == 0.2
    assert rules.fairness.best_worst_off
    assert rules.quotas == (
        Quota(name="Ragunda", places=(0,), least=1, most=2),
        Quota(name="both", places=(0, 1), resource=0, most=3, penalty=2.5),
    )
    assert rules.area is not None
    assert rules.area.tolist() == [1, 0]
    goals = {goal.name: goal for goal in rules.objectives}
    assert list(goals) == ["score", "criterion:distance", "placed", "waiting"]
    assert goals["criterion:distance"].value.tolist() == [-2, -1, -2, 0, -1, -1]
    assert goals["criterion:distance"].give == 0.01
    assert goals["waiting"].value.tolist() == [10, 10, 20, 20, 30, 40]
    assert rules.stability is not None
    assert rules.stability.previous.tolist() == [1, -1, -1, -1]
    assert rules.stability.most_changes == 1


def test_without_rules_the_score_comes_first_and_priority_decides_between_equals(tmp_path: Path) -> None:
    found = check(read(written(tmp_path, needs="need_id,priority\nali,2\nbea,1\ncid,1\ndua,1\n")))
    assert [goal.name for goal in found.rules.objectives] == ["score", "priority"]
    assert found.rules.objectives[1].value.tolist() == [2, 2, 1, 1, 1, 1]


@pytest.mark.parametrize(
    ("rules", "said"),
    [
        ("fixed = [", r"rules\.toml: is not TOML: .*end of document"),
        ("a = 1\nb = = 2\n", r"rules\.toml, line 2: is not TOML"),
        ("quota = 1\n", r"rules\.toml, line 1, column quota: is not a table of rules\. Is it quotas\?"),
        ('\n[[fixed]]\nneed = "eva"\nplace = "north"\n', r"line 2, column fixed\.need: eva is unknown"),
        ('[[fixed]]\nneed = "ali"\n', r"column fixed\.place: is missing"),
        ('[[fixed]]\nneed = "ali"\nplace = "north"\nwhy = 1\n', r"column fixed\.why: is not known here"),
        ('[[together]]\nneeds = ["ali"]\n', r"column together\.needs: names fewer than two needs"),
        ('[[together]]\nneeds = ["ali", "bea"]\ncloseness = "near"\n', r"together\.closeness: needs areas"),
        ('[[together]]\nneeds = ["ali", "bea"]\ncloseness = "far"\n', r"together\.closeness: far is not a choice"),
        (
            '[[groups]]\nname = "old"\n',
            r"groups\.name: old is unknown\. Give its needs, or name one of the groups of the needs \(sex: men",
        ),
        ('[[groups]]\nname = "sex: men"\nneeds = ["ali"]\n', r"sex: men is a group already"),
        ('[[groups]]\nname = "x"\nneeds = ["ali"]\nminimum = nan\n', r"groups\.minimum: nan is not a finite number"),
        ("[fairness]\nlargest_difference = -1\n", r"fairness\.largest_difference: is negative"),
        ('[[quotas]]\nname = "q"\nplaces = ["north"]\n', r"quotas: has no bound"),
        ('[[quotas]]\nname = "q"\nleast = 1\n', r"quotas\.places: needs either places or an area"),
        ('[[quotas]]\nname = "q"\narea = "x"\nleast = 1\n', r"quotas\.area: x has no places"),
        ('[[quotas]]\nname = "q"\nplaces = ["north"]\nleast = 1.5\n', r"quotas\.least: 1\.5 is not a whole number"),
        (
            '[[quotas]]\nname = "q"\nplaces = ["north"]\nresource = "beds"\nmost = 1\n',
            r"quotas\.resource: beds is unkn",
        ),
        ('objectives = ["waiting"]\n', r"objectives\.of: waiting is unknown here\. These files give score, placed, cr"),
        ('objectives = ["score", {of = "placed", want = "many"}]\n', r"objectives\.want: many is neither"),
        ('[stability]\nprevious = "gone.csv"\n', r"stability\.previous: gone\.csv cannot be read"),
    ],
)
def test_rules_that_cannot_be_understood_are_refused(tmp_path: Path, rules: str, said: str) -> None:
    with pytest.raises(Refused) as caught:
        check(read(written(tmp_path, rules=rules)))
    faults = [str(fault) for fault in caught.value.faults]
    assert any(re.search(said, fault) for fault in faults), faults


@pytest.mark.parametrize(
    ("rules", "said"),
    [
        (
            'fixed = [{ need = "ali", place = "north" }, { need = "ali", place = "south" }]',
            "ali is fixed at north; ali is fixed at south",
        ),
        (
            'fixed = [{ need = "ali", place = "north" }]\nforbidden = [{ need = "ali", place = "north" }]',
            "ali is fixed at north; ali is forbidden at north",
        ),
        (
            'fixed = [{ need = "cid", place = "north" }]',
            "cid is fixed at north; cid and north are not among the pairs",
        ),
        (
            'fixed = [{ need = "ali", place = "north" }, { need = "dua", place = "north" }]',
            "the capacity of north in seats is 1; ali is fixed at north; dua is fixed at north",
        ),
        (
            'fixed = [{ need = "ali", place = "north" }, { need = "bea", place = "south" }]\n'
            'together = [{ needs = ["ali", "bea"] }]',
            "ali is fixed at north; together number 1",  # the north has one seat, wherever bea is
        ),
        ('quotas = [{ name = "q", places = ["south"], least = 2, most = 1 }]', "the quota q"),
        (
            'quotas = [{ name = "q", places = ["south"], least = 3, resource = "seats" }]',
            "the quota q; the capacity of south in seats is 2",
        ),
        (
            'fixed = [{ need = "cid", place = "south" }]\nquotas = [{ name = "q", places = ["south"], most = 0 }]',
            "the quota q; cid is fixed at south",
        ),
    ],
)
def test_contradictory_rules_are_refused_with_the_smallest_set(tmp_path: Path, rules: str, said: str) -> None:
    with pytest.raises(Refused) as caught:
        check(read(written(tmp_path, rules=rules)))
    [fault] = caught.value.faults
    assert fault.found == f"cannot all hold: {said}."


def test_a_contradiction_over_several_places_is_found(tmp_path: Path) -> None:
    # Both who could come to the north are wanted there, and there is one seat; the other rules have no part in it.
    rules = """
quotas = [
  { name = "harmless", places = ["south"], most = 2 },
  { name = "all four", places = ["north", "south"], least = 4 },
]
forbidden = [{ need = "ali", place = "north" }]
"""
    with pytest.raises(Refused, match="cannot all hold: the quota all four"):
        check(read(written(tmp_path, rules=rules)))


def _brute(problem: Problem, rules: Rules) -> bool:
    """Whether any placement keeps the rules, by trying them all."""
    options = [
        [-1, *problem.place[problem.first[need] : problem.first[need + 1]].tolist()] for need in range(problem.needs)
    ]
    fixed = list(zip(rules.fixed_need, rules.fixed_place, strict=True))
    forbidden = set(zip(rules.forbidden_need.tolist(), rules.forbidden_place.tolist(), strict=True))
    for chosen in itertools.product(*options):
        used = [sum(1 for place in chosen if place == p) for p in range(problem.places)]
        if (
            all(u <= c for u, c in zip(used, problem.capacity[:, 0], strict=True))
            and all(chosen[need] == place for need, place in fixed)
            and not any((need, place) in forbidden for need, place in enumerate(chosen))
            and all(len({chosen[need] for need in rule.needs}) == 1 for rule in rules.together)
            and all(
                quota.least <= sum(used[p] for p in quota.places) <= (99 if quota.most is None else quota.most)
                for quota in rules.quotas
            )
        ):
            return True
    return False


@pytest.mark.parametrize("seed", range(60))
def test_a_contradiction_is_found_exactly_when_there_is_one_and_is_smallest(seed: int) -> None:
    rng = np.random.default_rng(seed)
    needs, places = 4, 3
    eligible = rng.random((needs, places)) < 0.8
    need, place = np.nonzero(eligible)
    problem = Problem(
        demand=np.ones((needs, 1), dtype=np.int32),
        capacity=rng.integers(0, 3, (places, 1)),
        first=np.searchsorted(need, np.arange(needs + 1)),
        place=place.astype(np.int32),
        score=np.ones(len(place)),
    )

    def some(count: int, high: int) -> np.ndarray[tuple[int], np.dtype[np.int32]]:
        return rng.integers(0, high, count).astype(np.int32)

    count, banned = int(rng.integers(0, 2)), int(rng.integers(0, 4))
    quotas = tuple(
        Quota(name=str(index), places=tuple(sorted(set(some(2, places).tolist()))), least=int(rng.integers(0, 4)))
        for index in range(2)
    )
    together = (Together(needs=(0, int(rng.integers(1, needs)))),) if rng.random() < 0.5 else ()
    parts = {
        "fixed": list(zip(some(count, needs).tolist(), some(count, places).tolist(), strict=True)),
        "forbidden": list(zip(some(banned, needs).tolist(), some(banned, places).tolist(), strict=True)),
    }

    def rules_of(kept: set[tuple[str, int]]) -> Rules:
        pairs = {
            name: np.array([pair for at, pair in enumerate(rows) if (name, at) in kept], dtype=np.int32).reshape(-1, 2)
            for name, rows in parts.items()
        }
        return Rules(
            fixed_need=pairs["fixed"][:, 0],
            fixed_place=pairs["fixed"][:, 1],
            forbidden_need=pairs["forbidden"][:, 0],
            forbidden_place=pairs["forbidden"][:, 1],
            together=tuple(rule for at, rule in enumerate(together) if ("together", at) in kept),
            quotas=tuple(quota for at, quota in enumerate(quotas) if ("quotas", at) in kept),
        )

    every = {(name, at) for name, rows in parts.items() for at in range(len(rows))}
    every |= {("together", at) for at in range(len(together))} | {("quotas", at) for at in range(len(quotas))}
    found = contradiction(problem, rules_of(every))
    assert bool(found) == (not _brute(problem, rules_of(every)))
    if found:
        named = [clause for clause in found if clause.kind not in (Kind.CAPACITY, Kind.ELIGIBLE)]
        smallest = next(
            size
            for size in range(1, len(every) + 1)
            for chosen in itertools.combinations(sorted(every), size)
            if not _brute(problem, rules_of(set(chosen)))
        )
        assert len(named) == smallest


def test_needs_without_groups_have_none(tmp_path: Path) -> None:
    needs = "\n".join(line.partition(",")[0] for line in NEEDS.splitlines()) + "\n"
    assert check(read(written(tmp_path, needs=needs))).rules.groups == ()
