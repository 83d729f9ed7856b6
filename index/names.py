"""What people call things: brand, street and everyday names, and text-speak (the table `names.toml`)."""

import re
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

WORD = re.compile(r"[^\W_]+(?:['’][^\W_]+)*")
TYPED = re.compile(r"(?<![\w'’(=/.-])[a-z0-9]+(?:/[a-z]+)?(?![\w'’)=/-]|\.\w)")
ALWAYS, NEVER = "", "(?!)"
LONGEST = 8
"""Words that a name has at most."""


@dataclass(frozen=True, slots=True)
class Standard:
    """Names that stand for a standard name in questions that match `near` and not `unless`. there: finds that name."""

    name: str
    said: re.Pattern[str]
    there: re.Pattern[str]
    near: re.Pattern[str]
    unless: re.Pattern[str]

    def put(self, question: str) -> str:
        """Put the standard name in place of the others, but nothing where the question holds it already."""
        fits = self.near.search(question) and not self.unless.search(question) and not self.there.search(question)
        return self.said.sub(self.name, question) if fits else question


@dataclass(frozen=True, slots=True)
class Names:
    """The table. adds: the words that a name adds. known: words that are right. typed, letters: text-speak.

    medicines: those other than ketamine, and brands of them.
    """

    standards: tuple[Standard, ...]
    adds: Mapping[str, tuple[str, ...]]
    known: frozenset[str]
    medicines: frozenset[str]
    typed: Mapping[str, str]
    letters: tuple[tuple[re.Pattern[str], str], ...]


def standard(question: str) -> str:
    """Give the question with street names and the like replaced by their standard names; otherwise as it was."""
    for entry in _names().standards:
        question = entry.put(question)
    return question


def expansions(question: str) -> tuple[str, ...]:
    """Give further words for the word search: other names of what the question names, each once."""
    adds = _names().adds
    both = dict.fromkeys((question, standard(question)))
    found = (adds.get(name, ()) for text in both for name in _runs(text))
    return tuple(dict.fromkeys(word for words in found for word in words))


def known_words() -> frozenset[str]:
    """Give words, in small letters, that are right as they are: all those of names, and the medicines of the table."""
    return _names().known


def other_medicines(text: str) -> frozenset[str]:
    """Give the medicines other than ketamine that a text names, in small letters, as the table writes them."""
    return _names().medicines.intersection(word.lower() for word in WORD.findall(text))


def spelt_out(text: str) -> str:
    """Give the text with text-speak in small letters spelt out: "how r u b4" becomes "how are you before"."""
    table = _names()
    for pattern, meant in table.letters:
        text = pattern.sub(meant, text)
    return TYPED.sub(lambda match: table.typed.get(match[0], match[0]), text)


@cache
def _names() -> Names:
    """Read the table. A fault in it stops the program: nothing in it may be missing quietly."""
    table = tomllib.loads(files("index").joinpath("names.toml").read_text(encoding="utf-8"))
    standards = tuple(_standard(**entry) for entry in table["standard"])
    adds: dict[str, tuple[str, ...]] = {}
    for entry in table["group"]:
        for name, words in _added(**entry):
            adds[name] = (*adds.get(name, ()), *words)
    known = _known([*adds, *(name for entry in table["standard"] for name in entry["said"]), *table["known"].values()])
    letters = tuple(_letter(**entry) for entry in table["typed_letter"])
    medicines = _known([table["known"]["medicines"], table["known"]["brands"]])
    return Names(standards, adds, known, medicines, table["typed"], letters)


def _standard(
    name: str, said: Iterable[str], near: Iterable[str] = (ALWAYS,), unless: Iterable[str] = (NEVER,)
) -> Standard:
    near_one, unless_one = (re.compile("|".join(patterns), re.IGNORECASE) for patterns in (near, unless))
    return Standard(name, _whole(said), _whole([name]), near_one, unless_one)


def _whole(names: Iterable[str]) -> re.Pattern[str]:
    """Give a pattern of names as whole words; a space also stands for a hyphen."""
    longest_first = sorted(names, key=len, reverse=True)
    either = "|".join(re.escape(name).replace(r"\ ", r"[\s-]+") for name in longest_first)
    return re.compile(rf"(?<![\w'’.+-])(?:{either})(?![\w+-])", re.IGNORECASE)


def _added(
    same: list[str] | None = None, said: list[str] | None = None, adds: list[str] | None = None
) -> Iterator[tuple[str, list[str]]]:
    """Give each name of a group, as `_runs` gives it, and the words that it adds."""
    for name in same or said or []:
        words = [word for word in same or adds or [] if word != name]
        yield " ".join(WORD.findall(name if name.isupper() else name.lower())), words


def _runs(question: str) -> Iterator[str]:
    """Give each run of words as it is typed, in small letters, and without a plural s."""
    words = WORD.findall(question)
    for first in range(len(words)):
        for last in range(first + 1, min(first + LONGEST, len(words)) + 1):
            run = " ".join(words[first:last])
            yield from dict.fromkeys((run, run.lower(), run.lower().removesuffix("s")))


def _known(texts: Iterable[str]) -> frozenset[str]:
    return frozenset(word.lower() for text in texts for word in WORD.findall(text))


def _letter(
    typed: str, meant: str, before: Iterable[str] = (), not_before: Iterable[str] = (), not_after: Iterable[str] = ()
) -> tuple[re.Pattern[str], str]:
    follows = rf"(?=\s+(?:{'|'.join(before)})\b)" if before else r"(?=\s)"
    forbidden = rf"(?!\s*=|\s+(?:{'|'.join(not_before)})\b)" if not_before else ""
    not_behind = "".join(rf"(?<!\b{word}\s)" for word in not_after)
    return re.compile(rf"(?<!\S){not_behind}{typed}{follows}{forbidden}"), meant
