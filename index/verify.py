"""Checks a built index against itself: hashes, counts, encoder, each offset, and Chroma by content."""

from collections.abc import Iterator
from pathlib import Path

import numpy as np

from index.build import PASSAGES, QUESTIONS
from index.generation import CHROMA, Generation, file_hashes
from index.rows import embedded_texts, shared_rows
from index.store import VectorStore
from index.types import Encoder

SAMPLE = 16
"""Rows that are embedded again, to see that the encoder is the one that made them."""
SAME_VECTOR = 0.999
COPY_TOLERANCE = 1e-5


def verify_generation(generation: Generation, encoder: Encoder) -> list[str]:
    """Give every fault found, none for a sound index."""
    return [*verify_own(generation, encoder), *_store_faults(generation, generation.folder / CHROMA)]


def verify_own(generation: Generation, encoder: Encoder) -> list[str]:
    """Give the faults of what the generation itself holds; Chroma's folder, which may be open, is not looked at."""
    return [
        *_file_faults(generation),
        *_count_faults(generation),
        *_offset_faults(generation),
        *_encoder_faults(generation, encoder),
    ]


def _file_faults(generation: Generation) -> Iterator[str]:
    found = file_hashes(generation.folder)
    for name, wanted in generation.manifest.files.items():
        if found.get(name) != wanted:
            yield f"{name} is not the file that was written"


def _count_faults(generation: Generation) -> Iterator[str]:
    counts = generation.manifest.counts
    compared = (
        ("documents", len(generation.corpus.documents)),
        ("chunks", len(generation.chunks)),
        ("rows", len(generation.vectors)),
        ("rows", len(embedded_texts(generation.chunks))),
    )
    for name, found in compared:
        if counts[name] != found:
            yield f"{found} {name} instead of {counts[name]}"


def _offset_faults(generation: Generation) -> Iterator[str]:
    for chunk in generation.chunks:
        document = generation.corpus.by_id[chunk.document]
        if document.text[chunk.passage.start : chunk.passage.end] != chunk.text:
            yield f"chunk {chunk.id} is not what stands at its offsets"
        for sentence in chunk.passage.sentences:
            if document.text[sentence.start : sentence.end] != chunk.quote(sentence.start, sentence.end):
                yield f"a sentence of chunk {chunk.id} is not what stands at its offsets"


def _encoder_faults(generation: Generation, encoder: Encoder) -> Iterator[str]:
    if generation.manifest.encoder != encoder.identity:
        yield f"built with the encoder {generation.manifest.encoder}, not {encoder.identity}"
        return
    texts = embedded_texts(generation.chunks)
    rows = np.unique(np.linspace(0, len(texts) - 1, SAMPLE, dtype=int))
    again = encoder.encode([texts[row] for row in rows])
    cosines = (again * generation.vectors[rows]).sum(axis=1)
    for row, cosine in zip(rows, cosines, strict=True):
        if cosine < SAME_VECTOR:
            yield f"row {row} is not the vector of its text (cosine {cosine:.3f})"


def _store_faults(generation: Generation, path: Path) -> Iterator[str]:
    if not path.is_dir():
        yield "the vector store is missing"
        return
    store = VectorStore(path)
    expected = dict(zip((PASSAGES, QUESTIONS), shared_rows(generation.chunks), strict=True))
    for name, wanted in expected.items():
        found = dict(store.rows(name)) if name in store.names() else {}
        if found.keys() != wanted.keys():
            yield f"the vector store holds {len(found)} {name} instead of {len(wanted)}"
        for row_id in sorted(found.keys() & wanted.keys()):
            if not np.allclose(found[row_id], generation.vectors[wanted[row_id]], atol=COPY_TOLERANCE):
                yield f"the vector store has another vector for {row_id}"
    store.close()
