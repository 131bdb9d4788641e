"""Who has said what about how it goes, and who has not."""

from dataclasses import dataclass

from django.db.models import Exists, OuterRef, Q, QuerySet

from samverka.collaborations.enums import Phase
from samverka.collaborations.models import Collaboration, Party
from samverka.collaborations.queries import parties_of, seats_in
from samverka.followup.models import StatusText
from samverka.foundation.access.actions import Action
from samverka.foundation.access.actors import Actor
from samverka.foundation.access.rules import allows, permitted


def latest_submitted(collaboration: Collaboration) -> dict[int, StatusText]:
    """The latest submitted text of each party that has one, by the party's key. One query.

    The caller has been let in as a party; to anybody else PostgreSQL shows no text.
    """
    submitted = StatusText.objects.filter(party__collaboration=collaboration, submitted_at__isnull=False)
    newest = submitted.order_by("party_id", "-submitted_at", "-pk").distinct("party_id")
    return {text.party_id: text for text in newest}


def own_draft(actor: Actor, party: Party) -> StatusText | None:
    """The draft that the actor's own party has not submitted yet; None to everybody else."""
    readable = permitted(actor, Action.READ, StatusText.objects.select_related("written_by"))
    return readable.filter(party=party, submitted_at=None).first()


def newest_of(party: Party) -> StatusText | None:
    """What the party is working on: its draft, or else what it submitted last. For the party's own people."""
    texts = StatusText.objects.filter(party=party).select_related("written_by")
    return texts.filter(submitted_at=None).first() or texts.order_by("-submitted_at", "-pk").first()


def who_has_not_answered(collaboration: Collaboration) -> list[Party]:
    """Parties that are still in and have not submitted any text. The caller has been let in as a party."""
    return list(_without_text(parties_of(collaboration)))


def without_text(collaboration: Collaboration) -> QuerySet[Party]:
    """The same in no order, to be counted."""
    return _without_text(collaboration.parties.all())


def unanswered_by(actor: Actor) -> list[Party]:
    """Parties that the actor writes for and that have not said how it goes, where work has begun. One query."""
    parties = permitted(actor, Action.WRITE_STATUS, Party.objects.select_related("organisation", "collaboration"))
    return list(_without_text(parties.exclude(collaboration__phase=Phase.PREPARING)).order_by("pk"))


@dataclass(frozen=True)
class Answer:
    """One party and what it says."""

    party: Party
    text: StatusText | None
    is_own: bool
    may_write: bool
    draft: StatusText | None


@dataclass(frozen=True)
class Answers:
    """What the parties say beside each other: the actor's own first, those who have not answered last."""

    answers: list[Answer]

    @property
    def answered(self) -> int:
        return sum(answer.text is not None for answer in self.answers)

    @property
    def missing(self) -> list[Party]:
        return [answer.party for answer in self.answers if answer.text is None and answer.party.left_on is None]


def answers_in(actor: Actor, collaboration: Collaboration) -> Answers | None:
    """What the parties say, for one of them; None for everybody else. Three queries."""
    own = {seat.party_id for seat in seats_in(actor, collaboration)}
    if not own:
        return None
    texts = latest_submitted(collaboration)
    drafts = {text.party_id: text for text in StatusText.objects.filter(party_id__in=own, submitted_at=None)}
    answers = [
        Answer(
            party=party,
            text=texts.get(party.pk),
            is_own=party.pk in own,
            may_write=allows(actor, Action.WRITE_STATUS, party),
            draft=drafts.get(party.pk),
        )
        for party in parties_of(collaboration)
        if party.left_on is None or party.pk in texts
    ]
    return Answers(sorted(answers, key=lambda answer: (not answer.is_own, answer.text is None)))


def _without_text(parties: QuerySet[Party]) -> QuerySet[Party]:
    submitted = StatusText.objects.filter(party=OuterRef("pk"), submitted_at__isnull=False)
    return parties.filter(~Q(Exists(submitted)), left_on=None)
