"""Reads `ledger.jsonl`, the record of where every quotable sentence comes from."""

import json
import re
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any

from corpus.errors import CorpusError
from corpus.types import FACT_KINDS, UNDATED, Fact, FactKind

TEXT_FIELDS = (
    "id", "topic", "kind", "statement", "figures", "source_title", "publisher", "published", "edition", "url",
    "pmid_or_doi", "confidence",
)  # fmt: skip
MAY_BE_EMPTY = {"figures", "source_title", "publisher", "edition", "url", "pmid_or_doi"}
KIND_WHEN_UNSTATED: FactKind = "reference"
CONFIDENCES = {"seen", "known"}
ID = re.compile(r"[A-Z]{2,4}-\d{3,}")
PUBLISHED = re.compile(r"\d{4}(-\d{2}(-\d{2})?)?")


def read_ledger(path: Path) -> Mapping[str, Fact]:
    """Give the facts by id, in file order. Raises CorpusError that names every fault of the file at once."""
    facts: dict[str, Fact] = {}
    faults: list[str] = []
    for number, line in enumerate(_lines(path), start=1):
        if not line.strip():
            continue
        try:
            fact = _fact(line, facts)
        except ValueError as fault:
            faults.append(f"line {number}: {fault}")
        else:
            facts[fact.id] = fact
    if faults:
        raise CorpusError(f"{path} has {len(faults)} faults: " + "; ".join(faults) + ".", "Correct these lines.")
    return facts


def _lines(path: Path) -> list[str]:
    try:
        return path.read_text(encoding="utf-8").split("\n")
    except OSError as error:
        raise CorpusError(f"The ledger {path} cannot be read ({error.strerror}).", "Put ledger.jsonl there.") from error
    except UnicodeDecodeError as error:
        raise CorpusError(f"The ledger {path} is not UTF-8 (byte {error.start}).", "Save it as UTF-8.") from error


def _fact(line: str, known: Mapping[str, Fact]) -> Fact:
    record = json.loads(line)
    if not isinstance(record, dict):
        raise ValueError("not a JSON object")
    record.setdefault("kind", KIND_WHEN_UNSTATED)
    faults = _text_faults(record) or _value_faults(record)
    if not faults and record["id"] in known:
        faults = [f"id {record['id']} occurs twice"]
    if faults:
        raise ValueError(f"{record.get('id', 'no id')}: " + ", ".join(faults))
    until = record.get("valid_until")
    return Fact(
        **{name: record[name] for name in TEXT_FIELDS},
        valid_until=date.fromisoformat(until) if until else None,
        needs_qualifier=bool(record.get("needs_qualifier")),
        recheck_days=record.get("recheck_days"),
    )


def _text_faults(record: Mapping[str, Any]) -> list[str]:
    faults = [f"field {name} is missing" for name in TEXT_FIELDS if name not in record]
    faults += [f"field {name} is not text" for name in TEXT_FIELDS if not isinstance(record.get(name, ""), str)]
    return faults + [
        f"field {name} is empty" for name in TEXT_FIELDS if name not in MAY_BE_EMPTY and record.get(name) == ""
    ]


def _value_faults(record: Mapping[str, Any]) -> list[str]:
    published, url = str(record.get("published", "")), str(record.get("url", ""))
    checks = [
        (ID.fullmatch(str(record.get("id", ""))), "id is not of the form AB-123"),
        (record.get("kind") in FACT_KINDS, f"kind {record.get('kind')!r} is not one of {', '.join(FACT_KINDS)}"),
        (record.get("confidence") in CONFIDENCES, f"confidence {record.get('confidence')!r} is neither seen nor known"),
        (published == UNDATED or _is_date(published), f"published {published!r} is neither a date nor undated"),
        (not url or url.startswith(("https://", "http://")), "url is neither http(s) nor empty"),
        (_is_optional_date(record.get("valid_until")), "valid_until is not a date"),
        (_is_optional_count(record.get("recheck_days")), "recheck_days is not a positive whole number"),
        (record.get("needs_qualifier") in (None, True, False), "needs_qualifier is neither true nor false"),
    ]
    return [fault for passed, fault in checks if not passed]


def _is_date(text: str) -> bool:
    if not PUBLISHED.fullmatch(text):
        return False
    year, month, day = [*text.split("-"), "01", "01"][:3]
    try:
        date(int(year), int(month), int(day))
    except ValueError:
        return False
    return True


def _is_optional_date(value: object) -> bool:
    return value is None or (isinstance(value, str) and len(value) == len("2026-12-31") and _is_date(value))


def _is_optional_count(value: object) -> bool:
    return value is None or (type(value) is int and value > 0)
