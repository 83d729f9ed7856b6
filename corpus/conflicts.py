"""Where a clinic's own sentence may be laxer than the label: listed for the administrator, and not quoted."""

import re
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from corpus.types import Document


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule of a label. says: in a few words, after "the label: ". fact: the ledger's record of it."""

    fact: str
    says: str
    about: re.Pattern[str]
    lax: re.Pattern[str]
    unless: re.Pattern[str]


@dataclass(frozen=True, slots=True)
class Conflict:
    """A sentence that may be laxer than a rule."""

    document: str
    quote: str
    rule: Rule


def find_conflicts(documents: Iterable[Document]) -> Iterator[Conflict]:
    """Give the sentences of the documents that may be laxer than a label, in their order."""
    for document in documents:
        for passage in document.passages:
            for sentence in passage.sentences:
                quote = document.text[sentence.start : sentence.end]
                yield from (Conflict(document.id, quote, rule) for rule in laxer_than(quote))


def laxer_than(quote: str) -> list[Rule]:
    """Give the rules than which a sentence may be laxer."""
    return [rule for rule in label_rules() if _is_laxer(quote, rule)]


@cache
def label_rules() -> tuple[Rule, ...]:
    """Give the rules of `label_rules.toml`."""
    table = tomllib.loads(files("corpus").joinpath("label_rules.toml").read_text(encoding="utf-8"))
    return tuple(_rule(entry) for entry in table["rule"])


def _rule(entry: Mapping[str, str]) -> Rule:
    patterns = {name: re.compile(entry[name], re.IGNORECASE) for name in ("about", "lax", "unless")}
    return Rule(entry["fact"], entry["says"], **patterns)


def _is_laxer(quote: str, rule: Rule) -> bool:
    return bool(rule.about.search(quote) and rule.lax.search(quote) and not rule.unless.search(quote))
