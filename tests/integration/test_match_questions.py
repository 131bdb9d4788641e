"""What rules.toml asks for beside rules, as the command answers it: files, summary, report and terminal."""

import json
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from click.testing import CliRunner, Result

from samverka.cli.failures import Exit
from samverka.cli.main import main
from samverka.cli.placement.words import ENGLISH, SWEDISH
from tests.engine.matching.written import NEEDS, PAIRS, written


def match(folder: Path, *options: str) -> Result:
    files = [f"--{name}={folder / file}" for name, file in (("needs", "needs.csv"), ("places", "places.csv"))]
    given = ["match", *files, f"--pairs={folder / 'pairs.csv'}", f"--out={folder / 'out'}"]
    return CliRunner().invoke(main, [*given, f"--rules={folder / 'rules.toml'}", *options])


def summary(folder: Path) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((folder / "out" / "summary.json").read_text(encoding="utf-8"))
    return found


def page(folder: Path) -> str:
    return (folder / "out" / "report.html").read_text(encoding="utf-8")


FAIR = """\
fixed = [{ need = "cid", place = "south" }]

[[groups]]
name = "sex: women"
minimum = 1.0

[fairness]
measure = "placed"

[sensitivity]
spread = 0.01
draws = 8

[mutual_choice]
needs = "criterion:distance"
places = "criterion:language"
"""


def test_fairness_certainty_and_mutual_choice_in_one_run_in_swedish(tmp_path: Path) -> None:
    # Bea and Dua are the women. Dua can only be at the north, so Bea goes south: 2 + 1 + 3 = 6 against 13.
    written(tmp_path, rules=FAIR, places="place_id,capacity:seats\nnorth,1\nsouth,3\n")
    result = match(tmp_path)
    assert result.exit_code == Exit.DONE, result.output
    assert "Summan är 10,0000" in result.output
    assert "Regeln kostar 3,0000 av summan: lägsta utfall för sex: women." in result.output
    assert "Regeln kostar 0,0000 av summan: cid ska till south." in result.output
    assert "Rättvisan mellan grupper kostar 3,0000." in result.output
    assert "4 av 4 är kvar på sin plats i minst hälften av 8 omräkningar." in result.output
    said = summary(tmp_path)
    fairness = said["fairness"]
    assert (fairness["costs_at_least"], fairness["costs_at_most"]) == pytest.approx((3, 3))
    assert {group["name"]: (group["outcome"], group["outcome_without"]) for group in fairness["groups"]} == {
        "sex: women": (1.0, 0.5),
        "sex: men": (1.0, 1.0),
    }
    assert said["sensitivity"]["draws"] == 8
    assert said["sensitivity"]["survive"] == 4
    # By distance the north is Ali's and Bea's first wish; by language the north wants Bea most.
    stable = pl.read_csv(tmp_path / "out" / "stable.csv")
    assert dict(stable.select("need_id", "place_id").iter_rows()) == {
        "ali": "south", "bea": "north", "cid": "south", "dua": None,
    }  # fmt: skip
    assert said["stable"] == {
        "objective": 13.0, "difference": -3.0, "placed": 3, "same_place": 2, "is_stable": True, "blocking_pairs": 0,
    }  # fmt: skip
    reasons = pl.read_parquet(tmp_path / "out" / "reasons.parquet")
    assert reasons["survival"].to_list() == [1.0] * 4
    assert pl.read_csv(tmp_path / "out" / "shortlists.csv").is_empty()
    for title in (SWEDISH.fairness_title, SWEDISH.sure_title, SWEDISH.stable_title, SWEDISH.rules_title):
        assert title in page(tmp_path)


def test_what_one_more_adds_is_worked_out_again_also_under_rules(tmp_path: Path) -> None:
    # The north's price is 2 before the quota; with the quota another seat there is worth nothing.
    rules = '[[quotas]]\nname = "north"\nplaces = ["north"]\nmost = 1\n'
    written(tmp_path, rules=rules)
    result = match(tmp_path, "--language=en", "--unit=kr")
    assert result.exit_code == Exit.DONE, result.output
    assert "total 13.0000 kr" in result.output
    [north] = summary(tmp_path)["one_more_would_add"]
    assert (north["place_id"], north["price"]) == ("north", 2.0)
    assert (north["adds_at_least"], north["adds_at_most"]) == (0.0, 0.0)
    assert "One more of seats at north adds 0.0000 kr." in result.output
    assert ENGLISH.seats_none in page(tmp_path)


def test_the_range_of_a_price_stands_beside_it(tmp_path: Path) -> None:
    # One more seat at the north takes Dua (2); the next takes Ali from the south, where nobody waits: 1.
    written(tmp_path, rules="")
    assert match(tmp_path).exit_code == Exit.DONE
    [north] = summary(tmp_path)["one_more_would_add"]
    assert (north["adds_at_least"], north["holds_for"], north["holds_for_more"]) == (2.0, 1, False)
    assert SWEDISH.holds_for in page(tmp_path)


STAY = """\
[stability]
previous = "earlier.csv"
bonus = 0.5
freeze = ["ali"]
"""


