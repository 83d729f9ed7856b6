"""The values the corpus hands on. All offsets are Unicode code points into `Document.text`."""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Literal, get_args

FactKind = Literal[
    "label", "regulator", "guideline", "review", "trial", "reference", "article", "industry", "provider", "press"
]
DocumentKind = Literal["article", "source", "guide", "clinic"]
DifferenceKind = Literal["sources_differ", "newer_source"]

FACT_KINDS: tuple[FactKind, ...] = get_args(FactKind)
"""Best first: the order in which two sources that say the same thing are preferred."""

UNDATED = "undated"


@dataclass(frozen=True, slots=True)
class Fact:
    """One line of the ledger: a statement and the public source it comes from.

    published: YYYY, YYYY-MM, YYYY-MM-DD or `undated`. url: http(s) or empty.
    valid_until: last day on which a sentence resting on it may be quoted.
    needs_qualifier: only quoted together with the sentence that limits it.
    """

    id: str
    topic: str
    kind: FactKind
    statement: str
    figures: str
    source_title: str
    publisher: str
    published: str
    edition: str
    url: str
    pmid_or_doi: str
    confidence: str
    valid_until: date | None = None
    needs_qualifier: bool = False
    recheck_days: int | None = None


@dataclass(frozen=True, slots=True)
class Sentence:
    """A quotable sentence: `Document.text[start:end]`.

    companion: belongs to the sentence before it; both are quoted or neither.
    leans: opens with a pronoun, so it is quoted only together with the sentence before it.
    asked_as: questions that it answers, from the corpus's `questions` folder.
    """

    start: int
    end: int
    facts: tuple[str, ...] = ()
    companion: bool = False
    leans: bool = False
    asked_as: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Unit:
    """Neighbouring sentences that may only be quoted together; `Document.text[start:end]`."""

    sentences: tuple[Sentence, ...]

    @property
    def start(self) -> int:
        """Where the first sentence starts."""
        return self.sentences[0].start

    @property
    def end(self) -> int:
        """Where the last sentence ends."""
        return self.sentences[-1].end

    @property
    def facts(self) -> tuple[str, ...]:
        """The facts of all its sentences, first mention first, each once."""
        return tuple(dict.fromkeys(fact for sentence in self.sentences for fact in sentence.facts))


@dataclass(frozen=True, slots=True)
class Passage:
    """The sentences under one heading. `heading` is the path of headings, outermost first."""

    anchor: str
    heading: tuple[str, ...]
    start: int
    end: int
    sentences: tuple[Sentence, ...]
    asked_as: tuple[str, ...] = ()
    page: int | None = None

    def units(self) -> Iterator[Unit]:
        """Give the quotable units in reading order, one for each sentence that is not a companion."""
        for position, sentence in enumerate(self.sentences):
            if sentence.companion:
                continue
            first = position
            while first > 0 and (self.sentences[first].leans or self.sentences[first].companion):
                first -= 1
            last = position + 1
            while last < len(self.sentences) and self.sentences[last].companion:
                last += 1
            yield Unit(self.sentences[first:last])


@dataclass(frozen=True, slots=True)
class Dropped:
    """A piece of a document that may not be quoted, and why."""

    line: int
    text: str
    reason: str


@dataclass(frozen=True, slots=True)
class Document:
    """A text that may be quoted, with the passages it is quoted from.

    site, published, url: of a clinic's own document, which answers on that site only; empty for all others.
    """

    id: str
    title: str
    kind: DocumentKind
    text: str
    passages: tuple[Passage, ...]
    dropped: tuple[Dropped, ...] = ()
    site: str = ""
    published: str = ""
    url: str = ""


@dataclass(frozen=True, slots=True)
class Claim:
    """A sentence of an original document, named by words that occur in it."""

    document: str
    words: str


@dataclass(frozen=True, slots=True)
class Difference:
    """Facts that disagree, or of which the last side qualifies the ones before.

    topic: completes "about ...". sides: fact ids, each side one position, oldest first for `newer_source`.
    claims: sentences of original documents that the last side qualifies.
    """

    id: str
    kind: DifferenceKind
    topic: str
    sides: tuple[tuple[str, ...], ...]
    claims: tuple[Claim, ...] = ()

    def unstated(self, facts: Collection[str], *, claimed: bool = False) -> list[tuple[str, ...]]:
        """Give the sides that must be stated beside `facts` and are not.

        Where sources differ, one side calls for all others. A newer source may stand alone; what it qualifies may not.
        claimed: a sentence of an original document that the group qualifies is stated as well.
        """
        missing = [side for side in self.sides if not set(side).intersection(facts)]
        if self.kind == "sources_differ":
            return missing if len(missing) < len(self.sides) else []
        older_stated = claimed or any(set(side).intersection(facts) for side in self.sides[:-1])
        return [self.sides[-1]] if older_stated and self.sides[-1] in missing else []


@dataclass(frozen=True, slots=True)
class Corpus:
    """Everything that may be quoted. `digest`: sha256 over the files it was read from."""

    documents: tuple[Document, ...]
    facts: Mapping[str, Fact]
    differences: tuple[Difference, ...] = ()
    digest: str = ""
    by_id: Mapping[str, Document] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        """Index the documents by id."""
        object.__setattr__(self, "by_id", {document.id: document for document in self.documents})
