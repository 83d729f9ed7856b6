"""What `ketamine-qa evaluate` does, without the printing."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from index.build import index_status
from index.types import Chunk
from qa.evaluate.asking import LocalAsker, ServerAsker
from qa.evaluate.exports import export
from qa.evaluate.gate import Threshold
from qa.evaluate.judge import answered_questions, judge
from qa.evaluate.options import TIMEOUT
from qa.evaluate.report import write_report
from qa.evaluate.result import read_result, write_result
from qa.evaluate.run import Plan, Progress, run_local, run_server
from qa.evaluate.testset import Case, TestSetError, read_testset
from qa.evaluate.writing import check_writable
from qa.llm import load_chat_model
from qa.pipeline import Pipeline
from qa.settings import Settings

SUMMARY = (
    "right", "outcome_accuracy", "fact_recall", "first_sentence_facts", "forbidden_hits", "citation_precision",
    "citation_recall", "abstention_precision", "abstention_recall", "recall@10", "mrr", "ndcg@10", "reference_f1",
    "reference_similarity", "reference_facts",
)  # fmt: skip
"""Measures that a summary in lines shows; the result file and the report hold all."""


@dataclass(frozen=True, slots=True)
class Request:
    """One evaluation.

    today: the day on which facts are judged. site: of questions that name none. server: asked instead of this process.
    thresholds: what must hold. ablation: ask also without the asked_as lines. timeout: seconds for a question.
    exports: kinds of other libraries' files, into the report's folder. judge: name of a chat model, empty for none.
    """

    testset: Path
    today: date
    site: str | None = None
    json: Path | None = None
    report: Path | None = None
    baseline: Path | None = None
    server: str | None = None
    thresholds: Sequence[Threshold] = ()
    ablation: bool = True
    timeout: float = TIMEOUT
    exports: Sequence[str] = ()
    judge: str = ""
    command: Sequence[str] = ()


def evaluate(request: Request, settings: Settings, progress: Callable[[str, int], Progress]) -> dict[str, Any]:
    """Ask the test set, write what was asked for, and give the result.

    progress: called with what is counted and how many there are, gives what is called after each. Raises ProjectError
    where the test set, the baseline, the index, the server or the model cannot be used.
    """
    if request.exports and not request.report:
        raise TestSetError("An export needs a folder.", "Name one with --report.")
    if request.json:
        check_writable(request.json)
    cases = read_testset(request.testset)
    baseline = read_result(request.baseline) if request.baseline else None
    model = load_chat_model(request.judge) if request.judge else None
    ablation = request.ablation and request.server is None and not index_status(settings.place).reasons
    plan = Plan(request.command, request.thresholds, baseline, ablation)
    result, chunks = _run(cases, request, settings, plan, progress("asking", len(cases) * (1 + ablation)))
    if model and not result["partial"]:
        result["judge"] = judge(model, result, progress("judging", len(answered_questions(result))))
    if request.json:
        write_result(result, request.json)
    if request.report:
        write_report(result, request.report, baseline)
        for kind in request.exports:
            export(kind, result, chunks, request.report)
    return result


def _run(
    cases: Sequence[Case], request: Request, settings: Settings, plan: Plan, progress: Progress
) -> tuple[dict[str, Any], Sequence[Chunk] | None]:
    if request.server:
        with closing(ServerAsker(request.server, request.site, request.timeout)) as server:
            return run_server(cases, server, plan, request.today, progress), None
    pipeline = Pipeline(settings)
    asker = LocalAsker(settings, pipeline, request.today, request.site, request.timeout)
    result = run_local(cases, asker, plan, progress)
    return result, pipeline.open().searcher.generation.chunks


def summary_lines(result: Mapping[str, Any]) -> Iterator[str]:
    """Give the result in lines: the main figures, what the baseline had, and what stops a release."""
    yield f"{len(result['questions'])} questions" + (", stopped before the end" if result["partial"] else "")
    yield from _figure_lines(result)
    if result["latency_ms"]:
        yield f"{'latency':24}p50 {result['latency_ms']['p50']:.0f} ms, p95 {result['latency_ms']['p95']:.0f} ms"
    if result["judge"]:
        yield from _judge_lines(result["judge"])
    if result["comparison"]:
        yield from _comparison_lines(result["comparison"])
    silent = [miss for miss in result["safety_misses"] if not miss["decides"]]
    yield f"{len(result['safety_misses'])} safety misses, {len(silent)} of them reported only"
    failures = result["gate"]["failures"]
    yield from (f"FAILED {failure}" for failure in failures)
    verdict = "The gate is closed." if failures else "The gate is open."
    yield "There is no verdict on a run that was stopped." if result["partial"] else verdict


def _figure_lines(result: Mapping[str, Any]) -> Iterator[str]:
    bare = result["without_asked_as"]["figures"] if result["without_asked_as"] else {}
    for name in SUMMARY:
        found = result["figures"].get(name)
        if found is None:
            continue
        without = f", {bare[name]['value']:.3f} without asked_as" if name in bare else ""
        yield f"{name:24}{found['value']:.3f} [{found['low']:.3f}, {found['high']:.3f}] n={found['n']}{without}"


def _judge_lines(judged: Mapping[str, Any]) -> Iterator[str]:
    for name, found in judged["means"].items():
        if found["n"]:
            shown = f"{found['value']:.2f} of 5 [{found['low']:.2f}, {found['high']:.2f}] n={found['n']}"
            yield f"{'judged ' + name:24}{shown}"
    by = f"judged by {judged['model']}, prompt {judged['prompt_version']}"
    yield f"{by}; {judged['unjudged']} unjudged{', ' + judged['stopped'] if judged['stopped'] else ''}; not in the gate"


def _comparison_lines(comparison: Mapping[str, Any]) -> Iterator[str]:
    for warning in comparison["warnings"]:
        yield f"Not simply comparable: {warning}."
    better, worse = comparison["better"], comparison["worse"]
    yield (
        f"Against the baseline: {len(better)} better, {len(worse)} worse of {comparison['compared']} "
        f"(McNemar p = {comparison['mcnemar_p']:.3g})"
    )
    yield from (f"  better: {', '.join(better)}" for _ in better[:1])
    yield from (f"  worse: {', '.join(worse)}" for _ in worse[:1])
