import threading
from collections.abc import Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from page import loaded, summary
from playwright.sync_api import Browser

BUSY = "const until = performance.now() + 300; while (performance.now() < until);"
PAGE = '<!doctype html><title>Busy</title><h1>A page</h1><script src="busy.js"></script>'


class Quiet(SimpleHTTPRequestHandler):
    def log_message(self, format: str, *args: object) -> None: ...


@pytest.fixture
def pages(tmp_path: Path) -> Iterator[str]:
    (tmp_path / "index.html").write_text(PAGE, encoding="utf-8")
    (tmp_path / "busy.js").write_text(BUSY, encoding="utf-8")
    (tmp_path / "favicon.ico").write_bytes(b"")
    with ThreadingHTTPServer(("127.0.0.1", 0), partial(Quiet, directory=str(tmp_path))) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}/"
        server.shutdown()
        thread.join()


@pytest.mark.browser
def test_a_script_that_holds_the_page_up_is_told_from_a_page_without_it(browser: Browser, pages: str) -> None:
    busy, calm = loaded(browser, pages, 1), loaded(browser, pages, 1, block="**/busy.js")
    assert busy["blocking_ms"] >= 200
    assert busy["blocking_ms"] - calm["blocking_ms"] >= 200
    assert busy["transfer_bytes"] >= len(PAGE) + len(BUSY)
    assert busy["first_paint_ms"] > 0
    assert busy["largest_paint_ms"] > 0
    assert busy["layout_shift"] == 0


def test_the_median_and_the_greatest_of_the_runs() -> None:
    runs = [{"chat": {"blocking_ms": value}} for value in (9.0, 1.0, 2.0)]
    assert summary(runs) == {"chat": {"blocking_ms": [2.0, 9.0]}}
