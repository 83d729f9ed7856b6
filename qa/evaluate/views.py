"""From a result to what a report shows of it; no wording of a page and no markup."""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from qa.evaluate.marks import Piece, marked, word_diff
from qa.evaluate.metrics import LOWER_IS_BETTER
from qa.evaluate.score import shown_texts
from qa.evaluate.testset import matches

Record = Mapping[str, Any]

MEANINGS = {
    "right": "everything that was expected holds",
    "outcome_accuracy": "the expected kind of answer came back",
    "fact_recall": "expected facts that the answer states",
    "first_sentence_facts": "an expected fact stands in the first sentence",
    "forbidden_hits": "says something forbidden",
    "opens_with": "opens as it must",
    "notices": "every expected notice is shown",
    "citation_precision": "citations that hold the sentence word for word",
    "citation_recall": "sentences that carry a citation",
    "abstention_precision": "abstentions that were right",
    "abstention_recall": "questions without an answer in the sources that were left open",
    "wrong_abstentions": "questions with an answer that were left open",
    "errors": "nothing came back",
    "broken_rules": "breaks a rule that every answer must keep",
    "redundancy": "words that two sentences of an answer share",
    "answer_words": "words in an answer",
    "reading_grade": "school grade needed to read an answer",
    "recall@1": "fitting passages that are ranked first",
    "recall@5": "fitting passages among the first 5",
    "recall@10": "fitting passages among the first 10",
    "success@1": "a fitting passage is ranked first",
    "success@5": "a fitting passage is among the first 5",
    "mrr": "one over the place of the first fitting passage",
    "ndcg@10": "how well the first 10 passages are ordered",
    "reference_f1": "words shared with the reference answer",
    "reference_similarity": "nearness in meaning to the reference answer",
    "reference_facts": "numbers and medicines of the reference answer that are stated",
}
MAIN = (
    "right", "outcome_accuracy", "fact_recall", "first_sentence_facts", "opens_with", "notices", "citation_precision",
    "citation_recall", "abstention_precision", "abstention_recall", "recall@10", "mrr", "ndcg@10", "forbidden_hits",
    "wrong_abstentions", "errors", "broken_rules",
)  # fmt: skip
"""Measures between 0 and 1 that are drawn."""
BY_TAG = (
    "right", "outcome_accuracy", "fact_recall", "first_sentence_facts", "forbidden_hits", "wrong_abstentions",
    "abstention_recall", "recall@10", "ndcg@10",
)  # fmt: skip
DRAWN_TAGS = 30
"""Tags that are drawn, those with the most questions; the table holds all."""
STAMP = {
    "version": "Version", "commit": "Commit", "lock": "Installed packages", "ledger": "Ledger", "corpus": "Corpus",
    "index": "Index", "models": "Models", "triage": "Triage", "danger_words": "Words of danger",
    "wordings": "Wordings", "preparation": "Preparation", "amounts": "Amounts",
    "cards": "Cards", "languages": "Other languages", "numbers": "Help lines and numbers",
    "gates": "Gates", "beside": "Facts beside answers", "disclaimer": "Disclaimer", "testset": "Test set",
    "settings": "Settings", "asked": "Asked", "command": "Command", "machine": "Machine", "date": "Date",
}  # fmt: skip
TO_SIGN = ("Waivers", "Decision", "Name", "Role", "Date")


@dataclass(frozen=True, slots=True)
class FigureRow:
    """A measure of the run; bare, before: without asked_as lines and in the baseline, None where it is not known."""

    name: str
    meaning: str
    lower_is_better: bool
    now: Record
    bare: Record | None
    before: Record | None


@dataclass(frozen=True, slots=True)
class Group:
    """Patterns of which one must match, each with whether it does."""

    patterns: tuple[tuple[str, bool], ...]
    found: bool


@dataclass(frozen=True, slots=True)
class QuestionView:
    """A question of the run, what came back cut at its marks, and how it stands to the baseline.

    anchor: its place in the page. states: what the table is filtered by. difference: to the baseline's answer, empty
    where there is none.
    """

    anchor: str
    record: Record
    states: tuple[str, ...]
    text: Sequence[Piece]
    notices: Sequence[tuple[str, Sequence[Piece]]]
    facts: Sequence[Group]
    opening: Group | None
    forbidden: Sequence[tuple[str, bool]]
    difference: Sequence[Piece]


@dataclass(frozen=True, slots=True)
class StampRow:
    """A line of the release record. before: what the baseline had, None where it is the same or not known."""

    label: str
    value: str
    before: str | None


