"""Publishing a joint report: gathered, drawn, set and stored in one transaction, or not at all."""

from collections.abc import Callable
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from samverka.collaborations.models import Collaboration
from samverka.collaborations.queries import lead_of
from samverka.foundation.access.actions import Action
from samverka.foundation.access.actors import Actor
from samverka.foundation.access.doors import check
from samverka.foundation.audit.services import record
from samverka.foundation.jobs.models import Job
from samverka.foundation.jobs.services import order
from samverka.foundation.ui.charts import svg_of
from samverka.statistics.models import Indicator

from .charts import charts_of
from .content import checksum, gather
from .document import LANGUAGES, pdf
from .models import Report, ReportFile
from .queries import next_number

JOB_KIND = "publish-report"

Tell = Callable[[int, int, str], None]
"""Steps done, steps in all, what is done now. Raises to have it stopped."""


class NotAPublicCollaboration(Exception):
    """A public report of a collaboration that is not public: nobody would find it."""

    code = "not_a_public_collaboration"


def order_report(
    *, actor: Actor, collaboration: Collaboration, title: str, is_public: bool, order_key: UUID, now: datetime
) -> Job:
    """Have a report made. The same order twice is the same work.

    Raises:
        Forbidden: the actor does not publish for the collaboration.
        NotAPublicCollaboration: see there.
    """
    _may_publish(actor, collaboration, is_public=is_public)
    with transaction.atomic():
        # A double click arrives as two requests at once: the second waits here, and finds the first's order.
        Collaboration.objects.select_for_update(no_key=True).get(pk=collaboration.pk)
        known = Job.objects.filter(kind=JOB_KIND, person_id=actor.user_id, arguments__order_key=str(order_key)).first()
        return known or order(
            actor=actor,
            kind=JOB_KIND,
            title=_("Rapporten %(title)s") % {"title": title},
            arguments={
                "collaboration": collaboration.pk,
                "title": title,
                "is_public": is_public,
                "order_key": str(order_key),
            },
            now=now,
        )


def publish_report(
    *,
    actor: Actor,
    collaboration: Collaboration,
    title: str,
    is_public: bool,
    order_key: UUID,
    now: datetime,
    tell: Tell = lambda done, total, doing: None,
) -> Report:
    """Publish a report of how things stand now. The same order twice gives the one report.

    Args:
        order_key: made where the order is given, one per order.

    Raises:
        Forbidden: the actor does not publish for the collaboration.
        NotAPublicCollaboration: see there.
    """
    _may_publish(actor, collaboration, is_public=is_public)
    steps = 2 + len(LANGUAGES)
    with transaction.atomic():
        # One report of a collaboration at a time: numbers follow each other, and an order is carried out once.
        Collaboration.objects.select_for_update(no_key=True).get(pk=collaboration.pk)
        published = Report.objects.filter(collaboration=collaboration, order_key=order_key).first()
        if published is not None:
            return published
        tell(0, steps, _("Samlar siffrorna"))
        # No figures are taken in meanwhile: all of them are from one and the same moment.
        list(
            Indicator.objects.select_for_update()
            .filter(pk__in=collaboration.goals.values("indicator"))
            .order_by("pk")
            .values_list("pk")
        )
        content = gather(
            actor=actor,
            collaboration=collaboration,
            title=title,
            number=next_number(collaboration),
            is_public=is_public,
            now=now,
        )
        tell(1, steps, _("Ritar diagrammen"))
        charts = {
            language: {key: svg_of(chart) for key, chart in charts_of(content, language=language).items()}
            for language in LANGUAGES
        }
        files = {}
        for done, (language, doing) in enumerate(_setting(), start=2):
            tell(done, steps, doing)
            files[language] = pdf(content, language=language, charts=charts[language])
        tell(steps, steps, _("Sparar rapporten"))
        report = Report.objects.create(
            collaboration=collaboration,
            number=content["report"]["number"],
            title=title,
            content=content,
            content_sha256=checksum(content),
            published_at=now,
            published_by=actor.name,
            is_public=is_public,
            order_key=order_key,
        )
        ReportFile.objects.bulk_create(
            ReportFile(report=report, language=language, pdf=file) for language, file in files.items()
        )
        record(
            actor=actor,
            action="publish_report",
            obj=report,
            now=now,
            organisation_id=lead_of(collaboration),
            collaboration_id=collaboration.pk,
            changes={"is_public": (None, is_public), "content_sha256": (None, report.content_sha256)},
        )
    return report


def _may_publish(actor: Actor, collaboration: Collaboration, *, is_public: bool) -> None:
    check(actor, Action.PUBLISH_REPORT, collaboration)
    if is_public and not collaboration.is_public:
        raise NotAPublicCollaboration(f"{collaboration} is not public, so its report cannot be")


def _setting() -> list[tuple[str, str]]:
    words = {"sv": _("Sätter rapporten på svenska"), "en": _("Sätter rapporten på engelska")}
    return [(language, words[language]) for language in LANGUAGES]
