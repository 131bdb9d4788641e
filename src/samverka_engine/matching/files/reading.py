"""From files to a problem with rules, or a refusal that says where the files are wrong and how to mend them."""

import hashlib
from dataclasses import dataclass, field, fields
from pathlib import Path

import numpy as np
import polars as pl
from numpy.typing import NDArray

from samverka_engine.matching.problem import Problem
from samverka_engine.matching.rules.contradictions import contradiction
from samverka_engine.matching.rules.later import with_room_for_later
from samverka_engine.matching.rules.model import Rules

from .columns import Needs, Places, demand_of, read_needs, read_places
from .faults import Fault, Refused
from .pairs import Pairs, read_pairs
from .questions_file import Questions, read_questions
from .rules_file import read_rules

__all__ = ["Given", "Inputs", "Read", "check", "hashes_of", "read"]


@dataclass(frozen=True)
class Inputs:
    """The files of a run."""

    needs: Path
    places: Path
    pairs: Path
    rules: Path | None = None


@dataclass(frozen=True)
class Read:
    """The files as arrays, each checked by itself."""

    needs: Needs
    places: Places
    demand: NDArray[np.int32]
    pairs: Pairs
    rules: Path | None


@dataclass(frozen=True)
class Given:
    """What is to be solved, with the names that it has in the files."""

    problem: Problem
    rules: Rules
    need_ids: pl.Series
    place_ids: pl.Series
    criteria: dict[str, NDArray[np.float32]]
    """(E,) by criterion: its contribution to the score of each pair."""
    priority: NDArray[np.float64] | None = None
    """(N,), where the needs have one."""
    questions: Questions = field(default_factory=Questions)
    """What is asked for beside an answer."""


def read(files: Inputs) -> Read:
    """Read the files in bulk.

    Raises:
        Refused: a file does not hold what it should, or needs and places speak of different resources. Faults of
            needs and places are told together.
    """
    faults: list[Fault] = []
    more = 0
    needs = places = None
    try:
        needs = read_needs(files.needs)
    except Refused as refused:
        faults, more = [*refused.faults], refused.more
    try:
        places = read_places(files.places)
    except Refused as refused:
        faults, more = [*faults, *refused.faults], more + refused.more
    if needs is None or places is None:
        raise Refused(faults, more)
    demand = demand_of(needs, places)
    return Read(needs, places, demand, read_pairs(files.pairs, needs.ids, places.ids), files.rules)


def check(found: Read) -> Given:
    """Put the files together with the rules, and look whether these agree.

    Raises:
        Refused: the rules name what does not exist, or contradict each other.
    """
    needs, places, pairs = found.needs, found.places, found.pairs
    resources = tuple(places.capacity)
    problem = Problem(
        demand=found.demand,
        capacity=np.stack([places.capacity[name] for name in resources], axis=1),
        first=pairs.first,
        place=pairs.place,
        score=pairs.score,
        resources=resources,
    )
    rules = read_rules(found.rules, needs, places, pairs)
    questions = read_questions(found.rules, places, pairs)
    if questions.later is not None:
        rules = with_room_for_later(problem, rules, questions.later.price)
    clauses = contradiction(problem, rules)
    if clauses:
        names = found.rules.name if found.rules else "the files"
        said = "; ".join(clause.says(needs.ids.to_list(), places.ids.to_list(), resources) for clause in clauses)
        remedy = "Change or remove one of them."
        raise Refused([Fault(names, None, None, f"cannot all hold: {said}.", remedy)])
    return Given(problem, rules, needs.ids, places.ids, pairs.criteria, needs.priority, questions)


def hashes_of(files: Inputs) -> dict[str, str]:
    """The SHA-256 of each file, by what it holds."""
    found = {}
    for held in fields(files):
        path = getattr(files, held.name)
        if path is not None:
            with path.open("rb") as file:
                found[held.name] = hashlib.file_digest(file, "sha256").hexdigest()
    return found
