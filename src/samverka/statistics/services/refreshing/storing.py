"""A piece's figures, the answers they came in, what was refused, and that the piece is done: in one transaction."""

import hashlib
from collections.abc import Sequence
from datetime import datetime

from samverka.connectors.http import Answer
from samverka.connectors.rejections import Rejection
from samverka.foundation.access.actors import Actor
from samverka.foundation.database.acting import acting_as
from samverka.statistics.models import Indicator, RawAnswer, Refresh, RefreshChunk, Source
from samverka.statistics.services.importing import Facts, Told, take_in

from .pieces import Fetched, Piece

LISTED = 200
"""Refused rows of a piece that are kept; all are counted."""


def store(*, actor: Actor, refresh: Refresh, piece: Piece, fetched: Fetched, now: datetime, told: Told) -> None:
    """Take in what a piece gave. What `told` raises undoes the piece."""
    with acting_as(actor):
        # In order, so that two who hold several never wait for each other.
        held = {
            indicator.source_key: indicator
            for indicator in Indicator.objects.select_for_update(no_key=True, of=("self",))
            .filter(source=refresh.source, source_key__in=piece.indicators)
            .order_by("pk")
        }
        answers = _keep(refresh.source, fetched.answers)
        counts = {key: [0, 0, 0] for key in piece.indicators}
        added = revised = 0
        for key, frame in sorted(fetched.frames.items()):
            taken = take_in(
                actor=actor,
                indicator=held[key],
                facts=_facts(fetched, frame.height, answers),
                frame=frame,
                now=now,
                told=told,
            )
            counts[key] = [frame.height, taken.added, taken.revised]
            added += taken.added
            revised += taken.revised
        RefreshChunk.objects.create(
            refresh=refresh,
            key=piece.key,
            done_at=now,
            added=added,
            revised=revised,
            counts=counts,
            rejected=len(fetched.rejections),
            rejections=[_plain(rejection) for rejection in fetched.rejections[:LISTED]],
        )


def _facts(fetched: Fetched, rows: int, answers: Sequence[RawAnswer]) -> Facts:
    digest = hashlib.sha256("".join(answer.sha256 for answer in answers).encode()).hexdigest()
    return Facts(
        extracted_at=max(answer.fetched_at for answer in fetched.answers),
        file_name=answers[0].url[:255],
        file_sha256=answers[0].sha256 if len(answers) == 1 else digest,
        rows=rows,
        released_at=fetched.released_at,
        answers=answers,
    )


def _keep(source: Source, answers: Sequence[Answer]) -> list[RawAnswer]:
    """The answers as rows; one that has been kept before, word for word to the same question, is not kept again."""
    wanted = {(a.sha256, a.url, a.question): a for a in answers}
    known = {
        (kept.sha256, kept.url, bytes(kept.question)): kept
        for kept in RawAnswer.objects.filter(source=source, sha256__in={a.sha256 for a in answers}).defer("compressed")
    }
    new = [
        RawAnswer(
            source=source,
            url=answer.url,
            question=answer.question,
            fetched_at=answer.fetched_at,
            status=answer.status,
            headers=dict(answer.headers),
            sha256=answer.sha256,
            size=answer.size,
            compressed=answer.compressed,
        )
        for key, answer in wanted.items()
        if key not in known
    ]
    known |= {(kept.sha256, kept.url, bytes(kept.question)): kept for kept in RawAnswer.objects.bulk_create(new)}
    return [known[key] for key in wanted]


def _plain(rejection: Rejection) -> list[str]:
    return [rejection.reason.value, rejection.path, rejection.text]
