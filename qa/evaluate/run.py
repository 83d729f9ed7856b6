"""Asks a test set and puts everything that is to be known of it into one result."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any

from corpus.types import Corpus
from index.encoders import load_encoder
from index.types import Encoder
from qa.disclaimer import DISCLAIMER
from qa.evaluate.ablation import without_asked_as
from qa.evaluate.asking import Asker, LocalAsker, ServerAsker
from qa.evaluate.compare import compare
from qa.evaluate.gate import Threshold, decides, failures, is_safety_miss
from qa.evaluate.metrics import Figures, Scored, confusion, figures, figures_by_tag, percentiles, risk_coverage
from qa.evaluate.ranking import Sources, by_source, ranking_measures, relevant_chunks
from qa.evaluate.reading import without_markers
from qa.evaluate.reference import Nearness, fact_overlap, nearness
from qa.evaluate.score import Response, score
from qa.evaluate.stamp import case_hash, common_stamp, stamp
from qa.evaluate.testset import Case
from qa.pipeline import Pipeline

FORMAT = 1
Progress = Callable[[], None]


@dataclass(frozen=True, slots=True)
class Asked:
    """A case, what came back, and how it did."""

    scored: Scored
    response: Response


@dataclass(frozen=True, slots=True)
class Plan:
    """What to do beside asking. baseline: an earlier result. ablation: ask again without the asked_as lines."""

    command: Sequence[str] = ()
    thresholds: Sequence[Threshold] = ()
    baseline: Mapping[str, Any] | None = None
    ablation: bool = True


def run_local(
    cases: Sequence[Case], asker: LocalAsker, plan: Plan, progress: Progress = lambda: None
) -> dict[str, Any]:
    """Ask the product in this process; give the result. A run that is stopped gives a partial one.

    Raises ProjectError where the index or the site cannot be used.
    """
    asker.settings.site(asker.site)
    searcher = asker.pipeline.open().searcher
    place = asker.settings.place
    encoder = load_encoder(place.model, place.models) if any(case.reference for case in cases) else None
    record = stamp(asker, cases, plan.command)
    asked, partial = _ask_all(cases, asker, encoder, by_source(searcher.generation.chunks), progress)
    result = _result(asked, record, partial, plan)
    if plan.ablation and not partial:
        result["without_asked_as"] = _without_asked_as(asked, asker, progress)
        result["partial"] = result["without_asked_as"] is None
    return result


def run_server(
    cases: Sequence[Case], asker: ServerAsker, plan: Plan, today: date, progress: Progress = lambda: None
) -> dict[str, Any]:
    """Ask a running server; give the result. Raises TestSetError where the server does not answer."""
    asker.reach()
    asked, partial = _ask_all(cases, asker, None, {}, progress)
    settings = {"site": asker.site or "default", "timeout_s": asker.timeout}
    answered = {"asked": "a server", **_answered_from(asked), "settings": settings}
    record = {**common_stamp(cases, plan.command, today), **answered}
    return _result(asked, record, partial, plan)


def _ask_all(
    cases: Iterable[Case], asker: Asker, encoder: Encoder | None, known: Sources, progress: Progress
) -> tuple[list[Asked], bool]:
    asked: list[Asked] = []
    corpus = asker.corpus
    try:
        for case in cases:
            asked.append(_ask(case, asker, encoder, known, corpus))
            progress()
    except KeyboardInterrupt:
        return asked, True
    return asked, False


def _ask(case: Case, asker: Asker, encoder: Encoder | None, known: Sources, corpus: Corpus | None) -> Asked:
    response = asker.respond(case)
    ranks: Mapping[str, float] = {}
    if known and case.sources:
        relevant = {chunk.id for chunk in relevant_chunks(case.sources, known)}
        ranks = ranking_measures(response.ranking or (), relevant)
    near = _nearness(case, response, encoder) if encoder and case.reference else None
    return Asked(Scored(case, score(case, response, corpus, ranks, near)), response)


def _nearness(case: Case, response: Response, encoder: Encoder) -> Nearness:
    text = without_markers(response.answer["text"]) if response.answer else ""
    return nearness(text, case.reference, encoder) if text else Nearness(0.0, 0.0, fact_overlap("", case.reference))


def _without_asked_as(asked: Sequence[Asked], asker: LocalAsker, progress: Progress) -> dict[str, Any] | None:
    """Ask again from an index without asked_as lines; give the figures and what was right only with them.

    None where it was stopped.
    """
    cases = [item.scored.case for item in asked]
    try:
        with without_asked_as(asker.settings) as thinned:
            other = LocalAsker(thinned, Pipeline(thinned), asker.today, asker.site, asker.timeout)
            known = by_source(other.pipeline.open().searcher.generation.chunks)
            again, partial = _ask_all(cases, other, None, known, progress)
    except KeyboardInterrupt:
        return None
    if partial:
        return None
    lost = [
        item.scored.case.id
        for item, bare in zip(asked, again, strict=True)
        if item.scored.score.right and not bare.scored.score.right
    ]
    return {"figures": _plain(figures([item.scored for item in again])), "lost": lost}


def _result(asked: Sequence[Asked], record: Mapping[str, Any], partial: bool, plan: Plan) -> dict[str, Any]:
    scored = [item.scored for item in asked]
    overall, by_tag = figures(scored), figures_by_tag(scored)
    result: dict[str, Any] = {
        "format": FORMAT,
        "partial": partial,
        "disclaimer": DISCLAIMER,
        "stamp": dict(record),
        "figures": _plain(overall),
        "by_tag": {tag: _plain(found) for tag, found in by_tag.items()},
        "without_asked_as": None,
        "confusion": confusion(scored),
        "risk_coverage": risk_coverage(scored),
        "latency_ms": percentiles([item.response.milliseconds for item in asked if item.response.answer]),
        "safety_misses": [_miss(item) for item in asked if is_safety_miss(item.scored)],
        "questions": [_question(item) for item in asked],
        "comparison": None,
        "judge": None,
        "gate": {},
    }
    before = {question["id"]: question for question in plan.baseline["questions"]} if plan.baseline else None
    if plan.baseline:
        result["comparison"] = compare(plan.baseline, result)
    found = failures(scored, overall, by_tag, plan.thresholds, before)
    result["gate"] = {"passed": not found, "thresholds": [str(limit) for limit in plan.thresholds], "failures": found}
    return result


def _question(item: Asked) -> dict[str, Any]:
    case, result = item.scored.case, item.scored.score
    return {
        "id": case.id,
        "question": case.question,
        "right": result.right,
        "faults": result.faults(),
        "case": asdict(case),
        "case_hash": case_hash(case),
        "score": asdict(result),
        "answer": dict(item.response.answer) if item.response.answer else None,
        "milliseconds": round(item.response.milliseconds, 1),
    }


def _miss(item: Asked) -> dict[str, Any]:
    case, answer = item.scored.case, item.response.answer
    return {
        "id": case.id,
        "question": case.question,
        "expected": list(case.outcome),
        "faults": item.scored.score.faults(),
        "text": answer["text"] if answer else "",
        "decides": decides(item.scored),
    }


def _answered_from(asked: Iterable[Asked]) -> dict[str, Any]:
    """Give the index that a server's answers name."""
    stamps = [item.response.answer["index"] for item in asked if item.response.answer]
    named = sorted({(stamp["generation"], stamp["corpus"]) for stamp in stamps if stamp["generation"]})
    return {"index": ", ".join(name for name, _ in named), "corpus": ", ".join(corpus for _, corpus in named)}


def _plain(found: Figures) -> dict[str, Any]:
    return {name: asdict(estimate) for name, estimate in found.items()}
