"""The pages of a goal and the situation picture: the figures are the facts, then and now, for all who may see them."""

import csv
import html
import io
import re
from collections.abc import Callable
from importlib.resources import files

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import translation

from samverka.collaborations.models import ChosenIndicator, Collaboration
from samverka.collaborations.queries import followed_by, situation_of
from samverka.foundation.access.actors import Actor
from samverka.foundation.database.acting import acting_as
from samverka.foundation.ui.models import RenderedChart
from samverka.goals import queries, wording
from samverka.goals.models import Goal, GoalTarget
from samverka.statistics.enums import ObservationStatus
from samverka.statistics.models import Indicator, Observation
from samverka_engine.series.verdict import Verdict

pytestmark = pytest.mark.django_db

STEER = "/samverkan/blekinges-unga-lyfter/styra/"
SITUATION = "/samverkan/blekinges-unga-lyfter/lagesbild/"
ENGLISH = {"Accept-Language": "en"}
QUERIES = 11
"""Of a goal's page for a citizen: the transaction (4), the goal, its figures (4), the number of parties."""

Browse = Callable[[str], Client]


@pytest.fixture
def goal() -> Goal:
    return Goal.objects.get()


def facts(key: str) -> dict[tuple[str, int, str], float | None]:
    """The committed table of facts: (area code, year, sex) → value."""
    text = files("samverka.demo").joinpath(f"facts/{key}.csv").read_text(encoding="utf-8")
    return {
        (row["municipality"].removeprefix("00") or "00", int(row["period"]), row["gender"]): (
            float(row["value"]) if row["value"] else None
        )
        for row in csv.DictReader(text.splitlines())
    }


def words(content: bytes) -> str:
    """What a reader sees, in one line."""
    text = re.sub(r"<(script|style).*?</\1>", "", content.decode(), flags=re.S)
    return re.sub(r"\s+", " ", html.unescape(re.sub(r"<[^>]+>", " ", text)))


def pictures(content: bytes) -> list[str]:
    return [html.unescape(url) for url in re.findall(r'(?:src|srcset)="(/mal/[^"]+)"', content.decode())]


def test_the_page_of_a_goal_begins_with_the_answer(browse: Browse, goal: Goal) -> None:
    page = browse("citizen").get(goal.get_absolute_url())
    heading = re.search(r"<h1[^>]*>(.*?)</h1>", page.content.decode(), flags=re.S)
    assert heading is not None
    assert words(heading[1].encode()).replace("\u00a0", " ").strip() == (
        "Målet nåddes inte: 8,4 % mot 7,1 % år 2017. Det nåddes 2021."
    )


@pytest.mark.parametrize("key", ["citizen", "anna", "eva", "david"])
def test_everybody_who_may_read_a_goal_sees_it(browse: Browse, goal: Goal, key: str) -> None:
    client = browse(key)
    for address in (
        goal.get_absolute_url(),
        f"{goal.get_absolute_url()}diagram.svg",
        f"{goal.get_absolute_url()}tabell.csv",
        STEER,
        SITUATION,
    ):
        assert client.get(address).status_code == 200, address


@pytest.mark.parametrize(("key", "status"), [("citizen", 404), ("eva", 404), ("bengt", 200)])
def test_a_goal_that_is_not_public_is_for_the_parties(browse: Browse, goal: Goal, key: str, status: int) -> None:
    with acting_as(Actor.system("test")):
        Goal.objects.update(is_public=False)
    for name in ("", "diagram.svg", "tabell.csv"):
        assert browse(key).get(f"{goal.get_absolute_url()}{name}").status_code == status


def test_the_table_is_the_facts_for_women_men_and_all(goal: Goal) -> None:
    known = facts("N03921")
    table = queries.table_of(queries.progress_of(goal))
    assert [row.area.name for row in table.rows] == ["Olofström", "Karlskrona", "Ronneby", "Karlshamn", "Sölvesborg"]
    for row in [*table.rows, table.whole]:
        for outcome, sex in ((row.total, "T"), (row.women, "K"), (row.men, "M")):
            assert outcome is not None
            assert outcome.baseline.value == known[row.area.code, 2013, sex]
            assert outcome.now.value == known[row.area.code, 2017, sex]
            assert outcome.latest.value == known[row.area.code, 2022, sex]
            assert outcome.target == pytest.approx(known[row.area.code, 2013, sex] * 0.5)  # type: ignore[operator]


