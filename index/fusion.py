"""Reciprocal rank fusion (Cormack, Clarke and Buettcher, SIGIR 2009)."""

from collections.abc import Iterable, Sequence

K = 60
"""The paper's constant."""


def fuse(rankings: Iterable[Sequence[str]]) -> list[tuple[str, float]]:
    """Give (id, sum of 1 / (K + rank)) over the rankings, rank counting from 1; best first, ties by id."""
    scores: dict[str, float] = {}
    for ranking in rankings:
        for rank, name in enumerate(ranking, start=1):
            scores[name] = scores.get(name, 0.0) + 1 / (K + rank)
    return sorted(scores.items(), key=lambda pair: (-pair[1], pair[0]))
