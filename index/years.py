"""Whether a sentence speaks of other years than the one a question asks about."""

import re

YEAR = re.compile(r"\b(?:19|20)\d\d\b")
ASKED = re.compile(
    r"\b(?:in|for|of|during|throughout)\s+(?:the\s+)?(?:year\s+)?((?:19|20)\d\d)\b(?!\s*(?:mg|ml|people|patients|adults))"
    r"|\b((?:19|20)\d\d)(?:'s)?\s+(?:figures?|numbers?|data|rates?|statistics|survey)\b",
    re.IGNORECASE,
)


def years_of(question: str) -> frozenset[int]:
    """Give the years that a question asks about: "in 2024", "the 2024 figure"; not "since 2019" or "before 2020"."""
    return frozenset(int(first or second) for first, second in ASKED.findall(question))


def other_years(asked: frozenset[int], text: str) -> bool:
    """Tell whether a text names years and each year asked about lies before or after all of them."""
    named = [int(year) for year in YEAR.findall(text)]
    return bool(asked and named) and all(not min(named) <= year <= max(named) for year in asked)
