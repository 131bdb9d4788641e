"""A double click arrives as two requests at once, and a worker is killed in the middle of its work."""

import datetime as dt
import threading
import uuid
from collections.abc import Callable
from typing import Any

import pytest
from django.contrib.sessions.models import Session
from django.db import connection
from django.db.models import F
from django.utils import timezone

from samverka.cli import worker
from samverka.collaborations.enums import Phase
from samverka.collaborations.models import Collaboration
from samverka.collaborations.services import Details, start_collaboration
from samverka.foundation.access.actors import Actor
from samverka.foundation.access.models import User
from samverka.foundation.clock import today
from samverka.foundation.database.acting import acting_as
from samverka.foundation.jobs.enums import JobState
from samverka.foundation.jobs.models import Job
from samverka.organisations.models import Organisation
from samverka.picture.services.snapshots import take_snapshot
from samverka.statistics.enums import Measure, Polarity
from samverka.statistics.models import Extraction, FigureFile, Indicator, Observation
from samverka.statistics.services import files
from samverka.territory.models import Area
from samverka.territory.services import define_nodes, division_of, seal_of

DAY = dt.date(2018, 3, 1)


def _details() -> Details:
    return Details(
        name="Tillsammans",
        citizen_value="Mer.",
        challenge="Svårt.",
        area=Area.objects.get(code="10"),
        starts_on=DAY,
        phase=Phase.PREPARING,
    )


