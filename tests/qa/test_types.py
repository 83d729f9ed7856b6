from dataclasses import replace

import pytest

from qa.disclaimer import DISCLAIMER
from qa.types import Answer, AnswerSentence, Citation, InvalidAnswer

CITATION = Citation(
    number=1, document="d", heading="h", passage="One. Two.", quote="Two.", start=5, end=9, wording="summary",
    facts=("AA-001",), title="t", publisher="p", url="", published="2026", kind="label",
)  # fmt: skip
ANSWER = Answer("q", "answered", (AnswerSentence("Two.", (1,)),), DISCLAIMER, (CITATION,))


def test_text_puts_the_number_behind_its_sentence() -> None:
    assert ANSWER.text == "Two. [1]"


@pytest.mark.parametrize(
    "changes",
    [
        {"disclaimer": DISCLAIMER.lower()},
        {"disclaimer": ""},
        {"outcome": "perhaps"},
        {"sentences": ()},
        {"citations": ()},
        {"sentences": (AnswerSentence("Two.", (1,)), AnswerSentence("Unsupported."))},
        {"sentences": (AnswerSentence("Two.", (2,)),), "citations": (replace(CITATION, number=2),)},
        {"sentences": (AnswerSentence("Two.", (1, 2)),)},
        {"outcome": "crisis"},
    ],
)
def test_an_answer_that_breaks_a_rule_cannot_be_made(changes: dict[str, object]) -> None:
    with pytest.raises(InvalidAnswer):
        replace(ANSWER, **changes)


@pytest.mark.parametrize("changes", [{"quote": "Three."}, {"end": 10}, {"start": 4}])
def test_a_citation_quotes_its_passage(changes: dict[str, object]) -> None:
    with pytest.raises(InvalidAnswer):
        replace(CITATION, **changes)
