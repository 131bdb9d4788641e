"""Scores that can be taken apart, and what may never enter them."""

from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
import pytest
from numpy.typing import NDArray

from samverka_engine.matching.scoring import (
    Among,
    Candidates,
    Criterion,
    Distance,
    ForbiddenCriterion,
    HomeSize,
    LanguageLevel,
    ModelCriterion,
    Occupation,
    Occupations,
    Scorer,
    StartDate,
    Tie,
    TravelTime,
    Weighted,
    calibration_of,
)

TAXONOMY = Path(__file__).resolve().parents[4] / "shared" / "data" / "jobtech" / "taxonomy"
from_taxonomy = pytest.mark.skipif(not TAXONOMY.exists(), reason="the JobTech taxonomy is not on this machine")


def candidates(needs: dict[str, Any], places: dict[str, Any], pairs: dict[str, Any] | None = None) -> Candidates:
    """Every need with the place of the same row."""
    count = len(next(iter(needs.values())))
    rows = np.arange(count, dtype=np.int32)
    return Candidates(pl.DataFrame(needs), pl.DataFrame(places), rows, rows, pl.DataFrame(pairs or {}))


def fit(criterion: Criterion, **columns: dict[str, Any]) -> list[float | None]:
    found = criterion.fit(candidates(columns["needs"], columns["places"], columns.get("pairs")))
    return [None if np.isnan(value) else round(float(value), 4) for value in found]


def test_language_against_what_is_required() -> None:
    needs = {"language_level": ["B1", "A2", "A1", "C1", None, "A1"]}
    places = {"language_required": ["B1", "B1", "C1", "A2", "B1", None]}
    assert fit(LanguageLevel(), needs=needs, places=places) == [1, 0.5, 0, 1, None, 1]


def test_swedish_for_immigrants_has_a_ladder_of_its_own_and_strange_levels_are_refused() -> None:
    sfi = LanguageLevel(ladder=("A", "B", "C", "D"), step=0.25)
    assert fit(sfi, needs={"language_level": ["B"]}, places={"language_required": ["D"]}) == [0.5]
    with pytest.raises(ValueError, match="B1 is not on the ladder A, B, C, D"):
        fit(sfi, needs={"language_level": ["B1"]}, places={"language_required": ["D"]})


def test_distance_along_the_earth() -> None:
    # Växjö to Karlskrona; to itself; from an unknown place.
    needs = {"latitude": [56.8777, 56.8777, None], "longitude": [14.8091, 14.8091, 14.8]}
    places = {"latitude": [56.1612, 56.8777, 56.0], "longitude": [15.5869, 14.8091, 15.0]}
    kilometres = Distance().kilometres(candidates(needs, places))
    assert kilometres[0] == pytest.approx(92.8, abs=0.5)
    assert fit(Distance(limit=200), needs=needs, places=places)[1:] == [1, None]
    assert fit(Distance(limit=60), needs=needs, places=places)[0] == 0


def test_travel_time_against_what_is_accepted() -> None:
    needs = {"minutes_accepted": [60, 60, 45, 0, 0]}
    pairs = {"minutes": [15, 90, None, 0, 5]}
    assert fit(TravelTime(), needs=needs, places={"x": [0] * 5}, pairs=pairs) == [0.75, 0, None, 1, 0]


def test_start_against_availability() -> None:
    needs = {"available_from": ["2027-03-01", "2027-03-01", "2027-03-01", None]}
    places = {"starts": ["2027-03-01", "2027-02-28", "2027-05-30", "2027-03-01"]}
    dated = [{name: pl.Series(values).str.to_date() for name, values in side.items()} for side in (needs, places)]
    assert fit(StartDate(), needs=dated[0], places=dated[1]) == [1, 0, 0.5, None]


def test_homes_schools_and_ties() -> None:
    assert fit(HomeSize(), needs={"rooms_needed": [3, 3, 2]}, places={"rooms": [3, 2, None]}) == [1, 0, None]
    schools = pl.Series([["primary", "secondary"], ["primary"], ["primary"], None], dtype=pl.List(pl.String))
    wanted = ["secondary", "secondary", None, "primary"]
    assert fit(Among(), needs={"school": wanted}, places={"schools": schools}) == [1, 0, 1, None]
    families = pl.Series([["0780", "1080"], [], None], dtype=pl.List(pl.String))
    assert fit(Tie(), needs={"family_areas": families}, places={"area": ["1080", "0780", "0780"]}) == [1, 0, 0]


def test_occupations_stand_in_for_each_other_by_relation_then_by_group() -> None:
    known = Occupations({("cook", "baker"): 0.75}, {"cook": "5120", "baker": "7612", "chef": "5120", "waiter": "5131"})
    assert known.fit("cook", "cook") == 1
    assert known.fit("cook", "baker") == 0.75
    assert known.fit("baker", "cook") == 0  # the relation has a direction
    assert known.fit("cook", "chef") == 0.5
    assert known.fit("cook", "waiter") == 0
    needs = {"occupation": ["baker", None, "chef"]}
    assert fit(Occupation(known), needs=needs, places={"occupation": ["cook"] * 3}) == [0.75, None, 0.5]


