"""A question that asks several things, cut into the things it asks: each is searched for by itself."""

import re

from index.lexical import stems
from qa.followup import read, stand_alone
from qa.types import Turn

ASKING = (
    r"(?:what|who|whom|whose|how|when|where|why|which|is|are|was|were|do|does|did|can|could|will|would|should|shall"
    r"|has|have|had|must|may)\b"
)
OPENS = re.compile(rf"(?:(?:and|but|so|also|then)\s+)*(?:[\w' ]{{1,40}},\s+)?{ASKING}", re.IGNORECASE)
TOLD = re.compile(
    r"(?:has|have|had|was|were|am|is|are|do|does|did)\s+(?!(?:i|you|he|she|it|they|we|there|this|that|these|those|the|a|an|my"
    r"|your|his|her|our|their|any\w*|some\w*|people|patients|doctors|clinics|either|both|(?:es)?ketamine|spravato)\b)[^?]*\.?$",
    re.IGNORECASE,
)
"""The rest of a statement that was cut at "and": a verb without the subject that a question would put after it."""
JOINT = re.compile(
    rf"(?<=[?!;])\s+|(?<=[a-z][a-z]\.)\s+|,?\s+(?:and|but|or|also|plus)(?:\s+(?:also|then|so))?\s+(?={ASKING})",
    re.IGNORECASE,
)
COMPARED = re.compile(r"\b(?:between|compare[sd]?)\b(?!.*\b(?:and|with|to)\b)", re.IGNORECASE)
"""A comparison of which only one side has been named yet."""
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
    alone = [_with_what_follows(parts[0], parts[1])]
    for part in parts[1:MOST]:
        alone.append(stand_alone(part, [Turn("user", earlier) for earlier in alone]))
    return tuple(alone)


def tells(piece: str) -> bool:
    """Tell whether a piece that opens like a question is the end of a statement ("and have a bad heart")."""
    return TOLD.match(piece) is not None


def asks(sentence: str) -> bool:
    """Tell whether a sentence asks something: by its mark, or by how it opens."""
    return sentence.endswith("?") or OPENS.match(sentence) is not None


def _parts(question: str) -> list[str]:
    """Cut at the joints; a piece that asks nothing is kept with the next one, or with the one before it."""
    parts: list[str] = []
    start = after = 0
    for end, following in [*((joint.start(), joint.end()) for joint in JOINT.finditer(question)), (len(question),) * 2]:
        if _asks(question[after:end].strip()) and not COMPARED.search(question[after:end]):
            parts.append(question[start:end].strip())
            start = following
        after = following
    if parts and question[start:].strip():
        parts[-1] = f"{parts[-1]} {question[start:].strip()}"
    return parts


def _with_what_follows(part: str, following: str) -> str:
    """Give a part with what it asks about, where only the next one names that ("before and what happens after ...")."""
    own = read(part)
    return part if own.names else stand_alone(part, [Turn("user", following)])


def _asks(piece: str) -> bool:
    long_enough = len(piece.split()) >= LEAST_WORDS and bool(stems(piece))
    return long_enough and asks(piece) and not tells(piece)