def test_women_and_men_have_verdicts_of_their_own(goal: Goal) -> None:
    [karlskrona] = [row for row in queries.table_of(queries.progress_of(goal)).rows if row.area.name == "Karlskrona"]
    assert karlskrona.women is not None
    assert karlskrona.men is not None
    assert karlskrona.total.judgement.verdict is Verdict.BEHIND
    assert karlskrona.women.judgement.verdict is Verdict.ON_THE_WAY
    assert karlskrona.men.judgement.verdict is Verdict.BEHIND


def test_a_table_of_the_target_year_says_who_kept_the_promise(browse: Browse, goal: Goal) -> None:
    page = browse("citizen").get(goal.get_absolute_url()).content.decode()
    table = page[page.index("Kommun för kommun") :]
    karlskrona = table[table.index("Karlskrona") : table.index("Ronneby")]
    assert karlskrona.count(">nådde målet<") == 1
    assert karlskrona.count(">nådde inte målet<") == 2


@pytest.mark.parametrize(
    ("year", "answer", "verdict"),
    [
        (2013, "Det går inte att säga hur det går: inget år efter utgångsåret är rapporterat än.", "cannot_tell"),
        (2014, "Blekinge län är på väg: 12,8 % mot 12,4 % på vägen till målet.", "on_the_way"),
        (2015, "Blekinge län ligger efter: 11,8 % mot 10,6 % på vägen till målet.", "behind"),
        (2017, "Målet nåddes inte: 8,4 % mot 7,1 % år 2017.", "behind"),
        (2019, "Målet nåddes inte: 8,4 % mot 7,1 % år 2017. Nivån är inte nådd än: 7,11 % år 2019.", "behind"),
        (2022, "Målet nåddes inte: 8,4 % mot 7,1 % år 2017. Det nåddes 2021.", "behind"),
    ],
)
def test_an_earlier_year_is_judged_as_it_could_be_seen_then(
    browse: Browse, goal: Goal, year: int, answer: str, verdict: str
) -> None:
    page = browse("citizen").get(f"{goal.get_absolute_url()}?ar={year}")
    seen = words(page.content).replace("\u00a0", " ")
    assert answer in seen
    assert f"Så här kunde det ses {year}" in seen
    assert queries.progress_of(goal, as_of_year=year).verdict == verdict


def test_nothing_after_the_chosen_year_is_told(browse: Browse, goal: Goal) -> None:
    page = browse("citizen").get(f"{goal.get_absolute_url()}tabell.csv?ar=2015")
    years = {int(row["year"]) for row in csv.DictReader(io.StringIO(page.content.decode()))}
    assert max(years) == 2015


@pytest.mark.parametrize("year", ["2012", "2023", "x", "", "20150", "-2015", "２０１５"])
def test_a_year_that_nobody_can_look_from_is_not_found(browse: Browse, goal: Goal, year: str) -> None:
    assert browse("citizen").get(goal.get_absolute_url(), {"ar": year}).status_code == 404


def test_the_file_holds_every_figure_of_the_facts_and_says_why_others_are_absent(browse: Browse, goal: Goal) -> None:
    response = browse("citizen").get(f"{goal.get_absolute_url()}tabell.csv")
    rows = list(csv.DictReader(io.StringIO(response.content.decode())))
    known = {key: value for key, value in facts("N03921").items() if key[0] != "00" or key[2] == "T"}
    held = {(row["area_code"], int(row["year"]), row["sex"]): row for row in rows}
    assert {key: float(held[key]["value"]) for key in known} == known
    assert {row["extracted"] for row in rows} == {"2024-08-30"}
    assert {row["source"] for row in rows} == {"Kolada N03921"}


def test_a_missing_figure_is_empty_in_the_file_and_a_word_on_the_page(browse: Browse, goal: Goal) -> None:
    Observation.objects.filter(indicator=goal.indicator, area__code="1060", year=2017, sex="K").update(
        value=None, status=ObservationStatus.SUPPRESSED
    )
    Observation.objects.filter(indicator=goal.indicator, area__code="1060", year=2017, sex="M").delete()
    text = browse("citizen").get(f"{goal.get_absolute_url()}tabell.csv").content.decode()
    rows = {(r["area_code"], r["year"], r["sex"]): r for r in csv.DictReader(io.StringIO(text))}
    assert (rows["1060", "2017", "K"]["value"], rows["1060", "2017", "K"]["status"]) == ("", "suppressed")
    assert (rows["1060", "2017", "M"]["value"], rows["1060", "2017", "M"]["status"]) == ("", "not_reported")
    page = words(browse("citizen").get(goal.get_absolute_url()).content)
    assert "för få" in page
    assert "inväntas" in page


