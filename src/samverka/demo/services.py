"""Building the world of the demo: once, whole, and only where nothing real is."""

from datetime import date, datetime

from samverka.agreements.enums import AgreementKind
from samverka.agreements.models import Agreement
from samverka.collaborations.enums import PartyRole, Phase
from samverka.collaborations.models import ChosenIndicator, Collaboration, Party
from samverka.financing.models import Funding
from samverka.followup.models import StatusText
from samverka.foundation.access.actors import Actor
from samverka.foundation.access.models import User
from samverka.foundation.database.acting import acting_as
from samverka.goals.models import Goal
from samverka.goals.services import GoalDraft, adopt_goal
from samverka.organisations.models import Membership, Organisation
from samverka.plans.models import Measure
from samverka.statistics.enums import Polarity
from samverka.statistics.models import Indicator
from samverka.territory.models import Area

from . import world
from .ages import load_ages
from .cast import CAST, DOMAIN
from .figures import CHOSEN, load_figures
from .situation import load_situation

SLUG = "blekinges-unga-lyfter"


class NotADemoDatabase(Exception):
    """The database holds something that is not the demo's; nothing has been touched."""

    code = "not_a_demo_database"


def began_with_others(using: str = "default") -> bool:
    """Whether somebody who is not of the cast was here first: then the world is not the demo's.

    The cast are the first accounts of a demo. Whoever came after them was added inside it, by one of them.
    """
    first = User.objects.using(using).order_by("pk").values_list("email", flat=True)[: len(CAST)]
    return any(not email.endswith(f"@{DOMAIN}") for email in first)


def load_demo(*, now: datetime) -> Collaboration:
    """Build the demo's world, or find it built. One transaction: killed half-way, it leaves nothing.

    Raises:
        NotADemoDatabase: somebody who is not of the cast has an account here.
    """
    actor = Actor.system("samverka demo")
    with acting_as(actor):
        if began_with_others():
            raise NotADemoDatabase("The database holds accounts that are not the demo's.")
        built = Collaboration.objects.filter(slug=SLUG).first()
        if built is not None:
            _people()  # one built before may lack some of them
            return built
        load_figures(now)
        load_ages(now)
        collaboration = _blekinge(now)
        _elsewhere()
        _people()
        load_situation(collaboration)
        goal = _goal(actor, collaboration, now)
        _work(goal, now)
    return collaboration


def _blekinge(now: datetime) -> Collaboration:
    collaboration = Collaboration.objects.create(
        slug=SLUG,
        name="Blekinges unga lyfter",
        citizen_value="Fler unga i arbete eller studier, oavsett i vilken kommun de bor.",
        challenge="Nedlagd försvarsindustri, kris i fordonsindustrin, hög ungdomsarbetslöshet och misstro mellan "
        "samhällets aktörer. Ingen kommun, myndighet eller högskola har ensam rådighet över vägen till ett arbete.",
        area=Area.objects.get(code="10"),
        phase=Phase.CONCLUDED,
        starts_on=date(2013, 1, 1),
        ends_on=date(2018, 12, 31),
        is_public=True,
    )
    for seat in world.SEATS:
        organisation = Organisation.objects.create(
            kind=seat.kind,
            name=seat.organisation,
            area=Area.objects.get(code=seat.area) if seat.area else None,
        )
        Party.objects.create(
            collaboration=collaboration,
            organisation=organisation,
            role=seat.role,
            own_benefit=seat.benefit,
            joined_on=collaboration.starts_on,
        )
    Agreement.objects.create(
        collaboration=collaboration,
        kind=AgreementKind.AGREEMENT,
        title="Kraftsamling för halverad ungdomsarbetslöshet",
        summary="Region Blekinge samverkar med länets kommuner, Arbetsförmedlingen, länsstyrelsen och Blekinge "
        "Tekniska Högskola. Blekingerådet är regional politisk styrgrupp. Navigatorcentrum i alla kommuner är en "
        "dörr in för unga mellan 15 och 29 år. Första steget är att halvera ungdomsarbetslösheten till 2017; "
        "visionen är noll.",
        starts_on=collaboration.starts_on,
        ends_on=collaboration.ends_on,
        source=world.SKR,
    )
    Funding.objects.bulk_create(
        Funding(collaboration=collaboration, name=name, is_temporary=temporary, ends_on=ends_on, source=world.SKR)
        for name, temporary, ends_on in world.FUNDING
    )
    keys = dict(Indicator.objects.values_list("source_key", "pk"))
    ChosenIndicator.objects.bulk_create(
        ChosenIndicator(collaboration=collaboration, indicator_id=keys[described.key], order=order)
        for order, described in enumerate(CHOSEN)
    )
    return collaboration


def _elsewhere() -> None:
    """A second collaboration, not public: what an outsider in Blekinge does not see, and Eva does."""
    collaboration = Collaboration.objects.create(
        slug="barnens-basta-galler",
        name="Barnens bästa gäller",
        citizen_value="Barn och unga får stöd i tid, av dem som finns närmast.",
        challenge="Vård, skola, socialtjänst och polis ser var sin del av barnets vardag.",
        area=Area.objects.get(code="07"),
        phase=Phase.PREPARING,
        starts_on=date(2018, 1, 1),
        is_public=False,
    )
    for order, (name, kind, code) in enumerate(world.ELSEWHERE):
        organisation = Organisation.objects.create(kind=kind, name=name, area=Area.objects.get(code=code))
        Party.objects.create(
            collaboration=collaboration,
            organisation=organisation,
            role=PartyRole.LEAD if order == 0 else PartyRole.PARTY,
            joined_on=collaboration.starts_on,
        )


def _people() -> None:
    """The cast; whoever is there already stays as they are."""
    there = set(User.objects.filter(email__endswith=f"@{DOMAIN}").values_list("email", flat=True))
    for member in CAST:
        if member.email in there:
            continue
        person = User.objects.create_user(email=member.email, name=member.name, is_operator=member.is_operator)
        if member.role is None:
            continue
        Membership.objects.create(
            person=person,
            organisation=Organisation.objects.get(name=member.organisation),
            role=member.role,
            starts_on=date(2013, 1, 1),
        )


def _goal(actor: Actor, collaboration: Collaboration, now: datetime) -> Goal:
    return adopt_goal(
        actor=actor,
        collaboration=collaboration,
        draft=GoalDraft(
            name="Halverad ungdomsarbetslöshet till 2017",
            vision="Ingen ung i Blekinge ska vara arbetslös",
            indicator=Indicator.objects.get(source_key="N03921"),
            baseline_year=2013,
            target_year=2017,
            share_of_baseline=0.5,
            polarity=Polarity.LOWER,
            source=world.SKR,
            note="Samverkan vände sig till unga 15–29 år. Kolada har 16–24 år, och det är den serien som följs här.",
            is_public=True,
        ),
        adopted_on=date(2013, 1, 1),
        now=now,
    )


def _work(goal: Goal, now: datetime) -> None:
    parties = {party.organisation.name: party for party in goal.collaboration.parties.select_related("organisation")}
    for seat in world.SEATS:
        Measure.objects.create(
            goal=goal,
            party=parties[seat.organisation],
            title=seat.measure,
            description=seat.description,
            responsible=seat.responsible,
            starts_on=date(2013, 9, 1),
            ends_on=date(2018, 12, 31),
            state=seat.state,
            state_note=seat.note,
            changed_at=now,
            is_public=True,
        )
        if seat.status:
            StatusText.objects.create(
                party=parties[seat.organisation], text=seat.status, written_at=now, submitted_at=now
            )
