"""The words of report.html and of the terminal in Swedish and English."""

from samverka.cli.placement.words.english import ENGLISH
from samverka.cli.placement.words.model import Words
from samverka.cli.placement.words.swedish import SWEDISH

__all__ = ["ENGLISH", "SWEDISH", "WORDS", "Words"]

WORDS = {"sv": SWEDISH, "en": ENGLISH}
