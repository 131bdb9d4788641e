"""How a refresh went, for the page of the job that did it."""

from django import template

from samverka.statistics.models import Refresh
from samverka.statistics.queries import Report, report_of

register = template.Library()


@register.filter
def refresh_report(key: int) -> Report | None:
    """The report of a refresh; None when it is gone."""
    found = Refresh.objects.select_related("source").filter(pk=key).first()
    return None if found is None else report_of(found)
