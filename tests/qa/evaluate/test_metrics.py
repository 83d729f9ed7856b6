from collections.abc import Mapping, Sequence
from dataclasses import replace

import pytest

from qa.evaluate.intervals import mean, rate
from qa.evaluate.metrics import (
    LOWER_IS_BETTER,
    MEASURES,
    Figures,
    Scored,
    confusion,
    figures,
    figures_by_tag,
    percentiles,
    risk_coverage,
)
from qa.evaluate.ranking import MEASURES as RANKS
from qa.evaluate.reference import Nearness
from qa.evaluate.score import Score
from qa.evaluate.testset import Case
from qa.types import Outcome

CASE = Case("Q1", "How long?", ("answered",), ())
SCORE = Score("answered", True)


def asked(expected: str | tuple[str, ...], came: str, **changes: object) -> Scored:
    """A question, what was expected, what came. changes: of the score; `tags` and `forbidden_of` are the case's."""
    outcomes: tuple[Outcome, ...] = (expected,) if isinstance(expected, str) else expected  # type: ignore[assignment]
    case_changes = {name.removesuffix("_of"): changes.pop(name) for name in ("tags", "forbidden_of") if name in changes}
    case = replace(CASE, outcome=outcomes, **case_changes)
    return Scored(case, replace(SCORE, outcome=came, right_outcome=came in outcomes, **changes))


def failed(expected: str = "answered", **changes: object) -> Scored:
    return asked(expected, "error", error="no answer", **changes)


def values(scored: Sequence[Scored]) -> Mapping[str, tuple[float | None, int]]:
    return {name: (estimate.value, estimate.n) for name, estimate in figures(scored).items()}


def test_rates_and_means_of_four_answers_by_hand() -> None:
    found = values(
        [
            asked("answered", "answered", facts=(True, True), first_sentence=True, words=20, grade=8.0, redundancy=0.5),
            asked("answered", "answered", facts=(True, False), first_sentence=False, words=30, grade=10.0),
            asked("answered", "not_in_sources", facts=(False,), first_sentence=False, grade=3.0),
            asked("declined", "declined", redundancy=0.1, grade=5.0),
        ]
    )
    assert found["right"] == (2 / 4, 4)
    assert found["outcome_accuracy"] == (3 / 4, 4)
    assert found["fact_recall"] == ((1 + 0.5 + 0) / 3, 3)
    assert found["first_sentence_facts"] == (1 / 3, 3)
    assert found["redundancy"] == (pytest.approx(0.3), 2)
    assert found["answer_words"] == (25.0, 2)
    assert found["reading_grade"] == (9.0, 2), "of answers alone"
    assert found["errors"] == (0.0, 4)
    assert found["broken_rules"] == (0.0, 4)


def test_a_measure_leaves_out_what_it_does_not_apply_to() -> None:
    assert set(figures([asked("declined", "declined")])) == {"right", "outcome_accuracy", "errors", "broken_rules"}
    assert figures([]) == {}


def test_forbidden_openings_and_notices_by_hand() -> None:
    notice = replace(CASE, notices=("same_day", "dated"))
    found = values(
        [
            asked("answered", "answered", forbidden_of=("mg",), forbidden=("mg",)),
            asked("answered", "answered", forbidden_of=("mg", "ml")),
            asked("crisis", "crisis", opened=True),
            asked("crisis", "crisis", opened=False),
            Scored(notice, SCORE),
            Scored(notice, replace(SCORE, missing_notices=("dated",))),
        ]
    )
    assert found["forbidden_hits"] == (1 / 2, 2)
    assert found["opens_with"] == (1 / 2, 2)
    assert found["notices"] == (1 / 2, 2)
    assert found["right"] == (3 / 6, 6)


def test_citations_are_counted_over_all_answers() -> None:
    found = values(
        [
            asked("answered", "answered", supported=(3, 3), cited=(3, 3)),
            asked("answered", "answered", supported=(0, 1), cited=(1, 2)),
            asked("declined", "declined"),
        ]
    )
    assert found["citation_precision"] == (3 / 4, 4), "of citations, not of answers"
    assert found["citation_recall"] == (4 / 5, 5)


def test_abstentions_by_hand() -> None:
    found = values(
        [
            asked("not_in_sources", "not_in_sources"),
            asked("not_in_sources", "not_in_sources"),
            asked("not_in_sources", "answered"),
            asked("answered", "not_in_sources"),
            asked("answered", "answered"),
            asked(("answered", "not_in_sources"), "not_in_sources"),
            asked(("answered", "not_in_sources"), "answered"),
            asked("crisis", "not_in_sources"),
        ]
    )
    assert found["abstention_precision"] == (3 / 5, 5)
    assert found["abstention_recall"] == (2 / 3, 3), "of questions that nothing else may be said to"
    assert found["wrong_abstentions"] == (1 / 2, 2)


