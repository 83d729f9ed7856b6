"""Reads the files a clinic brings: {suffix: reader}, each giving paragraphs and headings in order.

Kept libraries do the parsing: pypdf (PDF), python-docx (Word), BeautifulSoup (HTML), markdown-it (Markdown).
"""

import logging
import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import groupby
from pathlib import Path
from unicodedata import normalize

from corpus.clean import Line
from corpus.errors import CorpusError

MOST_BYTES = 25 * 1024 * 1024
BLANK = re.compile(r"\n\s*\n")
SPACES = re.compile(r"\s+")
ENDS = re.compile(r"[.!?:;][\"')’”]*$")
BULLET = re.compile(r"^\s*([•▪◦●‣*-]|\d{1,2}[.)])\s+")
NUMBER = r"(page )?\d+( ?(of|/) ?\d+)?"
PAGE_MARK = re.compile(rf"^{NUMBER}\b\W*|\W*\b{NUMBER}$", re.IGNORECASE)
SYLLABLE = re.compile(r"(?<=[^\W\d_])[-\u00ad]\n(?=[a-z])")
"""A word parted at the end of a line; a hyphen beside a figure or a capital belongs to the text."""
JOINED_LETTERS = {ord(sign): normalize("NFKC", sign) for sign in "ﬀﬁﬂﬃﬄﬅﬆ"} | {0x00AD: ""}
"""Ligatures, as a PDF holds them, and soft hyphens: nobody searches for them."""
REPEATED_PAGES = 3
"""A line that opens or closes at least so many pages, and more than half of them, is a running header or footer."""
EDGE = 2
"""Lines at the top and at the bottom of a page among which running headers and footers are looked for."""
LEFT_OUT = ["head", "script", "style", "nav", "header", "footer", "aside", "form", "noscript", "template", "svg"]
HEADINGS = ["h1", "h2", "h3", "h4", "h5", "h6", "dt"]
BLOCKS = [
    *HEADINGS, "p", "li", "tr", "dd", "blockquote", "pre", "caption", "figcaption", "address", "summary", "ul", "ol",
    "dl", "table", "figure", "details", "div", "section", "article", "main", "body", "hr",
]  # fmt: skip
SCANNED = "Run text recognition (OCR) over it, or export it from the program it was written in."

Reader = Callable[[Path], list[Line]]


def read_file(path: Path) -> list[Line]:
    """Give the paragraphs and headings of a file, each with its place. Raises CorpusError with the remedy."""
    reader = READERS.get(path.suffix.lower())
    if reader is None:
        raise CorpusError(f"{path.name} is not of a kind that can be read.", f"Use one of {', '.join(READERS)}.")
    try:
        if path.stat().st_size > MOST_BYTES:
            limit = MOST_BYTES // (1024 * 1024)
            raise CorpusError(f"{path.name} has more than {limit} MB.", "Split it, or leave out its pictures.")
        lines = [line for line in reader(path) if line.text]
    except OSError as error:
        raise CorpusError(f"{path} cannot be read ({error.strerror}).", "Check the path.") from error
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
    text = _decoded(path)
    start = 0
    for end, after in [*(blank.span() for blank in BLANK.finditer(text)), (len(text), len(text))]:
        lines += _paragraphs(text[start:end].split("\n"), 1 + text.count("\n", 0, start), None)
        start = after
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
    for tag in soup(LEFT_OUT):
        tag.decompose()
    for tag in soup("br"):
        tag.replace_with("\n")
    for row in soup("tr"):
        cells = row.find_all(["td", "th"], recursive=False)
        if all(len(cell.find_all(BLOCKS)) <= 1 for cell in cells):
            row.string = _row(_joined(cell.get_text()) for cell in cells)
    lines = []
    for _, pieces in groupby(soup.strings, key=lambda piece: id(piece.find_parent(BLOCKS))):
        texts = list(pieces)
        block = texts[0].find_parent(BLOCKS)
        number, heading = (block.sourceline or 0, block.name in HEADINGS) if block else (0, False)
        lines.append(Line(number, _joined("".join(texts)), heading=heading))
    return lines


