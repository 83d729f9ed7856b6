import json
from datetime import date
from pathlib import Path

import pytest

from corpus.check import check_corpus
from corpus.errors import CorpusError
from corpus.loaders import corpus_digest, load_corpus
from corpus.questions import QUESTIONS, read_asked
from corpus.types import Corpus

LINES = (
    {"question": "must i stay long", "answers": [{"passage": "visits#resting", "sentence": "Patients rest in"}]},
    {"question": "two hours?", "answers": [{"passage": "visits#resting", "sentence": "Patients rest"},
                                           {"passage": "first-visit#how-long", "sentence": "You rest in the"}]},
)  # fmt: skip


@pytest.fixture
def asked(corpus_folder: Path) -> Path:
    """The small corpus with a folder of questions."""
    folder = corpus_folder / QUESTIONS
    folder.mkdir()
    (folder / "visits.jsonl").write_text("".join(json.dumps(line) + "\n" for line in LINES))
    return corpus_folder


def questions_of(corpus: Corpus, document: str, anchor: str) -> list[tuple[str, ...]]:
    [passage] = [passage for passage in corpus.by_id[document].passages if passage.anchor == anchor]
    return [sentence.asked_as for sentence in passage.sentences]


def test_each_sentence_gets_the_questions_that_it_answers(asked: Path) -> None:
    corpus = load_corpus(asked)
    assert questions_of(corpus, "visits", "resting") == [("must i stay long", "two hours?")]
    assert questions_of(corpus, "first-visit", "how-long")[0] == ("two hours?",)
    assert questions_of(corpus, "visits", "call") == [()]


def test_a_corpus_without_the_folder_has_none(corpus_folder: Path) -> None:
    assert list(read_asked(corpus_folder / QUESTIONS)) == []
    assert questions_of(load_corpus(corpus_folder), "visits", "resting") == [()]


def test_the_questions_are_part_of_what_the_corpus_is(asked: Path) -> None:
    before = corpus_digest(asked)
    (asked / QUESTIONS / "visits.jsonl").write_text(json.dumps(LINES[0]) + "\n")
    assert corpus_digest(asked) != before


def test_a_reworded_sentence_leaves_its_questions_out_and_is_told_of(asked: Path, today: date) -> None:
    path = asked / "documents/sources/visits.md"
    path.write_text(path.read_text().replace("Patients rest in the clinic", "People rest in the clinic"))
    assert questions_of(load_corpus(asked), "visits", "resting") == [()]
    found = [finding for finding in check_corpus(asked, today).findings if QUESTIONS not in finding.message]
    named = [(finding.severity, finding.place) for finding in found if finding.place.startswith("visits.jsonl")]
    assert named == [("warning", "visits.jsonl:1"), ("warning", "visits.jsonl:2")]


def test_the_check_counts_them_and_finds_nothing(asked: Path, today: date) -> None:
    report = check_corpus(asked, today)
    assert report.counts["questions"] == 2
    assert not report.findings


@pytest.mark.parametrize(
    "line",
    ["{", "[]", "{}", '{"question": "a"}', '{"question": " ", "answers": [{"passage": "p", "sentence": "s"}]}',
     '{"question": "a", "answers": []}', '{"question": "a", "answers": [{"passage": "p"}]}', '{"question": 1}'],
)  # fmt: skip
def test_a_line_that_cannot_be_read_is_named(asked: Path, line: str) -> None:
    (asked / QUESTIONS / "visits.jsonl").write_text(json.dumps(LINES[0]) + "\n" + line + "\n")
    with pytest.raises(CorpusError, match=r"visits\.jsonl:2 is no question"):
        load_corpus(asked)
