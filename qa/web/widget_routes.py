"""The routes of what a clinic's page loads: the script, its releases, the framed chat; and the page that shows it."""

from dataclasses import replace
from importlib.resources import files

from fastapi import APIRouter, FastAPI, Request, Response
from fastapi.responses import HTMLResponse

from qa.settings import Settings
from qa.web.embed import EMBED, Embed
from qa.web.panel import help_line
from qa.web.snippet import snippet
from qa.web.widget.scripts import Script, newest, released

SHORTLY, FOR_EVER = "public, max-age=300", "public, max-age=31536000, immutable"
PUBLIC = {"access-control-allow-origin": "*", "cross-origin-resource-policy": "cross-origin", "vary": "accept-encoding"}
"""Of a script that any page may load: a page that names its hash reads it across origins."""
BARE = "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
DEMO = (
    "default-src 'none'; script-src 'self'; style-src 'self'; frame-src 'self'; img-src 'self'; base-uri 'none'; "
    "form-action 'none'; frame-ancestors 'self'"
)
"""As strict as a clinic's own policy may be: the widget has to work under it."""
DEMO_FILES = {"demo.css": "text/css", "demo.svg": "image/svg+xml"}
INLINE, ACCENT = "#chat", "#23564b"


def add_widget(app: FastAPI, settings: Settings) -> None:
    """Add the widget's routes, and serve the chat page at /embed too. Call it before the chat is put at /."""
    app.add_middleware(Embed, settings=settings)
    app.include_router(_script_routes())
    app.include_router(_page_routes(settings))


def _script_routes() -> APIRouter:
    router = APIRouter()

    @router.get("/widget.js", include_in_schema=False)
    def script(request: Request) -> Response:
        return _served(newest(), request, SHORTLY)

    @router.get("/widget-{version}.js", include_in_schema=False)
    def release(version: str, request: Request) -> Response:
        found = released().get(version)
        return _served(found, request, FOR_EVER) if found else Response(status_code=404, headers=PUBLIC)

    return router


def _page_routes(settings: Settings) -> APIRouter:
    router = APIRouter()

    @router.get(EMBED, include_in_schema=False)
    def unknown(request: Request) -> Response:
        names = request.query_params.getlist("site")
        region = settings.region_beside(names[0]) if len(names) == 1 else None
        line = help_line(settings.site(None, region).lines)
        page = _asset("no_chat.html").replace("{help}", line)
        return HTMLResponse(page, 404, headers={"content-security-policy": BARE})

    @router.get("/demo", include_in_schema=False)
    def demo() -> Response:
        return _demo(settings, "")

    @router.get("/demo-inline", include_in_schema=False)
    def demo_inline() -> Response:
        return _demo(settings, INLINE)

    @router.get("/demo/{name}", include_in_schema=False)
    def demo_file(name: str) -> Response:
        if name not in DEMO_FILES:
            return Response(status_code=404)
        return Response(_asset(name), media_type=DEMO_FILES[name], headers={"cache-control": SHORTLY})

    return router


def _served(script: Script, request: Request, kept: str) -> Response:
    """Give a script, compressed where the browser reads that, or 304 where it has it already."""
    packed = "gzip" in request.headers.get("accept-encoding", "")
    tag = f'"{script.digest}{"-gzip" if packed else ""}"'
    headers = {**PUBLIC, "cache-control": kept, "etag": tag}
    if tag in request.headers.get("if-none-match", ""):
        return Response(status_code=304, headers=headers)
    headers |= {"content-encoding": "gzip"} if packed else {}
    return Response(script.small if packed else script.body, media_type="text/javascript", headers=headers)


def _demo(settings: Settings, mount: str) -> Response:
    site = replace(settings.site(None), accent=ACCENT)
    parts = {"snippet": snippet(site, "", mount=mount), "help": help_line(site.lines)}
    page = _asset("demo_inline.html" if mount else "demo.html")
    for name, part in parts.items():
        page = page.replace(f"{{{name}}}", part)
    return HTMLResponse(page, headers={"content-security-policy": DEMO, "cache-control": SHORTLY})


def _asset(name: str) -> str:
    return files("qa.web.widget").joinpath(name).read_text(encoding="utf-8")
