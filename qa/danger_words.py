"""Misspelt words of danger, read as they were meant: "kil mysefl", "swalowed"."""

import re
from functools import cache, lru_cache

from rapidfuzz.distance import OSA
from rapidfuzz.process import extractOne

from index.model import english_words
from qa.policy.load import read_policy, refuse

WORD = re.compile(r"[^\W\d_]+")
FEWEST_LETTERS = 3
"""Letters of a word that is repaired."""
OTHER_INITIAL_FROM = 6
"""Letters from which the slip may be in the first letter."""
ONE_SLIP = 1
"""A letter more, less, other, or two that changed places (Damerau 1964)."""
CACHED = 10_000


@cache
def danger_words() -> tuple[str, ...]:
    """Give the words. Raises SettingsError where one could not be told from others."""
    table = read_policy("danger_words.toml")
    words = table.get("words", [])
    faults = [f"{word!r} is no word of four small letters or more" for word in words if not _is_plain(word)]
    refuse("danger_words.toml", [*faults, *(() if table.get("reason") else ("it gives no reason",))])
    return tuple(words)


def with_danger_words(text: str) -> str:
    """Give a normalised text with each word that is one slip away from a word of danger, and not right, mended."""
    return WORD.sub(lambda match: _meant(match[0]), text)


@lru_cache(CACHED)
def _meant(word: str) -> str:
    if len(word) < FEWEST_LETTERS or word in english_words() or word in danger_words() or word in _right_words():
        return word
    near = [one for one in danger_words() if one[0] == word[0] or len(word) >= OTHER_INITIAL_FROM]
    found = extractOne(word, near, scorer=OSA.distance, score_cutoff=ONE_SLIP)
    return found[0] if found and {f"{found[0]}s", f"{word}s"}.isdisjoint({word, found[0]}) else word


@cache
def _right_words() -> frozenset[str]:
    return frozenset(read_policy("danger_words.toml").get("right", []))


def _is_plain(word: object) -> bool:
    return isinstance(word, str) and len(word) > FEWEST_LETTERS and word.isalpha() and word.islower()
