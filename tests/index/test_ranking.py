from math import log

import pytest

from corpus.types import Passage, Sentence, Unit
from index.ranking import CERTAIN, WEIGHTS, Weights, rank_passages
from index.types import Chunk, Evidence, Hit

PLAIN = Weights(reader=0.01, second=0.5, least=0.5)
"""With `least` at even odds, the log odds above it are log(p / (1 - p))."""


def hit(name: str, score: float, *evidence: float) -> Hit:
    sentence = Sentence(0, 1)
    chunk = Chunk(name, name, "", "source", Passage("a", ("a",), 0, 1, (sentence,)), "a")
    return Hit(chunk, score, tuple(Evidence(Unit((sentence,)), value) for value in evidence))


def test_the_arithmetic_worked_by_hand() -> None:
    [(name, score)] = rank_passages([hit("a", 1 / 61, 0.6, 0.9, 0.8, 0.1)], PLAIN)
    assert name == "a"
    assert score == pytest.approx(1 / 61 + 0.01 * (log(9) + 0.5 * log(4)))


def test_one_sentence_that_answers_lifts_its_passage_over_a_better_rank() -> None:
    found = rank_passages([hit("a", 1 / 61, 0.3), hit("b", 1 / 62, 0.3), hit("c", 1 / 63, 0.95)], PLAIN)
    assert [name for name, _ in found] == ["c", "a", "b"]


def test_where_nothing_was_read_the_fused_order_stays() -> None:
    hits = [hit("b", 0.03, 0.0), hit("c", 0.02), hit("a", 0.01, 0.5, 0.2)]
    assert rank_passages(hits, PLAIN) == [("b", 0.03), ("c", 0.02), ("a", 0.01)]


def test_a_passage_that_was_not_read_may_stand_between_two_that_were() -> None:
    hits = [hit("a", 0.030, 0.1), hit("b", 0.029), hit("c", 0.020, 0.99), hit("d", 0.010, 0.1)]
    assert [name for name, _ in rank_passages(hits, PLAIN)] == ["c", "a", "b", "d"]


def test_ties_are_broken_by_id() -> None:
    assert [name for name, _ in rank_passages([hit("b", 0.01, 0.9), hit("a", 0.01, 0.9)])] == ["a", "b"]


def test_no_sentence_outweighs_everything() -> None:
    [(_, certain)] = rank_passages([hit("a", 0.0, 1.0)])
    assert rank_passages([hit("a", 0.0, CERTAIN)]) == [("a", certain)]
    assert certain < 1


def test_a_better_sentence_never_lowers_a_passage() -> None:
    scores = [rank_passages([hit("a", 0.01, 0.2, value / 20)])[0][1] for value in range(21)]
    assert scores == sorted(scores)
    assert 0 < WEIGHTS.least < 1 and WEIGHTS.reader > 0 and 0 <= WEIGHTS.second <= 1


def test_nothing_ranked_is_nothing() -> None:
    assert rank_passages([]) == []
