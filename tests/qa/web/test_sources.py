"""What is withdrawn is no source any more."""

from datetime import date

from corpus.loaders import load_corpus
from corpus.types import Corpus
from corpus.withdrawn import Correction, Target, withdrawn_from
from qa.settings import Settings
from qa.web.sources import sources_record

TODAY = date(2026, 1, 15)


def record(corpus: Corpus, *targets: Target) -> tuple[list[str], set[str]]:
    log = [Correction("2026-11-29", "withdraw", target, (), "wrong") for target in targets]
    found = sources_record(corpus, "", TODAY, withdrawn_from(corpus, log))
    names = {name for source in found["sources"] for name in source["facts"]}
    return [document["id"] for document in found["documents"]], names


def test_withdrawn_documents_and_what_they_alone_rest_on_are_not_listed(small_home: Settings) -> None:
    corpus = load_corpus(small_home.corpus, small_home.sites)
    documents, facts = record(corpus)
    *others, last = documents
    left, still = record(corpus, *map(Target, others))
    assert left == [last]
    assert set() < still < facts
    assert record(corpus, *map(Target, documents)) == ([], set())


def test_a_document_of_which_a_passage_is_left_is_listed(small_home: Settings) -> None:
    corpus = load_corpus(small_home.corpus, small_home.sites)
    [rooms] = [document for document in corpus.documents if document.id == "rooms"]
    first, *others = (Target("rooms", passage.anchor) for passage in rooms.passages)
    assert "rooms" in record(corpus, first)[0]
    assert "rooms" not in record(corpus, first, *others)[0]