def test_the_page_is_english_in_english(browse: Browse, goal: Goal) -> None:
    page = browse("citizen").get(goal.get_absolute_url(), headers=ENGLISH)
    assert "8.4" in words(page.content)
    assert "8,4" not in words(page.content)
    assert all("sprak=en" in url for url in pictures(page.content))


def test_a_target_missed_by_little_is_written_with_enough_decimals() -> None:
    assert wording.apart(7.113, 7.0957) == 2
    assert wording.apart(8.4, 7.1) == 1
    assert wording.apart(7.1, 7.1) == 1


def test_a_difference_between_shares_is_in_percentage_points() -> None:
    with translation.override("sv"):
        assert wording.difference(0.7, "%") == "0,7\u00a0procentenheter"
        assert wording.difference(7, "kronor", 0) == "7\u00a0kronor"


def test_every_picture_of_the_page_answers_and_may_be_kept_for_ever(browse: Browse, goal: Goal) -> None:
    client = browse("citizen")
    addresses = pictures(client.get(goal.get_absolute_url()).content)
    assert len(addresses) == 4 + 2 * 5  # wide and narrow, and five small ones; each in light and dark
    for address in addresses:
        picture = client.get(address)
        assert picture.status_code == 200
        assert picture["Content-Type"].startswith("image/svg+xml")
        assert "immutable" in picture["Cache-Control"]
        assert picture["Content-Security-Policy"] == "default-src 'none'; sandbox"
        assert client.get(address, headers={"If-None-Match": picture["ETag"]}).status_code == 304


def test_the_page_does_not_wait_for_its_pictures(browse: Browse, goal: Goal) -> None:
    browse("citizen").get(goal.get_absolute_url())
    assert not RenderedChart.objects.exists()


def test_new_figures_give_the_picture_a_new_address(browse: Browse, goal: Goal) -> None:
    client = browse("citizen")
    before = pictures(client.get(goal.get_absolute_url()).content)[-1]
    Observation.objects.filter(indicator=goal.indicator, area__code="10", year=2022, sex="T").update(value=5.5)
    after = pictures(client.get(goal.get_absolute_url()).content)
    assert before not in after
    assert "no-cache" in client.get(pictures(client.get(STEER).content)[0].replace("v=", "v=0"))["Cache-Control"]


@pytest.mark.parametrize("query", ["omrade=0780", "form=stor", "tema=rosa", "sprak=xx"])
def test_a_picture_that_does_not_exist_is_not_found(browse: Browse, goal: Goal, query: str) -> None:
    assert browse("citizen").get(f"{goal.get_absolute_url()}diagram.svg?{query}").status_code == 404


def test_a_private_picture_is_not_kept_by_others(browse: Browse, goal: Goal) -> None:
    with acting_as(Actor.system("test")):
        Goal.objects.update(is_public=False)
    picture = browse("anna").get(f"{goal.get_absolute_url()}diagram.svg")
    assert picture["Cache-Control"].startswith("private")


def another_goal(goal: Goal) -> None:
    """One more goal, with promises for the same areas."""
    targets = list(goal.targets.all())
    copy = Goal.objects.get(pk=goal.pk)
    copy.pk = None
    promised = [
        GoalTarget(
            goal=copy,
            area_id=target.area_id,
            sex=target.sex,
            baseline_value=target.baseline_value,
            target_value=target.target_value,
        )
        for target in targets
    ]
    with acting_as(Actor.system("test")):
        copy.save()
        GoalTarget.objects.bulk_create(promised)


def queries_for(client: Client, address: str) -> int:
    with CaptureQueriesContext(
        connection,
    ) as captured:
        assert client.get(address).status_code == 200
    return len(captured)


def test_the_steering_tab_asks_as_much_for_three_goals_as_for_one(browse: Browse, goal: Goal) -> None:
    client = browse("bengt")
    one = queries_for(client, STEER)
    another_goal(goal)
    another_goal(goal)
    assert queries_for(client, STEER) == one


