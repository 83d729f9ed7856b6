"""What has been taken out of the material and is not quoted: corrections, and the sentences they touch."""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Literal

from corpus.errors import CorpusError
from corpus.types import Corpus, Document, Passage, Sentence

Action = Literal["withdraw", "restore"]
WRITTEN = re.compile(r"(?P<document>[^#:\s]+)(?:#(?P<anchor>[^#:\s]+)(?::(?P<words>.+))?)?", re.DOTALL)
QUOTES = "\"'“”‘’ "
FORM = 'Write DOCUMENT, DOCUMENT#anchor, or DOCUMENT#anchor:"opening words of a sentence".'


@dataclass(frozen=True, slots=True)
class Target:
    """A document, one passage of it, or one sentence of a passage by its opening words; empty where it is all."""

    document: str
    anchor: str = ""
    words: str = ""

    def __str__(self) -> str:
        """Give the target as it is typed."""
        anchor = f"#{self.anchor}" if self.anchor else ""
        return f"{self.document}{anchor}" + (f':"{self.words}"' if self.words else "")


@dataclass(frozen=True, slots=True)
class Correction:
    """One entry of the log: what was withdrawn or restored, when and why.

    at: ISO 8601 with its offset from UTC. quotes: the sentences of a target that is smaller than a document, as they
    read then: the same words are withdrawn wherever they stand. site: the only site it holds for, empty for all.
    """

    at: str
    action: Action
    target: Target
    quotes: tuple[str, ...]
    reason: str
    site: str = ""

    @property
    def key(self) -> tuple[Target, tuple[str, ...], str]:
        """What a restoration must name to end a withdrawal."""
        return self.target, self.quotes, self.site


@dataclass(frozen=True, slots=True)
class Withdrawn:
    """The sentences that are not quoted, each as document id and offset of its start."""

    places: frozenset[tuple[str, int]] = frozenset()

    def touches(self, document: str, sentences: Iterable[Sentence]) -> bool:
        """Tell whether one of the sentences of a document is withdrawn."""
        return bool(self.places) and any((document, sentence.start) in self.places for sentence in sentences)

    def cut(self, document: str, passage: Passage, text: str, mark: str) -> str:
        """Give the passage's text with `mark` instead of each sentence that is withdrawn."""
        if not self.touches(document, passage.sentences):
            return text
        for sentence in reversed(passage.sentences):
            if (document, sentence.start) in self.places:
                start, end = sentence.start - passage.start, sentence.end - passage.start
                text = f"{text[:start]}{mark}{text[end:]}"
        return text


NOTHING = Withdrawn()


@dataclass(frozen=True, slots=True)
class Placed:
    """A sentence with the passage and the document it stands in."""

    document: Document
    passage: Passage
    sentence: Sentence

    @property
    def text(self) -> str:
        """What it says."""
        return self.document.text[self.sentence.start : self.sentence.end]

    @property
    def place(self) -> str:
        """Its passage, as it is typed."""
        return f"{self.document.id}#{self.passage.anchor}"

    @property
    def key(self) -> tuple[str, int]:
        """Where it stands, as in Withdrawn."""
        return self.document.id, self.sentence.start


def parse_target(written: str) -> Target:
    """Give the target as it was typed. Raises CorpusError."""
    match = WRITTEN.fullmatch(written.strip())
    if not match:
        raise CorpusError(f"{written[:80]!r} names nothing that could be withdrawn.", FORM)
    words = (match["words"] or "").strip(QUOTES)
    if match["words"] and not words:
        raise CorpusError(f"{written[:80]!r} has no opening words.", FORM)
    return Target(match["document"], match["anchor"] or "", words)


def in_force(log: Iterable[Correction], site: str | None = None) -> list[Correction]:
    """Give the withdrawals that have not been restored, oldest first. site: those that hold on a site; None for all."""
    found: dict[tuple[Target, tuple[str, ...], str], Correction] = {}
    for entry in log:
        if entry.action == "withdraw":
            found.setdefault(entry.key, entry)
        else:
            found.pop(entry.key, None)
    return [entry for entry in found.values() if site is None or entry.site in ("", site)]


def withdrawn_from(corpus: Corpus, withdrawals: Iterable[Correction]) -> Withdrawn:
    """Give every sentence that may not be quoted any more.

    A sentence that is only quoted together with a withdrawn one, such as its companion, goes with it.
    """
    listed = list(withdrawals)
    if not listed:
        return NOTHING
    quotes = {quote for entry in listed for quote in entry.quotes}
    targets: dict[str, list[Target]] = {}
    for entry in listed:
        targets.setdefault(entry.target.document, []).append(entry.target)
    return Withdrawn(frozenset(_places(corpus, targets, quotes)))


def sentences_of(target: Target, corpus: Corpus) -> list[Placed]:
    """Give the sentences that a target names, in reading order; none where it names nothing."""
    document = corpus.by_id.get(target.document)
    return [one for one in _placed(document) if _names(target, one)] if document else []


def all_sentences(corpus: Corpus) -> Iterator[Placed]:
    """Give every sentence of a corpus in reading order."""
    return (one for document in corpus.documents for one in _placed(document))


def opens_with(text: str, words: str) -> bool:
    """Tell whether a text opens with the words, whatever their case and the spaces between them."""
    return _plain(text).startswith(_plain(words))


def _places(corpus: Corpus, targets: Mapping[str, list[Target]], quotes: set[str]) -> Iterator[tuple[str, int]]:
    for document in corpus.documents:
        named = targets.get(document.id, [])
        direct = {
            one.sentence for one in _placed(document)
            if one.text in quotes or any(_names(target, one) for target in named)
        }  # fmt: skip
        for passage in document.passages if direct else ():
            yield from ((document.id, start) for start in _without_unit(passage, direct))


def _without_unit(passage: Passage, direct: set[Sentence]) -> set[int]:
    """Give where the sentences of a passage start that no unit is left for; each of `direct` takes its units along."""
    units = list(passage.units())
    kept = {one.start for unit in units if not direct.intersection(unit.sentences) for one in unit.sentences}
    touched = {one.start for unit in units if direct.intersection(unit.sentences) for one in unit.sentences}
    return (touched | {one.start for one in direct.intersection(passage.sentences)}) - kept


def _placed(document: Document) -> Iterator[Placed]:
    return (Placed(document, passage, sentence) for passage in document.passages for sentence in passage.sentences)


def _names(target: Target, one: Placed) -> bool:
    if target.anchor and target.anchor != one.passage.anchor:
        return False
    return not target.words or opens_with(one.text, target.words)


def _plain(text: str) -> str:
    return " ".join(text.split()).casefold()
