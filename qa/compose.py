"""From hits to the sentences of an answer: the best unit, what must travel with it, and what adds to it."""

import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from corpus.conflicts import laxer_than
from corpus.types import Corpus, Difference, Sentence, Unit
from corpus.withdrawn import NOTHING, Withdrawn
from index.lexical import stems
from index.types import Chunk, Hit
from qa.citations import Citer
from qa.precedence import RULING, preference
from qa.types import MOST_SENTENCES

LEAST = 0.001
"""Least score of a unit that opens an answer. Whether there is an answer at all is judged before, by
`index.readings.ANSWERABLE`."""
ADDS = 0.05
"""Least score of a unit beside the opening, and of a clinic's own or a label's where one of these is to go first."""
ENOUGH = 3
"""Sentences after which nothing further is looked for."""
RUN_SHARE = 0.15
"""Least share of the opening unit's score for the units that follow it under the same heading of a guide."""
ADDS_SHARE = 0.35
"""Least share of the opening unit's score for a unit from elsewhere."""
MOST_CLINIC = 2
"""Units of a clinic's own documents that an answer holds beside its opening."""
TRIED = 3
"""Units that are tried for each further thing that was asked."""
SAME_WORDS = 0.6
"""Share of common content words from which two sentences are taken to say the same thing."""
TWIN_WORDS = 0.7
"""Share of the longer one's content words from which two sentences with the same figures are one statement."""
FIGURE = re.compile(r"\d[\d.,]*")
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
    foremost: int = 0

    @property
    def text(self) -> str:
        """The unit's text."""
        return self.chunk.quote(self.unit.start, self.unit.end)


@dataclass(frozen=True, slots=True)
class Draft:
    """What an answer is made of. differences: the groups whose sides it brings together.

    twins: (a pick, a unit from another document that says the same and is shown as a further source of it).
    """

    picks: tuple[Pick, ...]
    differences: tuple[Difference, ...]
    twins: tuple[tuple[Pick, Pick], ...] = ()

    def sentences(self) -> list[tuple[Chunk, Sentence]]:
        """Give each sentence once, in the order of the picks and, within one pick, as it stands in the text.

        Of the first pick, the sentence that comes nearest to the question goes first.
        """
        placed = _sentences(self.picks)
        foremost = self.picks[0].foremost
        return [placed[foremost], *placed[:foremost], *placed[foremost + 1 :]]

    def twins_of(self, chunk: Chunk, sentence: Sentence) -> list[tuple[str, Sentence]]:
        """Give the sentences of other sources that say the same, as (document id, sentence)."""
        return [
            (twin.chunk.document, twin.unit.sentences[0])
            for pick, twin in self.twins
            if pick.chunk.id == chunk.id and pick.unit.sentences[0] == sentence
        ]


class Composer:
    """Composes answers from one corpus."""

    def __init__(self, corpus: Corpus, chunks: Sequence[Chunk], citer: Citer) -> None:
        """Note where each fact is stated."""
        self._corpus = corpus
        self._citer = citer
        self._stating = _units_by_fact(chunks)

    def compose(
        self,
        hits: Sequence[Hit],
        today: date,
        *,
        further: Sequence[Sequence[Hit]] = (),
        beside: Sequence[str] = (),
        own_matter: bool = False,
        without_amounts: bool = False,
        least: float = LEAST,
        withdrawn: Withdrawn = NOTHING,
    ) -> Draft | None:
        """Give the answer's sentences, None where nothing answers well enough.

        today: facts that expired before are not quoted. further: the hits of what else was asked in the same message.
        beside: facts, the best first, one of which the answer states too where a document does.
        own_matter: the question is one that a clinic alone can answer. without_amounts: leave out every unit that
        states an amount. least: score from which a unit may open an answer. withdrawn: sentences not to be quoted.
        """
        usable = self._usable(without_amounts, today, withdrawn)
        candidates = _sorted(hits, usable, own_matter=own_matter)
        rest = [self._leads(_sorted(found, usable, own_matter=own_matter), least, own_matter=own_matter)
                for found in further]  # fmt: skip
        for lead in self._leads(candidates, least, own_matter=own_matter):
            start = self._closure([lead, *self._beside(beside, lead, usable)], usable)
            if start is not None:
                start = self._with_further(start, rest, usable)
                from_elsewhere = [] if own_matter and lead.chunk.kind == "clinic" else _others(lead, candidates)
                additions = [*_own(candidates), *_run(lead, candidates), *from_elsewhere]
                picks = self._extended(start, additions, usable)
                return replace(self._draft(picks), twins=tuple(_twins(picks, candidates)))
        if not further:
            return None
        return self.compose(further[0], today, further=further[1:], beside=beside, own_matter=own_matter,
                            without_amounts=without_amounts, least=least, withdrawn=withdrawn)  # fmt: skip

    def quotable(self, chunk: Chunk, unit: Unit, today: date) -> bool:
        """Tell whether a unit fits into an answer together with all that must be quoted beside it."""
        usable = self._usable(without_amounts=False, today=today, withdrawn=NOTHING)
        pick = Pick(chunk, unit, 1.0)
        return usable(pick) and self._closure([pick], usable) is not None

    def _leads(self, candidates: Sequence[Pick], least: float, *, own_matter: bool) -> list[Pick]:
        """Give the units that may open the answer: no clinic's own instruction where a label or regulator has one."""
        able = [pick for pick in candidates if pick.score >= (max(ADDS, least) if _is_own(pick) else least)]
        curated = [pick for pick in able if not _is_own(pick)]
        sure = (pick for pick in curated if pick.score >= ADDS and pick.unit.facts)
        ruled = any(self._citer.rank(pick.unit.sentences[0]) <= RULING for pick in sure)
        return curated if ruled and not own_matter else able

    def _usable(self, without_amounts: bool, today: date, withdrawn: Withdrawn) -> Callable[[Pick], bool]:
        def usable(pick: Pick) -> bool:
            if withdrawn.touches(pick.chunk.document, pick.unit.sentences):
                return False
            holds = all(self._citer.holds(sentence, today) for sentence in pick.unit.sentences)
            return holds and not _is_lax(pick) and not (without_amounts and AMOUNT.search(pick.text))

        return usable

    def _beside(self, facts: Sequence[str], lead: Pick, usable: Callable[[Pick], bool]) -> list[Pick]:
        """Give the unit that states the first of the facts that one can; none where the lead states one itself."""
        if set(facts).intersection(lead.unit.facts):
            return []
        found = (self._counterpart([fact], [lead], usable) for fact in facts)
        return [pick for pick in found if pick][:1]

    def _with_further(
        self, picks: list[Pick], rest: Sequence[Sequence[Pick]], usable: Callable[[Pick], bool]
    ) -> list[Pick]:
        """Add the best unit for each thing else that was asked, if it says something new and there is room for it."""
        for leads in rest:
            fitting = (self._closure([*picks, lead], usable) for lead in leads[:TRIED] if not _says_again(lead, picks))
            picks = next((closed for closed in fitting if closed is not None), picks)
        return picks

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

    def _draft(self, picks: Sequence[Pick]) -> Draft:
        facts = _facts(picks)
        touched = [
            group
            for group in self._corpus.differences
            if (len(group.sides) > 1 and all(facts.intersection(side) for side in group.sides)) or _claims(group, picks)
        ]
        return Draft(tuple(picks), tuple(touched))


