"""The words of report.html and of what the terminal says of an answer."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Words:
    """Everything that the report says. Braces are filled in by the page."""

    decimal: str
    thousands: str
    title: str
    lead_optimal: str
    lead_rules: str
    lead_gap: str
    lead_stopped: str
    lead_time: str
    total: str
    total_plain: str
    unplaced: str
    first_choice: str
    largest_gap: str
    nobody: str
    choices_title: str
    choices_text: str
    choices: tuple[str, str, str, str, str]
    people: str
    share: str
    groups_title: str
    groups_text: str
    groups_none: str
    group: str
    everybody: str
    members: str
    placed: str
    got_first: str
    mean_score: str
    seats_title: str
    seats_text: str
    seats_rough: str
    seats_none: str
    seat_sentence: str
    place: str
    resource: str
    adds: str
    use_title: str
    use_text: str
    used: str
    capacity: str
    fullest: str
    choices_all: str
    use_one: str
    room_title: str
    use_full: str
    obstacles_title: str
    obstacles_text: str
    obstacles: dict[str, str]
    obstacle: str
    helps: str
    envy_title: str
    envy_text: str
    envy_room: str
    changes_title: str
    changes_text: str
    changes_none: str
    moves: dict[str, str]
    causes: dict[str, str]
    rules_title: str
    rules_text: str
    rule: str
    costs: str
    between: str
    rules: dict[str, str]
    goals_title: str
    goals_text: str
    goal: str
    goals: dict[str, str]
    score_beside: str
    reached: str
    at_best: str
    quotas_title: str
    quotas_text: str
    quota: str
    bounds: str
    at_least: str
    at_most: str
    outcome: str
    penalty: str
    opens_title: str
    opens_text: str
    opens_all: str
    minimum: str
    come: str
    closed: str
    fairness_title: str
    fairness_text: str
    fairness_free: str
    fairness_difference: str
    with_rules: str
    without_rules: str
    measures: dict[str, str]
    points: str
    sure_title: str
    sure_text: str
    sure_listed: str
    sure_bands: tuple[str, str, str]
    stable_title: str
    stable_text: str
    stable_same: str
    stable_blocking: str
    stable_rules: str
    later_title: str
    later_text: str
    later_cost: str
    later_free: str
    later_worth: str
    holds_for: str
    holds: str
    holds_longer: str
    last_seat: str
    penalty_text: str
    bonus_text: str
    marks: dict[str, str]
    told_placed: str
    told_goal: str
    told_bound: str
    told_cost: str
    told_between: str
    told_more: str
    told_fairness: str
    told_sure: str
    told_stable: str
    told_read: str
    trust_title: str
    trust: tuple[str, ...]
    run_title: str
    run_text: str
    file: str
    checksum: str
    program: str
    version: str
    step: str
    seconds: str
    steps: dict[str, str]
    table: str
