"""Reads the files a clinic brings: {suffix: reader}, each giving paragraphs and headings in order.

Kept libraries do the parsing: pypdf (PDF), python-docx (Word), BeautifulSoup (HTML), markdown-it (Markdown).
"""

import logging
import re
import zipfile
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

from corpus.clean import Line
from corpus.errors import CorpusError

MOST_BYTES = 25 * 1024 * 1024
BLANK = re.compile(r"\n\s*\n")
SPACES = re.compile(r"\s+")
ENDS = re.compile(r"[.!?:;][\"')’”]*$")
BULLET = re.compile(r"^\s*([•▪◦●‣*-]|\d{1,2}[.)])\s+")
PAGE_MARK = re.compile(r"^(page )?\d+\b\W*|\W*\b(page )?\d+$", re.IGNORECASE)
REPEATED_PAGES = 3
"""A line that opens or closes at least so many pages, and more than half of them, is a running header or footer."""
SCANNED = "Run text recognition (OCR) over it, or export it from the program it was written in."

Reader = Callable[[Path], list[Line]]


def read_file(path: Path) -> list[Line]:
    """Give the paragraphs and headings of a file, each with its place. Raises CorpusError with the remedy."""
    reader = READERS.get(path.suffix.lower())
    if reader is None:
        raise CorpusError(f"{path.name} is not of a kind that can be read.", f"Use one of {', '.join(READERS)}.")
    try:
        size = path.stat().st_size
    except OSError as error:
        raise CorpusError(f"{path} cannot be read ({error.strerror}).", "Check the path.") from error
    if size > MOST_BYTES:
        limit = MOST_BYTES // (1024 * 1024)
        raise CorpusError(f"{path.name} has more than {limit} MB.", "Split it, or leave out its pictures.")
    lines = [line for line in reader(path) if line.text]
    if not lines:
        raise CorpusError(f"{path.name} holds no text.", SCANNED if path.suffix.lower() == ".pdf" else "Leave it out.")
    return lines


def _decoded(path: Path) -> str:
    raw = path.read_bytes()
    if b"\0" in raw:
        raise CorpusError(f"{path.name} is not a text file.", "Save it as UTF-8 text, or bring it as PDF or Word.")
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise CorpusError(f"{path.name} is not UTF-8 (byte {error.start}).", "Save it as UTF-8.") from error


def _read_text(path: Path) -> list[Line]:
    lines: list[Line] = []
    number = 1
    for block in BLANK.split(_decoded(path)):
        lines += _paragraphs(block.split("\n"), number, None)
        number += block.count("\n") + 2
    return lines


def _read_markdown(path: Path) -> list[Line]:
    from markdown_it import MarkdownIt

    tokens = MarkdownIt("commonmark").parse(_decoded(path))
    lines: list[Line] = []
    heading = False
    for token in tokens:
        if token.type == "heading_open":
            heading = True
        elif token.type == "inline":
            text = "".join(
                part.content if part.type in ("text", "code_inline") else " "
                for part in token.children or ()
                if part.type in ("text", "code_inline", "softbreak", "hardbreak")
            )
            lines.append(Line((token.map or [0])[0] + 1, _joined(text), heading=heading))
            heading = False
    return lines


def _read_html(path: Path) -> list[Line]:
    from bs4 import BeautifulSoup

    soup = BeautifulSoup(_decoded(path), "html.parser")
    for tag in soup(["script", "style", "nav", "header", "footer", "aside", "form", "noscript", "template", "svg"]):
        tag.decompose()
    found = soup.find_all(["h1", "h2", "h3", "h4", "h5", "h6", "p", "li", "td", "th", "dt", "dd", "blockquote"])
    innermost = [tag for tag in found if not tag.find(["p", "li", "td", "dd"])]
    return [
        Line(tag.sourceline or 0, _joined(tag.get_text(" ")), heading=tag.name.startswith("h") or tag.name == "dt")
        for tag in innermost
    ]


