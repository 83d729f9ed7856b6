"""A text as somebody types it in haste; for training only, so that bad spelling alone is no sign of danger."""

import random
import re
import zlib

WORD = re.compile(r"\d+(?:[.,]\d+)*%?|[a-z]+(?:'[a-z]+)?")
SHORT = {
    "you": "u", "your": "ur", "are": "r", "to": "2", "too": "2", "for": "4", "before": "b4", "what": "wat",
    "whats": "wats", "when": "wen", "have": "hav", "because": "cos", "people": "ppl", "please": "plz", "about": "abt",
    "with": "wiv", "and": "n", "thanks": "thx", "though": "tho", "through": "thru", "why": "y", "something": "sumthing",
    "some": "sum", "how": "hw", "really": "rly", "just": "jus", "going": "goin", "getting": "gettin", "was": "woz",
    "the": "da", "this": "dis", "that": "tht", "know": "kno", "is": "iz", "doctor": "doc", "treatment": "treetment",
    "right": "rite", "next": "nxt", "back": "bk", "there": "ther", "does": "duz", "my": "ma", "one": "1",
    "night": "nite", "ketamine": "ketamin", "esketamine": "esketamin", "spravato": "spravatto", "infusion": "infusin",
}  # fmt: skip
"""What many write for common words and the chat's own."""
SHORTENED, SLIPPED = 0.5, 0.12
"""Share of the words above, and of the other long ones, that are changed."""
LONG = 5
"""Letters from which a finger slips on a word."""


def hasty(text: str) -> str:
    """Give the text in lower case, without marks, some words shortened or misspelt; always the same for a text."""
    chance = random.Random(zlib.crc32(text.encode()))  # noqa: S311 - typing slips, no secret
    return " ".join(_typed(word.replace("'", ""), chance) for word in WORD.findall(text.lower().replace("’", "'")))


def _typed(word: str, chance: random.Random) -> str:
    if word in SHORT:
        return SHORT[word] if chance.random() < SHORTENED else word
    return _slipped(word, chance) if word.isalpha() and len(word) >= LONG and chance.random() < SLIPPED else word


def _slipped(word: str, chance: random.Random) -> str:
    """Drop, double or swap a letter, never the first."""
    place = chance.randrange(1, len(word) - 1)
    middle = chance.choice((word[place + 1], word[place] * 2 + word[place + 1], word[place + 1] + word[place]))
    return word[:place] + middle + word[place + 2 :]
