"""What is known of quotable units against a question, and the probabilities that are made of it.

Three logistic models over the same readings: the first chooses which units the reader reads; the second, with the
reader's logit, says which unit answers best; the third, whether any of them answers. They are fitted by
`python tests/bench/choice.py --fit` on questions that the reader was not trained on; docs/decisions.md has the figures
and the curve behind the threshold.
"""

from collections.abc import Sequence
from dataclasses import astuple, dataclass, fields
from math import log
from operator import attrgetter

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Reading:
    """What is known of one unit against one question.

    asked, passage_asked: see `nearness`, of the nearest question that the unit, or any part of its passage, answers.
    The first unit of a guide's passage answers what the passage as a whole is asked. In a passage whose sentences came
    without questions, such as a clinic's, what they say stands for them: the square of the cosine of question and
    sentence.
    passage: cosine of the question and the passage under its headings. sentence: the same, best sentence of the unit.
    words: share of the question's content words, weighted by rarity, that stand in the unit or its headings.
    lexical: BM25 of the passage, as a share of the best one's. fused: reciprocal rank fusion, between 0 and 1.
    opening: 1 for the first unit of its passage. leading: 1 in guides, which answer head-on. A clinic's page has no
    order of merit: both are 1 for any unit of it. same_drug: 0 where question and unit speak of different forms.
    fits: how much of what the question asks for by its form, such as a number or a year, the unit holds.
    general: 0 where the question says little, and the unit is about an illness or a group that it does not speak of.
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
    fits: float
    general: float


@dataclass(frozen=True, slots=True)
class Below:
    """How far a unit stands below the best of its question: each <= 0, 0 for the best."""

    asked: float
    passage: float
    sentence: float
    words: float
    reader: float


@dataclass(frozen=True, slots=True)
class Model:
    """A logistic model of the readings of one question's units.

    reader: weight of the reader's logit, 0 where it is not asked. below: of how far each reading stands below the best
    one. length: of the logarithm of the question's number of stems, since a long question is covered less by anything.
    """

    weights: Reading
    bias: float
    reader: float = 0.0
    below: Below = Below(0.0, 0.0, 0.0, 0.0, 0.0)
    length: float = 0.0

    def logits(self, readings: Sequence[Reading], read: Sequence[float] | None = None, stems: int = 1) -> Floats:
        """Give the model's logit of each unit. read: the reader's logits, in the same order. stems: of the question."""
        weights = np.array([*astuple(self.weights), self.reader, self.length, *astuple(self.below)])
        return np.asarray(
            unit_signs(readings, [0.0] * len(readings) if read is None else read, stems) @ weights + self.bias
        )


@dataclass(frozen=True, slots=True)
class Answerable:
    """A logistic model of whether any of the units answers.

    unit: weight of the best unit's logit by SECOND. asked to words: of the highest reading of any unit, reader: of the
    highest logit of the reader. own_asked to own_reader: of what the best unit itself reads. length: as in Model.
    """

    unit: float
    asked: float
    passage_asked: float
    passage: float
    sentence: float
    words: float
    reader: float
    own_asked: float
    own_sentence: float
    own_words: float
    own_reader: float
    length: float
    bias: float

    def probability(self, readings: Sequence[Reading], read: Sequence[float], stems: int) -> float:
        """Give the probability that one of the units answers a question of so many stems.

        0 where there is none, 1 where the question is one that the material knows.
        """
        if not readings:
            return 0.0
        if is_known(readings):
            return 1.0
        weights = np.array(astuple(self))
        return float(probability(np.array([signs(SECOND, readings, read, stems) @ weights[:-1] + weights[-1]]))[0])


def unit_signs(readings: Sequence[Reading], read: Sequence[float], stems: int) -> Floats:
    """Give what the weights of a Model apply to, shape (units, weights): its fields in order, `below` last."""
    features = _features(readings)
    logits = np.asarray(read, dtype=np.float64)
    beside = np.column_stack([*(features[:, _PLACES[name]] for name in _COMPARED), logits])
    length = np.full(len(logits), log(max(stems, 1)))
    return np.column_stack([features, logits, length, beside - beside.max(axis=0, initial=-np.inf)])


def signs(model: Model, readings: Sequence[Reading], read: Sequence[float], stems: int) -> Floats:
    """Give what the weights of Answerable apply to, shape (12,), the units ordered by `model`."""
    logits = model.logits(readings, read, stems)
    best = int(np.argmax(logits))
    features = _features(readings)
    highest = [features[:, _PLACES[name]].max() for name in ("asked", "passage_asked", "passage", "sentence", "words")]
    own = [features[best, _PLACES[name]] for name in ("asked", "sentence", "words")]
    return np.array([logits[best], *highest, max(read), *own, read[best], log(max(stems, 1))], dtype=np.float64)


_VALUES = attrgetter(*(field.name for field in fields(Reading)))
_PLACES = {field.name: place for place, field in enumerate(fields(Reading))}
_COMPARED = tuple(field.name for field in fields(Below) if field.name != "reader")

FIRST = Model(
    Reading(asked=11.69, passage_asked=3.78, passage=-1.94, sentence=13.1, words=9.42, lexical=0.23, fused=4.39,
            opening=0.51, leading=-0.09, same_drug=1.55, fits=2.67, general=1.5),
    bias=-19.12,
)  # fmt: skip
SECOND = Model(
    Reading(asked=4.9, passage_asked=0.27, passage=-0.76, sentence=0.46, words=2.45, lexical=-0.46, fused=3.69,
            opening=0.22, leading=0.01, same_drug=0.67, fits=0.61, general=1.5),
    bias=-9.98,
    reader=0.49,
    below=Below(asked=0.41, passage=-1.66, sentence=3.36, words=0.38, reader=0.25),
    length=1.25,
)  # fmt: skip
ANSWERS = Answerable(
    unit=0.28, asked=2.61, passage_asked=4.65, passage=1.8, sentence=-1.29, words=1.57, reader=0.65,
    own_asked=0.3, own_sentence=-1.16, own_words=0.83, own_reader=0.07, length=1.63, bias=-4.55,
)  # fmt: skip
"""The three fits as they are."""
ANSWERABLE = 0.35
"""Probability by ANSWERS from which a question is answered; docs/decisions.md has the trade-off it was chosen on."""
KNOWN = 0.8
"""Nearness from which a question is taken to be one that the material knows: a cosine of 0.96."""
UNRELATED = 0.6
"""Cosine up to which two questions merely share a topic."""


def is_known(readings: Sequence[Reading]) -> bool:
    """Tell whether the question of these readings is one that the material knows."""
    return any(max(reading.asked, reading.passage_asked) >= KNOWN for reading in readings)


def nearness(cosine: float) -> float:
    """Give 0 for two questions that merely share a topic, 1 for the same question, and little in between."""
    return max(0.0, (cosine - UNRELATED) / (1 - UNRELATED)) ** 2


def probability(logits: Floats) -> Floats:
    """Give the logistic function of each logit."""
    return np.asarray(1 / (1 + np.exp(-logits)), dtype=np.float64)


def _features(readings: Sequence[Reading]) -> Floats:
    """Give the readings as an array, shape (len(readings), readings of one unit)."""
    return np.array(list(map(_VALUES, readings)), dtype=np.float64).reshape(-1, len(fields(Reading)))
