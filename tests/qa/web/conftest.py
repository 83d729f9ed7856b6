"""The application on a free port of this machine, and its pages in a real browser."""

import asyncio
import socket
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager, contextmanager
from typing import Literal
from urllib.parse import urlsplit

import pytest
import uvicorn
from fastapi import FastAPI
from playwright.sync_api import Browser, Page

from index.build import build_index
from qa.settings import Settings
from qa.site import Limits
from qa.web.app import create_app
from qa.web.options import ServerOptions

NETWORK = ("http", "https", "ws", "wss")
RIVERSIDE = """name = "Riverside Clinic"
region = "GB"
greeting = "Ask us about the garden."
suggested_questions = ["What is ketamine?", "Is there a pond?"]
phone = "020 7946 0000"
out_of_hours_phone = "+44 20 7946 0001"
contact_page = "https://riverside.example/contact"
privacy_page = "https://riverside.example/privacy"
accent = "#7a3e9d"
[limits]
client_per_minute = 100_000
site_per_minute = 100_000
"""
GARDEN = "Our garden\n\nOur garden has a pond with seven red fish in it, and you may sit beside it.\n"
Serve = Callable[..., AbstractContextManager[str]]
Watch = Callable[..., AbstractContextManager[Page]]
Listening = Callable[..., AbstractContextManager[str]]


@pytest.fixture(scope="session")
def address(settings: Settings, serve: Serve) -> Iterator[str]:
    """The real product."""
    with serve(settings) as served:
        yield served


@pytest.fixture(scope="session")
def make_app() -> Callable[[Settings], FastAPI]:
    """Makes the application inside of a running loop: elsewhere Gradio opens loops of its own and never closes them."""

    async def made(settings: Settings) -> FastAPI:
        return create_app(settings)

    def make(settings: Settings) -> FastAPI:
        with ThreadPoolExecutor(1) as thread:
            return thread.submit(asyncio.run, made(settings)).result()

    return make


@pytest.fixture(scope="session")
def unhurried() -> ServerOptions:
    """Lets a module ask more in a minute than a visitor may."""
    return ServerOptions(limits=Limits(client_per_minute=100_000, site_per_minute=100_000))


@pytest.fixture(scope="session")
def listening() -> Listening:
    """Lets an application listen on a free port while a with-block lasts, and gives its address."""
    return _listening


@contextmanager
def _listening(served: FastAPI, lifespan: Literal["auto", "off"] = "auto", root_path: str = "") -> Iterator[str]:
    with socket.create_server(("127.0.0.1", 0)) as free:
        config = uvicorn.Config(
            served, log_level="critical", lifespan=lifespan, root_path=root_path, proxy_headers=False
        )
        server = uvicorn.Server(config)
        thread = threading.Thread(target=server.run, args=([free],))
        thread.start()
        try:
            yield f"http://127.0.0.1:{free.getsockname()[1]}"
        finally:
            server.should_exit = True
            thread.join(timeout=60)


@pytest.fixture
def watch() -> Watch:
    """Opens a page, in a context with the options given, while a with-block lasts.

    A request to another address than the one given, a fault of a script, an error on the console and a cookie fail the
    test at the end of the block.
    """
    return _watching


@contextmanager
def _watching(browser: Browser, address: str, **options: object) -> Iterator[Page]:
    context = browser.new_context(**options)
    shown = context.new_page()
    requested: list[str] = []
    errors: list[str] = []
    shown.on("request", lambda asked: requested.append(asked.url))
    shown.on("pageerror", lambda error: errors.append(str(error)))
    shown.on("console", lambda said: errors.append(said.text) if said.type == "error" else None)
    yield shown
    hosts = {urlsplit(url).netloc for url in requested if urlsplit(url).scheme in NETWORK}
    assert hosts == {urlsplit(address).netloc}
    assert errors == []
    assert context.cookies() == []
    context.close()


@pytest.fixture(scope="module")
def small_site(small_home: Settings) -> Settings:
    """The small corpus with a built index, and a clinic's site `riverside` with a document of its own."""
    site = small_home.sites / "riverside"
    (site / "documents").mkdir(parents=True)
    site.with_suffix(".toml").write_text(RIVERSIDE, encoding="utf-8")
    (site / "documents" / "garden.txt").write_text(GARDEN, encoding="utf-8")
    build_index(small_home.place)
    return small_home
