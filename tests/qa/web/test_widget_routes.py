"""The widget's script and the demo page, over a real socket."""

import gzip
import re
from base64 import b64encode
from collections.abc import Iterator
from contextlib import AbstractContextManager
from hashlib import sha384
from importlib.metadata import version
from pathlib import Path
from typing import Protocol

import httpx
import pytest
from fastapi import FastAPI

from qa.settings import Settings
from qa.web.widget.scripts import newest, released
from qa.web.widget_routes import add_widget

MOST_BYTES = 6 * 1024
VERSION = version("ketamine-qa")


class Listening(Protocol):
    def __call__(self, served: FastAPI) -> AbstractContextManager[str]: ...


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory, listening: Listening) -> Iterator[str]:
    home: Path = tmp_path_factory.mktemp("home")
    served = FastAPI()
    add_widget(served, Settings(home=home, corpus=home, model="none"))
    with listening(served) as address:
        yield address


def test_the_script_is_small() -> None:
    assert len(gzip.compress(newest().body, mtime=0)) < MOST_BYTES
    assert gzip.decompress(newest().small) == newest().body


def test_this_version_is_released_as_it_is_and_beside_it_one_older_at_most() -> None:
    assert released()[VERSION].body == newest().body, "Copy widget.js to released/, under the version of the product."
    assert len(released()) <= 2


def test_the_script_writes_no_markup_and_keeps_nothing() -> None:
    text = newest().body.decode()
    for barred in ("innerHTML", "insertAdjacentHTML", "document.write", "eval(", "Storage", ".cookie", "fetch("):
        assert barred not in text, barred
    assert re.findall(r"https?://[^\"'` ]+", text) == ["http://www.w3.org/2000/svg"]


def test_the_newest_is_kept_shortly_and_a_release_for_ever(server: str) -> None:
    now, then = httpx.get(f"{server}/widget.js"), httpx.get(f"{server}/widget-{VERSION}.js")
    assert now.headers["cache-control"] == "public, max-age=300"
    assert then.headers["cache-control"] == "public, max-age=31536000, immutable"
    for answer in (now, then):
        assert answer.status_code == 200
        assert answer.content == newest().body
        assert answer.headers["content-type"].startswith("text/javascript")
        assert answer.headers["access-control-allow-origin"] == "*"
        assert answer.headers["cross-origin-resource-policy"] == "cross-origin"
        assert len(httpx.get(answer.url).headers["etag"]) > 60


def test_it_is_sent_compressed_where_that_is_read_and_not_again_where_it_is_known(server: str) -> None:
    packed = httpx.get(f"{server}/widget.js", headers={"accept-encoding": "gzip"})
    plain = httpx.get(f"{server}/widget.js", headers={"accept-encoding": "identity"})
    assert packed.headers["content-encoding"] == "gzip"
    assert int(packed.headers["content-length"]) < MOST_BYTES
    assert "content-encoding" not in plain.headers
    assert packed.headers["etag"] != plain.headers["etag"]
    known = {"if-none-match": packed.headers["etag"], "accept-encoding": "gzip"}
    again = httpx.get(f"{server}/widget.js", headers=known)
    assert (again.status_code, again.content) == (304, b"")


@pytest.mark.parametrize("path", ["/widget-9.9.9.js", "/widget-..%2Fwidget.js", "/demo/demo.html", "/demo/widget.js"])
def test_nothing_else_is_served(server: str, path: str) -> None:
    assert httpx.get(f"{server}{path}").status_code == 404


@pytest.mark.parametrize("path", ["/demo", "/demo-inline"])
def test_the_demo_page_is_strict_and_names_no_other_host(server: str, path: str) -> None:
    page = httpx.get(f"{server}{path}")
    policy = page.headers["content-security-policy"]
    assert "script-src 'self'; style-src 'self'; frame-src 'self'" in policy
    assert "unsafe" not in policy
    assert "style=" not in page.text
    assert not re.findall(r"(?:src|href)=\"(?:https?:)?//", page.text)
    assert page.text.count("data-ketamine-qa-fallback") == 1
    assert page.text.count('href="tel:988"') == 2  # once in the fallback, once where nothing hides it
    assert "{" not in page.text
    for name in re.findall(r'(?:src|href)="([^"#:]+)"', page.text):
        assert httpx.get(f"{server}/{name}").status_code == 200, name


def test_a_release_is_what_its_hash_says(server: str) -> None:
    body = httpx.get(f"{server}/widget-{VERSION}.js").content
    assert released()[VERSION].integrity == f"sha384-{b64encode(sha384(body).digest()).decode()}"
