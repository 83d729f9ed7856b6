"""Ranks whole passages: by where each stands in the fused ranking, moved by how well its best sentences answer."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import log

from index.types import Hit

CERTAIN = 0.999
"""Scores are taken to be at most this, so that one sentence does not outweigh everything."""


@dataclass(frozen=True, slots=True)
class Weights:
    """What counts how much in a passage's score.

    reader: of one unit of log odds of its best sentence, in the unit of a fused score, of which a first place in one
    ranking is 1/61. second: the share of that which its second best sentence counts for. least: the score, between 0
    and 1, up to which a sentence says nothing; one that was not read is among these.
    """

    reader: float
    second: float
    least: float


WEIGHTS = Weights(reader=0.004, second=0.3, least=0.02)


def rank_passages(hits: Sequence[Hit], weights: Weights = WEIGHTS) -> list[tuple[str, float]]:
    """Give (chunk id, score) of each hit, best first, ties by id.

    The score is the fused one and what the best sentences add to it, so that passages of which no sentence was read, or
    none says anything, keep their fused order.
    """
    scores = ((hit.chunk.id, hit.score + weights.reader * _answering(hit, weights)) for hit in hits)
    return sorted(scores, key=lambda pair: (-pair[1], pair[0]))


def _answering(hit: Hit, weights: Weights) -> float:
    """Give how well the two best sentences answer, in log odds above those of `least`; 0 where neither does."""
    best = sorted((_above(evidence.score, weights.least) for evidence in hit.evidence), reverse=True)[:2]
    return sum(share * value for share, value in zip((1.0, weights.second), best, strict=False))


def _above(score: float, least: float) -> float:
    return _log_odds(min(score, CERTAIN)) - _log_odds(least) if score > least else 0.0


def _log_odds(score: float) -> float:
    return log(score / (1 - score))
