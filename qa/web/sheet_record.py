"""What a page sends to have a sheet made of it: read from JSON, every part of it bounded."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from corpus.errors import QuestionError
from qa.pipeline import LONGEST_QUESTION, MOST_TURNS

MOST_BYTES = 262_144
MOST_PARTS = 20
"""Sentences, notices or sources of one answer, and questions of the visitor's own."""
LONGEST_TEXT = 2_000
SAFE_LINKS = ("https://", "http://")
REMEDY = "Load the page again, or print the sheet instead."


@dataclass(frozen=True, slots=True)
class AskedTurn:
    """A question and its answer as they are printed. sources: (line, url), the url may be empty."""

    question: str
    sentences: tuple[str, ...]
    notices: tuple[str, ...]
    sources: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class SheetRecord:
    """What is printed. questions: those that the visitor wrote down. site: whose numbers, empty for the default."""

    turns: tuple[AskedTurn, ...]
    questions: tuple[str, ...]
    site: str = ""


def read_sheet(body: bytes) -> SheetRecord:
    """Give the record that the JSON in a request's body describes. Raises QuestionError."""
    try:
        sent = json.loads(body)
    except (ValueError, RecursionError) as error:
        raise _refused("no JSON") from error
    record = _mapping(sent)
    turns = tuple(_turn(_mapping(entry)) for entry in _list(record, "turns", MOST_TURNS))
    questions = tuple(text for text in _texts(record, "questions") if text.strip())
    return SheetRecord(turns, questions, _text(record.get("site", "")))


def _turn(entry: Mapping[str, Any]) -> AskedTurn:
    sources = tuple(_source(_mapping(source)) for source in _list(entry, "sources", MOST_PARTS))
    return AskedTurn(_text(entry.get("question")), _texts(entry, "sentences"), _texts(entry, "notices"), sources)


def _source(entry: Mapping[str, Any]) -> tuple[str, str]:
    url = _text(entry.get("url", ""))
    return _text(entry.get("line")), url if url.startswith(SAFE_LINKS) else ""


def _texts(record: Mapping[str, Any], name: str) -> tuple[str, ...]:
    return tuple(map(_text, _list(record, name, MOST_PARTS)))


def _text(value: object) -> str:
    if not isinstance(value, str) or len(value) > max(LONGEST_TEXT, LONGEST_QUESTION):
        raise _refused(f"a part that is not text of at most {LONGEST_TEXT} characters")
    return value


def _list(record: Mapping[str, Any], name: str, most: int) -> Sequence[Any]:
    value = record.get(name, [])
    if not isinstance(value, list) or len(value) > most:
        raise _refused(f"{name} that are not a list of at most {most}")
    return value


def _mapping(value: object) -> Mapping[str, Any]:
    if not isinstance(value, dict):
        raise _refused("a part that is not an object")
    return value


def _refused(what: str) -> QuestionError:
    return QuestionError(f"The sheet has {what}.", REMEDY)
