"""From a question to ranked evidence: dense and word rankings, fused, then the best units read by the reader."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import chain, islice
from math import log

import numpy as np
from numpy.typing import NDArray

from corpus.types import Unit
from corpus.withdrawn import NOTHING, Withdrawn
from index.build import PASSAGES, QUESTIONS
from index.conditions import Condition, is_general, unnamed_in
from index.demands import Demand, demands_of, fits, lacks
from index.drugs import asked_of, kin_in, same_drug
from index.fusion import K, fuse
from index.generation import CHROMA, WORDS, Generation
from index.lexical import WordIndex, stems
from index.model import english_words
from index.names import expansions, other_medicines, standard
from index.places import countries_of, elsewhere, is_local
from index.reader import Reader, load_reader, pair_text
from index.readings import ANSWERS, FIRST, SECOND, Reading, is_known, nearness, probability
from index.rows import place_rows
from index.spelling import Speller
from index.store import VectorStore
from index.types import Chunk, Encoder, Evidence, Hit, Vectors
from index.years import other_years, years_of

DEPTH = 50
"""Chunks taken from each ranking before fusion."""
ROWS = 200
"""Questions looked at for DEPTH chunks, most of which answer several."""
OWN_HITS = 6
"""Chunks of a site's own documents that are looked at as well."""
HITS = 24
"""Chunks whose units are looked at."""
READ = 8
"""Units that the reader reads, which takes most of the time of an answer. On 300 questions of `tests/bench/questions/`
the unit chosen of 8 is right or nearly for 0.793, of 10 for 0.790, of 6 for 0.777."""
BARE = 4
"""Words that tell, up to which a question says so little that what holds for some people alone does not answer it."""
OWN_READ = 4
"""Units of a site's own documents among them, if it has so many."""
BY_QUESTIONS = 1
"""Number of the ranking by known questions, of three."""
KNOWN_WEIGHT, HEADING_WEIGHT = 2.0, 0.25
"""What a place in that ranking counts for: a question tells what a passage answers, a heading merely what it is about.
Where chunks with questions stand beside many others, both count 1, so that these are not drowned.
Of 698 written questions 0.936 find an answering passage among five, instead of 0.917 where both count 1; SciFact's
nDCG@10 by fused ranks is 0.698 instead of 0.671."""
MOSTLY = 0.9
"""Share of the curated chunks that have known questions, from which these count so much."""
MOST_FUSED = (2 + KNOWN_WEIGHT) / (K + 1)
"""Fused score of a chunk that stands first in all three rankings."""
COVERED = 0.6
"""Weight of the share of the question's words beside the cosine, in the choice of a unit's foremost sentence: right for
0.85 of 172 units of the development questions, 0.74 in the order of the text (`tests/bench/choice.py`)."""
SAME = 1 - 1e-4
"""Cosine from which a known question is the very one that was asked; only measuring leaves such ones out."""


@dataclass(frozen=True, slots=True)
class Query:
    """A question prepared for search: as text, vector and stems. further: other words for what it names.

    vector: of the question's meaning, shape (dimension,). stems: its own, each once. countries, years: the ones
    it asks about, if any. medicines: names of the one it asks about, if not ketamine. kin: of ketamine, that it names.
    demands: what it asks for by its form. unnamed: where it says little, the illnesses and groups it does not name.
    unknown: disregard the question itself among those that the corpus knows, as a measurement on them must.
    """

    repaired: str
    further: tuple[str, ...]
    countries: frozenset[str]
    years: frozenset[int]
    medicines: frozenset[str]
    kin: frozenset[str]
    demands: tuple[Demand, ...]
    unnamed: tuple[Condition, ...]
    vector: Vectors
    stems: tuple[str, ...]
    unknown: bool = False


