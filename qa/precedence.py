"""Who speaks first: a guide before a source, a clinic's own words where only it can know, a label before a clinic."""

import re

from corpus.types import FACT_KINDS, DocumentKind

GUIDE_BONUS = 0.05
"""A guide opens the answer unless a source is better by more than this: it is written to be read on its own."""
CLINIC_MALUS = 0.2
"""A clinic's own words add to the curated ones, and open an answer only where these are less fitting by this much."""
OWN_BONUS = 0.5
"""What only the clinic knows, it says first."""
RULING = FACT_KINDS.index("regulator")
"""Labels and regulators, by their place in the order of kinds: they rule what is done with a medicine."""
OWN_MATTER = re.compile(
    r"\b(your (clinic|cent(?:er|re)|practice|office|address|hours|prices?|fees?|team|website|policy|location|rooms?)"
    r"|do you (have|offer|take|accept|do|give|treat|see|open|close|provide)|are you|opening"
    r"|(?:open|close[sd]?)(?= (?:on|at|till|until|to)\b|\W*$)|(?:office|business|clinic|what) hours|address"
    r"|where (?:is|are) (?:the|this|your|you)|location|located|directions?|park(ing)?|phone"
    r"|(?:phone|contact) number|email|appointments?|book(ing)?|cancel\w*|reschedul\w*|how much (is"
    r"|are|do(es)?|will)|price[sd]?|cost[s]?|fees?"
    r"|charge[sd]?|pay(ment)?|(?:who|which|how many)(?: \w+){0,3} (?:staff|nurses?|doctors?)|wheelchair|languages?)\b",
    re.IGNORECASE,
)


def is_own_matter(question: str) -> bool:
    """Tell whether a question is about hours, place, price or people: what a clinic alone can answer for itself."""
    return OWN_MATTER.search(question) is not None


def preference(kind: DocumentKind, score: float, *, own_matter: bool) -> float:
    """Give the score by which units are ordered for the opening of an answer."""
    if kind == "clinic":
        return score + (OWN_BONUS if own_matter else -CLINIC_MALUS)
    return score + (GUIDE_BONUS if kind == "guide" else 0.0)
