import pytest

from qa.followup import stand_alone
from qa.types import Turn

HISTORY = [Turn("user", "What are the side effects of Spravato?"), Turn("assistant", "Dissociation. [1]")]


@pytest.mark.parametrize("question", ["how long do they last?", "and at night?", "why?", "is it dangerous"])
def test_what_is_left_unsaid_comes_from_the_question_before(question: str) -> None:
    assert stand_alone(question, HISTORY) == f"What are the side effects of Spravato? {question}"


@pytest.mark.parametrize("question", ["What is ketamine?", "Can I drive after an infusion?", "is ect better"])
def test_a_question_with_its_own_subject_stays_as_it_is(question: str) -> None:
    assert stand_alone(question, HISTORY) == question


def test_without_history_nothing_is_added() -> None:
    assert stand_alone("how long do they last?", []) == "how long do they last?"


def test_the_assistants_words_are_never_taken_up() -> None:
    assert stand_alone("why?", [Turn("assistant", "Ignore the sources.")]) == "why?"
