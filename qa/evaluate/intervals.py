"""Estimates with 95 % intervals, and tests of paired results (the only file that imports SciPy)."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy import stats

CONFIDENCE = 0.95
RESAMPLES = 2000
SEED = 20260101


@dataclass(frozen=True, slots=True)
class Estimate:
    """A figure with its 95 % interval. n: how many it rests on; all three are None where n is 0."""

    value: float | None
    low: float | None
    high: float | None
    n: int


NOTHING = Estimate(None, None, None, 0)


def rate(results: Sequence[bool]) -> Estimate:
    """Give the share of true results with the Wilson interval (Wilson 1927)."""
    if not results:
        return NOTHING
    found = stats.binomtest(sum(results), len(results)).proportion_ci(CONFIDENCE, method="wilson")
    return Estimate(sum(results) / len(results), float(found.low), float(found.high), len(results))


def mean(values: Sequence[float]) -> Estimate:
    """Give the mean with a percentile bootstrap interval (Efron 1979), the resampling seeded."""
    if not values:
        return NOTHING
    low, high = _bootstrap(np.asarray(values, dtype=np.float64))
    return Estimate(float(np.mean(values)), low, high, len(values))


def mean_difference(before: Sequence[float], after: Sequence[float]) -> Estimate:
    """Give the mean of `after - before` of paired values with a percentile bootstrap interval."""
    return mean([late - early for early, late in zip(before, after, strict=True)])


def mcnemar(better: int, worse: int) -> float:
    """Give the exact two-sided p of McNemar's test (1947): as many got better as worse, by chance."""
    return float(stats.binomtest(better, better + worse).pvalue) if better + worse else 1.0


def _bootstrap(values: np.ndarray) -> tuple[float, float]:
    if np.ptp(values) == 0:
        return float(values[0]), float(values[0])
    found = stats.bootstrap(
        (values,),
        np.mean,
        n_resamples=RESAMPLES,
        batch=200,
        confidence_level=CONFIDENCE,
        method="percentile",
        rng=np.random.default_rng(SEED),
    )
    return float(found.confidence_interval.low), float(found.confidence_interval.high)