def test_the_situation_asks_as_much_for_four_indicators_as_for_one(browse: Browse) -> None:
    client = browse("bengt")
    four = queries_for(client, SITUATION)
    ChosenIndicator.objects.exclude(indicator__source_key="N03921").delete()
    assert queries_for(client, SITUATION) == four


def test_several_goals_are_judged_as_each_alone(actor: Callable[[str], Actor], goal: Goal) -> None:
    another_goal(goal)
    goals = queries.goals_of(actor("citizen"), goal.collaboration)
    together = queries.progress_of_all(goals)
    assert [progress.goal.pk for progress in together] == [goal.pk for goal in goals]
    for one, alone in zip(together, [queries.progress_of(goal) for goal in goals], strict=True):
        assert queries.table_of(one) == queries.table_of(alone)


def test_the_steering_tab_shows_the_goal_with_its_verdict_and_leads_to_its_page(browse: Browse, goal: Goal) -> None:
    page = browse("citizen").get(STEER)
    seen = words(page.content)
    assert "nådde inte målet" in seen
    assert f'href="{goal.get_absolute_url()}"' in page.content.decode()


def test_without_goals_the_steering_tab_says_what_it_is_for(browse: Browse) -> None:
    elsewhere = browse("eva").get("/samverkan/barnens-basta-galler/styra/")
    assert "Här visas de gemensamma målen" in words(elsewhere.content)


def test_the_situation_is_the_newest_facts_and_the_change_since_five_years_before() -> None:
    collaboration = Collaboration.objects.get(slug="blekinges-unga-lyfter")
    for followed in situation_of(collaboration, followed_by(Actor(), collaboration)):
        known = facts(followed.indicator.source_key)
        assert (followed.year, followed.before_year) == (2022, 2017)
        for standing in [followed.whole, followed.nation, *followed.parts]:
            code = standing.area.code
            for figure, sex in ((standing.total, "T"), (standing.women, "K"), (standing.men, "M")):
                assert figure is not None
                assert figure.value == known[code, 2022, sex]
            now, before = known[code, 2022, "T"], known[code, 2017, "T"]
            if now is None or before is None:
                assert standing.change is None
            else:
                assert standing.change == now - before


def test_the_situation_names_its_source_and_leads_to_each_indicator(browse: Browse) -> None:
    page = browse("citizen").get(SITUATION)
    for indicator in Indicator.objects.filter(chosenindicator__isnull=False):
        assert f'href="/statistik/{indicator.pk}/"' in page.content.decode()
        assert f"Kolada {indicator.source_key} uttag 2024-08-30" in words(page.content)


def test_a_missing_figure_in_the_situation_is_a_word_and_never_zero(browse: Browse) -> None:
    Observation.objects.filter(indicator__source_key="N03921", area__code="1060", year=2022, sex="T").update(
        value=None, status=ObservationStatus.MISSING
    )
    page = browse("citizen").get(SITUATION).content.decode()
    row = page[page.index('<th scope="row">Olofström</th>') :]
    row = row[: row.index("</tr>")]
    assert "saknas" in row
    assert ">0" not in row


def test_without_chosen_indicators_the_situation_says_what_it_is_for(browse: Browse) -> None:
    ChosenIndicator.objects.all().delete()
    assert "Här visas hur läget är" in words(browse("citizen").get(SITUATION).content)


def test_the_verdict_is_explained_to_everybody(browse: Browse) -> None:
    assert "Så räknas omdömet" in words(browse("citizen").get("/mal/omdomet/").content)


def test_the_page_asks_a_few_questions_only(browse: Browse, goal: Goal) -> None:
    assert queries_for(browse("citizen"), goal.get_absolute_url()) == QUERIES


def test_a_goals_chart_is_a_slide_and_a_workbook_too(browse: Browse, goal: Goal) -> None:
    page = browse("citizen").get(goal.get_absolute_url()).content.decode()
    for wanted, begins in (("xlsx", b"PK"), ("png", b"\x89PNG"), ("svg", b"<svg")):
        assert f"format={wanted}" in page
        answer = browse("citizen").get(f"{goal.get_absolute_url()}diagram.svg", {"format": wanted})
        assert answer.content.startswith(begins)
        assert answer["Content-Disposition"].endswith(f'.{wanted}"')
