from math import log2

import numpy as np
import pytest
from measures import (
    RESAMPLES,
    auroc,
    auroc_difference,
    average_precision,
    difference,
    ranked,
    reciprocal_rank,
    retrieval_measures,
    rounded,
)


def test_the_gain_is_the_judgement_itself() -> None:
    found = retrieval_measures({"q": {"a": 3, "b": 1, "c": 0}}, {"q": ["c", "b", "x", "a"]})
    gain = 1 / log2(3) + 3 / log2(5)
    ideal = 3 / log2(2) + 1 / log2(3)
    assert found["ndcg@10"]["q"] == pytest.approx(gain / ideal)
    assert found["mrr@10"]["q"] == pytest.approx(1 / 2)
    assert found["recall@100"]["q"] == 1.0


def test_ten_and_a_hundred_places_count() -> None:
    names = [f"x{place:03}" for place in range(100)]
    eleventh = retrieval_measures({"q": {"a": 1, "b": 1}}, {"q": [*names[:10], "a", *names[10:99], "b"]})
    assert (eleventh["ndcg@10"]["q"], eleventh["mrr@10"]["q"], eleventh["recall@100"]["q"]) == (0.0, 0.0, 0.5)


def test_a_question_that_found_nothing_counts_as_nothing() -> None:
    found = retrieval_measures({"q": {"a": 1}, "r": {"b": 1}}, {"q": ["a"]})
    assert found["ndcg@10"] == {"q": 1.0, "r": 0.0}
    assert found == retrieval_measures({"q": {"a": 1}, "r": {"b": 1}}, {"q": ["a"], "r": []})


@pytest.mark.parametrize(
    ("labels", "precision", "reciprocal"),
    [
        ((False, True, True), (1 / 2 + 2 / 3) / 2, 1 / 2),
        ((True, False, False, True), (1 + 2 / 4) / 2, 1.0),
        ((False, False), 0.0, 0.0),
    ],
)
def test_precision_and_rank_by_hand(labels: tuple[bool, ...], precision: float, reciprocal: float) -> None:
    assert average_precision(labels) == pytest.approx(precision)
    assert reciprocal_rank(labels) == pytest.approx(reciprocal)


def test_equal_scores_are_ordered_by_what_is_said_not_by_where_it_stands() -> None:
    assert ranked(["c", "a", "b"], [0.5, 0.5, 0.9]) == [2, 1, 0]
    assert ranked(["b", "c", "a"], [0.9, 0.5, 0.5]) == [0, 2, 1]


def test_auroc_by_hand() -> None:
    # Of 2 x 3 pairs, 3 beats all three, 1 beats 0 and ties with 1: (3 + 1 + 1/2) / 6
    assert auroc(np.array([3.0, 1.0]), np.array([0.0, 1.0, 2.0])) == pytest.approx(4.5 / 6)
    assert auroc(np.array([1.0, 1.0]), np.array([1.0])) == 0.5
    assert auroc(np.array([2.0]), np.array([1.0])) == 1.0


def test_a_difference_of_systems_is_own_minus_other_in_pairs() -> None:
    assert difference([0.25, 0.5], [0.75, 1.0]) == {"value": 0.5, "low": 0.5, "high": 0.5}


def test_a_difference_of_auroc_has_an_interval_around_it() -> None:
    assert RESAMPLES >= 1000
    own = (np.array([3.0, 4.0, 5.0, 1.5]), np.array([1.0, 2.0, 0.0]))
    others = (np.array([1.0, 0.0, 2.0, 0.5]), np.array([1.0, 2.0, 0.0]))
    found = auroc_difference(others, own)
    assert found["value"] == pytest.approx(11 / 12 - 5.5 / 12)
    assert found["low"] < found["value"] < found["high"] <= 1.0
    assert auroc_difference(others, own) == found
    assert auroc_difference(own, own) == {"value": 0.0, "low": 0.0, "high": 0.0}


def test_nested_figures_are_rounded() -> None:
    assert rounded({"a": {"b": 0.123456}, "n": 3, "t": "x"}) == {"a": {"b": 0.1235}, "n": 3, "t": "x"}
