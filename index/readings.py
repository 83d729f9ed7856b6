"""What is known of a quotable unit against a question, and the one probability that is made of it.

Two logistic models over the same readings: the first chooses which units the reader reads; the second, with the
reader's logit, says how likely a unit answers. Both are fitted by `python tests/bench/choice.py --fit` on questions of
ours that the reader was not trained on; docs/benchmarks.md has the figures and the curve behind the threshold.
"""

from collections.abc import Sequence
from dataclasses import astuple, dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Reading:
    """What is known of one unit against one question.

    asked, passage_asked: see `nearness`, of the nearest question that the unit, or any part of its passage, answers. In
    a passage whose sentences came without questions, such as a clinic's, what they say stands for them: the square of
    the cosine of question and sentence.
    passage: cosine of the question and the passage under its headings. sentence: the same, best sentence of the unit.
    words: share of the question's content words, weighted by rarity, that stand in the unit or its headings.
    lexical: BM25 of the passage, as a share of the best one's. fused: reciprocal rank fusion, between 0 and 1.
    opening: 1 for the first unit of its passage. leading: 1 in guides, which answer head-on. A clinic's page has no
    order of merit: both are 1 for any unit of it. same_drug: 0 where question and unit speak of different forms.
    """

    asked: float
    passage_asked: float
    passage: float
    sentence: float
    words: float
    lexical: float
    fused: float
    opening: float
    leading: float
    same_drug: float


@dataclass(frozen=True, slots=True)
class Model:
    """A logistic model of the readings. reader: weight of the reader's logit, 0 where it is not asked."""

    weights: Reading
    bias: float
    reader: float = 0.0

    def logits(self, readings: Sequence[Reading], read: Sequence[float] | None = None) -> Floats:
        """Give the model's logit of each unit. read: the reader's logits, in the same order."""
        features = np.array([astuple(reading) for reading in readings], dtype=np.float64)
        known = features.reshape(-1, len(astuple(self.weights))) @ np.array(astuple(self.weights)) + self.bias
        if read is not None:
            known = known + self.reader * np.asarray(read, dtype=np.float64)
        return np.asarray(known, dtype=np.float64)


FIRST = Model(
    Reading(asked=6.13, passage_asked=-1.98, passage=-7.63, sentence=8.5, words=2.95, lexical=2.56, fused=4.27,
            opening=0.77, leading=0.26, same_drug=0.5),
    bias=-11.66,
)  # fmt: skip
SECOND = Model(
    Reading(asked=4.47, passage_asked=-1.02, passage=-3.43, sentence=4.92, words=2.46, lexical=1.1, fused=2.84,
            opening=0.4, leading=0.08, same_drug=0.5),
    bias=-8.96,
    reader=0.58,
)  # fmt: skip
"""The fits as they are, but for `same_drug` of the second: fitted at -0.31, set to what the first one gives, since a
sentence about the other medicine misleads even where it is near; its bias is lowered by the difference."""
UNRELATED = 0.6
"""Cosine up to which two questions merely share a topic."""


def nearness(cosine: float) -> float:
    """Give 0 for two questions that merely share a topic, 1 for the same question, and little in between."""
    return max(0.0, (cosine - UNRELATED) / (1 - UNRELATED)) ** 2


def probability(logits: Floats) -> Floats:
    """Give the logistic function of each logit."""
    return np.asarray(1 / (1 + np.exp(-logits)), dtype=np.float64)
