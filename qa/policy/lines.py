"""The emergency numbers and help lines of each region, from `lines.toml`; every fault of the file is named at once."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from typing import Any, Literal, get_args

from qa.policy.load import read_policy, refuse

Role = Literal["crisis", "crisis_other_language", "deaf", "youth", "abuse", "poison"]
ROLES: tuple[Role, ...] = get_args(Role)
NO_REGION = "none"
WITH_POISON_LINE = ("US", "CA", "GB", "AU", "NZ")
NO_NUMBER = "your local emergency number"
MOST_WORDS = 30
"""Words of a sentence that somebody reads in a hurry."""
TEXTS = ("name", "how", "tel", "text", "hours", "deaf", "page", "seen")
NEEDED = ("name", "how", "page", "seen")
SENTENCE_END = re.compile(r"(?<=[.!?])\s+")
SAID_ANONYMOUS = re.compile(r"anonymous|give your name")


@dataclass(frozen=True, slots=True)
class Number:
    """One help line. how: sentences on reaching it. tel: its digits, text: what to text, each empty if it has none.

    anonymous: its page says that one can stay so. deaf: how deaf people reach it. page: where this was read. facts: ids
    of the ledger. seen: whether the page itself was read on the day `checked`, or a report of it.
    """

    role: Role
    name: str
    how: str
    tel: str
    text: str
    hours: str
    anonymous: bool
    deaf: str
    page: str
    facts: tuple[str, ...]
    seen: str
    checked: date
    recheck_days: int

    @property
    def sentence(self) -> str:
        """Its name, and how it is reached."""
        return f"{self.name}: {self.how}"

    @property
    def written(self) -> str:
        """The number as `how` writes it, with its spaces or hyphens; empty if it has none."""
        found = re.search("[ -]?".join(self.tel), self.how) if self.tel else None
        return found[0] if found else ""

    @property
    def due(self) -> date:
        """The last day before its page has to be read again."""
        return self.checked + timedelta(days=self.recheck_days)


@dataclass(frozen=True, slots=True)
class Lines:
    """What one region offers. name: empty where no region is set. note: on its emergency number, mostly empty."""

    region: str
    name: str
    emergency: str
    note: str
    numbers: tuple[Number, ...]

    def of(self, role: Role) -> tuple[Number, ...]:
        """Give the numbers of a role, in the file's order."""
        return tuple(number for number in self.numbers if number.role == role)

    @property
    def line(self) -> str:
        """Name of the crisis line."""
        return self.of("crisis")[0].name

    @property
    def how(self) -> str:
        """The crisis line's name and how it is reached."""
        return self.of("crisis")[0].sentence

    @property
    def how_short(self) -> str:
        """The crisis line's number as it is written, and its name: the same in every language."""
        lead = self.of("crisis")[0]
        written = lead.written or "findahelpline.com"
        return written if lead.name in (written, "Find A Helpline") else f"{written} ({lead.name})"

    @property
    def tel(self) -> str:
        """Digits of the crisis line, empty if it has none."""
        return self.of("crisis")[0].tel

    @property
    def poison(self) -> str:
        """The poison lines and how they are reached, empty if the region has none."""
        return " ".join(number.sentence for number in self.of("poison"))

    def fill(self, wording: str) -> str:
        """Put the numbers into a wording's {emergency}, {how} and so on."""
        values = {"emergency": self.emergency, "line": self.line, "how": self.how, "poison": self.poison}
        return wording.format_map({**values, "region": self.name})


@cache
def regions() -> Mapping[str, Lines]:
    """Give the numbers by region code; `none` is the entry for a site without a region. Raises SettingsError."""
    return read_regions(read_policy("lines.toml"))


def read_regions(table: Mapping[str, Any]) -> dict[str, Lines]:
    """Give the numbers of a table as in `lines.toml`. Raises SettingsError that names every fault."""
    refuse("lines.toml", _faults(table))
    return {code: _lines(code, entry) for code, entry in table.items()}


