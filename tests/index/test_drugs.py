import pytest

from index.drugs import asked_of, kin_in, same_drug

SPRAY = "The esketamine spray is given in a clinic."
DRIP = "A ketamine infusion is given in a clinic."
PLAIN_KETAMINE = "Ketamine is an anaesthetic."
BOTH = "Esketamine is a spray; a ketamine infusion is a drip."
NEITHER = "A nurse stays in the building."


@pytest.mark.parametrize(
    ("question", "fitting", "misfitting"),
    [
        ("how is spravato given", [SPRAY, BOTH, NEITHER], [DRIP, PLAIN_KETAMINE]),
        ("what is the nasal spray", [SPRAY, BOTH, NEITHER], [DRIP, PLAIN_KETAMINE]),
        ("how long is an IV", [DRIP, PLAIN_KETAMINE, BOTH, NEITHER], [SPRAY]),
        ("are lozenges safe", [DRIP, PLAIN_KETAMINE, BOTH, NEITHER], [SPRAY]),
        ("what is ketamine", [SPRAY, DRIP, PLAIN_KETAMINE, BOTH, NEITHER], []),
        ("spravato or infusion", [SPRAY, DRIP, PLAIN_KETAMINE, BOTH, NEITHER], []),
    ],
)
def test_a_text_fits_a_question_about_the_same_medicine(
    question: str, fitting: list[str], misfitting: list[str]
) -> None:
    assert [text for text in (SPRAY, DRIP, PLAIN_KETAMINE, BOTH, NEITHER) if not same_drug(question, text)] == [
        text for text in (SPRAY, DRIP, PLAIN_KETAMINE, BOTH, NEITHER) if text in misfitting
    ]
    assert all(same_drug(question, text) for text in fitting)


@pytest.mark.parametrize(
    ("question", "text", "expected"),
    [
        ("half-life of arketamine", "Esketamine's half-life is 7 to 12 hours.", True),
        ("half-life of Arketamine", "Arketamine leaves the body within a day.", False),
        ("phencyclidine relation", "Ketamine is chemically related to PCP.", False),
        ("dextromethorphan pill", "Auvelity was approved in 2022.", False),
        ("memantine or esmethadone", "Esmethadone did not succeed in phase 3.", False),
    ],
)
def test_what_is_said_of_ketamine_does_not_answer_for_its_kin(question: str, text: str, expected: bool) -> None:
    assert kin_in(question).isdisjoint(kin_in(text)) is expected


@pytest.mark.parametrize(
    ("question", "names"),
    [
        ("common side effects of metformin", {"metformin"}),
        ("what does Ozempic cost", {"ozempic"}),
        ("does lamictal matter", set()),
        ("does lamotrigine weaken ketamine", set()),
        ("can I take ibuprofen after my infusion", set()),
        ("what are the side effects", set()),
    ],
)
def test_a_question_about_another_medicine_names_it(question: str, names: set[str]) -> None:
    assert asked_of(question) == names
