"""The application on a free port of this machine, and a real browser."""

import os
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path

import httpx
import pytest
from playwright.sync_api import Browser, sync_playwright

from qa.settings import Settings

STARTING = 8
"""Attempts to connect, with pauses that double from half a second: over a minute in all."""

Serve = Callable[..., AbstractContextManager[str]]


@contextmanager
def _serving(settings: Settings, *options: str) -> Iterator[str]:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    names = {"KETAMINE_QA_HOME": str(settings.home), "KETAMINE_QA_CORPUS": str(settings.corpus)}
    command = [Path(sys.executable).with_name("ketamine-qa"), "serve", "--port", str(port), *options]
    server = subprocess.Popen(command, env={**os.environ, **names})
    address = f"http://127.0.0.1:{port}"
    try:
        with httpx.Client(transport=httpx.HTTPTransport(retries=STARTING)) as client:
            client.get(f"{address}/healthz").raise_for_status()
        yield address
    finally:
        server.terminate()
        server.wait(timeout=30)


@pytest.fixture(scope="session")
def serve() -> Serve:
    """Serves an application, with options of `ketamine-qa serve`, while a with-block lasts, and gives its address."""
    return _serving


@pytest.fixture(scope="session")
def address(settings: Settings) -> Iterator[str]:
    """The real product."""
    with _serving(settings) as served:
        yield served


@pytest.fixture(scope="session")
def browser(chromium: list[str]) -> Iterator[Browser]:
    path, *arguments = chromium
    with sync_playwright() as playwright:
        launched = playwright.chromium.launch(executable_path=path, args=arguments)
        yield launched
        launched.close()
