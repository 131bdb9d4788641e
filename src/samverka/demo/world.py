"""The world of the demo, as plain data: Blekinge's collaboration on youth unemployment, and one elsewhere.

Facts: SKR 2020 (parties, agreement, funding, navigator centres, study visits, goal) and Kolada (figures, in `facts/`,
also where a text quotes them). Made up: people, own benefits, statuses, status texts, notes and comments; the demo says
so on every page, and a note's source does.
"""

from dataclasses import dataclass
from datetime import date

from samverka.collaborations.enums import PartyRole
from samverka.organisations.enums import OrganisationKind
from samverka.picture.enums import NoteKind
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


@dataclass(frozen=True, kw_only=True)
class Beside:
    """A note that one of the cast (`by`, a key) writes beside an indicator; without one in the focus area of work."""

    by: str
    on: date
    kind: NoteKind
    text: str
    source: str
    indicator: str = ""
    from_year: int | None = None
    to_year: int | None = None
    is_public: bool = False


@dataclass(frozen=True, kw_only=True)
class Remark:
    """A comment of one of the cast (`by`, a key) at a figure: an indicator in an area and a year."""

    by: str
    indicator: str
    area: str
    year: int
    text: str


@dataclass(frozen=True, kw_only=True)
class Reading:
    """A day on which figures of what Blekinge follows were read in, up to a year.

    Afterwards people write, and the picture is frozen if there is a `title`: so there is something to compare with.
    """

    on: date
    to_year: int
    notes: tuple[Beside, ...] = ()
    remarks: tuple[Remark, ...] = ()
    title: str = ""


READINGS = (
    Reading(
        on=date(2024, 9, 2),
        to_year=2017,
        notes=(
            Beside(
                by="anna",
                on=date(2013, 2, 11),
                kind=NoteKind.VISIT,
                text="Före start gjordes en omvärldsanalys, med studieresor till Skottland och Örnsköldsvik.",
                source=SKR,
                to_year=2013,
                is_public=True,
            ),
            Beside(
                by="bengt",
                on=date(2016, 11, 24),
                kind=NoteKind.FOCUS_GROUP,
                indicator="N02797",
                text="Tolv unga i Olofström säger samma sak: de vill ha en person att vända sig till, inte fler "
                "blanketter. Flera slutade söka hjälp när handläggaren byttes.",
                source="Påhittat exempel: fokusgrupp i Olofström, november 2016",
                from_year=2016,
                to_year=2016,
            ),
            Beside(
                by="anna",
                on=date(2018, 10, 9),
                kind=NoteKind.INTERVIEW,
                indicator="N15428",
                text="Behörigheten i länet sjönk från 85,1 procent 2015 till 79,6 procent 2016. Skolcheferna pekar på "
                "att fler elever hade kommit till Sverige strax innan de gick ut nian.",
                source="Påhittat exempel: samtal med länets skolchefer",
                from_year=2016,
                to_year=2018,
                is_public=True,
            ),
        ),
        remarks=(
            Remark(
                by="bengt",
                indicator="N03921",
                area="1060",
                year=2017,
                text="2013 var vi högst i länet, med 17,8 procent. Nu är det 10,1. Hälften är 8,9, så en bit är kvar.",
            ),
        ),
        title="Siffrorna till och med målåret 2017",
    ),
    Reading(
        on=date(2024, 9, 5),
        to_year=2020,
        notes=(
            Beside(
                by="anna",
                on=date(2024, 9, 5),
                kind=NoteKind.SCAN,
                indicator="N03921",
                text="Pandemin syns: 2020 steg ungdomsarbetslösheten i hela landet, i Blekinge från 7,1 till 8,3 "
                "procent. Det säger mer om konjunkturen än om navigatorcentrum.",
                source="Kolada N03921. Tolkningen är ett påhittat exempel",
                from_year=2020,
                to_year=2020,
                is_public=True,
            ),
        ),
        title="Siffrorna till och med 2020",
    ),
    Reading(
        on=date(2024, 9, 9),
        to_year=2022,
        remarks=(
            Remark(
                by="anna",
                indicator="N03921",
                area="10",
                year=2021,
                text="Här nås halveringen, fyra år efter målåret.",
            ),
        ),
    ),
)
"""In their order. The dates are the story's; the figures were taken out of Kolada on 30 August 2024."""

ELSEWHERE = (
    ("Region Kronoberg", OrganisationKind.REGION, "07"),
    ("Växjö kommun", OrganisationKind.MUNICIPALITY, "0780"),
    ("Ljungby kommun", OrganisationKind.MUNICIPALITY, "0781"),
)
"""Parties of a collaboration that is not public, so that the demo shows what an outsider does not see."""
