"""The routes below /api/v1."""

from datetime import date
from typing import Annotated, Any

from fastapi import FastAPI, Query, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse, Response

from corpus.errors import ProjectError, QuestionError
from qa.site import Site
from qa.web import schema
from qa.web.answering import UNKEPT, Answering, caller_of, check_origin, refusal
from qa.web.body import read_body
from qa.web.desk import Desk
from qa.web.document import EVENT, ROOT, refusals, takes
from qa.web.events import MEDIA_TYPE, wants_events
from qa.web.refusals import for_visitors
from qa.web.sources import sources_record

FEEDBACK_BYTES = 2_048
THUMBS, LISTS = 30, 30
"""Thumbs, and lists of sources, that one visitor may send or ask for in a minute."""
EVENTS: dict[str, Any] = {"content": {MEDIA_TYPE: {"schema": {"$ref": EVENT}}}, "description": "Events."}
ASKING = refusals(401, 403, 404, 408, 413, 422, 429, 500, 503)


def add_api(app: FastAPI, desk: Desk) -> None:
    """Add the routes to the application, and its form of errors for a parameter that is not of its form."""
    _add_ask(app, Answering(desk))
    _add_feedback(app, desk)
    _add_sources(app, desk)

    async def misformed(request: Request, error: Exception) -> Response:
        del request, error
        fault = QuestionError("The address is not of its form.", "Correct what stands behind the question mark.")
        return refusal(fault, desk.pipeline.nearest_site(None), UNKEPT)

    app.add_exception_handler(RequestValidationError, misformed)


def _add_ask(app: FastAPI, answering: Answering) -> None:
    either = {"model": schema.AnswerModel, **EVENTS, "description": "The answer."}

    @app.post(
        f"{ROOT}/ask", summary="Ask a question", responses={200: either, **ASKING}, openapi_extra=takes("AskRequest")
    )
    async def ask(request: Request) -> Response:
        """Give the answer as JSON; as server-sent events where Accept names text/event-stream."""
        return await answering.respond(request, events=wants_events(request.headers.get("accept", "")))

    @app.post(
        f"{ROOT}/ask/stream", summary="Ask, and get events", response_class=Response,
        responses={200: EVENTS, **_as_events(ASKING)}, openapi_extra=takes("AskRequest"),
    )  # fmt: skip
    async def stream(request: Request) -> Response:
        """Give one event `sentence` for each sentence, then `answer` with the whole; `error` where there is none."""
        return await answering.respond(request, events=True)


def _add_feedback(app: FastAPI, desk: Desk) -> None:
    @app.post(
        f"{ROOT}/feedback", summary="Count a thumb", status_code=204, response_class=Response,
        responses=refusals(403, 404, 408, 413, 422, 429), openapi_extra=takes("FeedbackRequest"),
    )  # fmt: skip
    async def feedback(request: Request) -> Response:
        """Count a thumb and its category. No text is taken."""
        where, headers = desk.pipeline.nearest_site(None), dict(UNKEPT)
        body, cut = await read_body(request.stream(), FEEDBACK_BYTES)
        try:
            given = _thumb(body, cut)
            where, headers = _let_in(request, desk, given.site)
            desk.rates.count("feedback", caller_of(request).address, THUMBS)
        except ProjectError as error:
            return refusal(error, where, headers)
        desk.metrics.thumb(where, given.thumb, given.category or "none")
        return Response(status_code=204, headers=headers)


def _add_sources(app: FastAPI, desk: Desk) -> None:
    responses = {200: {"model": schema.SourcesModel}, **refusals(403, 404, 422, 429, 503)}

    @app.get(f"{ROOT}/sources", summary="What answers rest on", responses=responses)
    def sources(request: Request, site: Annotated[schema.SiteId | None, Query()] = None) -> Response:
        """Give the documents that answer on a site, and their public sources."""
        where, headers = desk.pipeline.nearest_site(None), dict(UNKEPT)
        try:
            where, headers = _let_in(request, desk, site)
            desk.rates.count("sources", caller_of(request).address, LISTS)
            generation = desk.pipeline.open().searcher.generation
            withdrawn = desk.pipeline.withdrawals.on(where.id, generation.corpus)
        except ProjectError as error:
            return refusal(for_visitors(error), where, headers)
        stamp = {"generation": generation.manifest.name, "corpus": f"sha256:{generation.manifest.corpus}"}
        record = sources_record(generation.corpus, where.id, date.today(), withdrawn)
        return JSONResponse({**record, "index": stamp}, headers=headers)


def _thumb(body: bytes, cut: ProjectError | None) -> schema.FeedbackRequest:
    if cut:
        raise cut
    return schema.read_feedback(body)


def _let_in(request: Request, desk: Desk, site: str | None) -> tuple[Site, dict[str, str]]:
    """Give the site that a request names, and the headers for its page. Raises Refused or SettingsError."""
    try:
        where = desk.pipeline.site(site)
    except ProjectError as error:
        raise for_visitors(error) from error
    return where, {**UNKEPT, **check_origin(request, where)}


def _as_events(described: dict[int | str, dict[str, Any]]) -> dict[int | str, dict[str, Any]]:
    return {status: {**EVENTS, "description": one["description"]} for status, one in described.items()}
