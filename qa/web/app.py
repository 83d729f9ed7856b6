"""The HTTP side (the only file that imports FastAPI): the chat at /, answers at /api/v1/ask, health at /healthz."""

import json
from datetime import date
from typing import Any

import uvicorn
from fastapi import FastAPI, Request
from fastapi.responses import JSONResponse
from starlette.concurrency import run_in_threadpool
from starlette.middleware.cors import CORSMiddleware
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from corpus.errors import IndexFault, IndexMissing, ProjectError, QuestionError, SettingsError
from qa.pipeline import Pipeline
from qa.policy.load import wordings
from qa.render import answer_record, turns_of
from qa.settings import Settings
from qa.web.access import PAGE, EvaluateOptions, read_options
from qa.web.chat import mount_chat
from qa.web.sheet_route import add_sheet

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
CLOSED = (
    "/gradio_api/upload",
    "/upload",
    "/gradio_api/file",
    "/file",
    "/gradio_api/proxy",
    "/proxy",
    "/openapi.json",
    "/docs",
    "/redoc",
)
"""Gradio routes that the chat does not need: nothing is uploaded, no file is served, its own API is not described."""
MOST_BYTES = 262_144
STATUS: dict[type[ProjectError], int] = {QuestionError: 422, SettingsError: 404, IndexMissing: 503, IndexFault: 503}


class Guard:
    """Adds the security headers to every response and closes routes nobody needs. /evaluate has a policy of its own."""

    def __init__(self, app: ASGIApp) -> None:
        """Wrap an application."""
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                own = dict(message.get("headers", [])) if scope["path"].startswith(PAGE) else {}
                extra = [(name.encode(), value.encode()) for name, value in HEADERS.items()]
                kept = [(name, value) for name, value in extra if name not in own]
                message["headers"] = [*message.get("headers", []), *kept]
            await send(message)

        if scope["path"].startswith(CLOSED):
            await JSONResponse({"error": "closed"}, status_code=403)(scope, receive, send_with_headers)
            return
        await self._app(scope, receive, send_with_headers)


def create_app(settings: Settings, evaluate: EvaluateOptions | None = None) -> FastAPI:
    """Give the application for the settings, with the evaluation page for those whom `evaluate` lets in.

    An index that is missing is said in the answer, not here. Raises SettingsError where the page needs a package that
    is not installed.
    """
    pipeline = Pipeline(settings)
    app = FastAPI(title="Ketamine QA", docs_url=None, redoc_url=None, openapi_url=None)
    app.add_middleware(CORSMiddleware, allow_origins=[])
    app.add_middleware(Guard)

    @app.get("/healthz")
    def healthz() -> dict[str, str]:
        return {"status": "ok"}

    @app.post("/api/v1/ask")
    async def ask(request: Request) -> JSONResponse:
        body = await request.body()
        return await run_in_threadpool(_respond, pipeline, body)

    if evaluate:
        _add_evaluate(app, settings, pipeline, evaluate)
    add_sheet(app, pipeline)
    mount_chat(app, pipeline)
    return app


def serve(settings: Settings, host: str, port: int, *, evaluate: bool = False) -> None:
    """Serve until stopped, with the evaluation page if asked for. No request is logged.

    Raises SettingsError where the page would be open to everybody, or needs a package that is not installed.
    """
    app = create_app(settings, read_options(host) if evaluate else None)
    uvicorn.run(app, host=host, port=port, access_log=False, log_level="warning", server_header=False)


def _add_evaluate(app: FastAPI, settings: Settings, pipeline: Pipeline, options: EvaluateOptions) -> None:
    try:
        from qa.web.evaluate import mount_evaluate
        from qa.web.runs import Runs
    except ModuleNotFoundError as error:
        raise SettingsError(
            f"The evaluation page needs {error.name}, which is not installed.",
            "Run: pip install 'ketamine-qa[evaluate]'",
        ) from error
    mount_evaluate(app, Runs(settings, pipeline), options)


def _respond(pipeline: Pipeline, body: bytes) -> JSONResponse:
    try:
        request = _request(body)
        answer = pipeline.ask(
            request["question"],
            turns_of(request.get("history") or []),
            today=date.today(),
            site=request.get("site"),
            region=request.get("region"),
        )
    except ProjectError as error:
        status = next((code for kind, code in STATUS.items() if isinstance(error, kind)), 500)
        return JSONResponse(_error_record(pipeline, error), status_code=status)
    return JSONResponse(answer_record(answer))


def _request(body: bytes) -> dict[str, Any]:
    if len(body) > MOST_BYTES:
        raise QuestionError(f"The request has more than {MOST_BYTES} bytes.", "Send less.")
    try:
        request = json.loads(body)
    except ValueError as error:
        raise QuestionError("The request is not JSON.", 'Send {"question", "history", "site"}.') from error
    if not isinstance(request, dict) or not isinstance(request.get("question"), str):
        raise QuestionError("The request has no question.", 'Send {"question", "history", "site"}.')
    for name in ("site", "region"):
        if not isinstance(request.get(name), str | None):
            raise QuestionError(f"The request's {name} is not text.", "Send its id, or leave it out.")
    return request


def _error_record(pipeline: Pipeline, error: ProjectError) -> dict[str, str]:
    needed = pipeline.site(None).lines.fill(wordings()["help"]["line"])
    return {"error": error.message, "remedy": error.remedy, "help": needed}