def test_accepted_offers_are_frozen_and_who_moved_is_told(tmp_path: Path) -> None:
    written(tmp_path, rules=STAY)
    (tmp_path / "earlier.csv").write_text("need_id,place_id\nali,north\nbea,\ncid,south\neva,south\n")
    result = match(tmp_path, "--language=en")
    assert result.exit_code == Exit.DONE, result.output
    answer = dict(pl.read_csv(tmp_path / "out" / "assignment.csv").select("need_id", "place_id").iter_rows())
    assert answer["ali"] == "north"
    said = summary(tmp_path)
    assert said["stay_bonus"] == 1.0
    changes = (tmp_path / "out" / "changes.csv").read_text().splitlines()[1:]
    assert [line.split(",")[:2] for line in changes] == [["bea", "got_place"], ["dua", "waits"], ["eva", "left"]]
    assert ENGLISH.changes_title in page(tmp_path)


LATER = """\
[later]
needs = "last-year.csv"
pairs = "last-years-pairs.csv"
expected = 6
"""


def test_a_seat_is_kept_for_those_who_come_later_and_the_reason_says_so(tmp_path: Path) -> None:
    """One seat in each place; last year many came who were worth 9 at the north. Dua, with 2 there, waits."""
    pairs = "need_id,place_id,score\nali,south,4\ndua,north,2\n"
    written(tmp_path, rules=LATER, pairs=pairs, needs="need_id\nali\ndua\n", places=PLACES_OF_ONE)
    (tmp_path / "last-year.csv").write_text("need_id\na\nb\nc\n")
    (tmp_path / "last-years-pairs.csv").write_text("need_id,place_id,score\na,north,9\nb,north,9\nc,north,8\n")
    result = match(tmp_path, "--language=en", "--reasons=jsonl")
    assert result.exit_code == Exit.DONE, result.output
    assert "1 of 2 placed, total 4.0000" in result.output
    assert "It lowers the total now by 2.0000, and 1 fewer get a place now." in result.output
    said = summary(tmp_path)
    assert said["later"] == {"expected": 6, "sample": 3, "objective_without": 6.0, "placed_without": 2}
    rows = [json.loads(line) for line in (tmp_path / "out" / "reasons.jsonl").read_text().splitlines()]
    assert rows[1]["obstacle"] == "later"
    assert rows[1]["alternatives"][0]["why_not"] == "later"
    assert ENGLISH.later_title in page(tmp_path)
    assert ENGLISH.obstacles["later"] in page(tmp_path)


PLACES_OF_ONE = "place_id,capacity:seats\nnorth,1\nsouth,1\n"

COURSE = """\
[[quotas]]
name = "the south's own"
places = ["south"]
least = 4
penalty = 0.25
"""


def test_courses_that_open_from_a_number_and_quotas_are_shown_with_what_came_of_them(tmp_path: Path) -> None:
    places = "place_id,capacity:seats,minimum\nnorth,2,3\nsouth,3,2\n"  # the north can never have three
    written(tmp_path, rules=COURSE, places=places)
    result = match(tmp_path, "--language=en")
    assert result.exit_code == Exit.DONE, result.output
    answer = dict(pl.read_csv(tmp_path / "out" / "assignment.csv").select("need_id", "place_id").iter_rows())
    assert answer == {"ali": "south", "bea": "south", "cid": "south", "dua": None}
    assert summary(tmp_path)["penalty"] == 0.25
    said = page(tmp_path)
    assert ENGLISH.opens_text.format(open=1, all=2) in said
    assert "at least 4" in said
    assert ENGLISH.penalty_text.format(price="0.25") in said


@pytest.mark.parametrize(
    ("rules", "fault"),
    [
        ("[sensitivity]\ndraws = 5\n", "column sensitivity.spread: is missing."),
        ("[sensitivity]\nspread = -1\n", "column sensitivity.spread: is negative."),
        ("[sensitivity]\nspread = 1\ndraws = 0\n", "column sensitivity.draws: is nothing."),
        ('[mutual_choice]\nneeds = "criterion:nothing"\n', "criterion:nothing is unknown here."),
        ('[later]\nneeds = "a.csv"\npairs = "b.csv"\n', "column later.expected: is missing."),
        ('[later]\nneeds = "a.csv"\npairs = "b.csv"\nexpected = 3\n', "a.csv: cannot be opened."),
        ('stability = "earlier.csv"\n', "column stability: is not a table."),
        ('[stability]\nprevious = "pairs.csv"\nfreeze = ["dua", "eva"]\n', "eva is unknown."),
    ],
)
def test_questions_that_cannot_be_answered_are_refused_with_line_and_remedy(
    tmp_path: Path, rules: str, fault: str
) -> None:
    written(tmp_path, rules=rules)
    result = match(tmp_path, "--language=en")
    assert result.exit_code == Exit.FAILED
    assert fault in result.output


def test_the_pairs_may_say_how_uncertain_each_score_is(tmp_path: Path) -> None:
    """Only Cid's score is uncertain, and he has no other place; so everybody stays. A negative one is refused."""
    lines = PAIRS.splitlines()
    pairs = [f"{lines[0]},uncertainty", *(f"{line},{1 if line.startswith('cid') else 0}" for line in lines[1:])]
    written(tmp_path, needs=NEEDS, pairs="\n".join(pairs) + "\n", rules="[sensitivity]\ndraws = 3\n")
    result = match(tmp_path)
    assert result.exit_code == Exit.DONE, result.output
    assert summary(tmp_path)["sensitivity"]["mean_survival"] == 1.0
    written(tmp_path, pairs="\n".join(pairs).replace(",1\n", ",-1\n") + "\n", rules="")
    assert "column uncertainty: is negative." in match(tmp_path, f"--out={tmp_path / 'other'}", "--language=en").output
