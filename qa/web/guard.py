"""What holds for every request: security headers, no page of another origin, and help in every refusal."""

import logging
from collections.abc import Iterable

from starlette.datastructures import Headers, QueryParams
from starlette.responses import JSONResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from corpus.errors import ProjectError
from qa.settings import Settings
from qa.web.access import Refused
from qa.web.desk import place_of
from qa.web.origins import is_listed_somewhere, is_own, let_in_headers
from qa.web.refusals import Unanswered, refusal_headers, refusal_record, status_of

POLICY = (
    "default-src 'self'; script-src 'self' 'unsafe-inline'; style-src 'self' 'unsafe-inline'; "
    "img-src 'self' data: blob:; font-src 'self' data:; connect-src 'self'; frame-ancestors 'self'; "
    "base-uri 'self'; form-action 'self'; object-src 'none'"
)
HEADERS = {
    "content-security-policy": POLICY,
    "x-content-type-options": "nosniff",
    "referrer-policy": "no-referrer",
    "permissions-policy": "camera=(), geolocation=(), microphone=()",
}
API, CHAT = "/api/", ("/gradio_api/", "/config")
"""Where a page of a listed origin may ask, and where only our own may."""
PREFLIGHT = {
    "access-control-allow-methods": "GET, POST",
    "access-control-allow-headers": "accept, authorization, content-type",
    "access-control-max-age": "600",
}
FORBIDDEN = 403
log = logging.getLogger(__name__)


class Guard:
    """Wraps the application. A header that a route sets itself is left as it is."""

    def __init__(self, app: ASGIApp, settings: Settings) -> None:
        """Wrap an application. settings: whose sites say which origins may ask."""
        self._app, self._settings = app, settings

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        started = False

        async def send_with_headers(message: Message) -> None:
            nonlocal started
            started = True
            await send(_with_headers(message))

        answer = self._early(scope) or self._app
        try:
            await answer(scope, receive, send_with_headers)
        except Exception as error:  # noqa: BLE001 - what it says may hold a question, and is not passed on
            log.error("A request failed: %s.", place_of(error))
            if not started:
                await self._refusal(Unanswered())(scope, receive, send_with_headers)

    def _early(self, scope: Scope) -> Response | None:
        """Give the answer to a page that may not ask, or that asks whether it may; None where the request goes on."""
        headers = Headers(scope=scope)
        origin, path = headers.get("origin"), path_of(scope)
        if origin is None or not path.startswith((API, *CHAT)):
            return None
        if is_own(origin, scope["scheme"], headers.get("host", "")):
            return None
        if not path.startswith(API) or not is_listed_somewhere(origin, self._settings, _site_in(scope)):
            said = "A page of another origin may not ask here.", "The operator lists it under allowed_origins."
            return self._refusal(Refused(FORBIDDEN, *said))
        if scope["method"] == "OPTIONS" and "access-control-request-method" in headers:
            return Response(status_code=204, headers={**PREFLIGHT, **let_in_headers(origin)})
        return None

    def _refusal(self, error: ProjectError) -> Response:
        record = refusal_record(error, self._settings.site(None))
        return JSONResponse(record, status_of(error), refusal_headers(error))


def path_of(scope: Scope) -> str:
    """Give the path as the server has it, without what a proxy puts before it."""
    return str(scope["path"]).removeprefix(scope.get("root_path", ""))


def _site_in(scope: Scope) -> str | None:
    """Give the site that the address names: a page that asks whether it may sends no body to name one in."""
    return QueryParams(scope["query_string"]).get("site")


def _with_headers(message: Message) -> Message:
    if message["type"] != "http.response.start":
        return message
    given: Iterable[tuple[bytes, bytes]] = message.get("headers", ())
    own = {name.lower() for name, _ in given}
    added = [(name.encode(), value.encode()) for name, value in HEADERS.items() if name.encode() not in own]
    return {**message, "headers": [*given, *added]}
