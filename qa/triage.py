"""What must be seen before anything is searched: danger, and what this chat does not do.

Lexical rules come first. Where they call for a card nothing overrules them, but for the few whose words also mean
something harmless: those give way where the fine-tuned classifier is sure that nothing is wrong. It also sees what no
rule foresaw. Neither needs an index; a classifier that cannot be loaded leaves the rules to decide.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from functools import cache
from typing import Literal

import numpy as np

from qa.classifier import Classifier, has_known_word
from qa.danger_words import with_danger_words
from qa.languages import danger, foreign
from qa.messages import normalise, unmasked
from qa.phrases import needed
from qa.policy.load import DECLINED, LETHAL, SOMEONE_NOW, UNDER_18, Rule, RuleOutcome, rules, variants
from qa.types import CARDS, Turn

DANGER = 0.1
"""Probability of crisis and emergency together from which a card comes. Of 1,007 ordinary questions
for fitting (`tests/bench/questions/`) 1.7 % get one, of 220 crises and 180 emergencies for fitting all but 4 and 2."""
DANGER_BESIDE = 0.3
"""The same where a request that is declined is likelier, since that answer says whom to ask, and where a rule finds an
honest question by its form."""
DANGER_IN_PART = 0.99
"""The same for a part of a long message, which has less around it to be understood by: of 312 posts to therapists, sad
and mostly without danger, 0.3 % reach it (1.9 % reach 0.97); an outright cry among other matter does."""
LEARNED = ("es",)
"""Languages other than English of which the exemplars hold messages."""
DANGER_IN_LEARNED = 0.5
"""As DANGER, for a message in one of them: such a one is answered by the help lines in any case."""
EMERGENCY_SHARE = 0.2
"""Share of an emergency in that danger from which it goes before crisis: its card has the line for a crisis as well."""
DECLINE = 0.4
"""Probability of the four kinds of declined requests together from which one is declined; of the questions for fitting
1.8 % are."""
SURE, SURE_TO_DECLINE, SECONDED = 0.6, 0.8, 0.11
"""Danger that is less probable than SURE, and a request that is less than SURE_TO_DECLINE, count only where the n-grams
give them SECONDED. Of the messages for fitting no crisis, emergency or request is lost by it, and of 60 medical
questions 2 instead of 5 get a card."""
HINT, PLAIN = 0.05, 0.9
"""Danger of which the n-grams are as sure as PLAIN counts where the other classifier sees at least a HINT of it; none
of the messages for fitting gets a card by it that should have none."""
BRIEF, LIKELY = 12, 0.65
"""Words up to which an emergency that is less probable than SURE, in a message more probably harmless than not and
hardly a crisis, counts only where the n-grams give it LIKELY. Of 400 messages in danger none is lost by it."""
HARMLESS = ("none", "topic")
DANGERS = ("crisis", "emergency")
CRISIS_IF_GRAVE = 0.25
"""Probability of a crisis that wants no second opinion where a rule finds the topic grave."""
DECLINE_AGREED = 0.15
"""Less than this, and a rule's wish to decline is overruled: its words meant something else."""
DOUBTED, DOUBTED_IN_PART = 0.04, 0.5
"""Danger in a message, and in a part of a long one, below which a doubtful rule's card does not come."""
ABUSE = 0.3
"""Probability from which the card for abuse comes, where no danger is seen."""
MINOR = 0.2
"""Probability from which the writer is taken to be under 18, where no danger is seen."""
SAME_DAY = 0.1
"""Probability from which the visitor is asked to phone the clinic today; of the questions for fitting 0.5 % are."""
HARDLY_CRISIS = 0.1
"""Probability of a crisis below which a likelier call of the same day goes before a possible emergency."""
BEYOND_RULE = 0.8
"""Probability of danger that a rule for the same day does not hold back: more than what the rule saw is told."""
LONG = 100
"""Words from which a message is read in parts as well."""
PART, STRIDE = 30, 20
"""Words of a part, and from one part to the next."""
MOST_PARTS = 24
"""Parts that are read, spread evenly over the message."""
ANYTHING = ".*"
SEARCHED_WHOLE = 4000
"""Characters up to which a pattern whose parts were not found in their order is tried as a whole as well."""
LONG_EARLIER = 2_000
"""Characters of an earlier message up to which the classifier reads it too, again with every question."""
MOST_READ = 65_536
"""Characters of a message that are read; of a longer one its first and its last half of them. 256,000 took minutes."""
ABUSED = "abuse"
"""The card whose choice no other pattern changes."""
NEAR_AND_NOW = {"third_party", "under_way"}
"""Two cards whose place SOMEONE_NOW takes where both belong to a message."""
CLASSIFIED = "classified by likeness to exemplars"