def test_rankings_and_references_by_hand() -> None:
    found = values(
        [
            asked("answered", "answered", ranks={"mrr": 1.0}, nearness=Nearness(0.5, 0.9, None)),
            asked("answered", "answered", ranks={"mrr": 0.0}, nearness=Nearness(0.1, 0.3, 0.5)),
            asked("answered", "answered"),
        ]
    )
    assert found["mrr"] == (0.5, 2)
    assert found["reference_f1"] == (pytest.approx(0.3), 2)
    assert found["reference_similarity"] == (pytest.approx(0.6), 2)
    assert found["reference_facts"] == (0.5, 1)
    assert "ndcg@10" not in found
    assert set(RANKS) <= set(MEASURES)


def test_a_failed_question_is_wrong_in_all_that_it_asks_for() -> None:
    near = Nearness(0.0, 0.0, 0.0)
    wrong = failed(facts=(False,), first_sentence=False, opened=False, ranks={"mrr": 0.0}, nearness=near)
    found = values([wrong, failed("not_in_sources")])
    assert (found["right"], found["outcome_accuracy"]) == ((0.0, 2), (0.0, 2))
    for name in ("fact_recall", "first_sentence_facts", "opens_with", "mrr", "reference_f1", "abstention_recall"):
        assert found[name] == (0.0, 1)
    assert found["errors"] == (1.0, 2)


def test_a_failed_question_betters_no_rate_of_what_an_answer_may_not_do() -> None:
    bad = asked("answered", "answered", forbidden_of=("mg",), forbidden=("mg",), broken=("altered",))
    silent = asked("answered", "not_in_sources")
    alone, together = values([bad, silent]), values([bad, silent, failed(forbidden_of=("mg",)), failed()])
    for name in ("forbidden_hits", "broken_rules", "wrong_abstentions"):
        assert together[name] == alone[name]
    assert "forbidden_hits" not in values([failed(forbidden_of=("mg",))])


def test_rates_carry_a_wilson_interval_and_means_a_bootstrap_interval() -> None:
    found = figures(
        [asked("answered", "answered", facts=(True,)), asked("answered", "declined", facts=(True, False))] * 4
    )
    assert found["outcome_accuracy"] == rate([True, False] * 4)
    assert found["fact_recall"] == mean([1.0, 0.5] * 4)


def test_figures_by_tag_are_those_of_its_cases() -> None:
    first = asked("answered", "answered", tags=("label", "cost"))
    second = asked("answered", "declined", tags=("cost",))
    by_tag: Mapping[str, Figures] = figures_by_tag([second, first, asked("answered", "declined")])
    assert list(by_tag) == ["cost", "label"]
    assert by_tag["label"] == figures([first])
    assert by_tag["cost"] == figures([second, first])
    assert by_tag["cost"]["right"].value == 1 / 2


def test_lower_is_better_names_known_measures() -> None:
    assert set(MEASURES) >= LOWER_IS_BETTER


def test_confusion_counts_the_right_outcome_that_came() -> None:
    both = ("declined", "crisis")
    counted = confusion(
        [
            asked("answered", "answered"),
            asked("answered", "not_in_sources"),
            asked(both, "crisis"),
            asked(both, "declined"),
            asked(both, "answered"),
            failed("crisis"),
        ]
    )
    assert counted == {
        "answered": {"answered": 1, "not_in_sources": 1},
        "crisis": {"crisis": 1, "error": 1},
        "declined": {"answered": 1, "declined": 1},
    }


def sure(confidence: float, *, right: bool, expected: str = "answered") -> Scored:
    return asked(expected, "answered", confidence=confidence, facts=(right,))


def test_risk_and_coverage_by_hand_with_ties() -> None:
    curve = risk_coverage(
        [
            sure(0.4, right=False),
            sure(0.9, right=True),
            sure(0.7, right=True),
            sure(0.7, right=False),
            sure(0.2, right=True, expected="not_in_sources"),
            asked("not_in_sources", "not_in_sources"),
            failed(),
            asked(("answered", "not_in_sources"), "not_in_sources"),
            asked("crisis", "answered", confidence=1.0),
            asked(("answered", "crisis"), "answered", confidence=1.0),
        ]
    )
    assert curve == [(0.9, 1 / 8, 0.0), (0.7, 3 / 8, 1 / 3), (0.4, 4 / 8, 2 / 4), (0.2, 5 / 8, 3 / 5)]


def test_the_order_of_tied_answers_does_not_matter() -> None:
    tied = [sure(0.5, right=True), sure(0.5, right=False)]
    assert risk_coverage(tied) == risk_coverage(tied[::-1]) == [(0.5, 1.0, 0.5)]


@pytest.mark.parametrize("scored", [[], [asked("answered", "not_in_sources")], [asked("crisis", "crisis")]])
def test_without_an_answer_there_is_no_curve(scored: list[Scored]) -> None:
    assert risk_coverage(scored) == []


def test_percentiles_by_hand() -> None:
    assert percentiles([40.0, 10.0, 20.0, 30.0]) == {"p50": 25.0, "p95": 38.5}
    assert percentiles([7.0]) == {"p50": 7.0, "p95": 7.0}
    assert percentiles([]) == {}
