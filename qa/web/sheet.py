"""The sheet for an appointment as a PDF (the only file that imports reportlab): made on the fly, kept nowhere."""

import unicodedata
from collections.abc import Callable, Iterator
from datetime import date
from functools import cache
from html import escape
from io import BytesIO
from pathlib import Path
from typing import Any

import reportlab
from reportlab.lib.colors import HexColor
from reportlab.lib.pagesizes import A4, LETTER
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import mm
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.platypus import Flowable, HRFlowable, KeepTogether, Paragraph, SimpleDocTemplate, Spacer

from qa.disclaimer import DISCLAIMER
from qa.policy.load import wordings
from qa.policy.page import page_words
from qa.site import Site
from qa.web.dates import spoken_date
from qa.web.sheet_record import AskedTurn, SheetRecord

REGULAR, BOLD = "Vera", "VeraBd"
"""Fonts that come with reportlab; they hold the letters of western Europe."""
LETTER_REGIONS = ("US", "CA")
MARGIN = 20 * mm
MISSING = "?"
BLANK_LINES = 3
"""Empty lines to write on, below the visitor's own questions."""


def sheet_pdf(record: SheetRecord, site: Site, today: date) -> bytes:
    """Give the sheet as a PDF. Characters that its fonts lack become their plain letters, or a question mark."""
    written = BytesIO()
    page = LETTER if site.region in LETTER_REGIONS else A4
    title = page_words().sheet["title"]
    frame = {"leftMargin": MARGIN, "rightMargin": MARGIN, "topMargin": MARGIN, "bottomMargin": 30 * mm}
    made = SimpleDocTemplate(written, pagesize=page, title=title, author=_shown(site.name), invariant=1, **frame)
    foot = _foot(page[0])
    made.build(list(_story(record, site, today)), onFirstPage=foot, onLaterPages=foot)
    return written.getvalue()


def _story(record: SheetRecord, site: Site, today: date) -> Iterator[Flowable]:
    said = page_words().sheet
    yield _text(said["title"], "title")
    yield _text(f"{site.name}, {spoken_date(today.isoformat())}. {said['intro']}", "small")
    yield _text(site.lines.fill(wordings()["help"]["line"]), "help")
    yield _text(said["mine"], "heading")
    for number, question in enumerate(record.questions, start=1):
        yield _text(f"{number}. {question}", "body")
    for _ in range(BLANK_LINES):
        yield Spacer(1, 9 * mm)
        yield HRFlowable(width="100%", thickness=0.5, color=HexColor("#9aa7a4"))
    if record.turns:
        yield _text(said["asked"], "heading")
    for turn in record.turns:
        yield from _turn(turn)


def _turn(turn: AskedTurn) -> Iterator[Flowable]:
    above = [_text(turn.question, "question"), *(_text(notice, "notice") for notice in turn.notices)]
    answer = [_text(sentence, "body") for sentence in turn.sentences]
    yield KeepTogether([*above, *answer[:1]])
    yield from answer[1:]
    for line, url in turn.sources:
        yield _text(f"{line} {url}".strip(), "source")
    yield Spacer(1, 4 * mm)


def _foot(width: float) -> Callable[[Any, Any], None]:
    """Give what draws the disclaimer at the foot of each page, with the page's number."""
    shown = Paragraph(_shown(DISCLAIMER), _styles()["small"])

    def draw(canvas: Any, document: Any) -> None:  # noqa: ANN401 - reportlab is untyped here
        _, height = shown.wrap(width - 2 * MARGIN, 20 * mm)
        shown.drawOn(canvas, MARGIN, 24 * mm - height)
        canvas.setFont(REGULAR, 8)
        canvas.drawRightString(width - MARGIN, 8 * mm, str(document.page))

    return draw


def _text(text: str, style: str) -> Paragraph:
    """Give a paragraph that shows the text as it is."""
    return Paragraph(escape(_shown(text)), _styles()[style])


@cache
def _styles() -> dict[str, ParagraphStyle]:
    known = _fonts()
    plain = ParagraphStyle("body", fontName=known[0], fontSize=10.5, leading=15.5, spaceAfter=4, splitLongWords=1)
    soft = HexColor("#40504f")
    return {
        "body": plain,
        "title": ParagraphStyle("title", plain, fontName=known[1], fontSize=19, leading=25, spaceAfter=6),
        "heading": ParagraphStyle("heading", plain, fontName=known[1], fontSize=13, leading=18, spaceBefore=16),
        "question": ParagraphStyle("question", plain, fontName=known[1], spaceBefore=8),
        "notice": ParagraphStyle("notice", plain, backColor=HexColor("#fdf0ec"), borderPadding=4, spaceBefore=4),
        "help": ParagraphStyle("help", plain, borderColor=HexColor("#b3401f"), borderWidth=1, borderPadding=6,
                               spaceBefore=10, spaceAfter=10),
        "small": ParagraphStyle("small", plain, fontSize=9, leading=12.5, textColor=soft),
        "source": ParagraphStyle("source", plain, fontSize=8.5, leading=12, textColor=soft, leftIndent=12,
                                 spaceAfter=2),
    }  # fmt: skip


@cache
def _fonts() -> tuple[str, str]:
    folder = Path(reportlab.__file__).parent / "fonts"
    for name in (REGULAR, BOLD):
        pdfmetrics.registerFont(TTFont(name, folder / f"{name}.ttf"))
    return REGULAR, BOLD


def _shown(text: str) -> str:
    """Give the text in characters that the font has."""
    known = pdfmetrics.getFont(_fonts()[0]).face.charToGlyph
    return "".join(_known(sign, known) for sign in text)


def _known(sign: str, known: dict[int, int]) -> str:
    if sign.isspace():
        return " "
    if ord(sign) in known:
        return sign
    plain = "".join(part for part in unicodedata.normalize("NFKD", sign) if ord(part) in known)
    return plain or ("" if unicodedata.category(sign) in ("Mn", "Cf", "Cc") else MISSING)