FOREIGN = "a message that is not in English"
VerdictOutcome = RuleOutcome | Literal["foreign"]


@dataclass(frozen=True, slots=True)
class Verdict:
    """What triage found. reason and pattern are for the operator, never shown to a visitor.

    card: which card is shown, empty where none is. language: the code of one that is not English, empty where the
    message is in English or its language is not known. doubtful: found by a rule that the classifier may overrule.
    """

    outcome: VerdictOutcome
    category: str
    reason: str
    pattern: str
    card: str = ""
    language: str = ""
    doubtful: bool = False


class Triage:
    """Judges messages by rules and classifier. Threads may share it; it keeps nothing of a message."""

    def __init__(self, classifier: Classifier | None = None) -> None:
        """Take the classifier, by default the shipped one; nothing is loaded yet."""
        self._classifier = classifier or Classifier()

    def judge(self, message: str) -> Verdict | None:
        """Judge one message, whole up to MOST_READ characters; None where nothing stands out."""
        message = _readable(message)
        text = _read(message)
        ruled = _ruled(message, text)
        if ruled and ruled.doubtful and self._finds_harmless(text):
            ruled = _ruled(message, text, doubtful=False)
        if ruled and ruled.outcome in CARDS:
            return ruled
        verdict = self._in_other_language(message, text) or self._classified(text, ruled)
        return _with_card(verdict, (normalise(message), text)) if verdict else None

    def _in_other_language(self, message: str, text: str) -> Verdict | None:
        found = _in_other_language(message)
        if found is None or found.outcome in CARDS or found.language not in LEARNED:
            return found
        danger = next((seen for one in self._judged(text) if (seen := _danger(one, DANGER_IN_LEARNED))), None)
        return replace(danger, language=found.language) if danger else found

    def _classified(self, text: str, ruled: Verdict | None) -> Verdict | None:
        judged = self._judged(text)
        if not judged:
            return ruled
        whole, *parts = judged
        whole = self._settled(text, whole, ruled)
        in_parts = (_danger(part, DANGER_IN_PART) for part in parts)
        seen = next(filter(None, (_danger(whole, DANGER, ruled), *in_parts)), None)
        return seen or _other(whole, ruled)

    def _judged(self, text: str) -> list[dict[str, float]]:
        with suppress(Exception):  # whatever is wrong with the classifier, the rules decide
            if not has_known_word(text):
                return []
            return self._classifier.probabilities(list(_readings(text)))
        return []

    def _finds_harmless(self, text: str) -> bool:
        """Tell whether the classifier is sure that nothing is wrong, in the whole message and in each of its parts.

        It never is of a message longer than all the parts that are read.
        """
        if len(text.split()) > MOST_PARTS * STRIDE:
            return False
        whole, *parts = self._judged(text) or [dict.fromkeys(DANGERS, 1.0)]
        return _sum(whole, DANGERS) < DOUBTED and all(_sum(part, DANGERS) < DOUBTED_IN_PART for part in parts)

    def _settled(self, text: str, first: dict[str, float], ruled: Verdict | None) -> dict[str, float]:
        """Ask for a second opinion where the first leaves room for one."""
        if HINT <= _sum(first, DANGERS) < SURE or DECLINE <= _sum(first, DECLINED) < SURE_TO_DECLINE:
            with suppress(Exception):
                return settled(first, self._classifier.second_opinion(text), ruled, len(text.split()))
        return first

    def crisis_earlier(self, history: Sequence[Turn]) -> bool:
        """Tell whether an earlier message of the writer called for a card; long ones are read by the rules alone."""
        said = (turn.content for turn in history if turn.role == "user")
        verdicts = (self.judge(text) if len(text) <= LONG_EARLIER else triage(text) for text in said)
        return any(verdict and verdict.outcome in CARDS for verdict in verdicts)


