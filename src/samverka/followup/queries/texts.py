"""Who has said what about how it goes, and who has not."""

from dataclasses import dataclass
from typing import Final

from django.db import connections, router
from django.db.models import Exists, F, OuterRef, Q, QuerySet

from samverka.collaborations.enums import Phase
from samverka.collaborations.models import Collaboration, Party
from samverka.collaborations.queries import parties_of, seats_in
from samverka.followup.models import StatusText
from samverka.foundation.access.actions import Action
from samverka.foundation.access.actors import Actor, remembered_of
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


def draft_and_submitted(party: Party) -> tuple[StatusText | None, StatusText | None]:
    """The party's draft, and what it submitted last. For the party's own people. One query."""
    texts = StatusText.objects.filter(party=party).select_related("written_by")
    found: list[StatusText | None] = list(texts.order_by(F("submitted_at").desc(nulls_first=True), "-pk")[:2])
    if found and found[0] is not None and found[0].submitted_at is not None:
        found.insert(0, None)
    draft, submitted, *_older = [*found, None, None]
    return draft, submitted


def newest_of(party: Party) -> StatusText | None:
    """What the party is working on: its draft, or else what it submitted last. For the party's own people."""
    draft, submitted = draft_and_submitted(party)
    return draft or submitted


def who_has_not_answered(collaboration: Collaboration) -> list[Party]:
    """Parties that are still in and have not submitted any text. The caller has been let in as a party."""
    return list(_without_text(parties_of(collaboration)))


@dataclass(frozen=True)
class Said:
    """What the parties have said, without reading it.

    missing: how many that are still in have not submitted any text.
    made_of: tells one state of the parties, their organisations and their texts from another.
    """

    missing: int
    made_of: tuple[str | None, ...]


# Asked by every visit to the tab Styra, and therefore not put together anew. Of drafts PostgreSQL shows one's own.
_SAID: Final = """
    WITH party AS (SELECT * FROM collaborations_party WHERE collaboration_id = %s),
    text AS (SELECT * FROM followup_statustext WHERE party_id IN (SELECT id FROM party))
    SELECT
        (SELECT count(*) FROM party WHERE left_on IS NULL
            AND id NOT IN (SELECT party_id FROM text WHERE submitted_at IS NOT NULL)),
        (SELECT md5(string_agg(party::text, '' ORDER BY id)) FROM party),
        (SELECT md5(string_agg(text::text, '' ORDER BY id)) FROM text),
        (SELECT md5(string_agg(o::text, '' ORDER BY id)) FROM organisations_organisation o
            WHERE id IN (SELECT organisation_id FROM party))
"""


@remembered_of
def said_in(actor: Actor, collaboration: Collaboration) -> Said:
    """One query, once per request. The caller has been let in as a party; to anybody else PostgreSQL shows no text."""
    with connections[router.db_for_read(StatusText)].cursor() as cursor:
        cursor.execute(_SAID, [collaboration.pk])
        missing, *made_of = cursor.fetchone()
    return Said(missing, tuple(made_of))


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
