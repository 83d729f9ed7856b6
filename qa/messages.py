"""A message in one form, whatever letters it was typed in."""

import re
import unicodedata

APOSTROPHES = re.compile(r"['\u2019\u2018`\u00b4]")
INVISIBLE = re.compile(r"[\u200b-\u200f\u202a-\u202e\u2060-\u2064\u00ad\ufeff]")
SPACES = re.compile(r"\s+")
SPELLED = re.compile(r"(?<![^\W_])(?:[^\W_][ .\-_*]+){3,}[^\W_](?![^\W_])")
"""Four or more single letters in a row, set apart by spaces or marks."""
MASKED = re.compile(r"\b(?=\w*[a-z])[a-z0-9@$!]*[0134578@$!][a-z0-9@$!]*", re.IGNORECASE)
LETTERS = str.maketrans("013457@$!", "oieastasi")
PLAIN_NUMBER = re.compile(r"\d+[a-z]{0,2}", re.IGNORECASE)
"""A number, or one with a unit or an ending such as `4mg` and `2nd`, is no masked word."""


def normalise(message: str) -> str:
    """Fold look-alike characters, drop apostrophes and invisible characters, collapse white space, lower case."""
    folded = INVISIBLE.sub("", unicodedata.normalize("NFKC", message))
    return SPACES.sub(" ", APOSTROPHES.sub("", folded)).strip().lower()


def unmasked(message: str) -> str:
    """Give the normalised message with spelled-out words joined and digits in words read as the letters they stand for.

    Double spaces between spelled-out words keep them apart.
    """
    folded = INVISIBLE.sub("", unicodedata.normalize("NFKC", message))
    joined = SPELLED.sub(lambda match: " ".join(_joined(part) for part in re.split(r"\s{2,}", match[0])), folded)
    return normalise(MASKED.sub(lambda match: _letters(match[0]), joined))


def _joined(spelled: str) -> str:
    return re.sub(r"[ .\-_*]+", "", spelled)


def _letters(word: str) -> str:
    return word if PLAIN_NUMBER.fullmatch(word) else word.translate(LETTERS)
