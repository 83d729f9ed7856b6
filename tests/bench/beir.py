"""Folders in the layout of BEIR: corpus.jsonl, queries.jsonl and qrels/test.tsv, each plain or gzip'd."""

import gzip
import json
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

Judgements = Mapping[str, Mapping[str, int]]
"""By question and document, how well the document answers it; 0 is judged not to."""


@dataclass(frozen=True, slots=True)
class Row:
    """A document to be found. title: may be empty."""

    id: str
    title: str
    text: str

    @property
    def whole(self) -> str:
        """Title and text as one."""
        return f"{self.title} {self.text}".strip()


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked. turns: (role, content) of the conversation before it, oldest first."""

    id: str
    text: str
    turns: tuple[tuple[str, str], ...]
    metadata: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Task:
    """A folder as it was read. questions: those that are judged, in the order of their file."""

    name: str
    rows: tuple[Row, ...]
    questions: tuple[Question, ...]
    judgements: Judgements


def read_task(folder: Path, queries: Path | None = None, limit: int | None = None) -> Task:
    """Read a folder. queries: another file of questions with the same ids. limit: take so many, evenly spread.

    Raises FileNotFoundError that names the file, ValueError where no question is judged.
    """
    judgements = read_judgements(folder / "qrels" / "test.tsv")
    relevant = {question for question, judged in judgements.items() if any(score > 0 for score in judged.values())}
    asked = [one for one in read_questions(queries or folder / "queries.jsonl") if one.id in relevant]
    if not asked:
        raise ValueError(f"No question of {queries or folder} is judged in {folder / 'qrels' / 'test.tsv'}.")
    chosen = tuple(spread(asked, limit))
    kept = {one.id: judgements[one.id] for one in chosen}
    return Task(folder.name, tuple(read_rows(folder / "corpus.jsonl")), chosen, kept)


def read_rows(path: Path) -> Iterator[Row]:
    """Give the documents of a corpus file."""
    for record in read_lines(path):
        yield Row(str(record["_id"]), (record.get("title") or "").strip(), (record.get("text") or "").strip())


def read_questions(path: Path) -> list[Question]:
    """Give the questions of a file."""
    return [_question(record) for record in read_lines(path)]


def read_judgements(path: Path) -> Judgements:
    """Read question, document and score of each line, apart by tabs; a first line that names them is passed over."""
    judged: defaultdict[str, dict[str, int]] = defaultdict(dict)
    with open_text(path) as lines:
        for number, line in enumerate(lines):
            fields = line.rstrip("\r\n").split("\t")
            if len(fields) == 3 and not (number == 0 and not fields[2].lstrip("-").isdigit()):
                judged[fields[0]][fields[1]] = int(fields[2])
    return dict(judged)


def read_lines(path: Path) -> Iterator[dict[str, Any]]:
    """Give the objects of a file of JSON lines, `path` or `path`.gz."""
    with open_text(path) as lines:
        yield from (json.loads(line) for line in lines if line.strip())


def open_text(path: Path) -> Any:  # noqa: ANN401 - two kinds of text stream
    """Open `path`, or `path`.gz where only that is there. Raises FileNotFoundError that names both."""
    packed = path if path.suffix == ".gz" else path.with_name(f"{path.name}.gz")
    if path != packed and path.exists():
        return path.open(encoding="utf-8")
    if not packed.exists():
        raise FileNotFoundError(f"There is neither {path} nor {packed.name} beside it.")
    return gzip.open(packed, "rt", encoding="utf-8")


def spread(items: Sequence[Question], count: int | None) -> list[Question]:
    """Give `count` of the questions, evenly spread and in their order; all of them where there are no more."""
    if count is None or count >= len(items):
        return list(items)
    return [items[place * len(items) // count] for place in range(count)]


def _question(record: Mapping[str, Any]) -> Question:
    metadata = record.get("metadata") or {}
    return Question(str(record["_id"]), record["text"], tuple(_turns(metadata.get("history") or ())), metadata)


def _turns(history: Sequence[Mapping[str, str]]) -> Iterator[tuple[str, str]]:
    """Read turns either as {"role", "content"} or as {"user", "assistant"}, a pair each."""
    for turn in history:
        if "role" in turn:
            yield turn["role"], turn["content"]
        else:
            yield from ((role, turn[role]) for role in ("user", "assistant") if turn.get(role))
