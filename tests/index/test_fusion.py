from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.fusion import fuse

RANKINGS = st.lists(st.lists(st.sampled_from("abcdef"), unique=True), max_size=4)


def test_the_arithmetic_worked_by_hand() -> None:
    fused = fuse([["a", "b", "c"], ["b", "d"], ["b", "a"]])
    assert [name for name, _ in fused] == ["b", "a", "d", "c"]
    scores = dict(fused)
    assert scores["b"] == pytest.approx(1 / 62 + 1 / 61 + 1 / 61)
    assert scores["a"] == pytest.approx(1 / 61 + 1 / 62)
    assert scores["d"] == pytest.approx(1 / 62)
    assert scores["c"] == pytest.approx(1 / 63)
    assert scores["c"] == pytest.approx(0.015873, abs=1e-6)


def test_a_place_counts_for_what_it_is_worth() -> None:
    fused = fuse([["a", "b"], ["b", "a"]], lambda ranking, name: 2.0 if (ranking, name) == (0, "a") else 1.0)
    assert dict(fused) == {"a": pytest.approx(2 / 61 + 1 / 62), "b": pytest.approx(1 / 62 + 1 / 61)}


def test_ties_are_broken_by_id() -> None:
    assert [name for name, _ in fuse([["b", "c"], ["c", "b"], ["a"], ["d"]])] == ["b", "c", "a", "d"]


def test_the_same_ranks_in_another_order_are_a_tie() -> None:
    """Ranks 7, 1, 2 of "a" and 1, 2, 7 of "b" have the same sum, so "a" comes first."""
    rankings = [["b", *"cdefg", "a"], ["a", "b"], ["h", "a", *"ijkl", "b"]]
    assert [name for name, _ in fuse(rankings)][:2] == ["a", "b"]


def test_nothing_fused_is_nothing() -> None:
    assert fuse([]) == []
    assert fuse([[], []]) == []


@given(RANKINGS, st.randoms(use_true_random=False))
def test_the_order_of_the_rankings_does_not_matter(rankings: list[list[str]], random: Random) -> None:
    shuffled = list(rankings)
    random.shuffle(shuffled)
    assert fuse(shuffled) == fuse(rankings)


@given(RANKINGS)
def test_everything_ranked_is_given_once_best_first(rankings: list[list[str]]) -> None:
    fused = fuse(rankings)
    names = [name for name, _ in fused]
    assert sorted(names) == sorted({name for ranking in rankings for name in ranking})
    assert fused == sorted(fused, key=lambda pair: (-pair[1], pair[0]))
