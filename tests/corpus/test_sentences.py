import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from corpus.sentences import leans_back, split_sentences

ONE_LINE = st.text(st.characters(exclude_characters="\u2028\u2029", exclude_categories=["Cs"]), max_size=80)
SENTENCE_LIKE = st.text(st.sampled_from('abAB .?!…,;’“”"()é😀\n\t\u00a01。'), max_size=60)


def pieces(text: str) -> list[str]:
    return [text[start:end] for start, end in split_sentences(text)]


def test_a_paragraph_is_cut_into_its_sentences() -> None:
    assert pieces("The room is quiet. Is it warm? Yes! A nurse stays.") == [
        "The room is quiet.", "Is it warm?", "Yes!", "A nurse stays.",
    ]  # fmt: skip


def test_abbreviations_and_decimals_do_not_end_a_sentence() -> None:
    assert pieces("Dr. Smith wrote 0.5 on the board. Nobody asked.") == [
        "Dr. Smith wrote 0.5 on the board.", "Nobody asked.",
    ]  # fmt: skip


def test_offsets_count_code_points_not_bytes() -> None:
    text = "Ünïcode — 😀 here.  “Quoted” text. End."
    assert split_sentences(text) == [(0, 17), (19, 33), (34, 38)]


def test_the_second_of_two_equal_sentences_has_its_own_place() -> None:
    assert split_sentences("The room is quiet. The room is quiet.") == [(0, 18), (19, 37)]


@pytest.mark.parametrize("text", ["", " ", "\n\n", "\t \u00a0"])
def test_no_text_has_no_sentence(text: str) -> None:
    assert split_sentences(text) == []


@given(ONE_LINE | SENTENCE_LIKE)
@example("a. b")
@example("One.\n\nTwo.")
def test_spans_are_in_order_without_outer_white_space_and_leave_only_white_space_out(text: str) -> None:
    position = 0
    for start, end in split_sentences(text):
        assert start < end
        assert not text[position:start].strip()
        assert text[start:end] == text[start:end].strip()
        position = end
    assert not text[position:].strip()


def test_a_line_separator_is_white_space_like_any_other() -> None:
    assert pieces("A.\u2028B.") == ["A.\u2028B."] or pieces("A.\u2028B.") == ["A.", "B."]
    assert "".join(pieces("A\u2028.")).split() == ["A", "."]


@pytest.mark.parametrize(
    "sentence",
    [
        "It takes an hour.", "They rest.", "This helps.", "These effects pass.", "Its effect is short.",
        "However, the room is quiet.", "But it ends.", "Such visits are short.", "If they agree, you may go.",
        "While this is new, it is known.", "that is so", "Both are given.",
    ],
)  # fmt: skip
def test_openings_that_lean_on_the_sentence_before(sentence: str) -> None:
    assert leans_back(sentence)


@pytest.mark.parametrize(
    "sentence",
    [
        "The room is quiet.", "Ketamine is a medicine.", "Items are listed.", "Thistles grow.", "Herbs are not given.",
        "Both ketamine and esketamine are given.", "If you agree, you may go.", "While a nurse stays, you rest.",
        "A nurse says this.", "Theory differs.",
    ],
)  # fmt: skip
def test_openings_that_stand_alone(sentence: str) -> None:
    assert not leans_back(sentence)
