"""What of Gradio is open, of all the routes that the installed version has."""

import asyncio
import re
from collections.abc import Iterator
from typing import Any

import httpx
import pytest
from starlette.routing import Mount

from qa.settings import Settings
from qa.web.app import create_app
from qa.web.gradio_door import OPEN, OPEN_BELOW

METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS")


async def gradio_paths(settings: Settings) -> list[str]:
    """Every path of the mounted Gradio, with its parameters filled in."""
    [mount] = [route for route in create_app(settings).routes if isinstance(route, Mount)]
    gradio: Any = mount.app._app
    return sorted({re.sub(r"{[^}]*}", "x", path) for path in _paths(gradio.routes)})


def _paths(routes: Any, before: str = "") -> Iterator[str]:  # noqa: ANN401 - the kinds of routes differ by version
    for route in routes:
        router = getattr(route, "original_router", None) or getattr(route, "app", None)
        if router is not None and hasattr(router, "routes"):
            yield from _paths(router.routes, before + getattr(route, "path", ""))
        elif hasattr(route, "path"):
            yield before + route.path


def test_only_what_the_chat_needs_is_there(home: Settings, client: httpx.Client) -> None:
    paths = asyncio.run(gradio_paths(home))
    assert "/gradio_api/upload" in paths
    assert "/gradio_api/queue/join" in paths
    assert len(paths) > 40
    closed = [path for path in paths if path not in OPEN["GET"] | OPEN["POST"] and not path.startswith(OPEN_BELOW)]
    for path in closed:
        for method in METHODS:
            assert client.request(method, path).status_code == 404, (method, path)


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("POST", "/"), ("GET", "/gradio_api/queue/join"), ("POST", "/config"), ("DELETE", "/assets/x"),
        ("GET", "/gradio_api/file=/etc/passwd"), ("GET", "/docs"), ("GET", "/redoc"), ("GET", "/openapi.json"),
        ("GET", "/gradio_api/../gradio_api/info"), ("GET", "//gradio_api/info"), ("GET", "/%2e%2e/gradio_api/info"),
    ],
)  # fmt: skip
def test_what_is_not_open_is_not_there(client: httpx.Client, method: str, path: str) -> None:
    refused = client.request(method, path)
    assert refused.status_code == 404
    assert "988" in refused.json()["help"]


def test_a_wrong_method_names_the_right_one(client: httpx.Client) -> None:
    refused = client.get("/api/v1/ask")
    assert (refused.status_code, refused.headers["allow"]) == (405, "POST")
    assert "988" in refused.json()["help"]


def test_what_gradio_refuses_carries_help(client: httpx.Client) -> None:
    for refused in (client.get("/assets/none.js"), client.post("/gradio_api/queue/join", json={})):
        assert refused.status_code in (404, 422)
        assert "988" in refused.json()["help"]


def test_the_page_has_what_it_needs(client: httpx.Client) -> None:
    page = client.get("/")
    assert page.status_code == 200
    named = set(re.findall(r'(?:src|href)="\./((?:assets|static|theme)[^"]*)"', page.text))
    assert named
    for path in named:
        assert client.get(f"/{path}").status_code == 200, path
    assert client.get("/gradio_api/app_id").json()["app_id"]


def test_every_response_carries_the_policy_and_sets_no_cookie(client: httpx.Client) -> None:
    for path in ("/", "/healthz", "/nothing", "/config", "/api/v1/sources"):
        answer = client.get(path)
        assert "default-src 'self'" in answer.headers["content-security-policy"]
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert "set-cookie" not in answer.headers
