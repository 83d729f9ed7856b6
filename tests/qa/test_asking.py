import pytest

from qa.asking import asks, tells


@pytest.mark.parametrize(
    "sentence",
    ["Can he take it?", "Would that rule out the spray.", "so what happens then", "he can?"],
)
def test_a_question_is_known_by_its_mark_or_by_how_it_opens(sentence: str) -> None:
    assert asks(sentence)


@pytest.mark.parametrize("sentence", ["My dad is 71.", "I was wondering", ""])
def test_other_sentences_ask_nothing(sentence: str) -> None:
    assert not asks(sentence)


@pytest.mark.parametrize("piece", ["have high blood pressure.", "was told to stop", "do hear voices sometimes."])
def test_the_end_of_a_statement_is_told_from_a_question(piece: str) -> None:
    assert tells(piece)


@pytest.mark.parametrize(
    "piece",
    ["have you any idea?", "was it approved", "is ketamine safe", "does insurance cover it?"],
)
def test_a_question_is_not_taken_for_one(piece: str) -> None:
    assert not tells(piece)
