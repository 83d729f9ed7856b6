"""From a unit of the index to citations with provenance, each checked against the text it quotes."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import date

from corpus.types import FACT_KINDS, UNDATED, Corpus, Document, Fact, Sentence
from corpus.withdrawn import NOTHING, Withdrawn
from index.types import Chunk
from qa.policy.load import wordings
from qa.types import Citation, CitationKind, EvidenceQuote, InvalidAnswer

MOST_EVIDENCE = 3
"""Source sentences shown beside one sentence of a guide."""
NO_URL = ""


class Citer:
    """Makes citations for one corpus."""

    def __init__(self, corpus: Corpus) -> None:
        """Note which source sentences rest on each fact."""
        self._corpus = corpus
        self._sources: Mapping[str, Sequence[tuple[Document, Sentence]]] = _sentences_by_fact(corpus)

    def cite(
        self,
        number: int,
        chunk: Chunk,
        sentence: Sentence,
        today: date,
        twins: Sequence[tuple[str, Sentence]] = (),
        withdrawn: Withdrawn = NOTHING,
    ) -> Citation:
        """Give the citation of a sentence, with evidence that holds on the day `today`.

        twins: sentences of other sources that say the same, as (document id, sentence); they are evidence too.
        withdrawn: sentences that are no evidence, and are cut out of the passage. Raises InvalidAnswer if the document
        does not hold the sentence at its offsets.
        """
        document = self._corpus.by_id[chunk.document]
        quote = chunk.quote(sentence.start, sentence.end)
        _check(document, sentence.start, sentence.end, quote)
        fact = self._corpus.facts[sentence.facts[0]] if sentence.facts else None
        title, publisher, url, published = provenance(document, fact)
        return Citation(
            number=number,
            document=document.id,
            heading=" - ".join(chunk.passage.heading),
            passage=withdrawn.cut(document.id, chunk.passage, chunk.text, wordings()["provenance"]["withdrawn"]),
            quote=quote,
            start=sentence.start,
            end=sentence.end,
            wording="summary" if fact else "original",
            facts=sentence.facts,
            title=title,
            publisher=publisher,
            url=url,
            published=published,
            kind=_kind(document, fact),
            page=chunk.passage.page,
            evidence=self._evidence(
                document, sentence, today, [(self._corpus.by_id[name], one) for name, one in twins], withdrawn
            ),
        )

    def rank(self, sentence: Sentence) -> int:
        """Give the place of the sentence's best source in the order of kinds, 0 for a label."""
        kinds = [self._corpus.facts[name].kind for name in sentence.facts] or ["article"]
        return min(FACT_KINDS.index(kind) for kind in kinds)

    def sources_of(self, facts: Sequence[str]) -> list[tuple[Document, Sentence]]:
        """Give the source sentences that rest on any of the facts, those resting on the first named fact first."""
        found = [entry for name in facts for entry in self._sources.get(name, ())]
        return list(dict.fromkeys(found))

    def holds(self, sentence: Sentence, today: date) -> bool:
        """Tell whether every fact the sentence rests on may still be quoted."""
        limits = (self._corpus.facts[name].valid_until for name in sentence.facts)
        return all(limit is None or limit >= today for limit in limits)

    def _evidence(
        self,
        document: Document,
        sentence: Sentence,
        today: date,
        twins: Sequence[tuple[Document, Sentence]],
        withdrawn: Withdrawn,
    ) -> tuple[EvidenceQuote, ...]:
        founded = self.sources_of(sentence.facts) if document.kind == "guide" else []
        sources = (
            (source, one)
            for source, one in dict.fromkeys([*founded, *twins])
            if self.holds(one, today) and not withdrawn.touches(source.id, [one])
        )
        best_first = sorted(sources, key=lambda entry: self.rank(entry[1]))
        return tuple(self._evidence_quote(*entry) for entry in best_first[:MOST_EVIDENCE])

    def _evidence_quote(self, document: Document, sentence: Sentence) -> EvidenceQuote:
        shown = provenance(document, self._corpus.facts[sentence.facts[0]])
        quote = document.text[sentence.start : sentence.end]
        return EvidenceQuote(document.id, quote, sentence.start, sentence.end, *shown)


def _sentences_by_fact(corpus: Corpus) -> Mapping[str, Sequence[tuple[Document, Sentence]]]:
    """Give the source sentences by fact, those that name the fact first before those that name it later."""
    leading: defaultdict[str, list[tuple[Document, Sentence]]] = defaultdict(list)
    further: defaultdict[str, list[tuple[Document, Sentence]]] = defaultdict(list)
    for document in corpus.documents:
        if document.kind == "source":
            for passage in document.passages:
                for sentence in passage.sentences:
                    for position, name in enumerate(sentence.facts):
                        (further if position else leading)[name].append((document, sentence))
    return {name: (*leading[name], *further[name]) for name in {*leading, *further}}


def _check(document: Document, start: int, end: int, quote: str) -> None:
    if document.text[start:end] != quote or not quote:
        raise InvalidAnswer(f"{document.id} does not hold the quoted sentence at {start} to {end}.")


def provenance(document: Document, fact: Fact | None) -> tuple[str, str, str, str]:
    """Give title, publisher, url and date. Another provider is neither named nor linked."""
    said = wordings()["provenance"]
    if document.kind == "clinic":
        return document.title, said["clinic_publisher"], document.url, document.published or UNDATED
    if fact is None:
        return document.title, said["article_publisher"], NO_URL, UNDATED
    if fact.kind == "provider":
        return said["provider_title"], said["provider_publisher"], NO_URL, fact.published
    return fact.source_title, fact.publisher, fact.url, fact.published


def _kind(document: Document, fact: Fact | None) -> CitationKind:
    if document.kind in ("guide", "clinic"):
        return "guide" if document.kind == "guide" else "clinic"
    return fact.kind if fact else "article"
