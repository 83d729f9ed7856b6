"""The chat page at /embed: the page of /, to be framed by the pages that the site allows, and by no other."""

from collections.abc import Iterable
from contextlib import suppress
from urllib.parse import parse_qs

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from qa.settings import Settings
from qa.site import ANY_ORIGIN, Site

EMBED = "/embed"
READ = ("GET", "HEAD")
POLICY, FRAME_OPTIONS = b"content-security-policy", b"x-frame-options"
DIRECTIVE = "frame-ancestors"
ANYWHERE = (ANY_ORIGIN,)
"""Who may frame the page for a site that does not exist: it holds a help line and nothing that acts."""

Headers = Iterable[tuple[bytes, bytes]]


class Embed:
    """Serves /embed as / is served, without a redirect: the page's files and its API are found beside either."""

    def __init__(self, app: ASGIApp, settings: Settings) -> None:
        """Wrap an application. It has to be outside of what sets the headers of /, because it changes one of them."""
        self._app, self._settings = app, settings

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request. A site that does not exist is left to the application's own route of this path."""
        if not _is_embed(scope):
            await self._app(scope, receive, send)
            return
        site = self._site(scope)
        inner = {**scope, **_root_of(scope)} if site else scope
        await self._app(inner, receive, _framing(send, site.allowed_origins if site else ANYWHERE))

    def _site(self, scope: Scope) -> Site | None:
        """Give the site that the query names once; None where there is none of that name or its file is faulty."""
        names = parse_qs(scope.get("query_string", b"").decode("latin-1"), keep_blank_values=True).get("site", [""])
        with suppress(Exception):  # whatever is wrong with the file, a page with a help line comes
            return self._settings.site(names[0]) if len(names) == 1 else None
        return None


def framed_by(policy: str, origins: Iterable[str]) -> str:
    """Give the policy with its frame-ancestors exchanged: our own pages, and those of the origins."""
    parts = (part.strip() for part in policy.split(";"))
    kept = [part for part in parts if part and part.split()[0].lower() != DIRECTIVE]
    return "; ".join([*kept, " ".join([DIRECTIVE, "'self'", *origins])])


def _is_embed(scope: Scope) -> bool:
    if scope["type"] != "http" or scope["method"] not in READ:
        return False
    return bool(scope["path"] == scope.get("root_path", "") + EMBED)


def _root_of(scope: Scope) -> dict[str, object]:
    path = scope.get("root_path", "") + "/"
    return {"path": path, "raw_path": path.encode()}


def _framing(send: Send, origins: Iterable[str]) -> Send:
    async def send_framed(message: Message) -> None:
        if message["type"] == "http.response.start":
            message = {**message, "headers": _framed(message.get("headers", ()), origins)}
        await send(message)

    return send_framed


def _framed(headers: Headers, origins: Iterable[str]) -> list[tuple[bytes, bytes]]:
    """Give the headers with one policy, which names the origins, and no older header that contradicts it."""
    listed = list(headers)
    policies = [value.decode("latin-1") for name, value in listed if name.lower() == POLICY] or [""]
    kept = [(name, value) for name, value in listed if name.lower() not in (POLICY, FRAME_OPTIONS)]
    return [*kept, *((POLICY, framed_by(policy, origins).encode("latin-1")) for policy in policies)]