def _read_docx(path: Path) -> list[Line]:
    import docx
    from docx.opc.exceptions import PackageNotFoundError

    try:
        document = docx.Document(str(path))
    except (PackageNotFoundError, zipfile.BadZipFile, KeyError, ValueError) as error:
        remedy = "Open it in Word and save it again as .docx without a password."
        raise CorpusError(f"{path.name} is broken, encrypted or no Word file.", remedy) from error
    lines = []
    for number, paragraph in enumerate(_docx_paragraphs(document), start=1):
        style = (paragraph.style.name if paragraph.style else "") or ""
        lines.append(Line(number, _joined(paragraph.text), heading=style.startswith(("Heading", "Title"))))
    return lines


def _docx_paragraphs(document: "docx.document.Document") -> Iterator["docx.text.paragraph.Paragraph"]:  # type: ignore[name-defined]  # noqa: F821
    from docx.table import Table

    for item in document.iter_inner_content():
        if isinstance(item, Table):
            for row in item.rows:
                for cell in row.cells:
                    yield from cell.paragraphs
        else:
            yield item


def _read_pdf(path: Path) -> list[Line]:
    import pypdf
    from pypdf.errors import PyPdfError

    logging.getLogger("pypdf").setLevel(logging.CRITICAL)  # what it would say is in the error below
    try:
        reader = pypdf.PdfReader(path)
        if reader.is_encrypted and not reader.decrypt(""):
            raise CorpusError(f"{path.name} is protected by a password.", "Save a copy without a password.")
        pages = [page.extract_text().split("\n") for page in reader.pages]
    except CorpusError:
        raise
    except (PyPdfError, ValueError, KeyError, TypeError, AttributeError, OSError, RecursionError) as error:
        raise CorpusError(
            f"{path.name} is broken or no PDF.", "Export it again from the program it comes from."
        ) from error
    furniture = _page_furniture(pages)
    lines: list[Line] = []
    for number, page in enumerate(pages, start=1):
        kept = [line for line in page if _undigited(line) not in furniture]
        lines += _paragraphs(kept, 1, number)
    return lines


def _page_furniture(pages: list[list[str]]) -> set[str]:
    edges = Counter(_undigited(line) for page in pages for line in {*page[:1], *page[-1:]} if line.strip())
    least = max(REPEATED_PAGES, len(pages) // 2 + 1)
    return {line for line, count in edges.items() if count >= least}


def _undigited(line: str) -> str:
    """Give a line without the page number it opens or closes with."""
    return PAGE_MARK.sub("", line.strip())


def _paragraphs(lines: Iterable[str], number: int, page: int | None) -> list[Line]:
    """Join wrapped lines: a paragraph goes on until an empty line, a bullet, a heading or a finished short line."""
    paragraphs: list[Line] = []
    current: list[str] = []
    started = number
    widest = max((len(line) for line in lines), default=0)
    for place, raw in enumerate(lines, start=number):
        line = raw.strip()
        if not line or BULLET.match(raw) or (current and _is_over(current[-1], line, widest)):
            paragraphs += _paragraph(current, started, page)
            current = []
        if line:
            started = started if current else place
            current.append(BULLET.sub("", line))
    return [*paragraphs, *_paragraph(current, started, page)]


def _is_over(last: str, line: str, widest: int) -> bool:
    """Tell whether a line ends its paragraph: it is short and either finished or followed by a capital."""
    short = len(last) < 0.7 * widest
    return short and (bool(ENDS.search(last)) or line[:1].isupper())


def _paragraph(parts: list[str], number: int, page: int | None) -> list[Line]:
    text = _joined("\n".join(parts).replace("-\n", "")) if parts else ""
    return [Line(number, text, page)] if text else []


def _joined(text: str) -> str:
    return SPACES.sub(" ", text).strip()


READERS: dict[str, Reader] = {
    ".md": _read_markdown, ".txt": _read_text, ".html": _read_html, ".htm": _read_html, ".pdf": _read_pdf,
    ".docx": _read_docx,
}  # fmt: skip
