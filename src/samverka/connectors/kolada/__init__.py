"""Kolada's API v3: indicators (KPIs), municipalities and regions, groups, and figures by gender."""

from .api import Kolada, client
from .chunks import BATCH, Chunk, plan
from .figures import Figure, Figures, Status
from .records import Kpi, Listing, Member, Municipality, MunicipalityGroup

__all__ = [
    "BATCH",
    "Chunk",
    "Figure",
    "Figures",
    "Kolada",
    "Kpi",
    "Listing",
    "Member",
    "Municipality",
    "MunicipalityGroup",
    "Status",
    "client",
    "plan",
]
