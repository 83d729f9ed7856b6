"""A language model's opinion of the answers: relevance and faithfulness, beside the figures and never in the gate."""

import hashlib
import json
import string
import tomllib
from collections.abc import Callable, Iterator, Mapping, Sequence, Set
from dataclasses import asdict, dataclass
from functools import cache
from typing import Any

from corpus.errors import ModelError, SettingsError
from qa.evaluate.intervals import mean
from qa.evaluate.score import QUOTING
from qa.llm import ChatModel
from qa.policy.load import policy_text

POLICY = "judge.toml"
FIELDS: Mapping[str, Set[str]] = {
    "system": frozenset(),
    "user": {"conversation", "question", "answer", "passages"},
    "retry": {"fault"},
}
"""The texts of a prompt and what each is filled with; one that is filled with nothing is sent as it stands."""
SCORES = ("relevance", "faithfulness")
LOWEST, HIGHEST = 1, 5
LONGEST_REASON = 400
"""Characters of a reason that are kept; the prompt asks for at most 40 words."""
MOST_FAILURES = 3
"""Questions in a row that get no reply, after which the model is asked no more."""


@dataclass(frozen=True, slots=True)
class Prompt:
    """What the model is told. user: has {conversation}, {question}, {answer}, {passages}; retry: {fault}."""

    version: str
    system: str
    user: str
    retry: str
    sha256: str


@dataclass(frozen=True, slots=True)
class Judgement:
    """The scores of a question, 1 to 5, or None and the fault. silent: the model gave no reply at all."""

    id: str
    relevance: int | None = None
    faithfulness: int | None = None
    reason: str = ""
    fault: str = ""
    silent: bool = False


class _Malformed(ValueError):
    """A reply that is not of the form asked for."""


def judge(model: ChatModel, result: Mapping[str, Any], progress: Callable[[], None] = lambda: None) -> dict[str, Any]:
    """Score every answered question of a result; give scores and their means, and leave the result as it is.

    progress: called after each question. A question without a usable reply, also after one retry, counts as unjudged;
    the judging ends early where it is interrupted, or the model has failed MOST_FAILURES times in a row.
    """
    prompt = judge_prompt()
    questions = answered_questions(result)
    judged, stopped = _judge_all(model, prompt, questions, progress)
    judged += [Judgement(question["id"], fault="not asked") for question in questions[len(judged) :]]
    return {
        "model": model.name,
        "prompt_version": prompt.version,
        "prompt": f"sha256:{prompt.sha256}",
        "means": {name: asdict(mean(_scores(judged, name))) for name in SCORES},
        "unjudged": sum(bool(item.fault) for item in judged),
        "stopped": stopped,
        "questions": [_record(item) for item in judged],
    }


def answered_questions(result: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """Give the questions that are scored: those whose answer quotes."""
    return [item for item in result["questions"] if item["answer"] and item["answer"]["outcome"] == QUOTING]


@cache
def judge_prompt() -> Prompt:
    """Read `qa/policy/judge.toml`. Raises SettingsError where a text or one of its fields is missing."""
    return parse_prompt(policy_text(POLICY))


def parse_prompt(text: str) -> Prompt:
    """Read the prompt from TOML. Raises SettingsError."""
    try:
        table = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise SettingsError(f"qa/policy/{POLICY} is not valid TOML: {error}.", "Restore the file.") from error
    faults = list(_faults(table))
    if faults:
        raise SettingsError(f"qa/policy/{POLICY}: {'; '.join(faults)}.", "Restore the file.")
    texts = {name: table[name].strip() for name in ("version", *FIELDS)}
    return Prompt(**texts, sha256=hashlib.sha256(text.encode("utf-8")).hexdigest())


def _faults(table: Mapping[str, Any]) -> Iterator[str]:
    for name in ("version", *FIELDS):
        if not isinstance(table.get(name), str) or not table[name].strip():
            yield f"{name} is missing or not a text"
        elif FIELDS.get(name) and _fields_of(table[name]) != FIELDS[name]:
            yield f"{name} does not have the fields {', '.join(sorted(FIELDS[name]))}, and no others"


def _fields_of(template: str) -> Set[str]:
    """Give the {fields} of a template; none where it cannot be filled in."""
    try:
        return {field for _, field, _, _ in string.Formatter().parse(template) if field is not None}
    except ValueError:
        return set()


def _judge_all(
    model: ChatModel, prompt: Prompt, questions: Sequence[Mapping[str, Any]], progress: Callable[[], None]
) -> tuple[list[Judgement], str]:
    """Judge question by question; give what was judged, and why it ended early if it did."""
    judged: list[Judgement] = []
    try:
        for question in questions:
            judged.append(_judge_one(model, prompt, question))
            progress()
            last = judged[-MOST_FAILURES:]
            if len(last) == MOST_FAILURES and all(item.silent for item in last):
                return judged, last[-1].fault
    except KeyboardInterrupt:
        return judged, "interrupted"
    return judged, ""


def _judge_one(model: ChatModel, prompt: Prompt, question: Mapping[str, Any]) -> Judgement:
    user = prompt.user.format_map(_filled(question))
    fault = ""
    try:
        for retry in ("", prompt.retry):
            try:
                return _read(question["id"], model.complete(prompt.system, user + _added(retry, fault)))
            except _Malformed as error:
                fault = str(error)
    except ModelError as error:
        return Judgement(question["id"], fault=error.message, silent=True)
    return Judgement(question["id"], fault=fault)


def _added(retry: str, fault: str) -> str:
    return f"\n\n{retry.format(fault=fault)}" if retry else ""


def _filled(question: Mapping[str, Any]) -> Mapping[str, str]:
    """Give the record as JSON, a line each: a line break or a quotation mark in it stays inside its string."""
    answer = question["answer"]
    quoted = [{name: citation[name] for name in ("number", "quote", "passage")} for citation in answer["citations"]]
    return {
        "conversation": json.dumps(question["case"]["history"]),
        "question": json.dumps(question["question"]),
        "answer": json.dumps(answer["text"]),
        "passages": json.dumps(quoted),
    }


def _read(name: str, reply: str) -> Judgement:
    try:
        record = json.loads(reply)
        json.dumps(record, ensure_ascii=False).encode("utf-8")
    except (ValueError, RecursionError) as error:
        raise _Malformed("it is not JSON") from error
    if not isinstance(record, dict) or record.keys() != {*SCORES, "reason"}:
        raise _Malformed("it is not an object with exactly the keys asked for")
    for score in SCORES:
        if type(record[score]) is not int or not LOWEST <= record[score] <= HIGHEST:
            raise _Malformed(f"{score} is not a whole number from {LOWEST} to {HIGHEST}")
    if not isinstance(record["reason"], str) or not record["reason"].strip():
        raise _Malformed("reason is not a text")
    return Judgement(name, record["relevance"], record["faithfulness"], record["reason"].strip()[:LONGEST_REASON])


def _scores(judged: Sequence[Judgement], name: str) -> list[float]:
    return [float(score) for item in judged if (score := getattr(item, name)) is not None]


def _record(item: Judgement) -> dict[str, Any]:
    record = asdict(item)
    del record["silent"]
    return record
