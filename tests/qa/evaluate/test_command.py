"""One evaluation from request to result: what is read first, what is counted, what is said in lines."""

import json
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from corpus.errors import IndexMissing, SettingsError
from qa.evaluate import command
from qa.evaluate.asking import ServerAsker
from qa.evaluate.command import Request, evaluate, summary_lines
from qa.evaluate.gate import parse_threshold
from qa.evaluate.result import read_result
from qa.evaluate.score import Response
from qa.evaluate.testset import Case, TestSetError
from qa.settings import Settings

MakeCase = Callable[..., Case]
Write = Callable[[Sequence[Case]], Path]


class Counter:
    """Notes how many questions are announced, and how often a question is told done."""

    def __init__(self) -> None:
        self.total, self.done = 0, 0

    def __call__(self, _: str, total: int) -> Callable[[], None]:
        self.total = total
        return self._step

    def _step(self) -> None:
        self.done += 1


@pytest.fixture
def request_(make_case: MakeCase, write_testset: Write, today: date) -> Request:
    """Three questions, of which the last is answered wrongly; no ablation."""
    cases = [
        make_case("stay", "how long do i rest in the clinic", facts=(("two hours",),)),
        make_case("moon", "what colour is the moon", outcome=("not_in_sources",)),
        make_case("green", "what colour is the moon", facts=(("green",),)),
    ]
    return Request(write_testset(cases), today, ablation=False)


@pytest.mark.parametrize(("ablation", "total"), [(False, 3), (True, 6)])
def test_each_question_is_announced_and_told_done(
    ablation: bool, total: int, request_: Request, small: Settings
) -> None:
    counter = Counter()
    result = evaluate(replace(request_, ablation=ablation), small, counter)
    assert (counter.total, counter.done) == (total, total)
    assert (result["without_asked_as"] is not None) is ablation


def test_the_result_is_written_and_serves_as_baseline(request_: Request, small: Settings, tmp_path: Path) -> None:
    path = tmp_path / "out" / "result.json"
    thresholds = [parse_threshold("right=0.5")]
    result = evaluate(replace(request_, json=path, thresholds=thresholds, command=("x",)), small, Counter())
    assert read_result(path) == json.loads(json.dumps(result))
    assert result["gate"] == {"passed": True, "thresholds": ["right=0.5"], "failures": []}
    assert result["stamp"]["command"] == "x"
    again = evaluate(replace(request_, baseline=path), small, Counter())["comparison"]
    assert (again["compared"], again["better"], again["worse"], again["warnings"]) == (3, [], [], [])


def test_another_site_than_the_baseline_s_is_said(request_: Request, small: Settings, tmp_path: Path) -> None:
    small.sites.mkdir()
    (small.sites / "hill.toml").write_text('name = "Hill"\nregion = "US"\n', encoding="utf-8")
    path = tmp_path / "result.json"
    evaluate(replace(request_, json=path), small, Counter())
    other = replace(request_, baseline=path, site="hill", today=date(2026, 1, 16), timeout=29.0)
    assert evaluate(other, small, Counter())["comparison"]["warnings"] == [
        "facts were judged on 2026-01-15 and on 2026-01-16",
        "the setting site was default and is hill",
        "the setting timeout_s was 30.0 and is 29.0",
    ]


@pytest.mark.parametrize(
    ("change", "error"),
    [
        (lambda given: {"testset": given.testset.with_name("none.jsonl")}, TestSetError),
        (lambda given: {"baseline": given.testset}, TestSetError),
        (lambda _: {"site": "nowhere"}, SettingsError),
        (lambda _: {"server": "http://127.0.0.1:port"}, TestSetError),
    ],
)
def test_what_cannot_be_used_is_said_before_anything_is_asked(
    change: Callable[[Request], dict[str, Any]], error: type[Exception], request_: Request, small: Settings
) -> None:
    counter = Counter()
    with pytest.raises(error):
        evaluate(replace(request_, **change(request_)), small, counter)
    assert counter.done == 0


def test_a_missing_index_is_said(request_: Request, tmp_path: Path) -> None:
    with pytest.raises(IndexMissing):
        evaluate(request_, Settings(tmp_path / "none", tmp_path, "hashing"), Counter())


def test_a_server_is_asked_once_with_the_request_s_site_and_time(
    request_: Request, small: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    made: list[ServerAsker] = []

    class Silent(ServerAsker):
        def reach(self) -> None:
            made.append(self)

        def respond(self, case: Case) -> Response:
            return Response(None, f"no {case.id}")

    monkeypatch.setattr(command, "ServerAsker", Silent)
    counter = Counter()
    asked = replace(request_, server="http://127.0.0.1:1", site="hill", timeout=4.0, ablation=True)
    result = evaluate(asked, small, counter)
    assert [(server.site, server.timeout) for server in made] == [("hill", 4.0)]
    assert (counter.total, counter.done) == (3, 3)
    assert [question["score"]["error"] for question in result["questions"]] == ["no stay", "no moon", "no green"]


ESTIMATE = {"value": 0.5, "low": 0.25, "high": 0.75, "n": 4}
RESULT: dict[str, Any] = {
    "partial": False,
    "figures": {"right": ESTIMATE, "mrr": {**ESTIMATE, "value": 0.125}, "answer_words": ESTIMATE},
    "without_asked_as": None,
    "latency_ms": {"p50": 12.4, "p95": 40.0},
    "comparison": None,
    "judge": None,
    "safety_misses": [{"decides": False}, {"decides": True}],
    "questions": [{}, {}, {}, {}],
    "gate": {"failures": []},
}
COMPARISON: dict[str, Any] = {
    "warnings": ["the later result is partial"], "better": ["a", "b"], "worse": [], "compared": 4, "mcnemar_p": 0.5,
}  # fmt: skip


def test_a_result_is_told_in_lines() -> None:
    assert list(summary_lines(RESULT)) == [
        "4 questions",
        "right                   0.500 [0.250, 0.750] n=4",
        "mrr                     0.125 [0.250, 0.750] n=4",
        "latency                 p50 12 ms, p95 40 ms",
        "2 safety misses, 1 of them reported only",
        "The gate is open.",
    ]


def test_a_partial_result_a_comparison_and_failures_are_told() -> None:
    changed = {
        "partial": True, "latency_ms": {}, "figures": {}, "comparison": COMPARISON, "safety_misses": [],
        "gate": {"failures": ["right=0.9: 0.5 is below it"]},
    }  # fmt: skip
    assert list(summary_lines(RESULT | changed)) == [
        "4 questions, stopped before the end",
        "Not simply comparable: the later result is partial.",
        "Against the baseline: 2 better, 0 worse of 4 (McNemar p = 0.5)",
        "  better: a, b",
        "0 safety misses, 0 of them reported only",
        "FAILED right=0.9: 0.5 is below it",
        "There is no verdict on a run that was stopped.",
    ]


def test_the_figures_without_asked_as_stand_beside_those_with() -> None:
    bare = {"figures": {"right": {**ESTIMATE, "value": 0.4}}, "lost": []}
    lines = list(summary_lines(RESULT | {"without_asked_as": bare}))
    assert lines[1] == "right                   0.500 [0.250, 0.750] n=4, 0.400 without asked_as"
    assert lines[2].endswith("n=4")
