from math import log2

import pytest

from qa.evaluate.ranking import MEASURES, ranking_measures

TEN = [f"x{place}" for place in range(10)]


def test_two_relevant_chunks_at_the_second_and_third_place_by_hand() -> None:
    found = ranking_measures(["x", "a", "b"], {"a", "b"})
    gain, ideal = 1 / log2(3) + 1 / log2(4), 1 / log2(2) + 1 / log2(3)
    assert found == {
        "recall@1": 0.0,
        "recall@5": 1.0,
        "recall@10": 1.0,
        "success@1": 0.0,
        "success@5": 1.0,
        "mrr": 0.5,
        "ndcg@10": pytest.approx(gain / ideal),
    }
    assert gain / ideal == pytest.approx(0.6934, abs=1e-4)


def test_recall_is_the_share_of_the_relevant_ones() -> None:
    found = ranking_measures(["a", *TEN[:4], "b", *TEN[4:8], "c"], {"a", "b", "c", "d"})
    assert (found["recall@1"], found["recall@5"], found["recall@10"]) == (1 / 4, 1 / 4, 2 / 4)
    assert (found["success@1"], found["success@5"], found["mrr"]) == (1.0, 1.0, 1.0)
    ideal = 1 + 1 / log2(3) + 1 / log2(4) + 1 / log2(5)
    assert found["ndcg@10"] == pytest.approx((1 + 1 / log2(7)) / ideal)


def test_the_eleventh_place_counts_for_nothing() -> None:
    assert set(ranking_measures([*TEN, "a"], {"a"}).values()) == {0.0}
    tenth = ranking_measures([*TEN[:9], "a"], {"a"})
    assert (tenth["mrr"], tenth["recall@10"], tenth["recall@5"]) == (pytest.approx(1 / 10), 1.0, 0.0)
    assert tenth["ndcg@10"] == pytest.approx(1 / log2(11))


@pytest.mark.parametrize("ranking", [[], ["x"], TEN])
def test_a_ranking_without_a_relevant_chunk_is_nothing_in_each_measure(ranking: list[str]) -> None:
    assert ranking_measures(ranking, {"a"}) == dict.fromkeys(MEASURES, 0.0)


def test_a_perfect_ranking_is_one_in_each_measure() -> None:
    assert ranking_measures(["a", *TEN], ["a"]) == dict.fromkeys(MEASURES, 1.0)


def test_where_nothing_is_relevant_nothing_is_measured() -> None:
    assert ranking_measures(["a"], ()) == {}
