from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
from scorers import Scorer, by_cosine, by_reader, by_words
from selection import Choice, figures_of, read_choices

from index.training.groups import Candidate
from index.types import Encoder

ROWS = [
    {"qid": 1, "question": "What is tea?", "sentence": "Tea is a drink.", "label": 1},
    {"qid": 1, "question": "What is tea?", "sentence": "Bread is food.", "label": 0},
    {"qid": 2, "question": "Who?", "sentence": "Nobody.", "label": "0"},
    {"qid": 3, "question": "When?", "sentence": "Now.", "label": True},
    {"qid": 4, "question": "Where?", "sentence": "Here.", "label": "1"},
    {"qid": 4, "question": "Where?", "sentence": "There.", "label": False},
    {"qid": 4, "question": "Where?", "sentence": "At home.", "label": 1},
]


class Lengths:
    """A reader that thinks the longest text answers best."""

    def logits(self, question: str, texts: Sequence[str]) -> np.ndarray:
        return np.array([len(text) for text in texts], dtype=np.float32)


@pytest.mark.parametrize("name", ["pairs.jsonl", "pairs.jsonl.gz"])
def test_questions_with_both_labels_are_kept(tmp_path: Path, write_lines, name: str) -> None:  # noqa: ANN001
    choices = read_choices(write_lines(tmp_path / name, ROWS))
    assert [choice.question for choice in choices] == ["What is tea?", "Where?"]
    assert choices[1].right == (True, False, True)
    assert [one.text for one in choices[1].candidates] == ["Here.", "There.", "At home."]


def test_a_file_without_such_questions_is_a_fault(tmp_path: Path, write_lines) -> None:  # noqa: ANN001
    with pytest.raises(ValueError, match="both labels"):
        read_choices(write_lines(tmp_path / "pairs.jsonl", ROWS[2:4]))


def test_the_figures_by_hand() -> None:
    places = {"a": 3.0, "b": 2.0, "c": 1.0}

    def forwards(question: str, candidates: Sequence[Candidate]) -> np.ndarray:
        return np.array([places[one.text] for one in candidates])

    def backwards(question: str, candidates: Sequence[Candidate]) -> np.ndarray:
        return -forwards(question, candidates)

    candidates = tuple(map(Candidate, "abc"))
    choices = [Choice("q", candidates, (True, False, True)), Choice("r", candidates, (False, True, False))]
    figures = figures_of(choices, {"reader": forwards, "cosine": backwards})
    assert figures["map"] == pytest.approx(((1 + 2 / 3) / 2 + 1 / 2) / 2)
    assert figures["mrr"] == pytest.approx((1 + 1 / 2) / 2)
    assert (figures["p@1"], figures["questions"]) == (0.5, 2)
    assert figures["cosine"]["map"] == figures["map"]
    assert figures["cosine"]["reader_minus_this"]["p@1"] == {"value": 0.0, "low": 0.0, "high": 0.0}


def test_each_scorer_gives_a_score_a_sentence(encoder: Encoder) -> None:
    candidates = [Candidate("Tea is a drink.", "Tea"), Candidate("Bread is food."), Candidate("Nobody.")]
    texts = [one.text for one in candidates]
    scorers: list[Scorer] = [by_reader(Lengths()), by_cosine(encoder, texts), by_words(texts)]
    for scorer in scorers:
        scores = scorer("What is tea?", candidates)
        assert scores.shape == (3,)
        assert scores[0] == max(scores)


def test_the_reader_reads_a_sentence_in_its_context() -> None:
    scores = by_reader(Lengths())("?", [Candidate("abc"), Candidate("abc", "heading")])
    assert scores.tolist() == [3, len("abc | heading")]