def test_a_double_click_starts_one_collaboration(own_database: str, django_db_blocker: Any) -> None:
    made: list[Any] = []
    barrier = threading.Barrier(2)

    def start() -> None:
        try:
            anna = Actor.of(User.objects.get(email="anna@demo.example"))
            region, details = Organisation.objects.get(name="Region Blekinge"), _details()
            barrier.wait(20)
            with acting_as(anna):
                made.append(
                    start_collaboration(actor=anna, organisation=region, details=details, now=timezone.now()).pk
                )
        except Exception as error:  # the test looks at it
            made.append(error)
        finally:
            connection.close()

    with django_db_blocker.unblock():
        threads = [threading.Thread(target=start) for _ in range(2)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(30)
        assert len(made) == 2
        assert made[0] == made[1]


def test_a_job_whose_worker_was_killed_is_picked_up_though_the_next_one_started_at_once(
    own_database: str, django_db_blocker: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    just_now = timezone.now() - dt.timedelta(seconds=1)
    with django_db_blocker.unblock():
        job = Job.objects.create(
            kind="publish-report",
            title="Prov",
            person=User.objects.get(email="anna@demo.example"),
            state=JobState.RUNNING,
            created_at=just_now,
            started_at=just_now,
            seen_at=just_now,
        )
    states = []

    class EnoughError(Exception):
        pass

    def pause(seconds: float) -> None:
        """The time that a worker waits passes: half a minute, again and again."""
        job.refresh_from_db()
        states.append(job.state)
        if job.state == JobState.WAITING or len(states) > 10:
            raise EnoughError
        Job.objects.filter(pk=job.pk).update(seen_at=F("seen_at") - dt.timedelta(seconds=seconds))

    monkeypatch.setattr("time.sleep", pause)
    with django_db_blocker.unblock(), pytest.raises(EnoughError):
        worker.keep_house()
    assert states[0] == JobState.RUNNING
    assert states[-1] == JobState.WAITING


def test_what_nobody_asks_for_any_more_is_cleared(own_database: str, django_db_blocker: Any) -> None:
    with django_db_blocker.unblock():
        now = timezone.now()
        for name, age in (("ended", -1), ("going on", 1)):
            Session.objects.create(session_key=name, session_data="", expire_date=now + dt.timedelta(days=age))
        indicator = Indicator.objects.order_by("pk")[0]
        someone = User.objects.order_by("pk")[0]
        with acting_as(Actor.system("test")):
            for name, days in (("left lying.csv", 8), ("waiting.csv", 6)):
                FigureFile.objects.create(
                    indicator=indicator,
                    person=someone,
                    name=name,
                    content=b"",
                    uploaded_at=now - dt.timedelta(days=days),
                    extracted_on=now.date(),
                )
        worker.tidy()
        with acting_as(Actor.system("test")):
            assert [file.name for file in FigureFile.objects.all()] == ["waiting.csv"]
        assert [session.session_key for session in Session.objects.all()] == ["going on"]


# --- files of figures ---------------------------------------------------------------------------------------------


def _both(work: Callable[[], object]) -> list[object]:
    """The same work twice at the same time; what each gave, or the error."""
    results: list[object] = []
    barrier = threading.Barrier(2)

    def run() -> None:
        try:
            barrier.wait(20)
            results.append(work())
        except Exception as error:  # the test looks at it
            results.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=run) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    return results


def _measurement() -> Indicator:
    anna = Actor.of(User.objects.get(email="anna@demo.example"))
    with acting_as(anna):
        details = files.Measurement(
            name="Kö",
            definition="x",
            unit="personer",
            measure=Measure.COUNT,
            polarity=Polarity.NONE,
            by_sex=False,
            is_public=False,
        )
        return files.add_measurement(
            actor=anna,
            organisation=Organisation.objects.get(name="Region Blekinge"),
            details=details,
            now=timezone.now(),
        )


def test_a_file_is_taken_in_once_and_taken_back_once_however_often_one_clicks(
    own_database: str, django_db_blocker: Any
) -> None:
    with django_db_blocker.unblock():
        anna = Actor.of(User.objects.get(email="anna@demo.example"))
        indicator = _measurement()
        with acting_as(anna):
            file = files.upload_file(
                actor=anna,
                indicator=indicator,
                name="a.csv",
                content="kod;år;värde\n10;2016;7\n".encode(),
                extracted_on=today(),
                now=timezone.now(),
            )

        def taking() -> object:
            with acting_as(anna):
                again = FigureFile.objects.select_related("indicator").get(pk=file.pk)
                return files.take_file_in(actor=anna, file=again, today=today(), now=timezone.now())

        taken = _both(taking)
        extraction = Extraction.objects.get(indicator=indicator)
        assert sorted(type(result).__name__ for result in taken) in (
            ["FileRefused", "Taken"],
            ["DoesNotExist", "Taken"],
        )
        undone = _both(lambda: _undo(anna, extraction))
        assert sorted(type(result).__name__ for result in undone) == ["Extraction", "NotTheLatest"]
        assert not Observation.objects.filter(indicator=indicator).exists()


def _undo(anna: Actor, extraction: Extraction) -> Extraction:
    with acting_as(anna):
        return files.undo_import(actor=anna, extraction=extraction, now=timezone.now())


# --- the picture --------------------------------------------------------------------------------------------------


def test_two_who_freeze_and_two_who_divide_at_once_take_turns(own_database: str, django_db_blocker: Any) -> None:
    with django_db_blocker.unblock():
        anna = Actor.of(User.objects.get(email="anna@demo.example"))
        collaboration = Collaboration.objects.get(slug="blekinges-unga-lyfter")
        county = Area.objects.get(code="10")
        names = iter(("Väst", "Öst"))

        def freeze() -> object:
            with acting_as(anna):
                return take_snapshot(
                    actor=anna, collaboration=collaboration, title="Nu", order_key=uuid.uuid4(), now=timezone.now()
                ).number

        def divide() -> object:
            wanted = dict.fromkeys(division_of(county), next(names))
            with acting_as(anna):
                return define_nodes(
                    actor=anna, county=county, division=wanted, seen=seal, some_outside=False, now=timezone.now()
                )

        assert sorted(map(str, _both(freeze))) == ["3", "4"], "after the demo's two"
        seal = seal_of(division_of(county))
        assert sorted(type(result).__name__ for result in _both(divide)) == ["Overtaken", "list"]
        assert Area.objects.filter(kind="node", parent=county).count() == 1
