"""How hard a text is to read."""

import re
from collections.abc import Sequence

WORD = re.compile(r"[A-Za-z]+(?:['\u2019][A-Za-z]+)*")
VOWELS = re.compile(r"[aeiouy]+")
SILENT = re.compile(r"(?:[^laeiouy]e|[^aeiouydt]ed|[^aeiouyscxz]es)$")
MARKER = re.compile(r"\s*\[\d+\]")


def reading_grade(sentences: Sequence[str]) -> float:
    """Give the Flesch-Kincaid grade (Kincaid 1975) of sentences, 0 where they hold no word.

    Syllables are counted as groups of vowels less a silent ending, which needs no dictionary and is off by about one in
    ten words; a number counts as no word.
    """
    words = [word for sentence in sentences for word in WORD.findall(sentence)]
    if not words:
        return 0.0
    syllables = sum(_syllables(word) for word in words)
    return 0.39 * len(words) / len(sentences) + 11.8 * syllables / len(words) - 15.59


def without_markers(text: str) -> str:
    """Take the [1] markers out of an answer's text."""
    return MARKER.sub("", text)


def _syllables(word: str) -> int:
    lower = word.lower()
    groups = len(VOWELS.findall(lower))
    return max(1, groups - bool(groups > 1 and SILENT.search(lower)))
