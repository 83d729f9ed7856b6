"""What the reader learns from: a question, candidate sentences in their context, and which of them answer."""

import gzip
import hashlib
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from corpus.sentences import split_sentences
from index.lexical import stems

QUESTION_WORDS, SENTENCE_WORDS, CONTEXT_WORDS = 40, 60, 10
"""Longer texts are cut for training: what is cut costs time and seldom decides."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """A sentence, and the words it stands under: a title and headings, or the end of the sentence before it."""

    text: str
    context: str = ""


@dataclass(frozen=True, slots=True)
class Group:
    """A question and its candidates. `right`: the place of one that answers, None where none does.

    answer: (start, end) in code points of the answer in the right candidate's text, where it is known.
    """

    question: str
    candidates: tuple[Candidate, ...]
    right: int | None
    answer: tuple[int, int] | None = None


def read_lines(path: Path) -> Iterator[dict[str, Any]]:
    """Give the objects of a file of JSON lines, plain or gzip'd: `path` or `path`.gz."""
    packed = path if path.suffix == ".gz" else path.with_name(f"{path.name}.gz")
    with gzip.open(packed, "rt", encoding="utf-8") if packed.exists() else path.open(encoding="utf-8") as lines:
        yield from map(json.loads, lines)


def sentences_in_context(title: str, text: str) -> list[Candidate]:
    """Cut a passage into sentences, each with the title and the beginning of the sentence before it as context."""
    spans = split_sentences(text)
    texts = [text[start:end] for start, end in spans]
    heading = title.replace("_", " ")
    before = ["", *texts[:-1]]
    return [Candidate(one, f"{heading}. {first_words(last, CONTEXT_WORDS)}".strip())
            for one, last in zip(texts, before, strict=True)]  # fmt: skip


def first_words(text: str, count: int) -> str:
    """Give the first `count` words of a text."""
    return " ".join(text.split()[:count])


def is_held_out(article: str) -> bool:
    """Tell whether an article of SQuAD 2.0's development set is kept for measuring: about half are."""
    return int(hashlib.sha256(article.encode()).hexdigest()[:8], 16) % 2 == 0


def article_of(passage: str) -> str:
    """Give the article of a passage's id, which ends in its number."""
    return passage.rpartition("_")[0]


def overlap(question: frozenset[str], text: str) -> float:
    """Give how many stems a text shares with a question, long texts discounted."""
    found = set(stems(text))
    return float(len(question & found) / (len(found) + 1) ** 0.25)


def stem_set(text: str) -> frozenset[str]:
    """Give the stemmed content words of a text."""
    return frozenset(stems(text))


def by_overlap(question: str, candidates: Sequence[Candidate]) -> list[Candidate]:
    """Order candidates by the words they share with a question, most first."""
    words = stem_set(question)
    return sorted(candidates, key=lambda candidate: -overlap(words, candidate.text))
