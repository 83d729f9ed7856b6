"""The way back to the generation before, and what stands in it."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from filelock import FileLock

from corpus.errors import IndexFault, IndexMissing, ProjectError
from index.build import LOCK, Place, build_index, generation_names
from index.generation import GENERATIONS, current_name, open_current
from index.live import LiveIndex
from index.rollback import roll_back

Edit = Callable[[Path, str, str], None]
VISITS = "documents/sources/visits.md"
CALL = "A clinic rings its patients on the next day."
WRONG = "A clinic rings its patients never."


def built_twice(place: Place, edit: Edit) -> tuple[str, str]:
    first = build_index(place).name
    edit(place.corpus / VISITS, CALL, WRONG)
    return first, build_index(place).name


def test_the_generation_before_answers_again(place: Place, edit: Edit) -> None:
    first, second = built_twice(place, edit)
    live = LiveIndex(place)
    assert WRONG in live.searcher().generation.corpus.by_id["visits"].text
    assert roll_back(place).name == first
    assert CALL in live.searcher().generation.corpus.by_id["visits"].text
    assert generation_names(place.index) == [first, second]


def test_there_is_one_step_back_and_no_further(place: Place, edit: Edit) -> None:
    first, _ = built_twice(place, edit)
    roll_back(place)
    with pytest.raises(IndexFault, match="no index before") as caught:
        roll_back(place)
    assert "index build" in caught.value.remedy
    assert current_name(place.index) == first


def test_a_build_after_it_keeps_what_was_live_not_what_was_left(place: Place, edit: Edit) -> None:
    first, second = built_twice(place, edit)
    roll_back(place)
    edit(place.corpus / VISITS, WRONG, "A clinic rings its patients within a day.")
    third = build_index(place).name
    assert generation_names(place.index) == [first, third]
    assert third > second
    assert roll_back(place).name == first


def test_without_an_index_the_remedy_is_named(place: Place) -> None:
    with pytest.raises(ProjectError, match="No index"):
        roll_back(place)
    with pytest.raises(IndexMissing):
        open_current(place.index)


@pytest.mark.parametrize("name", ["chunks.jsonl", "corpus.json", "manifest.json"])
def test_a_damaged_one_is_not_gone_back_to(place: Place, edit: Edit, name: str) -> None:
    first, second = built_twice(place, edit)
    (place.index / GENERATIONS / first / name).write_text("{", encoding="utf-8")
    with pytest.raises(IndexFault, match=first):
        roll_back(place)
    assert current_name(place.index) == second


def test_one_of_altered_content_is_not_gone_back_to(place: Place, edit: Edit) -> None:
    first, second = built_twice(place, edit)
    edit(place.index / GENERATIONS / first / "corpus.json", CALL, CALL.replace("next", "same"))
    with pytest.raises(IndexFault, match="not what was written"):
        roll_back(place)
    assert current_name(place.index) == second


def test_one_of_another_model_is_not_gone_back_to(place: Place, edit: Edit) -> None:
    _, second = built_twice(place, edit)
    with pytest.raises(IndexFault, match="another model"):
        roll_back(replace(place, model="another"))
    assert current_name(place.index) == second


def test_not_while_a_build_is_at_work(place: Place, edit: Edit) -> None:
    _, second = built_twice(place, edit)
    with FileLock(place.index / LOCK), pytest.raises(IndexFault, match="Another build"):
        roll_back(place)
    assert current_name(place.index) == second
