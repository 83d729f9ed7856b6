"""What the chat's page says, from `page.toml`; every fault of the file is named at once."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from qa.policy.feedback import categories
from qa.policy.load import read_policy, refuse

WORDS = (
    "treated", "nobody", "can", "cannot", "newest", "other_questions", "empty_panel", "no_script",
    "loading", "not_loaded", "pending", "slow", "lost", "busy", "unavailable", "no_site", "thanks", "unsent", "why",
    "copied", "not_copied", "cleared", "kiosk", "not_made", "exit_note", "whole", "keeps", "incident",
)  # fmt: skip
SHEET = ("title", "intro", "mine", "asked", "nothing", "private")


@dataclass(frozen=True, slots=True)
class Topic:
    """A heading over suggested questions."""

    name: str
    questions: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class PageWords:
    """The page's wordings by name, those of the printed sheet, why an answer was bad, and the topics in order."""

    words: Mapping[str, str]
    sheet: Mapping[str, str]
    reasons: Mapping[str, str]
    topics: tuple[Topic, ...]


@cache
def page_words() -> PageWords:
    """Give what the page says. Raises SettingsError."""
    return read_page(read_policy("page.toml"))


def read_page(table: Mapping[str, Any]) -> PageWords:
    """Give the wordings of a table as in `page.toml`. Raises SettingsError that names every fault."""
    refuse("page.toml", _faults(table))
    topics = tuple(Topic(entry["name"], tuple(entry["questions"])) for entry in table["topic"])
    return PageWords(table["words"], table["sheet"], table["reasons"], topics)


def by_topic(questions: Sequence[str], topics: Iterable[Topic], otherwise: str) -> tuple[Topic, ...]:
    """Group questions under the topics that name them, the rest under `otherwise`; no question and no topic twice."""
    groups: dict[str, list[str]] = {name: [] for name in (*(topic.name for topic in topics), otherwise)}
    heading = {question: topic.name for topic in topics for question in topic.questions}
    for question in dict.fromkeys(questions):
        groups[heading.get(question, otherwise)].append(question)
    return tuple(Topic(name, tuple(asked)) for name, asked in groups.items() if asked)


def _faults(table: Mapping[str, Any]) -> Iterator[str]:
    for name, needed in {"words": WORDS, "sheet": SHEET, "reasons": tuple(categories())}.items():
        given = table.get(name, {})
        yield from (f"{name}.{key} is missing" for key in needed if not given.get(key))
        yield from (f"{name}.{key} is not known" for key in sorted(given.keys() - set(needed)))
        yield from (f"{name}.{key} is not text" for key in needed if not isinstance(given.get(key, ""), str))
    topics = table.get("topic", [])
    yield from (f"topic {place} needs name and questions" for place, entry in enumerate(topics, start=1)
                if not entry.get("name") or not entry.get("questions"))  # fmt: skip
