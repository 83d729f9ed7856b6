from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from corpus.errors import IndexFault, IndexMissing
from index import live
from index.build import Place, build_index
from index.live import LiveIndex
from index.search import Searcher
from index.types import Encoder

Edit = Callable[[Path, str, str], None]

QUESTION = "does a clinic ring its patients on the next day"
CALL = "A clinic rings its patients on the next day."


def first_text(searcher: Searcher) -> str:
    return searcher.search(searcher.prepare(QUESTION))[0].chunk.text


def test_without_an_index_the_remedy_is_named(place: Place) -> None:
    with pytest.raises(IndexMissing, match="ketamine-qa index build"):
        LiveIndex(place).searcher()


def test_an_index_built_later_is_found(place: Place) -> None:
    index = LiveIndex(place)
    with pytest.raises(IndexMissing):
        index.searcher()
    build_index(place)
    assert first_text(index.searcher()) == CALL


def test_one_searcher_serves_until_a_new_generation_is_live(place: Place, edit: Edit) -> None:
    build_index(place)
    index = LiveIndex(place)
    first = index.searcher()
    assert index.searcher() is first
    assert first_text(first) == CALL
    edit(place.corpus / "documents/sources/visits.md", CALL, "A clinic rings its patients on the next working day.")
    build_index(place)
    assert first_text(index.searcher()) == "A clinic rings its patients on the next working day."
    assert index.searcher() is not first
    assert first_text(first) == CALL


def test_threads_share_one_searcher(place: Place) -> None:
    build_index(place)
    index = LiveIndex(place)
    with ThreadPoolExecutor(4) as pool:
        searchers = list(pool.map(lambda _: index.searcher(), range(8)))
    assert len({id(searcher) for searcher in searchers}) == 1


def test_another_encoder_is_refused_with_the_remedy(
    place: Place, make_encoder: Callable[[str], Encoder], monkeypatch: pytest.MonkeyPatch
) -> None:
    build_index(place)
    monkeypatch.setattr(live, "load_encoder", lambda *_: make_encoder("another"))
    with pytest.raises(IndexFault, match="built with the model hashing") as caught:
        LiveIndex(place).searcher()
    assert caught.value.remedy == "Run 'ketamine-qa index build'."
