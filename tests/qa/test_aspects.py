import pytest

from qa.aspects import MOST, asks, aspects, tells


@pytest.mark.parametrize(
    "question",
    [
        "how long does a visit take",
        "Is it safe and effective?",
        "what are the risks of ketamine and esketamine",
        "blood pressure and heart rate after the spray?",
        "I had two sessions last week and my head still hurts, is that normal?",
        "My doctor said no. Why?",
        "I had a stroke last year and have high blood pressure. Is Spravato safe?",
        "I am pregnant and was told to stop my pills, is ketamine an option?",
        "What is the difference between what is sold on the street and what is given in clinics?",
        "",
        "?",
        "and and and",
    ],
)
def test_one_question_stays_as_it_is(question: str) -> None:
    assert aspects(question) == (question,)


def test_two_questions_are_taken_one_by_one() -> None:
    first, second = aspects("When was Spravato approved, and how much does it cost?")
    assert first == "When was Spravato approved"
    assert "cost" in second
    assert "spravato" in second.lower()


def test_what_is_told_stays_with_the_question_after_it() -> None:
    first, second = aspects("I am travelling to Spain. What papers do I need? And can I bring the spray on a plane?")
    assert first == "I am travelling to Spain. What papers do I need?"
    assert "plane" in second


def test_a_later_question_with_a_subject_of_its_own_is_left_alone() -> None:
    assert aspects("How does ketamine work? What is the approval year of Spravato?")[1] == (
        "What is the approval year of Spravato?"
    )


def test_no_more_than_a_few_are_looked_for() -> None:
    many = " ".join(f"What is the price of thing {number}?" for number in range(9))
    assert len(aspects(many)) == MOST


def test_what_only_the_next_part_names_is_taken_from_it() -> None:
    first, second = aspects("What happens during and what happens after an infusion?")
    assert "infusion" in first
    assert second == "what happens after an infusion?"


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