def triage(message: str) -> Verdict | None:
    """Judge one message by the rules alone; None where none applies."""
    message = _readable(message)
    return _ruled(message, _read(message))


def settled(
    first: dict[str, float], second: Mapping[str, float], ruled: Verdict | None, words: int
) -> dict[str, float]:
    """Give the first judgement as the second leaves it. words: of the message.

    Danger that one classifier alone believes in is dropped, unless it is a crisis and a rule finds the topic grave; so
    is a request, unless a rule finds it too. Danger that the second is sure of is taken over. A call of the same day
    outweighs danger only where the second finds it likelier as well.
    """
    said = ruled.outcome if ruled else ""
    danger, plain = _sum(first, DANGERS), _sum(second, DANGERS)
    grave = said == "sensitive" and first["crisis"] >= CRISIS_IF_GRAVE
    mended = dict(first)
    if danger >= HINT and plain >= PLAIN:
        mended |= {name: second[name] for name in DANGERS}
    elif danger < SURE and plain < _wanted(first, words) and not grave:
        mended |= dict.fromkeys(DANGERS, 0.0)
    elif danger >= DANGER and second["same_day"] < plain:
        mended["same_day"] = min(first["same_day"], danger)
    if _sum(first, DECLINED) < SURE_TO_DECLINE and _sum(second, DECLINED) < SECONDED and said != "declined":
        mended |= dict.fromkeys(DECLINED, 0.0)
    return mended


def _wanted(first: Mapping[str, float], words: int) -> float:
    """Give the danger that the second has to see where the first is not sure of it."""
    brief = words <= BRIEF and first["crisis"] < HARDLY_CRISIS and _sum(first, HARMLESS) >= 1 / 2
    return LIKELY if brief else SECONDED


def _readable(message: str) -> str:
    if len(message) <= MOST_READ:
        return message
    return f"{message[: MOST_READ // 2]} {message[-MOST_READ // 2 :]}"


def _read(message: str) -> str:
    """Give a message with its masked words read, and its misspelt words of danger mended."""
    text = unmasked(message)
    with suppress(Exception):  # a fault of a word list must not hold the rules back
        return with_danger_words(text)
    return text


def _ruled(message: str, text: str, *, doubtful: bool = True) -> Verdict | None:
    """Judge a message by the rules as it was typed, and as `text`, as `_read` gives it; `doubtful`: by those too."""
    texts = dict.fromkeys((normalise(message), text))
    for rule in rules():
        if (doubtful or not rule.doubtful) and (pattern := _pattern_of(rule, texts)):
            verdict = Verdict(rule.outcome, rule.category, rule.reason, pattern, rule.card, doubtful=rule.doubtful)
            return _with_card(verdict, texts)
    return None


def _with_card(verdict: Verdict, texts: Iterable[str]) -> Verdict:
    """Choose the card: the variant that the message tells of, else the rule's own, else the outcome's."""
    if verdict.category == UNDER_18:
        return replace(verdict, card=UNDER_18)
    if verdict.outcome not in CARDS:
        return verdict
    read = list(texts)
    told = (
        variant.card for variant in variants() if variant.outcome == verdict.outcome
        if any(pattern.search(text) for pattern in variant.patterns for text in read)
    )  # fmt: skip
    cards, own = list(told), verdict.card or verdict.outcome
    if {own, *cards} >= NEAR_AND_NOW:
        return replace(verdict, card=SOMEONE_NOW)
    return replace(verdict, card=own if own == ABUSED else next(iter(cards), own))


def _in_other_language(message: str) -> Verdict | None:
    """Judge a message that is not in English by its language's phrases. No fault of these holds back the rest."""
    with suppress(Exception):
        if found := danger(message):
            outcome, language = found
            return Verdict(outcome, "", f"{FOREIGN}: danger", language, language=language)
        language_only = foreign(message)
        if language_only is not None:
            return Verdict("foreign", "", FOREIGN, language_only, language=language_only)
    return None


