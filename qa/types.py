"""The values the product answers with. An Answer that breaks a rule of the product cannot be constructed."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal, get_args

from corpus.errors import ProjectError
from corpus.types import FactKind
from qa.disclaimer import DISCLAIMER

Role = Literal["user", "assistant"]
Outcome = Literal["answered", "not_in_sources", "crisis", "emergency", "declined"]
Wording = Literal["summary", "original"]
CitationKind = Literal["guide", "clinic"] | FactKind
NoticeKind = Literal["same_day", "crisis_line", "sources_differ", "newer_source", "dated", "see_clinician"]

OUTCOMES: tuple[Outcome, ...] = get_args(Outcome)
NOTICE_KINDS: tuple[NoticeKind, ...] = get_args(NoticeKind)
CARDS: frozenset[Outcome] = frozenset({"crisis", "emergency"})
MOST_SENTENCES = 4
"""Quoted sentences an answer has at most before "more"."""


class InvalidAnswer(ProjectError):
    """An answer that breaks a rule every answer must keep; a fault of the program, never of the question."""

    def __init__(self, message: str) -> None:
        """Say which rule was broken."""
        super().__init__(message, "This is a fault in the software; please report it.")


@dataclass(frozen=True, slots=True)
class Turn:
    """One message of a conversation."""

    role: Role
    content: str


@dataclass(frozen=True, slots=True)
class EvidenceQuote:
    """A source sentence that rests on the same facts as a guide's sentence; offsets as in Citation."""

    document: str
    quote: str
    start: int
    end: int
    title: str
    publisher: str
    url: str
    published: str


@dataclass(frozen=True, slots=True)
class Citation:
    """Where a sentence of an answer stands: `document.text[start:end] == quote`, code points.

    published: the fact's date, or `undated`. url: may be empty. page: of a PDF, counted from 1.
    """

    number: int
    document: str
    heading: str
    passage: str
    quote: str
    start: int
    end: int
    wording: Wording
    facts: tuple[str, ...]
    title: str
    publisher: str
    url: str
    published: str
    kind: CitationKind
    page: int | None = None
    evidence: tuple[EvidenceQuote, ...] = ()

    def __post_init__(self) -> None:
        """Refuse a quote that is not in its passage or not as long as its span."""
        if self.quote not in self.passage or len(self.quote) != self.end - self.start:
            raise InvalidAnswer(f"Citation {self.number} does not quote its passage.")


@dataclass(frozen=True, slots=True)
class AnswerSentence:
    """A sentence of an answer and the numbers of the citations it rests on. language: its code, as in HTML."""

    text: str
    citations: tuple[int, ...] = ()
    language: str = "en"


@dataclass(frozen=True, slots=True)
class Notice:
    """Something to say beside the answer, such as that sources differ."""

    kind: NoticeKind
    text: str


@dataclass(frozen=True, slots=True)
class IndexStamp:
    """Which index answered: its generation and the SHA-256 of its corpus. Both empty where none was needed."""

    generation: str = ""
    corpus: str = ""


@dataclass(frozen=True, slots=True)
class Answer:
    """What the product says to a question.

    card: the name of the card that it is, empty for any other answer; not part of its JSON.
    confidence: between 0 and 1. timings_ms: milliseconds by stage, `total` always. id: the caller's, if any.
    """

    question: str
    outcome: Outcome
    sentences: tuple[AnswerSentence, ...]
    disclaimer: str
    citations: tuple[Citation, ...] = ()
    notices: tuple[Notice, ...] = ()
    follow_ups: tuple[str, ...] = ()
    confidence: float = 0.0
    index: IndexStamp = IndexStamp()
    timings_ms: Mapping[str, float] = field(default_factory=dict)
    id: str | None = None
    card: str = ""

    def __post_init__(self) -> None:
        """Refuse an answer that breaks a rule."""
        for broken, message in self._rules():
            if broken:
                raise InvalidAnswer(message)

    @property
    def text(self) -> str:
        """The sentences with their [1] markers, plain text."""
        return " ".join(
            sentence.text + "".join(f" [{number}]" for number in sentence.citations) for sentence in self.sentences
        )

    def _rules(self) -> tuple[tuple[bool, str], ...]:
        numbers = [citation.number for citation in self.citations]
        used = {number for sentence in self.sentences for number in sentence.citations}
        return (
            (self.disclaimer != DISCLAIMER, "An answer does not carry the disclaimer."),
            (self.outcome not in OUTCOMES, f"An answer has the unknown outcome {self.outcome!r}."),
            (not self.sentences, "An answer says nothing."),
            (
                self.outcome == "answered" and not all(s.citations for s in self.sentences),
                "A sentence has no citation.",
            ),
            (numbers != list(range(1, len(numbers) + 1)), "Citations are not numbered from 1 without a gap."),
            (used != set(numbers), "Sentences and citations do not name the same numbers."),
            (self.outcome in CARDS and bool(numbers), "A crisis or emergency card quotes the material."),
        )