@dataclass(frozen=True, slots=True)
class Looked:
    """A unit that was looked at: the chunk it stands in and what is known of it."""

    chunk: Chunk
    unit: Unit
    reading: Reading

    @property
    def text(self) -> str:
        """The unit's text."""
        return self.chunk.quote(self.unit.start, self.unit.end)

    @property
    def said_first(self) -> str:
        """The unit's text without what only qualifies it."""
        sentences = [sentence for sentence in self.unit.sentences if not sentence.companion]
        return " ".join(self.chunk.quote(sentence.start, sentence.end) for sentence in sentences)

    @property
    def asked(self) -> str:
        """The questions that the unit, or its passage, is known to answer."""
        questions = (question for sentence in self.unit.sentences for question in sentence.asked_as)
        return " ".join((*questions, *self.chunk.passage.asked_as))

    @property
    def context(self) -> str:
        """The title and headings it stands under."""
        return ". ".join(part for part in (self.chunk.title, " - ".join(self.chunk.passage.heading)) if part)


@dataclass(frozen=True, slots=True)
class Judged:
    """What was found for a question. answerable: the probability that it holds an answer, between 0 and 1.

    near: ids of chunks, the one that answers the nearest known question first.
    """

    hits: tuple[Hit, ...]
    answerable: float
    near: tuple[str, ...] = ()


