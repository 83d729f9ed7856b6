"""A follow-up question made to stand alone: what it leaves unsaid is taken from the conversation before it.

A question has subjects (medicines, treatments), words of its own, and marks that it leans on what was said. What it
lacks, and nothing else, is carried over as plain words: what comes out is searched for, and neither shown nor judged.
"""

import re
import tomllib
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from functools import cache
from importlib.resources import files
from math import log

from corpus.errors import SettingsError
from index.model import BUNDLED_PACKAGE
from qa.policy.load import policy_text
from qa.types import Role, Turn

WORD = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
POINTER = re.compile(
    r"\b(?:its?|they|them|theirs?|he|him|his|she|hers?|this|these|those|there|ones?|same|such|others?|another|else|both"
    r"|(?<!true )(?<!so )(?<!sure )(?<!said )(?<!says )(?<!heard )(?<!know )(?<!think )that)\b"
)
EMPTY_IT = re.compile(
    r"\b(?:is|was|does|will|would|can) it (?:be )?(?:true|ok|okay|safe|possible|legal|normal|common|bad|dangerous|take)"
    r" (?:that|to|for|if|when)\b"
)
"""An "it" that stands for nothing said before."""
IT = re.compile(r"\bit\b", re.IGNORECASE)
COURTESY = re.compile(
    r"^(?:(?:ok|okay|oh|ah|well|wow|thanks|thank you|great|right|nice|cool|good|hm+|really(?=\W+\w))\b\W*)+"
)
OPENING = re.compile(
    r"^(?:and|but|or|so|also|then|versus|vs|same|why|(?:how (?:long|often|much|many|soon) )?(?:for|with|in|on))\b"
    r"|\b(?:too|as well|instead)\W*$"
)
RETURNING = re.compile(r"^(?:(?:and|but|so|no)\b\W*)*(?:what|how) (?:about|if)\b")
DEFINING = re.compile(r"\b(?:what ?(?:s|is|are|was)(?! the\b)|who (?:is|was)|define|meaning of) ")
TURNING = re.compile(
    r"\b(?:(?:different|new|another|unrelated) (?:topic|subject|question)|something (?:else|different)|by the way|btw"
    r"|never ?mind(?: (?:that|it|this))?|chang(?:e|ing) (?:of |the )?(?:topic|subject)|unrelated)\b"
)
PLACE = re.compile(r"\bthe (first|second|third|fourth|last|former|latter)(?: (?:one|option)\b|\W*$)")
STUDY = re.compile(r"\bth(?:at|is|ose|ese) (?:stud|trial|option|choice)\w*")
"""What points into the answer rather than at the question before it."""
PLACES: Mapping[str, int] = {"first": 0, "former": 0, "second": 1, "latter": 1, "third": 2, "fourth": 3, "last": -1}
ITEMS = re.compile(r"[,;]|\b(?:and|or)\b")
MARKER = re.compile(r"\[\d+\]")
SHORT_IS = re.compile(r"\b(it|he|she|that|there|what|how|who|where)'s\b")
LEAD = re.compile(r"^.*?(?:\b(?:include|includes|are|were|is|was)\b|:)")
"""What goes before a list."""
FRAME = re.compile(r"\bhow (?:long|often|much|many|soon|fast|quickly|likely|common)\b")
SENTENCE = re.compile(r"(?<=[.!?])\s+")

TURNS = 20
"""Messages that are looked back on."""
LONGEST = 500
"""Characters of an earlier message that are read, from its end, where a question stands."""
FRAGMENT = 4
"""So few words without a verb are no sentence of their own."""
MISSPELT_FROM, ALIKE = 6, 0.85
"""Letters from which a misspelt word is recognised, and the share of them that agree (difflib's ratio)."""
COMMON, RARE = 150, 30_000
"""Ranks among English words at which a word weighs nothing, and all. The weights here and below were chosen by BM25 on
the odd topics of TREC CAsT 2021 and confirmed on the even ones."""
FULL = 1.0
"""Weight from which a question is complete that has no known subject and points at nothing."""
LITTLE = 0.75
"""A question that points somewhere and weighs less has no topic of its own, even if it has a subject."""
TOPIC_WORDS, LIGHTEST = 6, 0.05
"""Words that are carried over for a topic, and what each weighs at least."""
NUMBER = 0.3
"""Weight of a number."""
SALIENT = 0.5
"""What a word scores at least to stand in for a subject: its weight times (nearness + use in the answer)."""
DECAY, NEAR, FIRST = 0.5, 2, 0.8
"""Nearness of a turn: what is left of it a turn later, in how many turns it is lost, and that of the first turn."""
USED, USES = 0.4, 3
"""What a use in the last answer adds to a word, and how many are counted."""


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """Words by what they do in a question. ranks: of English words, 1 is the most frequent."""

    function: frozenset[str]
    verbs: frozenset[str]
    aspects: frozenset[str]
    spellings: Mapping[str, str]
    subjects: Mapping[str, str]
    ranks: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Said:
    """What a message says. words: those that name something and are no subject. turns: to another topic, openly."""

    plain: str
    subjects: tuple[str, ...]
    words: tuple[str, ...]
    points: bool
    goes_on: bool
    turns: bool

    @property
    def names(self) -> tuple[str, ...]:
        """All that it names."""
        return (*self.subjects, *self.words)

    @property
    def asks(self) -> bool:
        """Whether anything can be taken from it."""
        return bool(self.names or FRAME.search(self.plain))

    @property
    def weight(self) -> float:
        """How much its words tell."""
        return sum(map(weight, self.words))

    @property
    def leans(self) -> bool:
        """Whether it cannot be understood without what was said before."""
        if not self.plain:
            return False
        if self.points or self.goes_on:
            return not self.subjects or self.goes_on or self.weight < LITTLE
        return not (self.subjects or self.turns or (self.words and DEFINING.search(self.plain)) or self.weight >= FULL)

    @property
    def lacks_topic(self) -> bool:
        """Whether it leaves open what is asked, and not only about what."""
        return self.leans and not self.turns and vocabulary().aspects.isdisjoint(map(singular, self.words))


