"""What must be seen before anything is searched: danger, and what this chat does not do. Needs no index, no model."""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

from qa.policy.load import Lines, RuleOutcome, rules, wordings
from qa.types import Turn

APOSTROPHES = re.compile(r"['’‘`´]")
INVISIBLE = re.compile(r"[​-‏⁠­﻿]")
SPACES = re.compile(r"\s+")


@dataclass(frozen=True, slots=True)
class Verdict:
    """What triage found. reason and pattern are for the operator, never shown to a visitor."""

    outcome: RuleOutcome
    category: str
    reason: str
    pattern: str


def triage(message: str) -> Verdict | None:
    """Judge one whole message, however long; None where nothing stands out."""
    text = normalise(message)
    for rule in rules():
        for pattern in rule.patterns:
            if pattern.search(text):
                return Verdict(rule.outcome, rule.category, rule.reason, pattern.pattern)
    return None


def crisis_earlier(history: Sequence[Turn]) -> bool:
    """Tell whether an earlier message of the writer called for a card."""
    verdicts = (triage(turn.content) for turn in history if turn.role == "user")
    return any(verdict and verdict.outcome in ("crisis", "emergency") for verdict in verdicts)


def normalise(message: str) -> str:
    """Fold look-alike characters, drop apostrophes and invisible characters, collapse white space, lower case."""
    folded = INVISIBLE.sub("", unicodedata.normalize("NFKC", message))
    return SPACES.sub(" ", APOSTROPHES.sub("", folded)).strip().lower()


def card(outcome: RuleOutcome, lines: Lines) -> list[str]:
    """Give the sentences of the crisis or emergency card for a region, leaving out what the region lacks."""
    sentences = (lines.fill(wording) for wording in wordings()["card"][outcome] if _applies(wording, lines))
    return [sentence for sentence in sentences if sentence.strip()]


def _applies(wording: str, lines: Lines) -> bool:
    return bool(lines.name) or "{region}" not in wording
