"""What the operator looks at: /healthz, /readyz and /metrics."""

import hmac
from contextlib import suppress
from ipaddress import ip_address
from typing import Any

from fastapi import FastAPI, Request
from fastapi.responses import JSONResponse, Response

from qa.web import schema
from qa.web.access import UNKNOWN, Refused
from qa.web.answering import FORBIDDEN, UNKEPT, refusal
from qa.web.desk import Desk, key_in
from qa.web.health import Health
from qa.web.metrics import CONTENT_TYPE
from qa.web.options import METRICS_TOKEN, ServerOptions
from qa.web.proxies import PASSED_ON


def add_operating(app: FastAPI, desk: Desk, options: ServerOptions) -> None:
    """Add the routes to the application."""
    health = Health(desk.pipeline)
    ready_or_not: dict[int | str, dict[str, Any]] = {
        200: {"model": schema.ReadyModel},
        503: {"model": schema.ReadyModel, "description": "Not ready."},
    }

    @app.get("/healthz", summary="Is the process alive", response_model=schema.HealthModel)
    def healthz() -> dict[str, str]:
        return {"status": "ok"}

    @app.get("/readyz", summary="Can questions be answered", responses=ready_or_not)
    def readyz() -> Response:
        """Tell whether the index is verified, and encoder and reader are loaded. Cards are shown without these."""
        found = health.look()
        return JSONResponse(found.record, 503 if found.reasons else 200, UNKEPT)

    @app.get("/metrics", include_in_schema=False)
    def metrics(request: Request) -> Response:
        try:
            _check_reader(request, options.metrics_token)
        except Refused as error:
            return refusal(error, desk.pipeline.nearest_site(None), UNKEPT)
        return Response(desk.metrics.text(), headers=UNKEPT, media_type=CONTENT_TYPE)


def _check_reader(request: Request, token: str) -> None:
    """Raise Refused for whoever is neither on this machine nor bears the token: one could watch a site's cards."""
    if token:
        given = key_in(request.headers.get("authorization", ""))
        if not hmac.compare_digest(given.encode(), token.encode()):
            raise Refused(UNKNOWN, "The token is missing or wrong.", f"Send the value of {METRICS_TOKEN}.")
    elif request.scope.get(PASSED_ON) or not _is_here(request):
        raise Refused(FORBIDDEN, "The metrics are for this machine alone.", f"Set {METRICS_TOKEN}, and send it.")


def _is_here(request: Request) -> bool:
    with suppress(ValueError):
        return request.client is not None and ip_address(request.client.host).is_loopback
    return False
