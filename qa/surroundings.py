"""What stands around a cited sentence in its document, and which citations of an answer contradict each other."""

from collections.abc import Iterator
from dataclasses import dataclass

from corpus.types import Corpus, Difference, DifferenceKind
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
class Comparison:
    """Citations that a difference between sources sets against each other, one for each position; the older first."""

    kind: DifferenceKind
    topic: str
    sides: tuple[Citation, ...]


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
        Comparison(group.kind, group.topic, tuple(dict.fromkeys(_sides(group, answer))))
        for group in corpus.differences
        if group.kind in told
    )
    return tuple(one for one in found if len(one.sides) > 1)


def _sides(group: Difference, answer: Answer) -> Iterator[Citation]:
    for claim in group.claims:
        yield from (one for one in answer.citations
                    if one.document == claim.document and claim.words in one.passage)  # fmt: skip
    for side in group.sides:
        yield from [one for one in answer.citations if set(side).intersection(one.facts)][:1]
