"""Word search (the only file that imports bm25s): BM25 over stemmed English words."""

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any

import bm25s
import numpy as np
import Stemmer
from bm25s.stopwords import STOPWORDS_EN

WORDS = re.compile(r"[^\W_]+(?:[-‐‑/.,'’][^\W_]+)*")
"""Names and figures in one piece: TRANSFORM-2, 24/7, 0.5, U.S."""
PART = re.compile(r"\d+(?:[.,]\d+)*|[^\W\d_]+")
ISOMER = re.compile(r"\(([rs])\)-")
INITIALS = re.compile(r"[^\W\d_](?:\.[^\W\d_])+")
ENDING = re.compile(r"['’][^\W\d_]{1,2}$")
PRONOUNS_AND_AUXILIARIES = frozenset(
    {
        "i", "you", "your", "my", "me", "we", "our", "he", "his", "she", "her", "him", "them",
        "do", "does", "did", "am", "been", "were", "its", "have", "has", "had",
    }
)  # fmt: skip
"""Without "us", which is a country too. BM25 finds 52.2 % of asked_as lines among five chunks, 51.7 % with them in."""
STOPWORDS = frozenset(STOPWORDS_EN) | PRONOUNS_AND_AUXILIARIES
"""bm25s's list holds no question word. "no" and "not" are in it: kept as words, they change no figure."""
FIGURES = {
    "two": "2", "three": "3", "four": "4", "five": "5", "six": "6", "seven": "7", "eight": "8", "nine": "9",
    "ten": "10", "eleven": "11", "twelve": "12",
}  # fmt: skip
FURTHER_WEIGHT = 0.4
"""Of the questions that the corpus knows, BM25 finds 59.1 % among five chunks without further words; with them 62.8 %
at 0.4, 63.2 % at 0.5 and 61.6 % at 1; of its asked_as lines 53.0 %, then 58.6, 58.7 and 56.0 %."""
AMERICAN = (
    (re.compile(r"is(e[ds]?|ing|ations?)$"), r"iz\1"),
    (re.compile(r"ys(e[ds]?|ing)$"), r"yz\1"),
    (re.compile(r"our(?=$|s$|al|ed$|ing$|able$)"), "or"),
    (re.compile(r"ae|(?<=rrh)oe|oe(?=[dst])"), "e"),
)
"""British spellings by their American ones, wrong now and then ("promize"), but in texts and questions alike."""
SHORTEST_BRITISH = 6
"""Letters; shorter words are "four" and "does" more often than "paed"."""
_STEMMER = Stemmer.Stemmer("english")


class WordIndex:
    """BM25 scores of a fixed list of texts."""

    def __init__(self, model: Any) -> None:  # noqa: ANN401 - bm25s is untyped
        """Wrap a bm25s model; use `build` or `load`."""
        self._model = model

    @classmethod
    def build(cls, texts: Sequence[str]) -> "WordIndex":
        """Index the texts; their positions are what `search` gives."""
        model = bm25s.BM25(method="lucene", k1=1.5, b=0.75)
        model.index([stems(text) or [""] for text in texts], show_progress=False)
        return cls(model)

    @classmethod
    def load(cls, path: Path) -> "WordIndex":
        """Open an index written by `save`."""
        return cls(bm25s.BM25.load(path, load_corpus=False, load_vocab=True, mmap=False))

    def save(self, path: Path) -> None:
        """Write the index into the folder `path`."""
        self._model.save(path, show_progress=False)

    def search(self, query: str, count: int, further: Sequence[str] = ()) -> list[tuple[int, float]]:
        """Give up to `count` (position, score) with a score above zero, best first, ties by position.

        further: see `scores`.
        """
        scores = self.scores(query, further)
        order = np.lexsort((np.arange(len(scores)), -scores))[:count]
        return [(int(position), float(scores[position])) for position in order if scores[position] > 0]

    def scores(self, query: str, further: Sequence[str] = ()) -> np.ndarray[Any, np.dtype[np.float32]]:
        """Give the BM25 score of every text; zero where no word of the query occurs.

        further: words that say the same in another way. Each counts FURTHER_WEIGHT as much as a word of the query.
        """
        asked = stems(query)
        others = sorted({word for text in further for word in stems(text)} - set(asked))
        return self._sum(asked) + np.float32(FURTHER_WEIGHT) * self._sum(others)

    def _sum(self, words: Sequence[str]) -> np.ndarray[Any, np.dtype[np.float32]]:
        known = [word for word in words if word in self._model.vocab_dict]
        if not known:
            return np.zeros(self._model.scores["num_docs"], dtype=np.float32)
        return np.asarray(self._model.get_scores(known), dtype=np.float32)


def stems(text: str) -> list[str]:
    """Give the stemmed content words of a text, in order; of "PHQ-9" as a whole and in parts: phq9, phq, 9."""
    return [_stem(word) for word in _words(text) if word not in STOPWORDS]


def _words(text: str) -> Iterator[str]:
    for match in WORDS.finditer(ISOMER.sub(r"\1-", text.lower())):
        word = ENDING.sub("", match[0])
        if INITIALS.fullmatch(word):
            yield word.replace(".", "")
            continue
        parts = [part.replace(",", "") for part in PART.findall(word)]
        yield from _whole(word, parts)
        yield from parts


def _whole(word: str, parts: Sequence[str]) -> Iterator[str]:
    """Give what is a word as a whole too: "phq9" and "24/7", but neither "2-4" nor "mg/kg"."""
    figures = all(part[0].isdigit() for part in parts)
    if len(parts) > 1 and figures == ("/" in word):
        yield ("/" if figures else "").join(parts)


@lru_cache(maxsize=50_000)
def _stem(word: str) -> str:
    if len(word) >= SHORTEST_BRITISH:
        for british, american in AMERICAN:
            word = british.sub(american, word)
    return str(_STEMMER.stemWord(FIGURES.get(word, word)))
