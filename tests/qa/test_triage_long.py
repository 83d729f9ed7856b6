"""Long messages: their rules are looked for part by part, and of the longest the beginning and the end are read."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qa.policy.load import rules
from qa.triage import MOST_READ, SEARCHED_WHOLE, occurs, triage

WORDS = [
    "i", "my", "he", "cant", "breathe", "not", "breathing", "overdosed", "on ket", "self harm", "where", "how", "to",
    "buy", "ketamine", "friend", "voices", "telling", "me", "kill", "myself", "what", "dose", "for", "the", "spray",
]  # fmt: skip
PATTERNS = [pattern for rule in rules() for pattern in rule.patterns]
CRY = "I want to kill myself"


@pytest.mark.parametrize(
    ("pattern", "text", "found"),
    [
        ("a.*b", "a then b", True), ("a.*b", "b then a", False), ("a.*b.*a", "a b", False), ("a.*b.*a", "a b a", True),
        ("^a.*b$", "xa b", False), ("x|a.*b", "x", True), ("a(?!.*b)", "a c", True), ("a(?!.*b)", "a b", False),
    ],
)  # fmt: skip
def test_parts_are_found_in_their_order(pattern: str, text: str, found: bool) -> None:
    assert occurs(re.compile(pattern), text) is found


@given(st.lists(st.sampled_from(WORDS), max_size=25))
def test_the_shipped_patterns_are_found_as_by_plain_search(words: list[str]) -> None:
    text = " ".join(words)
    assert [occurs(pattern, text) for pattern in PATTERNS] == [bool(pattern.search(text)) for pattern in PATTERNS]


def test_far_apart_is_found_too() -> None:
    assert occurs(re.compile("a.*b"), "a" + "x" * 2 * SEARCHED_WHOLE + "b")


@pytest.mark.parametrize("message", [CRY + " x" * 500_000, "x " * 500_000 + CRY], ids=["beginning", "end"])
def test_both_ends_of_the_longest_are_read(message: str) -> None:
    assert len(message) > MOST_READ
    verdict = triage(message)
    assert verdict is not None
    assert verdict.outcome == "crisis"
