"""A test set: JSON lines of questions and of what an answer to each must and must not hold."""

import json
import math
import re
import warnings
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from corpus.errors import ProjectError
from corpus.types import Corpus
from qa.policy.lines import regions
from qa.types import NOTICE_KINDS, OUTCOMES, Outcome, Turn

NEVER_MISS, NORMAL = "never_miss", "normal"
REQUIRED = ("id", "question", "outcome", "tags")
OPTIONAL = (
    "history", "site", "region", "facts", "forbidden", "opens_with", "notices", "no_citations", "sources", "reference",
    "severity", "max_grade", "why",
)  # fmt: skip


class TestSetError(ProjectError):
    """A test set that cannot be used."""

    __test__ = False


@dataclass(frozen=True, slots=True)
class Case:
    """One question of a test set and what is expected of its answer.

    outcome: any of them is right. facts: each inner group needs one match in the text or a notice. forbidden: none may
    match there. opens_with: one matches in the first sentence. All of these are case-insensitive regular expressions.
    notices: kinds that must be shown. sources: ids of the facts, or of documents, that answer it. max_grade: highest
    reading grade of the text. reference: an answer in somebody's words. why: the reason of the forbidden patterns.
    """

    id: str
    question: str
    outcome: tuple[Outcome, ...]
    tags: tuple[str, ...]
    history: tuple[Turn, ...] = ()
    site: str | None = None
    region: str | None = None
    facts: tuple[tuple[str, ...], ...] = ()
    forbidden: tuple[str, ...] = ()
    opens_with: tuple[str, ...] = ()
    notices: tuple[str, ...] = ()
    no_citations: bool = False
    sources: tuple[str, ...] = ()
    reference: str = ""
    severity: str = NORMAL
    max_grade: float | None = None
    why: str = ""


def read_testset(path: Path) -> list[Case]:
    """Read a file of JSON lines, or every `*.jsonl` of a folder in order of name.

    Raises TestSetError that names every fault of every line.
    """
    files = sorted(path.glob("*.jsonl")) if path.is_dir() else [path]
    return _joined([(file.name, _text_of(file)) for file in files], str(path))


def parse_testset(text: str, name: str) -> list[Case]:
    """Read the JSON lines of a text, which faults call `name`. Raises TestSetError as `read_testset` does."""
    return _joined([(name, text)], name)


def _joined(texts: Iterable[tuple[str, str]], name: str) -> list[Case]:
    """Read named texts as one test set, `name`."""
    placed: list[tuple[str, Case]] = []
    faults: list[str] = []
    for part, text in texts:
        _read_lines(text, part, placed, faults)
    faults += _repeated(placed)
    if faults:
        raise TestSetError("\n".join(faults), "Correct the test set; its form is in tests/testset/README.md.")
    if not placed:
        raise TestSetError(f"{name} holds no question.", "Give a file of JSON lines, or a folder of *.jsonl files.")
    return [case for _, case in placed]


def _text_of(file: Path) -> str:
    try:
        return file.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise TestSetError(f"{file} cannot be read: {error}.", "Give a UTF-8 file of JSON lines.") from error


def _read_lines(text: str, name: str, placed: list[tuple[str, Case]], faults: list[str]) -> None:
    for number, line in enumerate(text.split("\n"), start=1):
        if line.strip():
            place = f"{name}, line {number}"
            case, wrong = parse_case(line)
            faults += [f"{place}: {fault}" for fault in wrong]
            placed += [(place, case)] if case else []


def _repeated(placed: Iterable[tuple[str, Case]]) -> Iterator[str]:
    first: dict[str, str] = {}
    for place, case in placed:
        if case.id in first:
            yield f"{place}: the id {case.id!r} is used twice, first in {first[case.id]}"
        first.setdefault(case.id, place)


def parse_case(line: str) -> tuple[Case | None, list[str]]:
    """Read one line. Gives the case, None where it has a fault, and its faults."""
    try:
        record = json.loads(line, object_pairs_hook=_object)
        json.dumps(record, ensure_ascii=False).encode("utf-8")
    except UnicodeEncodeError:
        return None, ["it holds half a character, which cannot be written again"]
    except (ValueError, RecursionError) as error:
        return None, [f"it is not JSON: {error}"]
    if not isinstance(record, dict):
        return None, ["it is not an object"]
    faults = list(_faults(record))
    return (None, faults) if faults else (_case(record), [])


def _object(pairs: Sequence[tuple[str, object]]) -> dict[str, object]:
    """Refuse a name that is given twice: only the last would count."""
    record = dict(pairs)
    if len(record) < len(pairs):
        raise ValueError("a name is given twice in one object")
    return record


