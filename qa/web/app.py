"""The HTTP side put together: the chat at /, the API below /api/v1, what the operator looks at, and the guard."""

import threading
from contextlib import suppress
from datetime import date

import uvicorn
from fastapi import FastAPI
from starlette.middleware.cors import CORSMiddleware
from starlette.routing import Mount

from corpus.errors import SettingsError
from qa.pipeline import Pipeline
from qa.settings import Settings
from qa.web.access import EvaluateOptions, read_options
from qa.web.api import add_api
from qa.web.chat import mount_chat
from qa.web.desk import Desk
from qa.web.document import add_document
from qa.web.gradio_door import GradioDoor
from qa.web.guard import Guard
from qa.web.operating import add_operating
from qa.web.options import ServerOptions, read_server_options
from qa.web.proxies import Proxies
from qa.web.sheet_route import add_sheet
from qa.web.widget_routes import add_widget

KEEP_ALIVE = 75
"""Seconds that an idle connection is kept: longer than proxies keep theirs (60 by default in nginx), so that none is
closed while a request is on its way."""
WARMING = "What is ketamine?"
"""Asked once at the start; the answer goes nowhere."""


def create_app(
    settings: Settings, evaluate: EvaluateOptions | None = None, options: ServerOptions | None = None
) -> FastAPI:
    """Give the application for the settings, with the evaluation page for those whom `evaluate` lets in.

    An index that is missing is said in the answer, not here. Raises SettingsError where the page needs a package that
    is not installed.
    """
    options = options or ServerOptions()
    pipeline = Pipeline(settings)
    desk = Desk(pipeline, options.limits)
    app = FastAPI(title="Ketamine QA", docs_url=None, redoc_url=None, openapi_url=None)
    app.state.desk = desk
    app.add_middleware(CORSMiddleware, allow_origins=[])  # so that Gradio adds no headers of its own; the guard does
    app.add_middleware(Guard, settings=settings)
    app.add_middleware(Proxies, trusted=options.proxies)
    add_widget(app, settings)
    add_operating(app, desk, options)
    add_api(app, desk)
    add_document(app, options.root_path)
    if evaluate:
        _add_evaluate(app, settings, pipeline, evaluate)
    add_sheet(app, desk)
    _mount_chat(app, desk)
    return app


def serve(settings: Settings, host: str, port: int, *, evaluate: bool = False) -> None:
    """Serve until stopped, with the evaluation page if asked for. No request is logged.

    Raises SettingsError where the page would be open to everybody, needs a package that is not installed, or a variable
    has a value that cannot be used.
    """
    options = read_server_options()
    app = create_app(settings, read_options(host) if evaluate else None, options)
    threading.Thread(target=_warm, args=(app.state.desk,), daemon=True).start()
    uvicorn.run(
        app, host=host, port=port, access_log=False, log_level="warning", server_header=False,
        proxy_headers=False, root_path=options.root_path, timeout_keep_alive=KEEP_ALIVE,
    )  # fmt: skip


def _warm(desk: Desk) -> None:
    """Load what answers need, so that the first visitor does not wait for it."""
    with suppress(Exception):
        desk.pipeline.ask(WARMING, today=date.today())


def _mount_chat(app: FastAPI, desk: Desk) -> None:
    """Put the chat behind its door. It comes last: whatever is no other route's falls to it."""
    own = list(app.routes)
    drop = mount_chat(app, desk)
    [mounted] = [route for route in app.routes if isinstance(route, Mount) and route not in own]
    mounted.app = GradioDoor(mounted.app, desk, own, drop)


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
