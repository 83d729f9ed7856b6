"""One build of the index on disk: written once, switched to by a pointer, then only read.

generations/<name>/manifest.json   what it was built from and the SHA-256 of its files
corpus.json     the corpus it answers from
chunks.jsonl    the chunks in row order
vectors.npy     the embedded texts of the chunks, float32, unit length
words/          BM25
chroma/         derived from the above; Chroma rewrites its files whenever it opens them
current                            the name of the live generation
"""

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np

from corpus.errors import IndexFault, IndexMissing
from corpus.snapshot import read_snapshot, sentence_records, sentences_of
from corpus.types import Corpus, Passage
from index.types import Chunk, Vectors

FORMAT = 3
POINTER, GENERATIONS = "current", "generations"
MANIFEST, CORPUS, CHUNKS, VECTORS, WORDS, CHROMA = (
    "manifest.json", "corpus.json", "chunks.jsonl", "vectors.npy", "words", "chroma",
)  # fmt: skip
BUILD_REMEDY = "Run 'ketamine-qa index build'."


@dataclass(frozen=True, slots=True)
class Manifest:
    """What a generation was built from. `files`: SHA-256 by relative path, without Chroma's."""

    name: str
    corpus: str
    encoder: str
    model: str
    chunker: str
    counts: Mapping[str, int]
    files: Mapping[str, str]
    format: int = FORMAT


@dataclass(frozen=True, slots=True)
class Generation:
    """A generation's own data in memory."""

    folder: Path
    manifest: Manifest
    corpus: Corpus
    chunks: tuple[Chunk, ...]
    vectors: Vectors


def current_name(index: Path) -> str | None:
    """Give the name of the live generation below the folder `index`, None where nothing was built."""
    try:
        return (index / POINTER).read_text(encoding="utf-8").strip() or None
    except FileNotFoundError:
        return None


def switch_to(index: Path, name: str) -> None:
    """Make `name` the live generation, by one atomic rename."""
    partial = index / f"{POINTER}.part"
    partial.write_text(f"{name}\n", encoding="utf-8")
    partial.replace(index / POINTER)


def open_current(index: Path) -> Generation:
    """Read the live generation. Raises IndexMissing where there is none, IndexFault where it is damaged."""
    name = current_name(index)
    if name is None:
        raise IndexMissing(f"No index has been built in {index}.", BUILD_REMEDY)
    return open_generation(index / GENERATIONS / name)


def open_generation(folder: Path) -> Generation:
    """Read the generation in `folder`. Raises IndexFault where it is damaged or of another format."""
    try:
        manifest = read_manifest(folder)
        corpus = read_snapshot(folder / CORPUS)
        chunks = tuple(_read_chunks(folder / CHUNKS))
        vectors: Vectors = np.load(folder / VECTORS, mmap_mode="r")
        if (len(chunks), len(vectors)) != (manifest.counts["chunks"], manifest.counts["rows"]):
            raise ValueError(f"{len(chunks)} chunks and {len(vectors)} rows instead of {dict(manifest.counts)}")
    except (OSError, EOFError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise IndexFault(f"The index in {folder} is damaged ({error}).", f"{BUILD_REMEDY[:-2]} --force'.") from error
    return Generation(folder, manifest, corpus, chunks, vectors)


def read_manifest(folder: Path) -> Manifest:
    """Read a generation's manifest. Raises IndexFault where it is of another format."""
    record = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
    if record.get("format") != FORMAT:
        raise IndexFault(f"The index in {folder} has format {record.get('format')}, not {FORMAT}.", BUILD_REMEDY)
    return Manifest(**record)


def write_manifest(folder: Path, manifest: Manifest) -> None:
    """Write the manifest; a generation without one is unfinished."""
    (folder / MANIFEST).write_text(json.dumps(asdict(manifest), indent=1), encoding="utf-8")


def write_chunks(path: Path, chunks: Iterable[Chunk]) -> None:
    """Write one chunk a line."""
    lines = (json.dumps(_chunk_record(chunk), ensure_ascii=False) for chunk in chunks)
    path.write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")


def file_hashes(folder: Path) -> dict[str, str]:
    """Give the SHA-256 of each file that is the generation's own data."""
    paths = [folder / CORPUS, folder / CHUNKS, folder / VECTORS, *sorted((folder / WORDS).glob("*"))]
    return {path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest() for path in paths}


def _read_chunks(path: Path) -> Iterator[Chunk]:
    with path.open(encoding="utf-8") as lines:
        for line in lines:
            yield _chunk(json.loads(line))


def _chunk_record(chunk: Chunk) -> dict[str, Any]:
    passage = chunk.passage
    return {
        **{name: getattr(chunk, name) for name in ("id", "document", "title", "kind", "text", "site")},
        **{name: getattr(passage, name) for name in ("anchor", "heading", "start", "end", "asked_as", "page")},
        "sentences": sentence_records(passage.sentences),
    }


def _chunk(record: Mapping[str, Any]) -> Chunk:
    passage = Passage(
        anchor=record["anchor"],
        heading=tuple(record["heading"]),
        start=record["start"],
        end=record["end"],
        sentences=sentences_of(record["sentences"]),
        asked_as=tuple(record["asked_as"]),
        page=record["page"],
    )
    named = {name: record[name] for name in ("id", "document", "title", "kind", "text", "site")}
    return Chunk(passage=passage, **named)
