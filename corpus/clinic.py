"""A clinic's own documents: `sites/<id>/documents/`, each file with a sidecar `<file>.toml`; they answer there only."""

import re
import shutil
import tomllib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from unicodedata import normalize

from corpus.clean import Line, clean
from corpus.errors import CorpusError
from corpus.formats import READERS, read_file
from corpus.material import Fault
from corpus.plain import is_heading, plain_document
from corpus.types import UNDATED, Document

DOCUMENTS = "documents"
SIDECAR = ".toml"
TITLE_WORDS = 14
DATE = re.compile(r"\d{4}(-\d{2}(-\d{2})?)?")


@dataclass(frozen=True, slots=True)
class Sidecar:
    """What is known of a file beside its text. published: as in the ledger. url: its page on the clinic's own site."""

    title: str
    published: str = UNDATED
    url: str = ""


@dataclass(frozen=True, slots=True)
class SiteDocument:
    """One file of a site as it was read: its document, or None where it could not be read, and its faults."""

    site: str
    path: Path
    document: Document | None
    faults: tuple[Fault, ...] = ()


def load_site_documents(sites: Path) -> Iterator[SiteDocument]:
    """Read every site's documents in the order of site and name. A file that cannot be read never loses the others."""
    known: dict[str, str] = {}
    for path in site_files(sites):
        if path.suffix != SIDECAR:
            site = path.parent.parent.name
            try:
                document = load_site_document(path, site)
                _check_alone(path, known.setdefault(document.id, path.name))
                yield SiteDocument(site, path, document)
            except CorpusError as error:
                yield SiteDocument(site, path, None, (Fault(0, str(error)),))


def site_files(sites: Path) -> list[Path]:
    """Give the files of all sites, sidecars included, in a fixed order."""
    found = sites.glob(f"*/{DOCUMENTS}/*") if sites.is_dir() else ()
    return sorted(path for path in found if path.is_file() and not is_hidden(path))


def is_hidden(path: Path) -> bool:
    """Tell whether a file is hidden, or the lock of an open Word file."""
    return path.name.startswith((".", "~$"))


def load_site_document(path: Path, site: str) -> Document:
    """Read one file of a site. Raises CorpusError with the remedy."""
    return _document(path.name, site, read_file(path), _read_sidecar(path) or Sidecar(_named(path)))


def add_file(path: Path, site: str, sites: Path, today: date) -> Document:
    """Copy a readable file beside the site, with a sidecar if it has none, and give its document.

    today: noted in the sidecar as the day it was added. Raises CorpusError; then nothing has been written.
    """
    folder = sites / site / DOCUMENTS
    target = folder / path.name
    if is_hidden(path):
        raise CorpusError(f"{path.name} is a hidden file.", "Rename it.")
    lines = read_file(path)
    known = _read_sidecar(target)
    title = _title(lines[0], path)
    document = _document(path.name, site, lines, known or Sidecar(title))
    for other in folder.glob("*"):
        if _id(other.name, site) == document.id:
            _check_alone(path, other.name)
    folder.mkdir(parents=True, exist_ok=True)
    partial = folder / f".{path.name}.part"
    shutil.copyfile(path, partial)
    partial.replace(target)
    if known is None:
        _sidecar_place(target).write_text(_sidecar_text(title, today), encoding="utf-8")
    return document


def files_below(path: Path) -> list[Path]:
    """Give the readable files of a folder, or the path itself."""
    if not path.is_dir():
        return [path]
    found = (item for item in path.rglob("*") if item.is_file() and item.suffix.lower() in READERS)
    return sorted(item for item in found if not any(map(is_hidden, [item, *_inside(item, path)])))


def _inside(path: Path, folder: Path) -> list[Path]:
    return [parent for parent in path.parents if folder in parent.parents]


def _document(file: str, site: str, lines: Sequence[Line], sidecar: Sidecar) -> Document:
    kept, dropped = clean(lines, sidecar.title)
    document = plain_document(_id(file, site), sidecar.title, "clinic", kept, dropped)
    if not document.passages:
        raise CorpusError(f"{file} holds no sentence that can be quoted.", "Leave it out, or add full sentences.")
    return replace(document, site=site, published=sidecar.published, url=sidecar.url)


def _id(file: str, site: str) -> str:
    return f"{site}--" + re.sub(r"[\W_]+", "-", normalize("NFC", file).lower()).strip("-")


def _check_alone(path: Path, known: str) -> None:
    """Raise CorpusError where another file of the site is named too much like this one for both to have an id."""
    if known != path.name:
        raise CorpusError(f"{path.name} is named too much like {known}.", "Rename one of them, or leave one out.")


def _title(first: Line, path: Path) -> str:
    """Give the file's first line if it is a heading; a sentence as title would be taken for a running header."""
    return first.text if is_heading(first) and len(first.text.split()) <= TITLE_WORDS else _named(path)


def _named(path: Path) -> str:
    return path.stem.replace("-", " ").replace("_", " ").capitalize()


def _sidecar_text(title: str, today: date) -> str:
    quoted = title.replace("\\", "\\\\").replace('"', '\\"')
    lines = (
        f'title = "{quoted}"',
        "# The day the text was published, such as 2026-03-13, or undated.",
        f'published = "{UNDATED}"',
        "# Its page on your own web site, if it has one.",
        'url = ""',
        f"added = {today.isoformat()}",
    )
    return "\n".join(lines) + "\n"


def _sidecar_place(path: Path) -> Path:
    return path.with_name(f"{path.name}{SIDECAR}")


def _read_sidecar(path: Path) -> Sidecar | None:
    place = _sidecar_place(path)
    if not place.exists():
        return None
    try:
        record = tomllib.loads(place.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise CorpusError(f"{place.name} is not valid TOML: {error}.", "Correct the file.") from error
    title, published, url = (str(record.get(name, "")) for name in ("title", "published", "url"))
    if not title or not (published in ("", UNDATED) or DATE.fullmatch(published)):
        raise CorpusError(f"{place.name} needs a title, and a date or undated.", "Correct the file.")
    if url and not url.startswith(("https://", "http://")):
        raise CorpusError(f"{place.name} has a url that is no web address.", "Give https://... or leave it empty.")
    return Sidecar(title, published or UNDATED, url)
