"""Telling one state of many rows from another without reading them: for what is kept under what it is made of."""

from typing import Any

from django.db.models import Aggregate, CharField, Model, QuerySet


class _Digest(Aggregate):
    """Of whole rows in the order of their keys. The rows are those of the queryset's own table, joined or not."""

    template = "md5(string_agg(\"%(table)s\"::text, '' ORDER BY %(expressions)s))"
    output_field = CharField()


def rows_state(rows: QuerySet[Any, Any]) -> str:
    """The same for the same rows with the same fields, all of them; empty when there are none. One query.

    Args:
        rows: without slices, distinct and grouping.
    """
    model: type[Model] = rows.model
    found = rows.select_related(None).order_by().aggregate(state=_Digest("pk", table=model._meta.db_table))
    return found["state"] or ""
