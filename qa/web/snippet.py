"""The tag that a clinic puts into its page, with the text that stands there until the script runs."""

from html import escape
from urllib.parse import urlsplit

from corpus.errors import SettingsError
from qa.site import Site
from qa.web.panel import help_line
from qa.web.widget.scripts import NEWEST, VERSION, released

ANY_HOST = "https://HOST"
"""Stands for the address of the chat where none was given."""


def snippet(site: Site, host: str, *, versioned: bool = False, mount: str = "") -> str:
    """Give the HTML: a visible fallback, and the tag that hides it once the script runs.

    host: address under which this server is reached, empty for a page of the server itself. versioned: name the script
    of this version, with its hash, so that the page takes no other. mount: selector of what the chat stands in, empty
    for a button in the corner.
    """
    return f"{_fallback(site)}\n{_tag(site, host.rstrip('/'), versioned, mount)}"


def check_host(host: str) -> str:
    """Give the address of a server as the tag needs it. Raises SettingsError where it is none."""
    parts = urlsplit(host)
    if parts.scheme not in ("https", "http") or not parts.netloc or parts.query or parts.fragment:
        raise SettingsError(
            f"{host!r} is not the address of a server.", "Give one such as https://chat.clinic.example."
        )
    return host


def _fallback(site: Site) -> str:
    page = f'<a href="{escape(site.contact_page)}">How to reach us</a>.' if site.contact_page else ""
    ways = [_phone("Phone us", site.phone), _phone("Out of hours", site.out_of_hours_phone), page]
    asked = " ".join(("<strong>Questions about ketamine treatment?</strong>", *filter(None, ways)))
    reach = f"  <p>{asked}</p>\n" if any(ways) else ""
    return f"<div data-ketamine-qa-fallback>\n{reach}  {help_line(site.lines)}\n</div>"


def _phone(how: str, number: str) -> str:
    digits = "".join(sign for sign in number if sign.isdigit() or sign == "+")
    return f'{how}: <a href="tel:{digits}">{escape(number)}</a>.' if number else ""


def _tag(site: Site, host: str, versioned: bool, mount: str) -> str:
    name = f"widget-{VERSION}.js" if versioned else NEWEST
    attributes = {"src": f"{host}/{name}" if host else name, "data-site": site.id}
    attributes |= {"data-color": site.accent} if site.accent else {}
    attributes |= {"data-mount": mount} if mount else {}
    attributes |= {"integrity": released()[VERSION].integrity, "crossorigin": "anonymous"} if versioned else {}
    written = " ".join(f'{key}="{escape(value)}"' for key, value in attributes.items())
    return f"<script {written} defer></script>"
