"""The job that publishes a report."""

from functools import partial
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from samverka.collaborations.models import Collaboration
from samverka.foundation import clock
from samverka.foundation.access.actors import Actor
from samverka.foundation.access.doors import Forbidden
from samverka.foundation.database.acting import acting_as
from samverka.foundation.jobs.registry import JobFailure, Progress, register

from . import services


def publish(*, actor: Actor, arguments: dict[str, Any], upload: bytes | None, progress: Progress) -> dict[str, Any]:
    """Publish one report; a worker that died half-way left nothing, and the order is carried out anew."""
    try:
        with acting_as(actor):
            report = services.publish_report(
                actor=actor,
                collaboration=Collaboration.objects.select_related("area").get(pk=arguments["collaboration"]),
                title=arguments["title"],
                is_public=arguments["is_public"],
                order_key=UUID(arguments["order_key"]),
                now=clock.now(),
                tell=partial(_tell, progress),
            )
    except Forbidden:
        raise JobFailure(_("Du får inte längre publicera rapporter för samverkan. Inget är publicerat.")) from None
    except services.NotAPublicCollaboration:
        raise JobFailure(_("Samverkan är inte längre offentlig. Inget är publicerat.")) from None
    return {"report": report.pk}


def _tell(progress: Progress, done: int, total: int, doing: str) -> None:
    progress.report(done=done, total=total, doing=doing)


register(services.JOB_KIND, publish, result_template="reports/job_result.html")
