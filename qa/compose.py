"""From hits to the sentences of an answer: the best unit, what must travel with it, and what adds to it."""

import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from corpus.conflicts import laxer_than
from corpus.types import Corpus, Difference, Sentence, Unit
from index.lexical import stems
from index.types import Chunk, Hit
from qa.citations import Citer
from qa.precedence import RULING, preference
from qa.types import MOST_SENTENCES

ANSWERABLE = 0.45
"""Least score of a unit that opens an answer; see docs/decisions.md for the trade-off it was chosen on."""
ENOUGH = 3
"""Sentences after which nothing further is looked for."""
RUN_SHARE = 0.3
"""Least share of the opening unit's score for the units that follow it under the same heading of a guide."""
ADDS_SHARE = 0.85
"""Least share of the opening unit's score for a unit from elsewhere."""
MOST_CLINIC = 2
"""Units of a clinic's own documents that an answer holds beside its opening."""
SAME_WORDS = 0.6
"""Share of common content words from which two sentences are taken to say the same thing."""
AMOUNT = re.compile(
    r"\b\d[\d.,]*\s?(mg|milligrams?|mcg|micrograms?|g|grams?|ml|millilit\w+|cc)\b|\bmg\b|\bper[ -]?kg\b|/kg"
    r"|\b(\d+|one|two|three|four|five|six) (sprays?|tablets?|lozenges?|troches?|devices?|pills?|bottles?)\b",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Pick:
    """A unit chosen for the answer, with the chunk it stands in."""

    chunk: Chunk
    unit: Unit
    score: float

    @property
    def text(self) -> str:
        """The unit's text."""
        return self.chunk.quote(self.unit.start, self.unit.end)


@dataclass(frozen=True, slots=True)
class Draft:
    """What an answer is made of. differences: the groups whose sides it brings together. confidence: its best score."""

    picks: tuple[Pick, ...]
    differences: tuple[Difference, ...]
    confidence: float

    def sentences(self) -> list[tuple[Chunk, Sentence]]:
        """Give each sentence once, in the order of the picks and, within one pick, as it stands in the text."""
        return _sentences(self.picks)


class Composer:
    """Composes answers from one corpus."""

    def __init__(self, corpus: Corpus, chunks: Sequence[Chunk], citer: Citer) -> None:
        """Note where each fact of a difference is stated."""
        self._corpus = corpus
        self._citer = citer
        self._stating = _units_by_fact(
            chunks, {fact for group in corpus.differences for side in group.sides for fact in side}
        )

    def compose(
        self,
        hits: Sequence[Hit],
        today: date,
        *,
        own_matter: bool = False,
        without_amounts: bool = False,
        least: float = ANSWERABLE,
    ) -> Draft | None:
        """Give the answer's sentences, None where nothing answers well enough.

        today: facts that expired before are not quoted. own_matter: the question is one that a clinic alone can answer.
        without_amounts: leave out every unit that states an amount. least: score from which a unit may open an answer.
        """
        usable = self._usable(without_amounts, today)
        candidates = sorted(
            (pick for pick in _all_picks(hits) if usable(pick)),
            key=lambda pick: (-preference(pick.chunk.kind, pick.score, own_matter=own_matter), *_order(pick)),
        )
        for lead in self._leads(candidates, least, own_matter=own_matter):
            start = self._closure([lead], usable)
            if start is not None:
                from_elsewhere = [] if own_matter and lead.chunk.kind == "clinic" else _others(lead, candidates)
                additions = [*_own(candidates), *_run(lead, candidates), *from_elsewhere]
                return self._draft(self._extended(start, additions, usable), lead.score)
        return None

    def quotable(self, chunk: Chunk, unit: Unit, today: date) -> bool:
        """Tell whether a unit fits into an answer together with all that must be quoted beside it."""
        usable = self._usable(without_amounts=False, today=today)
        pick = Pick(chunk, unit, 1.0)
        return usable(pick) and self._closure([pick], usable) is not None

    def _leads(self, candidates: Sequence[Pick], least: float, *, own_matter: bool) -> list[Pick]:
        """Give the units that may open the answer: no clinic's own instruction where a label or regulator has one."""
        able = [pick for pick in candidates if pick.score >= least]
        curated = [pick for pick in able if pick.chunk.kind != "clinic"]
        ruled = any(pick.unit.facts and self._citer.rank(pick.unit.sentences[0]) <= RULING for pick in curated)
        return curated if ruled and not own_matter else able

    def _usable(self, without_amounts: bool, today: date) -> Callable[[Pick], bool]:
        def usable(pick: Pick) -> bool:
            holds = all(self._citer.holds(sentence, today) for sentence in pick.unit.sentences)
            return holds and not _is_lax(pick) and not (without_amounts and AMOUNT.search(pick.text))

        return usable

    def _extended(self, picks: list[Pick], additions: Sequence[Pick], usable: Callable[[Pick], bool]) -> list[Pick]:
        for pick in additions:
            enough = len(_sentences(picks)) >= ENOUGH and pick.chunk.kind != "clinic"
            if not enough and not _repeats(pick, picks):
                picks = self._closure([*picks, pick], usable) or picks
        return picks

    def _closure(self, picks: list[Pick], usable: Callable[[Pick], bool]) -> list[Pick] | None:
        """Add the counterpart of every difference the picks touch; None where that makes too many sentences."""
        while len(_sentences(picks)) <= MOST_SENTENCES and (missing := next(self._unstated(picks), None)):
            counterpart = self._counterpart(missing, picks, usable)
            if counterpart is None:
                return None
            picks = [*picks, counterpart]
        return picks if len(_sentences(picks)) <= MOST_SENTENCES else None

    def _unstated(self, picks: Sequence[Pick]) -> Iterator[Sequence[str]]:
        """Give the sides that the picks call for and do not state."""
        facts = _facts(picks)
        for group in self._corpus.differences:
            yield from group.unstated(facts, claimed=_claims(group, picks))

    def _counterpart(self, side: Sequence[str], picks: Sequence[Pick], usable: Callable[[Pick], bool]) -> Pick | None:
        near = {pick.chunk.id for pick in picks}, {pick.chunk.document for pick in picks}
        options = [pick for fact in side for pick in self._stating.get(fact, ()) if usable(pick)]
        return min(
            options,
            key=lambda pick: (
                pick.chunk.id not in near[0],
                pick.unit.facts[0] not in side,
                len(pick.unit.sentences),
                pick.chunk.document not in near[1],
                *_order(pick),
            ),
            default=None,
        )

    def _draft(self, picks: Sequence[Pick], confidence: float) -> Draft:
        facts = _facts(picks)
        touched = [
            group
            for group in self._corpus.differences
            if (len(group.sides) > 1 and all(facts.intersection(side) for side in group.sides)) or _claims(group, picks)
        ]
        return Draft(tuple(picks), tuple(touched), confidence)


def _units_by_fact(chunks: Iterable[Chunk], facts: set[str]) -> Mapping[str, Sequence[Pick]]:
    stating = defaultdict(list)
    for chunk in chunks:
        for unit in chunk.passage.units():
            for fact in facts.intersection(unit.facts):
                stating[fact].append(Pick(chunk, unit, 0.0))
    return stating


def _is_lax(pick: Pick) -> bool:
    """Tell whether a clinic's own unit holds a sentence that may be laxer than a label."""
    quotes = (pick.chunk.quote(sentence.start, sentence.end) for sentence in pick.unit.sentences)
    return pick.chunk.kind == "clinic" and any(laxer_than(quote) for quote in quotes)


def _all_picks(hits: Iterable[Hit]) -> Iterator[Pick]:
    return (Pick(hit.chunk, evidence.unit, evidence.score) for hit in hits for evidence in hit.evidence)


def _order(pick: Pick) -> tuple[str, int]:
    return pick.chunk.id, pick.unit.start


def _run(lead: Pick, candidates: Iterable[Pick]) -> list[Pick]:
    """Give the units after the lead under its heading, in reading order, where the lead stands in a guide."""
    if lead.chunk.kind != "guide":
        return []
    after = (pick for pick in candidates if pick.chunk.id == lead.chunk.id and pick.unit.start > lead.unit.start)
    return sorted((pick for pick in after if pick.score >= RUN_SHARE * lead.score), key=_order)


def _others(lead: Pick, candidates: Iterable[Pick]) -> list[Pick]:
    least = max(ANSWERABLE, ADDS_SHARE * lead.score)
    return [pick for pick in candidates if pick.score >= least and pick.chunk.kind != "clinic"]


def _own(candidates: Iterable[Pick]) -> list[Pick]:
    """Give the best of what the clinic itself says to the question."""
    return [pick for pick in candidates if pick.chunk.kind == "clinic" and pick.score >= ANSWERABLE][:MOST_CLINIC]


def _repeats(pick: Pick, picks: Iterable[Pick]) -> bool:
    """Tell whether a pick says again what is there: the same leading fact, or mostly the same words."""
    words = set(stems(pick.text))
    for other in picks:
        if set(pick.unit.facts[:1]) & set(other.unit.facts) or set(other.unit.facts[:1]) & set(pick.unit.facts):
            return True
        said = set(stems(other.text))
        if words and said and len(words & said) / min(len(words), len(said)) >= SAME_WORDS:
            return True
    return False


def _sentences(picks: Iterable[Pick]) -> list[tuple[Chunk, Sentence]]:
    placed: dict[tuple[str, int], tuple[Chunk, Sentence]] = {}
    for pick in picks:
        for sentence in pick.unit.sentences:
            placed.setdefault((pick.chunk.document, sentence.start), (pick.chunk, sentence))
    return list(placed.values())


def _facts(picks: Iterable[Pick]) -> set[str]:
    return {fact for pick in picks for fact in pick.unit.facts}


def _claims(group: Difference, picks: Iterable[Pick]) -> bool:
    return any(
        claim.document == pick.chunk.document and claim.words in pick.text for pick in picks for claim in group.claims
    )
