"""Where the expected patterns stand in an answer, and what differs between two answers."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from itertools import groupby
from operator import itemgetter
from typing import Literal

from qa.evaluate.reading import MARKER

Kind = Literal["plain", "expected", "forbidden", "number", "removed", "added"]
NUMBER = re.compile(r"\[\d+\]")
WORD = re.compile(r"\S+\s*")


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of a text. number: a [1] marker. removed, added: between two texts."""

    text: str
    kind: Kind


def marked(text: str, expected: Sequence[str], forbidden: Sequence[str] = ()) -> list[Piece]:
    """Cut a text where a pattern matches it without its markers, as scoring holds it; the pieces together are the text.

    What is forbidden shows even where it is expected too.
    """
    kinds: list[tuple[Kind, int]] = [("plain", 0)] * len(text)
    looked_for: tuple[tuple[Kind, Sequence[str]], ...] = (("expected", expected), ("forbidden", forbidden))
    for kind, patterns in looked_for:
        for start, end in _spans(text, patterns):
            kinds[start:end] = [(kind, 0)] * (end - start)
    for number in NUMBER.finditer(text):
        kinds[number.start() : number.end()] = [("number", number.start())] * len(number[0])
    runs = groupby(zip(text, kinds, strict=True), key=itemgetter(1))
    return [Piece("".join(letter for letter, _ in run), kind) for (kind, _), run in runs]


def word_diff(before: str, after: str) -> list[Piece]:
    """Give both texts in one, cut where whole words were removed or added."""
    old, new = WORD.findall(before), WORD.findall(after)
    words = SequenceMatcher(None, [word.rstrip() for word in old], [word.rstrip() for word in new], autojunk=False)
    pieces: list[Piece] = []
    for change, i, j, k, m in words.get_opcodes():
        if change == "equal":
            pieces.append(Piece("".join(new[k:m]), "plain"))
            continue
        pieces += _changed(old[i:j], "removed")
        pieces += _changed(new[k:m], "added")
    return pieces


def _changed(words: Sequence[str], kind: Kind) -> list[Piece]:
    """Give the words as one piece, what follows the last of them apart."""
    text = "".join(words)
    bare = text.rstrip()
    return [piece for piece in (Piece(bare, kind), Piece(text[len(bare) :], "plain")) if piece.text]


def _spans(text: str, patterns: Sequence[str]) -> Iterator[tuple[int, int]]:
    """Give (start, end) in the text of each match in it without its markers; an empty match marks nothing."""
    kept = _kept(text)
    bare = "".join(text[place] for place in kept)
    for pattern in patterns:
        for match in re.finditer(pattern, bare, re.IGNORECASE):
            if match.start() < match.end():
                yield kept[match.start()], kept[match.end() - 1] + 1


def _kept(text: str) -> list[int]:
    """Give the places of the letters that stay when the markers go."""
    gone = {place for marker in MARKER.finditer(text) for place in range(marker.start(), marker.end())}
    return [place for place in range(len(text)) if place not in gone]
