"""A joint report of some forty pages with its charts, against Typst on the same finished text without them."""

import io
import json
import time
from statistics import median

from django.utils import timezone, translation
from pypdf import PdfReader

from samverka.collaborations.models import Collaboration
from samverka.foundation.access.actors import Actor
from samverka.foundation.access.models import User
from samverka.foundation.database.acting import acting_as
from samverka.foundation.ui.charts import draw
from samverka.reports import document
from samverka.reports.charts import charts_of
from samverka.reports.content import Content, gather
from tests import databases
from tests.bench.rows import Row

GOAL = 2.0
GOALS = 3
MUNICIPALITIES = 33
"""As in Skåne: with three goals the report has some forty pages."""


def measure(repetitions: int = 5) -> list[Row]:
    """Gathering the content, drawing every chart and setting the PDF; then Typst alone, in turn."""
    name = databases.clone("bench_report")
    databases.point_at(name)
    try:
        whole: list[float] = []
        alone: list[float] = []
        pages = 0
        _report()  # the first chart starts the drawing engine, once a worker's life
        for _ in range(repetitions):
            begun = time.perf_counter()
            pdf, content = _report()
            whole.append(time.perf_counter() - begun)
            pages = len(PdfReader(io.BytesIO(pdf)).pages)
            with translation.override("sv"):
                data = document.document_data(content, language="sv", charts={})
            text = json.dumps(data, ensure_ascii=False)
            begun = time.perf_counter()
            document.typeset(text, timestamp=0)
            alone.append(time.perf_counter() - begun)
    finally:
        databases.drop(name)
    ratios = [done / baseline for done, baseline in zip(whole, alone, strict=True)]
    return [
        Row(
            work="a joint report with charts",
            against="Typst on the finished text alone",
            goal=GOAL,
            ratio_median=median(ratios),
            ratio_worst=max(ratios),
            seconds=median(whole),
            baseline_seconds=median(alone),
            note=f"{pages} pages, {GOALS} charts drawn anew, {repetitions} repetitions",
        )
    ]


def _report() -> tuple[bytes, Content]:
    anna = Actor.of(User.objects.get(email="anna@demo.example"))
    with acting_as(anna):
        content = gather(
            actor=anna,
            collaboration=Collaboration.objects.select_related("area").get(slug="blekinges-unga-lyfter"),
            title="Mätning",
            number=1,
            is_public=True,
            now=timezone.now(),
        )
    [goal] = content["goals"]
    whole, *parts = goal["places"]
    county = [whole, *(_named(parts[number % len(parts)], number) for number in range(MUNICIPALITIES))]
    content["goals"] = [
        {**goal, "key": key, "name": f"{goal['name']}, del {key}", "places": county} for key in range(1, GOALS + 1)
    ]
    for name in ("parties", "statuses"):
        own = content[name]
        content[name] = [own[number % len(own)] for number in range(MUNICIPALITIES)]
    for goal in content["goals"]:
        own = goal["measures"]
        goal["measures"] = [own[number % len(own)] for number in range(MUNICIPALITIES)]
    charts = {key: draw(chart) for key, chart in charts_of(content, language="sv").items()}
    return document.pdf(content, language="sv", charts=charts), content


def _named(place: Content, number: int) -> Content:
    area = {"code": str(1200 + number), "name": f"Kommun {number}"}
    return {sex: {**line, "area": area} for sex, line in place.items()}
