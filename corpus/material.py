"""The format of sources and guides: Markdown with front matter, headings with anchors, one sentence a line.

    ---
    id: spravato-visits
    title: Spravato visits
    ---

    ## How long a visit takes {#how-long}
    asked_as: how long does spravato take | can i leave right after
    Patients stay at the clinic for at least two hours after each Spravato dose. [RS-050]
    + A line that begins with a plus travels with the sentence before it. [EP-189]

The quotable text is the title, the headings and the sentences; ids, asked_as and fact marks are not part of it.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from corpus.types import Document, DocumentKind, Passage, Sentence

FRONT_MATTER = re.compile(r"---\n(?P<fields>.*?)\n---\n(?P<body>.*)", re.DOTALL)
FRONT_FIELD = re.compile(r"(?P<name>\w+):\s*(?P<value>.+)")
HEADING = re.compile(r"(?P<level>#{2,4})\s+(?P<text>.+?)\s+\{#(?P<anchor>[a-z0-9]+(-[a-z0-9]+)*)\}")
MARKED = re.compile(r"(?P<text>.+?)\s*\[(?P<facts>[A-Z]{2,4}-\d{3,}(,\s*[A-Z]{2,4}-\d{3,})*)\]")
ASKED_AS = "asked_as:"
COMPANION = "+ "
FIELDS = {"id", "title"}


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong in a document; `line` counts from 1, 0 speaks of the whole file."""

    line: int
    message: str


@dataclass(slots=True)
class _Section:
    level: int
    anchor: str
    heading: tuple[str, ...]
    asked_as: tuple[str, ...] = ()
    sentences: list[tuple[str, tuple[str, ...], bool]] = field(default_factory=list)


@dataclass(slots=True)
class _Reading:
    """What has been read of a body so far; one instance per call of `read_material`."""

    sections: list[_Section] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)

    def fault(self, line: int, message: str) -> None:
        self.faults.append(Fault(line, message))


def read_material(raw: str, kind: DocumentKind) -> tuple[Document | None, list[Fault]]:
    """Give the document, or None where it cannot be read at all, and every fault found in it."""
    match = FRONT_MATTER.match(raw)
    if match is None:
        return None, [Fault(1, "does not open with front matter between two lines of ---")]
    fields, faults = _front_fields(match["fields"])
    if not fields.keys() >= FIELDS:
        return None, [*faults, Fault(1, "front matter needs id and title")]
    first_line = raw[: match.start("body")].count("\n") + 1
    reading = _Reading(faults=faults)
    for number, line in enumerate(match["body"].splitlines(), start=first_line):
        if line.strip():
            _read_line(reading, number, line.strip())
    reading.faults += [
        Fault(0, f"heading {s.heading[-1]!r} has no sentence") for s in reading.sections if not s.sentences
    ]
    return _document(fields, kind, reading.sections), reading.faults


def _front_fields(text: str) -> tuple[dict[str, str], list[Fault]]:
    fields: dict[str, str] = {}
    faults: list[Fault] = []
    for number, line in enumerate(text.splitlines(), start=2):
        match = FRONT_FIELD.fullmatch(line.strip())
        if match is None or match["name"] not in FIELDS:
            faults.append(Fault(number, f"front matter line {line.strip()!r} is neither id nor title"))
        else:
            fields[match["name"]] = match["value"].strip()
    return fields, faults


def _read_line(reading: _Reading, number: int, line: str) -> None:
    if line.startswith("#"):
        _read_heading(reading, number, line)
    elif not reading.sections:
        reading.fault(number, "text before the first heading")
    elif line.startswith(ASKED_AS):
        _read_asked_as(reading, number, line)
    else:
        _read_sentence(reading, number, line)


def _read_heading(reading: _Reading, number: int, line: str) -> None:
    match = HEADING.fullmatch(line)
    if match is None:
        reading.fault(number, "heading is not of the form '## Text {#anchor}'")
        return
    if match["anchor"] in {section.anchor for section in reading.sections}:
        reading.fault(number, f"anchor {match['anchor']!r} occurs twice")
    level = len(match["level"])
    path = (*_enclosing(reading.sections, level), match["text"])
    reading.sections.append(_Section(level, match["anchor"], path))


def _enclosing(sections: Sequence[_Section], level: int) -> tuple[str, ...]:
    for section in reversed(sections):
        if section.level < level:
            return section.heading
    return ()


def _read_asked_as(reading: _Reading, number: int, line: str) -> None:
    section = reading.sections[-1]
    if section.sentences or section.asked_as:
        reading.fault(number, "asked_as stands once, directly under its heading")
    section.asked_as = tuple(part.strip() for part in line.removeprefix(ASKED_AS).split("|") if part.strip())


def _read_sentence(reading: _Reading, number: int, line: str) -> None:
    section = reading.sections[-1]
    companion = line.startswith(COMPANION)
    match = MARKED.fullmatch(line.removeprefix(COMPANION).strip())
    if match is None:
        reading.fault(number, "sentence does not end in the facts it rests on, such as [RS-050]")
        return
    if companion and not section.sentences:
        reading.fault(number, "a companion (+) has no sentence before it")
        companion = False
    facts = tuple(part.strip() for part in match["facts"].split(","))
    section.sentences.append((match["text"], facts, companion))


def _document(fields: dict[str, str], kind: DocumentKind, sections: Sequence[_Section]) -> Document:
    text = fields["title"]
    passages = []
    for section in sections:
        if section.sentences:
            text += f"\n\n{section.heading[-1]}\n\n"
            passage = _passage(section, len(text))
            text += " ".join(sentence for sentence, _, _ in section.sentences)
            passages.append(passage)
    return Document(fields["id"], fields["title"], kind, text + "\n", tuple(passages))


def _passage(section: _Section, start: int) -> Passage:
    sentences = tuple(_placed(section, start))
    return Passage(section.anchor, section.heading, start, sentences[-1].end, sentences, section.asked_as)


def _placed(section: _Section, start: int) -> Iterator[Sentence]:
    for text, facts, companion in section.sentences:
        yield Sentence(start, start + len(text), facts, companion)
        start += len(text) + 1
