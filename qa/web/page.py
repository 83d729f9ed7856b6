"""Fills the chat's page for the site that its address names, before any script runs."""

import asyncio
import json
import re
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from urllib.parse import parse_qs

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from qa.site import Site
from qa.web import shell
from qa.web.accent import accent_of, accent_style
from qa.web.guard import path_of
from qa.web.panel import escape

TITLE, WELCOME, PANEL = "kq:title", "kq:welcome", "kq:panel"
"""What Gradio's page holds in the places that a site fills."""
PATHS = ("", "/embed")
THREADS = 2
"""Threads that look up what a page shows: a first look loads the index, and nothing else may wait for that."""
STYLES = ("base.css", "frame.css", "talk.css", "sources.css", "sheet.css")
SCRIPTS = ("start.js", "network.js", "asking.js", "answers.js", "tools.js", "sources.js", "sheet.js", "page.js")
BODY, END = re.compile(r"<body[^>]*>"), "</body>"
PREVIEWS = re.compile(r'<meta\s+(?:property|name)="(?:og|twitter):[^>]*>\s*')
"""Gradio's pictures and texts for link previews: they name other hosts."""


@dataclass(frozen=True, slots=True)
class SitePart:
    """What a page shows of a site. newest: date of the newest source. reviewed: who has reviewed the material."""

    site: Site
    newest: str = ""
    reviewed: str = ""


class SitePage:
    """Wraps an application whose page at / or /embed is the chat; all else passes through as it is."""

    def __init__(self, app: ASGIApp, part: Callable[[str], SitePart]) -> None:
        """part: gives what is shown for the name of a site, whatever that name is."""
        self._app = app
        self._part = part
        self._threads = ThreadPoolExecutor(THREADS, "page")

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] != "http" or scope["method"] != "GET" or not _is_page(scope):
            await self._app(scope, receive, send)
            return
        plain = [(name, value) for name, value in scope["headers"] if name != b"accept-encoding"]
        started: list[Message] = []
        body: list[bytes] = []

        async def keep(message: Message) -> None:
            if message["type"] == "http.response.start":
                started.append(message)
                return
            body.append(message.get("body", b""))
            if not message.get("more_body"):
                await self._send(scope, started[0], b"".join(body), send)

        await self._app({**scope, "headers": plain}, receive, keep)

    async def _send(self, scope: Scope, start: Message, body: bytes, send: Send) -> None:
        headers = [(name, value) for name, value in start["headers"] if name.lower() != b"content-length"]
        if dict(headers).get(b"content-type", b"").startswith(b"text/html") and start["status"] == 200:
            query = parse_qs(scope["query_string"].decode("latin-1"))
            loop = asyncio.get_running_loop()
            part = await loop.run_in_executor(self._threads, self._part, query.get("site", [""])[0])
            body = filled(body.decode(), part, query.get("color", [""])[0]).encode()
        headers.append((b"content-length", str(len(body)).encode()))
        await send({**start, "headers": headers})
        await send({"type": "http.response.body", "body": body})


def filled(page: str, part: SitePart, colour: str = "") -> str:
    """Give Gradio's page with what the site shows. colour: goes before the site's own, where it is one."""
    site = part.site
    texts = {TITLE: site.name, WELCOME: shell.welcome(site), PANEL: shell.empty_panel(site, part.newest, part.reviewed)}
    for place, text in texts.items():
        page = page.replace(place, _in_script(text))
    style = f"<style>{accent_style(accent_of(colour, site.accent))}</style>"
    head = f"<title>{escape(site.name)}</title>{style}{_assets()}</head>"
    page = PREVIEWS.sub("", page).replace("</head>", head, 1)
    page = BODY.sub(lambda found: found[0] + shell.opening(site), page, count=1)
    before, _, after = page.rpartition(END)
    return f"{before}{shell.closing()}{END}{after}"


@cache
def _assets() -> str:
    """Give the page's style and script; the parts of the script share one scope that no other script can reach."""
    style, script = ("\n".join(map(_asset, names)) for names in (STYLES, SCRIPTS))
    scoped = f'(() => {{\n"use strict";\nconst WORDS = {shell.script_words()};\n{script}\n}})();'
    return f"<style>{style}</style><script>{scoped}</script>"


def _asset(name: str) -> str:
    return files("qa.web").joinpath("page", name).read_text(encoding="utf-8")


def _is_page(scope: Scope) -> bool:
    """Tell whether the path is that of the page; a prefix that a proxy adds is not part of it."""
    return path_of(scope).rstrip("/") in PATHS


def _in_script(text: str) -> str:
    """Give the text as the inside of a JSON string that stands in a script element."""
    return json.dumps(text)[1:-1].replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026")
