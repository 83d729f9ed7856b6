"""Fits the three models of `index/readings.py`; see `choice.py`."""

from collections.abc import Sequence
from dataclasses import dataclass, fields, replace

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize
from sklearn.linear_model import LogisticRegression

from index.readings import Answerable, Below, Model, Reading, signs, unit_signs

FOLDS = 5
SIZE = len(fields(Reading))
RIGHT, NEAR, WRONG = 1, 2, 0
STRENGTH = {"unit": 1.0, "question": 0.3}
"""Inverse of the regularisation."""
SEEN_COUNTS = {"written": 1.0, "own": 0.3}
"""What a question of a source counts for in the first model."""
GENERAL = 1.5
"""Weight of the reading `general` in the first two models, set by judgement: none of these questions asks for it."""
COUNTS = {"written": 2.0, "own": 0.15, "near_miss": 3.0, "far": 3.0, "kqa": 2.0}
"""What a question of a source counts for in the third model, 1 elsewhere: few were written, many are our own."""

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Asked:
    """What the units that are read say to a question, and which of them are right.

    seen, looked: readings and labels of all units that were looked at, from which those that are read were chosen.
    """

    source: str
    readings: tuple[Reading, ...]
    logits: tuple[float, ...]
    stems: int
    labels: NDArray[np.int64]
    seen: tuple[Reading, ...]
    looked: NDArray[np.int64]

    @property
    def known(self) -> tuple[tuple[Reading, ...], tuple[float, ...], int]:
        """What the models are given."""
        return self.readings, self.logits, self.stems


@dataclass(frozen=True, slots=True)
class Fit:
    """The three models."""

    first: Model
    second: Model
    answers: Answerable


def fit(asked: Sequence[Asked]) -> Fit:
    """Fit the models on all questions. The units that are read stay those that today's first model chose."""
    second = _second(asked)
    return Fit(_first(asked), second, _answers(asked, second))


def crossed(asked: Sequence[Asked]) -> list[Fit]:
    """Give for each question a fit that has not seen it: one of five."""
    folds = [fit([one for place, one in enumerate(asked) if place % FOLDS != fold]) for fold in range(FOLDS)]
    return [folds[place % FOLDS] for place in range(len(asked))]


def _first(asked: Sequence[Asked]) -> Model:
    """Fit how likely a right unit is drawn from all that were seen, by their softmax; what is near is left out."""
    used = [one for one in asked if one.source in SEEN_COUNTS and (one.looked == RIGHT).any()]
    kept = [one.looked != NEAR for one in used]
    rows = [unit_signs(one.seen, [0.0] * len(one.seen), 1)[keep, :SIZE] for one, keep in zip(used, kept, strict=True)]
    features = np.vstack(rows)
    scale = features.std(axis=0) + 1e-9
    scaled = features / scale
    right = np.concatenate([one.looked[keep] == RIGHT for one, keep in zip(used, kept, strict=True)])
    question = np.repeat(np.arange(len(rows)), [len(row) for row in rows])
    counts = np.array([SEEN_COUNTS[one.source] for one in used])

    def loss(weights: Floats) -> tuple[float, Floats]:
        logits = scaled @ weights
        highest = np.full(len(rows), -np.inf)
        np.maximum.at(highest, question, logits)
        shares = np.exp(logits - highest[question])
        everything = np.bincount(question, shares)
        of_right = np.bincount(question, shares * right)
        pull = shares / everything[question] - np.where(right, shares / of_right[question], 0.0)
        slope = (pull * counts[question]) @ scaled + 2 * weights
        return float(-(counts * np.log(of_right / everything)).sum() + weights @ weights), slope

    best = minimize(loss, np.zeros(SIZE), jac=True, method="L-BFGS-B").x / scale
    return Model(_judged(best), bias=-round(float(np.median((features @ best)[right])), 2))


def _second(asked: Sequence[Asked]) -> Model:
    """Fit on what is clearly right or wrong; a unit that is near counts as neither."""
    with_units = [one for one in asked if one.readings]
    features = np.vstack([unit_signs(*one.known)[one.labels != NEAR] for one in with_units])
    labels = np.concatenate([one.labels[one.labels != NEAR] for one in with_units])
    weights, bias = _logistic(features, labels, STRENGTH["unit"])
    bias = round(bias - (GENERAL - Reading(*weights[:SIZE]).general), 2)  # it reads 1 of nearly all units
    return Model(_judged(weights[:SIZE]), bias, weights[SIZE], Below(*weights[SIZE + 2 :]), weights[SIZE + 1])


def _judged(weights: Sequence[float] | Floats) -> Reading:
    return replace(Reading(*(round(float(weight), 2) for weight in weights)), general=GENERAL)


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
