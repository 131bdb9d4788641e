"""Reading uploaded files and imports that can be taken back."""

from django.db.models import QuerySet

from samverka.foundation.access.actions import Action
from samverka.foundation.access.actors import Actor
from samverka.foundation.access.rules import permitted
from samverka.statistics.models import Extraction, FigureFile, Indicator
from samverka.territory.enums import AreaKind
from samverka.territory.models import Area


def files_visible_to(actor: Actor) -> QuerySet[FigureFile]:
    """Uploaded files that wait to be taken in: the actor's own."""
    return permitted(actor, Action.READ, FigureFile.objects.select_related("indicator__source"))


def imports_of(indicator: Indicator, *, count: int) -> list[Extraction]:
    """The latest imports of an indicator that still count, the latest first. One query."""
    standing = indicator.extractions.filter(undoes=None, undone_by=None)
    return list(standing.order_by("-imported_at", "-pk")[:count])


def undoable(indicator: Indicator) -> Extraction | None:
    """The import that can be taken back: the latest, if it came as a file and not from the source itself."""
    latest = imports_of(indicator, count=1)
    return latest[0] if latest and not latest[0].answers.exists() else None


def areas_to_measure(indicator: Indicator) -> list[Area]:
    """The areas that a template for an indicator is filled in with: its organisation's and the parts of it.

    Without an organisation's area: the nation, its counties and municipalities.
    """
    organisation = indicator.organisation
    if organisation is None or organisation.area is None:
        return list(Area.objects.filter(kind__in=[AreaKind.NATION, AreaKind.COUNTY, AreaKind.MUNICIPALITY]))
    own = organisation.area
    parts = Area.objects.filter(parent=own, kind=AreaKind.MUNICIPALITY).order_by("code")
    return [own, *parts] if own.kind != AreaKind.MUNICIPALITY else [own]
