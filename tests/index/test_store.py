from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from index import store as store_module
from index.store import VectorStore
from index.types import Vectors

ROWS: Vectors = np.array([[1, 0, 0], [0, 1, 0], [0.6, 0.8, 0]], dtype=np.float32)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[VectorStore]:
    opened = VectorStore(tmp_path / "chroma")
    yield opened
    opened.close()


def vector(*values: float) -> Vectors:
    return np.array(values, dtype=np.float32)


def test_the_nearest_rows_lead_to_their_chunks(store: VectorStore) -> None:
    store.fill("passages", ["r1", "r2", "r3"], ROWS, ["one", "two", "one"])
    found = store.nearest("passages", vector(0, 1, 0), 2)
    assert found == [("two", pytest.approx(1, abs=1e-5)), ("one", pytest.approx(0.8, abs=1e-5))]


def test_more_rows_may_be_asked_for_than_there_are(store: VectorStore) -> None:
    store.fill("passages", ["r1", "r2", "r3"], ROWS, ["one", "two", "three"])
    assert [name for name, _ in store.nearest("passages", vector(1, 0, 0), 50)] == ["one", "three", "two"]


def test_equally_near_rows_stand_in_the_order_of_their_chunks(store: VectorStore) -> None:
    store.fill("passages", ["r1", "r2", "r3"], ROWS[[0, 0, 0]], ["c", "a", "b"])
    assert [name for name, _ in store.nearest("passages", vector(1, 0, 0), 3)] == ["a", "b", "c"]


def test_rows_are_read_back(store: VectorStore, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(store_module, "BATCH", 2)
    store.fill("passages", ["r1", "r2", "r3"], ROWS, ["one", "two", "three"])
    found = dict(store.rows("passages"))
    assert sorted(found) == ["r1", "r2", "r3"]
    assert np.allclose([found["r1"], found["r2"], found["r3"]], ROWS)
    assert store.size("passages") == 3


def test_an_empty_collection_has_nothing_near(store: VectorStore) -> None:
    store.fill("questions", [], np.empty((0, 3), dtype=np.float32), [])
    assert store.size("questions") == 0
    assert store.nearest("questions", vector(1, 0, 0), 5) == []
    assert list(store.rows("questions")) == []


def test_collections_are_apart(store: VectorStore) -> None:
    store.fill("passages", ["r1"], ROWS[:1], ["one"])
    store.fill("questions", ["r1", "r2"], ROWS[1:], ["two", "three"])
    assert store.nearest("passages", vector(0, 1, 0), 5)[0][0] == "one"
    assert (store.size("passages"), store.size("questions")) == (1, 2)


def test_a_closed_store_can_be_opened_again(tmp_path: Path) -> None:
    first = VectorStore(tmp_path / "chroma")
    first.fill("passages", ["r1"], ROWS[:1], ["one"])
    first.close()
    again = VectorStore(tmp_path / "chroma")
    assert again.nearest("passages", vector(1, 0, 0), 5) == [("one", pytest.approx(1, abs=1e-5))]
    again.close()


def test_a_moved_store_still_answers(tmp_path: Path) -> None:
    first = VectorStore(tmp_path / "unfinished")
    first.fill("passages", ["r1"], ROWS[:1], ["one"])
    first.close()
    moved = VectorStore((tmp_path / "unfinished").rename(tmp_path / "live"))
    assert moved.nearest("passages", vector(1, 0, 0), 5)[0][0] == "one"
    moved.close()
