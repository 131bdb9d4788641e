"""One row of each kind, as plain as its table allows; worlds, growth and samples are made of them."""

import datetime as dt
import uuid
from typing import Any

from django.utils import timezone

from samverka.agreements.enums import AgreementKind
from samverka.agreements.models import Agreement
from samverka.collaborations.models import Collaboration, Party
from samverka.financing.models import Funding
from samverka.followup.models import StatusText
from samverka.foundation.access.actors import Actor
from samverka.foundation.access.models import User
from samverka.foundation.audit.models import Entry
from samverka.foundation.clock import today
from samverka.foundation.jobs.models import Job
from samverka.goals.models import Goal, GoalTarget
from samverka.organisations.models import ApiKey, Organisation
from samverka.picture.models import Comment, Note, Snapshot, SnapshotLink
from samverka.plans.models import Measure
from samverka.reports.content import gather
from samverka.reports.models import Report, ReportFile
from samverka.statistics.enums import IndicatorKind, ObservationStatus, Polarity, Sex
from samverka.statistics.models import (
    Extraction,
    FigureFile,
    FocusArea,
    Indicator,
    Observation,
    Refresh,
    Revision,
    Source,
)
from samverka.territory.enums import AreaKind
from samverka.territory.models import Area
from samverka.territory.models import Membership as Part

DAY = dt.date(2016, 5, 1)


def goal(collaboration: Collaboration, **fields: Any) -> Goal:
    given = {
        "name": "Ett mål",
        "indicator": fields.pop("indicator", None) or Indicator.objects.all()[0],
        "polarity": Polarity.LOWER,
        "baseline_year": 2013,
        "target_year": 2017,
        "adopted_on": DAY,
    }
    return Goal.objects.create(collaboration=collaboration, **{**given, **fields})


def target(goal: Goal) -> GoalTarget:
    area = Area.objects.get(code="10")
    return GoalTarget.objects.create(goal=goal, area=area, sex=Sex.TOTAL, baseline_value=10, target_value=5)


def own_indicator(organisation: Organisation, *, is_public: bool) -> Indicator:
    source = Source.objects.get_or_create(key="own", defaults={"name": "Egna mätningar", "attribution": "Egen mätning"})
    return Indicator.objects.create(
        source=source[0],
        source_key=f"own-{uuid.uuid4().hex[:12]}",
        name="En egen mätning",
        kind=IndicatorKind.MEASURED,
        organisation=organisation,
        is_public=is_public,
    )


def api_key(organisation: Organisation) -> ApiKey:
    text = uuid.uuid4().hex
    return ApiKey.objects.create(
        organisation=organisation,
        name="Ett system",
        prefix=text[:9],
        digest=text * 2,
        made_at=timezone.now(),
        ends_on=today(),
    )


def refresh() -> Refresh:
    source = Source.objects.get(key="kolada")
    question = {"indicators": ["N03921"], "full": False, "since": {"": ["N03921"]}, "last_year": 2027}
    return Refresh.objects.create(source=source, question=question, started_at=timezone.now())


def focus_area(organisation: Organisation | None, **fields: Any) -> FocusArea:
    return FocusArea.objects.create(
        organisation=organisation, **{"key": "ett-omrade", "name": "Ett fokusområde", **fields}
    )


def measure(goal: Goal, party: Party, **fields: Any) -> Measure:
    given = {
        "title": "En åtgärd",
        "responsible": "Förvaltningen",
        "starts_on": DAY,
        "ends_on": DAY,
        "changed_at": timezone.now(),
    }
    return Measure.objects.create(goal=goal, party=party, **{**given, **fields})


def status_text(party: Party, *, submitted: bool, **fields: Any) -> StatusText:
    now = timezone.now()
    return StatusText.objects.create(
        party=party, text="Läget", written_at=now, submitted_at=now if submitted else None, **fields
    )


def report(collaboration: Collaboration, *, is_public: bool, content: Any = None) -> Report:
    number, now = Report.objects.filter(collaboration=collaboration).count() + 500, timezone.now()
    if content is None:
        content = gather(
            actor=Actor.system("samples"),
            collaboration=collaboration,
            title="En rapport",
            number=number,
            is_public=is_public,
            now=now,
        )
    return Report.objects.create(
        collaboration=collaboration,
        number=number,
        title="En rapport",
        content=content,
        content_sha256="0" * 64,
        published_at=now,
        published_by="Anna Alm",
        is_public=is_public,
        order_key=uuid.uuid4(),
    )


