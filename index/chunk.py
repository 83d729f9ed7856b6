"""Cuts documents into chunks of whole sentences, each under its heading path, with exact offsets."""

from collections.abc import Iterable, Iterator
from dataclasses import replace

from corpus.types import Corpus, Document, Passage, Sentence
from index.types import Chunk

VERSION = "4"
"""Changes when the same document would give other chunks or other embedded texts."""
MOST_WORDS = 160
"""About 220 tokens: with title and heading a chunk stays inside the 256 tokens the encoder reads."""


def chunk_corpus(corpus: Corpus) -> list[Chunk]:
    """Give the chunks of all documents, in their order."""
    return [chunk for document in corpus.documents for chunk in chunk_document(document)]


def chunk_document(document: Document) -> Iterator[Chunk]:
    """Give the document's chunks in reading order. Together they hold each sentence exactly once."""
    for passage in document.passages:
        for number, sentences in enumerate(_packed(document, passage), start=1):
            start, end = sentences[0].start, sentences[-1].end
            piece = replace(passage, sentences=sentences, start=start, end=end)
            name = f"{document.id}#{passage.anchor}" + (f"/{number}" if number > 1 else "")
            text = document.text[start:end]
            yield Chunk(name, document.id, document.title, document.kind, piece, text, document.site)


def _packed(document: Document, passage: Passage) -> Iterator[tuple[Sentence, ...]]:
    """Fill each chunk up to MOST_WORDS; sentences that are quoted together are never parted."""
    filled: list[Sentence] = []
    words = 0
    for group in _inseparable(passage.sentences):
        count = sum(len(document.text[sentence.start : sentence.end].split()) for sentence in group)
        if filled and words + count > MOST_WORDS:
            yield tuple(filled)
            filled, words = [], 0
        filled += group
        words += count
    if filled:
        yield tuple(filled)


def _inseparable(sentences: Iterable[Sentence]) -> Iterator[list[Sentence]]:
    group: list[Sentence] = []
    for sentence in sentences:
        if group and not (sentence.companion or sentence.leans):
            yield group
            group = []
        group.append(sentence)
    if group:
        yield group
