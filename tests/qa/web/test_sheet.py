"""The sheet for an appointment: what is read of a request, what stands in the PDF, and the route."""

import io
import json
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from datetime import date
from pathlib import Path
from typing import Any

import httpx
import pypdf
import pytest
from fastapi import FastAPI

from corpus.errors import QuestionError
from qa.disclaimer import DISCLAIMER
from qa.pipeline import Pipeline
from qa.settings import Settings
from qa.web.desk import Desk
from qa.web.sheet import sheet_pdf
from qa.web.sheet_record import MOST_BYTES, read_sheet
from qa.web.sheet_route import PATH, SHEETS, add_sheet

EVIL = '<b>bold</b> & <img src="https://evil.example/x.png"/> <font size=90>'
TURN = {
    "question": EVIL, "sentences": ["Patients rest for two hours. [1]"], "notices": ["Please phone your clinic today."],
    "sources": [{"line": "[1] Invented Agency, 2025", "url": "https://example.org/a"}, {"line": "x", "url": "data:x"}],
}  # fmt: skip
SENT: dict[str, Any] = {"site": "", "turns": [TURN], "questions": ["Can I drive?", "  "]}
Listening = Callable[..., AbstractContextManager[str]]


def text_of(pdf: bytes) -> str:
    pages = pypdf.PdfReader(io.BytesIO(pdf)).pages
    return " ".join(" ".join(page.extract_text() for page in pages).split())


def printed(sent: object) -> str:
    settings = Settings(Path(), Path(), "")
    return text_of(sheet_pdf(read_sheet(json.dumps(sent).encode()), settings.site(None), date(2026, 1, 15)))


def test_questions_answers_sources_and_disclaimer_stand_on_it() -> None:
    shown = printed(SENT)
    for text in ("1. Can I drive?", "Patients rest for two hours. [1]", "https://example.org/a", "988", "911",
                 "15 January 2026", "Please phone your clinic today.", DISCLAIMER):  # fmt: skip
        assert text in shown
    assert "2. " not in shown
    assert "data:x" not in shown


def test_what_was_typed_is_text_there_too() -> None:
    assert " ".join(EVIL.split()) in printed(SENT)


def test_characters_that_the_font_lacks_become_plain_letters_or_marks() -> None:
    shown = printed({"questions": ["caf\u00e9 \u201equoted\u201c \u0101 \u0645 \U0001f600 a\u200bb \u2075"]})
    assert "1. caf\u00e9 \u201equoted\u201c a ? ? ab 5" in shown


def test_a_long_sheet_has_the_disclaimer_on_every_page() -> None:
    pdf = sheet_pdf(read_sheet(json.dumps({"turns": [TURN] * 20}).encode()), Settings(Path(), Path(), "").site(None),
                    date(2026, 1, 15))  # fmt: skip
    pages = pypdf.PdfReader(io.BytesIO(pdf)).pages
    assert len(pages) > 2
    assert all(DISCLAIMER in " ".join(page.extract_text().split()) for page in pages)


def test_the_same_sheet_is_the_same_bytes() -> None:
    record, site = read_sheet(json.dumps(SENT).encode()), Settings(Path(), Path(), "").site(None)
    assert sheet_pdf(record, site, date(2026, 1, 15)) == sheet_pdf(record, site, date(2026, 1, 15))


@pytest.mark.parametrize(
    "body",
    [
        b"", b"x", b"[]", b"\xff", b"[" * 100_000, b'{"turns": 3}', b'{"turns": [3]}', b'{"turns": [{"question": 3}]}',
        b'{"turns": [{}]}', json.dumps({"turns": [TURN] * 21}).encode(), json.dumps({"questions": ["x"] * 21}).encode(),
        json.dumps({"questions": ["x" * 2001]}).encode(), b'{"site": 3}',
        b'{"turns": [{"question": "x", "sources": [{"url": "https://x"}]}]}',
    ],
)  # fmt: skip
def test_what_is_no_sheet_or_too_much_is_refused(body: bytes) -> None:
    with pytest.raises(QuestionError):
        read_sheet(body)


@pytest.fixture
def address(tmp_path: Path, listening: Listening) -> Iterator[str]:
    """A server that can make sheets and nothing else; it has no index."""
    served = FastAPI()
    (tmp_path / "sites").mkdir()
    (tmp_path / "sites" / "thames.toml").write_text('name = "Thames Clinic"\nregion = "GB"\n', encoding="utf-8")
    add_sheet(served, Desk(Pipeline(Settings(tmp_path, tmp_path, "none"))))
    with listening(served, lifespan="off") as address:
        yield address


def test_the_route_gives_a_pdf_with_the_sites_numbers_and_keeps_nothing(address: str, tmp_path: Path) -> None:
    answer = httpx.post(f"{address}{PATH}", json={**SENT, "site": "thames"}, timeout=30)
    assert answer.headers["content-type"] == "application/pdf"
    assert answer.headers["cache-control"] == "no-store"
    assert "116 123" in text_of(answer.content)
    assert "Thames Clinic" in text_of(answer.content)
    assert sorted(path.name for path in tmp_path.rglob("*")) == ["sites", "thames.toml"]


@pytest.mark.parametrize(("body", "status"), [(b"x", 422), (b"a" * (MOST_BYTES + 1), 413)])
def test_a_refused_sheet_says_what_to_do_and_where_help_is(address: str, body: bytes, status: int) -> None:
    answer = httpx.post(f"{address}{PATH}", content=body, timeout=30)
    assert answer.status_code == status
    assert answer.json()["remedy"]
    assert "988" in answer.json()["help"]


def test_who_asks_for_very_many_sheets_is_asked_to_wait(address: str) -> None:
    answers = [httpx.post(f"{address}{PATH}", json=SENT, timeout=30) for _ in range(SHEETS + 1)]
    assert [answer.status_code for answer in answers] == [200] * SHEETS + [429]
    assert int(answers[-1].headers["retry-after"]) > 0


def test_an_unknown_site_still_gets_its_sheet(address: str) -> None:
    answer = httpx.post(f"{address}{PATH}", json={**SENT, "site": "../nowhere"}, timeout=30)
    assert answer.status_code == 200
