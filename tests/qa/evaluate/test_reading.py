import pytest

from qa.evaluate.reading import reading_grade, without_markers

SYLLABLES = {
    "spray": 1, "nurse": 1, "takes": 1, "used": 1, "hours": 1, "don't": 1, "eye": 1, "the": 1, "me": 1, "hmm": 1,
    "clinic": 2, "table": 2, "people": 2, "needed": 2, "wanted": 2, "sizes": 2, "doses": 2, "patient": 2,
    "ketamine": 3, "infusion": 3, "depression": 3, "medicine": 3,
    "esketamine": 4, "medication": 4, "alternative": 4,
}  # fmt: skip


@pytest.mark.parametrize(("word", "syllables"), SYLLABLES.items())
def test_syllables_of_a_word(word: str, syllables: int) -> None:
    """A single word has the grade 0.39 + 11.8 times its syllables - 15.59."""
    assert reading_grade([word]) == pytest.approx(0.39 + 11.8 * syllables - 15.59)
    assert reading_grade([word.upper()]) == reading_grade([word])


def test_the_grade_by_hand() -> None:
    # The nurse stays. (1+1+1) Ketamine is a medicine. (3+1+1+3): 7 words, 2 sentences, 11 syllables
    grade = reading_grade(["The nurse stays.", "Ketamine is a medicine."])
    assert grade == pytest.approx(0.39 * 7 / 2 + 11.8 * 11 / 7 - 15.59)
    assert grade == pytest.approx(4.3179, abs=1e-4)


def test_numbers_are_no_words_and_an_apostrophe_parts_none() -> None:
    assert reading_grade(["You rest for 2 hours."]) == reading_grade(["You rest for hours."])
    assert reading_grade(["don\u2019t"]) == reading_grade(["don't"]) == reading_grade(["can"])


@pytest.mark.parametrize("sentences", [[], [""], ["988."], ["1", "2"]])
def test_without_a_word_there_is_no_grade(sentences: list[str]) -> None:
    assert reading_grade(sentences) == 0.0


@pytest.mark.parametrize(
    ("text", "plain"),
    [
        ("One. [1] Two. [2] [13]", "One. Two."),
        ("One.[1]", "One."),
        ("See [a] and [] and 1]", "See [a] and [] and 1]"),
        ("", ""),
    ],
)
def test_markers_are_taken_out(text: str, plain: str) -> None:
    assert without_markers(text) == plain