def _units_by_fact(chunks: Iterable[Chunk]) -> Mapping[str, Sequence[Pick]]:
    stating = defaultdict(list)
    for chunk in chunks:
        for unit in chunk.passage.units():
            for fact in unit.facts:
                stating[fact].append(Pick(chunk, unit, 0.0))
    return stating


def _is_own(pick: Pick) -> bool:
    """Tell whether a unit is a clinic's own."""
    return pick.chunk.kind == "clinic"


def _is_lax(pick: Pick) -> bool:
    """Tell whether a clinic's own unit holds a sentence that may be laxer than a label."""
    quotes = (pick.chunk.quote(sentence.start, sentence.end) for sentence in pick.unit.sentences)
    return pick.chunk.kind == "clinic" and any(laxer_than(quote) for quote in quotes)


def _all_picks(hits: Iterable[Hit]) -> Iterator[Pick]:
    return (Pick(hit.chunk, one.unit, one.score, one.foremost) for hit in hits for one in hit.evidence)


def _sorted(hits: Sequence[Hit], usable: Callable[[Pick], bool], *, own_matter: bool) -> list[Pick]:
    return sorted(
        (pick for pick in _all_picks(hits) if usable(pick)),
        key=lambda pick: (-preference(pick.chunk.kind, pick.score, own_matter=own_matter), *_order(pick)),
    )


def _order(pick: Pick) -> tuple[str, int]:
    return pick.chunk.id, pick.unit.start


def _run(lead: Pick, candidates: Iterable[Pick]) -> list[Pick]:
    """Give the units after the lead under its heading, in reading order, where the lead stands in a guide."""
    if lead.chunk.kind != "guide":
        return []
    after = (pick for pick in candidates if pick.chunk.id == lead.chunk.id and pick.unit.start > lead.unit.start)
    return sorted((pick for pick in after if pick.score >= RUN_SHARE * lead.score), key=_order)


def _others(lead: Pick, candidates: Iterable[Pick]) -> list[Pick]:
    least = max(ADDS, ADDS_SHARE * lead.score)
    return [pick for pick in candidates if pick.score >= least and pick.chunk.kind != "clinic"]


def _own(candidates: Iterable[Pick]) -> list[Pick]:
    """Give the best of what the clinic itself says to the question."""
    return [pick for pick in candidates if pick.chunk.kind == "clinic" and pick.score >= ADDS][:MOST_CLINIC]


def _repeats(pick: Pick, picks: Sequence[Pick]) -> bool:
    """Tell whether a pick says again what is there: the same leading fact, or mostly the same words."""
    for other in picks:
        if set(pick.unit.facts[:1]) & set(other.unit.facts) or set(other.unit.facts[:1]) & set(pick.unit.facts):
            return True
    return _says_again(pick, picks)


def _says_again(pick: Pick, picks: Iterable[Pick]) -> bool:
    """Tell whether a pick says mostly the same words: two things may rest on one fact, where two were asked."""
    words = set(stems(pick.text))
    for other in picks:
        said = set(stems(other.text))
        if words and said and len(words & said) / min(len(words), len(said)) >= SAME_WORDS:
            return True
    return False


def _twins(picks: Sequence[Pick], candidates: Iterable[Pick]) -> Iterator[tuple[Pick, Pick]]:
    """Give the candidates of one sentence that say what a pick of one sentence says, in the same figures."""
    for candidate in candidates:
        if candidate.score < ADDS or candidate.chunk.kind != "source" or len(candidate.unit.sentences) > 1:
            continue
        for pick in picks:
            if (
                len(pick.unit.sentences) == 1
                and pick.chunk.document != candidate.chunk.document
                and _same(pick, candidate)
            ):
                yield pick, candidate


def _same(pick: Pick, other: Pick) -> bool:
    one, two = set(stems(pick.text)), set(stems(other.text))
    return (
        set(FIGURE.findall(pick.text)) == set(FIGURE.findall(other.text))
        and len(one & two) >= TWIN_WORDS * max(len(one), len(two))
        and pick.unit.facts[:1] != other.unit.facts[:1]
    )


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