@from_taxonomy
def test_the_taxonomy_says_who_can_do_whose_work() -> None:
    occupations = Occupations.from_taxonomy(
        TAXONOMY / "substitutability-relations-between-occupations.json",
        TAXONOMY / "ssyk-level-4-groups-with-related-occupations.json",
    )
    school_host, pupil_assistant = "17FS_XzU_AQ4", "Sbzf_iBA_MAS"
    assert occupations.fit(school_host, pupil_assistant) == 0.75
    assert set(occupations.substitutes.values()) == {0.25, 0.75}
    assert len(occupations.substitutes) > 5_000
    assert occupations.ssyk["AF1L_wVt_xmK"] == "3511"  # IT technician
    assert occupations.fit("AF1L_wVt_xmK", "tJQK_eGb_V9R") >= 0.5


def test_a_file_of_another_kind_is_refused(tmp_path: Path) -> None:
    (tmp_path / "x.json").write_text('{"data": {"concepts": [{"id": "a"}]}}')
    with pytest.raises(ValueError, match=r"x\.json is not a file of the taxonomy with substituted_by"):
        Occupations.from_taxonomy(tmp_path / "x.json")


def _scorer(**given: float) -> Scorer:
    return Scorer(
        [
            Weighted("language", 3, LanguageLevel(), required=True),
            Weighted("home", 2, HomeSize()),
            Weighted("far", -1, TravelTime()),
        ],
        **given,
    )


def _pairs() -> Candidates:
    return candidates(
        {"language_level": ["B1", "A1", "A2"], "rooms_needed": [2, 2, 3], "minutes_accepted": [60, 60, 60]},
        {"language_required": ["A2", "C1", "B1"], "rooms": [2, 3, None]},
        {"minutes": [30, 0, 60]},
    )


def test_a_score_is_the_sum_of_its_contributions() -> None:
    scored = _scorer().score(_pairs())
    assert scored.names == ("language", "home", "far")
    assert scored.contributions.tolist() == [[3, 0, 1.5], [2, 2, 1], [-0.5, -1, 0]]
    assert scored.score.tolist() == [4.5, 1, 2.5]
    assert scored.score == pytest.approx(scored.contributions.sum(axis=0))


def test_what_is_unknown_is_marked_and_counts_as_stated() -> None:
    scored = _scorer(unknown=0.0).score(_pairs())
    assert scored.unknown.tolist() == [[False] * 3, [False, False, True], [False] * 3]
    assert scored.contributions[1].tolist() == [2, 2, 0]


def test_a_required_criterion_makes_a_pair_impossible_and_says_so() -> None:
    scored = _scorer().score(_pairs())
    assert scored.eligible.tolist() == [True, False, True]
    assert [scored.why_not(pair) for pair in range(3)] == [None, "language", None]


@pytest.mark.parametrize("name", ["sex", "Gender", "nationality", "kön", "Country of birth", "medborgarskap"])
def test_sex_and_nationality_are_refused_by_name_and_by_column(name: str) -> None:
    with pytest.raises(ForbiddenCriterion, match="may not enter a score"):
        Scorer([Weighted(name, 1, HomeSize())])
    with pytest.raises(ForbiddenCriterion):
        Scorer([Weighted("fit", 1, HomeSize(need=name))])


def test_scorers_without_criteria_or_with_odd_weights_are_refused() -> None:
    for criteria in ([], [Weighted("a", float("nan"), HomeSize())], [Weighted("a", 1, HomeSize())] * 2):
        with pytest.raises(ValueError, match=r"criterion|weight"):
            Scorer(criteria)


class _Model:
    """Foretells what it was given."""

    def __init__(self, columns: tuple[str, ...], answers: list[float]) -> None:
        self.columns = columns
        self.answers = answers

    def probabilities(self, candidates: Candidates) -> NDArray[np.float64]:
        return np.array(self.answers)


def test_a_model_weighs_in_as_a_criterion_and_may_not_know_sex() -> None:
    model = ModelCriterion(_Model(("language_level",), [0.2, 0.9, float("nan")]))
    scored = Scorer([Weighted("work", 10, model)]).score(_pairs())
    assert scored.score.tolist() == [2, 9, 5]
    with pytest.raises(ForbiddenCriterion):
        Scorer([Weighted("work", 10, ModelCriterion(_Model(("language_level", "sex"), [])))])
    with pytest.raises(ValueError, match="work gives a fit outside 0 to 1"):
        Scorer([Weighted("work", 10, ModelCriterion(_Model((), [0.2, 1.9, 0])))]).score(_pairs())


def test_calibration_tells_a_model_that_knows_from_one_that_boasts() -> None:
    rng = np.random.default_rng(1)
    truth = rng.random(20_000)
    outcome = rng.random(20_000) < truth
    honest = calibration_of(truth, outcome)
    boasting = calibration_of(np.sqrt(truth), outcome)
    assert honest.error < 0.02 < boasting.error
    assert honest.brier < boasting.brier
    assert honest.count.sum() == 20_000
    assert calibration_of(np.array([1.0, 0.0]), np.array([True, False])).brier == 0
    with pytest.raises(ValueError, match="between 0 and 1"):
        calibration_of(np.array([1.2]), np.array([True]))
