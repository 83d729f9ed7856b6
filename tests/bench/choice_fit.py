"""Fits the second and the third model of `index/readings.py`; see `choice.py`."""

from collections.abc import Sequence
from dataclasses import dataclass, fields

import numpy as np
from numpy.typing import NDArray
from sklearn.linear_model import LogisticRegression

from index.readings import Answerable, Below, Model, Reading, signs, unit_signs

FOLDS = 5
RIGHT, NEAR, WRONG = 1, 2, 0
STRENGTH = {"unit": 1.0, "question": 0.3}
"""Inverse of the regularisation."""
COUNTS = {"written": 2.0, "own": 0.15, "near_miss": 3.0, "far": 3.0, "kqa": 2.0}
"""What a question of a source counts for in the third model, 1 elsewhere: few were written, many are our own."""

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Asked:
    """What the units that are read say to a question, and which of them are right; looked: of all that were seen."""

    source: str
    readings: tuple[Reading, ...]
    logits: tuple[float, ...]
    stems: int
    labels: NDArray[np.int64]
    looked: NDArray[np.int64]

    @property
    def known(self) -> tuple[tuple[Reading, ...], tuple[float, ...], int]:
        """What the models are given."""
        return self.readings, self.logits, self.stems


@dataclass(frozen=True, slots=True)
class Fit:
    """The two models."""

    second: Model
    answers: Answerable


def fit(asked: Sequence[Asked]) -> Fit:
    """Fit both models on all questions."""
    second = _second(asked)
    return Fit(second, _answers(asked, second))


def crossed(asked: Sequence[Asked]) -> list[Fit]:
    """Give for each question a fit that has not seen it: one of five."""
    folds = [fit([one for place, one in enumerate(asked) if place % FOLDS != fold]) for fold in range(FOLDS)]
    return [folds[place % FOLDS] for place in range(len(asked))]


def _second(asked: Sequence[Asked]) -> Model:
    """Fit on what is clearly right or wrong; a unit that is near counts as neither."""
    with_units = [one for one in asked if one.readings]
    features = np.vstack([unit_signs(*one.known)[one.labels != NEAR] for one in with_units])
    labels = np.concatenate([one.labels[one.labels != NEAR] for one in with_units])
    weights, bias = _logistic(features, labels, STRENGTH["unit"])
    size = len(fields(Reading))
    return Model(Reading(*weights[:size]), bias, weights[size], Below(*weights[size + 2 :]), weights[size + 1])


def _answers(asked: Sequence[Asked], second: Model) -> Answerable:
    with_units = [one for one in asked if one.readings]
    features = np.array([signs(second, *one.known) for one in with_units])
    labels = np.array([one.source in ("written", "own") for one in with_units])
    counts = np.array([COUNTS.get(one.source, 1.0) for one in with_units])
    weights, bias = _logistic(features, labels, STRENGTH["question"], counts)
    return Answerable(*weights, bias=bias)


def _logistic(
    features: Floats, labels: NDArray[np.generic], strength: float, counts: Floats | None = None
) -> tuple[list[float], float]:
    scale = features.std(axis=0) + 1e-9
    model = LogisticRegression(C=strength, max_iter=3000).fit(features / scale, labels, sample_weight=counts)
    return [round(float(value), 2) for value in model.coef_[0] / scale], round(float(model.intercept_[0]), 2)
