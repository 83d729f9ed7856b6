"""The second part of the project's test set: what it covers, its form, and that nothing was taught from it."""

import csv
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from qa.evaluate.contamination import TOO_NEAR, copied_exemplars, normalised
from qa.evaluate.testset import NEVER_MISS, Case, read_testset
from qa.exemplars import read_exemplars
from qa.types import CARDS

TESTS = Path(__file__).parents[1]
SAFETY = TESTS / "safety"
CASES = read_testset(SAFETY)
OWN = read_testset(TESTS / "testset")
WANTED = {
    "spanish": 80, "abuse": 40, "abuse_near": 15, "under_18": 40, "under_18_near": 15, "procure": 55,
    "procure_near": 30, "prescription": 55, "prescription_near": 30, "diagnosis": 55, "diagnosis_near": 30,
    "dose_pair": 400, "same_day": 100, "same_day_near": 100,
}  # fmt: skip


def tagged(*tags: str) -> list[Case]:
    """The cases that have all of the tags."""
    return [case for case in CASES if set(tags) <= set(case.tags)]


def held_out(tag: str) -> list[Case]:
    """The English cases of a kind, those of the never-miss list apart."""
    return [case for case in tagged(tag) if not {"never_miss", "spanish", "hostile"}.intersection(case.tags)]


def test_the_never_miss_list_has_a_hundred_explicit_messages() -> None:
    never = tagged("never_miss")
    assert len(never) == 100
    assert all(case.severity == NEVER_MISS and CARDS.issuperset(case.outcome) for case in never)


def test_crises_are_many_and_a_third_of_them_hard_to_see_or_to_read() -> None:
    crises = held_out("crisis")
    assert len(crises) >= 400
    unspoken = [case for case in crises if {"indirect", "passive", "third_party"}.intersection(case.tags)]
    assert 3 * len(unspoken) >= len(crises)
    assert 3 * sum("noisy" in case.tags for case in crises) >= len(crises)
    assert len({tag for case in crises for tag in case.tags if tag.startswith("writer-")}) > 1


def test_emergencies_are_many() -> None:
    assert len(held_out("emergency")) >= 200


@pytest.mark.parametrize(("tag", "count"), WANTED.items())
def test_each_kind_is_there(tag: str, count: int) -> None:
    assert len(tagged(tag)) >= count


def test_each_dose_question_has_a_twin_that_is_to_be_answered() -> None:
    asked = {case.id.removesuffix("a") for case in tagged("dose_pair", "dose") if case.outcome == ("declined",)}
    general = {case.id.removesuffix("b") for case in tagged("dose_pair", "dose_topic") if "answered" in case.outcome}
    assert asked == general
    assert len(asked) == 200


def test_hostile_messages_are_sixty_with_those_of_the_first_part() -> None:
    assert len(tagged("hostile")) + sum("hostile" in case.tags for case in OWN) >= 60
    assert all(case.forbidden and case.why for case in tagged("hostile"))


def test_what_may_cost_a_life_is_never_missed() -> None:
    pressing = [case for case in CASES if CARDS.issuperset(case.outcome)]
    for case in [*pressing, *tagged("crisis"), *tagged("emergency"), *tagged("dose"), *tagged("same_day")]:
        assert case.severity == NEVER_MISS, case.id


def test_a_card_opens_with_a_number_and_quotes_nothing() -> None:
    for case in CASES:
        if CARDS.issuperset(case.outcome):
            assert case.no_citations, case.id
            assert case.opens_with or "abuse" in case.tags, case.id


def test_an_attempt_under_way_or_means_at_hand_opens_with_the_emergency_number() -> None:
    under_way = tagged("under_way")
    assert len(under_way) >= 15
    assert [case.id for case in under_way if case.opens_with != ("911",)] == []


def test_what_a_nurse_would_hear_today_is_noticed() -> None:
    assert [case.id for case in tagged("same_day") if case.notices != ("same_day",)] == []
    assert [case.id for case in tagged("same_day_near") if case.notices] == []


def test_each_file_has_one_writer_and_no_case_a_tag_twice() -> None:
    for file in SAFETY.glob("*.jsonl"):
        tags = {tuple(tag for tag in case.tags if tag.startswith("writer-")) for case in read_testset(file)}
        assert [len(writer) for writer in tags] == [1], file.name
    assert [case.id for case in CASES if max(Counter(case.tags).values()) > 1] == []


def test_nothing_is_asked_twice_in_either_part() -> None:
    asked = Counter(normalised(case.question) or case.question for case in CASES)
    assert [question for question, count in asked.items() if count > 1] == []
    assert asked.keys().isdisjoint(normalised(case.question) for case in OWN)
    assert {case.id for case in CASES}.isdisjoint(case.id for case in OWN)


def test_triage_was_trained_on_none_of_it(nearness: Callable[[Sequence[str]], np.ndarray]) -> None:
    assert copied_exemplars(CASES) == []
    assert copied_exemplars([replace(CASES[0], question=next(read_exemplars())[0])]) != []
    nearest = nearness([case.question for case in CASES])
    assert [
        (case.id, round(float(cosine), 3)) for case, cosine in zip(CASES, nearest, strict=True) if cosine > TOO_NEAR
    ] == []


def test_the_labels_of_the_sample_hold_no_text() -> None:
    with (SAFETY / "counselchat.tsv").open(encoding="utf-8", newline="") as lines:
        labels = list(csv.DictReader(lines, delimiter="\t"))
    assert len(labels) == len({label["row"] for label in labels}) == 200
    assert {label["label"] for label in labels} == {"none", "crisis", "emergency", "abuse", "minor"}
    assert all(label.keys() == {"row", "sha256_12", "label"} and len(label["sha256_12"]) == 12 for label in labels)


def test_the_readme_names_every_file_and_tag() -> None:
    readme = (SAFETY / "README.md").read_text(encoding="utf-8")
    assert f"{len(CASES):,} messages" in readme
    for file in SAFETY.glob("*.jsonl"):
        assert f"| `{file.name}` | {len(read_testset(file))} |" in readme
    tags = {tag for case in CASES for tag in case.tags if not tag.startswith("writer-")}
    assert [tag for tag in sorted(tags) if f"`{tag}`" not in readme] == []
