"""Repairs misspelt words of a question towards the corpus's own words: "ketmine", "isketamine", "keta mine"."""

import re
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from functools import lru_cache

from rapidfuzz.distance import OSA
from rapidfuzz.process import extract

from index.lexical import stems
from index.names import known_words, spelt_out

WORD = re.compile(r"(?<![\w'’])[^\W\d_]+(?!\w|['’](?!s\b)\w)")
"""Letters only; with an apostrophe no more than "Spravto's"."""
TWO_WORDS = re.compile(r"(?<![\w'’-])(?=([^\W\d_]{2,}) ([^\W\d_]{2,})(?![\w'’-]))")
SHORTEST = 6
"""Letters of a word that is repaired to; shorter ones have too many neighbours: "pairs" and "Paris"."""
TWO_ERRORS_FROM = 9
"""Letters of a word in which two errors are forgiven, if its consonants stay: "esketmne", but not "incision"."""
OTHER_INITIAL_FROM = 8
"""Letters from which the only error may be in the first letter."""
SOUNDS = str.maketrans("czq", "ksk", "aeiouyh")
TWICE = re.compile(r"(.)\1+")
JOINED_FROM, SHORTEST_SECOND = 7, 4
"""Letters of two words together, and of the second of two words that were run together."""
PREFIXES = frozenset({"anti", "inter", "intra", "mis", "non", "out", "over", "post", "pre", "psycho", "under"})
"""What people write apart from the rest of a word, even where both are words."""
CACHED = 10_000


class Speller:
    """Knows the words of the corpus, which of them stand side by side, and the ones worth repairing to."""

    def __init__(self, texts: Iterable[str], english: Collection[str] = frozenset()) -> None:
        """Learn the vocabulary of what may be quoted; misspelt questions of the corpus are no part of it.

        english: common words that are right as they are, so that "invented" does not become "injected".
        """
        lower = [text.lower() for text in texts]
        self._counts = Counter(word for text in lower for word in WORD.findall(text))
        self._known = self._counts.keys() | set(english) | known_words()
        self._stems = {_stem(word) for word in self._counts}
        self._english_stems = {_stem(word) for word in english}
        self._pairs = {a + b: f"{a} {b}" for text in lower for a, b in TWO_WORDS.findall(text)}
        self._targets = _by_length(self._counts)
        self._english = _by_length(set(english) - self._counts.keys())
        self._repaired = lru_cache(CACHED)(self._repair)

    def repair(self, question: str) -> str:
        """Give the question with text-speak spelt out, and each unknown word as the right one that is near, if any is.

        Words that were run together or pulled apart are repaired too. Right words stay as they are.
        """
        text = self._join(spelt_out(question))
        shouted = text.isupper()
        return WORD.sub(lambda match: _cased(match[0], self._repaired(match[0].lower()), shouted=shouted), text)

    def _join(self, text: str) -> str:
        """Put words together that are one word of the corpus and hardly two."""
        for match in reversed([*TWO_WORDS.finditer(text)]):
            if self._is_one(match[1].lower(), match[2].lower()):
                text = text[: match.end(1)] + text[match.start(2) :]
        return text

    def _is_one(self, first: str, second: str) -> bool:
        joined = first + second
        if len(joined) < JOINED_FROM or joined not in self._counts or joined in self._pairs:
            return False
        return first in PREFIXES or not {first, second} <= self._counts.keys()

    def _repair(self, word: str) -> str:
        if len(word) < SHORTEST - 1 or word in self._known or _stem(word) in self._english_stems:
            return word
        return self._apart(word) or self._nearest(word) or word

    def _apart(self, word: str) -> str:
        """Give two words of the corpus that were run together: "is ketamine", but not "act in" nor "in active"."""
        pair = self._pairs.get(word, "")
        first, _, second = pair.partition(" ")
        return pair if len(second) >= SHORTEST_SECOND and first not in {*PREFIXES, "in"} else ""

    def _nearest(self, word: str) -> str:
        """Give the nearest word of the corpus, of equals the commonest; none where another English word is nearer."""
        near = [(errors, -self._counts[target], target) for errors, target in _near(word, self._targets)]
        if _stem(word) in self._stems:
            near = [one for one in near if _stem(one[2]) == _stem(word)]
        if not near:
            return ""
        errors, _, target = min(near)
        return "" if any(other < errors for other, _ in _near(word, self._english)) else target


def _by_length(words: Iterable[str]) -> Mapping[int, Sequence[str]]:
    placed: dict[int, list[str]] = defaultdict(list)
    for word in words:
        if len(word) >= SHORTEST:
            placed[len(word)].append(word)
    return placed


def _near(word: str, targets: Mapping[int, Sequence[str]]) -> Iterator[tuple[int, str]]:
    """Give (errors, target) of the targets that are near enough; a letter more, less, other or moved is an error."""
    most = 2 if len(word) >= TWO_ERRORS_FROM - 1 else 1
    for length in range(len(word) - most, len(word) + most + 1):
        near = extract(word, targets.get(length, ()), scorer=OSA.distance, score_cutoff=most, limit=None)
        yield from ((int(errors), target) for target, errors, _ in near if _is_slip(word, target, errors))


def _is_slip(word: str, target: str, errors: float) -> bool:
    if word[0] != target[0]:
        return errors == 1 and len(word) >= OTHER_INITIAL_FROM
    return errors == 1 or _consonants(word) == _consonants(target)


def _consonants(word: str) -> str:
    """Give what is hardest to mistake in a word: its consonants by sound, none of them twice."""
    return TWICE.sub(r"\1", word.replace("ph", "f").translate(SOUNDS))


def _stem(word: str) -> str:
    return next(iter(stems(word)), word)


def _cased(typed: str, repaired: str, *, shouted: bool) -> str:
    """Give the repaired word in the letters it was typed in; one in capitals among others is an abbreviation."""
    if repaired == typed.lower() or (typed.isupper() and not shouted):
        return typed
    if shouted:
        return repaired.upper()
    return repaired[0].upper() + repaired[1:] if typed[0].isupper() else repaired
