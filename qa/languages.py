"""Messages that are not in English: danger in other languages, and which language it is.

Everything said and every phrase lies in `qa/policy/languages.toml`. The languages of Latin letters are told apart by
their common words, then by py3langid; the others by their letters.
"""

import re
import threading
import unicodedata
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any, Literal

from qa.messages import normalise
from qa.phrases import Phrase, all_pieces, found, phrase
from qa.policy.lines import NO_REGION, Lines
from qa.policy.load import read_policy, refuse

Danger = Literal["emergency", "crisis"]
DANGERS: tuple[Danger, ...] = ("emergency", "crisis")
ENGLISH = "english"
ENGLISH_SHARE = 0.2
"""Share of common English words from which a message is taken for English."""
OWN_WORDS, OWN_SHARE = 2, 0.3
"""Number and share of a language's common words from which a message is in it."""
SOME_SHARE, LIKELY = 0.1, 0.3
"""Share of its common words, and py3langid's probability, which together are enough."""
FOREIGN = 0.85
"""py3langid's probability from which it is believed. Of some 8,400 English questions, its highest for one that is wrong
is 0.75, a list of words of a trial."""
FEWEST_WORDS, FEWEST_LETTERS = 3, 4
"""Words in Latin letters, and letters of another script, from which a language can be told."""
READ = 2000
"""Characters by which the language is told."""
NO_LANGUAGE = ("en", "la", "pcm", "zxx")
"""What py3langid says of English, of filling text, of English in text-speak and of no language."""
MARKS = re.compile("[\u0300-\u036f]")
WORD = re.compile(r"[^\W\d_]+")
SCRIPTS = {
    "HANGUL": "ko", "HIRAGANA": "ja", "KATAKANA": "ja", "CJK": "zh", "CYRILLIC": "ru", "DEVANAGARI": "hi",
    "BENGALI": "bn", "ARABIC": "ar", "GREEK": "el", "HEBREW": "he", "GURMUKHI": "pa", "THAI": "th",
}  # fmt: skip
"""By the first word of a letter's Unicode name: its language, if no other one shares the letters."""
SHARED = {"CYRILLIC", "DEVANAGARI", "BENGALI", "ARABIC", "HEBREW"}
TRADITIONAL, ROMANISED = "Hant", "Latn"
SCRIPT_KEYS = {TRADITIONAL: "_traditional", ROMANISED: "_romanised"}
ROMANISED_CARD = "crisis_card_romanised"
TEXTS = ("name", "own_name", "reads_english", "help_line")
LOADING = threading.Lock()


@dataclass(frozen=True, slots=True)
class Language:
    """What is known of one language. cards: lines by the name of their key, such as `crisis_card_romanised`."""

    code: str
    reads_english: str
    help_line: str
    local_emergency: str
    phrases: Mapping[Danger, tuple[Phrase, ...]]
    cards: Mapping[str, tuple[str, ...]]
    how_in_region: Mapping[str, str]
    common: frozenset[str]
    traditional_letters: frozenset[str]


@cache
def languages() -> Mapping[str, Language]:
    """Give the languages by code, in the file's order. Raises SettingsError that names every fault of the file."""
    table = read_policy("languages.toml")
    refuse("languages.toml", _faults(table))
    return {code: _language(code, entry) for code, entry in table.items() if code != ENGLISH}


def fold(message: str) -> str:
    """Give a message as the phrases expect it: normalised, its letters without accents."""
    bare = MARKS.sub("", unicodedata.normalize("NFD", normalise(message)))
    return unicodedata.normalize("NFC", bare).replace("\u0111", "d")


def danger(message: str) -> tuple[Danger, str] | None:
    """Give outcome and language of a message that tells of danger in another language than English, else None.

    The language is a code such as `es`, with the letters where these tell which card is read: `zh-Hant`, `hi-Latn`.
    """
    folded = fold(message)
    present = frozenset(piece for piece in _pieces() if piece in folded)
    spoken = [language for language in languages().values() if _may_speak(language, folded)]
    for outcome in DANGERS:
        for language in spoken:
            if found(folded, language.phrases[outcome], present):
                return outcome, _tag(language.code, message)
    return None


def foreign(message: str) -> str | None:
    """Tell a message that is not in English: its language's code, "" where that is not known, None where it is English.

    When in doubt it is English: terse, misspelt and full of names as it may be.
    """
    text = message[:READ]
    letters = Counter(_script(letter) for letter in text if letter.isalpha())
    latin = letters.pop("LATIN", 0)
    if letters.total() >= FEWEST_LETTERS and letters.total() > latin:
        return _by_letters(text, letters)
    words = [word.lower() for word in WORD.findall(normalise(text))]
    if len(words) < FEWEST_WORDS or _share(words, english_words()) >= ENGLISH_SHARE:
        return None
    code = _by_words(words, text) or _by_likelihood(text)
    return None if code is None else _known(code, message)


@cache
def english_words() -> frozenset[str]:
    """Give the words that tell English."""
    return frozenset(read_policy("languages.toml")[ENGLISH]["common"])


def card_lines(tag: str, outcome: Danger, lines: Lines) -> list[str]:
    """Give what a card says in a language before the English card, nothing where the language is not known."""
    code, _, letters = tag.partition("-")
    language = languages().get(code)
    if language is None:
        return []
    key = f"{outcome}_card"
    said = language.cards.get(key + SCRIPT_KEYS.get(letters, "")) or language.cards.get(key) or (language.help_line,)
    return _filled(language, said, lines)


