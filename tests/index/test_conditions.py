import pytest

from index.conditions import is_general, unnamed_in

PTSD = "In people with PTSD who responded, the benefit lasted a median of 27.5 days."
PLAIN = "Relief after one ketamine infusion often fades within days."


def test_a_bare_question_is_not_about_people_with_another_illness() -> None:
    assert not is_general(unnamed_in("how long does it last"), PTSD)
    assert is_general(unnamed_in("how long does it last"), PLAIN)


@pytest.mark.parametrize(
    ("question", "text"),
    [
        ("does it last for ptsd", PTSD),
        ("I was in the army, how long does it last", PTSD),
        ("is it used for kids", "No ketamine medicine is approved for depression in adolescents."),
        ("mum is 78, is it safe", "In people aged 65 and over, the trial found no clear benefit."),
        ("better than shock therapy?", "In one trial ECT did better than ketamine."),
    ],
)
def test_a_question_that_speaks_of_them_is(question: str, text: str) -> None:
    assert is_general(unnamed_in(question), text)
    assert not is_general(unnamed_in("how long does it last"), text)
