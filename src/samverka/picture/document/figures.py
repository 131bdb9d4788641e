"""A snapshot's figures as CSV, one a row, with everything that it takes to trace it."""

import csv
import io

from django.utils import timezone

from samverka.foundation.ui.chart_files import harmless
from samverka.picture.content.gathering import Content
from samverka.picture.queries.snapshots import figures_in

COLUMNS = (
    "indicator",
    "name",
    "unit",
    "area",
    "area_name",
    "period",
    "gender",
    "value",
    "status",
    "source",
    "definition_version",
    "extracted",
)


def csv_of(content: Content) -> bytes:
    """Exact values; an empty value and its status where there is none. UTF-8 with a mark, so that Excel reads it."""
    file = io.StringIO()
    writer = csv.writer(file, lineterminator="\r\n")
    writer.writerow(COLUMNS)
    for row in figures_in(content):
        writer.writerow(
            [
                row.indicator,
                harmless(row.name),
                harmless(row.unit),
                row.area,
                harmless(row.area_name),
                row.year,
                row.sex,
                "" if row.value is None else repr(row.value),
                row.status,
                harmless(row.source),
                row.definition_version,
                timezone.localdate(row.extracted_at).isoformat() if row.extracted_at else "",
            ]
        )
    return ("\ufeff" + file.getvalue()).encode()
