"""The local vector store (the only file that imports Chroma). A store is written once and then only read."""

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import chromadb
import numpy as np
from chromadb.config import Settings

from index.types import Vectors

BATCH = 4096
"""Chroma takes at most 5,461 rows a call."""
SPACE: Any = {"hnsw": {"space": "cosine", "ef_search": 400, "ef_construction": 400, "max_neighbors": 32}}
OVERFETCH = 3
"""Rows asked for per row wanted. Chroma's graph is approximate and made anew in each build; with these settings two
builds of our 3,210 questions give the same 50 nearest for 99 % of queries, with its own for 72 %."""


class VectorStore:
    """A folder of Chroma collections, always filled and asked with our own vectors."""

    def __init__(self, path: Path) -> None:
        """Open the store in `path`, or make an empty one there."""
        self._client: Any = chromadb.PersistentClient(path=str(path), settings=Settings(anonymized_telemetry=False))
        self._collections: dict[str, Any] = {}

    def fill(self, name: str, ids: Sequence[str], vectors: Vectors, chunks: Sequence[str]) -> None:
        """Make the collection `name` of rows (id, vector, id of the chunk it leads to)."""
        collection = self._client.create_collection(name, configuration=SPACE, embedding_function=None)
        for first in range(0, len(ids), BATCH):
            rows = slice(first, first + BATCH)
            collection.upsert(
                ids=list(ids[rows]),
                embeddings=vectors[rows],
                metadatas=[{"chunk": chunk} for chunk in chunks[rows]],
            )

    def nearest(self, name: str, vector: Vectors, count: int) -> list[tuple[str, float]]:
        """Give up to `count` (chunk id, cosine similarity) of the rows nearest to `vector`, best first."""
        size = self.size(name)
        if not size:
            return []
        found = self._collection(name).query(
            query_embeddings=vector.reshape(1, -1),
            n_results=min(OVERFETCH * count, size),
            include=["metadatas", "distances"],
        )
        pairs = zip(found["metadatas"][0], found["distances"][0], strict=True)
        ranked = [(str(row["chunk"]), 1.0 - float(distance)) for row, distance in pairs]
        return sorted(ranked, key=lambda pair: (-pair[1], pair[0]))[:count]

    def size(self, name: str) -> int:
        """Give the number of rows in a collection."""
        return int(self._collection(name).count())

    def names(self) -> set[str]:
        """Give the names of the collections."""
        return {collection.name for collection in self._client.list_collections()}

    def rows(self, name: str) -> Iterator[tuple[str, Vectors]]:
        """Read back every (id, vector) of a collection."""
        collection = self._collection(name)
        for offset in range(0, self.size(name), BATCH):
            page: Mapping[str, Any] = collection.get(include=["embeddings"], limit=BATCH, offset=offset)
            for row, vector in zip(page["ids"], page["embeddings"], strict=True):
                yield row, np.asarray(vector, dtype=np.float32)

    def close(self) -> None:
        """Give the folder back; Chroma keeps one process-wide instance a path until then."""
        self._client.close()

    def _collection(self, name: str) -> Any:  # noqa: ANN401 - Chroma's own type is generic over callables we never pass
        if name not in self._collections:
            self._collections[name] = self._client.get_collection(name, embedding_function=None)
        return self._collections[name]
