"""The application over the small corpus, asked over a real socket."""

import asyncio
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack
from hashlib import sha256
from pathlib import Path
from typing import Any

import httpx
import pytest
from fastapi import FastAPI

from qa.settings import Settings
from qa.web.app import create_app
from qa.web.options import ServerOptions

KEY = "a key that opens nothing else"
SITES = {
    "harbour": """
name = "Invented Harbour Clinic"
region = "GB"
allowed_origins = ["https://clinic.example", "https://www.clinic.example:8443"]
""",
    "keyed": f"""
name = "Invented Keyed Clinic"
region = "CA"
api_key_sha256 = "{sha256(KEY.encode()).hexdigest()}"
limits = {{ client_per_minute = 2, site_per_minute = 5 }}
""",
    "open": """
name = "Invented Open Clinic"
region = "IE"
allowed_origins = ["*"]
""",
    "faulty": 'name = "Invented Faulty Clinic"\nallowed_origins = "https://faulty.example"\n',
}  # fmt: skip
Listening = Callable[..., AbstractContextManager[str]]
MakeClient = Callable[..., httpx.Client]
MakeApp = Callable[..., FastAPI]
Chat = Callable[..., httpx.Response]


@pytest.fixture(scope="module")
def home(small_settings: Settings) -> Settings:
    """An index of the small corpus, and some sites."""
    _write_sites(small_settings.sites)
    return small_settings


@pytest.fixture(scope="module")
def application_of() -> MakeApp:
    """Makes the application for settings and options."""
    return lambda settings, options=None: asyncio.run(_made(settings, options))


@pytest.fixture(scope="module")
def client_of(listening: Listening, application_of: MakeApp) -> Iterator[MakeClient]:
    """Makes a client of the application for settings and options, over a real socket."""
    with ExitStack() as stack:

        def make(settings: Settings, options: ServerOptions | None = None) -> httpx.Client:
            address = stack.enter_context(listening(application_of(settings, options)))
            return stack.enter_context(httpx.Client(base_url=address, timeout=300))

        yield make


@pytest.fixture(scope="module")
def client(home: Settings, client_of: MakeClient, unhurried: ServerOptions) -> httpx.Client:
    """A client of the application with an index, that may ask as often as the tests like."""
    made: httpx.Client = client_of(home, unhurried)
    made.get("/readyz").raise_for_status()
    return made


@pytest.fixture(scope="module")
def without_index(
    client_of: MakeClient, unhurried: ServerOptions, tmp_path_factory: pytest.TempPathFactory
) -> httpx.Client:
    """A client of the application without an index."""
    home = tmp_path_factory.mktemp("bare")
    return client_of(Settings(home=home, corpus=home, model="none"), unhurried)


@pytest.fixture(scope="module")
def chat() -> Chat:
    """Asks in the chat as its page does, and gives what the page is told."""
    return _asked_in_chat


@pytest.fixture(scope="module")
def key() -> str:
    """The key of the site `keyed`."""
    return KEY


def _asked_in_chat(
    client: httpx.Client, question: str, session: str = "session", site: str = "", **headers: str
) -> httpx.Response:
    """Give the refusal of the question, or the stream of events with the answer."""
    event = _chat_event(client.get("/config").json())
    body = {"data": [question, [], None], "fn_index": event, "session_hash": session, "event_data": None}
    named = {"site": site} if site else {}
    joined = client.post("/gradio_api/queue/join", json=body, headers=headers, params=named)
    if joined.is_error:
        return joined
    return client.get("/gradio_api/queue/data", params={"session_hash": session})


def _chat_event(config: dict[str, Any]) -> int:
    """Give the number of the event that the question box sends."""
    events = [found["id"] for found in config["dependencies"] if any(name == "submit" for _, name in found["targets"])]
    return int(events[0])


async def _made(settings: Settings, options: ServerOptions | None) -> FastAPI:
    """Make the application while a loop runs: without one Gradio makes several, and closes none."""
    return create_app(settings, options=options)


def _write_sites(folder: Path) -> None:
    folder.mkdir(exist_ok=True)
    for name, text in SITES.items():
        (folder / f"{name}.toml").write_text(text, encoding="utf-8")
