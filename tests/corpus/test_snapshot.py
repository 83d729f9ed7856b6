from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpus.loaders import load_corpus
from corpus.snapshot import read_snapshot, sentence_records, sentences_of, write_snapshot
from corpus.types import Claim, Corpus, Difference, Document, Dropped, Fact, Passage, Sentence

TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)
TEXTS = st.lists(TEXT, max_size=3).map(tuple)
COUNT = st.integers(0, 10**6)
SENTENCES = st.lists(st.builds(Sentence, COUNT, COUNT, TEXTS, st.booleans(), st.booleans()), max_size=3).map(tuple)
PASSAGES = st.builds(Passage, TEXT, TEXTS, COUNT, COUNT, SENTENCES, TEXTS, st.none() | COUNT)
DOCUMENTS = st.builds(
    Document,
    TEXT,
    TEXT,
    st.sampled_from(["article", "source", "guide", "clinic"]),
    TEXT,
    st.lists(PASSAGES, max_size=2).map(tuple),
    st.lists(st.builds(Dropped, COUNT, TEXT, TEXT), max_size=2).map(tuple),
)
FACTS = st.builds(
    Fact,
    *[TEXT] * 2,
    st.sampled_from(["label", "press"]),
    *[TEXT] * 9,
    st.none() | st.dates(),
    st.booleans(),
    st.none() | COUNT,
)
DIFFERENCES = st.builds(
    Difference,
    TEXT,
    st.sampled_from(["sources_differ", "newer_source"]),
    TEXT,
    st.lists(TEXTS, max_size=3).map(tuple),
    st.lists(st.builds(Claim, TEXT, TEXT), max_size=2).map(tuple),
)
CORPORA = st.builds(
    lambda documents, facts, differences, digest: Corpus(
        tuple(documents), {fact.id: fact for fact in facts}, tuple(differences), digest
    ),
    st.lists(DOCUMENTS, max_size=2, unique_by=lambda document: document.id),
    st.lists(FACTS, max_size=2),
    st.lists(DIFFERENCES, max_size=2),
    TEXT,
)


@given(corpus=CORPORA)
def test_any_corpus_is_read_back_as_it_was_written(tmp_path_factory: pytest.TempPathFactory, corpus: Corpus) -> None:
    path = tmp_path_factory.getbasetemp() / "snapshot.json"
    write_snapshot(corpus, path)
    again = read_snapshot(path)
    assert again == corpus
    assert list(again.facts) == list(corpus.facts)


def test_a_loaded_corpus_is_read_back_as_it_was_written(corpus_folder: Path, tmp_path: Path) -> None:
    corpus = load_corpus(corpus_folder)
    write_snapshot(corpus, tmp_path / "a.json")
    again = read_snapshot(tmp_path / "a.json")
    assert again == corpus
    assert again.facts["TS-002"].valid_until == date(2027, 12, 31)
    assert again.by_id["visits"].passages[0].sentences[0].facts == ("TS-001",)


def test_the_same_corpus_gives_the_same_bytes(corpus_folder: Path, tmp_path: Path) -> None:
    for name in ("a", "b"):
        write_snapshot(load_corpus(corpus_folder), tmp_path / name)
    assert (tmp_path / "a").read_bytes() == (tmp_path / "b").read_bytes()


def test_a_sentence_as_a_record() -> None:
    sentences = (Sentence(3, 9, ("TS-001",), leans=True, asked_as=("why",)), Sentence(10, 12, companion=True))
    records = sentence_records(sentences)
    assert records == [[3, 9, ["TS-001"], False, True, ["why"]], [10, 12, [], True, False, []]]
    assert sentences_of(records) == sentences
