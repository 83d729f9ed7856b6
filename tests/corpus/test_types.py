"""Which sentences are quoted together, worked by hand: c marks a companion, l one that leans, . one that stands."""

import pytest

from corpus.types import Corpus, Difference, Document, Passage, Sentence, Unit


def passage(pattern: str) -> Passage:
    sentences = tuple(
        Sentence(10 * n, 10 * n + 9, (f"TS-00{n}",), companion=mark == "c", leans=mark == "l")
        for n, mark in enumerate(pattern)
    )
    return Passage("a", ("A",), 0, sentences[-1].end, sentences)


def units(pattern: str) -> list[list[int]]:
    return [[sentence.start // 10 for sentence in unit.sentences] for unit in passage(pattern).units()]


@pytest.mark.parametrize(
    ("pattern", "expected"),
    [
        (".", [[0]]),
        ("..", [[0], [1]]),
        (".c", [[0, 1]]),
        (".cc.", [[0, 1, 2], [3]]),
        (".c.c", [[0, 1], [2, 3]]),
    ],
)
def test_a_companion_and_its_sentence_are_quoted_together_or_not_at_all(
    pattern: str, expected: list[list[int]]
) -> None:
    assert units(pattern) == expected


@pytest.mark.parametrize(
    ("pattern", "expected"),
    [
        (".l", [[0], [0, 1]]),
        (".ll", [[0], [0, 1], [0, 1, 2]]),
        ("..l.", [[0], [1], [1, 2], [3]]),
        ("l", [[0]]),
    ],
)
def test_a_leaning_sentence_needs_the_one_before_but_not_the_other_way_round(
    pattern: str, expected: list[list[int]]
) -> None:
    assert units(pattern) == expected


@pytest.mark.parametrize(
    ("pattern", "expected"),
    [
        (".lc", [[0], [0, 1, 2]]),
        (".cl", [[0, 1], [0, 1, 2]]),
        ("..clc.", [[0], [1, 2], [1, 2, 3, 4], [5]]),
    ],
)
def test_companions_and_leaning_sentences_mixed(pattern: str, expected: list[list[int]]) -> None:
    assert units(pattern) == expected


def test_a_unit_spans_its_sentences_and_names_each_fact_once() -> None:
    unit = Unit((Sentence(3, 9, ("B-1", "A-1")), Sentence(10, 20, ("A-1", "C-1"))))
    assert (unit.start, unit.end) == (3, 20)
    assert unit.facts == ("B-1", "A-1", "C-1")


def test_a_corpus_finds_its_documents_by_id() -> None:
    first, second = (Document(name, name, "source", name, ()) for name in ("a", "b"))
    assert Corpus((first, second), {}).by_id == {"a": first, "b": second}


@pytest.mark.parametrize(
    ("kind", "facts", "expected"),
    [
        ("sources_differ", ["X"], []),
        ("sources_differ", ["A"], [("B", "C"), ("D",)]),
        ("sources_differ", ["A", "C"], [("D",)]),
        ("sources_differ", ["A", "B", "D"], []),
        ("newer_source", ["X"], []),
        ("newer_source", ["D"], []),
        ("newer_source", ["A"], [("D",)]),
        ("newer_source", ["C", "D"], []),
    ],
)
def test_the_sides_of_a_difference_that_are_missing(kind: str, facts: list[str], expected: list[tuple[str]]) -> None:
    group = Difference("a", kind, "chairs", (("A",), ("B", "C"), ("D",)))
    assert group.unstated(facts) == expected


def test_a_claim_of_an_original_document_calls_for_the_newest_side() -> None:
    group = Difference("a", "newer_source", "chairs", (("A",),))
    assert group.unstated([], claimed=True) == [("A",)]
    assert group.unstated(["A"], claimed=True) == []
    assert group.unstated([]) == []
