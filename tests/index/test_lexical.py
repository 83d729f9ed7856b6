"""BM25 (k1 = 1.2, b = 0.75, as in Lucene) of three texts of 3, 4 and 3 words; their mean length is 10/3."""

from math import log
from pathlib import Path

import pytest

from index.lexical import WordIndex, stems

TEXTS = ["ketamine infusion clinic", "esketamine spray clinic clinic", "driving home tomorrow"]
IN_ONE = log(1 + (3 - 1 + 0.5) / (1 + 0.5))
IN_TWO = log(1 + (3 - 2 + 0.5) / (2 + 0.5))
SHORT = 1.2 * (0.25 + 0.75 * 0.9)
LONG = 1.2 * (0.25 + 0.75 * 1.2)


def found(query: str, count: int = 5) -> list[tuple[int, float]]:
    return WordIndex.build(TEXTS).search(query, count)


def test_a_word_of_one_text() -> None:
    assert found("infusion") == [(0, pytest.approx(IN_ONE * 1 / (1 + SHORT)))]
    assert found("infusion")[0][1] == pytest.approx(0.46485, abs=1e-5)


def test_a_word_of_two_texts_twice_in_one() -> None:
    assert found("clinic") == [
        (1, pytest.approx(IN_TWO * 2 / (2 + LONG))),
        (0, pytest.approx(IN_TWO * 1 / (1 + SHORT))),
    ]


def test_scores_of_several_words_add_up() -> None:
    [first, second] = found("ketamine clinic")
    assert first == (0, pytest.approx((IN_ONE + IN_TWO) / (1 + SHORT)))
    assert second[0] == 1


def test_inflected_words_are_found_by_their_stem() -> None:
    assert found("Infusions") == found("infusion")
    assert [position for position, _ in found("drive")] == [2]


@pytest.mark.parametrize("query", ["xylophone", "", "?!", "the and of"])
def test_words_that_occur_nowhere_find_nothing(query: str) -> None:
    assert found(query) == []
    assert WordIndex.build(TEXTS).scores(query).tolist() == [0, 0, 0]


def test_unknown_words_beside_a_known_one_change_nothing() -> None:
    assert found("xylophone infusion the") == found("infusion")


def test_no_more_than_asked_for() -> None:
    assert [position for position, _ in found("clinic", 1)] == [1]


def test_ties_are_broken_by_position() -> None:
    index = WordIndex.build(["green room", "blue room", "red room", "a hall"])
    assert [position for position, _ in index.search("room", 2)] == [0, 1]


def test_a_saved_index_answers_alike(tmp_path: Path) -> None:
    index = WordIndex.build(TEXTS)
    index.save(tmp_path / "words")
    again = WordIndex.load(tmp_path / "words")
    for query in ("clinic", "ketamine infusion", "xylophone"):
        assert again.search(query, 5) == index.search(query, 5)


def test_stems_are_content_words_in_order() -> None:
    assert stems("Driving home after the infusions") == ["drive", "home", "after", "infus"]
