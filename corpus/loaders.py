"""From files to documents. A suffix without a loader, or a file that cannot be read, is reported; the others load."""

import hashlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from corpus.clean import Line, clean
from corpus.clinic import load_site_documents, site_files
from corpus.differences import read_differences
from corpus.errors import CorpusError
from corpus.ledger import read_ledger
from corpus.material import Fault, read_material
from corpus.plain import plain_document
from corpus.questions import QUESTIONS, question_files, read_questions, with_questions
from corpus.types import Corpus, Document, DocumentKind

FOLDERS: dict[str, DocumentKind] = {"article": "article", "sources": "source", "guides": "guide"}
"""Folders below `documents/` and the kind of what lies in them."""

LEDGER, DIFFERENCES, DOCUMENTS = "ledger.jsonl", "differences.toml", "documents"

Loader = Callable[[Path, DocumentKind], tuple[Document | None, list[Fault]]]


@dataclass(frozen=True, slots=True)
class Loaded:
    """One file as it was read: its document, or None where it could not be read, and its faults."""

    path: Path
    document: Document | None
    faults: tuple[Fault, ...]


def load_corpus(root: Path, sites: Path | None = None) -> Corpus:
    """Give everything below `root` that may be quoted, and the documents of each site below `sites`.

    Raises CorpusError that names every fault at once. A site's file that cannot be read is left out: `corpus check`
    tells of it.
    """
    loaded = list(load_documents(root))
    faults = [f"{item.path}:{fault.line}: {fault.message}" for item in loaded for fault in item.faults]
    if faults:
        raise CorpusError(
            f"{len(faults)} faults in documents: " + "; ".join(faults) + ".", "Run 'ketamine-qa corpus check'."
        )
    questions = read_questions(root / QUESTIONS)
    documents = tuple(with_questions(item.document, questions) for item in loaded if item.document)
    if sites:
        documents += tuple(item.document for item in load_site_documents(sites) if item.document)
    if len({document.id for document in documents}) < len(documents):
        repeated = sorted({a.id for a in documents if sum(a.id == b.id for b in documents) > 1})
        raise CorpusError(f"Several documents have the id {', '.join(repeated)}.", "Rename all but one of each.")
    if not documents:
        raise CorpusError(f"No document lies in {root / DOCUMENTS}.", "Point KETAMINE_QA_CORPUS at a corpus folder.")
    facts = read_ledger(root / LEDGER)
    return Corpus(documents, facts, read_differences(root / DOCUMENTS / DIFFERENCES), corpus_digest(root, sites))


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


def corpus_digest(root: Path, sites: Path | None = None) -> str:
    """Give the SHA-256 over names and bytes of every file the corpus is read from; it changes when any of them does."""
    digest = hashlib.sha256()
    named = [(path.relative_to(root), path) for path in _corpus_files(root)]
    named += [(path.relative_to(sites), path) for path in site_files(sites)] if sites else []
    for name, path in named:
        digest.update(f"{name.as_posix()}\0{path.stat().st_size}\0".encode())
        digest.update(path.read_bytes())
    return digest.hexdigest()


def _corpus_files(root: Path) -> list[Path]:
    documents = root / DOCUMENTS
    inside = (path for folder in FOLDERS for path in (documents / folder).glob("*"))
    files = [root / LEDGER, documents / DIFFERENCES, *question_files(root / QUESTIONS), *inside]
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
    body = [Line(number, text) for number, text in enumerate(lines[first + 1 :], start=first + 2)]
    kept, dropped = clean(body, title)
    return plain_document(path.stem, title, kind, kept, dropped), []


LOADERS: dict[str, Loader] = {".md": _load_material, ".txt": _load_plain}
