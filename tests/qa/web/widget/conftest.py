"""A clinic's page on an address of its own, and the chat on another: two origins, and two sites to the browser."""

import re
import socket
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field
from html import escape
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from fastapi import FastAPI, Request, Response
from playwright.sync_api import Browser, FrameLocator, Locator, Page, expect

from qa.settings import Settings
from qa.web.snippet import snippet

SITE = """name = "Riverside"
region = "US"
greeting = "Ask."
suggested_questions = []
phone = "+1 555 0100"
contact_page = "https://riverside.example/contact"
allowed_origins = {origins}
"""
RIVERSIDE = "riverside"
PAGE = """<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Riverside</title>
<meta name="viewport" content="width=device-width">{sheet}</head><body>{body}</body></html>"""
Listening = Callable[..., AbstractContextManager[str]]


@dataclass(frozen=True)
class Clinic:
    """A clinic's web server. address: where its pages are. pages: HTML and policy by path."""

    address: str
    pages: dict[str, tuple[str, str]]

    def put(self, body: str, policy: str = "", style: str = "") -> str:
        """Put up a page and give its address."""
        path = f"/page-{len(self.pages)}"
        sheet = '<link rel="stylesheet" href="/style.css">' if style else ""
        self.pages[path] = (PAGE.format(sheet=sheet, body=body), policy)
        self.pages["/style.css"] = (style, "")
        return f"{self.address}{path}"


@dataclass(frozen=True)
class Chat:
    """The chat's server. settings: those of its site, which the clinic's pages may frame."""

    address: str
    settings: Settings

    def snippet(self, *, versioned: bool = False, integrity: str = "", **attributes: str) -> str:
        """Give the snippet of the site, with further attributes of its tag and another hash."""
        text = snippet(self.settings.site(RIVERSIDE), self.address, versioned=versioned)
        text = re.sub(r'integrity="[^"]+', f'integrity="{integrity}', text) if integrity else text
        extra = "".join(f' data-{name}="{escape(value)}"' for name, value in attributes.items())
        return text.replace(" defer>", f"{extra} defer>")


@dataclass
class Visit:
    """A page of the clinic in the browser. requested: hosts asked for. faults: of scripts, policies and the console."""

    page: Page
    requested: set[str] = field(default_factory=set)
    faults: list[str] = field(default_factory=list)

    @property
    def launcher(self) -> Locator:
        return self.page.locator("ketamine-qa .go")

    @property
    def panel(self) -> Locator:
        return self.page.get_by_role("dialog")

    @property
    def frame(self) -> FrameLocator:
        return self.page.frame_locator("ketamine-qa iframe")

    @property
    def box(self) -> Locator:
        return self.frame.get_by_label("Your question")

    @property
    def fallback(self) -> Locator:
        return self.page.locator("[data-ketamine-qa-fallback]")

    def open(self) -> None:
        """Open the panel and wait for the chat in it."""
        self.launcher.click()
        self.wait_until_ready()

    def wait_until_ready(self) -> None:
        expect(self.page.locator("ketamine-qa .say")).to_be_hidden(timeout=60_000)

    def focused(self) -> str:
        """Class of what has the focus in the widget, or its name; empty where the focus is outside of it."""
        return str(
            self.page.evaluate(
                "(() => { const at = document.activeElement?.shadowRoot?.activeElement;"
                " return at ? at.className || at.localName : '' })()"
            )
        )


@pytest.fixture(scope="module")
def clinic(listening: Listening) -> Iterator[Clinic]:
    """A clinic's pages, at localhost: to a browser another site than 127.0.0.1."""
    pages: dict[str, tuple[str, str]] = {}
    with listening(_pages(pages)) as address:
        yield Clinic(address.replace("127.0.0.1", "localhost"), pages)


@pytest.fixture(scope="module")
def chat(
    clinic: Clinic, tmp_path_factory: pytest.TempPathFactory, listening: Listening, make_app: Callable[..., FastAPI]
) -> Iterator[Chat]:
    """The chat without an index: its cards come all the same. It lets the clinic's pages frame it."""
    settings = site_settings(tmp_path_factory.mktemp("home"), clinic.address)
    with listening(make_app(settings)) as address:
        yield Chat(address, settings)


@pytest.fixture(scope="module")
def chat_address(chat: Chat) -> str:
    return chat.address


@pytest.fixture
def nobody() -> Iterator[str]:
    """An address that is taken, and where nothing listens."""
    with socket.socket() as held:
        held.bind(("127.0.0.1", 0))
        yield f"http://127.0.0.1:{held.getsockname()[1]}"


@pytest.fixture
def page_of(clinic: Clinic, chat: Chat) -> Callable[..., str]:
    """Puts up a page of the clinic with the snippet, once or another number of times, and gives its address.

    policy: of the page, where {own} and {chat} stand for both addresses. attributes: of the tag, without `data-`.
    """

    def made(before: str = "", policy: str = "", style: str = "", times: int = 1, **attributes: Any) -> str:  # noqa: ANN401
        named = policy.format(own=clinic.address, chat=chat.address)
        shown = before + chat.snippet(**attributes) * times
        return clinic.put(f"<main><h1>Riverside</h1>{shown}</main>", named, style)

    return made


@pytest.fixture
def visit(clinic: Clinic, chat: Chat) -> Callable[..., AbstractContextManager[Visit]]:
    """Opens a page of the clinic; a request to a third host, a fault or a cookie fails the test at the end.

    first: done with the page before it is opened. fault: part of the faults that the test expects. also: a third host
    that the page may name.
    """

    @contextmanager
    def visiting(
        browser: Browser,
        address: str,
        first: Callable[[Page], None] | None = None,
        fault: str = "",
        also: str = "",
        **options: object,
    ) -> Iterator[Visit]:
        hosts = {urlsplit(known).netloc for known in (address, clinic.address, chat.address, also)}
        with visit_of(browser, options) as visited:
            if first:
                first(visited.page)
            visited.page.goto(address)
            yield visited
            assert visited.requested <= hosts
            assert [said for said in visited.faults if not fault or fault not in said] == []
            assert visited.page.context.cookies() == []

    return visiting


@contextmanager
def visit_of(browser: Browser, options: Mapping[str, object]) -> Iterator[Visit]:
    """Give a page that is watched."""
    context = browser.new_context(**options)
    visited = Visit(context.new_page())
    page = visited.page
    page.on("request", lambda asked: visited.requested.add(urlsplit(asked.url).netloc))
    page.on("pageerror", lambda error: visited.faults.append(str(error)))
    page.on("console", lambda said: visited.faults.append(said.text) if said.type == "error" else None)
    yield visited
    context.close()


def site_settings(home: Path, origin: str) -> Settings:
    """Give settings with one site, which pages of the origin may frame."""
    (home / "sites").mkdir(exist_ok=True)
    (home / "sites" / f"{RIVERSIDE}.toml").write_text(SITE.format(origins=f'["{origin}"]'), encoding="utf-8")
    return Settings(home=home, corpus=home, model="none")


def _pages(pages: dict[str, tuple[str, str]]) -> FastAPI:
    app = FastAPI()

    @app.get("/{path:path}")
    def page(request: Request) -> Response:
        if request.url.path not in pages:
            return Response(status_code=204)
        body, policy = pages[request.url.path]
        kind = {"css": "text/css", "js": "text/javascript"}.get(request.url.path.rpartition(".")[2], "text/html")
        return Response(body, media_type=kind, headers={"content-security-policy": policy} if policy else {})

    return app
