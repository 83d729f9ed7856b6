import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.batches import by_length


def test_longest_first_and_ties_as_they_stand() -> None:
    assert list(by_length(["aa", "b", "cccc", "dd", "e"], 2)) == [[2, 0], [3, 1], [4]]


@pytest.mark.parametrize("size", [1, 32])
def test_no_texts_have_no_batch(size: int) -> None:
    assert list(by_length([], size)) == []


@given(st.lists(st.text(max_size=9)), st.integers(1, 5))
def test_each_position_comes_once_and_no_batch_is_too_big(texts: list[str], size: int) -> None:
    batches = list(by_length(texts, size))
    assert sorted(position for batch in batches for position in batch) == list(range(len(texts)))
    assert all(0 < len(batch) <= size for batch in batches)
    lengths = [len(texts[position]) for batch in batches for position in batch]
    assert lengths == sorted(lengths, reverse=True)
