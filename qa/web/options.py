"""What the operator sets of the server: the proxies before it, its path there, its metrics' token, its limits."""

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from ipaddress import ip_network

from corpus.errors import SettingsError
from qa.site import Limits
from qa.web.access import FORM

PROXIES, ROOT_PATH = "KETAMINE_QA_TRUSTED_PROXIES", "KETAMINE_QA_ROOT_PATH"
METRICS_TOKEN = "KETAMINE_QA_METRICS_TOKEN"  # noqa: S105 - the name of a variable
CLIENT_LIMIT, SITE_LIMIT = "KETAMINE_QA_CLIENT_PER_MINUTE", "KETAMINE_QA_SITE_PER_MINUTE"
PATH = re.compile(r"(/[A-Za-z0-9._~-]+)*")
EVERY_PROXY = "*"


@dataclass(frozen=True, slots=True)
class ServerOptions:
    """How the server stands in the network.

    proxies: addresses and networks whose forwarded headers are believed, `*` for all. root_path: where a proxy shows
    the server, empty for the root. metrics_token: what a reader of the metrics bears; empty where only this machine
    reads them. limits: of the default site; another site's are in its own file.
    """

    proxies: tuple[str, ...] = ()
    root_path: str = ""
    metrics_token: str = field(default="", repr=False)
    limits: Limits = field(default=Limits())


def read_server_options(environment: Mapping[str, str] = os.environ) -> ServerOptions:
    """Read the environment. Raises SettingsError for a value that cannot be used."""
    return ServerOptions(
        _proxies(environment.get(PROXIES, "")),
        _root_path(environment.get(ROOT_PATH, "")),
        _token(environment.get(METRICS_TOKEN, "")),
        Limits(
            _number(environment, CLIENT_LIMIT, Limits().client_per_minute),
            _number(environment, SITE_LIMIT, Limits().site_per_minute),
        ),
    )


def _proxies(written: str) -> tuple[str, ...]:
    named = tuple(part for part in re.split(r"[\s,]+", written) if part)
    for part in named:
        try:
            if part != EVERY_PROXY:
                ip_network(part)
        except ValueError as error:
            raise SettingsError(
                f"{PROXIES} holds {part!r}, which is neither an address nor a network.",
                "Write addresses such as 127.0.0.1 or networks such as 10.0.0.0/8, with commas between them.",
            ) from error
    return named


def _root_path(written: str) -> str:
    path = written.strip().rstrip("/")
    if not PATH.fullmatch(path):
        raise SettingsError(f"{ROOT_PATH} is {written[:64]!r}, which is no path.", "Write a path such as /ketamine.")
    return path


def _token(written: str) -> str:
    token = written.strip()
    if token and not FORM.fullmatch(token):
        raise SettingsError(
            f"{METRICS_TOKEN} is too short, or holds a sign that a request cannot carry.",
            "Use at least 16 letters, digits or signs, without spaces.",
        )
    return token


def _number(environment: Mapping[str, str], name: str, otherwise: int) -> int:
    written = environment.get(name, "").strip()
    if not written:
        return otherwise
    if not re.fullmatch(r"[1-9]\d{0,8}", written):
        raise SettingsError(
            f"{name} is {written[:64]!r}, which is no number of questions.", "Write a number from 1 up."
        )
    return int(written)
