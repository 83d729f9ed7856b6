"""Three regressions planted in the product: the gate, set at what the product does today, closes at each of them."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from corpus.types import Corpus, Document
from index import readings
from qa.evaluate import asking
from qa.evaluate.asking import LocalAsker
from qa.evaluate.gate import Threshold
from qa.evaluate.metrics import LOWER_IS_BETTER
from qa.evaluate.run import Plan, run_local
from qa.evaluate.testset import Case, read_testset
from qa.pipeline import Pipeline
from qa.render import answer_record
from qa.settings import Settings
from qa.types import Answer

pytestmark = pytest.mark.model
TESTSET = Path(__file__).parent.parent.parent / "testset"
FILES = ("facts-*.jsonl", "not-in-sources.jsonl", "article.jsonl")
EVERY = 5
"""Of each file every fifth question is asked: about sixty in all, with all kinds of expected answers."""
TODAY = date(2026, 11, 23)
HELD = (
    "right", "outcome_accuracy", "fact_recall", "citation_precision", "citation_recall", "abstention_recall",
    "wrong_abstentions", "errors",
)  # fmt: skip
Run = Callable[[Sequence[Threshold]], dict[str, Any]]


@pytest.fixture(scope="module")
def cases() -> list[Case]:
    """Without the reference answers, whose measures do not decide here and cost as much as the asking."""
    paths = sorted(path for pattern in FILES for path in TESTSET.glob(pattern))
    asked = [case for path in paths for case in read_testset(path)[::EVERY]]
    return [replace(case, reference="") for case in asked]


@pytest.fixture(scope="module")
def asker(settings: Settings) -> LocalAsker:
    return LocalAsker(settings, Pipeline(settings), TODAY)


@pytest.fixture(scope="module")
def run(cases: list[Case], asker: LocalAsker) -> Run:
    """Asks the questions against thresholds."""
    return lambda thresholds: run_local(cases, asker, Plan(thresholds=thresholds, ablation=False))


@pytest.fixture(scope="module")
def today_s(run: Run) -> dict[str, Any]:
    """The result of the product as it is, without thresholds."""
    return run([])


@pytest.fixture(scope="module")
def thresholds(today_s: Mapping[str, Any]) -> list[Threshold]:
    """The bounds of today's intervals on the worse side."""
    figures = today_s["figures"]
    return [Threshold(name, figures[name]["high" if name in LOWER_IS_BETTER else "low"]) for name in HELD]


def failed(result: Mapping[str, Any]) -> set[str]:
    """Give the measures whose threshold was missed."""
    assert result["gate"]["passed"] is not bool(result["gate"]["failures"])
    return {failure.split("=")[0] for failure in result["gate"]["failures"] if failure.startswith(HELD)}


def following(document: Document) -> Iterator[tuple[int, tuple[int, int]]]:
    """Give where the sentence after each sentence of a document stands, by the start of the one before."""
    spans = sorted({(part.start, part.end) for passage in document.passages for part in passage.sentences})
    for (start, _), span in pairwise([*spans, spans[0]]):
        yield start, span


def shifted(record: Mapping[str, Any], corpus: Corpus) -> dict[str, Any]:
    """Let each citation of an answer name the sentence after the one that it rests on."""
    citations = []
    for citation in record["citations"]:
        document = corpus.by_id[citation["document"]]
        start, end = dict(following(document))[citation["start"]]
        citations.append({**citation, "start": start, "end": end, "quote": document.text[start:end]})
    return {**record, "citations": citations}


def test_the_questions_are_of_all_kinds(cases: list[Case], today_s: Mapping[str, Any]) -> None:
    assert 50 <= len(cases) <= 80
    assert {outcome for case in cases for outcome in case.outcome} >= {"answered", "not_in_sources"}
    assert today_s["figures"]["citation_precision"]["n"] >= 30
    assert today_s["gate"]["passed"]


def test_unchanged_the_gate_is_open(run: Run, thresholds: list[Threshold], today_s: Mapping[str, Any]) -> None:
    result = run(thresholds)
    assert result["gate"]["failures"] == []
    assert result["gate"]["passed"]
    assert result["figures"] == today_s["figures"]


def test_citations_off_by_one_sentence_close_the_gate(
    run: Run, thresholds: list[Threshold], asker: LocalAsker, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(asking, "answer_record", lambda answer: shifted(answer_record(answer), asker.corpus))
    result = run(thresholds)
    assert failed(result) == {"citation_precision"}
    assert result["figures"]["citation_precision"]["value"] == 0
    assert result["figures"]["broken_rules"]["value"] == 0, "the quotes stand in their documents all the same"


@pytest.mark.parametrize("kept", [{"disclaimer": ""}, {}])
def test_a_disclaimer_that_is_dropped_closes_the_gate_without_any_threshold(
    kept: Mapping[str, str], run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    def without(answer: Answer) -> dict[str, Any]:
        return {name: value for name, value in answer_record(answer).items() if name != "disclaimer"} | kept

    monkeypatch.setattr(asking, "answer_record", without)
    result = run([])
    assert not result["gate"]["passed"]
    assert len(result["gate"]["failures"]) == len(result["questions"])
    assert all(failure.endswith("the disclaimer is missing or altered") for failure in result["gate"]["failures"])


def test_a_threshold_that_answers_too_little_closes_the_gate(
    run: Run, thresholds: list[Threshold], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(readings, "ANSWERABLE", 0.97)
    result = run(thresholds)
    assert failed(result) >= {"outcome_accuracy", "fact_recall", "wrong_abstentions"}
    assert result["stamp"]["settings"]["answerable"] == 0.97
