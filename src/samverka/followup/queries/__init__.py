"""Reading status texts, and what a party gets back for its own."""

from .comparison import Comparison, Row, comparisons_for
from .paragraph import answer_of, paragraph_of
from .texts import (
    Answers,
    answers_in,
    draft_and_submitted,
    latest_submitted,
    newest_of,
    own_draft,
    said_in,
    unanswered_by,
    who_has_not_answered,
)

__all__ = [
    "Answers",
    "Comparison",
    "Row",
    "answer_of",
    "answers_in",
    "comparisons_for",
    "draft_and_submitted",
    "latest_submitted",
    "newest_of",
    "own_draft",
    "paragraph_of",
    "said_in",
    "unanswered_by",
    "who_has_not_answered",
]
