"""The values the index hands on, and the one method it asks of an embedding model."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from corpus.types import DocumentKind, Passage, Unit

Vectors = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Chunk:
    """Whole sentences of one passage, as they are embedded and shown.

    id: `document#anchor`, with `/2`, `/3` ... for the further pieces of a long passage.
    passage: these sentences; offsets are code points into the document's text. text: `document.text[start:end]`.
    site: the only site it answers on, empty for all.
    """

    id: str
    document: str
    title: str
    kind: DocumentKind
    passage: Passage
    text: str
    site: str = ""

    @property
    def context(self) -> str:
        """What is embedded: where the sentences stand, then the sentences."""
        return ". ".join(part for part in (self.title, " - ".join(self.passage.heading), self.text) if part)

    @property
    def questions(self) -> tuple[str, ...]:
        """The questions the chunk answers: its heading under the document's title, then its asked_as lines."""
        named = dict.fromkeys(part for part in (self.title, *self.passage.heading[-1:]) if part)
        return (*([": ".join(named)] if named else []), *self.passage.asked_as)

    @property
    def asked(self) -> tuple[str, ...]:
        """The questions that its sentences answer, sentence by sentence."""
        return tuple(question for sentence in self.passage.sentences for question in sentence.asked_as)

    def quote(self, start: int, end: int) -> str:
        """Give the text between two offsets of the document."""
        return self.text[start - self.passage.start : end - self.passage.start]


@dataclass(frozen=True, slots=True)
class Evidence:
    """A quotable unit and how well it answers the question, between 0 and 1.

    foremost: which of its sentences comes nearest to the question; that one may be shown first.
    """

    unit: Unit
    score: float
    foremost: int = 0


@dataclass(frozen=True, slots=True)
class Hit:
    """A chunk found for a question.

    score: reciprocal rank fusion of the rankings it stands in. evidence: its units in reading order.
    """

    chunk: Chunk
    score: float
    evidence: tuple[Evidence, ...]


class Encoder(Protocol):
    """An embedding model.

    identity: tells this model from any other, such as the SHA-256 of its weights.
    """

    @property
    def identity(self) -> str:
        """Name the model and the state of its weights."""
        ...

    @property
    def dimension(self) -> int:
        """Length of a vector."""
        ...

    def encode(self, texts: Sequence[str]) -> Vectors:
        """Give one unit-length row a text, shape (len(texts), dimension)."""
        ...
