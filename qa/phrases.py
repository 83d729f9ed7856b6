"""Many long patterns searched in short time: one is tried only where a piece of text that it needs is there.

Three hundred patterns over a message take some milliseconds, over a long one seconds; nearly always none of the pieces
that a match must hold is in it.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

SHORTEST = 2
"""Letters of a needed piece."""


@dataclass(frozen=True, slots=True)
class Phrase:
    """A pattern, and pieces of which every match holds at least one; none are known where it is empty."""

    pattern: re.Pattern[str]
    pieces: frozenset[str]


def phrase(written: str) -> Phrase:
    """Compile a pattern that ignores case. Raises re.error."""
    return Phrase(re.compile(written, re.IGNORECASE), needed(written))


def needed(written: str) -> frozenset[str]:
    """Give pieces, in small letters, of which every match of a pattern holds one; none where none are known."""
    return _pieces(re._parser.parse(written, re.IGNORECASE))  # type: ignore[attr-defined]


def all_pieces(phrases: Iterable[Phrase]) -> frozenset[str]:
    """Give the pieces of all phrases, to be looked for once in a text that has to be in small letters."""
    return frozenset[str]().union(*(one.pieces for one in phrases))


def found(text: str, phrases: Iterable[Phrase], present: frozenset[str]) -> bool:
    """Tell whether one of the phrases is in a text. present: those of their pieces that are in it."""
    return any(
        one.pattern.search(text) is not None for one in phrases if not one.pieces or not one.pieces.isdisjoint(present)
    )


def _pieces(parsed: Iterable[tuple[Any, Any]]) -> frozenset[str]:
    """Give the pieces of a parsed sequence, the longest that are needed."""
    choices: list[frozenset[str]] = []
    run = ""
    for kind, value in parsed:
        name = str(kind)
        if name == "LITERAL":
            run += chr(value).lower()
        elif name not in ("AT", "ASSERT", "ASSERT_NOT"):
            choices += [frozenset({run}), _within(name, value)]
            run = ""
    best = max([*choices, frozenset({run})], key=_worth)
    return best if _worth(best) else frozenset()


def _within(name: str, value: Any) -> frozenset[str]:  # noqa: ANN401 - as the parser gives it
    if name == "SUBPATTERN":
        return _pieces(value[-1])
    if name == "MAX_REPEAT" and value[0] > 0:
        return _pieces(value[2])
    if name == "BRANCH":
        return _of_all([_pieces(branch) for branch in value[1]])
    if name == "IN" and all(str(kind) == "LITERAL" for kind, _ in value):
        return frozenset(chr(code).lower() for _, code in value)
    return frozenset()


def _of_all(branches: Sequence[frozenset[str]]) -> frozenset[str]:
    return frozenset[str]().union(*branches) if all(map(_worth, branches)) else frozenset()


def _worth(pieces: frozenset[str]) -> int:
    """Letters of the shortest piece; none where there is no piece, or one that is nearly everywhere."""
    shortest = min(map(len, pieces), default=0)
    return shortest if shortest >= SHORTEST or (shortest and not any(piece.isascii() for piece in pieces)) else 0
