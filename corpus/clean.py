"""Drops from a plain document what must not be quoted (page furniture, link boilerplate, promotion) and reports it."""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace

from corpus.sentences import split_sentences
from corpus.types import Dropped

PAGE_NUMBER = re.compile(r"(page\s+)?\d{1,4}(\s*(/|of)\s*\d{1,4})?", re.IGNORECASE)
LINK_TEXT = re.compile(
    r"(investigate|delve|examine|explore|discover|check|read|see|learn|click|visit|browse|view|find|follow|continue)\b"
    r"[^.?!]*\b(this|these|here|more|our|related)\b[^.?!]*:?",
    re.IGNORECASE,
)
PROMOTION = re.compile(
    r"\b(external (web)?site|carefully selected|discover new perspectives|enhance your knowledge|related posts"
    r"|visit(ing)? (this|our|the) (web)?(site|page)|book (now|today)|sign up|subscribe|special offer"
    r"|limited[- ]time|free consultation)\b",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Line:
    """A line or paragraph of a document; `number` counts from 1 in the file.

    page: of a PDF, counted from 1. heading: known to be one, or not; None where only its form can tell.
    """

    number: int
    text: str
    page: int | None = None
    heading: bool | None = None


def clean(lines: Iterable[Line], title: str) -> tuple[list[Line], list[Dropped]]:
    """Give the lines that may be quoted and, in file order, what was dropped from them.

    title: the document's title; its later repetitions, with or without a page number, are running headers.
    """
    kept: list[Line] = []
    dropped: list[Dropped] = []
    for line in lines:
        text = line.text.strip()
        reason = _line_reason(text, title)
        if reason:
            dropped.append(Dropped(line.number, text, reason))
            continue
        text, promotional = _without_promotion(text)
        dropped += [Dropped(line.number, sentence, "promotional link text") for sentence in promotional]
        kept.append(replace(line, text=text))
    return kept, dropped


def _line_reason(text: str, title: str) -> str | None:
    for reason, matches in _LINE_RULES:
        if text and matches(text, title):
            return reason
    return None


def _is_running_header(text: str, title: str) -> bool:
    rest = text.removeprefix(title).strip(" -|\t")
    return bool(title) and text.startswith(title) and (not rest or PAGE_NUMBER.fullmatch(rest) is not None)


_LINE_RULES: tuple[tuple[str, Callable[[str, str], bool]], ...] = (
    ("running header with a page number", _is_running_header),
    ("page number", lambda text, _: PAGE_NUMBER.fullmatch(text) is not None),
    ("link boilerplate", lambda text, _: LINK_TEXT.fullmatch(text) is not None),
)


def _without_promotion(text: str) -> tuple[str, list[str]]:
    """Give the text without its promotional sentences, and these."""
    sentences = [text[start:end] for start, end in split_sentences(text)]
    promotional = [sentence for sentence in sentences if PROMOTION.search(sentence)]
    if not promotional:
        return text, []
    return " ".join(sentence for sentence in sentences if sentence not in promotional), promotional
