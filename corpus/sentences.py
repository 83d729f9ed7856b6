"""Cuts plain text into sentences (the only file that imports sentencex)."""

import re

import sentencex

LANGUAGE = "en"
SEPARATORS = re.compile(r"[\x0b\x0c\x1c-\x1e\x85\u2028\u2029]")
"""Rare line separators, on which sentencex stops with an error; as a space each keeps its place."""
LEANING = re.compile(
    r"(However|But|Yet|Still|(While|Although|Though|And|So|Because|If|When)?\s*"
    r"(it|its|they|their|them|this|these|those|that|he|she|his|her|such|both(?! \w+ \w*\s*and)))\b",
    re.IGNORECASE,
)
"""Openings that point back at the sentence before. "The" does not: it names what it speaks of."""


def split_sentences(text: str) -> list[tuple[int, int]]:
    """Give (start, end) of each sentence in code points, without the white space around it."""
    spans = []
    position = 0
    plain = SEPARATORS.sub(" ", text)
    for piece in sentencex.segment(LANGUAGE, plain):
        start = plain.index(piece, position)
        position = start + len(piece)
        stripped = piece.strip()
        if stripped:
            first = start + piece.index(stripped)
            spans.append((first, first + len(stripped)))
    return spans


def leans_back(sentence: str) -> bool:
    """Tell whether the sentence opens with a pronoun that needs the sentence before it."""
    return LEANING.match(sentence) is not None
