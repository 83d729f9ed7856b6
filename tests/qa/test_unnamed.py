import pytest

from index.readings import ANSWERABLE
from qa.unnamed import SURE, SURE_OF_IT, named, ways


@pytest.mark.parametrize(
    ("question", "meant"),
    [
        ("is it addictive", "is ketamine addictive"),
        ("Does it work for PTSD?", "Does ketamine work for PTSD?"),
        ("what if it doesnt work", "what if ketamine doesnt work"),
        ("can i take my antidepressants with it", "can i take my antidepressants with ketamine"),
        ("what is it", "what is ketamine"),
        ("what is it like", "what is ketamine like"),
    ],
)
def test_it_is_the_medicine(question: str, meant: str) -> None:
    assert named(question) == meant


@pytest.mark.parametrize(
    "question",
    [
        "Is Spravato addictive, and does it hurt?",  # it is named
        "is it safe to drive after an infusion",  # stands for nothing
        "dissociation what is it",  # named before
        "does paint go off if it freezes in the shed",  # about something else
        "is it bad and does it hurt",  # two of them
        "can i eat before",  # none of them
    ],
)
def test_another_question_stays_as_it_is(question: str) -> None:
    assert named(question) == question


@pytest.mark.parametrize("question", ["withdrawal", "liver", "will i hallucinate", "benzos?"])
def test_a_short_question_may_be_meant_more_fully(question: str) -> None:
    assert ways(question)[1:] == [(f"ketamine {question}", SURE)]


@pytest.mark.parametrize(
    "question",
    ["Spravato withdrawal", "what are the opening hours of the clinic", "how do I bake sourdough bread", "thanks", "?"],
)
def test_what_names_a_medicine_or_says_enough_is_not_meant_otherwise(question: str) -> None:
    assert ways(question) == [(question, ANSWERABLE)]


def test_the_ways_a_question_may_be_meant() -> None:
    assert ways("is it addictive") == [("is ketamine addictive", SURE_OF_IT), ("is it addictive", ANSWERABLE)]
    assert ways("liver") == [("liver", ANSWERABLE), ("ketamine liver", SURE)]
    assert ways("Is Spravato addictive?") == [("Is Spravato addictive?", ANSWERABLE)]