def _faults(record: Mapping[str, Any]) -> Iterator[str]:
    yield from (f"{name!r} is missing" for name in REQUIRED if name not in record)
    yield from (f"{name!r} is not known" for name in record if name not in (*REQUIRED, *OPTIONAL))
    for name in ("id", "question"):
        if name in record and not (isinstance(record[name], str) and record[name].strip()):
            yield f"{name!r} is not text"
    for name in ("site", "region", "reference", "severity", "why"):
        if not isinstance(record.get(name, ""), str | None):
            yield f"{name!r} is not text"
    for name in ("tags", "forbidden", "opens_with", "notices", "sources"):
        if not _is_texts(record.get(name, [])):
            yield f"{name!r} is not a list of texts"
    yield from _value_faults(record)
    yield from _pattern_faults(record)
    yield from _history_faults(record.get("history"))


def _value_faults(record: Mapping[str, Any]) -> Iterator[str]:
    outcomes = _listed(record.get("outcome", []))
    if not outcomes and "outcome" in record:
        yield "'outcome' is empty"
    yield from (f"the outcome {value!r} is not known" for value in outcomes if value not in OUTCOMES)
    notices = record.get("notices", [])
    if _is_texts(notices):
        yield from (f"the notice {value!r} is not known" for value in notices if value not in NOTICE_KINDS)
    if record.get("severity", NORMAL) not in (NEVER_MISS, NORMAL):
        yield f"the severity {record['severity']!r} is not known"
    if isinstance(record.get("region"), str) and record["region"] not in regions():
        yield f"the region {record['region']!r} is not known"
    if not isinstance(record.get("no_citations", False), bool):
        yield "'no_citations' is not true or false"
    if not _is_grade(record.get("max_grade")):
        yield "'max_grade' is not a number"


def _pattern_faults(record: Mapping[str, Any]) -> Iterator[str]:
    facts = record.get("facts", [])
    if not isinstance(facts, list) or not all(_is_texts(group) and group for group in facts):
        yield "'facts' is not a list of lists of texts"
        facts = []
    for pattern in (
        *(p for group in facts for p in group),
        *_texts(record, "forbidden"),
        *_texts(record, "opens_with"),
    ):
        fault = _pattern_fault(pattern)
        if fault:
            yield f"the pattern {pattern!r} cannot be used: {fault}"


def _pattern_fault(pattern: str) -> str:
    """Say why a pattern cannot be used; one of doubtful meaning cannot either."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            re.compile(pattern, re.IGNORECASE)
    except (re.error, Warning, ValueError, OverflowError, RecursionError) as error:
        return str(error)
    return "" if pattern else "it is empty, so it would match anything"


def _history_faults(history: object) -> Iterator[str]:
    if history is None:
        return
    if not isinstance(history, list):
        yield "'history' is not a list"
        return
    for number, turn in enumerate(history, start=1):
        named = isinstance(turn, dict) and turn.get("role") in ("user", "assistant")
        if not named or not isinstance(turn.get("content"), str):
            yield f'turn {number} of the history is not {{"role", "content"}}'


def _case(record: Mapping[str, Any]) -> Case:
    return Case(
        id=record["id"],
        question=record["question"],
        outcome=tuple(_listed(record["outcome"])),
        tags=tuple(record["tags"]),
        history=tuple(Turn(turn["role"], turn["content"]) for turn in record.get("history") or []),
        site=record.get("site") or None,
        region=record.get("region") or None,
        facts=tuple(tuple(group) for group in record.get("facts", [])),
        forbidden=tuple(record.get("forbidden", [])),
        opens_with=tuple(record.get("opens_with", [])),
        notices=tuple(record.get("notices", [])),
        no_citations=record.get("no_citations", False),
        sources=tuple(record.get("sources", [])),
        reference=record.get("reference") or "",
        severity=record.get("severity") or NORMAL,
        max_grade=record.get("max_grade"),
        why=record.get("why") or "",
    )


def unfounded(case: Case, corpus: Corpus) -> Iterator[str]:
    """Say of a case which of its sources does not exist, and which group of `facts` stands in none of them."""
    texts = []
    for name in case.sources:
        if name in corpus.facts:
            fact = corpus.facts[name]
            texts.append(f"{fact.statement} {fact.figures} {fact.published}")
        elif name in corpus.by_id:
            texts.append(corpus.by_id[name].text)
        else:
            yield f"{case.id}: the source {name} does not exist"
    for group in case.facts if texts else ():
        if not any(matches(pattern, text) for pattern in group for text in texts):
            yield f"{case.id}: {list(group)} stands in none of {', '.join(case.sources)}"


def matches(pattern: str, text: str) -> bool:
    """Tell whether a pattern of a test set occurs in a text."""
    return re.search(pattern, text, re.IGNORECASE) is not None


def _listed(value: object) -> list[Any]:
    return value if isinstance(value, list) else [value]


def _is_texts(value: object) -> bool:
    return isinstance(value, list) and all(isinstance(item, str) for item in value)


def _is_grade(value: object) -> bool:
    if value is None:
        return True
    return isinstance(value, int | float) and not isinstance(value, bool) and 0 < value < math.inf


def _texts(record: Mapping[str, Any], name: str) -> Sequence[str]:
    value = record.get(name, [])
    return value if _is_texts(value) else []
