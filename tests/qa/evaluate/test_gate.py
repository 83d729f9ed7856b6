"""What stops a release: thresholds that were asked for, and safety whatever was asked for."""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest

from corpus.errors import SettingsError
from qa.evaluate import gate
from qa.evaluate.gate import Threshold, failures, is_safety_miss, parse_threshold, read_thresholds, safety_gate
from qa.evaluate.metrics import MEASURES, Scored, figures, figures_by_tag
from qa.evaluate.score import Score
from qa.evaluate.testset import NEVER_MISS, Case, TestSetError

MakeCase = Callable[..., Case]
GOOD = Score("answered", True)
WRONG = Score("not_in_sources", False)


def stopped(scored: Sequence[Scored], *limits: str, before: dict[str, Any] | None = None) -> list[str]:
    thresholds = [parse_threshold(limit) for limit in limits]
    return failures(scored, figures(scored), figures_by_tag(scored), thresholds, before)


@pytest.fixture
def mixed(make_case: MakeCase) -> list[Scored]:
    """Three of four right; the tag `hard` has one of two right."""
    return [
        Scored(make_case("a", tags=("easy",)), GOOD),
        Scored(make_case("b", tags=("easy",)), GOOD),
        Scored(make_case("c", tags=("hard",)), GOOD),
        Scored(make_case("d", tags=("hard",)), WRONG),
    ]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("right=0.9", Threshold("right", 0.9)),
        ("recall@10=1", Threshold("recall@10", 1.0)),
        ("label/fact_recall=0.75", Threshold("fact_recall", 0.75, "label")),
        ("src:after-a-session/right=0.5", Threshold("right", 0.5, "src:after-a-session")),
        ("errors=1e-05", Threshold("errors", 1e-05)),
    ],
)
def test_a_threshold_is_read_and_written_alike(text: str, expected: Threshold) -> None:
    assert parse_threshold(text) == expected
    assert str(expected) == text


@pytest.mark.parametrize(
    "text",
    ["", "right", "right=", "=0.9", "right=high", "right=1.2.3", "right=.", "right=-1", "right=nan", "rigth=0.9",
     "a/b/right=0.9", "/right=0.9", "right=0.9=0.8", "label/=0.9", "right = 0.9"],
)  # fmt: skip
def test_a_threshold_that_is_none_names_the_measures(text: str) -> None:
    with pytest.raises(TestSetError) as raised:
        parse_threshold(text)
    assert repr(text) in raised.value.message
    assert all(name in raised.value.remedy for name in MEASURES)


def test_thresholds_hold_for_all_questions_and_for_a_tag(mixed: list[Scored]) -> None:
    assert stopped(mixed, "right=0.75", "easy/right=1", "hard/right=0.5") == []
    assert stopped(mixed, "right=0.76", "easy/right=1", "hard/right=0.51") == [
        "right=0.76: 0.7500 is below it",
        "hard/right=0.51: 0.5000 is below it",
    ]


def test_of_some_measures_less_is_better(mixed: list[Scored]) -> None:
    # one of four was abstained from although it was to be answered
    assert stopped(mixed, "wrong_abstentions=0.25", "wrong_abstentions=0.3") == []
    assert stopped(mixed, "wrong_abstentions=0.2") == ["wrong_abstentions=0.2: 0.2500 is above it"]


@pytest.mark.parametrize("limit", ["fact_recall=0", "nowhere/right=0", "forbidden_hits=1"])
def test_what_was_not_measured_does_not_pass(limit: str, mixed: list[Scored]) -> None:
    assert stopped(mixed, limit) == [f"{limit}: nothing was measured"]


def test_no_question_at_all_does_not_pass() -> None:
    assert stopped([], "right=0") == ["right=0: nothing was measured"]


def test_a_never_miss_question_that_is_missed_stops_without_any_threshold(make_case: MakeCase) -> None:
    missed = Scored(make_case("a", severity=NEVER_MISS, facts=(("x",),)), Score("answered", True, facts=(False,)))
    assert is_safety_miss(missed)
    assert stopped([missed]) == ["a: fact group 1 is missing"]


def test_an_error_on_a_never_miss_question_stops(make_case: MakeCase) -> None:
    failed = Scored(make_case("a", severity=NEVER_MISS), Score("error", False, error="odd"))
    assert stopped([failed]) == ["not one question was answered", "a: outcome error; error: odd"]


def test_a_normal_question_that_is_missed_does_not_stop(mixed: list[Scored]) -> None:
    assert stopped(mixed) == []


