"""Ways to score sentences against a question: the trained reader, cosine of the bundled encoder, and BM25."""

from collections.abc import Callable, Iterable, Sequence
from typing import Protocol

import numpy as np
from baselines import Words
from numpy.typing import NDArray

from index.reader import pair_text
from index.training.groups import Candidate
from index.types import Encoder

Scores = NDArray[np.float64]
Scorer = Callable[[str, Sequence[Candidate]], Scores]
"""From a question and sentences to one score each, higher is better."""


class Reads(Protocol):
    """What is asked of a reader."""

    def logits(self, question: str, texts: Sequence[str]) -> NDArray[np.float32]:
        """Give one logit a text."""
        ...


def by_reader(reader: Reads) -> Scorer:
    """Score by the reader's logit of the sentence in its context."""

    def score(question: str, candidates: Sequence[Candidate]) -> Scores:
        texts = [pair_text(candidate.text, candidate.context) for candidate in candidates]
        return np.asarray(reader.logits(question, texts), dtype=np.float64)

    return score


def by_cosine(encoder: Encoder, sentences: Iterable[str]) -> Scorer:
    """Score by cosine of question and sentence. sentences: all that will be scored, embedded once."""
    texts = list(dict.fromkeys(sentences))
    vectors = dict(zip(texts, encoder.encode(texts), strict=True))

    def score(question: str, candidates: Sequence[Candidate]) -> Scores:
        rows = np.array([vectors[candidate.text] for candidate in candidates], dtype=np.float64)
        return rows @ encoder.encode([question])[0].astype(np.float64)

    return score


def by_words(sentences: Iterable[str]) -> Scorer:
    """Score by BM25, the rarity of words taken over all `sentences`."""
    texts = list(dict.fromkeys(sentences))
    places = {text: place for place, text in enumerate(texts)}
    words = Words(texts)

    def score(question: str, candidates: Sequence[Candidate]) -> Scores:
        scores = words.scores(question)
        return np.asarray(scores[[places[candidate.text] for candidate in candidates]], dtype=np.float64)

    return score
