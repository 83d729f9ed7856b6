from collections.abc import Sequence
from pathlib import Path

import numpy as np
import product
import pytest
from answerability import Case, _answering, figures_of, read_cases
from beir import Row, read_rows

from index.build import Place
from index.readings import ANSWERABLE
from index.training.groups import Candidate, is_held_out

PASSAGE = "Tea is made from leaves. It was drunk in 1610. Bread came before that."


@pytest.fixture
def folder(tmp_path: Path, write_lines) -> Path:  # noqa: ANN001
    write_lines(
        tmp_path / "corpus.jsonl", [{"_id": f"{name}_0", "title": name, "text": PASSAGE} for name in ("Tea", "Moss")]
    )
    asked = [
        ("1", "When was it drunk?", ["1610", "in 1610"]),
        ("2", "What is it made from?", ["leaves. It"]),
        ("3", "What came before?", ["Bread"]),
    ]
    write_lines(
        tmp_path / "queries.jsonl.gz",
        [{"_id": name, "text": text, "metadata": {"passage": "Tea_0", "answers": a}} for name, text, a in asked]
        + [{"_id": "4", "text": "And here?", "metadata": {"passage": "Moss_0", "answers": ["Bread"]}}],
    )
    write_lines(
        tmp_path / "queries_unanswerable.jsonl",
        [
            {"_id": "5", "text": "Who sold it?", "metadata": {"passage": "Tea_0"}},
            {"_id": "6", "text": "Who sold it?", "metadata": {"passage": "Moss_0"}},
        ],
    )
    return tmp_path


def cases_of(folder: Path, *, held_out: bool = False) -> list[Case]:
    return read_cases(folder, list(read_rows(folder / "corpus.jsonl")), held_out=held_out)


def test_a_passage_is_cut_and_the_sentence_with_an_answer_is_gold(folder: Path) -> None:
    cases = cases_of(folder)
    assert [case.question for case in cases] == [
        "When was it drunk?", "What came before?", "And here?", "Who sold it?", "Who sold it?"
    ]  # fmt: skip
    assert cases[0].gold == (False, True, False)
    assert [one.text for one in cases[0].candidates][1] == "It was drunk in 1610."
    assert [case.answerable for case in cases] == [True, True, True, False, False]


def test_the_articles_of_the_training_are_left_out(folder: Path) -> None:
    assert (is_held_out("Tea"), is_held_out("Moss")) == (True, False)
    assert [case.question for case in cases_of(folder, held_out=True)] == [
        "When was it drunk?", "What came before?", "Who sold it?"
    ]  # fmt: skip


def test_both_kinds_of_questions_are_needed(folder: Path, write_lines) -> None:  # noqa: ANN001
    write_lines(folder / "queries_unanswerable.jsonl", [])
    with pytest.raises(ValueError, match="unanswerable"):
        cases_of(folder)


def test_the_figures_by_hand() -> None:
    scores = {"sure": [1.0, 4.0], "unsure": [0.0, 1.0], "wrong": [5.0, 1.0], "none": [-1.0, -2.0]}

    def reader(question: str, candidates: Sequence[Candidate]) -> np.ndarray:
        return np.array(scores[question])

    def cosine(question: str, candidates: Sequence[Candidate]) -> np.ndarray:
        return np.array([1.0, 0.0])

    two = (Candidate("a"), Candidate("b"))
    cases = [Case(name, "p", two, (False, True)) for name in ("sure", "unsure")]
    cases += [Case(name, "p", two, (False, False)) for name in ("wrong", "none")]
    figures = figures_of(
        cases, {"reader": reader, "cosine": cosine, "bm25": cosine}, [0.9, ANSWERABLE, ANSWERABLE / 2, ANSWERABLE]
    )
    assert figures["gold_first"] == 1.0
    # sure and unsure score below wrong and above none
    assert figures["auroc"] == pytest.approx(2 / 4)
    assert (figures["accuracy"], figures["abstains"], figures["wrongly_abstains"]) == (3 / 4, 1 / 2, 0.0)
    # 0.9 is above both of the unanswerable ones, the threshold above one and level with the other
    assert figures["product"] == {"auroc": 3.5 / 4}
    assert (figures["answerable"], figures["unanswerable"], figures["threshold"]) == (2, 2, ANSWERABLE)
    assert (figures["cosine"]["gold_first"], figures["cosine"]["auroc"]) == (0.0, 0.5)
    assert figures["bm25"]["reader_minus_this"]["gold_first"] == {"value": 1.0, "low": 1.0, "high": 1.0}


def test_the_products_score_is_of_the_passage_alone(
    place: Place, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(product, "BUNDLED", place.model)
    rows = [Row("tea", "Tea", "Tea is made from leaves."), Row("moss", "Moss", "Moss grows in the shade.")]
    searcher = product.open_index(rows, tmp_path)
    asked = "What is tea made from?"
    about, beside, none = _answering([Case(asked, name, (), ()) for name in ("tea", "moss", "absent")], searcher)
    assert 1 > about > beside > none == 0.0
