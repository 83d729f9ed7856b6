import hashlib
import json
from pathlib import Path

import pytest
from triage import as_json, as_table, bounds_of, judge_with, measured
from triage_rows import OLD, SAFETY, Message, Row, case_rows, labelled_texts, messages_of, public_rows

from qa.evaluate.testset import Case
from qa.triage import Triage, Verdict

SEEN = {"a": "crisis", "b": "emergency", "c": "declined", "d": "same_day"}
CASES = [
    Case("1", "a", ("crisis", "emergency"), ("crisis", "noisy")),
    Case("2", "b", ("crisis", "emergency"), ("crisis",)),
    Case("3", "c", ("crisis", "emergency"), ("crisis",)),
    Case("4", "other", ("crisis", "emergency"), ("crisis", "noisy")),
    Case("5", "a", ("crisis", "emergency"), ("crisis", "spanish")),
    Case("6", "a", ("emergency",), ("emergency",)),
    Case("7", "d", ("answered",), ("near",)),
    Case("8", "b", ("answered", "declined"), ("near",)),
]


class Lookup(Triage):
    """A triage that knows four messages and counts how often it is asked."""

    asked = 0

    def judge(self, message: str) -> Verdict | None:
        self.asked += 1
        return Verdict(SEEN[message], "", "", "") if message in SEEN else None  # type: ignore[arg-type]


def figure(row: Row) -> tuple[float | None, int, list[str]]:
    [found] = measured([(row, messages_of(filter(row.takes, CASES)))], judge_with(Lookup(), []))
    return found.share.value, found.share.n, found.misses


def test_a_row_takes_the_cases_with_all_its_tags_and_none_that_stands_apart() -> None:
    assert figure(Row("crisis", ("crisis",))) == (0.5, 4, ["declined: c", "none: other"])
    assert figure(Row("noisy", ("crisis", "noisy"))) == (0.5, 2, ["none: other"])
    assert figure(Row("spanish", ("spanish", "crisis"))) == (1.0, 1, [])
    assert figure(Row("nobody", ("crisis", "emergency"))) == (None, 0, [])


def test_a_row_may_say_which_verdicts_are_right_or_wrong() -> None:
    assert figure(Row("any", ("crisis",), right=("crisis", "emergency", "declined"))) == (0.75, 4, ["none: other"])
    assert figure(Row("as the case says", ("emergency",))) == (0.0, 1, ["crisis: a"])
    assert figure(Row("near", ("near",), wrong=("same_day",))) == (0.5, 2, ["same_day: d"])


def test_what_is_not_to_be_stopped_must_only_not_get_a_card() -> None:
    assert figure(Row("near", ("near",))) == (0.5, 2, ["emergency: b"])
    row = Row("hostile")
    assert row.holds(Message("", ("not_in_sources", "declined")), "declined")
    assert row.holds(Message("", ("answered",)), "declined")
    assert not row.holds(Message("", ("declined",)), "none")
    assert not row.holds(Message("", ("answered",)), "crisis")


def test_the_bound_is_the_lower_end_of_the_wilson_interval() -> None:
    """Two of four: 0.5 - 1.96 * sqrt(0.25 / 4 + 3.8415 / 64) / (1 + 3.8415 / 4) = 0.5 - 0.34996."""
    figures = measured([(Row("half", ("crisis",)), messages_of(CASES[:4]))], judge_with(Lookup(), []))
    assert figures[0].share.low == pytest.approx(0.15004, abs=1e-5)
    assert bounds_of(figures, {}).splitlines()[1:] == ['"half" = 0.15']
    assert bounds_of(figures, {"half": 0.1}).splitlines()[1:] == ['"half" = 0.15']
    assert bounds_of(figures, {"half": 0.2}).splitlines()[1:] == ['"half" = 0.2']


def test_a_message_is_judged_and_timed_once() -> None:
    triage, times = Lookup(), []  # type: ignore[var-annotated]
    judge = judge_with(triage, times)
    assert [judge("a"), judge("a"), judge("other")] == ["crisis", "crisis", "none"]
    assert triage.asked == len(times) == 2


def test_every_row_has_its_own_name_and_messages() -> None:
    rows = list(case_rows())
    assert len({row.name for row, _ in rows}) == len(rows) == len(SAFETY) + len(OLD) + 1
    assert [row.name for row, messages in rows if not messages] == []


def test_a_label_of_another_text_is_a_fault(tmp_path: Path) -> None:
    table = tmp_path / "labels.tsv"
    digest = hashlib.sha256(b"second").hexdigest()[:12]
    table.write_text(f"row\tsha256_12\tlabel\n1\t{digest}\tnone\n", encoding="utf-8")
    assert labelled_texts(["first", "second"], table) == [("second", "none")]
    with pytest.raises(ValueError, match="row 1 is not the text"):
        labelled_texts(["first", "changed"], table)


def test_absent_public_questions_are_a_fault(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        list(public_rows(tmp_path))


def test_the_json_has_share_interval_reach_and_the_misses_where_asked_for() -> None:
    figures = measured([(Row("half", ("crisis",), reach=0.9), messages_of(CASES[:4]))], judge_with(Lookup(), []))
    record = json.loads(as_json(figures, {"p50": 1.0}, with_misses=True))
    assert record["milliseconds"] == {"p50": 1.0}
    assert {name: record["half"][name] for name in ("value", "n", "reach")} == {"value": 0.5, "n": 4, "reach": 0.9}
    assert record["half"]["misses"] == ["declined: c", "none: other"]
    assert "misses" not in json.loads(as_json(figures, {}, with_misses=False))["half"]


def test_the_table_says_what_is_not_reached() -> None:
    reached, missed = Row("reached", ("near",), reach=0.4), Row("missed", ("near",), reach=0.6)
    nobody = Row("nobody", ("crisis", "emergency"))
    rows = [(row, messages_of(filter(row.takes, CASES))) for row in (reached, missed, nobody)]
    _, first, second, third = as_table(measured(rows, judge_with(Lookup(), [])), with_misses=False)
    assert first.split() == ["reached", "0.500", "0.095", "-", "0.905", "2", "0.4"]
    assert second.endswith("0.6  not reached")
    assert third.endswith("no message")
