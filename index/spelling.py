"""Repairs misspelt words of a question towards the corpus's own long words, such as "ketamin" or "spravto"."""

import re
from collections.abc import Collection, Iterable

from rapidfuzz.distance import OSA

WORD = re.compile(r"[a-z]+", re.IGNORECASE)
SHORTEST = 6
"""Shorter words have too many neighbours: "pairs" and "Paris"."""
TWO_ERRORS_FROM = 9


class Speller:
    """Knows the words of the corpus and, of these, the ones worth repairing to."""

    def __init__(self, texts: Iterable[str], english: Collection[str] = frozenset()) -> None:
        """Learn the vocabulary of what may be quoted; misspelt questions of the corpus are no part of it.

        english: common words that are right as they are, so that "invented" does not become "injected".
        """
        right = {word for text in texts for word in _words(text)}
        self._known = right | set(english)
        self._targets = sorted(word for word in right if len(word) >= SHORTEST)

    def repair(self, question: str) -> str:
        """Give the question with each unknown word replaced by the one right word that is nearest, if any is near."""
        return WORD.sub(lambda match: self._nearest(match[0]), question)

    def _nearest(self, word: str) -> str:
        plain = word.lower()
        if len(plain) < SHORTEST - 1 or plain in self._known:
            return word
        most = 2 if len(plain) >= TWO_ERRORS_FROM - 1 else 1
        near = [(distance, target) for target in self._targets if (distance := _distance(plain, target, most)) <= most]
        return min(near)[1] if near else word


def _words(text: str) -> Collection[str]:
    return {word.lower() for word in WORD.findall(text)}


def _distance(word: str, target: str, most: int) -> int:
    if word[0] != target[0] or abs(len(word) - len(target)) > most:
        return most + 1
    return int(OSA.distance(word, target, score_cutoff=most))
