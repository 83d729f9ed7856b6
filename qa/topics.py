"""Which questions are on topics that change how they are answered, from files of `qa/policy/`."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from qa.messages import normalise
from qa.policy.load import read_policy, refuse

PREPARATION, AMOUNTS = "preparation.toml", "amounts.toml"
KEYS = {"name", "reason", "asked", "unless"}


@dataclass(frozen=True, slots=True)
class Topic:
    """Patterns over a normalised question, and patterns that tell that it is about something else."""

    name: str
    reason: str
    asked: tuple[re.Pattern[str], ...]
    unless: tuple[re.Pattern[str], ...]

    def holds(self, text: str) -> bool:
        """Tell whether a normalised question is on the topic."""
        return any(one.search(text) for one in self.asked) and not any(one.search(text) for one in self.unless)


@cache
def topics(file: str) -> tuple[Topic, ...]:
    """Give the topics in the file's order. Raises SettingsError that names every fault."""
    return read_topics(read_policy(file), file)


def read_topics(table: Mapping[str, Any], file: str) -> tuple[Topic, ...]:
    """Give the topics of a table as in the file. Raises SettingsError that names every fault."""
    entries = table.get("topic", [])
    refuse(file, _faults(entries))
    return tuple(
        Topic(entry["name"], entry["reason"], _compiled(entry["asked"]), _compiled(entry["unless"]))
        for entry in entries
    )


def is_preparation(question: str) -> bool:
    """Tell whether a question is on getting ready: eating, drinking, medicines on the day, getting home."""
    return _is_on(PREPARATION, question)


def is_without_amounts(question: str) -> bool:
    """Tell whether an answer may hold no amount: a body weight, street use or self-treatment is spoken of."""
    return _is_on(AMOUNTS, question)


def _is_on(file: str, question: str) -> bool:
    text = normalise(question)
    return any(topic.holds(text) for topic in topics(file))


def _faults(entries: list[Any]) -> Iterator[str]:
    if not entries:
        yield "there is no topic"
    for number, entry in enumerate(entries, start=1):
        place = f"topic {number}"
        if not isinstance(entry, dict) or entry.keys() != KEYS:
            yield f"{place} does not have exactly {', '.join(sorted(KEYS))}"
            continue
        yield from (f"{place} has no {key}" for key in ("name", "reason", "asked") if not entry[key])
        yield from (f"{place}: {fault}" for fault in _pattern_faults([*entry["asked"], *entry["unless"]]))


def _pattern_faults(patterns: list[str]) -> Iterator[str]:
    for pattern in patterns:
        try:
            re.compile(pattern)
        except re.error as error:
            yield f"{pattern!r} is no regular expression ({error})"


def _compiled(patterns: list[str]) -> tuple[re.Pattern[str], ...]:
    return tuple(re.compile(pattern, re.IGNORECASE) for pattern in patterns)
