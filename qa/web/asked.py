"""A request's body read so far that triage can see it, whatever is wrong with it."""

import json
import re
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from corpus.errors import ProjectError, QuestionError
from qa.render import turns_of
from qa.types import Turn

MOST_BYTES = 262_144
"""Bytes of a body that is answered: 20 turns of some pages each. Of a larger one, so many are read by triage."""
FORM = 'Send {"question", "history", "site"}.'
QUESTION = re.compile(r'"question"\s*:\s*"((?:[^"\\]|\\.)*)', re.DOTALL)
ESCAPE = re.compile(r'\\(u[0-9a-fA-F]{4}|["\\/bfnrt])')


@dataclass(frozen=True, slots=True)
class Asked:
    """What a body asks. text: what triage reads. fault: why it cannot be answered, None if it can."""

    text: str
    history: Sequence[Turn] = ()
    site: str | None = None
    region: str | None = None
    fault: ProjectError | None = None


def read_asked(body: bytes, cut: ProjectError | None = None) -> Asked:
    """Read a body. cut: why it is not all of it. A fault is kept in what is given, and nothing is raised."""
    if cut:
        return Asked(_text_in(body), fault=cut)
    try:
        record = json.loads(body)
    except (ValueError, RecursionError):
        return Asked(_text_in(body), fault=QuestionError("The request is not JSON.", FORM))
    if not isinstance(record, dict) or not isinstance(record.get("question"), str):
        return Asked(_text_in(body), fault=QuestionError("The request has no question.", FORM))
    return _asked(record)


def _asked(record: dict[str, Any]) -> Asked:
    question = record["question"]
    names = {name: record.get(name) for name in ("site", "region")}
    site, region = (value if isinstance(value, str) else None for value in names.values())
    try:
        history = turns_of([] if record.get("history") is None else record["history"])
        _check(question, names, history)
    except ProjectError as fault:
        return Asked(_writable(question), site=site, region=region, fault=fault)
    return Asked(question, history, site, region)


def _check(question: str, names: dict[str, Any], history: Sequence[Turn]) -> None:
    for name, value in names.items():
        if not isinstance(value, str | None):
            raise QuestionError(f"The request's {name} is not text.", "Send its id, or leave it out.")
    for text in (question, *(turn.content for turn in history)):
        if text != _writable(text):
            raise QuestionError("The request holds half a character.", "Send whole Unicode characters.")


def _text_in(body: bytes) -> str:
    """Give the question of a body that is no JSON or was cut off, else all of it."""
    text = body.decode("utf-8", errors="replace")
    found = QUESTION.search(text)
    return ESCAPE.sub(_unescaped, found[1]) if found else text


def _unescaped(match: re.Match[str]) -> str:
    with suppress(ValueError):
        return _writable(str(json.loads(f'"{match[0]}"')))
    return " "


def _writable(text: str) -> str:
    """Give a text without halves of surrogate pairs, which no encoding can write."""
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
