"""One question of the API: its body, its origin, its answer as JSON or as events, or why there is none."""

import asyncio
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from functools import partial
from typing import Any

from fastapi import Request
from fastapi.responses import JSONResponse, Response

from corpus.errors import ProjectError
from qa.render import answer_record
from qa.site import Site
from qa.types import Answer
from qa.web.access import Refused
from qa.web.asked import MOST_BYTES, Asked, read_asked
from qa.web.body import read_body
from qa.web.desk import Caller, Desk, Door, Passed, key_in
from qa.web.events import MEDIA_TYPE, answer_events, error_event
from qa.web.origins import is_listed, is_own, let_in_headers
from qa.web.refusals import ComeBack, refusal_headers, refusal_record, status_of
from qa.web.turnstile import AGAIN, BUSY

THREADS = 40
"""More than the turnstile lets wait, so that a card never stands behind those."""
LONG = 8_000
"""Characters from which a text is read by a thread of its own: triage takes a second for the longest."""
SECONDS = 30.0
"""How long an answer may take once triage has seen the question."""
UNKEPT = {"cache-control": "no-store"}
FORBIDDEN = 403


class Answering:
    """Answers the questions that come through the API."""

    def __init__(self, desk: Desk) -> None:
        """Start no thread yet."""
        self._desk = desk
        self._threads = ThreadPoolExecutor(THREADS, "ask")
        self._long = ThreadPoolExecutor(1, "ask-long")

    async def respond(self, request: Request, *, events: bool) -> Response:
        """Give the answer to a request, or the refusal, both as events if asked for."""
        asked = read_asked(*await read_body(request.stream(), MOST_BYTES))
        site = self._desk.pipeline.nearest_site(asked.site, asked.region)
        headers = dict(UNKEPT)
        try:
            headers |= check_origin(request, site)
            answer = await self._answer(asked, caller_of(request))
        except ProjectError as error:
            return refusal(error, site, headers, events=events)
        record = answer_record(answer)
        if events:
            return Response(answer_events(record), headers=headers, media_type=MEDIA_TYPE)
        return JSONResponse(record, headers=headers)

    async def _answer(self, asked: Asked, caller: Caller) -> Answer:
        """Give the answer. No time is too long for triage; what comes after it is given up after a while."""
        passed = Passed()
        threads = self._long if len(asked.text) > LONG else self._threads
        work = asyncio.get_running_loop().run_in_executor(threads, partial(self._ask, asked, caller, passed))
        done, _ = await asyncio.wait({work}, timeout=SECONDS)
        if not done and passed.triage:
            work.add_done_callback(lambda late: late.exception())
            raise ComeBack(BUSY, "The answer took too long.", AGAIN)
        return await work

    def _ask(self, asked: Asked, caller: Caller, passed: Passed) -> Answer:
        if asked.fault is None:
            return self._desk.ask(
                asked.text, asked.history, caller=caller, today=date.today(), site=asked.site, region=asked.region,
                passed=passed,
            )  # fmt: skip
        if card := self._desk.card(asked.text, caller, asked.site, asked.region):
            return card
        raise asked.fault


def check_origin(request: Request, site: Site) -> dict[str, str]:
    """Give the headers for the page that asks, none for the server's own or for no page. Raises Refused (403)."""
    origin = request.headers.get("origin")
    if origin is None or is_own(origin, request.url.scheme, request.headers.get("host", "")):
        return {}
    if not is_listed(origin, site):
        raise Refused(FORBIDDEN, "This page may not ask here.", "The site's operator lists it under allowed_origins.")
    return dict(let_in_headers(origin))


def caller_of(request: Request, door: Door = "api") -> Caller:
    """Tell who asks, at which door."""
    address = request.client.host if request.client else ""
    key = key_in(request.headers.get("authorization", ""))
    return Caller(door, address, key, page="origin" in request.headers)


def refusal(error: ProjectError, site: Site, headers: dict[str, str], *, events: bool = False) -> Response:
    """Give a refusal in the form that was asked for. headers: further ones."""
    record: dict[str, Any] = refusal_record(error, site)
    further = {**headers, **refusal_headers(error)}
    if events:
        return Response(error_event(record), status_of(error), further, MEDIA_TYPE)
    return JSONResponse(record, status_of(error), further)