def stand_alone(question: str, history: Sequence[Turn]) -> str:
    """Give a question that can be searched without its history; unchanged where it needs none."""
    own = read(question)
    earlier = [said for said in map(read, _contents(history, "user")) if said.asks] if own.leans else []
    if not any(said.names for said in earlier):
        return question
    answer = "".join(_contents(history, "assistant")[-1:])
    item = _item(own, answer)
    subjects = () if own.subjects or item else _subjects(own, earlier, answer)
    return _joined(question, own, subjects, item or _topic(own, earlier, answer))


def read(text: str) -> Said:
    """Take a message apart."""
    known = vocabulary()
    plain = _plain(text)
    rest = COURTESY.sub("", TURNING.sub(" ", plain).strip())
    tokens = list(map(_respelt, WORD.findall(rest)))
    subjects = tuple(dict.fromkeys(known.subjects[key] for key in map(singular, tokens) if key in known.subjects))
    words = tuple(dict.fromkeys(filter(_is_content, tokens)))
    return Said(
        plain=rest,
        subjects=subjects,
        words=words,
        points=_points(EMPTY_IT.sub(" ", rest)),
        goes_on=_goes_on(rest, tokens, named=bool(subjects and words)),
        turns=bool(TURNING.search(plain)),
    )


def _points(plain: str) -> bool:
    """Tell whether a message points at something that no earlier sentence of its own can have named."""
    named = 0.0
    for sentence in SENTENCE.split(plain):
        if named < FULL and POINTER.search(sentence):
            return True
        named += sum(weight(token) for token in WORD.findall(sentence) if _is_content(token))
    return False


def _goes_on(plain: str, tokens: Sequence[str], *, named: bool) -> bool:
    """Tell whether a message is but a piece of a sentence. named: it has both a subject and words of its own."""
    if RETURNING.search(plain):
        return True
    if not vocabulary().verbs.isdisjoint(tokens) or (DEFINING.search(plain) and tokens):
        return False
    return bool(OPENING.search(plain)) or (len(tokens) <= FRAGMENT and not named)


def _subjects(own: Said, earlier: Sequence[Said], answer: str) -> tuple[str, ...]:
    """Give the subjects of the latest question that has some, else those the answer opens with, if pointed at."""
    asked = next((said.subjects for said in reversed(earlier) if said.subjects), ())
    return asked or (_opening(answer).subjects if own.points else ())


def _topic(own: Said, earlier: Sequence[Said], answer: str) -> Sequence[str]:
    """Give the words for what a question leaves open, apart from subjects."""
    if own.lacks_topic and STUDY.search(own.plain):
        return (*_last_topic(earlier), *_opening(answer).names)
    if own.subjects or any(said.subjects for said in earlier):
        return _last_topic(earlier) if own.lacks_topic else ()
    return _salient(own, earlier, answer) or (_last_topic(earlier) if own.lacks_topic else ())


def _last_topic(earlier: Sequence[Said]) -> list[str]:
    """Give the words of the last question, and of those before it as long as these lean on one another."""
    asked: list[str] = []
    frame = None
    for said in reversed(earlier):
        asked = [*said.words, *asked]
        frame = frame or FRAME.search(said.plain)
        if not said.lacks_topic:
            break
    telling = [word for word in dict.fromkeys(asked) if frame or weight(word) >= LIGHTEST]
    heaviest = set(sorted(telling, key=weight, reverse=True)[:TOPIC_WORDS])
    framing = [frame[0]] if frame else []
    return framing + [word for word in telling if word in heaviest and word not in " ".join(framing).split()]


