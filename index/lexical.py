"""Word search (the only file that imports bm25s): BM25 over stemmed English words."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import bm25s
import numpy as np
import Stemmer

STOPWORDS = "english"
_STEMMER = Stemmer.Stemmer("english")


class WordIndex:
    """BM25 scores of a fixed list of texts."""

    def __init__(self, model: Any) -> None:  # noqa: ANN401 - bm25s is untyped
        """Wrap a bm25s model; use `build` or `load`."""
        self._model = model

    @classmethod
    def build(cls, texts: Sequence[str]) -> "WordIndex":
        """Index the texts; their positions are what `search` gives."""
        model = bm25s.BM25(method="lucene", k1=1.2, b=0.75)
        model.index(_tokens(texts), show_progress=False)
        return cls(model)

    @classmethod
    def load(cls, path: Path) -> "WordIndex":
        """Open an index written by `save`."""
        return cls(bm25s.BM25.load(path, load_corpus=False, load_vocab=True, mmap=False))

    def save(self, path: Path) -> None:
        """Write the index into the folder `path`."""
        self._model.save(path, show_progress=False)

    def search(self, query: str, count: int) -> list[tuple[int, float]]:
        """Give up to `count` (position, score) with a score above zero, best first, ties by position."""
        scores = self.scores(query)
        order = np.lexsort((np.arange(len(scores)), -scores))[:count]
        return [(int(position), float(scores[position])) for position in order if scores[position] > 0]

    def scores(self, query: str) -> np.ndarray[Any, np.dtype[np.float32]]:
        """Give the BM25 score of every text; zero where no word of the query occurs."""
        known = [word for word in stems(query) if word in self._model.vocab_dict]
        if not known:
            return np.zeros(self._model.scores["num_docs"], dtype=np.float32)
        return np.asarray(self._model.get_scores(known), dtype=np.float32)


def stems(text: str) -> list[str]:
    """Give the stemmed content words of a text, in order."""
    [words] = _tokens([text], as_words=True)
    return list(words)


def _tokens(texts: Sequence[str], *, as_words: bool = False) -> Any:  # noqa: ANN401 - bm25s is untyped
    return bm25s.tokenize(
        list(texts), stopwords=STOPWORDS, stemmer=_STEMMER, show_progress=False, return_ids=not as_words
    )
