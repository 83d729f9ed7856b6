"""What in the ledger has to be read again: expired, due for a recheck, undated, or old where age matters."""

from collections.abc import Callable, Iterable, Iterator
from datetime import date, timedelta

from corpus.types import UNDATED, Fact

OLD_YEARS = 5
AGEING_KINDS = {"label", "regulator"}
AGEING_TOPICS = {"cost", "insurance", "va-coverage", "legal-status", "controlled-substance", "telehealth-law", "travel"}
"""Law, price and labels: what changes without a study being wrong."""


def ages(fact: Fact) -> bool:
    """Tell whether the fact is about law, price or a label."""
    return fact.kind in AGEING_KINDS or fact.topic in AGEING_TOPICS


def is_old(fact: Fact, today: date) -> bool:
    """Tell whether a fact about law, price or a label is undated, or more than five years old."""
    return ages(fact) and (fact.published == UNDATED or int(fact.published[:4]) < today.year - OLD_YEARS)


def stale_facts(facts: Iterable[Fact], today: date) -> Iterator[tuple[str, Fact]]:
    """Give (why, fact) of each fact that has to be read again, the most pressing reason first."""
    listed = list(facts)
    for reason, applies in _REASONS:
        yield from ((reason, fact) for fact in listed if applies(fact, today))


def _is_expired(fact: Fact, today: date) -> bool:
    return fact.valid_until is not None and fact.valid_until < today


def _expires_soon(fact: Fact, today: date) -> bool:
    return fact.valid_until is not None and today <= fact.valid_until < today + timedelta(days=60)


def _needs_recheck(fact: Fact, today: date) -> bool:
    if fact.recheck_days is None:
        return False
    if fact.published == UNDATED:
        return True
    year, month, day = [*map(int, fact.published.split("-")), 1, 1][:3]
    return date(year, month, day) + timedelta(days=fact.recheck_days) < today


def _is_old(fact: Fact, today: date) -> bool:
    return fact.published != UNDATED and is_old(fact, today)


_REASONS: tuple[tuple[str, Callable[[Fact, date], bool]], ...] = (
    ("past its last day, no longer quoted", _is_expired),
    ("its last day is near", _expires_soon),
    ("due for a recheck", _needs_recheck),
    (f"about law, price or a label, older than {OLD_YEARS} years", _is_old),
    ("undated", lambda fact, _: fact.published == UNDATED),
)