def overdue_numbers(today: date) -> tuple[tuple[str, Number], ...]:
    """Give (region, number) of each number whose page has to be read again."""
    return tuple((code, number) for code, lines in regions().items() for number in lines.numbers if number.due < today)


def spoken_sentences(text: str) -> list[str]:
    """Give the sentences of a short text."""
    return [part for part in SENTENCE_END.split(text.strip()) if part]


def _lines(code: str, entry: Mapping[str, Any]) -> Lines:
    numbers = tuple(Number(**{**record, "facts": tuple(record["facts"])}) for record in entry["numbers"])
    return Lines(code, entry["name"], entry["emergency"] or NO_NUMBER, entry.get("emergency_note", ""), numbers)


def _faults(table: Mapping[str, Any]) -> Iterator[str]:
    if NO_REGION not in table:
        yield f"there is no [{NO_REGION}]"
    for code, entry in table.items():
        yield from _region_faults(code, entry if isinstance(entry, dict) else {})


def _region_faults(code: str, entry: Mapping[str, Any]) -> Iterator[str]:
    needed = () if code == NO_REGION else ("name", "emergency")
    yield from (f"{code} has no {name}" for name in needed if not entry.get(name))
    yield from (f"{code}: {name} is not text" for name in ("name", "emergency") if not _is_text(entry.get(name)))
    numbers = entry.get("numbers")
    if not isinstance(numbers, list) or not all(isinstance(record, dict) for record in numbers):
        yield f"{code} has no list of numbers"
        return
    roles = {record.get("role") for record in numbers}
    if "crisis" not in roles:
        yield f"{code} has no crisis line"
    if code in WITH_POISON_LINE and "poison" not in roles:
        yield f"{code} has no poison line"
    for place, record in enumerate(numbers, start=1):
        yield from (f"{code}, number {place}: {fault}" for fault in _number_faults(record))


def _number_faults(record: Mapping[str, Any]) -> Iterator[str]:
    missing = sorted(Number.__dataclass_fields__.keys() - record.keys())
    unknown = sorted(record.keys() - Number.__dataclass_fields__.keys())
    yield from (f"{name} is missing" for name in missing)
    yield from (f"{name!r} is not known" for name in unknown)
    if not missing:
        yield from _value_faults(record)


def _value_faults(record: Mapping[str, Any]) -> Iterator[str]:
    wrong = [name for name in TEXTS if not _is_text(record[name])]
    yield from (f"{name} is not text" for name in wrong)
    yield from (fault for broken, fault in _rules(record) if broken)
    if wrong:
        return
    yield from (f"{name} is empty" for name in NEEDED if not record[name])
    if len(long := [one for one in spoken_sentences(record["how"]) if len(one.split()) > MOST_WORDS]):
        yield f"{long[0]!r} has more than {MOST_WORDS} words"
    if record["tel"] and record["tel"] not in re.sub(r"\D", "", record["how"]):
        yield f"tel {record['tel']} is not in how"
    if record["anonymous"] and not SAID_ANONYMOUS.search(record["how"]):
        yield "how does not say that one can stay anonymous"


def _rules(record: Mapping[str, Any]) -> tuple[tuple[bool, str], ...]:
    days, facts = record["recheck_days"], record["facts"]
    return (
        (record["role"] not in ROLES, f"role {record['role']!r} is not one of {', '.join(ROLES)}"),
        (not str(record["page"]).startswith("https://"), "page is no https address"),
        (type(record["checked"]) is not date, "checked is no date"),
        (type(days) is not int or days < 1, "recheck_days is no number of days"),
        (not isinstance(record["anonymous"], bool), "anonymous is neither true nor false"),
        (not isinstance(facts, list) or not all(map(_is_text, facts)), "facts is no list of ids"),
    )


def _is_text(value: object) -> bool:
    return isinstance(value, str)
