"""Reading areas. They are public facts: everybody may."""

from django.db.models import QuerySet

from .enums import AreaKind
from .models import NATION_CODE, Area


def nation() -> Area:
    return Area.objects.get(code=NATION_CODE)


def counties() -> QuerySet[Area]:
    return Area.objects.filter(kind=AreaKind.COUNTY)


def municipalities_of(area: Area) -> QuerySet[Area]:
    """The municipalities of a county, or of the nation; a municipality is its own."""
    if area.kind == AreaKind.NATION:
        return Area.objects.filter(kind=AreaKind.MUNICIPALITY)
    if area.kind == AreaKind.COUNTY:
        return Area.objects.filter(parent=area)
    return Area.objects.filter(pk=area.pk)
