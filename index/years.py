"""Whether a sentence speaks of other years than the one a question asks about."""

import re

YEAR = re.compile(r"\b(?:19|20)\d\d\b")
ASKED = re.compile(
    r"\b(?:in|for|of|during|throughout)\s+(?:the\s+)?(?:year\s+)?((?:19|20)\d\d)\b"
    r"(?!\s*(?:mg|ml|people|patients|adults))"
    r"|\b((?:19|20)\d\d)(?:'s)?\s+(?:figures?|numbers?|data|rates?|statistics|survey)\b",
    re.IGNORECASE,
)
FIGURE = re.compile(
    r"\b(?:how (?:many|common|often)|what (?:share|percent\w*|proportion|part)|figures?|numbers?|data|rates?"
    r"|statistics|surveys?|deaths?|users?|seizures|trials?|stud(?:y|ies))\b",
    re.IGNORECASE,
)
"""What is one thing in one year and another in the next. What was approved in 2019 still is in 2026."""
SINCE = re.compile(r"\b(?:since|from|after|starting|started|began|effective)(?: \w+){0,3} ?$", re.IGNORECASE)
UNTIL = re.compile(
    r"\b(?:until|till|through|by|before|up to|ends?|ended|expires?|expired|expiring|deadline)(?: \w+){0,4} ?$",
    re.IGNORECASE,
)
BEFORE = 40
"""Characters before a year in which is said whether it is a beginning or an end."""
FIRST, LAST = 0, 9999


def years_of(question: str) -> frozenset[int]:
    """Give the years of which a question asks a figure: "how many in 2024", "the 2024 figure"; not "since 2019"."""
    found = ASKED.findall(question) if FIGURE.search(question) else []
    return frozenset(int(first or second) for first, second in found)


def other_years(asked: frozenset[int], text: str) -> bool:
    """Tell whether a text names years and each year asked about lies before or after all of them.

    What holds since a year or until one reaches beyond it.
    """
    named = [year for match in YEAR.finditer(text) for year in _reach(match, text)]
    return bool(asked and named) and all(not min(named) <= year <= max(named) for year in asked)


def _reach(match: re.Match[str], text: str) -> tuple[int, ...]:
    """Give a year, and how far what is said of it reaches before or after."""
    before, year = text[max(0, match.start() - BEFORE) : match.start()], int(match[0])
    return (year, *([LAST] if SINCE.search(before) else []), *([FIRST] if UNTIL.search(before) else []))
