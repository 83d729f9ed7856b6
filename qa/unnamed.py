"""A question that does not name its medicine: whoever asks this chat "is it addictive?" asks about ketamine."""

import re

from index.readings import ANSWERABLE
from qa.followup import EMPTY_IT, FULL, IT, Said, read

SUBJECT = "ketamine"
LIGHT = 1.5
"""Weight of a question's words up to which its "it" stands for nothing that it names itself."""
SURE, SURE_OF_IT = 0.8, 0.6
"""Probability from which a question is answered that was only understood with the medicine named; less is asked for
where it stands in the place of an "it". Of ten such questions on other matters in `tests/bench/` none reaches them."""
DEFINED = re.compile(r"\bwhat(?: is|'?s|s)? it\W*$", re.IGNORECASE)


Way = tuple[str, float]
"""Words to search for, and the probability from which they count as answered."""


def ways(question: str) -> list[Way]:
    """Give the ways to understand a question, the likeliest first; its own words are the least demanding of them.

    question: one that stands alone, as far as the conversation could make it.
    """
    said, own = (question, ANSWERABLE), read(question)
    if (meant := _named(question, own)) != question:
        return [(meant, SURE_OF_IT), said]
    return [said, (meant, SURE)] if (meant := _fuller(question, own)) else [said]


def named(question: str) -> str:
    """Put the medicine in the place of an "it" that stands for nothing; otherwise give the question as it is."""
    return _named(question, read(question))


def _named(question: str, own: Said) -> str:
    if own.subjects or own.weight > LIGHT or len(IT.findall(question)) != 1 or _stands_for_itself(question, own):
        return question
    return IT.sub(SUBJECT, question)


def _fuller(question: str, own: Said) -> str:
    """Give a short question with the medicine named before it; empty where it names one, or says enough of itself."""
    if own.subjects or not own.words or not (own.leans or own.weight <= FULL) or own.weight > LIGHT:
        return ""
    return f"{SUBJECT} {question.strip()}"


def _stands_for_itself(question: str, own: Said) -> bool:
    """Tell whether an "it" is mere grammar ("is it safe to ...") or points back within the question."""
    return bool(EMPTY_IT.search(own.plain)) or (own.weight >= FULL and DEFINED.search(question) is not None)
