"""Two results side by side: what got better and worse, and what speaks against comparing them."""

from collections.abc import Mapping, Sequence
from typing import Any

import pytest

from qa.evaluate.compare import compare, incomparable

STAMP = {
    "version": "0.1.0", "commit": "abc", "lock": "sha256:1", "ledger": "sha256:2", "corpus": "sha256:3",
    "index": "000001-aa", "models": {"encoder": "e"}, "triage": "sha256:4", "wordings": "sha256:5",
    "numbers": "sha256:6", "gates": "sha256:7", "disclaimer": "sha256:8", "testset": "sha256:9",
    "asked": "this process", "date": "2026-01-15",
    "settings": {"site": "default", "answerable": 0.45, "timeout_s": 30.0},
    "facts": {"RS-001": "1", "RS-002": "2"}, "wording_hashes": {"card.crisis": "1"},
}  # fmt: skip


def question(name: str, right: bool, facts: Sequence[bool] = (), case: str = "same", text: str = "x") -> dict[str, Any]:
    return {"id": name, "right": right, "case_hash": case, "score": {"facts": list(facts)}, "answer": {"text": text}}


def result(*questions: Mapping[str, Any], partial: bool = False, **stamp: object) -> dict[str, Any]:
    return {"partial": partial, "stamp": {**STAMP, **stamp}, "questions": list(questions)}


def test_better_and_worse_are_named() -> None:
    before = result(*(question(name, right) for name, right in zip("abcd", (True, True, False, False), strict=True)))
    after = result(*(question(name, right) for name, right in zip("abcd", (True, False, True, False), strict=True)))
    found = compare(before, after)
    assert (found["better"], found["worse"], found["compared"]) == (["c"], ["b"], 4)
    assert (found["warnings"], found["changed"]) == ([], [])


def test_one_better_of_six_that_changed_is_chance() -> None:
    # exact and two-sided: 2 * (C(6,0) + C(6,1)) / 2**6 = 14/64
    before = result(*(question(name, right=name != "a") for name in "abcdef"))
    after = result(*(question(name, right=name == "a") for name in "abcdef"))
    assert compare(before, after)["mcnemar_p"] == pytest.approx(14 / 64)


def test_ten_better_and_none_worse_is_not_chance() -> None:
    before, after = (result(*(question(name, right) for name in "abcdefghij")) for right in (False, True))
    assert compare(before, after)["mcnemar_p"] == pytest.approx(2 / 2**10)


def test_nothing_changed_gives_a_p_of_one() -> None:
    same = result(question("a", right=True))
    found = compare(same, same)
    assert (found["mcnemar_p"], found["other_answer"]) == (1.0, [])


def test_only_what_both_runs_asked_alike_is_compared() -> None:
    before = result(question("a", right=True), question("b", right=True), question("gone", right=True))
    after = result(
        question("new", right=False), question("b", right=False, case="other"), question("a", right=False),
        testset="sha256:0",
    )  # fmt: skip
    found = compare(before, after)
    assert (found["compared"], found["better"], found["worse"]) == (1, [], ["a"])
    assert found["warnings"] == ["the test set has changed; only questions that both runs asked alike are compared"]


def test_an_answer_in_other_words_is_named_even_if_it_is_as_good() -> None:
    before = result(
        question("a", right=True), question("b", right=True), {**question("c", right=False), "answer": None}
    )
    after = result(question("a", True), question("b", True, text="y"), question("c", False))
    assert compare(before, after)["other_answer"] == ["b", "c"]


def test_the_difference_in_facts_is_paired() -> None:
    before = result(question("a", False, (True, False)), question("b", True, (True,)), question("c", True))
    after = result(question("a", True, (True, True)), question("b", True, (True,)), question("c", True))
    found = compare(before, after)["fact_recall_difference"]
    assert (found["value"], found["n"]) == (pytest.approx((1 / 2 + 0) / 2), 2)


def test_without_a_question_in_common_there_is_no_difference() -> None:
    found = compare(result(question("a", True, (True,))), result(question("b", True, (True,))))
    assert found["compared"] == 0
    assert found["fact_recall_difference"] == {"value": None, "low": None, "high": None, "n": 0}


@pytest.mark.parametrize(
    ("changed", "warning"),
    [
        ({"partial": True}, "the later result is partial"),
        ({"asked": "a server"}, "one run asked this process, the other a server"),
        ({"date": "2026-02-01"}, "facts were judged on 2026-01-15 and on 2026-02-01"),
        ({"settings": {**STAMP["settings"], "site": "hill"}}, "the setting site was default and is hill"),  # type: ignore[dict-item]
        ({"settings": {**STAMP["settings"], "answerable": 0.8}}, "the setting answerable was 0.45 and is 0.8"),  # type: ignore[dict-item]
        ({"settings": {**STAMP["settings"], "timeout_s": 1.0}}, "the setting timeout_s was 30.0 and is 1.0"),  # type: ignore[dict-item]
    ],
)
def test_what_speaks_against_comparing_is_said(changed: dict[str, Any], warning: str) -> None:
    assert incomparable(result(), result(**changed)) == [warning]


def test_a_partial_baseline_is_said() -> None:
    assert incomparable(result(partial=True), result()) == ["the earlier result is partial"]


def test_what_answered_is_compared_as_far_as_both_runs_say() -> None:
    before = result(commit="abc", models={"encoder": "e", "reader": "1"})
    after = result(commit="def", models={"encoder": "e", "reader": "2"})
    assert compare(before, after)["changed"] == ["commit", "models"]
    del after["stamp"]["models"]
    assert compare(before, after)["changed"] == ["commit"]


def test_facts_and_wordings_that_changed_are_named() -> None:
    after = result(facts={"RS-002": "other", "RS-003": "3"}, wording_hashes={"card.crisis": "1", "card.emergency": "2"})
    found = compare(result(), after)
    assert found["facts"] == {"added": ["RS-003"], "removed": ["RS-001"], "altered": ["RS-002"]}
    assert found["wordings"] == {"added": ["card.emergency"], "removed": [], "altered": []}


def test_facts_are_not_compared_where_a_server_does_not_say_them() -> None:
    server = result()
    del server["stamp"]["facts"]
    assert compare(server, result())["facts"] == {}
    assert compare(result(), server)["facts"] == {}


def test_the_baseline_is_named() -> None:
    named = compare(result(commit="abc"), result(commit="def"))["baseline"]
    assert named == {"version": "0.1.0", "commit": "abc", "date": "2026-01-15", "index": "000001-aa"}
