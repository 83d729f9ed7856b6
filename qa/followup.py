"""A follow-up question made to stand alone: what it leaves unsaid is taken from the writer's question before."""

import re
from collections.abc import Sequence

from qa.types import Turn

POINTING = re.compile(
    r"\b(it|its|that|this|they|them|their|those|these|there|then|he|she|the (first|second|last|other) one)\b"
    r"|^(and|but|so|or|also|what about|how about|why|really|how come|since when|for how long|how long|how often)\b",
    re.IGNORECASE,
)
SUBJECT = re.compile(
    r"\b(ketamine|esketamine|spravato|infusions?|drips?|spray|lozenges?|ect|tms|article|depression|ptsd|ocd|bipolar"
    r"|anxiety|fda|clinics?|antidepressants?|alcohol|pregnan\w+|driv\w+)\b",
    re.IGNORECASE,
)
SHORT = 4
"""A question of so few words that names no subject of its own is read as going on from the one before."""


def stand_alone(question: str, history: Sequence[Turn]) -> str:
    """Give a question that can be searched without its history; unchanged where it needs none."""
    earlier = [turn.content for turn in history if turn.role == "user" and turn.content.strip()]
    if not earlier or not _leaves_unsaid(question):
        return question
    return f"{earlier[-1].strip()} {question.strip()}"


def _leaves_unsaid(question: str) -> bool:
    if SUBJECT.search(question):
        return False
    return bool(POINTING.search(question.strip())) or len(question.split()) <= SHORT
