"""From cleaned paragraphs and headings to a document: the way in for texts that were not written for quoting."""

import re
from collections.abc import Sequence
from dataclasses import replace

from corpus.clean import Line
from corpus.sentences import leans_back, split_sentences
from corpus.types import Document, DocumentKind, Dropped, Passage, Sentence

HEADING_WORDS = 12
"""A plain line of at most so many words that does not end a sentence is taken for a heading."""
FEWEST_WORDS = 3
"""Shorter paragraphs are cells of tables and labels, not sentences."""
UNNAMED = "text"


def plain_document(
    name: str, title: str, kind: DocumentKind, lines: Sequence[Line], dropped: Sequence[Dropped] = ()
) -> Document:
    """Give the document. Each paragraph is a passage under the last heading before it."""
    text, heading = title, (title,)
    passages: list[Passage] = []
    left_out = list(dropped)
    for line in _merged(lines):
        if is_heading(line):
            heading = (line.text,)
        elif len(line.text.split()) < FEWEST_WORDS and not line.text.endswith((".", "!", "?")):
            left_out.append(Dropped(line.number, line.text, "too short to be quoted"))
            continue
        text += "\n\n"
        if not is_heading(line):
            passages.append(_passage(line, len(text), heading, len(passages) + 1))
        text += line.text
    return Document(name, title, kind, text + "\n", tuple(passages), tuple(left_out))


def _merged(lines: Sequence[Line]) -> list[Line]:
    """Join a paragraph that opens with a pronoun to the one before it, which it cannot be understood without."""
    merged: list[Line] = []
    for line in lines:
        if not line.text:
            continue
        before = merged[-1] if merged else None
        if before and not is_heading(before) and not is_heading(line) and leans_back(line.text):
            merged[-1] = replace(before, text=f"{before.text} {line.text}")
        else:
            merged.append(line)
    return merged


def is_heading(line: Line) -> bool:
    """Tell whether a line is known to be a heading or, where that is not known, looks like one."""
    if line.heading is not None:
        return line.heading
    return len(line.text.split()) <= HEADING_WORDS and not line.text.endswith((".", "!", ":", ";", ","))


def _passage(line: Line, start: int, heading: tuple[str, ...], number: int) -> Passage:
    spans = split_sentences(line.text)
    sentences = tuple(
        Sentence(start + first, start + last, leans=position > 0 and leans_back(line.text[first:last]))
        for position, (first, last) in enumerate(spans)
    )
    anchor = re.sub(r"[^a-z0-9]+", "-", heading[-1].lower()).strip("-") or UNNAMED
    return Passage(f"{anchor}-{number}", heading, sentences[0].start, sentences[-1].end, sentences, page=line.page)
