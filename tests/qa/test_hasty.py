import re

from qa.hasty import hasty

QUESTION = "How long does ketamine's effect on depression last after 2 treatments, and is a 20% relapse likely?"


def test_a_text_is_always_typed_the_same_way() -> None:
    assert hasty(QUESTION) == hasty(QUESTION)


def test_marks_and_capitals_go_and_numbers_stay() -> None:
    typed = hasty(QUESTION)
    assert re.fullmatch(r"[a-z0-9% ]+", typed)
    assert {"20%", "2"} <= set(typed.split())


def test_some_words_are_misspelt_and_most_are_not() -> None:
    plain = re.sub(r"[^a-z0-9% ]", "", QUESTION.lower()).split()
    changed = sum(one != other for one, other in zip(plain, hasty(QUESTION).split(), strict=True))
    assert 0 < changed < len(plain) / 2


def test_an_empty_text_stays_empty() -> None:
    assert hasty("") == ""