class Searcher:
    """Searches one generation. Holds no state between questions, so threads may share it."""

    def __init__(self, generation: Generation, encoder: Encoder, reader: Reader | None = None) -> None:
        """Open the generation's word index and vector store. reader: another one than the trained one."""
        self.generation = generation
        self.encoder = encoder
        self._reader = reader or load_reader()
        self._store = VectorStore(generation.folder / CHROMA)
        self._words = WordIndex.load(generation.folder / WORDS)
        self._speller = Speller((chunk.context for chunk in generation.chunks), english_words())
        self._chunks = {chunk.id: chunk for chunk in generation.chunks}
        self._places = {chunk.id: place for place, chunk in enumerate(generation.chunks)}
        self._rows = dict(zip(self._chunks, place_rows(generation.chunks), strict=True))
        asked = {one.id for one in generation.chunks if one.passage.asked_as or any(one.asked)}
        mostly = len(asked) >= MOSTLY * sum(not one.site for one in generation.chunks)
        self._asked = asked if mostly else set()
        self._beside_asked = 1.0 if asked else HEADING_WEIGHT
        self._stems = {chunk.id: _unit_stems(chunk) for chunk in generation.chunks}
        shared = (self._stems[chunk.id] for chunk in generation.chunks if not chunk.site)
        self._rarity = _rarity([set().union(*units) for units in shared])
        self._rarest = log(1 + len(self._chunks))

    def prepare(self, question: str, last: str = "", *, before: Sequence[str] = (), unknown: bool = False) -> Query:
        """Repair the spelling of a question, give things their standard names, and embed it.

        last: what was typed last, where the question was made of several turns; the countries it names count alone.
        before: what was typed before, the latest first, of which the countries are taken where the question names none.
        Countries count only where the answer differs from one to another.
        unknown: see Query.
        """
        typed = self._speller.repair(question)
        repaired = standard(typed)
        countries = _asked_countries(repaired, last, before)
        vector = self.encoder.encode([repaired])[0]
        words = tuple(dict.fromkeys(stems(repaired)))
        years, medicines, kin = years_of(repaired), asked_of(repaired), kin_in(repaired)
        demands, unnamed = demands_of(repaired), unnamed_in(repaired) if len(words) <= BARE else ()
        return Query(
            repaired, expansions(typed), countries, years, medicines, kin, demands, unnamed, vector, words, unknown
        )

    def search(self, query: Query, count: int = HITS, *, site: str = "") -> list[Hit]:
        """Give up to `count` chunks, best first by reciprocal rank fusion, each with its units scored.

        A unit that the reader did not read scores 0. site: whose own documents are searched as well.
        """
        return list(self.judge(query, count, site=site).hits)

    def judge(self, query: Query, count: int = HITS, *, site: str = "", withdrawn: Withdrawn = NOTHING) -> Judged:
        """Give the hits as `search` does, and how likely any of their units answers; those withdrawn are not read."""
        rankings = self._ranked(query)
        found = self._fused(rankings, query, count, site)
        looked = self.look(query, found, withdrawn)
        read = chosen(looked)
        texts = [pair_text(unit.text, unit.context) for unit in read]
        logits = [float(logit) for logit in self._reader.logits(query.repaired, texts)]
        readings = [unit.reading for unit in read]
        scores = probability(SECOND.logits(readings, logits, len(query.stems)))
        scored = {
            (one.chunk.id, one.unit.start, one.unit.end): Evidence(one.unit, float(score), self._foremost(query, one))
            for one, score in zip(read, scores, strict=True)
        }
        hits = tuple(Hit(chunk, score, evidence(chunk, scored)) for chunk, score in found)
        known = is_known([one.reading for one in looked])
        answerable = 1.0 if known else ANSWERS.probability(readings, logits, len(query.stems))
        return Judged(hits, answerable, tuple(rankings[BY_QUESTIONS]))

    def find(self, query: Query, count: int = HITS, *, site: str = "") -> list[tuple[Chunk, float]]:
        """Give up to `count` chunks and their fused scores, best first, then those of the site's own documents.

        The chunk whose known question is nearest is always among them: standing first in that ranking alone, even with
        the very question that is asked, it can be fused behind many that stand midway in all three.
        """
        return self._fused(self._ranked(query), query, count, site)

    def _ranked(self, query: Query) -> tuple[list[str], list[str], list[str]]:
        """Rank chunks by their text, by the nearest known question that they answer, and by words."""
        return self._dense(PASSAGES, query), self._dense(QUESTIONS, query), self._lexical(query)

    def _fused(
        self, rankings: Sequence[Sequence[str]], query: Query, count: int, site: str
    ) -> list[tuple[Chunk, float]]:
        fused = fuse(rankings, self._weight)
        kept = fused[:count]
        asked = [pair for pair in fused[count:] if pair[0] in rankings[BY_QUESTIONS][:1]]
        found = [*kept[: count - len(asked)], *asked, *(self._own(query, site) if site else [])]
        return [(self._chunks[name], score) for name, score in found]

    def _weight(self, ranking: int, name: str) -> float:
        if ranking != BY_QUESTIONS:
            return 1.0
        return KNOWN_WEIGHT if name in self._asked else self._beside_asked

    def look(self, query: Query, found: Sequence[tuple[Chunk, float]], withdrawn: Withdrawn = NOTHING) -> list[Looked]:
        """Give the units of the chunks, in order, that may answer: none withdrawn, or put aside by `of_another`."""
        words = self._words.scores(query.repaired, query.further)
        best = max(float(words.max(initial=0.0)), 1e-9)
        looked = []
        for chunk, score in found:
            units = list(chunk.passage.units())
            lexical = float(words[self._places[chunk.id]]) / best
            readings = self._read(query, chunk, units, lexical, score / MOST_FUSED)
            for unit, reading in zip(units, readings, strict=True):
                one = Looked(chunk, unit, reading)
                aside = withdrawn.touches(chunk.document, unit.sentences) or (not chunk.site and of_another(query, one))
                if not aside:
                    looked.append(one)
        return looked

    def say_the_same(self, one: Looked, other: Looked, least: float) -> bool:
        """Tell whether two units share a leading fact, or are at least so near in meaning (cosine)."""
        if set(one.unit.facts[:1]) & set(other.unit.facts) or set(other.unit.facts[:1]) & set(one.unit.facts):
            return True
        return float(self._meaning(one) @ self._meaning(other)) >= least

    def near_headings(
        self, near: Sequence[str], count: int, *, without: Collection[str], withdrawn: Withdrawn = NOTHING
    ) -> list[str]:
        """Give up to `count` headings of guides among the chunks `near`, in their order, leaving out those `without`.

        A chunk whose first sentence is withdrawn does not answer its heading any more.
        """
        chunks = (self._chunks[name] for name in near if name not in without)
        headings = (
            chunk.passage.heading[-1] for chunk in chunks
            if chunk.kind == "guide" and not withdrawn.touches(chunk.document, chunk.passage.sentences[:1])
        )  # fmt: skip
        return list(dict.fromkeys(headings))[:count]

    def known_questions(self) -> tuple[list[str], Vectors]:
        """Give the headings, asked_as lines and questions of single sentences, and their vectors, one a row."""
        questions = [question for chunk in self.generation.chunks for question in (*chunk.questions, *chunk.asked)]
        rows = [row for rows in self._rows.values() for row in chain(rows.questions, *rows.asked)]
        return questions, self.generation.vectors[rows]

    def _own(self, query: Query, site: str) -> list[tuple[str, float]]:
        """Rank a site's own chunks among themselves: a few pages are not to be crowded out by the large material."""
        own = [chunk for chunk in self.generation.chunks if chunk.site == site]
        if not own:
            return []
        cosines = self._cosines([self._rows[chunk.id].context for chunk in own], query)
        words = self._words.scores(query.repaired, query.further)
        scored = [
            (chunk.id, float(cosine), float(words[self._places[chunk.id]]))
            for chunk, cosine in zip(own, cosines, strict=True)
        ]
        by_meaning = [name for name, _, _ in sorted(scored, key=lambda item: (-item[1], item[0]))]
        by_words = [name for name, _, score in sorted(scored, key=lambda item: (-item[2], item[0])) if score > 0]
        return fuse((by_meaning, by_words))[:OWN_HITS]

    def _dense(self, collection: str, query: Query) -> list[str]:
        found = self._store.nearest(collection, query.vector, ROWS if collection == QUESTIONS else DEPTH)
        known = (name for name, cosine in found if not (query.unknown and collection == QUESTIONS and cosine > SAME))
        return list(islice(dict.fromkeys(known), DEPTH))

    def _lexical(self, query: Query) -> list[str]:
        found = self._words.search(query.repaired, len(self._chunks), query.further)
        chunks = (self.generation.chunks[position] for position, _ in found)
        return list(islice((chunk.id for chunk in chunks if not chunk.site), DEPTH))

    def _read(self, query: Query, chunk: Chunk, units: Sequence[Unit], lexical: float, fused: float) -> list[Reading]:
        rows = self._rows[chunk.id]
        own = chunk.kind == "clinic"
        nearest = self._nearest(query, [rows.questions, *rows.asked])
        by_sentence = dict(zip(chunk.passage.sentences, nearest[1:], strict=True))
        head_on = nearest[0] if chunk.kind == "guide" else 0.0
        cosines = self._cosines(rows.sentences, query)
        sentences = dict(zip(chunk.passage.sentences, cosines, strict=True))
        unasked = 0.0 if any(rows.asked) else float(cosines.max(initial=0.0)) ** 2
        said = [max(float(sentences[sentence]) for sentence in unit.sentences) for unit in units]
        texts = [chunk.quote(unit.start, unit.end) for unit in units]
        common = Reading(
            asked=0.0,
            passage_asked=max(nearness(max(nearest)), unasked),
            passage=float(self._cosines([rows.context], query)[0]),
            sentence=0.0,
            words=0.0,
            lexical=lexical,
            fused=fused,
            opening=float(own),
            leading=float(own or chunk.kind == "guide"),
            same_drug=1.0,
            fits=1.0,
            general=1.0,
        )
        return [
            replace(
                common,
                asked=max(
                    nearness(max(by_sentence[one] for one in unit.sentences)),
                    nearness(head_on) if number == 0 else 0.0,
                    unasked and said[number] ** 2,
                ),
                sentence=said[number],
                words=self._covered(query.stems, self._stems[chunk.id][number]),
                opening=float(own or number == 0),
                same_drug=float(same_drug(query.repaired, texts[number])),
                fits=fits(query.demands, texts[number]),
                general=float(own or is_general(query.unnamed, texts[number])),
            )
            for number, unit in enumerate(units)
        ]

    def _foremost(self, query: Query, one: Looked) -> int:
        """Give which sentence of a unit comes nearest to the question; the first where one leans on another."""
        sentences = one.unit.sentences
        if len(sentences) == 1 or any(sentence.leans for sentence in sentences):
            return 0
        rows = dict(zip(one.chunk.passage.sentences, self._rows[one.chunk.id].sentences, strict=True))
        cosines = self._cosines([rows[sentence] for sentence in sentences], query)
        said = (stems(one.chunk.quote(sentence.start, sentence.end)) for sentence in sentences)
        words = np.array([self._covered(query.stems, each) for each in said])
        return int(np.argmax(cosines + COVERED * words))

    def _meaning(self, one: Looked) -> Vectors:
        rows = dict(zip(one.chunk.passage.sentences, self._rows[one.chunk.id].sentences, strict=True))
        mean = self.generation.vectors[[rows[sentence] for sentence in one.unit.sentences]].mean(axis=0)
        return np.asarray(mean / np.linalg.norm(mean), dtype=np.float32)

    def _nearest(self, query: Query, ranges: Sequence[range]) -> list[float]:
        """Give the best cosine of the known questions in each range of rows; 0 where there is none."""
        cosines = self._cosines(list(chain(*ranges)), query)
        if query.unknown:
            cosines = np.where(cosines > SAME, 0, cosines)
        ends = np.cumsum([len(rows) for rows in ranges])
        return [float(part.max(initial=0.0)) for part in np.split(cosines, ends[:-1])]

    def _cosines(self, rows: Sequence[int], query: Query) -> NDArray[np.float32]:
        return np.asarray(self.generation.vectors[list(rows)] @ query.vector, dtype=np.float32)

    def _covered(self, words: Iterable[str], known: Iterable[str]) -> float:
        inside = set(known)
        weights = {word: self._rarity.get(word, self._rarest) for word in words}
        total = sum(weights.values())
        return sum(weight for word, weight in weights.items() if word in inside) / total if total else 0.0


