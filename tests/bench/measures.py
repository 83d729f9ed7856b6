"""The arithmetic of the benches: measures of a ranking, of a score, and of two systems on the same questions."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict

import ir_measures
import numpy as np
from ir_measures import RR, R, nDCG
from numpy.typing import NDArray

from qa.evaluate.intervals import CONFIDENCE, SEED, mean_difference

RETRIEVAL = {"ndcg@10": nDCG @ 10, "recall@100": R @ 100, "mrr@10": RR @ 10}
"""By name. The gain of nDCG is the judgement itself (linear), as trec_eval has it."""
RESAMPLES = 1000

Scores = NDArray[np.float64]
Figures = dict[str, object]


def retrieval_measures(
    judgements: Mapping[str, Mapping[str, int]], rankings: Mapping[str, Sequence[str]]
) -> dict[str, dict[str, float]]:
    """Give each measure of each question of `judgements`; one without a ranking has found nothing."""
    judged = [
        ir_measures.Qrel(question, name, score)
        for question, names in judgements.items()
        for name, score in names.items()
    ]
    run = [
        ir_measures.ScoredDoc(question, name, float(-place))
        for question, ranking in rankings.items()
        for place, name in enumerate(ranking)
    ]
    found = {name: dict.fromkeys(judgements, 0.0) for name in RETRIEVAL}
    names = {measure: name for name, measure in RETRIEVAL.items()}
    for metric in ir_measures.iter_calc(RETRIEVAL.values(), judged, run):
        found[names[metric.measure]][metric.query_id] = float(metric.value)
    return found


def ranked(texts: Sequence[str], scores: Iterable[float]) -> list[int]:
    """Give the places of the texts, best score first; equal scores in alphabetical order, never in that of the file."""
    order = [(-float(score), text, place) for place, (text, score) in enumerate(zip(texts, scores, strict=True))]
    return [place for _, _, place in sorted(order)]


def average_precision(labels: Sequence[bool]) -> float:
    """Give the mean, over the right items of a ranking, of the share that is right down to there; 0 without any."""
    places = [place for place, right in enumerate(labels, start=1) if right]
    return sum(count / place for count, place in enumerate(places, start=1)) / len(places) if places else 0.0


def reciprocal_rank(labels: Sequence[bool]) -> float:
    """Give 1 / place of the first right item, counting from 1; 0 without any."""
    return next((1 / place for place, right in enumerate(labels, start=1) if right), 0.0)


def auroc(positive: Scores, negative: Scores) -> float:
    """Give how often a positive scores above a negative, equal scores half (Mann and Whitney 1947)."""
    ordered = np.sort(negative)
    below = np.searchsorted(ordered, positive, side="left")
    up_to = np.searchsorted(ordered, positive, side="right")
    return float((below + up_to).mean() / (2 * len(negative)))


def difference(others: Sequence[float], own: Sequence[float]) -> Figures:
    """Give the mean of `own - others`, paired, with its 95 % bootstrap interval."""
    found = asdict(mean_difference(others, own))
    return {name: found[name] for name in ("value", "low", "high")}


def auroc_difference(others: tuple[Scores, Scores], own: tuple[Scores, Scores]) -> Figures:
    """Give AUROC of `own` minus that of `others`, each (positive, negative), with its 95 % bootstrap interval.

    Both are resampled together: the same questions for the one as for the other.
    """
    chance = np.random.default_rng(SEED)
    sizes = [len(part) for part in own]
    drawn = []
    for _ in range(RESAMPLES):
        picks = [chance.integers(size, size=size) for size in sizes]
        mine, theirs = (auroc(*(part[pick] for part, pick in zip(both, picks, strict=True))) for both in (own, others))
        drawn.append(mine - theirs)
    low, high = np.quantile(drawn, [(1 - CONFIDENCE) / 2, (1 + CONFIDENCE) / 2])
    return {"value": auroc(*own) - auroc(*others), "low": float(low), "high": float(high)}


def percentiles(milliseconds: Sequence[float]) -> Figures:
    """Give the median and the 95th percentile of how long something took."""
    return {f"p{percent}_ms": float(np.percentile(milliseconds, percent)) for percent in (50, 95)}


def rounded(figures: object, places: int = 4) -> object:
    """Round every number in nested figures."""
    if isinstance(figures, Mapping):
        return {name: rounded(value, places) for name, value in figures.items()}
    return round(figures, places) if isinstance(figures, float) else figures