def _pattern_of(rule: Rule, texts: Iterable[str]) -> str:
    found = (pattern.pattern for pattern in rule.patterns for text in texts if occurs(pattern, text))
    return next(found, "")


def occurs(pattern: re.Pattern[str], text: str) -> bool:
    """Tell whether a pattern is found in a text of one line of small letters, in a time that grows as its length does.

    A pattern is tried only where a piece that it needs is there. Of parts with anything between them each is looked for
    once, from where the one before it ends.
    """
    pieces = _pieces(pattern)
    if pieces and not any(piece in text for piece in pieces):
        return False
    place = 0
    for part in _parts(pattern):
        found = part.search(text, place)
        if found is None:
            return len(text) <= SEARCHED_WHOLE and pattern.search(text) is not None
        place = found.end()
    return True


@cache
def _pieces(pattern: re.Pattern[str]) -> frozenset[str]:
    return needed(pattern.pattern)


@cache
def _parts(pattern: re.Pattern[str]) -> tuple[re.Pattern[str], ...]:
    try:
        return tuple(re.compile(part, pattern.flags) for part in pattern.pattern.split(ANYTHING))
    except re.error:  # it stands within brackets
        return (pattern,)


def _readings(text: str) -> Iterator[str]:
    """Give the text of a message, and its parts where it is long."""
    yield text
    words = text.split()
    if len(words) >= LONG:
        starts = range(0, max(1, len(words) - PART + STRIDE), STRIDE)
        chosen = np.unique(np.linspace(0, len(starts) - 1, min(len(starts), MOST_PARTS)).astype(int))
        yield from (" ".join(words[starts[place] : starts[place] + PART]) for place in chosen)


def _danger(judged: Mapping[str, float], least: float, ruled: Verdict | None = None) -> Verdict | None:
    danger = _sum(judged, DANGERS)
    beside = DANGER_BESIDE if ruled and ruled.outcome == "allowed" else min(DANGER_BESIDE, _sum(judged, DECLINED))
    if danger < max(least, beside) or _rather_same_day(judged, danger, ruled):
        return None
    emergency = judged["emergency"] >= EMERGENCY_SHARE * danger
    return Verdict("emergency" if emergency else "crisis", "", CLASSIFIED, f"{danger:.2f}")


def _rather_same_day(judged: Mapping[str, float], danger: float, ruled: Verdict | None) -> bool:
    by_rule = ruled is not None and ruled.outcome == "same_day" and danger < BEYOND_RULE
    return judged["crisis"] < HARDLY_CRISIS and (by_rule or judged["same_day"] > danger)


def _other(judged: Mapping[str, float], ruled: Verdict | None) -> Verdict | None:
    if judged["abuse"] >= ABUSE:
        return Verdict("crisis", "", CLASSIFIED, f"{judged['abuse']:.2f}", ABUSED)
    if ruled and ruled.category == UNDER_18:
        return ruled
    if judged["under_18"] >= MINOR:
        return Verdict("declined", UNDER_18, CLASSIFIED, f"{judged['under_18']:.2f}")
    return _request(judged, ruled)


def _request(judged: Mapping[str, float], ruled: Verdict | None) -> Verdict | None:
    if ruled and (ruled.outcome == "same_day" or ruled.category == LETHAL):
        return ruled
    wish = _sum(judged, DECLINED)
    if ruled and ruled.outcome == "declined" and wish >= DECLINE_AGREED:
        return ruled
    if wish >= DECLINE and not (ruled and ruled.outcome == "allowed"):
        category = max(DECLINED, key=lambda name: judged[name])
        return Verdict("declined", category, CLASSIFIED, f"{wish:.2f}")
    if judged["same_day"] >= SAME_DAY:
        return Verdict("same_day", "", CLASSIFIED, f"{judged['same_day']:.2f}")
    return ruled if ruled and ruled.outcome == "sensitive" else None


def _sum(judged: Mapping[str, float], names: Iterable[str]) -> float:
    return sum(judged[name] for name in names)
