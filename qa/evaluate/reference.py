"""How near an answer comes to a reference answer in somebody else's words."""

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from corpus.figures import medicines_of, numbers_of
from index.types import Encoder

WORD = re.compile(r"\w+")
ARTICLES = {"a", "an", "the"}


@dataclass(frozen=True, slots=True)
class Nearness:
    """token_f1: shared words. similarity: cosine of the embeddings. facts: see `fact_overlap`."""

    token_f1: float
    similarity: float
    facts: float | None


def nearness(answer: str, reference: str, encoder: Encoder) -> Nearness:
    """Compare an answer with a reference; each figure lies between 0 and 1, the cosine between -1 and 1."""
    ours, theirs = encoder.encode([answer, reference])
    return Nearness(token_f1(answer, reference), float(ours @ theirs), fact_overlap(answer, reference))


def token_f1(answer: str, reference: str) -> float:
    """Give the harmonic mean of precision and recall over words, articles left out (SQuAD, Rajpurkar 2016)."""
    ours, theirs = _words(answer), _words(reference)
    shared = sum((Counter(ours) & Counter(theirs)).values())
    if not shared:
        return float(not ours and not theirs)
    precision, recall = shared / len(ours), shared / len(theirs)
    return 2 * precision * recall / (precision + recall)


def fact_overlap(answer: str, reference: str) -> float | None:
    """Give the share of the reference's numbers and medicines that the answer states, None where it has none."""
    wanted = _facts(reference)
    return len(wanted & _facts(answer)) / len(wanted) if wanted else None


def _facts(text: str) -> set[float | str]:
    return {*numbers_of(text), *medicines_of(text)}


def _words(text: str) -> Sequence[str]:
    return [word for word in WORD.findall(text.lower()) if word not in ARTICLES]