def test_a_forbidden_pattern_that_occurs_stops(make_case: MakeCase) -> None:
    hit = Scored(make_case("a", forbidden=("28 mg",)), Score("answered", True, forbidden=("28 mg",)))
    assert is_safety_miss(hit)
    assert stopped([hit]) == ["a: forbidden: 28 mg"]


@pytest.mark.parametrize("tag", sorted(safety_gate().reported_only))
def test_a_tag_that_is_reported_only_does_not_decide(tag: str, make_case: MakeCase) -> None:
    case = make_case("a", severity=NEVER_MISS, forbidden=("x",), tags=("plain", tag))
    missed = Scored(case, Score("crisis", False, forbidden=("x",)))
    assert is_safety_miss(missed)
    assert stopped([missed]) == []
    assert stopped([missed], f"{tag}/right=0.5") == [f"{tag}/right=0.5: 0.0000 is below it"]


@pytest.mark.parametrize("tags", [("plain",), ("crisis",)])
def test_a_broken_rule_always_stops(tags: tuple[str, ...], make_case: MakeCase) -> None:
    score = Score("answered", True, broken=("the disclaimer is missing or altered",))
    for severity in ("normal", NEVER_MISS):
        item = Scored(make_case("a", severity=severity, tags=tags), score)
        assert stopped([item]) == ["a: the disclaimer is missing or altered"]


def shown(*kinds: str) -> dict[str, Any]:
    return {"a": {"answer": {"notices": [{"kind": kind, "text": "x"} for kind in kinds]}}}


def test_a_safety_notice_may_not_vanish_even_where_the_tag_does_not_decide(make_case: MakeCase) -> None:
    case = make_case("a", notices=("same_day", "dated"), tags=("same_day",))
    item = Scored(case, Score("answered", True, missing_notices=("same_day", "dated")))
    vanished = "a: the notice same_day was shown before and is not any more"
    assert stopped([item], before=shown("same_day", "dated")) == [vanished]
    assert stopped([item], before=shown("dated")) == []
    assert stopped([item], before=None) == []
    assert stopped([item], before={"a": {"answer": None}}) == []
    assert stopped([item], before={"b": shown("same_day")["a"]}) == []


def test_an_error_loses_the_notices_that_were_shown(make_case: MakeCase) -> None:
    item = Scored(make_case("a", notices=("crisis_line",)), Score("error", False, missing_notices=("crisis_line",)))
    assert stopped([item], before=shown("crisis_line")) == [
        "a: the notice crisis_line was shown before and is not any more"
    ]


def test_a_notice_that_is_not_asked_for_may_go(make_case: MakeCase) -> None:
    assert stopped([Scored(make_case("a"), GOOD)], before=shown("same_day")) == []


def test_thresholds_come_from_a_file(tmp_path: Path) -> None:
    path = tmp_path / "thresholds.toml"
    text = '[all]\nright = 0.9\nforbidden_hits = 0\nerrors = 0.00001\n\n[label]\n"recall@10" = 0.75\n'
    path.write_text(text, encoding="utf-8")
    assert read_thresholds(path) == [
        Threshold("right", 0.9), Threshold("forbidden_hits", 0.0), Threshold("errors", 1e-05),
        Threshold("recall@10", 0.75, "label"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("[all", "cannot be read"),
        ("right = 0.9", "right stands in no table"),
        ("[all]\nrigth = 0.9", "'rigth=0.9'"),
        ('[all]\nright = "high"', "'right=high'"),
        ("[all]\nright = true", "'right=True'"),
        ("[all]\nright = nan", "'right=nan'"),
        ("[all.label]\nright = 0.9", "label={"),
    ],
)
def test_a_file_of_thresholds_that_is_malformed_is_said(text: str, said: str, tmp_path: Path) -> None:
    path = tmp_path / "thresholds.toml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(TestSetError, match=said):
        read_thresholds(path)


def test_a_file_of_thresholds_that_is_not_there_or_no_text_is_said(tmp_path: Path) -> None:
    with pytest.raises(TestSetError, match="cannot be read"):
        read_thresholds(tmp_path / "none.toml")
    (tmp_path / "odd.toml").write_bytes(b"\xff\xfe")
    with pytest.raises(TestSetError, match="cannot be read"):
        read_thresholds(tmp_path / "odd.toml")


def test_gates_without_their_lists_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(gate, "policy_text", lambda _: 'reported_only = ["crisis"]')
    safety_gate.cache_clear()
    try:
        with pytest.raises(SettingsError, match="safety_notices"):
            safety_gate()
    finally:
        safety_gate.cache_clear()
