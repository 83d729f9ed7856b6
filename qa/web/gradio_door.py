"""What of Gradio is open: the page, its assets, and the few endpoints by which the chat asks and is answered."""

import json
from collections.abc import Callable, Sequence
from contextlib import suppress
from urllib.parse import parse_qs

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import BaseRoute, Match
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from corpus.errors import ProjectError
from qa.web.access import Refused
from qa.web.answering import caller_of
from qa.web.body import read_body
from qa.web.desk import Desk
from qa.web.guard import path_of
from qa.web.refusals import ComeBack, NotAllowed, refusal_headers, refusal_record, status_of

JOIN, DATA = "/gradio_api/queue/join", "/gradio_api/queue/data"
OPEN = {
    "GET": frozenset({
        "/", "/config", "/theme.css", "/favicon.ico", "/robots.txt", DATA, "/gradio_api/app_id",
    }),
    "HEAD": frozenset({"/"}),
    "POST": frozenset({JOIN}),
}  # fmt: skip
OPEN_BELOW = ("/assets/", "/static/", "/gradio_api/heartbeat/")
JOINS = 240
"""Events of the page from one address in a minute. Questions are counted one by one where they are answered."""
MOST_BYTES = 2_097_152
"""Bytes of an event: the page sends the conversation along."""
NOT_FOUND, LEAST_ERROR = 404, 400


class GradioDoor:
    """Stands before Gradio. What is not open is not there; what Gradio refuses is said in our form, with help."""

    def __init__(self, app: ASGIApp, desk: Desk, routes: Sequence[BaseRoute], drop: Callable[[str], None]) -> None:
        """Wrap Gradio.

        routes: of the application around it, which say what a path of theirs allows. drop: forgets what a session has
        not fetched.
        """
        self._app, self._desk, self._routes, self._drop = app, desk, routes, drop

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        try:
            self._check_open(scope)
            if path_of(scope) == JOIN:
                receive = await self._joining(Request(scope, receive))
        except ProjectError as error:
            await self._refusal(error)(scope, receive, send)
            return
        try:
            await self._app(scope, receive, self._translated(scope, receive, send))
        finally:
            if path_of(scope) == DATA:
                for session in parse_qs(scope["query_string"].decode("latin-1")).get("session_hash", []):
                    self._drop(session)

    def _check_open(self, scope: Scope) -> None:
        method, path = scope["method"], path_of(scope)
        if path in OPEN.get(method, ()) or (method == "GET" and path.startswith(OPEN_BELOW)):
            return
        matches = [route for route in self._routes if route.matches(scope)[0] is Match.PARTIAL]
        if matches:
            raise NotAllowed({method for route in matches for method in getattr(route, "methods", None) or ()})
        raise Refused(NOT_FOUND, "There is nothing here.", "Open the chat at its start page.")

    async def _joining(self, request: Request) -> Receive:
        """Give what receives the event again. Raises Refused for one too large, ComeBack for one too many.

        One too many that needs a card is let through to get it.
        """
        body, cut = await read_body(request.stream(), MOST_BYTES)
        if cut:
            raise cut
        try:
            self._desk.rates.count("event", caller_of(request).address, JOINS)
        except ComeBack:
            if not await run_in_threadpool(self._is_danger, body):
                raise
        whole: list[Message] = [{"type": "http.request", "body": body, "more_body": False}]

        async def receive() -> Message:
            return whole.pop() if whole else await request.receive()

        return receive

    def _is_danger(self, body: bytes) -> bool:
        """Tell whether a text in an event calls for a card."""
        with suppress(ValueError, RecursionError, TypeError, KeyError):
            texts = [value for value in json.loads(body)["data"] if isinstance(value, str)]
            return any(self._desk.pipeline.card(text) for text in texts)
        return False

    def _translated(self, scope: Scope, receive: Receive, send: Send) -> Send:
        """Give a `send` that puts our words in the place of what Gradio says with an error's status."""
        refused = False

        async def pass_on(message: Message) -> None:
            nonlocal refused
            if message["type"] == "http.response.start" and message["status"] >= LEAST_ERROR:
                refused = True
                error = Refused(message["status"], "The chat could not do this.", "Try again, or load the page anew.")
                await self._refusal(error)(scope, receive, send)
            elif not refused:
                await send(message)

        return pass_on

    def _refusal(self, error: ProjectError) -> JSONResponse:
        record = refusal_record(error, self._desk.pipeline.nearest_site(None))
        said = {**record, "detail": " ".join(record.values())}  # what Gradio's page shows
        return JSONResponse(said, status_of(error), refusal_headers(error))
