"""What is said instead of an answer: the cards of `qa/policy/cards.toml` with a region's numbers, in two languages."""

import re
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from functools import cache
from typing import Any

from qa.languages import DANGERS, card_lines, reads_english
from qa.policy.lines import ROLES, Lines, Role
from qa.policy.load import SOMEONE_NOW, UNDER_18, read_policy, refuse, rules, variants, wordings
from qa.types import CARDS, AnswerSentence

NUMBERS, SHARED = "numbers: ", "shared: "
PLACES = {"emergency", "note", "region"}
PLACE = re.compile(r"\{(.*?)\}")


@dataclass(frozen=True, slots=True)
class Card:
    """One card as written. lines: sentences, `numbers: ROLE` and `shared: NAME`. unless_numbers: a role, or empty."""

    outcome: str
    lines: tuple[str, ...]
    unless_numbers: str


@cache
def cards() -> Mapping[str, Card]:
    """Give the cards by name. Raises SettingsError that names every fault of the file."""
    table = read_policy("cards.toml")
    refuse("cards.toml", _faults(table))
    shared = table["shared"]
    return {name: _card(entry, shared) for name, entry in table["card"].items()}


def card(name: str, lines: Lines) -> list[str]:
    """Give the lines of a card for a region, leaving out what the region lacks."""
    chosen = cards()[name]
    filled: list[str] = []
    for line in _with_own_numbers(chosen, lines):
        role = line.removeprefix(NUMBERS)
        filled += _numbers(role, lines) if role != line else _said(line, lines)
    distinct = list(dict.fromkeys(filled))
    return [line for place, line in enumerate(distinct) if not _leads_nowhere(distinct, place, lines)]


def card_sentences(name: str, outcome: str, language: str, lines: Lines) -> tuple[AnswerSentence, ...]:
    """Give what a person in danger reads, in their language and in English. No fault of a policy file holds it back."""
    own: list[AnswerSentence] = []
    for danger in DANGERS:
        if danger == outcome and language:
            with suppress(Exception):
                own = [AnswerSentence(line, language=language) for line in card_lines(language, danger, lines)]
    for chosen in (name, outcome):
        with suppress(Exception):
            return (*own, *map(AnswerSentence, card(chosen, lines)))
    return (*own, AnswerSentence(lines.fill(wordings()["help"]["line"])))


def foreign_sentences(language: str, lines: Lines) -> tuple[AnswerSentence, ...]:
    """Give, in a language if it is known and in English, that the chat reads English, and where help is."""
    own: list[AnswerSentence] = []
    with suppress(Exception):
        own = [AnswerSentence(line, language=language) for line in reads_english(language, lines)]
    said = (wordings()["foreign"]["text"], lines.fill(wordings()["help"]["line"]))
    return (*own, *map(AnswerSentence, said))


def _card(entry: Mapping[str, Any], shared: Mapping[str, str]) -> Card:
    lines = tuple(
        shared[line.removeprefix(SHARED)] if line.startswith(SHARED) else str(line) for line in entry["lines"]
    )
    return Card(entry["outcome"], lines, entry.get("unless_numbers", ""))


def _with_own_numbers(chosen: Card, lines: Lines) -> Iterator[str]:
    """Give the lines; the first that asks for numbers the region lacks asks for those that take their place."""
    wanted = chosen.unless_numbers
    for line in chosen.lines:
        if wanted and line.startswith(NUMBERS):
            yield line if _numbers(line.removeprefix(NUMBERS), lines) else NUMBERS + wanted
            wanted = ""
        else:
            yield line


def _numbers(role: str, lines: Lines) -> list[str]:
    known: Role = next(one for one in ROLES if one == role)
    notes = {number.deaf for number in lines.of("deaf")}
    said = []
    for number in lines.of(known):
        said.append(number.sentence)
        if number.deaf and number.deaf not in notes:
            said.append(f"{number.name}, if you are deaf: {number.deaf}")
    return said


def _said(line: str, lines: Lines) -> list[str]:
    values = {"emergency": lines.emergency, "note": lines.note, "region": lines.name}
    named = PLACE.findall(line)
    return [line.format_map(values)] if all(values[place] for place in named) else []


def _leads_nowhere(said: list[str], place: int, lines: Lines) -> bool:
    """Tell whether a line that announces numbers is not followed by one."""
    sentences = {number.sentence for number in lines.numbers}
    return said[place].endswith(":") and (place + 1 == len(said) or said[place + 1] not in sentences)


def _faults(table: Mapping[str, Any]) -> Iterator[str]:
    shared, entries = table.get("shared", {}), table.get("card", {})
    used = {(rule.card, rule.outcome) for rule in rules() if rule.card}
    used |= {(variant.card, variant.outcome) for variant in variants()}
    needed = used | {(outcome, outcome) for outcome in CARDS} | {(UNDER_18, "declined"), (SOMEONE_NOW, "crisis")}
    for name, outcome in sorted(needed):
        if entries.get(name, {}).get("outcome") != outcome:
            yield f"there is no card {name} of outcome {outcome}"
    for name, entry in entries.items():
        yield from (f"{name}: {fault}" for fault in _card_faults(entry, shared))


def _card_faults(entry: Mapping[str, Any], shared: Mapping[str, str]) -> Iterator[str]:
    if not entry.get("reason") or not entry.get("lines"):
        yield "it needs reason and lines"
    if entry.get("unless_numbers", ROLES[0]) not in ROLES:
        yield f"role {entry['unless_numbers']!r} is not known"
    for line in entry.get("lines", ()):
        if line.startswith(NUMBERS) and line.removeprefix(NUMBERS) not in ROLES:
            yield f"{line!r} names no role"
        if line.startswith(SHARED) and line.removeprefix(SHARED) not in shared:
            yield f"{line!r} is not in [shared]"
        said = shared.get(line.removeprefix(SHARED), line)
        yield from (f"{{{place}}} is not known" for place in PLACE.findall(said) if place not in PLACES)
