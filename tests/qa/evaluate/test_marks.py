"""Where patterns are marked, and the difference of two answers."""

from hypothesis import given
from hypothesis import strategies as st

from qa.evaluate.marks import Piece, marked, word_diff


def test_a_match_is_marked_and_the_rest_stays() -> None:
    assert marked("You rest for two hours. [1]", ["TWO HOURS", "absent"]) == [
        Piece("You rest for ", "plain"), Piece("two hours", "expected"), Piece(". ", "plain"), Piece("[1]", "number"),
    ]  # fmt: skip


def test_a_match_over_a_number_is_marked_on_both_sides_of_it() -> None:
    assert marked("two [1] hours", ["two hours"]) == [
        Piece("two ", "expected"), Piece("[1]", "number"), Piece(" hours", "expected"),
    ]  # fmt: skip


def test_what_is_forbidden_shows_over_what_is_expected() -> None:
    assert marked("28 mg", [r"28 mg"], [r"\d+"]) == [Piece("28", "forbidden"), Piece(" mg", "expected")]


def test_an_empty_match_marks_nothing() -> None:
    assert marked("rest", ["x*"]) == [Piece("rest", "plain")]


@given(st.text(alphabet="ab [12].", max_size=40), st.sampled_from(["a", "a b", "b.", r"\d", r"[^a]+"]))
def test_the_pieces_together_are_the_text(text: str, pattern: str) -> None:
    assert "".join(piece.text for piece in marked(text, [pattern], ["b"])) == text


def test_changed_words_are_told_apart() -> None:
    assert word_diff("rest two long hours", "rest three hours now") == [
        Piece("rest ", "plain"), Piece("two long", "removed"), Piece(" ", "plain"), Piece("three", "added"),
        Piece(" ", "plain"), Piece("hours ", "plain"), Piece("now", "added"),
    ]  # fmt: skip


@given(st.text(alphabet="ab ", max_size=30), st.text(alphabet="ab ", max_size=30))
def test_the_later_text_can_be_read_from_the_difference(before: str, after: str) -> None:
    words = [piece.text for piece in word_diff(before, after) if piece.kind != "removed"]
    assert "".join(words).split() == after.split()
