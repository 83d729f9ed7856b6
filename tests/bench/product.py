"""The product's own way from documents to ranked ones, over the documents of a bench."""

import hashlib
import json
import shutil
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path

from beir import Row

from corpus.clean import Line
from corpus.errors import IndexMissing
from corpus.plain import plain_document
from corpus.types import Corpus, Document
from index import chunk
from index.build import GENERATIONS, Place, write_generation
from index.generation import open_current, switch_to
from index.live import LiveIndex
from index.model import BUNDLED, resolve_model
from index.ranking import rank_passages
from index.reader import load_reader, pair_text
from index.readings import ANSWERS
from index.search import MOST_FUSED, Searcher, chosen
from index.types import Chunk, Hit

DEPTH = 100
"""Documents a ranking has."""
CHUNKS = 200
"""Chunks asked for, since several chunks of one document count once."""
NAME = "000001-bench"


def open_index(rows: Sequence[Row], folder: Path) -> Searcher:
    """Build an index of the rows below `folder`, unless it holds one of the same rows, model and chunker; open it."""
    place = Place(folder, folder / "index", folder / "models", BUNDLED)
    corpus = Corpus(tuple(map(to_document, rows)), {}, digest=_digest(rows))
    if not _is_built(place, corpus.digest):
        generation = place.index / GENERATIONS / NAME
        generation.mkdir(parents=True)
        write_generation(generation, NAME, corpus, place)
        switch_to(place.index, NAME)
    return LiveIndex(place).searcher()


@contextmanager
def folder_for(keep: Path | None) -> Iterator[Path]:
    """Give the folder `keep`, made if need be, or a temporary one."""
    if keep:
        keep.mkdir(parents=True, exist_ok=True)
        yield keep
        return
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as scratch:
        yield Path(scratch)


def to_document(row: Row) -> Document:
    """Give a row as a document with one heading, its title; where it has no text, its title is the text."""
    line = Line(1, " ".join((row.text or row.title).split()), heading=False)
    return plain_document(row.id, row.title, "source", [line])


def by_reader(hits: Sequence[Hit]) -> list[str]:
    """Rank the documents of the hits as the product does; a document stands where its best chunk stands."""
    documents = {hit.chunk.id: hit.chunk.document for hit in hits}
    return list(dict.fromkeys(documents[name] for name, _ in rank_passages(hits)))[:DEPTH]


def by_fusion(hits: Sequence[Hit]) -> list[str]:
    """Rank the documents of the hits by their fused ranks alone, without what was read."""
    ordered = sorted(hits, key=lambda hit: (-hit.score, hit.chunk.id))
    return list(dict.fromkeys(hit.chunk.document for hit in ordered))[:DEPTH]


def best_score(searcher: Searcher, question: str, chunks: Sequence[Chunk]) -> float:
    """Give the probability that these chunks hold an answer, as if they had been found first."""
    query = searcher.prepare(question)
    units = chosen(searcher.look(query, [(chunk, MOST_FUSED) for chunk in chunks]))
    read = load_reader().logits(query.repaired, [pair_text(unit.text, unit.context) for unit in units])
    return ANSWERS.probability([unit.reading for unit in units], [float(logit) for logit in read], len(query.stems))


def _is_built(place: Place, digest: str) -> bool:
    """Tell whether the folder holds an index that may be used again. Raises FileExistsError where it holds another."""
    try:
        manifest = open_current(place.index).manifest
    except IndexMissing:
        shutil.rmtree(place.index, ignore_errors=True)  # what a build that was stopped has left
        return False
    wanted = (digest, resolve_model(place.model).identity, chunk.VERSION)
    if (manifest.corpus, manifest.encoder, manifest.chunker) != wanted:
        raise FileExistsError(f"{place.index} is of other documents or another version; name another folder.")
    return True


def _digest(rows: Sequence[Row]) -> str:
    return hashlib.sha256(json.dumps([asdict(row) for row in rows]).encode()).hexdigest()