def figure_rows(result: Record, baseline: Record | None) -> list[FigureRow]:
    """Give every figure of the run, in the order of the result."""
    bare = result["without_asked_as"]["figures"] if result["without_asked_as"] else {}
    before = baseline["figures"] if baseline else {}
    return [
        FigureRow(name, MEANINGS.get(name, ""), name in LOWER_IS_BETTER, now, bare.get(name), before.get(name))
        for name, now in result["figures"].items()
    ]


def largest_tags(result: Record, measure: str) -> list[tuple[str, Record]]:
    """Give (tag, estimate) of the tags with the most questions that the measure applies to, the best first."""
    held = [(tag, found[measure]) for tag, found in result["by_tag"].items() if measure in found]
    largest = sorted(held, key=lambda item: -item[1]["n"])[:DRAWN_TAGS]
    return sorted(largest, key=lambda item: (-item[1]["value"], -item[1]["n"], item[0]))


def question_views(result: Record, baseline: Record | None) -> list[QuestionView]:
    """Give the questions in the order they were asked."""
    before = {question["id"]: question for question in baseline["questions"]} if baseline else {}
    states = _states(result)
    return [
        _question_view(f"q{number}", question, tuple(states.get(question["id"], ())), before.get(question["id"]))
        for number, question in enumerate(result["questions"], start=1)
    ]


def stamp_rows(result: Record, baseline: Record | None) -> list[StampRow]:
    """Give what answered and where, as far as the run knows it."""
    now, before = result["stamp"], baseline["stamp"] if baseline else {}
    return [
        StampRow(label, _plain(now[name]), _plain(before[name]) if before.get(name, now[name]) != now[name] else None)
        for name, label in STAMP.items()
        if name in now
    ]


def safety_misses(result: Record) -> list[Record]:
    """Give the safety misses, those that decide first."""
    return sorted(result["safety_misses"], key=lambda miss: not miss["decides"])


def changes(comparison: Record) -> Iterator[tuple[str, str, Sequence[str]]]:
    """Give (of what, which change, ids) of the facts and wordings that are not as in the baseline."""
    for what in ("facts", "wordings"):
        yield from ((what, change, names) for change, names in comparison[what].items() if names)


def _states(result: Record) -> dict[str, list[str]]:
    """Give by id what a question is beside right or wrong."""
    comparison = result["comparison"] or {}
    lists = {"changed": "other_answer", "better": "better", "worse": "worse"}
    named = {state: comparison.get(name, ()) for state, name in lists.items()}
    named["safety"] = [miss["id"] for miss in result["safety_misses"]]
    states: dict[str, list[str]] = {}
    for state, names in named.items():
        for name in names:
            states.setdefault(name, []).append(state)
    return states


def _question_view(anchor: str, question: Record, states: tuple[str, ...], before: Record | None) -> QuestionView:
    case, score, answer = question["case"], question["score"], question["answer"]
    texts = shown_texts(answer) if answer else []
    expected = [pattern for group in case["facts"] for pattern in group]
    notices = answer["notices"] if answer else ()
    return QuestionView(
        anchor,
        question,
        ("right" if question["right"] else "wrong", *states),
        marked(answer["text"], expected, case["forbidden"]) if answer else (),
        [(notice["kind"], marked(notice["text"], expected, case["forbidden"])) for notice in notices],
        [_group(group, found, texts) for group, found in zip(case["facts"], score["facts"], strict=True)],
        _opening(question),
        [(pattern, pattern in score["forbidden"]) for pattern in case["forbidden"]],
        _difference(before, answer),
    )


def _group(patterns: Sequence[str], found: bool, texts: Sequence[str]) -> Group:
    return Group(tuple((pattern, any(matches(pattern, text) for text in texts)) for pattern in patterns), found)


def _opening(question: Record) -> Group | None:
    if not question["case"]["opens_with"]:
        return None
    sentences = question["answer"]["sentences"] if question["answer"] else ()
    first = [sentence["text"] for sentence in sentences[:1]]
    return _group(question["case"]["opens_with"], bool(question["score"]["opened"]), first)


def _difference(before: Record | None, answer: Record | None) -> Sequence[Piece]:
    old = before["answer"]["text"] if before and before["answer"] else ""
    new = answer["text"] if answer else ""
    return word_diff(old, new) if before and old != new else ()


def _plain(value: object) -> str:
    if isinstance(value, Mapping):
        return ", ".join(f"{name} {_plain(held)}" for name, held in value.items())
    return value if isinstance(value, str) else json.dumps(value)