def reads_english(tag: str, lines: Lines) -> list[str]:
    """Give, in a language, that the chat reads English, and where help is; nothing where it is not known."""
    language = languages().get(tag.partition("-")[0])
    return _filled(language, (language.reads_english, language.help_line), lines) if language else []


def _filled(language: Language, said: Iterable[str], lines: Lines) -> list[str]:
    emergency = lines.emergency.replace(" or ", " / ")
    if lines.region == NO_REGION:
        emergency = language.local_emergency
    how = language.how_in_region.get(lines.region, lines.how_short)
    given = [line for line in said if emergency or "{emergency}" not in line]
    return [line.format_map({"emergency": emergency, "how": how, "how_short": how}) for line in given]


@cache
def _pieces() -> frozenset[str]:
    spoken = languages().values()
    return all_pieces(one for language in spoken for outcome in DANGERS for one in language.phrases[outcome])


def _may_speak(language: Language, folded: str) -> bool:
    """Tell whether a message may be in a language: Hindi in Latin letters borrows English words, and needs its own."""
    if ROMANISED_CARD not in language.cards or any(_script(letter) == "DEVANAGARI" for letter in folded):
        return True
    return not language.common.isdisjoint(WORD.findall(folded))


def _tag(code: str, message: str) -> str:
    language = languages()[code]
    if language.traditional_letters & set(message):
        return f"{code}-{TRADITIONAL}"
    if ROMANISED_CARD in language.cards and not any(_script(letter) == "DEVANAGARI" for letter in message):
        return f"{code}-{ROMANISED}"
    return code


def _known(code: str, message: str) -> str:
    return _tag(code, message) if code in languages() else ""


def _by_letters(text: str, letters: Counter[str]) -> str:
    if letters["HIRAGANA"] + letters["KATAKANA"]:
        return _known("ja", text)
    [(script, _)] = letters.most_common(1)
    code = SCRIPTS.get(script, "")
    likely = _by_likelihood(text) if script in SHARED else None
    return _known(likely or code, text)


def _by_words(words: list[str], text: str) -> str | None:
    """Give the language whose common words these are; among several, the one that py3langid finds likeliest."""
    own = {code: _share(words, language.common) for code, language in languages().items() if language.common}
    named = {code: len(languages()[code].common & set(words)) for code in own}
    sure = [code for code in own if named[code] >= OWN_WORDS and own[code] >= OWN_SHARE]
    if len(sure) == 1:
        return sure[0]
    likeliest, probability = _identifier().classify(text) if any(own.values()) else ("", 0.0)
    if named.get(likeliest, 0) and own[likeliest] >= SOME_SHARE and probability >= LIKELY:
        return str(likeliest)
    return max(sure, key=lambda code: own[code], default=None)


def _share(words: list[str], known: frozenset[str]) -> float:
    return sum(word in known for word in words) / len(words)


def _by_likelihood(text: str) -> str | None:
    code, probability = _identifier().classify(text)
    return None if code in NO_LANGUAGE or probability < FOREIGN else str(code)


def _identifier() -> Any:  # noqa: ANN401 - py3langid is untyped
    """Give the identifier; it takes a second or two to load, so it waits for the first message that needs it."""
    with LOADING:
        return _load_identifier()


@cache
def _load_identifier() -> Any:  # noqa: ANN401 - py3langid is untyped
    from py3langid.langid import MODEL_FILE, LanguageIdentifier

    return LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)


def _script(letter: str) -> str:
    return "LATIN" if letter.isascii() else unicodedata.name(letter, "").split(" ")[0].split("-")[0]


def _language(code: str, entry: Mapping[str, Any]) -> Language:
    phrases: dict[Danger, tuple[Phrase, ...]] = {
        outcome: tuple(phrase(pattern) for pattern in entry.get(outcome, ())) for outcome in DANGERS
    }
    return Language(
        code,
        entry["reads_english"],
        entry["help_line"],
        entry.get("local_emergency", ""),
        phrases,
        {key: tuple(entry[key]) for key in entry if "_card" in key},
        entry.get("how_in_region", {}),
        frozenset(entry.get("common", ())),
        frozenset(entry.get("traditional_letters", "")),
    )


def _faults(table: Mapping[str, Any]) -> Iterator[str]:
    if not table.get(ENGLISH, {}).get("common"):
        yield f"[{ENGLISH}] has no common words"
    for code, entry in table.items():
        if code != ENGLISH:
            yield from (f"{code}: {fault}" for fault in _language_faults(entry))


def _language_faults(entry: Mapping[str, Any]) -> Iterator[str]:
    yield from (f"{name} is missing" for name in TEXTS if not entry.get(name))
    said = [str(entry.get(name, "")) for name in TEXTS]
    said += [line for key in entry if "_card" in key for line in entry[key]]
    for line in said:
        for name in re.findall(r"\{(.*?)\}", line):
            if name not in ("emergency", "how", "how_short"):
                yield f"{{{name}}} is not known"
    for outcome in DANGERS:
        for place, pattern in enumerate(entry.get(outcome, ()), start=1):
            try:
                re.compile(pattern, re.IGNORECASE)
            except re.error as error:
                yield f"{outcome} pattern {place} is no regular expression: {error}"
