"""A source that takes its time while somebody waits at a page: what the request holds in the database meanwhile."""

from typing import Any

import psycopg
from django.db import connections
from django.test import Client
from django.urls import reverse

from samverka.foundation.access.models import User
from samverka.foundation.audit.models import Entry
from samverka.foundation.database.acting import acting_as
from tests.fakes import misbehaviour as wrong
from tests.fakes.generated_worlds import kpi
from tests.fakes.official_statistics import KoladaWorld, OfficialStatistics, ScbWorld
from tests.integration.test_derived import SYSTEM
from tests.integration.test_finding import CONFIG, choose, dataset, find, table_info


def test_no_transaction_is_open_while_a_source_takes_its_time(
    own_database: str, django_db_blocker: Any, settings: Any
) -> None:
    """A slow source drips its answer; before each piece the database is asked what the request holds there."""
    held: list[tuple[str, bool]] = []
    there = connections["owner"].get_connection_params() | {"dbname": own_database}

    def look() -> None:
        with psycopg.connect(**there, autocommit=True) as watcher:
            held.extend(
                watcher.execute(
                    "SELECT state, xact_start IS NOT NULL FROM pg_stat_activity "
                    "WHERE datname = current_database() AND pid <> pg_backend_pid() AND backend_type = 'client backend'"
                ).fetchall()
            )

    world = ScbWorld(config=CONFIG, tables=[table_info("TAB999", "Folkmängd")], datasets={"TAB999": dataset()})
    server = OfficialStatistics(KoladaWorld(kpis=[{**kpi("N99101"), "title": "Påhittad arbetslöshet"}]), world)
    settings.KOLADA_URL, settings.SCB_URL = server.kolada_url, server.scb_url
    server.always = wrong.drip(look)
    client = Client()
    try:
        with django_db_blocker.unblock():
            operator = User.objects.create_user("drift@demo.example", name="Drift", is_operator=True)
            client.force_login(operator)
            assert "Påhittad arbetslöshet" in find(client, "arbetslöshet")
            assert "Folkmängd" in find(client, "folkmängd", "scb")
            assert choose(client, **{"d-Bakgrund": ["UT"]}).status_code == 302
            assert client.post(reverse("statistics:add_kpi"), {"nyckel": "N99101"}).status_code == 302
            with acting_as(SYSTEM):
                added = Entry.objects.filter(actor_name="Drift", action__in=["add_indicator", "define_indicator"])
                assert added.count() == 2
            connections.close_all()
    finally:
        server.close()
    assert server.asked
    assert not [state for state, in_transaction in held if in_transaction or state == "idle in transaction"]
