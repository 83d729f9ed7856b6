"""What the chat's server still holds of a conversation once its answer has been fetched: nothing."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from time import sleep
from typing import Any

import httpx
import pytest
from fastapi import FastAPI
from gradio.routes import App

from qa.settings import Settings
from qa.web.options import ServerOptions

Listening = Callable[..., AbstractContextManager[str]]
Chat = Callable[..., httpx.Response]
MakeApp = Callable[..., FastAPI]
QUESTION = "How long do I rest in the clinic after the spray?"


@pytest.fixture
def served(home: Settings, unhurried: ServerOptions, application_of: MakeApp) -> FastAPI:
    """The application itself, to be looked into."""
    return application_of(home, unhurried)


def gradio_in(served: FastAPI) -> App:
    """Give Gradio's application, which stands behind its door."""
    doors: list[Any] = [getattr(route, "app", None) for route in served.routes]
    return next(door._app for door in doors if isinstance(getattr(door, "_app", None), App))


def test_nothing_typed_stays_in_the_server(served: FastAPI, listening: Listening, chat: Chat) -> None:
    with listening(served) as address, httpx.Client(base_url=address, timeout=300) as client:
        assert "kq-answer" in chat(client, QUESTION, "one session").text
        gradio = gradio_in(served)
        assert not gradio.state_holder.session_data
        for _ in range(50):
            if not gradio.get_blocks()._queue.pending_messages_per_session:
                break
            sleep(0.1)
        assert not gradio.get_blocks()._queue.pending_messages_per_session


def test_who_has_no_page_needs_the_sites_key_in_the_chat_too(client: httpx.Client, chat: Chat, key: str) -> None:
    refused = chat(client, QUESTION, "keyless", site="keyed")
    assert "kq-fault" in refused.text
    answered = chat(client, QUESTION, "with a key", site="keyed", authorization=f"Bearer {key}")
    assert "kq-fault" not in answered.text
    page = chat(client, QUESTION, "a page", site="keyed", origin=str(client.base_url).rstrip("/"))
    assert "kq-fault" not in page.text
