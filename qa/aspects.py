"""A question that asks several things, cut into the things it asks: each is searched for by itself."""

import re

from index.asking import ASKING, asks
from index.lexical import stems
from qa.followup import stand_alone
from qa.types import Turn

JOINT = re.compile(
    rf"(?<=[?!;])\s+|(?<=[a-z][a-z]\.)\s+|,?\s+(?:and|but|or|also|plus)(?:\s+(?:also|then|so))?\s+(?={ASKING})",
    re.IGNORECASE,
)
MOST = 3
"""Things of a question that are looked for."""
LEAST_WORDS = 3


def aspects(question: str) -> tuple[str, ...]:
    """Give the questions in a message, each to stand alone, in order; the message itself where it asks one thing.

    What is told before a question stays with it, and a later question takes over what it leaves unsaid.
    """
    parts = _parts(question)
    if len(parts) < 2:
        return (question,)
    alone = [parts[0]]
    for part in parts[1:MOST]:
        alone.append(stand_alone(part, [Turn("user", earlier) for earlier in alone]))
    return tuple(alone)


def _parts(question: str) -> list[str]:
    """Cut at the joints; a piece that asks nothing is kept with the next one, or with the one before it."""
    parts: list[str] = []
    told = ""
    for piece in (piece.strip() for piece in JOINT.split(question)):
        whole = f"{told} {piece}".strip()
        if _asks(piece):
            parts.append(whole)
            told = ""
        else:
            told = whole
    if told and parts:
        parts[-1] = f"{parts[-1]} {told}"
    return parts


def _asks(piece: str) -> bool:
    long_enough = len(piece.split()) >= LEAST_WORDS and bool(stems(piece))
    return long_enough and asks(piece)
