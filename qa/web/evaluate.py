"""The routes of the evaluation page, which is there only where the operator asks for it."""

import json
from base64 import b64encode
from hashlib import sha256
from html import escape
from importlib.resources import files

from fastapi import APIRouter, Depends, FastAPI, Request, Response
from fastapi.responses import HTMLResponse
from starlette.concurrency import run_in_threadpool

from corpus.errors import ProjectError, SettingsError
from qa.disclaimer import DISCLAIMER
from qa.evaluate.testset import TestSetError
from qa.web.access import PAGE, UNKNOWN, EvaluateOptions, Refused, check_place, check_token, check_type
from qa.web.runs import NotNow, Runs, UnknownRun

MOST_BYTES = 5_000_000
READ_BYTES = 20_000_000
"""What is too large is read on up to here, because a refusal does not reach a sender who is cut off."""

PAGE_POLICY = (
    "default-src 'none'; script-src 'self' {script}; style-src 'self' 'unsafe-inline'; img-src 'self' data:; "
    "connect-src 'self'; frame-src blob:; frame-ancestors 'none'; base-uri 'none'; form-action 'none'"
)
"""A frame with the report inherits this, which is why the report's own script and style are let in."""
REPORT_POLICY = (
    "default-src 'none'; script-src {script}; style-src 'unsafe-inline'; img-src data:; frame-ancestors 'none'; "
    "base-uri 'none'; form-action 'none'; sandbox allow-scripts allow-popups allow-popups-to-escape-sandbox"
)
UNKEPT = {"cache-control": "no-store"}
STATUS: dict[type[Exception], int] = {TestSetError: 422, SettingsError: 404, UnknownRun: 404, NotNow: 409}


def mount_evaluate(app: FastAPI, runs: Runs, options: EvaluateOptions) -> None:
    """Add the page and its API to the application, and its form of errors for whatever a route raises."""

    async def near(request: Request) -> None:
        check_place(request.method, request.headers, options)

    async def known(request: Request) -> None:
        check_token(request.headers, options)
        check_type(request.method, request.headers)

    app.include_router(_run_routes(runs), prefix=f"{PAGE}/runs", dependencies=[Depends(near), Depends(known)])
    app.include_router(_page_routes(options), prefix=PAGE, dependencies=[Depends(near)])
    app.add_exception_handler(ProjectError, _fault)


def _page_routes(options: EvaluateOptions) -> APIRouter:
    router = APIRouter()
    page = _asset("evaluate.html").replace("{disclaimer}", escape(DISCLAIMER))
    page = page.replace("{token}", "" if options.token else "hidden")

    headers = {**UNKEPT, "content-security-policy": PAGE_POLICY.format(script=_script_of_report())}

    @router.get("")
    def show() -> Response:
        return HTMLResponse(page, headers=headers)

    @router.get("/evaluate.css")
    def style() -> Response:
        return Response(_asset("evaluate.css"), media_type="text/css", headers=UNKEPT)

    @router.get("/evaluate.js")
    def script() -> Response:
        return Response(_asset("evaluate.js"), media_type="text/javascript", headers=UNKEPT)

    return router


def _run_routes(runs: Runs) -> APIRouter:
    router = APIRouter()
    headers = {**UNKEPT, "content-security-policy": REPORT_POLICY.format(script=_script_of_report())}

    @router.get("")
    def every() -> Response:
        return _json({"runs": runs.records(), "sites": runs.sites()})

    @router.post("")
    async def start(request: Request, site: str | None = None, baseline: str | None = None) -> Response:
        text = _text(await _body(request))
        run = await run_in_threadpool(runs.start, text, site or None, baseline or None)
        return _json({"id": run.id}, 202)

    @router.get("/{name}")
    def one(name: str) -> Response:
        return _json(runs.find(name).record())

    @router.post("/{name}/stop")
    def stop(name: str) -> Response:
        runs.find(name).stop()
        return _json({"id": name}, 202)

    @router.get("/{name}/report")
    def report(name: str) -> Response:
        return HTMLResponse(runs.find(name).report(), headers=headers)

    @router.get("/{name}/result")
    def result(name: str) -> Response:
        return Response(runs.find(name).result_text(), media_type="application/json", headers=UNKEPT)

    return router


async def _body(request: Request) -> bytes:
    pieces: list[bytes] = []
    size = 0
    async for piece in request.stream():
        size += len(piece)
        if size <= MOST_BYTES:
            pieces.append(piece)
        elif size > READ_BYTES:
            break
    if size > MOST_BYTES:
        raise Refused(413, f"The test set has more than {MOST_BYTES} bytes.", "Split it.")
    return b"".join(pieces)


def _text(body: bytes) -> str:
    try:
        return body.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise TestSetError(f"The test set cannot be read: {error}.", "Give a UTF-8 file of JSON lines.") from error


def _fault(request: Request, error: Exception) -> Response:
    """Give a fault as {"error", "remedy"}."""
    del request
    if not isinstance(error, ProjectError):
        raise error
    named = next((status for kind, status in STATUS.items() if isinstance(error, kind)), 500)
    status = error.status if isinstance(error, Refused) else named
    said = _json({"error": error.message, "remedy": error.remedy}, status)
    if status == UNKNOWN:
        said.headers["www-authenticate"] = "Bearer"
    return said


def _json(record: object, status: int = 200) -> Response:
    return Response(json.dumps(record), status, media_type="application/json", headers=UNKEPT)


def _script_of_report() -> str:
    """Give the report's own script as a policy names it: nothing that a test set says can run beside it."""
    folder = files("qa.evaluate").joinpath("templates")
    page, script = (folder.joinpath(name).read_text(encoding="utf-8") for name in ("report.html", "report.js"))
    written = page.partition("<script>")[2].partition("</script>")[0].replace("{{ js }}", script)
    return f"'sha256-{b64encode(sha256(written.encode()).digest()).decode()}'"


def _asset(name: str) -> str:
    return files("qa.web").joinpath(name).read_text(encoding="utf-8")
