"""Two coordinators act at the same moment."""

import threading
from datetime import timedelta
from typing import Any

from django.db import connection

from samverka.foundation import clock
from samverka.foundation.access.actors import Actor
from samverka.foundation.access.models import User
from samverka.foundation.database.acting import acting_as
from samverka.organisations import services
from samverka.organisations.enums import MembershipRole
from samverka.organisations.models import Membership, Organisation


def test_two_coordinators_who_end_each_other_at_once_do_not_both_succeed(
    own_database: str, django_db_blocker: Any
) -> None:
    with django_db_blocker.unblock():
        anna = Actor.of(User.objects.get(email="anna@demo.example"))
        with acting_as(anna):
            services.add_member(
                actor=anna,
                organisation=Organisation.objects.get(name="Region Blekinge"),
                email="greta@demo.example",
                name="Greta Gran",
                role=MembershipRole.COORDINATOR,
                starts_on=clock.today(),
                now=clock.now(),
            )
        greta = Actor.of(User.objects.get(email="greta@demo.example"))
        together = threading.Barrier(2)
        outcomes: list[str] = []

        def end(actor: Actor, other: Actor) -> None:
            try:
                together.wait()
                with acting_as(actor):
                    services.end_membership(
                        actor=actor,
                        membership=Membership.objects.get(person_id=other.user_id),
                        ends_on=clock.today() + timedelta(days=1),
                        now=clock.now(),
                    )
                outcomes.append("ended")
            except services.LastCoordinator:
                outcomes.append("refused")
            finally:
                connection.close()

        threads = [threading.Thread(target=end, args=pair) for pair in ((anna, greta), (greta, anna))]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert sorted(outcomes) == ["ended", "refused"]
