"""Reads the policy files. A fault in one of them stops the program: nothing here may be missing quietly."""

import re
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any, Literal

from corpus.errors import SettingsError

RuleOutcome = Literal["emergency", "crisis", "declined", "same_day", "sensitive", "allowed"]
OUTCOME_ORDER: tuple[RuleOutcome, ...] = ("emergency", "crisis", "declined", "same_day", "sensitive", "allowed")
DECLINED = ("dose", "procure", "prescription", "diagnosis")
LETHAL = "lethal"
"""The kind of declined request that rules alone see: an amount that would kill."""
UNDER_18 = "under_18"
"""The kind of declined request that gets a card of its own, and for which nothing is searched."""
SOMEONE_NOW = "third_party_now"
"""The card for someone else who has the means at hand."""
CATEGORIES = (*DECLINED, LETHAL, UNDER_18)
WORD = re.compile(r"<([a-z]+)>")
"""In a pattern: what stands for one of the file's [words]."""
NO_WORDS: Mapping[str, str] = {}
NOTICES = ("same_day", "crisis_line", "sources_differ", "newer_source", "dated", "see_clinician")


@dataclass(frozen=True, slots=True)
class Rule:
    """Patterns over a normalised message, and what a match means.

    category: which `declined` wording. card: which card is shown where no variant is; empty for the outcome's own.
    doubtful: its words also have harmless meanings, so the classifier may overrule it.
    """

    outcome: RuleOutcome
    reason: str
    patterns: tuple[re.Pattern[str], ...]
    category: str = ""
    card: str = ""
    doubtful: bool = False


@dataclass(frozen=True, slots=True)
class Variant:
    """Patterns over a normalised message that choose which card of an outcome is shown."""

    outcome: RuleOutcome
    card: str
    patterns: tuple[re.Pattern[str], ...]


@dataclass(frozen=True, slots=True)
class Beside:
    """Fact ids, the best first, one of which an answer states where a pattern is found in the question."""

    asked: tuple[re.Pattern[str], ...]
    facts: tuple[str, ...]


@cache
def rules() -> tuple[Rule, ...]:
    """Give the triage rules, those that matter most first."""
    table, words = _triage()
    loaded = [_rule(number, entry, words) for number, entry in enumerate(table["rule"], start=1)]
    return tuple(sorted(loaded, key=lambda rule: OUTCOME_ORDER.index(rule.outcome)))


@cache
def variants() -> tuple[Variant, ...]:
    """Give what chooses among the cards of an outcome, in the file's order."""
    table, words = _triage()
    return tuple(_variant(number, entry, words) for number, entry in enumerate(table["variant"], start=1))


@cache
def besides() -> tuple[Beside, ...]:
    """Give what answers on certain topics always state, in the file's order."""
    return tuple(_beside(number, entry) for number, entry in enumerate(read_policy("beside.toml")["beside"], start=1))


def facts_beside(question: str) -> tuple[str, ...]:
    """Give the facts one of which an answer to a question states; none for most questions."""
    found = (beside.facts for beside in besides() if any(pattern.search(question) for pattern in beside.asked))
    return next(found, ())


@cache
def wordings() -> Mapping[str, Any]:
    """Give the wordings by table and name, checked to be complete."""
    table = read_policy("wordings.toml")
    needed = [(table_name, name) for table_name in ("declined", "related") for name in (*DECLINED, LETHAL)]
    needed += [("notice", name) for name in NOTICES] + [
        ("not_in_sources", "text"),
        ("foreign", "text"),
        ("help", "line"),
        ("notice", "preparation"),
        ("notice", "clinic_phone"),
        ("review", "signed"),
        ("review", "unsigned"),
    ]
    needed += [
        ("provenance", name)
        for name in ("provider_title", "provider_publisher", "article_publisher", "clinic_publisher", "withdrawn")
    ]
    missing = [f"{group}.{name}" for group, name in needed if not table.get(group, {}).get(name)]
    if missing:
        raise SettingsError(f"qa/policy/wordings.toml lacks {', '.join(missing)}.", "Restore these wordings.")
    return table


def policy_text(name: str) -> str:
    """Give the text of one policy file."""
    return files("qa.policy").joinpath(name).read_text(encoding="utf-8")


def read_policy(name: str) -> dict[str, Any]:
    """Read one policy file. Raises SettingsError."""
    try:
        return tomllib.loads(policy_text(name))
    except (OSError, tomllib.TOMLDecodeError) as error:
        raise SettingsError(f"qa/policy/{name} cannot be read: {error}.", "Restore the file.") from error


def refuse(name: str, faults: Iterable[str]) -> None:
    """Raise SettingsError that names every fault of a policy file, if it has one."""
    if found := "; ".join(faults):
        raise SettingsError(f"qa/policy/{name}: {found}.", "Correct these entries.")


def _rule(number: int, entry: Mapping[str, Any], words: Mapping[str, str]) -> Rule:
    place = f"qa/policy/triage.toml, rule {number}"
    if entry.get("outcome") not in OUTCOME_ORDER or not entry.get("reason") or not entry.get("patterns"):
        raise SettingsError(f"{place} needs outcome, reason and patterns.", "Complete the rule.")
    if entry["outcome"] == "declined" and entry.get("category") not in CATEGORIES:
        raise SettingsError(f"{place} needs a category of {', '.join(CATEGORIES)}.", "Complete the rule.")
    patterns = _patterns(place, entry["patterns"], words)
    category, card, doubtful = entry.get("category", ""), entry.get("card", ""), bool(entry.get("doubtful"))
    return Rule(entry["outcome"], entry["reason"], patterns, category, card, doubtful)


def _variant(number: int, entry: Mapping[str, Any], words: Mapping[str, str]) -> Variant:
    place = f"qa/policy/triage.toml, variant {number}"
    complete = entry.get("card") and entry.get("reason") and entry.get("patterns")
    if entry.get("outcome") not in ("emergency", "crisis") or not complete:
        raise SettingsError(f"{place} needs outcome, card, reason and patterns.", "Complete the variant.")
    return Variant(entry["outcome"], entry["card"], _patterns(place, entry["patterns"], words))


def _beside(number: int, entry: Mapping[str, Any]) -> Beside:
    place = f"qa/policy/beside.toml, entry {number}"
    if not entry.get("reason") or not entry.get("asked") or not entry.get("facts"):
        raise SettingsError(f"{place} needs reason, asked and facts.", "Complete the entry.")
    return Beside(_patterns(place, entry["asked"]), tuple(entry["facts"]))


@cache
def _triage() -> tuple[Mapping[str, Any], Mapping[str, str]]:
    """Give the table of rules, and what `<name>` stands for in a pattern; a later word may name earlier ones."""
    table = read_policy("triage.toml")
    words: dict[str, str] = {}
    for name, pattern in table.get("words", {}).items():
        words[name] = f"(?:{_spelled_out('qa/policy/triage.toml, words', pattern, words)})"
    return table, words


def _spelled_out(place: str, pattern: str, words: Mapping[str, str]) -> str:
    try:
        return WORD.sub(lambda found: words[found[1]], pattern)
    except KeyError as error:
        raise SettingsError(f"{place} has a word <{error.args[0]}> that [words] lacks.", "Correct it.") from error


def _patterns(place: str, written: Iterable[str], words: Mapping[str, str] = NO_WORDS) -> tuple[re.Pattern[str], ...]:
    try:
        return tuple(re.compile(_spelled_out(place, pattern, words), re.IGNORECASE) for pattern in written)
    except re.error as error:
        raise SettingsError(f"{place} has a pattern that is no regular expression: {error}.", "Correct it.") from error
