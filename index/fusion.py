"""Reciprocal rank fusion (Cormack, Clarke and Buettcher, SIGIR 2009)."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from math import fsum

K = 60
"""The paper's constant."""


def fuse(rankings: Iterable[Sequence[str]]) -> list[tuple[str, float]]:
    """Give (id, sum of 1 / (K + rank)) over the rankings, rank counting from 1; best first, ties by id."""
    parts: defaultdict[str, list[float]] = defaultdict(list)
    for ranking in rankings:
        for rank, name in enumerate(ranking, start=1):
            parts[name].append(1 / (K + rank))
    scores = ((name, fsum(values)) for name, values in parts.items())  # exact, whatever the order of the rankings
    return sorted(scores, key=lambda pair: (-pair[1], pair[0]))
