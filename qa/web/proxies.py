"""What a proxy says about a request is believed of a trusted one, and taken away from any other."""

from collections.abc import Iterable
from ipaddress import ip_address, ip_network
from typing import Any

from starlette.types import ASGIApp, Receive, Scope, Send
from uvicorn.middleware.proxy_headers import ProxyHeadersMiddleware

from qa.web.options import EVERY_PROXY

FORWARDED = (b"forwarded", b"x-forwarded-for", b"x-forwarded-host", b"x-forwarded-proto", b"x-forwarded-port")
UNUSED = (b"x-gradio-server", b"x-forwarded-prefix", b"x-real-ip")
"""Headers of which some are read by Gradio, and none is needed."""
PASSED_ON = "ketamine_qa.passed_on"
"""In the scope of a request: whether it says of itself that a proxy has passed it on."""

Headers = list[tuple[bytes, bytes]]


class Proxies:
    """Puts the visitor's address, scheme and host in the place of the trusted proxy's."""

    def __init__(self, app: ASGIApp, trusted: Iterable[str]) -> None:
        """Wrap an application. trusted: addresses and networks, `*` for all."""
        named = list(trusted)
        self._all = EVERY_PROXY in named
        self._networks = [ip_network(one) for one in named if one != EVERY_PROXY]
        self._app = app
        untyped: Any = app
        self._believing: Any = ProxyHeadersMiddleware(untyped, named)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        headers: Headers = scope["headers"]
        scope[PASSED_ON] = any(name in FORWARDED for name, _ in headers)
        if self._trusts(scope):
            scope["headers"] = _with_host(headers)
            await self._believing(scope, receive, send)
            return
        scope["headers"] = _without(headers, *FORWARDED, *UNUSED)
        await self._app(scope, receive, send)

    def _trusts(self, scope: Scope) -> bool:
        if self._all:
            return True
        try:
            peer = ip_address(scope["client"][0])
        except (TypeError, ValueError):
            return False
        return any(peer in network for network in self._networks)


def _with_host(headers: Headers) -> Headers:
    """Give the headers with the forwarded host as the host, and without it and those that are not needed."""
    named = next((value for name, value in headers if name == b"x-forwarded-host"), b"")
    host = named.partition(b",")[0].strip()
    kept = _without(headers, b"x-forwarded-host", *UNUSED)
    return [*_without(kept, b"host"), (b"host", host)] if host else kept


def _without(headers: Headers, *names: bytes) -> Headers:
    return [(name, value) for name, value in headers if name not in names]
