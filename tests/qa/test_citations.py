from dataclasses import replace
from datetime import date

import pytest

from corpus.types import Corpus, Sentence
from index.types import Chunk
from qa.citations import Citer
from qa.types import InvalidAnswer

TODAY = date(2026, 11, 23)


def chunk_of(chunks: list[Chunk], name: str) -> Chunk:
    return next(chunk for chunk in chunks if chunk.id == name)


def test_a_source_sentence_shows_its_first_fact(citer: Citer, chunks: list[Chunk], corpus: Corpus) -> None:
    chunk = chunk_of(chunks, "source#length")
    citation = citer.cite(1, chunk, chunk.passage.sentences[0], TODAY)
    assert corpus.by_id["source"].text[citation.start : citation.end] == citation.quote
    assert (citation.title, citation.publisher, citation.published) == (
        "Title of AA-001",
        "Publisher of AA-001",
        "2026-01-01",
    )
    assert (citation.kind, citation.wording, citation.evidence) == ("label", "summary", ())


def test_another_provider_is_neither_named_nor_linked(citer: Citer, chunks: list[Chunk]) -> None:
    chunk = chunk_of(chunks, "source#length")
    citation = citer.cite(1, chunk, chunk.passage.sentences[1], TODAY)
    assert "Bright" not in f"{citation.title} {citation.publisher}"
    assert citation.url == ""
    assert citation.published == "2026-01-01"


def test_a_guide_shows_the_source_sentences_behind_it(citer: Citer, chunks: list[Chunk], corpus: Corpus) -> None:
    chunk = chunk_of(chunks, "guide#visit")
    citation = citer.cite(1, chunk, chunk.passage.sentences[0], TODAY)
    assert citation.kind == "guide"
    [evidence] = citation.evidence
    assert evidence.quote == "Patients stay for at least two hours after each dose."
    assert corpus.by_id["source"].text[evidence.start : evidence.end] == evidence.quote
    assert evidence.publisher == "Publisher of AA-001"


def test_offsets_that_do_not_hold_the_sentence_are_refused(citer: Citer, chunks: list[Chunk]) -> None:
    chunk = chunk_of(chunks, "guide#visit")
    shifted = replace(chunk, passage=replace(chunk.passage, start=chunk.passage.start - 1))
    with pytest.raises(InvalidAnswer):
        citer.cite(1, shifted, chunk.passage.sentences[0], TODAY)


def test_an_expired_fact_does_not_hold(citer: Citer) -> None:
    sentence = Sentence(0, 1, ("AA-005",))
    assert citer.holds(sentence, date(2026, 12, 31))
    assert not citer.holds(sentence, date(2027, 1, 1))


def test_rank_follows_the_order_of_kinds(citer: Citer) -> None:
    assert citer.rank(Sentence(0, 1, ("AA-001",))) == 0
    assert citer.rank(Sentence(0, 1, ("AA-003",))) < citer.rank(Sentence(0, 1, ("AA-002",)))
    assert citer.rank(Sentence(0, 1, ("AA-002", "AA-001"))) == 0
