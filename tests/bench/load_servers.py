"""Servers in processes of their own, and how much memory they hold."""

import os
import re
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx

STARTING = 9
"""Attempts to connect, with pauses that double from half a second."""
KIB = 1024
Command = Callable[[int], Sequence[str]]
LIMITS = {
    "KETAMINE_QA_CLIENT_PER_MINUTE": "100000000",
    "KETAMINE_QA_SITE_PER_MINUTE": "100000000",
    "KETAMINE_QA_TRUSTED_PROXIES": "127.0.0.1",
}
"""Visitors have addresses of their own, as a proxy would tell them; how fast they ask is what is measured."""


@dataclass(frozen=True, slots=True)
class Server:
    """A server that answers at `address`."""

    address: str
    process: int

    def resident_mib(self) -> float:
        """Give its memory in use."""
        status = Path(f"/proc/{self.process}/status").read_text(encoding="utf-8")
        found = re.search(r"^VmRSS:\s+(\d+) kB", status, re.MULTILINE)
        return round(int(found[1]) / KIB, 1) if found else 0.0


def product(port: int) -> Sequence[str]:
    """Give the command that serves the product."""
    return [sys.executable, "-m", "qa.cli", "serve", "--port", str(port)]


def echo(kind: str) -> Command:
    """Give what makes the command of a bare server."""
    return lambda port: [sys.executable, str(Path(__file__).with_name("echo.py")), kind, str(port)]


@contextmanager
def serving(command: Command, ready: str) -> Iterator[Server]:
    """Run the server that `command(port)` starts while the block lasts, from when the path `ready` answers."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    process = subprocess.Popen(command(port), env={**os.environ, **LIMITS})
    address = f"http://127.0.0.1:{port}"
    try:
        with httpx.Client(transport=httpx.HTTPTransport(retries=STARTING), timeout=120) as client:
            client.get(address + ready).raise_for_status()
        yield Server(address, process.pid)
    finally:
        process.terminate()
        process.wait(timeout=60)
