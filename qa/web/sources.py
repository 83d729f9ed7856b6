"""What the answers of a site rest on, as JSON."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from datetime import date
from typing import Any

from corpus.types import Corpus, Document, Fact, Sentence
from corpus.withdrawn import Withdrawn
from qa.citations import provenance
from qa.web.dates import newest

Shown = tuple[str, str, str, str]
Quoted = tuple[Document, Sequence[Sentence]]


def sources_record(corpus: Corpus, site: str, today: date, withdrawn: Withdrawn) -> dict[str, Any]:
    """Give the documents that answer on a site, and the public sources of their sentences that hold on the day.

    What is withdrawn answers nothing: neither its sources nor a document of which nothing else is left are given.
    """
    quoted = [
        (document, sentences) for document in corpus.documents
        if document.site in ("", site) and (sentences := _quoted(document, withdrawn))
    ]  # fmt: skip
    facts: defaultdict[tuple[str, Shown], list[str]] = defaultdict(list)
    for document, fact in _facts_of(quoted, corpus):
        if fact.valid_until is None or fact.valid_until >= today:
            facts[fact.kind, provenance(document, fact)].append(fact.id)
    sources = [_source(kind, shown, names) for (kind, shown), names in facts.items()]
    ordered = sorted(sources, key=lambda source: (source["title"], source["published"], source["url"]))
    return {
        "documents": [_document(document) for document, _ in quoted],
        "sources": ordered,
        "newest": newest(source["published"] for source in sources),
    }


def _quoted(document: Document, withdrawn: Withdrawn) -> list[Sentence]:
    return [
        sentence for passage in document.passages for sentence in passage.sentences
        if not withdrawn.touches(document.id, [sentence])
    ]  # fmt: skip


def _facts_of(quoted: Sequence[Quoted], corpus: Corpus) -> Iterator[tuple[Document, Fact]]:
    """Give each fact on which a sentence rests once, with a document that states it."""
    seen: dict[str, Document] = {}
    for document, sentences in quoted:
        for sentence in sentences:
            for name in sentence.facts:
                seen.setdefault(name, document)
    return ((document, corpus.facts[name]) for name, document in sorted(seen.items()))


def _source(kind: str, shown: Shown, facts: list[str]) -> dict[str, Any]:
    title, publisher, url, published = shown
    return {"title": title, "publisher": publisher, "published": published, "url": url, "kind": kind, "facts": facts}


def _document(document: Document) -> dict[str, str]:
    return {
        "id": document.id,
        "title": document.title,
        "kind": document.kind,
        "published": document.published,
        "url": document.url,
    }
