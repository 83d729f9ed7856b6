"""The OpenAPI document of the API, made of its routes and of nothing from elsewhere."""

from typing import Any

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi
from fastapi.responses import JSONResponse
from fastapi.routing import APIRoute

from qa.web import schema

ROOT = "/api/v1"
PATH = f"{ROOT}/openapi.json"
EVENT = "#/components/schemas/EventModel"
TITLE, VERSION = "Ketamine QA", "1"
DESCRIPTION = (
    "Answers of quoted sentences, each with its source. A message that tells of danger gets a card with help lines, "
    "with status 200, before any limit and whatever else of the request is wrong. Every refusal carries the help lines."
)
REFUSALS = {
    401: "The site's key is missing or wrong.",
    403: "A page asks that may not.",
    404: "There is no such site or region.",
    408: "The request took too long to arrive.",
    413: "The request is too large.",
    422: "The request is not of its form.",
    429: "Too much was asked in a minute; Retry-After says when to come back.",
    500: "A fault of the program.",
    503: "Too many are asking, and Retry-After says when to come back; or the sources are not ready.",
}


def add_document(app: FastAPI, root_path: str) -> None:
    """Add the route of the document. root_path: where a proxy shows the server."""

    @app.get(PATH, include_in_schema=False)
    def document() -> JSONResponse:
        routes = [route for route in app.routes if isinstance(route, APIRoute) and route.include_in_schema]
        servers = [{"url": root_path or "/"}]
        made = get_openapi(title=TITLE, version=VERSION, description=DESCRIPTION, routes=routes, servers=servers)
        made["components"]["schemas"] |= schema.further_schemas()
        return JSONResponse(made)


def refusals(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """Give the responses of a route that refuses with these statuses."""
    return {status: {"model": schema.RefusalModel, "description": REFUSALS[status]} for status in statuses}


def takes(model: str) -> dict[str, Any]:
    """Give what a route says of the body that it reads itself."""
    content = {"application/json": {"schema": {"$ref": f"#/components/schemas/{model}"}}}
    return {"requestBody": {"required": True, "content": content}}
