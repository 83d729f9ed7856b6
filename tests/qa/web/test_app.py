"""The HTTP side, over a real socket with a real client."""

import json
from contextlib import AbstractContextManager
from dataclasses import replace
from pathlib import Path
from typing import Protocol

import httpx
import pytest

from qa.disclaimer import DISCLAIMER
from qa.settings import Settings
from qa.web.asked import MOST_BYTES

pytestmark = pytest.mark.model


class Serve(Protocol):
    def __call__(self, settings: Settings) -> AbstractContextManager[str]: ...


def ask(address: str, question: object, **more: object) -> httpx.Response:
    return httpx.post(f"{address}/api/v1/ask", json={"question": question, **more}, timeout=30)


def test_ask_gives_the_same_object_as_the_command_line(address: str) -> None:
    record = ask(address, "What is ketamine?").json()
    assert record["outcome"] == "answered"
    assert record["disclaimer"] == DISCLAIMER
    assert record["citations"][0]["evidence"]


def test_a_follow_up_uses_its_history(address: str) -> None:
    history = [{"role": "user", "content": "Can I drive after Spravato?"}, {"role": "assistant", "content": "No."}]
    assert "drive" in ask(address, "and how long do i wait?", history=history).json()["text"]


def test_a_card_comes_however_long_the_message(address: str) -> None:
    answer = ask(address, "x " * 5000 + "I want to kill myself")
    assert answer.status_code == 200
    assert answer.json()["outcome"] == "crisis"


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b"not json", 422), (b"[]", 422), (b"{}", 422), (b'{"question": 3}', 422), (b'{"question": ""}', 422),
        (b'{"question": "What?", "history": "x"}', 422), (b'{"question": "What?", "history": [{"role": "x"}]}', 422),
        (b'{"question": "What?", "site": "nowhere"}', 404), (b'{"question": "What?", "site": 3}', 422),
        (b'{"question": "' + b"a" * 2001 + b'"}', 422), (b"a" * (MOST_BYTES + 1), 413), (b"\xff\xfe", 422),
    ],
)  # fmt: skip
def test_every_error_says_what_to_do_and_where_help_is(address: str, body: bytes, status: int) -> None:
    answer = httpx.post(f"{address}/api/v1/ask", content=body, timeout=30)
    assert answer.status_code == status
    record = answer.json()
    assert record["error"]
    assert record["remedy"]
    assert "988" in record["help"]
    assert "911" in record["help"]


def test_a_missing_index_is_503_but_a_card_still_comes(serve: Serve, settings: Settings, tmp_path: Path) -> None:
    with serve(replace(settings, home=tmp_path)) as address:
        assert ask(address, "What is ketamine?").status_code == 503
        assert ask(address, "I want to die").json()["outcome"] == "crisis"
        assert httpx.get(f"{address}/healthz").json() == {"status": "ok"}


def test_every_response_carries_the_policy_and_sets_no_cookie(address: str) -> None:
    for path in ("/", "/healthz", "/nothing", "/config"):
        answer = httpx.get(f"{address}{path}")
        assert "default-src 'self'" in answer.headers["content-security-policy"]
        assert "set-cookie" not in answer.headers


def test_the_page_names_no_other_host(address: str) -> None:
    page = httpx.get(address).text
    hosts = {part.split("/")[0].split('"')[0] for part in page.split("https://")[1:]}
    assert not {host for host in hosts if "google" in host or "cdn" in host}


@pytest.mark.parametrize(
    "path", ["/gradio_api/upload", "/gradio_api/file=/etc/passwd", "/upload", "/docs", "/openapi.json"]
)
def test_what_the_chat_does_not_need_is_closed(address: str, path: str) -> None:
    method = httpx.post if "upload" in path else httpx.get
    assert method(f"{address}{path}").status_code in (403, 404)


def test_no_foreign_origin_is_let_in(address: str) -> None:
    answer = httpx.post(
        f"{address}/api/v1/ask",
        content=json.dumps({"question": "What is ketamine?"}),
        headers={"origin": "https://evil.example"},
    )
    assert "access-control-allow-origin" not in answer.headers
