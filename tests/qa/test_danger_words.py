import pytest

from qa.danger_words import danger_words, with_danger_words
from qa.triage import triage


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("i will kil mysefl", "i will kill myself"),
        ("she swalowed the pils", "she swallowed the pills"),
        ("he is unconcious", "he is unconscious"),
        ("zhe voices", "zhe voices"),
        ("my dyeing kit", "my dyeing kit"),
        ("how much per kilo", "how much per kilo"),
        ("an antidepressant", "an antidepressant"),
        ("spravto and ketmine", "spravto and ketmine"),
    ],
)
def test_only_slips_of_words_of_danger_are_mended(typed: str, meant: str) -> None:
    assert with_danger_words(typed) == meant


def test_the_words_stand_as_they_are() -> None:
    text = " ".join(danger_words())
    assert with_danger_words(text) == text


@pytest.mark.parametrize("message", ["im going to kil mysef", "what dose would kill me", "how many of these to kil me"])
def test_a_slip_hides_no_cry(message: str) -> None:
    verdict = triage(message)
    assert verdict and verdict.outcome == "crisis"
