"""What a proxy says is believed of a trusted one alone; the server can stand below a path."""

import asyncio
from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Any

import httpx
import pytest

from corpus.errors import SettingsError
from qa.settings import Settings
from qa.site import Limits
from qa.web import app
from qa.web.options import (
    CLIENT_LIMIT,
    METRICS_TOKEN,
    PROXIES,
    ROOT_PATH,
    SITE_LIMIT,
    ServerOptions,
    read_server_options,
)
from qa.web.proxies import PASSED_ON, Proxies

MakeClient = Callable[..., httpx.Client]
CRY = {"question": "I want to kill myself"}
SENT = {
    "host": "internal:7860", "x-forwarded-for": "192.0.2.9, 10.1.1.1", "x-forwarded-proto": "https",
    "x-forwarded-host": "chat.example", "x-gradio-server": "http://evil.example",
}  # fmt: skip


def seen_by_the_app(trusted: tuple[str, ...], peer: str, sent: dict[str, str] = SENT) -> dict[str, Any]:
    seen: dict[str, Any] = {}

    async def look(scope: Any, *_: Any) -> None:  # noqa: ANN401 - ASGI
        seen.update(scope)

    headers = [(name.encode(), value.encode()) for name, value in sent.items()]
    scope = {"type": "http", "client": (peer, 1), "scheme": "http", "headers": headers}
    asyncio.run(Proxies(look, trusted)(scope, None, None))  # type: ignore[arg-type] - nothing is received or sent
    return seen


@pytest.mark.parametrize("trusted", [("10.0.0.0/8",), ("10.1.1.2", "10.1.1.1"), ("*",)])
def test_a_trusted_proxy_is_believed(trusted: tuple[str, ...]) -> None:
    scope = seen_by_the_app(trusted, "10.1.1.2")
    assert (scope["client"][0], scope["scheme"]) == ("192.0.2.9", "https")
    headers = dict(scope["headers"])
    assert headers[b"host"] == b"chat.example"
    assert b"x-forwarded-host" not in headers
    assert b"x-gradio-server" not in headers
    assert scope[PASSED_ON] is True


@pytest.mark.parametrize(("trusted", "peer"), [((), "127.0.0.1"), (("10.0.0.0/8",), "192.0.2.1"), (("10.1.1.1",), "")])
def test_any_other_is_not(trusted: tuple[str, ...], peer: str) -> None:
    scope = seen_by_the_app(trusted, peer)
    assert (scope["client"][0], scope["scheme"]) == (peer, "http")
    assert dict(scope["headers"]) == {b"host": b"internal:7860"}
    assert scope[PASSED_ON] is True


def test_who_comes_directly_is_known_to() -> None:
    assert seen_by_the_app((), "127.0.0.1", {"host": "chat.example"})[PASSED_ON] is False


def test_the_page_behind_a_proxy_has_an_origin_of_its_own(home: Settings, client_of: MakeClient) -> None:
    client = client_of(home, ServerOptions(proxies=("127.0.0.1",)))
    behind = {"x-forwarded-proto": "https", "x-forwarded-host": "chat.example", "x-forwarded-for": "192.0.2.1"}
    for origin, status in (("https://chat.example", 200), ("http://chat.example", 403), (str(client.base_url), 403)):
        assert client.post("/api/v1/ask", json=CRY, headers={**behind, "origin": origin}).status_code == status
    assert client.get("/config", headers=behind).json()["root"] == "https://chat.example"


def test_a_stranger_cannot_say_where_the_page_is(client: httpx.Client) -> None:
    page = client.get("/", headers={"x-forwarded-host": "evil.example", "x-gradio-server": "http://evil.example"})
    assert "evil.example" not in page.text


def test_below_a_path(home: Settings, listening: Callable[..., AbstractContextManager[str]]) -> None:
    async def made() -> Any:  # noqa: ANN401 - FastAPI
        return app.create_app(home, options=ServerOptions(root_path="/ketamine"))

    with (
        listening(asyncio.run(made()), root_path="/ketamine") as address,
        httpx.Client(base_url=address, timeout=300) as client,
    ):
        assert client.post("/api/v1/ask", json=CRY).json()["outcome"] == "crisis"
        assert client.get("/config").json()["root"] == f"{address}/ketamine"
        assert client.get("/gradio_api/info").status_code == 404
        assert client.get("/").status_code == 200
        evil = {"origin": "https://evil.example"}
        assert client.post("/gradio_api/queue/join", json={}, headers=evil).status_code == 403
        assert client.get("/api/v1/openapi.json").json()["servers"] == [{"url": "/ketamine"}]


def test_the_environment_is_read() -> None:
    assert read_server_options({}) == ServerOptions()
    set_ = {
        PROXIES: "127.0.0.1, 10.0.0.0/8 ::1", ROOT_PATH: "/ketamine/", METRICS_TOKEN: "0123456789abcdef",
        CLIENT_LIMIT: "5", SITE_LIMIT: "50",
    }  # fmt: skip
    assert read_server_options(set_) == ServerOptions(
        ("127.0.0.1", "10.0.0.0/8", "::1"), "/ketamine", "0123456789abcdef", Limits(5, 50)
    )


@pytest.mark.parametrize(
    ("name", "value"),
    [
        (PROXIES, "proxy.example"), (PROXIES, "10.0.0.1/8"), (ROOT_PATH, "ketamine"), (ROOT_PATH, "/a b"),
        (METRICS_TOKEN, "short"), (CLIENT_LIMIT, "0"), (SITE_LIMIT, "many"), (CLIENT_LIMIT, "-1"),
    ],
)  # fmt: skip
def test_a_value_that_cannot_be_used_is_named(name: str, value: str) -> None:
    with pytest.raises(SettingsError, match=name):
        read_server_options({name: value})
