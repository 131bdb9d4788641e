"""Two people write the same thing at the same moment: one comes first, the other is told, nothing is lost."""

import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from typing import Any

import psycopg
import pytest
from django.conf import settings
from django.db import connection, transaction

from samverka.api import counting
from samverka.api.models import Question
from samverka.collaborations.models import Party
from samverka.followup.models import StatusText
from samverka.followup.services import save_draft, submit_status
from samverka.foundation.access.actors import Actor
from samverka.foundation.access.models import User
from samverka.foundation.audit.models import Entry
from samverka.foundation.database.acting import acting_as
from samverka.foundation.versions import Overtaken
from samverka.plans.models import Measure
from samverka.plans.services import change_measure

NOW = datetime(2018, 3, 1, 12, tzinfo=UTC)
MOMENT = 120.0
"""Seconds to wait at most for what should happen at once."""


@pytest.fixture(autouse=True)
def _database(own_database: str, django_db_blocker: Any) -> Any:
    with django_db_blocker.unblock():
        yield


def _bengt() -> Actor:
    return Actor.of(User.objects.get(email="bengt@demo.example"))


def _at_once(hold: str, key: int, *works: Callable[[], Any]) -> list[Any]:
    """Run all works while the row is held, let go when all of them wait for it, and give what came of each."""
    owner = settings.DATABASES["owner"]
    outcomes: list[Any] = [None] * len(works)

    def run(number: int) -> None:
        try:
            with acting_as(_bengt()):
                outcomes[number] = works[number]()
        except Exception as error:  # the test looks at it
            outcomes[number] = error
        finally:
            connection.close()

    holder = psycopg.connect(
        host=owner["HOST"],
        port=owner["PORT"] or None,
        user=owner["USER"],
        password=owner["PASSWORD"],
        dbname=owner["NAME"],
    )
    watcher = psycopg.connect(holder.info.dsn, password=owner["PASSWORD"], autocommit=True)
    threads = [threading.Thread(target=run, args=(number,)) for number in range(len(works))]
    with holder, watcher:
        holder.execute(hold, [key])
        for thread in threads:
            thread.start()
        waiting = (
            "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"
        )
        deadline = time.monotonic() + MOMENT
        while watcher.execute(waiting).fetchone() != (len(works),):
            assert time.monotonic() < deadline, outcomes
            time.sleep(0.01)
        holder.commit()
        for thread in threads:
            thread.join(MOMENT)
    return outcomes


HOLD_PARTY = "SELECT 1 FROM collaborations_party WHERE id = %s FOR UPDATE"
HOLD_MEASURE = "SELECT 1 FROM plans_measure WHERE id = %s FOR UPDATE"


def _texts(party: Party) -> list[str]:
    with acting_as(Actor.system("test")):
        return list(StatusText.objects.filter(party=party).values_list("text", flat=True))


def _entries(action: str) -> int:
    with acting_as(Actor.system("test")):
        return Entry.objects.filter(action=action).count()


def _party() -> Party:
    return Party.objects.select_related("organisation").get(organisation__name="Olofströms kommun")


def test_the_same_text_submitted_twice_at_once_is_one_text() -> None:
    party = _party()

    def submit() -> int:
        return submit_status(actor=_bengt(), party=party, text="Klart", seen="", now=NOW).pk

    first, second = _at_once(HOLD_PARTY, party.pk, submit, submit)
    assert first == second
    assert _texts(party) == ["Klart"]
    assert _entries("submit_status") == 1


@pytest.mark.parametrize("service", [save_draft, submit_status])
def test_two_texts_at_once_become_one_and_the_other_writer_is_told(service: Callable[..., StatusText]) -> None:
    party = _party()
    works = [
        lambda text=text: service(actor=_bengt(), party=party, text=text, seen="", now=NOW).text
        for text in ("Ett", "Två")
    ]
    outcomes = _at_once(HOLD_PARTY, party.pk, *works)
    [kept] = _texts(party)
    [told] = [outcome for outcome in outcomes if isinstance(outcome, Overtaken)]
    assert kept in outcomes
    assert told.current.text == kept


def test_two_who_change_a_measure_at_once_become_one_and_the_other_is_told() -> None:
    measure = Measure.objects.get(title="Navigatorcentrum i Olofström")
    works = [
        lambda state=state: (
            change_measure(actor=_bengt(), measure=measure, state=state, state_note=state, version=1, now=NOW).state
        )
        for state in ("done", "stopped", "delayed")
    ]
    outcomes = _at_once(HOLD_MEASURE, measure.pk, *works)
    measure.refresh_from_db()
    told = [outcome for outcome in outcomes if isinstance(outcome, Overtaken)]
    assert len(told) == 2
    assert outcomes.count(measure.state) == 1
    assert measure.state_note == measure.state
    assert measure.version == 2
    assert _entries("change_measure") == 1


def test_the_same_change_at_once_is_one_change() -> None:
    measure = Measure.objects.get(title="Navigatorcentrum i Olofström")

    def change() -> int:
        return change_measure(actor=_bengt(), measure=measure, state="done", state_note="", version=1, now=NOW).version

    assert _at_once(HOLD_MEASURE, measure.pk, change, change) == [2, 2]
    assert _entries("change_measure") == 1


def test_two_questions_at_once_are_both_counted() -> None:
    """Neither sees the other before both are answered; the third sees both."""
    together = threading.Barrier(2)

    def one() -> float:
        try:
            with transaction.atomic():
                found = counting.ask(who="somebody", limit=2, seconds=60, now=NOW)
                together.wait(timeout=30)
            return found
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as pool:
        assert [answer.result() for answer in [pool.submit(one), pool.submit(one)]] == [0, 0]
    assert Question.objects.count() == 2
    assert counting.ask(who="somebody", limit=2, seconds=60, now=NOW) > 0
    assert counting.ask(who="somebody else", limit=2, seconds=60, now=NOW) == 0
