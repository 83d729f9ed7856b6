"""What stands around a cited sentence in its document, and which citations of an answer contradict each other."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from corpus.types import Corpus, Difference, DifferenceKind, Fact
from qa.policy.load import wordings
from qa.types import Answer, Citation


@dataclass(frozen=True, slots=True)
class Around:
    """The sentences before and after a quote in its document, empty at its ends.

    bound: the quote may only be read together with the sentence before it.
    """

    before: str = ""
    after: str = ""
    bound: bool = False


@dataclass(frozen=True, slots=True)
class Side:
    """A citation that holds one position of a difference, and whose position that is: publisher and date of its fact.

    A sentence may rest on several facts, so that these are not always the citation's own.
    """

    citation: Citation
    publisher: str
    published: str


@dataclass(frozen=True, slots=True)
class Comparison:
    """What a difference between sources sets against each other, one side for each position; the older first."""

    kind: DifferenceKind
    topic: str
    sides: tuple[Side, ...]


def around(corpus: Corpus, citation: Citation) -> Around:
    """Give what stands around a citation's quote; nothing where the corpus no longer holds it."""
    document = corpus.by_id.get(citation.document)
    if document is None or document.text[citation.start : citation.end] != citation.quote:
        return Around()
    sentences = [sentence for passage in document.passages for sentence in passage.sentences]
    place = next((place for place, sentence in enumerate(sentences) if sentence.start == citation.start), None)
    if place is None:
        return Around()
    texts = ["", *(document.text[sentence.start : sentence.end] for sentence in sentences), ""]
    return Around(texts[place], texts[place + 2], sentences[place].companion or sentences[place].leans)


def comparisons(corpus: Corpus, answer: Answer) -> tuple[Comparison, ...]:
    """Give the differences that the answer's notices tell of, each with the citations on its sides."""
    told = {notice.kind for notice in answer.notices}
    found = (
        Comparison(group.kind, group.topic, _one_each(sides(group, answer.citations, corpus)))
        for group in corpus.differences
        if group.kind in told
    )
    return tuple(one for one in found if len(one.sides) > 1)


def sides(group: Difference, citations: Sequence[Citation], corpus: Corpus) -> Iterator[Side]:
    """Give what is cited for each position of a difference: a claim that a side qualifies first, then the sides."""
    for claim in group.claims:
        yield from (Side(one, one.publisher, one.published) for one in citations
                    if one.document == claim.document and claim.words in one.passage)  # fmt: skip
    for side in group.sides:
        stated = ((one, fact) for one in citations for fact in one.facts if fact in side)
        yield from [_side(one, corpus.facts[fact]) for one, fact in stated][:1]


def _side(citation: Citation, fact: Fact) -> Side:
    withheld = wordings()["provenance"]["provider_publisher"]
    return Side(citation, withheld if fact.kind == "provider" else fact.publisher, fact.published)


def _one_each(found: Iterator[Side]) -> tuple[Side, ...]:
    by_citation: dict[Citation, Side] = {}
    for side in found:
        by_citation.setdefault(side.citation, side)
    return tuple(by_citation.values())
