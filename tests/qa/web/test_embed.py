"""Who may frame the chat: the headers, over a real socket."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Protocol

import httpx
import pytest
from fastapi import FastAPI
from starlette.responses import PlainTextResponse
from starlette.testclient import TestClient
from starlette.types import Receive, Scope, Send

from qa.settings import Settings
from qa.web.embed import Embed, framed_by

pytestmark = pytest.mark.filterwarnings("ignore::pandas.errors.Pandas4Warning")  # as Gradio counts its requests
SITE = 'name = "A"\nregion = "GB"\ngreeting = "Hello"\nsuggested_questions = []\nallowed_origins = {origins}\n'


class Listening(Protocol):
    def __call__(self, served: FastAPI) -> AbstractContextManager[str]: ...


@pytest.fixture(scope="module")
def server(
    tmp_path_factory: pytest.TempPathFactory, listening: Listening, make_app: Callable[[Settings], FastAPI]
) -> Iterator[str]:
    home: Path = tmp_path_factory.mktemp("home")
    (home / "sites").mkdir()
    files = {"river": '["https://river.example", "https://www.river.example:8443"]', "open": '["*"]', "shut": "[]"}
    for name, origins in files.items():
        (home / "sites" / f"{name}.toml").write_text(SITE.format(origins=origins), encoding="utf-8")
    (home / "sites" / "broken.toml").write_text("name =", encoding="utf-8")
    with listening(make_app(Settings(home=home, corpus=home, model="none"))) as address:
        yield address


def ancestors(answer: httpx.Response) -> list[str]:
    policies = answer.headers.get_list("content-security-policy")
    named = [part.split() for policy in policies for part in policy.split(";") if "frame-ancestors" in part]
    [found] = named
    return found[1:]


@pytest.mark.parametrize(
    ("query", "origins"),
    [
        ("?site=river", ["https://river.example", "https://www.river.example:8443"]), ("?site=shut", []), ("", []),
        ("?site=open", ["*"]), ("?site=", []), ("?theme=dark&site=river&kiosk=1", ["https://river.example", "https://www.river.example:8443"]),
    ],
)  # fmt: skip
def test_the_chat_may_be_framed_by_what_its_site_allows(server: str, query: str, origins: list[str]) -> None:
    answer = httpx.get(f"{server}/embed{query}")
    assert answer.status_code == 200
    assert "gradio_config" in answer.text
    assert ancestors(answer) == ["'self'", *origins]
    assert "default-src 'self'" in answer.headers["content-security-policy"]
    assert not {"x-frame-options", "set-cookie", "location"} & set(answer.headers)


def test_the_page_itself_is_framed_by_our_own_pages_alone(server: str) -> None:
    assert ancestors(httpx.get(f"{server}/?site=river")) == ["'self'"]


UNKNOWN = ("?site=nowhere", "?site=../river", "?site=broken", "?site=river&site=open", "?site=%00")


@pytest.mark.parametrize("query", UNKNOWN)
def test_a_site_that_is_not_there_is_said_with_a_help_line(server: str, query: str) -> None:
    answer = httpx.get(f"{server}/embed{query}")
    assert answer.status_code == 404
    known = 'href="tel:988"' in answer.text and 'href="tel:911"' in answer.text
    assert known != ("broken" in query)  # of a site with a faulty file no country is guessed
    assert known or "findahelpline.com" in answer.text
    assert "gradio" not in answer.text
    assert "default-src 'none'" in answer.headers["content-security-policy"]


def test_only_reading_is_served_there(server: str) -> None:
    assert httpx.head(f"{server}/embed?site=river").status_code == 200
    assert httpx.post(f"{server}/embed?site=river").status_code >= 400
    assert httpx.get(f"{server}/embedded").status_code == 404


def test_the_directive_is_exchanged_wherever_it_stands() -> None:
    assert framed_by("default-src 'self'; Frame-Ancestors 'none';; img-src *", ("https://a.example",)) == (
        "default-src 'self'; img-src *; frame-ancestors 'self' https://a.example"
    )
    assert framed_by("", ()) == "frame-ancestors 'self'"


def test_behind_a_proxy_the_prefix_stays(tmp_path: Path) -> None:
    seen: list[str] = []

    async def page(scope: Scope, receive: Receive, send: Send) -> None:
        seen.append(f"{scope['path']} {scope['raw_path'].decode()}")
        await PlainTextResponse("page", headers={"x-frame-options": "DENY"})(scope, receive, send)

    settings = Settings(home=tmp_path, corpus=tmp_path, model="none")
    client = TestClient(Embed(page, settings), root_path="/chat")
    answer = client.get("/chat/embed")
    assert "x-frame-options" not in answer.headers
    assert ancestors(answer) == ["'self'"]
    client.get("/embed")
    assert seen == ["/chat/ /chat/", "/embed /embed"]
