"""How often somebody has asked lately. Every question is a row of its own, so that no two can lose one another."""

from datetime import datetime, timedelta

from django.db import connection
from django.utils.crypto import salted_hmac

FORGOTTEN_AT_A_TIME = 200
"""Old questions that a new one clears away; more than come, so that none stay."""

# Rows that another question is clearing away are left to it. A question that is refused does not count.
_COUNT = """
WITH gone AS (
    DELETE FROM api_question WHERE id IN (
        SELECT id FROM api_question WHERE asked_at <= %(since)s ORDER BY asked_at LIMIT %(some)s FOR UPDATE SKIP LOCKED
    )
), lately AS (
    SELECT count(*) AS number, min(asked_at) AS first FROM api_question WHERE who = %(who)s AND asked_at > %(since)s
), added AS (
    INSERT INTO api_question (who, asked_at) SELECT %(who)s, %(now)s FROM lately WHERE number < %(limit)s RETURNING 1
)
SELECT EXISTS (SELECT FROM added), (SELECT first FROM lately)
"""


def ask(*, who: str, limit: int, seconds: int, now: datetime) -> float:
    """Count a question; seconds until the next may come, 0 when this one may.

    Questions that are being answered at this very moment do not see each other, so a caller can be that many over the
    limit once. All of them count from then on.
    """
    digest = salted_hmac("samverka.api.counting", who, algorithm="sha256").hexdigest()
    given: dict[str, str | int | datetime] = {
        "who": digest,
        "limit": limit,
        "now": now,
        "since": now - timedelta(seconds=seconds),
        "some": FORGOTTEN_AT_A_TIME,
    }
    with connection.cursor() as cursor:
        cursor.execute(_COUNT, given)
        may, first = cursor.fetchone()
    return 0.0 if may else max(0.0, seconds - (now - first).total_seconds())
