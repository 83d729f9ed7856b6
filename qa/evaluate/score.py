"""One question's answer against what was expected of it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import combinations
from typing import Any

from corpus.types import Corpus
from index.lexical import stems
from qa.disclaimer import DISCLAIMER
from qa.evaluate.reading import reading_grade, without_markers
from qa.evaluate.reference import Nearness
from qa.evaluate.testset import Case, matches

ERROR = "error"
QUOTING = "answered"


@dataclass(frozen=True, slots=True)
class Response:
    """What came back for a case: the answer as JSON, or the error. ranking: ids of chunks, best first, where known."""

    answer: Mapping[str, Any] | None
    error: str = ""
    milliseconds: float = 0.0
    ranking: tuple[str, ...] | None = None


@dataclass(frozen=True, slots=True)
class Score:
    """How an answer did. Lists name what is wrong; None stands where a measure does not apply.

    outcome: what came back, `error` where nothing did. facts: by group of the case. opened: `opens_with` held.
    supported, cited: (good, all) citations and sentences. broken: rules of the product that the answer breaks.
    redundancy: highest share of common words of two of its sentences. right: nothing is wrong.
    """

    outcome: str
    right_outcome: bool
    facts: tuple[bool, ...] = ()
    first_sentence: bool | None = None
    forbidden: tuple[str, ...] = ()
    opened: bool | None = None
    missing_notices: tuple[str, ...] = ()
    needless_citations: bool = False
    too_hard: bool = False
    broken: tuple[str, ...] = ()
    supported: tuple[int, int] = (0, 0)
    cited: tuple[int, int] = (0, 0)
    redundancy: float | None = None
    words: int | None = None
    grade: float | None = None
    confidence: float = 0.0
    nearness: Nearness | None = None
    ranks: Mapping[str, float] = field(default_factory=dict)
    error: str = ""

    @property
    def right(self) -> bool:
        """Whether everything that the case asks for holds."""
        return self.right_outcome and not self.faults()

    def faults(self) -> list[str]:
        """Say in words what is wrong."""
        faults = [] if self.right_outcome else [f"outcome {self.outcome}"]
        faults += [f"error: {self.error}"] if self.error else []
        faults += [f"fact group {number} is missing" for number, found in enumerate(self.facts, 1) if not found]
        faults += [f"forbidden: {pattern}" for pattern in self.forbidden]
        faults += ["opens with something else"] if self.opened is False else []
        faults += [f"notice {kind} is missing" for kind in self.missing_notices]
        faults += ["quotes the material"] if self.needless_citations else []
        faults += [f"reading grade {self.grade:.1f}"] if self.too_hard else []
        return [*faults, *self.broken]


def score(
    case: Case, response: Response, corpus: Corpus | None, ranks: Mapping[str, float], nearness: Nearness | None
) -> Score:
    """Score a response. corpus: what citations are held against, None where another one answered.

    A response without an answer is wrong in everything the case asks for.
    """
    answer = response.answer
    if answer is None:
        return _nothing(case, response.error, ranks, nearness)
    shown = shown_texts(answer)
    sentences = [sentence["text"] for sentence in answer["sentences"]]
    first = sentences[0] if sentences else ""
    kinds = {notice["kind"] for notice in answer["notices"]}
    grade = reading_grade(sentences)
    return Score(
        outcome=answer["outcome"],
        right_outcome=answer["outcome"] in case.outcome,
        facts=tuple(_any(group, shown) for group in case.facts),
        first_sentence=any(_any(group, [first]) for group in case.facts) if case.facts else None,
        forbidden=tuple(pattern for pattern in case.forbidden if _any([pattern], shown)),
        opened=_any(case.opens_with, [first]) if case.opens_with else None,
        missing_notices=tuple(kind for kind in case.notices if kind not in kinds),
        needless_citations=case.no_citations and bool(answer["citations"]),
        too_hard=case.max_grade is not None and grade > case.max_grade,
        broken=tuple(_broken(answer, corpus)),
        supported=_supported(answer, corpus),
        cited=_cited(answer),
        redundancy=_redundancy(sentences),
        words=sum(len(sentence.split()) for sentence in sentences) if answer["outcome"] == QUOTING else None,
        grade=grade,
        confidence=float(answer["confidence"]),
        nearness=nearness,
        ranks=ranks,
    )


def _nothing(case: Case, error: str, ranks: Mapping[str, float], nearness: Nearness | None) -> Score:
    return Score(
        outcome=ERROR,
        right_outcome=False,
        facts=(False,) * len(case.facts),
        first_sentence=False if case.facts else None,
        opened=False if case.opens_with else None,
        missing_notices=case.notices,
        nearness=nearness,
        ranks=ranks,
        error=error,
    )


def shown_texts(answer: Mapping[str, Any]) -> list[str]:
    """Give the texts that patterns are held against: the answer without its markers, and each notice."""
    return [without_markers(answer["text"]), *(notice["text"] for notice in answer["notices"])]


def _any(patterns: Sequence[str], texts: Sequence[str]) -> bool:
    return any(matches(pattern, text) for pattern in patterns for text in texts)


def _broken(answer: Mapping[str, Any], corpus: Corpus | None) -> list[str]:
    """Name the rules that hold for every answer and are broken by this one."""
    faults = [] if answer.get("disclaimer") == DISCLAIMER else ["the disclaimer is missing or altered"]
    faults += ["answered without citations"] if answer["outcome"] == QUOTING and not answer["citations"] else []
    known = {citation["number"] for citation in answer["citations"]}
    used = {number for sentence in answer["sentences"] for number in sentence["citations"]}
    faults += ["sentences and citations do not name the same numbers"] if known != used else []
    for citation in answer["citations"]:
        faults += [
            f"a quote of citation {citation['number']} is not in its document"
            for quoted in (citation, *citation["evidence"])
            if not _stands(quoted, corpus)
        ]
    return faults


def _stands(quoted: Mapping[str, Any], corpus: Corpus | None) -> bool:
    """Tell whether `text[start:end] == quote`; by length and passage alone where the corpus is not at hand."""
    quote, start, end = quoted["quote"], quoted["start"], quoted["end"]
    if start < 0 or end - start != len(quote):
        return False
    if corpus is None:
        return quote in quoted.get("passage", quote)
    document = corpus.by_id.get(quoted["document"])
    return document is not None and document.text[start:end] == quote


def _supported(answer: Mapping[str, Any], corpus: Corpus | None) -> tuple[int, int]:
    """Count the citations whose quote is, word for word, the sentence that names them."""
    quotes = {citation["number"]: citation for citation in answer["citations"]}
    pairs = [
        (sentence["text"], quotes.get(number)) for sentence in answer["sentences"] for number in sentence["citations"]
    ]
    good = sum(quoted is not None and text == quoted["quote"] and _stands(quoted, corpus) for text, quoted in pairs)
    return good, len(pairs)


def _cited(answer: Mapping[str, Any]) -> tuple[int, int]:
    """Count the sentences of an answer that name a citation; other outcomes may speak without one."""
    if answer["outcome"] != QUOTING:
        return 0, 0
    return sum(bool(sentence["citations"]) for sentence in answer["sentences"]), len(answer["sentences"])


def _redundancy(sentences: Sequence[str]) -> float | None:
    words = [set(stems(sentence)) for sentence in sentences]
    overlaps = [len(one & other) / min(len(one), len(other)) for one, other in combinations(words, 2) if one and other]
    return max(overlaps) if overlaps else None
