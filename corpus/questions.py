"""Questions that single sentences answer, in the words of people who ask: `questions/<document>.jsonl`.

One JSON object a line, {"question": "...", "answers": [{"passage": "document#anchor", "sentence": "its first words"}]}.
Each sentence named answers the question, alone or, where a question has several parts, together with the others. They
are embedded like the asked_as lines of a heading, and the reader learns from them. A line whose sentence has been
reworded is stale: it is left out, and `corpus check` names it.
"""

import json
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from corpus.errors import CorpusError
from corpus.types import Document, Passage, Sentence

QUESTIONS = "questions"


@dataclass(frozen=True, slots=True)
class Answering:
    """A sentence that answers: the passage it stands in (`document#anchor`) and the words it opens with."""

    passage: str
    opening: str


@dataclass(frozen=True, slots=True)
class Asked:
    """A question of the folder, with the file and line it stands in."""

    question: str
    answers: tuple[Answering, ...]
    path: Path
    line: int


Questions = Mapping[str, Sequence[tuple[str, str]]]
"""(opening words, question) by passage."""


def question_files(folder: Path) -> list[Path]:
    """Give the files of the folder, by name; none where there is no folder."""
    return sorted(folder.glob("*.jsonl"))


def read_asked(folder: Path) -> Iterator[Asked]:
    """Give every question. Raises CorpusError with file and line where one cannot be read."""
    for path in question_files(folder):
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
            try:
                yield _asked(json.loads(line), path, number)
            except (ValueError, KeyError, TypeError) as error:
                message = f"{path}:{number} is no question with the sentences that answer it ({error!r})."
                raise CorpusError(message, "See corpus/questions.py for the form of a line.") from error


def read_questions(folder: Path) -> Questions:
    """Give the questions by the passage that answers."""
    found: dict[str, list[tuple[str, str]]] = defaultdict(list)
    for asked in read_asked(folder):
        for answer in asked.answers:
            found[answer.passage].append((answer.opening, asked.question))
    return found


def with_questions(document: Document, questions: Questions) -> Document:
    """Give the document with each sentence's questions."""
    passages = tuple(
        _with_questions(document, passage, questions.get(f"{document.id}#{passage.anchor}", ()))
        for passage in document.passages
    )
    return replace(document, passages=passages)


def stale_questions(folder: Path, documents: Sequence[Document]) -> Iterator[tuple[Asked, Answering]]:
    """Give each answer that names a sentence which no document holds."""
    openings: dict[str, list[str]] = defaultdict(list)
    for document in documents:
        for passage in document.passages:
            texts = [document.text[sentence.start : sentence.end] for sentence in passage.sentences]
            openings[f"{document.id}#{passage.anchor}"] += texts
    for asked in read_asked(folder):
        for answer in asked.answers:
            if not any(text.startswith(answer.opening) for text in openings.get(answer.passage, ())):
                yield asked, answer


def _asked(record: Mapping[str, Any], path: Path, line: int) -> Asked:
    answers = tuple(Answering(str(answer["passage"]), str(answer["sentence"])) for answer in record["answers"])
    if not answers or not record["question"].strip():
        raise ValueError("question and answers may not be empty")
    return Asked(record["question"], answers, path, line)


def _with_questions(document: Document, passage: Passage, found: Sequence[tuple[str, str]]) -> Passage:
    if not found:
        return passage
    sentences = tuple(_sentence(document, sentence, found) for sentence in passage.sentences)
    return replace(passage, sentences=sentences)


def _sentence(document: Document, sentence: Sentence, found: Sequence[tuple[str, str]]) -> Sentence:
    text = document.text[sentence.start : sentence.end]
    return replace(sentence, asked_as=tuple(question for opening, question in found if text.startswith(opening)))
