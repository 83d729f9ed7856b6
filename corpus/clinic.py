"""A clinic's own documents: `sites/<id>/documents/`, each file with a sidecar `<file>.toml`; they answer there only."""

import re
import shutil
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

from corpus.clean import clean
from corpus.errors import CorpusError
from corpus.formats import READERS, read_file
from corpus.material import Fault
from corpus.plain import plain_document
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
    for path in site_files(sites):
        if path.suffix != SIDECAR:
            site = path.parent.parent.name
            try:
                yield SiteDocument(site, path, load_site_document(path, site))
            except CorpusError as error:
                yield SiteDocument(site, path, None, (Fault(0, str(error)),))


def site_files(sites: Path) -> list[Path]:
    """Give the files of all sites, sidecars included, in a fixed order."""
    found = sites.glob(f"*/{DOCUMENTS}/*") if sites.is_dir() else ()
    return sorted(path for path in found if path.is_file() and not path.name.startswith("."))


def load_site_document(path: Path, site: str) -> Document:
    """Read one file of a site. Raises CorpusError with the remedy."""
    sidecar = _read_sidecar(path)
    kept, dropped = clean(read_file(path), sidecar.title)
    name = f"{site}--{_slug(path.name)}"
    document = plain_document(name, sidecar.title, "clinic", kept, dropped)
    if not document.passages:
        raise CorpusError(f"{path.name} holds no sentence that can be quoted.", "Leave it out, or add full sentences.")
    return replace(document, site=site, published=sidecar.published, url=sidecar.url)


def add_file(path: Path, site: str, sites: Path, today: date) -> Document:
    """Copy a readable file beside the site, with a sidecar if it has none, and give its document.

    today: noted in the sidecar as the day it was added. Raises CorpusError; then nothing is left behind.
    """
    folder = sites / site / DOCUMENTS
    lines = read_file(path)
    target = folder / path.name
    folder.mkdir(parents=True, exist_ok=True)
    known = target.exists()
    partial = folder / f".{path.name}.part"
    shutil.copyfile(path, partial)
    partial.replace(target)
    sidecar = target.with_name(f"{target.name}{SIDECAR}")
    if not sidecar.exists():
        title = _title(lines[0].text, path)
        sidecar.write_text(_sidecar_text(title, today), encoding="utf-8")
    try:
        return load_site_document(target, site)
    except CorpusError:
        if not known:
            target.unlink()
            sidecar.unlink()
        raise


def files_below(path: Path) -> list[Path]:
    """Give the readable files of a folder, or the path itself."""
    if not path.is_dir():
        return [path]
    return sorted(item for item in path.rglob("*") if item.is_file() and item.suffix.lower() in READERS)


def _title(first: str, path: Path) -> str:
    return first if len(first.split()) <= TITLE_WORDS else path.stem.replace("-", " ").replace("_", " ").capitalize()


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


def _read_sidecar(path: Path) -> Sidecar:
    place = path.with_name(f"{path.name}{SIDECAR}")
    if not place.exists():
        return Sidecar(path.stem.replace("-", " ").replace("_", " ").capitalize())
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


def _slug(name: str) -> str:
    return re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-")
