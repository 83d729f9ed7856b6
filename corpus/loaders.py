"""From files to documents. A suffix without a loader, or a file that cannot be read, is reported; the others load."""

import hashlib
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from corpus.clean import Line, clean_lines
from corpus.differences import read_differences
from corpus.errors import CorpusError
from corpus.ledger import read_ledger
from corpus.material import Fault, read_material
from corpus.sentences import leans_back, split_sentences
from corpus.types import Corpus, Document, DocumentKind, Dropped, Passage, Sentence

FOLDERS: dict[str, DocumentKind] = {"article": "article", "sources": "source", "guides": "guide"}
"""Folders below `documents/` and the kind of what lies in them."""
HEADING_WORDS = 12
"""A plain line of at most so many words that does not end a sentence is taken for a heading."""

LEDGER, DIFFERENCES, DOCUMENTS = "ledger.jsonl", "differences.toml", "documents"

Loader = Callable[[Path, DocumentKind], tuple[Document | None, list[Fault]]]


@dataclass(frozen=True, slots=True)
class Loaded:
    """One file as it was read: its document, or None where it could not be read, and its faults."""

    path: Path
    document: Document | None
    faults: tuple[Fault, ...]


def load_corpus(root: Path) -> Corpus:
    """Give everything below `root` that may be quoted. Raises CorpusError that names every fault at once."""
    loaded = list(load_documents(root))
    faults = [f"{item.path}:{fault.line}: {fault.message}" for item in loaded for fault in item.faults]
    if faults:
        raise CorpusError(
            f"{len(faults)} faults in documents: " + "; ".join(faults) + ".", "Run 'ketamine-qa corpus check'."
        )
    documents = tuple(item.document for item in loaded if item.document)
    if len({document.id for document in documents}) < len(documents):
        repeated = sorted({a.id for a in documents if sum(a.id == b.id for b in documents) > 1})
        raise CorpusError(f"Several documents have the id {', '.join(repeated)}.", "Rename all but one of each.")
    if not documents:
        raise CorpusError(f"No document lies in {root / DOCUMENTS}.", "Point KETAMINE_QA_CORPUS at a corpus folder.")
    facts = read_ledger(root / LEDGER)
    return Corpus(documents, facts, read_differences(root / DOCUMENTS / DIFFERENCES), corpus_digest(root))


def load_documents(root: Path) -> Iterator[Loaded]:
    """Read each file of `root/documents/{article,sources,guides}`, in the order of folder and name."""
    for folder, kind in FOLDERS.items():
        for path in sorted((root / DOCUMENTS / folder).glob("*")):
            if path.is_file() and not path.name.startswith("."):
                document, faults = load_document(path, kind)
                yield Loaded(path, document, tuple(faults))


def load_document(path: Path, kind: DocumentKind) -> tuple[Document | None, list[Fault]]:
    """Read one file with the loader of its suffix."""
    loader = LOADERS.get(path.suffix.lower())
    if loader is None:
        return None, [Fault(0, f"has no loader for {path.suffix!r}; use one of {', '.join(LOADERS)}")]
    try:
        return loader(path, kind)
    except UnicodeDecodeError as error:
        return None, [Fault(0, f"is not UTF-8 (byte {error.start}); save it as UTF-8")]
    except OSError as error:
        return None, [Fault(0, f"cannot be read ({error.strerror})")]


def corpus_digest(root: Path) -> str:
    """Give the SHA-256 over names and bytes of every file the corpus is read from; it changes when any of them does."""
    digest = hashlib.sha256()
    for path in _corpus_files(root):
        digest.update(f"{path.relative_to(root).as_posix()}\0{path.stat().st_size}\0".encode())
        digest.update(path.read_bytes())
    return digest.hexdigest()


def _corpus_files(root: Path) -> list[Path]:
    documents = root / DOCUMENTS
    inside = (path for folder in FOLDERS for path in (documents / folder).glob("*"))
    files = [root / LEDGER, documents / DIFFERENCES, *inside]
    return sorted(path for path in files if path.is_file() and not path.name.startswith("."))


def _load_material(path: Path, kind: DocumentKind) -> tuple[Document | None, list[Fault]]:
    document, faults = read_material(path.read_text(encoding="utf-8"), kind)
    if document and document.id != path.stem:
        faults = [*faults, Fault(2, f"id {document.id!r} is not the file's name {path.stem!r}")]
    return document, faults


def _load_plain(path: Path, kind: DocumentKind) -> tuple[Document | None, list[Fault]]:
    lines = path.read_text(encoding="utf-8").splitlines()
    first = next((number for number, line in enumerate(lines) if line.strip()), None)
    if first is None:
        return None, [Fault(0, "is empty")]
    title = lines[first].strip()
    body, dropped = clean_lines(lines[first + 1 :], title)
    offset = first + 1
    dropped = [Dropped(piece.line + offset, piece.text, piece.reason) for piece in dropped]
    return _plain_document(path.stem, title, kind, body, dropped), []


def _plain_document(name: str, title: str, kind: DocumentKind, body: list[Line], dropped: list[Dropped]) -> Document:
    text, heading = title, (title,)
    passages: list[Passage] = []
    for line in body:
        if not line.text:
            continue
        if _is_heading(line.text):
            heading = (line.text,)
            text += f"\n\n{line.text}"
            continue
        text += "\n\n"
        passages.append(_plain_passage(line.text, len(text), heading, len(passages) + 1))
        text += line.text
    return Document(name, title, kind, text + "\n", tuple(passages), tuple(dropped))


def _is_heading(line: str) -> bool:
    return len(line.split()) <= HEADING_WORDS and not line.endswith((".", "!", ":", ";", ","))


def _plain_passage(paragraph: str, start: int, heading: tuple[str, ...], number: int) -> Passage:
    spans = split_sentences(paragraph)
    sentences = tuple(
        Sentence(start + first, start + last, leans=position > 0 and leans_back(paragraph[first:last]))
        for position, (first, last) in enumerate(spans)
    )
    anchor = re.sub(r"[^a-z0-9]+", "-", heading[-1].lower()).strip("-")
    return Passage(f"{anchor}-{number}", heading, sentences[0].start, sentences[-1].end, sentences)


LOADERS: dict[str, Loader] = {".md": _load_material, ".txt": _load_plain}
