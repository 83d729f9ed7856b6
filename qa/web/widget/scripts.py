"""The widget's script as it is served: the newest, and the releases that a page may have named with a hash."""

import re
from base64 import b64encode
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from gzip import compress
from hashlib import sha256, sha384
from importlib.metadata import version
from importlib.resources import files

VERSION = version("ketamine-qa")
NEWEST = "widget.js"
RELEASED = re.compile(r"widget-(\d+\.\d+\.\d+)\.js")


@dataclass(frozen=True, slots=True)
class Script:
    """One script. body: its bytes. small: the same, compressed by gzip."""

    body: bytes
    small: bytes

    @property
    def digest(self) -> str:
        """SHA-256 of the body, in hexadecimal digits."""
        return sha256(self.body).hexdigest()

    @property
    def integrity(self) -> str:
        """The hash as the integrity attribute of a tag names it."""
        return f"sha384-{b64encode(sha384(self.body).digest()).decode()}"


@cache
def newest() -> Script:
    """Give the script of this version of the product."""
    return _script(files("qa.web.widget").joinpath(NEWEST).read_bytes())


@cache
def released() -> Mapping[str, Script]:
    """Give the scripts that keep their bytes for ever, by version: this one and the one before it."""
    folder = files("qa.web.widget").joinpath("released")
    found = ((RELEASED.fullmatch(path.name), path) for path in folder.iterdir())
    return {match[1]: _script(path.read_bytes()) for match, path in found if match}


def _script(body: bytes) -> Script:
    return Script(body, compress(body, mtime=0))
