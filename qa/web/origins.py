"""Which pages may ask: those of the server itself, and those of the origins that a site lists."""

from collections.abc import Iterable, Mapping
from contextlib import suppress

from qa.settings import Settings
from qa.site import ANY_ORIGIN, Site

NULL = "null"
"""What sandboxed frames and local files send; it names nobody, so that not even `*` lets it in."""


def is_own(origin: str, scheme: str, host: str) -> bool:
    """Tell whether an origin is the server's own, as the request names it."""
    return bool(host) and origin.lower() == f"{scheme}://{host}".lower()


def is_listed(origin: str, site: Site) -> bool:
    """Tell whether a site lists an origin, to the letter, or lets every page in."""
    return origin != NULL and (origin in site.allowed_origins or ANY_ORIGIN in site.allowed_origins)


def is_listed_somewhere(origin: str, settings: Settings, name: str | None) -> bool:
    """Tell whether the site `name` lists an origin, or any site where none is named. A faulty site lets nobody in."""
    return any(is_listed(origin, site) for site in _sites(settings) if name in (None, site.id))


def let_in_headers(origin: str) -> Mapping[str, str]:
    """Give the headers by which a browser hands an answer to the page of an origin."""
    return {"access-control-allow-origin": origin, "access-control-expose-headers": "Retry-After", "vary": "Origin"}


def _sites(settings: Settings) -> Iterable[Site]:
    names = ["", *sorted(path.stem for path in settings.sites.glob("*.toml"))]
    for name in names:
        with suppress(Exception):
            yield settings.site(name)
