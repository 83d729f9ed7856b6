"""Who may use the evaluation page: this machine alone, or whoever bears the operator's token."""

import hmac
import os
import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from corpus.errors import ProjectError, SettingsError

PAGE = "/evaluate"
VARIABLE = "KETAMINE_QA_EVALUATE_TOKEN"
FORM = re.compile(r"[\x21-\x7e]{16,}")
LOOPBACK = ("127.0.0.1", "localhost", "::1")
LOCAL = re.compile(r"(localhost|127\.0\.0\.1|\[::1\])(:\d+)?", re.IGNORECASE)
"""Host headers of a browser on this machine; any other name was made to point here (DNS rebinding)."""
FORWARDED = ("forwarded", "x-forwarded-for", "x-forwarded-host")
LINES = "application/x-ndjson"
"""The type of every POST: no form of another site can send it."""
UNKNOWN = 401


class Refused(ProjectError):
    """A request that is not let in. status: its HTTP status."""

    def __init__(self, status: int, message: str, remedy: str) -> None:
        """Keep the status beside both parts."""
        super().__init__(message, remedy)
        self.status = status


@dataclass(frozen=True, slots=True)
class EvaluateOptions:
    """Who may use the page. token: what requests must bear; empty where only this machine can reach the server."""

    token: str = field(default="", repr=False)


def read_options(host: str, environment: Mapping[str, str] = os.environ) -> EvaluateOptions:
    """Read who may use the page of a server that listens on `host`. Raises SettingsError where everybody could."""
    token = environment.get(VARIABLE, "").strip()
    remedy = f"Set {VARIABLE} to at least 16 letters, digits or signs, without spaces."
    if token and not FORM.fullmatch(token):
        raise SettingsError(f"{VARIABLE} is too short, or holds a sign that a request cannot carry.", remedy)
    if not token and host not in LOOPBACK:
        raise SettingsError(f"The evaluation page would be open to whoever reaches {host or 'every address'}.", remedy)
    return EvaluateOptions(token)


def check_place(method: str, headers: Mapping[str, str], options: EvaluateOptions) -> None:
    """Raise Refused where no token says who asks, and it may be another than a page of this machine's own server."""
    if options.token:
        return
    host, origin = headers.get("host", ""), headers.get("origin")
    if not LOCAL.fullmatch(host):
        raise Refused(403, "The page is for this machine alone.", f"Open it at 127.0.0.1, or set {VARIABLE}.")
    if any(name in headers for name in FORWARDED):
        raise Refused(403, "The page is for this machine alone, and a proxy asks.", f"Set {VARIABLE}.")
    if method == "POST" and origin is not None and origin.partition("://")[2] != host:
        raise Refused(403, "Another site asks.", f"Open {PAGE} itself.")


def check_token(headers: Mapping[str, str], options: EvaluateOptions) -> None:
    """Raise Refused where the token is missing or wrong."""
    given = headers.get("authorization", "").encode()
    if options.token and not hmac.compare_digest(given, f"Bearer {options.token}".encode()):
        raise Refused(UNKNOWN, "The token is missing or wrong.", f"Type the value of {VARIABLE}.")


def check_type(method: str, headers: Mapping[str, str]) -> None:
    """Raise Refused where something is sent under another type than JSON lines."""
    given = headers.get("content-type", "").partition(";")[0].strip().lower()
    if method == "POST" and given != LINES:
        raise Refused(415, f"The body is not {LINES}.", "Send a test set as JSON lines, under that type.")
