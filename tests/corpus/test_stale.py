"""What has to be read again, worked by hand against one day."""

from collections.abc import Callable
from datetime import date, timedelta

import pytest

from corpus.stale import ages, is_old, stale_facts
from corpus.types import Fact

MakeFact = Callable[..., Fact]
TODAY = date(2026, 11, 23)
EXPIRED, NEAR, RECHECK = "past its last day, no longer quoted", "its last day is near", "due for a recheck"
OLD, UNDATED = "about law, price or a label, older than 5 years", "undated"


@pytest.fixture
def reasons(make_fact: MakeFact) -> Callable[..., list[str]]:
    """Gives the reasons to read a fact again that is faultless but for the given fields."""

    def reasons(**changed: object) -> list[str]:
        fact = make_fact(**{"kind": "review", "published": "2026-01-01", **changed})
        return [reason for reason, _ in stale_facts([fact], TODAY)]

    return reasons


@pytest.mark.parametrize(
    ("days", "expected"),
    [(-1, [EXPIRED]), (0, [NEAR]), (59, [NEAR]), (60, []), (-4000, [EXPIRED]), (4000, [])],
)
def test_the_last_day_itself_is_still_good(reasons: Callable[..., list[str]], days: int, expected: list[str]) -> None:
    assert reasons(valid_until=TODAY + timedelta(days=days)) == expected


@pytest.mark.parametrize(
    ("published", "expected"),
    [
        ("2026-08-25", []),  # 90 days before
        ("2026-08-24", [RECHECK]),
        ("2026-08", [RECHECK]),  # counts from the first of the month
        ("2026-09", []),
        ("2026", [RECHECK]),
        ("undated", [RECHECK, UNDATED]),
    ],
)
def test_a_recheck_is_due_after_its_days(
    reasons: Callable[..., list[str]], published: str, expected: list[str]
) -> None:
    assert reasons(published=published, recheck_days=90) == expected


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"kind": "label", "published": "2021"}, []),
        ({"kind": "label", "published": "2020-12-31"}, [OLD]),
        ({"kind": "regulator", "published": "2019"}, [OLD]),
        ({"topic": "cost", "published": "2019"}, [OLD]),
        ({"topic": "session", "published": "1999"}, []),
        ({"kind": "label", "published": "undated"}, [UNDATED]),
    ],
)
def test_age_matters_for_law_price_and_labels(
    reasons: Callable[..., list[str]], changes: dict[str, object], expected: list[str]
) -> None:
    assert reasons(**changes) == expected


def test_an_undated_price_counts_as_old_and_an_undated_study_does_not(make_fact: MakeFact) -> None:
    assert is_old(make_fact(kind="provider", topic="cost", published="undated"), TODAY)
    assert not is_old(make_fact(kind="trial", topic="session", published="undated"), TODAY)
    assert ages(make_fact(kind="trial", topic="travel"))


def test_the_most_pressing_reason_comes_first(make_fact: MakeFact) -> None:
    facts = [
        make_fact(id="TS-001", kind="trial", published="undated"),
        make_fact(id="TS-002", kind="label", published="2010", valid_until=date(2026, 11, 22), recheck_days=1),
        make_fact(id="TS-003", kind="trial", published="2026", valid_until=date(2026, 12, 1)),
    ]
    assert [(reason, fact.id) for reason, fact in stale_facts(iter(facts), TODAY)] == [
        (EXPIRED, "TS-002"), (NEAR, "TS-003"), (RECHECK, "TS-002"), (OLD, "TS-002"), (UNDATED, "TS-001"),
    ]  # fmt: skip