def report_file(report: Report) -> ReportFile:
    return ReportFile.objects.create(report=report, language="sv", pdf=b"%PDF-")


def agreement(collaboration: Collaboration) -> Agreement:
    return Agreement.objects.create(
        collaboration=collaboration,
        kind=AgreementKind.AGREEMENT,
        title="En överenskommelse",
        summary="Kort",
        starts_on=DAY,
    )


def funding(collaboration: Collaboration) -> Funding:
    return Funding.objects.create(collaboration=collaboration, name="En källa", is_temporary=True)


def job(person: User) -> Job:
    return Job.objects.create(kind="sample", title="Ett arbete", person=person, created_at=timezone.now())


def entry(organisation: Organisation) -> None:
    Entry.objects.bulk_create(
        [
            Entry(
                at=timezone.now(),
                actor_name="Anna Alm",
                organisation_id=organisation.pk,
                action="write_benefit",
                object_type="collaborations.party",
                object_id=1,
                object_label="En part",
                changes={"own_benefit": ["", "Nytta"]},
            )
        ]
    )


def note(collaboration: Collaboration, *, is_public: bool, **fields: Any) -> Note:
    given = {"indicator": Indicator.objects.all()[0], "text": "En iakttagelse", "written_at": timezone.now()}
    return Note.objects.create(collaboration=collaboration, is_public=is_public, **{**given, **fields})


def comment(collaboration: Collaboration, **fields: Any) -> Comment:
    given = {
        "indicator": Indicator.objects.all()[0],
        "area": collaboration.area,
        "text": "En kommentar",
        "written_at": timezone.now(),
    }
    return Comment.objects.create(collaboration=collaboration, **{**given, **fields})


def snapshot(collaboration: Collaboration, *, content: Any = None) -> Snapshot:
    return Snapshot.objects.create(
        collaboration=collaboration,
        number=Snapshot.objects.filter(collaboration=collaboration).count() + 500,
        title="En lägesbild",
        content=content or {},
        content_sha256="0" * 64,
        taken_at=timezone.now(),
        taken_by="Anna Alm",
        order_key=uuid.uuid4(),
    )


def snapshot_link(snapshot: Snapshot) -> SnapshotLink:
    return SnapshotLink.objects.create(
        snapshot=snapshot, token=uuid.uuid4().hex, made_at=timezone.now(), made_by="Anna Alm"
    )


def node(county: Area) -> Area:
    """A node of a county with one municipality in it."""
    part = Area.objects.filter(kind=AreaKind.MUNICIPALITY, parent=county)[0]
    made = Area.objects.create(
        code=f"{county.code}-{uuid.uuid4().hex[:8]}",
        kind=AreaKind.NODE,
        name="Prov",
        parent=county,
        population=part.population,
        population_on=part.population_on,
        latitude=part.latitude,
        longitude=part.longitude,
    )
    Part.objects.create(whole=made, municipality=part)
    return made


def figure_file(person: User, **fields: Any) -> FigureFile:
    given = {
        "indicator": fields.pop("indicator", None) or Indicator.objects.all()[0],
        "name": "matning.csv",
        "content": "kod;år;kön;värde\n1060;2016;alla;7,5\n".encode(),
        "uploaded_at": timezone.now(),
        "extracted_on": DAY,
    }
    return FigureFile.objects.create(person=person, **{**given, **fields})


def observation(indicator: Indicator) -> Observation:
    """A figure, with what it was before it was revised."""
    came_with = extraction(indicator)
    place = {"area": Area.objects.get(code="1080"), "year": 2016, "sex": Sex.TOTAL}
    Revision.objects.create(
        indicator=indicator,
        value=1.0,
        status=ObservationStatus.OK,
        extraction=came_with,
        replaced_by=came_with,
        revised_at=timezone.now(),
        **place,
    )
    return Observation.objects.create(
        indicator=indicator, value=2.0, status=ObservationStatus.OK, extraction=came_with, **place
    )


def extraction(indicator: Indicator) -> Extraction:
    now = timezone.now()
    return Extraction.objects.create(
        indicator=indicator, extracted_at=now, imported_at=now, file_name="prov.csv", file_sha256="1" * 64, rows=1
    )
