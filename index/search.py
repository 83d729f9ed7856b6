"""From a question to ranked evidence: dense and word rankings, fused, then read unit by unit."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from itertools import islice
from math import log

import numpy as np
from numpy.typing import NDArray

from corpus.types import Unit
from index.build import PASSAGES, QUESTIONS
from index.drugs import same_drug
from index.fusion import fuse
from index.generation import CHROMA, WORDS, Generation
from index.lexical import WordIndex, stems
from index.model import english_words
from index.places import countries_of, elsewhere
from index.reader import Reading, nearness, score_units
from index.rows import place_rows
from index.spelling import Speller
from index.store import VectorStore
from index.types import Chunk, Encoder, Evidence, Hit, Vectors

DEPTH = 50
"""Rows taken from each ranking before fusion."""
OWN_HITS = 6
"""Chunks of a site's own documents that are read as well."""
HITS = 12
"""Chunks whose sentences are read."""


@dataclass(frozen=True, slots=True)
class Query:
    """A question prepared for search: as text, vector and stems. countries: the ones it asks about, if any."""

    repaired: str
    countries: frozenset[str]
    vector: Vectors
    stems: tuple[str, ...]


class Searcher:
    """Searches one generation. Holds no state between questions, so threads may share it."""

    def __init__(self, generation: Generation, encoder: Encoder) -> None:
        """Open the generation's word index and vector store."""
        self.generation = generation
        self._encoder = encoder
        self._store = VectorStore(generation.folder / CHROMA)
        self._words = WordIndex.load(generation.folder / WORDS)
        self._speller = Speller((chunk.context for chunk in generation.chunks), english_words())
        self._chunks = {chunk.id: chunk for chunk in generation.chunks}
        self._rows = dict(zip(self._chunks, place_rows(generation.chunks), strict=True))
        self._stems = {chunk.id: _unit_stems(chunk) for chunk in generation.chunks}
        shared = (self._stems[chunk.id] for chunk in generation.chunks if not chunk.site)
        self._rarity = _rarity([set().union(*units) for units in shared])
        self._rarest = log(1 + len(self._chunks))

    def prepare(self, question: str, last: str = "") -> Query:
        """Repair the spelling of a question and embed it.

        last: what was typed last, where the question was made of several turns; the countries it names count alone.
        """
        repaired = self._speller.repair(question)
        countries = countries_of(last) or countries_of(repaired)
        return Query(repaired, countries, self._encoder.encode([repaired])[0], tuple(dict.fromkeys(stems(repaired))))

    def search(self, query: Query, count: int = HITS, *, site: str = "") -> list[Hit]:
        """Give up to `count` chunks, best first by reciprocal rank fusion, each with its units scored.

        site: whose own documents are searched as well.
        """
        rankings = (self._dense(PASSAGES, query), self._dense(QUESTIONS, query), self._lexical(query))
        found = [*fuse(rankings)[:count], *(self._own(query, site) if site else [])]
        return [self._hit(query, self._chunks[name], score) for name, score in found]

    def near_headings(self, query: Query, count: int, *, without: Collection[str]) -> list[str]:
        """Give up to `count` headings of guides nearest in meaning, best first, leaving out the chunks `without`."""
        chunks = (self._chunks[name] for name in self._dense(QUESTIONS, query) if name not in without)
        headings = (chunk.passage.heading[-1] for chunk in chunks if chunk.kind == "guide")
        return list(dict.fromkeys(headings))[:count]

    def known_questions(self) -> tuple[list[str], Vectors]:
        """Give the headings and asked_as lines that lead to a passage, and their vectors, one a row."""
        questions = [question for chunk in self.generation.chunks for question in chunk.questions]
        rows = [row for rows in self._rows.values() for row in rows.questions]
        return questions, self.generation.vectors[rows]

    def _own(self, query: Query, site: str) -> list[tuple[str, float]]:
        """Rank a site's own chunks among themselves: a few pages are not to be crowded out by the large material."""
        own = [(place, chunk) for place, chunk in enumerate(self.generation.chunks) if chunk.site == site]
        if not own:
            return []
        cosines = self._cosines([self._rows[chunk.id].context for _, chunk in own], query)
        words = self._words.scores(query.repaired)
        scored = [
            (chunk.id, float(cosine), float(words[place])) for (place, chunk), cosine in zip(own, cosines, strict=True)
        ]
        by_meaning = [name for name, _, _ in sorted(scored, key=lambda item: (-item[1], item[0]))]
        by_words = [name for name, _, score in sorted(scored, key=lambda item: (-item[2], item[0])) if score > 0]
        return fuse((by_meaning, by_words))[:OWN_HITS]

    def _dense(self, collection: str, query: Query) -> list[str]:
        found = self._store.nearest(collection, query.vector, DEPTH)
        return list(dict.fromkeys(name for name, _ in found))

    def _lexical(self, query: Query) -> list[str]:
        found = self._words.search(query.repaired, len(self._chunks))
        chunks = (self.generation.chunks[position] for position, _ in found)
        return list(islice((chunk.id for chunk in chunks if not chunk.site), DEPTH))

    def _hit(self, query: Query, chunk: Chunk, score: float) -> Hit:
        units = list(chunk.passage.units())
        scores = score_units(self.read(query, chunk, units))
        evidence = tuple(
            Evidence(unit, 0.0 if self._is_elsewhere(query, chunk, unit) else float(value))
            for unit, value in zip(units, scores, strict=True)
        )
        return Hit(chunk, score, evidence)

    def _is_elsewhere(self, query: Query, chunk: Chunk, unit: Unit) -> bool:
        """Tell whether a unit speaks of other countries than the question; a clinic's own pages are at home."""
        return not chunk.site and elsewhere(query.countries, chunk.quote(unit.start, unit.end))

    def read(self, query: Query, chunk: Chunk, units: Sequence[Unit]) -> list[Reading]:
        """Give what is known of each unit of a chunk against the question."""
        rows = self._rows[chunk.id]
        asked = self._cosines(rows.questions, query)
        passage = float(self._cosines([rows.context], query)[0])
        sentences = self._cosines(rows.sentences, query)
        known = self._stems[chunk.id]
        return [
            Reading(
                asked=nearness(float(asked.max())),
                passage=passage,
                sentence=float(max(sentences[position] for position in _positions(chunk, unit))),
                words=self._covered(query.stems, known[number]),
                opening=float(number == 0 or chunk.kind == "clinic"),
                same_drug=float(same_drug(query.repaired, chunk.quote(unit.start, unit.end))),
            )
            for number, unit in enumerate(units)
        ]

    def _cosines(self, rows: Sequence[int], query: Query) -> NDArray[np.float32]:
        return np.asarray(self.generation.vectors[list(rows)] @ query.vector, dtype=np.float32)

    def _covered(self, words: Iterable[str], known: Iterable[str]) -> float:
        inside = set(known)
        weights = {word: self._rarity.get(word, self._rarest) for word in words}
        total = sum(weights.values())
        return sum(weight for word, weight in weights.items() if word in inside) / total if total else 0.0


def _positions(chunk: Chunk, unit: Unit) -> list[int]:
    return [position for position, sentence in enumerate(chunk.passage.sentences) if sentence in unit.sentences]


def _unit_stems(chunk: Chunk) -> list[set[str]]:
    heading = set(stems(f"{chunk.title} {' '.join(chunk.passage.heading)} {' '.join(chunk.passage.asked_as)}"))
    return [heading | set(stems(chunk.quote(unit.start, unit.end))) for unit in chunk.passage.units()]


def _rarity(chunks: Sequence[set[str]]) -> dict[str, float]:
    """Give log(1 + N / n) of each stem, N chunks in all and n with the stem."""
    counts: dict[str, int] = {}
    for words in chunks:
        for word in words:
            counts[word] = counts.get(word, 0) + 1
    return {word: log(1 + len(chunks) / count) for word, count in counts.items()}
