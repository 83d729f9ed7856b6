"""How well a quotable unit answers a question. The choice of sentences is behind the one function `score_units`.

A logistic model of six readings of a question and a unit. Its weights were fitted on the corpus's own asked_as
questions, each left out of the index in its turn, and on everyday medical questions that the corpus cannot answer
(`python tests/bench/choice.py` repeats the measurement; docs/decisions.md has the figures).
"""

from collections.abc import Sequence
from dataclasses import astuple, dataclass

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True, slots=True)
class Reading:
    """What is known of one unit against one question, each between 0 and 1.

    asked: cosine of the question and the nearest asked_as question of the passage, 0 where it has none.
    passage: cosine of the question and the passage under its headings. sentence: the same, best sentence of the unit.
    words: share of the question's content words, weighted by rarity, that stand in the unit or its headings.
    opening: 1 for the first unit of its passage. same_drug: 0 where question and unit speak of different forms.
    """

    asked: float
    passage: float
    sentence: float
    words: float
    opening: float
    same_drug: float


WEIGHTS = Reading(asked=6.0, passage=3.0, sentence=4.0, words=2.0, opening=1.0, same_drug=1.0)
BIAS = -9.0


def score_units(readings: Sequence[Reading]) -> NDArray[np.float64]:
    """Give, for each reading, how likely it is that the unit answers the question, between 0 and 1."""
    features = np.array([astuple(reading) for reading in readings], dtype=np.float64).reshape(-1, len(astuple(WEIGHTS)))
    logits = features @ np.array(astuple(WEIGHTS)) + BIAS
    return np.asarray(1 / (1 + np.exp(-logits)), dtype=np.float64)