def _read_docx(path: Path) -> list[Line]:
    import docx

    try:
        return [
            Line(number, text, heading=heading)
            for number, (text, heading) in enumerate(_docx_paragraphs(docx.Document(str(path))), start=1)
        ]
    except Exception as error:  # what a broken file makes zip, XML and python-docx raise is not listed
        remedy = "Open it in Word and save it again as .docx without a password."
        raise CorpusError(f"{path.name} is broken, encrypted or no Word file.", remedy) from error


def _docx_paragraphs(document: "docx.document.Document") -> Iterator[tuple[str, bool]]:  # type: ignore[name-defined]  # noqa: F821
    """Give the text of each paragraph or row, and whether it is a heading."""
    from docx.table import Table

    for item in document.iter_inner_content():
        if isinstance(item, Table):
            yield from ((text, False) for row in item.rows for text in _docx_row(row))
        else:
            style = (item.style.name if item.style else "") or ""
            yield _joined(item.text), style.startswith(("Heading", "Title"))


def _docx_row(row: "docx.table._Row") -> list[str]:  # type: ignore[name-defined]  # noqa: F821
    cells = {id(cell._tc): cell for cell in row.cells}.values()  # a merged cell stands there more than once
    texts = [[text for text in (_joined(paragraph.text) for paragraph in cell.paragraphs) if text] for cell in cells]
    if all(len(text) <= 1 for text in texts):
        return [_row("".join(text) for text in texts)]
    return [paragraph for text in texts for paragraph in text]


def _row(cells: Iterable[str]) -> str:
    """Join the cells of a row, so that a figure is never quoted without what it is the figure of."""
    texts = [text for text in cells if text]
    return " ".join([*(text if ENDS.search(text) else f"{text}," for text in texts[:-1]), *texts[-1:]])


def _read_pdf(path: Path) -> list[Line]:
    from pypdf.errors import DependencyError, FileNotDecryptedError

    try:
        pages = _pdf_pages(path)
    except (DependencyError, FileNotDecryptedError) as error:
        raise CorpusError(f"{path.name} is protected by a password.", "Save a copy without a password.") from error
    except Exception as error:  # what a broken file makes pypdf raise is not listed
        remedy = "Export it again from the program it comes from."
        raise CorpusError(f"{path.name} is broken or no PDF.", remedy) from error
    furniture = _page_furniture(pages)
    lines: list[Line] = []
    for number, page in enumerate(pages, start=1):
        edges = _edges(page)
        kept = [line for place, line in enumerate(page) if place not in edges or _undigited(line) not in furniture]
        lines = _continued(lines, _paragraphs(kept, 1, number))
    return lines


def _pdf_pages(path: Path) -> list[list[str]]:
    import pypdf

    logging.getLogger("pypdf").setLevel(logging.CRITICAL)  # what it would say is in the error
    return [page.extract_text().split("\n") for page in pypdf.PdfReader(path).pages]


def _continued(before: list[Line], page: list[Line]) -> list[Line]:
    """Add the next page's paragraphs; a sentence that goes on there is joined, so that no half of it is quoted."""
    if before and page and not ENDS.search(before[-1].text) and page[0].text[0].islower():
        joined = _joined(SYLLABLE.sub("", f"{before[-1].text}\n{page[0].text}"))
        return [*before[:-1], replace(before[-1], text=joined), *page[1:]]
    return [*before, *page]


def _page_furniture(pages: Sequence[Sequence[str]]) -> set[str]:
    edges = Counter(line for page in pages for line in {_undigited(page[place]) for place in _edges(page)})
    least = max(REPEATED_PAGES, len(pages) // 2 + 1)
    return {line for line, count in edges.items() if count >= least}


def _edges(page: Sequence[str]) -> set[int]:
    """Give the places of the lines in which a page's header and footer may stand."""
    filled = [place for place, line in enumerate(page) if line.strip()]
    return {*filled[:EDGE], *filled[-EDGE:]}


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
    text = _joined(SYLLABLE.sub("", "\n".join(parts))) if parts else ""
    return [Line(number, text, page)] if text else []


def _joined(text: str) -> str:
    return SPACES.sub(" ", text.translate(JOINED_LETTERS)).strip()


READERS: dict[str, Reader] = {
    ".md": _read_markdown, ".txt": _read_text, ".html": _read_html, ".htm": _read_html, ".pdf": _read_pdf,
    ".docx": _read_docx,
}  # fmt: skip