def _asked_countries(question: str, last: str, before: Sequence[str]) -> frozenset[str]:
    """Give the countries that count: see `Searcher.prepare`. What is asked of "and in Brazil?" was said before it."""
    if now := countries_of(last):
        return now if is_local(question) else frozenset()
    named = (countries_of(text) for text in (question, *before))
    return next(filter(None, named), frozenset()) if is_local(last or question) else frozenset()


def of_another(query: Query, one: Looked) -> bool:
    """Tell whether a unit speaks of other countries, years or medicines than the question, or can't be its answer."""
    said = f"{one.context}. {one.text} {one.asked}" if query.medicines or query.kin else ""
    return (
        bool(query.countries and elsewhere(query.countries, one.said_first))
        or bool(query.years and other_years(query.years, one.text))
        or lacks(query.demands, one.text)
        or bool(query.kin and query.kin.isdisjoint(kin_in(said)))
        or bool(query.medicines and query.medicines.isdisjoint(other_medicines(said)))
    )


def chosen(units: Sequence[Looked]) -> list[Looked]:
    """Give the units worth reading, best first; a site's own ones are among them."""
    scores = FIRST.logits([unit.reading for unit in units])
    order = sorted(range(len(units)), key=lambda place: (-scores[place], units[place].chunk.id, place))
    ranked = [units[place] for place in order]
    own = [unit for unit in ranked if unit.chunk.kind == "clinic"][:OWN_READ]
    return [*own, *[unit for unit in ranked if unit not in own][: READ - len(own)]]


def evidence(chunk: Chunk, known: Mapping[tuple[str, int, int], Evidence]) -> tuple[Evidence, ...]:
    """Give every unit of a chunk as evidence, known by (chunk id, start, end); those that were not read score 0."""
    return tuple(known.get((chunk.id, unit.start, unit.end), Evidence(unit, 0.0)) for unit in chunk.passage.units())


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
