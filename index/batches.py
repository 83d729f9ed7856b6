"""Batches of texts of like length: a batch is padded to its longest text, so mixing lengths wastes work."""

from collections.abc import Iterator, Sequence


def by_length(texts: Sequence[str], size: int) -> Iterator[list[int]]:
    """Give the positions of the texts, longest first, in lists of at most `size`."""
    order = sorted(range(len(texts)), key=lambda position: (-len(texts[position]), position))
    for first in range(0, len(order), size):
        yield order[first : first + size]
