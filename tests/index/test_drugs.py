import pytest

from index.drugs import same_drug

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
