"""Which columns of a clinic's table hold the questions, the expected answers and the tags."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

QUESTION = ("question", "questions", "query", "frage", "fragen", "input")
ANSWER = ("expected", "erwartet", "erwartete", "answer", "answers", "antwort", "antworten", "reference", "referenz")
"""Best first: beside an expected answer, the column of answers may hold what somebody else said."""
TAGS = ("tags",)
WORD = re.compile(r"[^\W_]+")
MOST_WORDS = 3
"""A longer cell is no name of a column, nor is one that ends as a sentence does."""
SENTENCE = (".", "?", "!")


@dataclass(frozen=True, slots=True)
class Columns:
    """Places of the columns in a row, counted from 0."""

    question: int = 0
    answer: int = 1
    tags: int | None = None


def find_columns(header: Sequence[str]) -> Columns | None:
    """Read a row as a header; None where it does not name both a question and an answer."""
    question, answer = _place(header, QUESTION), _place(header, ANSWER)
    if question is None or answer is None or question == answer:
        return None
    return Columns(question, answer, _place(header, TAGS))


def is_half_header(row: Sequence[str]) -> bool:
    """Tell whether a row names one of the columns in a single word, and yet is no header."""
    known = {(name,) for name in (*QUESTION, *ANSWER)}
    return find_columns(row) is None and any(_words(cell) in known for cell in row)


def _place(header: Sequence[str], names: Sequence[str]) -> int | None:
    """Give the column called by the first of the names that occurs, alone before among other words."""
    cells = [_words(cell) for cell in header]
    for name in names:
        called = [place for place, words in enumerate(cells) if words == (name,)]
        called += [place for place, words in enumerate(cells) if name in words]
        if called:
            return called[0]
    return None


def _words(cell: str) -> tuple[str, ...]:
    words = tuple(WORD.findall(cell.casefold()))
    return words if len(words) <= MOST_WORDS and not cell.endswith(SENTENCE) else ()
