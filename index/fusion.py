"""Reciprocal rank fusion (Cormack, Clarke and Buettcher, SIGIR 2009)."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from math import fsum

K = 60
"""The paper's constant."""


Weight = Callable[[int, str], float]
"""What a place in a ranking counts for: number of the ranking from 0, and id."""


def fuse(rankings: Iterable[Sequence[str]], weight: Weight = lambda *_: 1.0) -> list[tuple[str, float]]:
    """Give (id, sum of weight / (K + rank)) over the rankings, rank counting from 1; best first, ties by id."""
    parts: defaultdict[str, list[float]] = defaultdict(list)
    for number, ranking in enumerate(rankings):
        for rank, name in enumerate(ranking, start=1):
            parts[name].append(weight(number, name) / (K + rank))
    scores = ((name, fsum(values)) for name, values in parts.items())  # exact, whatever the order of the rankings
    return sorted(scores, key=lambda pair: (-pair[1], pair[0]))
