"""From the scores of a test set to its figures, overall and by tag."""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from qa.evaluate.intervals import Estimate, mean, rate
from qa.evaluate.score import QUOTING, Score
from qa.evaluate.testset import Case

ABSTAINED = "not_in_sources"


@dataclass(frozen=True, slots=True)
class Scored:
    """A case and how its answer did."""

    case: Case
    score: Score


Measure = Callable[[Sequence[Scored]], Estimate]
Figures = Mapping[str, Estimate]


def _rate(of: Callable[[Scored], bool | None]) -> Measure:
    return lambda scored: rate([value for item in scored if (value := of(item)) is not None])


def _answer_rate(of: Callable[[Scored], bool | None]) -> Measure:
    """Leave out what failed: no answer would otherwise look like one without a fault."""
    return _rate(lambda item: None if item.score.error else of(item))


def _mean(of: Callable[[Scored], float | None]) -> Measure:
    return lambda scored: mean([value for item in scored if (value := of(item)) is not None])


def _share(of: Callable[[Scored], tuple[int, int]]) -> Measure:
    def measure(scored: Sequence[Scored]) -> Estimate:
        pairs = [of(item) for item in scored]
        good, every = sum(pair[0] for pair in pairs), sum(pair[1] for pair in pairs)
        return rate([True] * good + [False] * (every - good))

    return measure


def _rank(name: str) -> Measure:
    return _mean(lambda item: item.score.ranks.get(name))


def _near(name: str) -> Measure:
    return _mean(lambda item: getattr(item.score.nearness, name) if item.score.nearness else None)


def _facts_found(item: Scored) -> float | None:
    return sum(item.score.facts) / len(item.score.facts) if item.score.facts else None


def _is_abstention_right(item: Scored) -> bool | None:
    return ABSTAINED in item.case.outcome if item.score.outcome == ABSTAINED else None


def _is_abstained(item: Scored) -> bool | None:
    return item.score.outcome == ABSTAINED if set(item.case.outcome) == {ABSTAINED} else None


def _is_wrongly_abstained(item: Scored) -> bool | None:
    return item.score.outcome == ABSTAINED if set(item.case.outcome) == {QUOTING} else None


MEASURES: Mapping[str, Measure] = {
    "right": _rate(lambda item: item.score.right),
    "outcome_accuracy": _rate(lambda item: item.score.right_outcome),
    "fact_recall": _mean(_facts_found),
    "first_sentence_facts": _rate(lambda item: item.score.first_sentence),
    "forbidden_hits": _answer_rate(lambda item: bool(item.score.forbidden) if item.case.forbidden else None),
    "opens_with": _rate(lambda item: item.score.opened),
    "notices": _rate(lambda item: not item.score.missing_notices if item.case.notices else None),
    "citation_precision": _share(lambda item: item.score.supported),
    "citation_recall": _share(lambda item: item.score.cited),
    "abstention_precision": _rate(_is_abstention_right),
    "abstention_recall": _rate(_is_abstained),
    "wrong_abstentions": _answer_rate(_is_wrongly_abstained),
    "errors": _rate(lambda item: bool(item.score.error)),
    "broken_rules": _answer_rate(lambda item: bool(item.score.broken)),
    "redundancy": _mean(lambda item: item.score.redundancy),
    "answer_words": _mean(lambda item: item.score.words),
    "reading_grade": _mean(lambda item: item.score.grade if item.score.words is not None else None),
    **{name: _rank(name) for name in ("recall@1", "recall@5", "recall@10", "success@1", "success@5", "mrr", "ndcg@10")},
    "reference_f1": _near("token_f1"),
    "reference_similarity": _near("similarity"),
    "reference_facts": _near("facts"),
}
"""By name: rates carry a Wilson interval, means a bootstrap interval. A measure leaves out the questions that it does
not apply to. A question that failed counts as wrong in every measure that its case asks for; the rates of what an
answer may not do leave it out."""
LOWER_IS_BETTER = frozenset(
    {"forbidden_hits", "errors", "broken_rules", "wrong_abstentions", "redundancy", "answer_words", "reading_grade"}
)


def figures(scored: Sequence[Scored]) -> Figures:
    """Give every measure that applies to at least one of the cases."""
    found = {name: measure(scored) for name, measure in MEASURES.items()}
    return {name: estimate for name, estimate in found.items() if estimate.n}


def figures_by_tag(scored: Sequence[Scored]) -> dict[str, Figures]:
    """Give the figures of the cases with each tag, tags in alphabetical order."""
    tags = sorted({tag for item in scored for tag in item.case.tags})
    return {tag: figures([item for item in scored if tag in item.case.tags]) for tag in tags}


def confusion(scored: Iterable[Scored]) -> dict[str, dict[str, int]]:
    """Count what came back by what was expected; where several outcomes are right, the right one that came counts."""
    counts: dict[str, Counter[str]] = {}
    for item in scored:
        wanted = item.score.outcome if item.score.right_outcome else item.case.outcome[0]
        counts.setdefault(wanted, Counter())[item.score.outcome] += 1
    return {wanted: dict(sorted(counter.items())) for wanted, counter in sorted(counts.items())}


def risk_coverage(scored: Iterable[Scored]) -> list[tuple[float, float, float]]:
    """Give (confidence, coverage, risk) down the confidences: answer only from there on, and how often that is wrong.

    Over the questions that are to be answered or abstained from; coverage is their share that is answered, risk the
    share of those whose answer is not right (El-Yaniv 2010).
    """
    open_ones = [item for item in scored if set(item.case.outcome) <= {QUOTING, ABSTAINED}]
    answered = sorted(
        (item for item in open_ones if item.score.outcome == QUOTING), key=lambda item: -item.score.confidence
    )
    curve: list[tuple[float, float, float]] = []
    wrong = 0
    for number, item in enumerate(answered, start=1):
        wrong += not item.score.right
        following = answered[number].score.confidence if number < len(answered) else None
        if following != item.score.confidence:
            curve.append((item.score.confidence, number / len(open_ones), wrong / number))
    return curve


def percentiles(milliseconds: Sequence[float]) -> dict[str, float]:
    """Give the median and the 95th percentile of the answers' times."""
    if not milliseconds:
        return {}
    return {name: round(float(np.percentile(milliseconds, of)), 1) for name, of in (("p50", 50), ("p95", 95))}
