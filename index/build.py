"""Builds a new index generation beside the live one, then switches to it by one atomic rename."""

import shutil
from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from filelock import FileLock, Timeout

from corpus.errors import IndexFault, ProjectError
from corpus.loaders import corpus_digest, load_corpus
from corpus.snapshot import write_snapshot
from corpus.types import Corpus
from index import chunk
from index.encoders import export_graph, load_encoder
from index.generation import (
    CHROMA,
    CHUNKS,
    CORPUS,
    GENERATIONS,
    VECTORS,
    WORDS,
    Manifest,
    current_name,
    file_hashes,
    open_current,
    read_manifest,
    switch_to,
    write_chunks,
    write_manifest,
)  # fmt: skip
from index.lexical import WordIndex
from index.model import resolve_model
from index.rows import chunk_of, embedded_texts, shared_rows
from index.store import VectorStore
from index.types import Chunk, Encoder, Vectors

PASSAGES, QUESTIONS = "passages", "questions"
LOCK = "build.lock"
UNFINISHED = ".unfinished"


@dataclass(frozen=True, slots=True)
class Place:
    """Where things lie. corpus: what is indexed. index: where generations go. models: exported graphs.

    sites: the clinics' own documents, if there are any.
    """

    corpus: Path
    index: Path
    models: Path
    model: str
    sites: Path | None = None


@dataclass(frozen=True, slots=True)
class Status:
    """How the live index stands to what it would be built from. `reasons` is empty when it is up to date."""

    manifest: Manifest | None
    reasons: tuple[str, ...]


def index_status(place: Place) -> Status:
    """Compare the live index with corpus, model and chunker."""
    name = current_name(place.index)
    if name is None:
        return Status(None, ("no index has been built",))
    try:
        manifest = read_manifest(place.index / GENERATIONS / name)
    except (ProjectError, OSError, ValueError, TypeError) as error:
        return Status(None, (f"the index cannot be read ({error})",))
    compared = (
        (manifest.corpus, corpus_digest(place.corpus, place.sites), "the corpus has changed"),
        (manifest.encoder, resolve_model(place.model).identity, "another embedding model is set"),
        (manifest.chunker, chunk.VERSION, "documents are cut into chunks in another way"),
    )
    return Status(manifest, tuple(reason for built, wanted, reason in compared if built != wanted))


def build_index(place: Place, *, force: bool = False) -> Manifest:
    """Build the index if it is missing or out of date, always with `force`; give the live generation's manifest.

    Raises CorpusError where the corpus has faults, IndexFault while another build holds the lock.
    """
    place.index.mkdir(parents=True, exist_ok=True)
    with alone(place.index):
        status = index_status(place)
        if status.manifest and not status.reasons and not force:
            return status.manifest
        corpus = load_corpus(place.corpus, place.sites)
        name = _next_name(place.index, corpus)
        folder = place.index / GENERATIONS / f"{name}{UNFINISHED}"
        _sweep(place.index)
        folder.mkdir(parents=True)
        manifest = write_generation(folder, name, corpus, place)
        folder.rename(place.index / GENERATIONS / name)
        before = current_name(place.index)
        switch_to(place.index, name)
        _drop_others(place.index, {name, before})
        return manifest


@contextmanager
def alone(index: Path) -> Iterator[None]:
    """Keep other builds out while the block lasts. Raises IndexFault while another is at work."""
    try:
        with FileLock(index / LOCK, timeout=0):
            yield
    except Timeout as error:
        raise IndexFault(f"Another build is running in {index}.", "Wait for it to end, then try again.") from error


def write_generation(folder: Path, name: str, corpus: Corpus, place: Place) -> Manifest:
    """Chunk, embed and index the corpus into the folder `folder`; give the manifest."""
    chunks = chunk.chunk_corpus(corpus)
    texts = embedded_texts(chunks)
    export_graph(place.model, place.models, [item.context for item in chunks])
    encoder = load_encoder(place.model, place.models)
    vectors = _embed(texts, encoder, _known_vectors(place.index, encoder.identity))
    write_snapshot(corpus, folder / CORPUS)
    write_chunks(folder / CHUNKS, chunks)
    np.save(folder / VECTORS, vectors)
    WordIndex.build([item.context for item in chunks]).save(folder / WORDS)
    counts = _fill_store(folder / CHROMA, chunks, vectors)
    manifest = Manifest(
        name=name,
        corpus=corpus.digest,
        encoder=encoder.identity,
        model=place.model,
        chunker=chunk.VERSION,
        counts={"documents": len(corpus.documents), "chunks": len(chunks), "rows": len(texts), **counts},
        files=file_hashes(folder),
    )
    write_manifest(folder, manifest)
    return manifest


def _fill_store(path: Path, chunks: Sequence[Chunk], vectors: Vectors) -> dict[str, int]:
    store = VectorStore(path)
    passages, questions = shared_rows(chunks)
    store.fill(PASSAGES, list(passages), vectors[list(passages.values())], list(passages))
    store.fill(QUESTIONS, list(questions), vectors[list(questions.values())], [chunk_of(name) for name in questions])
    store.close()
    return {PASSAGES: len(passages), QUESTIONS: len(questions)}


def _embed(texts: Sequence[str], encoder: Encoder, known: dict[str, Vectors]) -> Vectors:
    """Give the vector of each text; those that are known are copied, so a rebuild leaves them bit for bit the same."""
    new = list(dict.fromkeys(text for text in texts if text not in known))
    fresh = dict(zip(new, encoder.encode(new), strict=True)) if new else {}
    vectors = np.empty((len(texts), encoder.dimension), dtype=np.float32)
    for row, text in enumerate(texts):
        vectors[row] = known[text] if text in known else fresh[text]
    return vectors


def _known_vectors(index: Path, encoder: str) -> dict[str, Vectors]:
    try:
        generation = open_current(index)
    except ProjectError:
        return {}
    if (generation.manifest.encoder, generation.manifest.chunker) != (encoder, chunk.VERSION):
        return {}
    return dict(zip(embedded_texts(generation.chunks), generation.vectors, strict=True))


def _next_name(index: Path, corpus: Corpus) -> str:
    numbers = [int(name.split("-")[0]) for name in generation_names(index)]
    return f"{max(numbers, default=0) + 1:06d}-{corpus.digest[:8]}"


def generation_names(index: Path) -> list[str]:
    """Give the names of the finished generations, oldest first."""
    folders = (index / GENERATIONS).glob("[0-9]*-*")
    return sorted(path.name for path in folders if not path.name.endswith(UNFINISHED))


def _sweep(index: Path) -> None:
    """Remove what builds that were killed have left."""
    for folder in (index / GENERATIONS).glob(f"*{UNFINISHED}"):
        shutil.rmtree(folder)


def _drop_others(index: Path, kept: Collection[str | None]) -> None:
    """Remove all generations but the live one and the one that was live before, which is the way back."""
    for name in generation_names(index):
        if name not in kept:
            shutil.rmtree(index / GENERATIONS / name)
