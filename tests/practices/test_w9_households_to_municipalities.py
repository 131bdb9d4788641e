"""W9 (the engine's part): households from the city to municipalities, each of which takes its share and no more.

Ragunda took 28, which was 0.48 % of its inhabitants. Here every municipality takes at most that share of its own.
"""

import numpy as np

from samverka_engine.matching.instances import HOUSEHOLD_RESOURCES
from samverka_engine.matching.placement import Limits, used_by
from samverka_engine.matching.problem import Problem
from samverka_engine.matching.rules.costs import costs_of
from samverka_engine.matching.rules.model import Quota, Rules
from samverka_engine.matching.rules.solving import solve_with_rules

SHARE = 0.0048
INHABITANTS = {"Ragunda": 5_833, "Bräcke": 7_000, "Åre": 11_400}


def test_each_municipality_takes_its_share_of_persons_and_what_that_costs_is_told() -> None:
    random = np.random.default_rng(9)
    size = random.integers(1, 6, 40)
    households, places = len(size), len(INHABITANTS)
    homes = np.ones(households)
    problem = Problem(
        demand=np.stack([size, homes], axis=1).astype(np.int32),
        capacity=np.full((places, 2), 60),
        first=np.arange(0, places * households + 1, places),
        place=np.tile(np.arange(places, dtype=np.int32), households),
        score=random.uniform(1, 9, places * households),
        resources=HOUSEHOLD_RESOURCES[:2],
    )
    most = {name: round(SHARE * count) for name, count in INHABITANTS.items()}
    assert most["Ragunda"] == 28
    quotas = tuple(Quota(name=name, places=(at,), resource=0, most=most[name]) for at, name in enumerate(INHABITANTS))
    rules = Rules(quotas=quotas, size=size.astype(np.int32))
    found = solve_with_rules(problem, rules, Limits())
    persons = used_by(problem, found.placement.place)[:, 0]
    assert (persons <= list(most.values())).all()
    assert persons[0] >= 26  # the quota is used: the city has more than there is room for
    costs = costs_of(problem, rules, found, Limits())
    assert [cost.name for cost in costs] == list(INHABITANTS)
    assert all(cost.least > 0 for cost in costs)
