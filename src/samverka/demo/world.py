"""The world of the demo, as plain data: Blekinge's collaboration on youth unemployment, and one elsewhere.

Facts: SKR 2020 (parties, agreement, funding, navigator centres, goal) and Kolada (figures, in `facts/`). Made up:
people, own benefits, statuses and status texts; the demo says so on every page.
"""

from dataclasses import dataclass
from datetime import date

from samverka.collaborations.enums import PartyRole
from samverka.organisations.enums import OrganisationKind
from samverka.plans.enums import MeasureState

SKR = "SKR 2020, Hantera komplexa samhällsutmaningar"


@dataclass(frozen=True, kw_only=True)
class Seat:
    """An organisation in the Blekinge collaboration, and what it does."""

    organisation: str
    kind: OrganisationKind
    area: str | None
    role: PartyRole = PartyRole.PARTY
    benefit: str
    measure: str
    description: str
    responsible: str
    state: MeasureState
    note: str = ""
    status: str = ""


SEATS = (
    Seat(
        organisation="Region Blekinge",
        kind=OrganisationKind.REGION,
        area="10",
        role=PartyRole.LEAD,
        benefit="Fler unga i arbete eller studier är förutsättningen för att näringslivet ska kunna växa i hela länet.",
        measure="Fördjupad målgruppsanalys och tematiska analyser om arbetsmarknad och ohälsa",
        description="Omvärldsanalys före start, med studieresor till Skottland och Örnsköldsvik.",
        responsible="Regional utveckling",
        state=MeasureState.DONE,
        status="Samverkansledningen har hållit ihop under hela perioden. Halveringen nåddes inte 2017, men nedgången "
        "fortsatte efter målåret.",
    ),
    Seat(
        organisation="Karlskrona kommun",
        kind=OrganisationKind.MUNICIPALITY,
        area="1080",
        benefit="Unga som kommer i arbete tidigt behöver mer sällan försörjningsstöd.",
        measure="Navigatorcentrum i Karlskrona",
        description="En dörr in för alla mellan 15 och 29 år, oavsett i vilken kommun de bor.",
        responsible="Arbetsmarknadsenheten",
        state=MeasureState.DONE,
        status="Karlskrona kom närmast målet bland länets kommuner. Samarbetet med gymnasieskolan gav mest.",
    ),
    Seat(
        organisation="Karlshamns kommun",
        kind=OrganisationKind.MUNICIPALITY,
        area="1082",
        benefit="Vi får pröva metoder som vi inte hade haft råd med ensamma.",
        measure="Navigatorcentrum i Karlshamn",
        description="En dörr in för alla mellan 15 och 29 år, oavsett i vilken kommun de bor.",
        responsible="Arbetsmarknadsenheten",
        state=MeasureState.ONGOING,
        note="Går över i ordinarie verksamhet.",
    ),
    Seat(
        organisation="Ronneby kommun",
        kind=OrganisationKind.MUNICIPALITY,
        area="1081",
        benefit="En gemensam ingång gör att unga slipper skickas mellan kommunen och Arbetsförmedlingen.",
        measure="Navigatorcentrum i Ronneby",
        description="En dörr in för alla mellan 15 och 29 år, oavsett i vilken kommun de bor.",
        responsible="Arbete och välfärd",
        state=MeasureState.DELAYED,
        note="Rekryteringen av coacher tog längre tid än planerat.",
        status="Vi började högst i länet efter Olofström och har fortfarande en bit kvar. Unga män följs upp särskilt.",
    ),
    Seat(
        organisation="Sölvesborgs kommun",
        kind=OrganisationKind.MUNICIPALITY,
        area="1083",
        benefit="Våra unga pendlar; därför måste stödet fungera över kommungränsen.",
        measure="Navigatorcentrum i Sölvesborg",
        description="En dörr in för alla mellan 15 och 29 år, oavsett i vilken kommun de bor.",
        responsible="Utbildningsförvaltningen",
        state=MeasureState.DONE,
    ),
    Seat(
        organisation="Olofströms kommun",
        kind=OrganisationKind.MUNICIPALITY,
        area="1060",
        benefit="Industrin behöver ungdomar med rätt utbildning, och ungdomarna behöver en första anställning.",
        measure="Navigatorcentrum i Olofström",
        description="En dörr in för alla mellan 15 och 29 år, oavsett i vilken kommun de bor.",
        responsible="Arbetsmarknadsenheten",
        state=MeasureState.ONGOING,
    ),
    Seat(
        organisation="Arbetsförmedlingen",
        kind=OrganisationKind.STATE_AGENCY,
        area=None,
        benefit="Kommunerna når unga som aldrig skriver in sig hos oss.",
        measure="Personal på plats i länets navigatorcentrum",
        description="Arbetsförmedlare deltar i det gemensamma arbetet i kommunerna.",
        responsible="Kundtjänst Blekinge",
        state=MeasureState.ONGOING,
    ),
    Seat(
        organisation="Länsstyrelsen i Blekinge län",
        kind=OrganisationKind.COUNTY_BOARD,
        area="10",
        benefit="Vi kan samordna statens insatser i länet med dem som kommunerna redan gör.",
        measure="Samordna statens stöd till länet",
        description="Del av statens krisstöd till Blekinge län används i det gemensamma arbetet.",
        responsible="Enheten för samhällsutveckling",
        state=MeasureState.DONE,
    ),
    Seat(
        organisation="Blekinge Tekniska Högskola",
        kind=OrganisationKind.UNIVERSITY,
        area="10",
        benefit="Fler unga i länet söker vidare till högre utbildning.",
        measure="Följa arbetet och återföra kunskap",
        description="Kunskapsstöd till samverkansledningen.",
        responsible="Samverkanskansliet",
        state=MeasureState.PLANNED,
    ),
)

FUNDING = (
    ("Europeiska socialfonden", True, date(2018, 12, 31)),
    ("Regionala tillväxtanslag", True, date(2018, 12, 31)),
    ("Del av statens krisstöd till Blekinge län", True, None),
)

ELSEWHERE = (
    ("Region Kronoberg", OrganisationKind.REGION, "07"),
    ("Växjö kommun", OrganisationKind.MUNICIPALITY, "0780"),
    ("Ljungby kommun", OrganisationKind.MUNICIPALITY, "0781"),
)
"""Parties of a collaboration that is not public, so that the demo shows what an outsider does not see."""
