"""How well a quotable unit answers a question. The choice of sentences is behind the one function `score_units`.

A logistic model of six readings of a question and a unit. Its weights come from a fit on half of the corpus's own
asked_as questions, each left out of the index in its turn, and on everyday medical questions that the corpus cannot
answer (`python tests/bench/choice.py` repeats the measurement; docs/decisions.md has the figures).
"""

from collections.abc import Sequence
from dataclasses import astuple, dataclass

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True, slots=True)
class Reading:
    """What is known of one unit against one question, each between 0 and 1.

    asked: see `nearness`, of the nearest question that the passage answers: its heading or an asked_as line.
    passage: cosine of the question and the passage under its headings. sentence: the same, best sentence of the unit.
    words: share of the question's content words, weighted by rarity, that stand in the unit or its headings.
    opening: 1 for the first unit of its passage, and for any unit of a clinic's page, which has no order of merit.
    same_drug: 0 where question and unit speak of different forms.
    """

    asked: float
    passage: float
    sentence: float
    words: float
    opening: float
    same_drug: float


WEIGHTS = Reading(asked=2.3, passage=2.5, sentence=2.0, words=2.6, opening=2.0, same_drug=1.0)
"""The fit, rounded; `opening` and `same_drug` are set higher than fitted (0.3 and 0.0): a guide answers in its first
sentence, and a sentence about the other medicine misleads even where it is near."""
BIAS = -6.3
UNRELATED = 0.6
"""Cosine up to which two questions merely share a topic."""


def nearness(cosine: float) -> float:
    """Give 0 for two questions that merely share a topic, 1 for the same question, and little in between."""
    return max(0.0, (cosine - UNRELATED) / (1 - UNRELATED)) ** 2


def score_units(readings: Sequence[Reading]) -> NDArray[np.float64]:
    """Give, for each reading, how likely it is that the unit answers the question, between 0 and 1."""
    features = np.array([astuple(reading) for reading in readings], dtype=np.float64).reshape(-1, len(astuple(WEIGHTS)))
    logits = features @ np.array(astuple(WEIGHTS)) + BIAS
    return np.asarray(1 / (1 + np.exp(-logits)), dtype=np.float64)