def _salient(own: Said, earlier: Sequence[Said], answer: str) -> list[str]:
    """Give what a talk without a known subject is about: words by rarity, nearness and use in the last answer."""
    uses = Counter(map(singular, WORD.findall(_plain(answer))))
    near: dict[str, float] = {}
    surface: dict[str, str] = {}
    for place, said in enumerate(earlier):
        for word in said.words:
            surface[singular(word)] = word
            near[singular(word)] = near.get(singular(word), 0.0) + _nearness(place, len(earlier))
    scores = {key: weight(key) * (value + USED * min(uses[key], USES)) for key, value in near.items()}
    fit = [key for key in scores if scores[key] >= SALIENT and key not in set(map(singular, own.words))]
    best = sorted(fit, key=lambda key: -scores[key])[: TOPIC_WORDS if own.weight < LITTLE else 1]
    return [surface[key] for key in best]


def _nearness(place: int, turns: int) -> float:
    age = turns - 1 - place
    return max(DECAY**age if age < NEAR else 0.0, 0.0 if place else FIRST)


def _item(own: Said, answer: str) -> tuple[str, ...]:
    """Give what is named by "the second one" of the list that an answer opens with; nothing where there is none."""
    pointed = PLACE.search(own.plain)
    if not pointed:
        return ()
    items = [names for item in ITEMS.split(LEAD.sub("", _opening(answer).plain)) if (names := read(item).names)]
    place = PLACES[pointed[1]]
    return items[place] if len(items) > max(place, 1) else ()


def _opening(answer: str) -> Said:
    """Give the first sentence of an answer that names anything."""
    sentences = map(read, SENTENCE.split(answer))
    return next((said for said in sentences if said.names), read(""))


def _joined(question: str, own: Said, subjects: Sequence[str], topic: Iterable[str]) -> str:
    """Put subjects in the place of a single "it"; append what else is carried and not yet said."""
    said = {singular(word) for name in own.names for word in WORD.findall(name.lower())}
    new = [word for word in dict.fromkeys(topic) if singular(word.lower()) not in said]
    if subjects and not new and len(IT.findall(question)) == 1 and not EMPTY_IT.search(own.plain):
        return IT.sub(" ".join(subjects), question)
    carried = [*dict.fromkeys((*subjects, *new))]
    return " ".join((*carried, question.strip())) if carried else question


def _contents(history: Sequence[Turn], role: Role) -> list[str]:
    return [
        turn.content[-LONGEST:] if role == "user" else turn.content[:LONGEST]
        for turn in history[-TURNS:]
        if turn.role == role
    ]


def _plain(text: str) -> str:
    """Give a text in lower case, without markers of citations and apostrophes."""
    bare = SHORT_IS.sub(r"\1 is", MARKER.sub(" ", text.lower().replace("’", "'")))
    words = bare.replace("'s ", " ").replace("'", "").split()
    return " ".join(vocabulary().spellings.get(word, word) for word in words)


def _respelt(token: str) -> str:
    """Give the known word that a misspelt one is nearly; only long words are sure enough."""
    known = vocabulary()
    if len(token) < MISSPELT_FROM or token in known.ranks or singular(token) in known.ranks:
        return token
    targets = [word for word in (*known.subjects, *known.aspects) if word[0] == token[0] and len(word) >= MISSPELT_FROM]
    return (get_close_matches(token, sorted(targets), 1, ALIKE) or [token])[0]


def _is_content(token: str) -> bool:
    known = vocabulary()
    return len(token) > 1 and token not in known.function and singular(token) not in known.subjects


@cache
def vocabulary() -> Vocabulary:
    """Give the words of `followup.toml`. Raises SettingsError where the file cannot be used."""
    try:
        table = tomllib.loads(policy_text("followup.toml"))
        function, verbs, aspects = (frozenset(table[name].split()) for name in ("function", "verbs", "aspects"))
        spellings, subjects = dict(table["spellings"]), dict(table["subjects"])
    except (OSError, LookupError, AttributeError, TypeError, ValueError, tomllib.TOMLDecodeError) as error:
        raise SettingsError(f"qa/policy/followup.toml cannot be used: {error}.", "Restore the file.") from error
    ranks = _ranks()
    return Vocabulary(function, verbs, aspects, spellings, subjects, ranks)


def _ranks() -> Mapping[str, int]:
    """Give the rank of each word that the bundled model's vocabulary holds whole; it lists them by frequency."""
    listed = (files(BUNDLED_PACKAGE) / "model" / "vocab.txt").read_text(encoding="utf-8").split("\n")
    words = listed[listed.index("the") :]
    return {word: rank for rank, word in enumerate(words, start=1) if word.isalpha()}


def weight(word: str) -> float:
    """Give how much a word tells, 0 to 1: by Zipf's law the logarithm of its rank stands for its rarity."""
    if word.isdigit():
        return NUMBER
    ranks = vocabulary().ranks
    rank = min(ranks.get(word, RARE), ranks.get(singular(word), RARE))
    return min(1.0, max(0.0, log(rank / COMMON) / log(RARE / COMMON)))


def singular(word: str) -> str:
    """Give the singular of a regular noun, roughly."""
    if word.endswith("ies") and len(word) > 4:
        return f"{word[:-3]}y"
    return word[:-1] if word.endswith("s") and not word.endswith(("ss", "us", "is")) and len(word) > 3 else word
