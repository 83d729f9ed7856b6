import pytest

from qa.precedence import CLINIC_MALUS, GUIDE_BONUS, OWN_BONUS, is_own_matter, preference


@pytest.mark.parametrize(
    "question",
    [
        "When are you open? What are your opening hours?",
        "WHERE is the clinic",
        "how much does an infusion cost",
        "Is there parking?",
        "how do I cancel an appointment",
        "can I reschedule",
        "what is the phone number",
        "Who are the nurses?",
        "do you offer Spravato",
        "what are your prices",
        "are you open",
        "do you take a payment plan",
        "is there wheelchair access",
        "what languages are spoken",
    ],
)
def test_what_only_the_clinic_knows(question: str) -> None:
    assert is_own_matter(question)


@pytest.mark.parametrize(
    "question",
    [
        "can I drive after the spray",
        "is spravato addictive",
        "how long does it last",
        "what is ketamine",
        "does ketamine help depression",
        "",
        "What does ketamine do to your bladder?",
        "Is ketamine bad for your heart?",
        "How many hours before should I stop eating?",
        "where does ketamine come from",
        "do doctors recommend it",
        "is it painful",
        "are the parks far away",
    ],
)
def test_what_everybody_is_told_alike(question: str) -> None:
    assert not is_own_matter(question)


@pytest.mark.parametrize(
    ("kind", "own_matter", "expected"),
    [
        ("source", False, 0.6),
        ("article", True, 0.6),
        ("guide", False, 0.6 + GUIDE_BONUS),
        ("guide", True, 0.6 + GUIDE_BONUS),
        ("clinic", False, 0.6 - CLINIC_MALUS),
        ("clinic", True, 0.6 + OWN_BONUS),
    ],
)
def test_who_is_preferred(kind: str, own_matter: bool, expected: float) -> None:
    assert preference(kind, 0.6, own_matter=own_matter) == pytest.approx(expected)  # type: ignore[arg-type]


def test_a_clinic_opens_in_its_own_matter_before_anything_that_is_less_than_half_a_point_better() -> None:
    assert preference("clinic", 0.5, own_matter=True) > preference("guide", 0.9, own_matter=True)
    assert preference("clinic", 0.9, own_matter=False) < preference("source", 0.75, own_matter=False)
