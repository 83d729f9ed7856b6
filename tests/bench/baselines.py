"""What a user would otherwise take, each as a function from a question to ranked documents.

BM25 alone, the bundled all-MiniLM-L6-v2 alone, both fused, and the retrieval of LangChain's tutorial on RAG: texts cut
by RecursiveCharacterTextSplitter into 1,000 characters with 200 of overlap, in Chroma under the same model.
"""

import os
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from time import perf_counter

os.environ.setdefault("HF_HUB_OFFLINE", "1")
os.environ.setdefault("LANGSMITH_TRACING", "false")

import bm25s
import numpy as np
import Stemmer
from beir import Row

from index.fusion import fuse
from index.model import BUNDLED, resolve_model
from index.types import Encoder

DEPTH = 100
"""Documents a ranking has."""
SPLIT, OVERLAP = 1000, 200
DEFAULT_COUNT = 4
"""Pieces that the tutorial's search gives where it is not told how many."""
PIECES_A_DOCUMENT = 4
"""Pieces asked for per document wanted, since several pieces of one document count once."""
LARGEST_BATCH = 5000
"""Chroma takes at most 5,461 rows a call."""

System = Callable[[str], list[str]]
"""From a question to the ids of documents, best first, at most DEPTH."""


class Words:
    """BM25 (Robertson and others 1994; bm25s's own k1 = 1.5, b = 0.75) with English stemming and stop words."""

    def __init__(self, texts: Sequence[str]) -> None:
        """Index the texts."""
        self._stemmer = Stemmer.Stemmer("english")
        self._model = bm25s.BM25()
        self._model.index(self._tokens(texts, as_words=False), show_progress=False)
        self._count = len(texts)

    def scores(self, question: str) -> np.ndarray:
        """Give the score of every text."""
        [words] = self._tokens([question], as_words=True)
        known = [word for word in words if word in self._model.vocab_dict]
        return self._model.get_scores(known) if known else np.zeros(self._count)

    def _tokens(self, texts: Sequence[str], *, as_words: bool) -> object:
        return bm25s.tokenize(
            list(texts), stopwords="english", stemmer=self._stemmer, show_progress=False, return_ids=not as_words
        )


def bm25(rows: Sequence[Row]) -> System:
    """Rank whole documents by BM25; those without a word of the question are not found."""
    words = Words([row.whole for row in rows])

    def search(question: str) -> list[str]:
        scores = words.scores(question)
        return [rows[place].id for place in _best(scores) if scores[place] > 0]

    return search


def dense(rows: Sequence[Row], encoder: Encoder, kept: Path) -> System:
    """Rank whole documents, as far as the model reads them (256 tokens), by cosine; `kept` holds their vectors."""
    if not kept.exists():
        np.save(kept, encoder.encode([row.whole for row in rows]))
    vectors = np.load(kept)

    def search(question: str) -> list[str]:
        return [rows[place].id for place in _best(vectors @ encoder.encode([question])[0])]

    return search


def both(first: System, second: System) -> System:
    """Fuse two systems by reciprocal rank, k = 60."""
    return lambda question: [name for name, _ in fuse([first(question), second(question)])][:DEPTH]


class Tutorial:
    """LangChain's tutorial; a document stands where its best piece stands."""

    def __init__(self, rows: Sequence[Row], folder: Path) -> None:
        """Fill the store in `folder`, or open it where it is filled."""
        from chromadb.config import Settings
        from langchain_chroma import Chroma
        from langchain_huggingface import HuggingFaceEmbeddings

        self._store = Chroma(
            embedding_function=HuggingFaceEmbeddings(model_name=resolve_model(BUNDLED).location),
            persist_directory=str(folder),
            client_settings=Settings(anonymized_telemetry=False, is_persistent=True, persist_directory=str(folder)),
        )
        done = folder / "filled"
        if not done.exists():
            self._store.reset_collection()
            for texts, names in _pieces(rows):
                self._store.add_texts(texts, [{"document": name} for name in names])
            done.touch()

    def search(self, question: str) -> list[str]:
        """Give ranked documents."""
        found = self._store.similarity_search(question, k=PIECES_A_DOCUMENT * DEPTH)
        return list(dict.fromkeys(piece.metadata["document"] for piece in found))[:DEPTH]

    def milliseconds(self, question: str) -> float:
        """Give what the tutorial's own call takes, embedding of the question included."""
        started = perf_counter()
        self._store.similarity_search(question, k=DEFAULT_COUNT)
        return (perf_counter() - started) * 1000


def _pieces(rows: Sequence[Row]) -> Iterator[tuple[list[str], list[str]]]:
    """Give the pieces of the documents and the ids of these, in batches."""
    from langchain_text_splitters import RecursiveCharacterTextSplitter

    splitter = RecursiveCharacterTextSplitter(chunk_size=SPLIT, chunk_overlap=OVERLAP)
    cut = [(piece, row.id) for row in rows for piece in splitter.split_text(f"{row.title}\n\n{row.text}".strip())]
    for first in range(0, len(cut), LARGEST_BATCH):
        batch = cut[first : first + LARGEST_BATCH]
        yield [piece for piece, _ in batch], [name for _, name in batch]


def _best(scores: np.ndarray) -> list[int]:
    """Give the places of the DEPTH best scores, ties by place."""
    return [int(place) for place in np.lexsort((np.arange(len(scores)), -scores))[:DEPTH]]
