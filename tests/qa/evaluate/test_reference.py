import pytest

from index.types import Encoder
from qa.evaluate.reference import fact_overlap, nearness, token_f1


@pytest.mark.parametrize(
    ("answer", "reference", "expected"),
    [
        # {patients, rest, two, hours} of 4 against {rest, for, two, hours} of 4: 3 shared
        ("Patients rest two hours", "Rest for two hours", 3 / 4),
        # 2 shared, precision 2/2, recall 2/6
        ("Two hours.", "About two hours after the esketamine spray", 2 * 1 * (2 / 6) / (1 + 2 / 6)),
        # a word counts as often as both have it: 1 shared of 3 and of 1
        ("very very very", "very", 2 * (1 / 3) * 1 / (1 / 3 + 1)),
        ("very very good", "very very bad", 2 / 3),
        ("The nurse", "a NURSE!", 1.0),
        ("nurse", "doctor", 0.0),
        ("", "doctor", 0.0),
        ("the", "doctor", 0.0),
        ("", "", 1.0),
        ("a", "the", 1.0),
    ],
)
def test_token_f1_by_hand(answer: str, reference: str, expected: float) -> None:
    assert token_f1(answer, reference) == pytest.approx(expected)
    assert token_f1(reference, answer) == pytest.approx(expected)


@pytest.mark.parametrize(
    ("answer", "reference", "expected"),
    [
        ("You stay for 2 hours.", "You stay two hours.", 1.0),
        ("You stay for two hours.", "You stay 2 hours.", 1.0),
        ("You stay three hours.", "You stay two hours.", 0.0),
        ("Sales were 1,200 in 2019.", "1200 in 2019, or 12.5%", 2 / 3),
        ("Lithium is a medicine.", "Lithium and lamotrigine", 1 / 2),
        ("Esketamine.", "Spravato", 1.0),
        ("Esketamine.", "Ketamine", 0.0),
        ("Ketamine, twice a week", "Ketamine 2 times, or lithium", 2 / 3),
        ("Ketamine 2, 3, 4, 5", "Ketamine 2", 1.0),
        ("", "Ketamine 2", 0.0),
        ("Ketamine 2", "It depends.", None),
        ("", "", None),
    ],
)
def test_fact_overlap_by_hand(answer: str, reference: str, expected: float | None) -> None:
    assert fact_overlap(answer, reference) == (None if expected is None else pytest.approx(expected))


def test_nearness_holds_all_three(encoder: Encoder) -> None:
    same = nearness("Two hours of rest", "Two hours of rest", encoder)
    assert (same.token_f1, same.facts) == (1.0, 1.0)
    assert same.similarity == pytest.approx(1.0, abs=1e-5)
    other = nearness("Nobody knows", "Two hours of rest", encoder)
    assert (other.token_f1, other.facts) == (0.0, 0.0)
    one, two = encoder.encode(["Nobody knows", "Two hours of rest"])
    assert other.similarity == pytest.approx(float(one @ two))
    assert other.similarity < 0.9
