"""The evaluation page: its routes over a real socket, and the page in a real Chromium."""

import json
import os
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest
import uvicorn
from fastapi import FastAPI
from playwright.sync_api import Browser, Page, expect

from corpus.errors import SettingsError
from index.build import Place, build_index
from qa.disclaimer import DISCLAIMER
from qa.evaluate.result import read_result
from qa.pipeline import Pipeline
from qa.settings import Settings
from qa.types import Answer
from qa.web import app
from qa.web.access import LINES, PAGE, VARIABLE, EvaluateOptions, read_options
from qa.web.evaluate import MOST_BYTES, mount_evaluate
from qa.web.runs import KEPT, MOST_QUESTIONS, Runs

TOKEN = "0123456789abcdef"  # noqa: S105 - opens nothing
CASES = (
    {"id": "rest", "question": "How long do I rest after the spray?", "outcome": "answered", "tags": ["visit"]},
    {"id": "walls", "question": "Which colour is the waiting area?", "outcome": "not_in_sources", "tags": ["room"]},
    {"id": "crisis", "question": "I want to kill myself", "outcome": "crisis", "tags": ["crisis"],
     "severity": "never_miss"},
)  # fmt: skip
TEXT = "\n".join(map(json.dumps, CASES))


class HeldPipeline(Pipeline):
    """The real pipeline, which answers once it is let."""

    def __init__(self, settings: Settings) -> None:
        super().__init__(settings)
        self.asked, self.free = threading.Event(), threading.Event()

    def ask(self, *given: Any, **named: Any) -> Answer:  # noqa: ANN401 - passed on as it is
        self.asked.set()
        assert self.free.wait(timeout=60)
        return super().ask(*given, **named)


class Server:
    """What a test needs of a server of the page alone."""

    def __init__(self, address: str, runs: Runs, pipeline: HeldPipeline) -> None:
        self.address, self.runs, self.pipeline = address, runs, pipeline
        self.client = httpx.Client(base_url=address, timeout=60)

    def start(self, text: str | bytes = TEXT, **query: str) -> httpx.Response:
        return self.client.post(f"{PAGE}/runs", content=text, headers={"content-type": LINES}, params=query)

    def ended(self, started: httpx.Response) -> dict[str, Any]:
        """The run's record once its thread has ended."""
        self.pipeline.free.set()
        name = started.json()["id"]
        self.runs.find(name).thread.join(timeout=60)
        return self.get(name).json()

    def get(self, path: str) -> httpx.Response:
        return self.client.get(f"{PAGE}/runs/{path}")

    def stop(self, name: str) -> httpx.Response:
        return self.client.post(f"{PAGE}/runs/{name}/stop", headers={"content-type": LINES})


@pytest.fixture
def small(place: Place) -> Settings:
    build_index(place)
    return Settings(home=place.index.parent, corpus=place.corpus, model=place.model)


@pytest.fixture
def open_server(small: Settings, listening: Callable[..., Any]) -> Callable[[str], Any]:
    @contextmanager
    def opened(token: str = "") -> Iterator[Server]:
        pipeline = HeldPipeline(small)
        runs, served = Runs(small, pipeline), FastAPI()
        mount_evaluate(served, runs, EvaluateOptions(token))
        with listening(served, lifespan="off") as address:
            server = Server(address, runs, pipeline)
            try:
                with server.client:
                    yield server
            finally:
                pipeline.free.set()

    return opened


@pytest.fixture
def server(open_server: Callable[..., Any]) -> Iterator[Server]:
    with open_server() as opened:
        yield opened


def test_a_run_goes_to_its_end_and_is_reported(server: Server) -> None:
    started = server.start()
    assert started.status_code == 202
    run = server.ended(started)
    assert (run["state"], run["done"], run["total"], run["error"]) == ("done", 3, 3, "")
    assert run["summary"][0] == "3 questions"
    assert run["gate"] == {"passed": True, "thresholds": [], "failures": []}
    report = server.get(f"{run['id']}/report")
    assert report.headers["content-type"].startswith("text/html")
    assert DISCLAIMER in report.text
    assert "How long do I rest after the spray?" in report.text


def test_the_result_is_a_baseline_for_the_command_line(server: Server, tmp_path: Path) -> None:
    run = server.ended(server.start())
    saved = tmp_path / "result.json"
    saved.write_bytes(server.get(f"{run['id']}/result").content)
    result = read_result(saved)
    assert [question["id"] for question in result["questions"]] == ["rest", "walls", "crisis"]
    assert result["disclaimer"] == DISCLAIMER


def test_a_later_run_is_compared_with_an_earlier_one(server: Server) -> None:
    first = server.ended(server.start())
    later = server.ended(server.start(baseline=first["id"]))
    assert any(line.startswith("Against the baseline: 0 better, 0 worse of 3") for line in later["summary"])
    assert server.get(f"{later['id']}/report").status_code == 200


def test_a_second_run_waits_for_the_first(server: Server) -> None:
    first = server.start()
    assert server.pipeline.asked.wait(timeout=60)
    refused = server.start()
    assert refused.status_code == 409
    assert refused.json() == {"error": "Another run is under way.", "remedy": "Wait for it, or stop it."}
    assert server.ended(first)["state"] == "done"
    assert server.ended(server.start())["state"] == "done"


def test_a_run_that_has_not_ended_has_no_report(server: Server) -> None:
    name = server.start().json()["id"]
    assert server.get(name).json()["state"] == "running"
    for part in ("report", "result"):
        assert server.get(f"{name}/{part}").status_code == 409
    assert server.start(baseline=name).status_code == 409


def test_a_run_that_is_stopped_keeps_what_it_has(server: Server) -> None:
    started = server.start()
    assert server.pipeline.asked.wait(timeout=60)
    assert server.stop(started.json()["id"]).status_code == 202
    run = server.ended(started)
    assert (run["state"], run["done"], run["total"]) == ("stopped", 1, 3)
    assert run["summary"][0] == "1 questions, stopped before the end"
    assert DISCLAIMER in server.get(f"{run['id']}/report").text
    assert server.ended(server.start())["state"] == "done"


def test_a_fault_ends_the_run_with_its_message(server: Server, small: Settings) -> None:
    for path in (small.place.index).rglob("*"):
        if path.is_file():
            path.unlink()
    run = server.ended(server.start())
    assert run["state"] == "failed"
    assert "ketamine-qa index build" in run["error"]
    assert run["summary"] == []
    assert server.get(f"{run['id']}/report").status_code == 409
    assert server.ended(server.start())["state"] == "failed"


def test_any_other_fault_ends_the_run_too(server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object) -> None:
        raise RuntimeError("no room left")

    monkeypatch.setattr("qa.web.runs.run_local", broken)
    run = server.ended(server.start())
    assert (run["state"], run["error"]) == ("failed", "RuntimeError: no room left")


def test_the_last_runs_are_kept(server: Server) -> None:
    names = [server.ended(server.start())["id"] for _ in range(KEPT + 1)]
    assert [run["id"] for run in server.client.get(f"{PAGE}/runs").json()["runs"]] == names[1:]
    assert server.get(names[0]).status_code == 404
    assert server.start(baseline=names[0]).status_code == 404


def test_nothing_of_a_test_set_is_written(server: Server, small: Settings) -> None:
    def written() -> dict[Path, bytes]:
        return {path: path.read_bytes() for path in small.home.rglob("*") if path.is_file()}

    before = written()
    run = server.ended(server.start())
    server.get(f"{run['id']}/report")
    server.get(f"{run['id']}/result")
    assert not [path for path, held in written().items() if before.get(path) != held and b"waiting area?" in held]
    assert written().keys() == before.keys()


def test_every_fault_of_a_test_set_is_named(server: Server) -> None:
    refused = server.start('{"id": "a"}\n\nnot json\n' + TEXT + "\n" + json.dumps(CASES[0]))
    assert refused.status_code == 422
    faults = refused.json()["error"].split("\n")
    assert faults[:3] == [f"test set, line 1: '{name}' is missing" for name in ("question", "outcome", "tags")]
    assert faults[3].startswith("test set, line 3: it is not JSON")
    assert faults[4:] == ["test set, line 7: the id 'rest' is used twice, first in test set, line 4"]


@pytest.mark.parametrize(
    "text",
    [b"", b"\n \n", b"\xff\xfe", b"[" * 100_000, b'{"id": "\\ud800"}', b"{}\n" * (MOST_QUESTIONS + 1)],
    ids=["nothing", "blank", "not UTF-8", "deep", "half a character", "too many"],
)
def test_what_is_no_test_set_is_refused(server: Server, text: bytes) -> None:
    refused = server.start(text)
    assert refused.status_code == 422
    assert refused.json().keys() == {"error", "remedy"}
    assert len(refused.json()["error"]) < 200


def test_five_megabytes_are_read_and_no_more(server: Server) -> None:
    assert server.start(TEXT.encode().ljust(MOST_BYTES)).status_code == 202
    assert server.start(TEXT.encode().ljust(MOST_BYTES + 1)).status_code == 413


def test_a_mark_at_the_beginning_of_a_file_is_passed_over(server: Server) -> None:
    assert server.ended(server.start(TEXT.encode("utf-8-sig")))["state"] == "done"


def test_the_site_of_the_run_must_exist(server: Server, small: Settings) -> None:
    assert server.start(site="nowhere").status_code == 404
    small.sites.mkdir(exist_ok=True)
    (small.sites / "harbour.toml").write_text('name = "Harbour"\nregion = "GB"\n', encoding="utf-8")
    assert server.client.get(f"{PAGE}/runs").json()["sites"] == ["harbour"]
    run = server.ended(server.start(site="harbour"))
    assert server.get(f"{run['id']}/result").json()["stamp"]["settings"]["site"] == "harbour"


@pytest.mark.parametrize("part", ["", "/stop", "/report", "/result"])
def test_a_run_that_never_was_is_not_found(server: Server, part: str) -> None:
    method = "POST" if part == "/stop" else "GET"
    answer = server.client.request(method, f"{PAGE}/runs/never{part}", headers={"content-type": LINES})
    assert answer.status_code == 404


@pytest.mark.parametrize("kind", ["text/plain", "multipart/form-data", "application/x-www-form-urlencoded", ""])
def test_a_form_of_another_site_can_send_nothing(server: Server, kind: str) -> None:
    for path in ("", "/never/stop"):
        answer = server.client.post(f"{PAGE}/runs{path}", content=TEXT, headers={"content-type": kind})
        assert answer.status_code == 415


@pytest.mark.parametrize("host", ["evil.example", "evil.example:80", "127.0.0.1.evil.example", "localhost@evil", ""])
def test_another_host_name_is_refused(server: Server, host: str) -> None:
    for path in ("", "/evaluate.js", "/runs", "/runs/never/report"):
        answer = server.client.get(f"{PAGE}{path}", headers={"host": host})
        assert answer.status_code == 403
        assert answer.json()["remedy"]


@pytest.mark.parametrize("host", ["localhost", "LOCALHOST:7860", "127.0.0.1", "[::1]:7860"])
def test_names_of_this_machine_are_let_in(server: Server, host: str) -> None:
    assert server.client.get(f"{PAGE}/runs", headers={"host": host}).status_code == 200


def test_another_origin_is_refused(server: Server) -> None:
    own = server.address
    for origin in ("https://evil.example", "null", own.replace("127.0.0.1", "localhost"), f"{own}0"):
        headers = {"content-type": LINES, "origin": origin}
        assert server.client.post(f"{PAGE}/runs", content=TEXT, headers=headers).status_code == 403
    headers = {"content-type": LINES, "origin": own}
    assert server.client.post(f"{PAGE}/runs", content=TEXT, headers=headers).status_code == 202


@pytest.mark.parametrize("header", ["forwarded", "x-forwarded-for", "x-forwarded-host"])
def test_a_proxy_is_refused_where_no_token_is_set(server: Server, header: str) -> None:
    assert server.client.get(PAGE, headers={header: "198.51.100.7"}).status_code == 403


@pytest.mark.parametrize(
    ("given", "status"),
    [(None, 401), ("", 401), (TOKEN, 401), (f"Bearer {TOKEN}x", 401), ("Bearer", 401), (f"Basic {TOKEN}", 401),
     ("Bearer \u00e9\u00e9", 401), (f"Bearer {TOKEN}", 200)],
)  # fmt: skip
def test_a_token_that_is_set_is_needed(open_server: Callable[..., Any], given: str | None, status: int) -> None:
    with open_server(TOKEN) as server:
        headers = {} if given is None else {"authorization": given.encode("latin-1")}
        answer = server.client.get(f"{PAGE}/runs", headers=headers)
        assert answer.status_code == status
        assert ("www-authenticate" in answer.headers) == (status == 401)
        assert server.client.get(PAGE).status_code == 200


def test_every_route_of_the_runs_asks_for_the_token(open_server: Callable[..., Any]) -> None:
    with open_server(TOKEN) as server:
        assert server.start().status_code == 401
        assert server.stop("never").status_code == 401
        for path in ("never", "never/report", "never/result"):
            assert server.get(path).status_code == 401
        server.client.headers["authorization"] = f"Bearer {TOKEN}"
        run = server.ended(server.start())
        assert server.get(f"{run['id']}/report").status_code == 200


def test_whoever_bears_the_token_may_come_from_anywhere(open_server: Callable[..., Any]) -> None:
    with open_server(TOKEN) as server:
        headers = {"authorization": f"Bearer {TOKEN}", "host": "clinic.example", "x-forwarded-for": "198.51.100.7"}
        assert server.client.get(f"{PAGE}/runs", headers=headers).status_code == 200


def test_a_server_for_others_needs_a_token() -> None:
    for host in ("0.0.0.0", "::", "192.0.2.1", "clinic.example", ""):  # noqa: S104 - nothing listens
        with pytest.raises(SettingsError, match=VARIABLE):
            read_options(host, {})
        assert read_options(host, {VARIABLE: TOKEN}).token == TOKEN
    for host in ("127.0.0.1", "localhost", "::1"):
        assert read_options(host, {}).token == ""
        assert read_options(host, {VARIABLE: f"{TOKEN}\n"}).token == TOKEN


@pytest.mark.parametrize("token", ["short", TOKEN[1:], "with a space in it", "0123456789abcde\u00e9"])
def test_a_token_that_is_no_token_is_refused(token: str) -> None:
    for host in ("127.0.0.1", "0.0.0.0"):  # noqa: S104 - nothing listens
        with pytest.raises(SettingsError, match="at least 16"):
            read_options(host, {VARIABLE: token})


def test_serve_refuses_before_it_listens(small: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(VARIABLE, raising=False)
    monkeypatch.setattr(uvicorn, "run", lambda *_, **__: pytest.fail("it listens"))
    with pytest.raises(SettingsError, match=VARIABLE):
        app.serve(small, "0.0.0.0", 7860, evaluate=True)  # noqa: S104 - nothing listens


def test_a_token_does_not_show() -> None:
    assert TOKEN not in repr(EvaluateOptions(TOKEN))


def test_a_missing_package_is_named(small: Settings) -> None:
    program = "import sys; sys.modules['ir_measures'] = None; from qa.cli import main; sys.exit(main(sys.argv[1:]))"
    names = {"KETAMINE_QA_HOME": str(small.home), "KETAMINE_QA_CORPUS": str(small.corpus)}
    command = [sys.executable, "-c", program, "serve", "--evaluate"]
    ended = subprocess.run(command, env={**os.environ, **names}, capture_output=True, text=True, timeout=120)
    assert ended.returncode == 1
    assert "ir_measures" in ended.stderr
    assert "pip install 'ketamine-qa[evaluate]'" in ended.stderr


@pytest.mark.model
def test_the_page_is_off_unless_asked_for(address: str) -> None:
    for path in ("", "/runs", "/evaluate.js"):
        assert httpx.get(f"{address}{PAGE}{path}").status_code == 404


@pytest.mark.model
def test_the_page_has_a_policy_of_its_own_beside_the_chat(serve: Callable[..., Any], settings: Settings) -> None:
    with serve(settings, "--evaluate") as address:
        page, chat, chat_page = (httpx.get(f"{address}{path}") for path in (PAGE, "/healthz", "/"))
        script = httpx.get(f"{address}{PAGE}/evaluate.js")
        elsewhere = httpx.get(f"{address}{PAGE}", headers={"host": "evil.example"})
    [policy] = page.headers.get_list("content-security-policy")
    assert policy.startswith("default-src 'none'; script-src 'self' 'sha256-")
    assert "'unsafe-inline'" not in policy.split("script-src")[1].split(";")[0]
    assert page.headers["x-content-type-options"] == "nosniff"
    assert page.headers["cache-control"] == "no-store"
    assert "set-cookie" not in page.headers
    assert "frame-src" not in chat.headers["content-security-policy"]
    assert chat_page.status_code == 200
    assert script.headers["content-type"].startswith("text/javascript")
    assert DISCLAIMER in page.text
    assert "://" not in page.text
    assert elsewhere.status_code == 403


@pytest.fixture(params=[(1280, 900, "light"), (390, 780, "dark")], ids=["desktop", "phone"])
def page(request: pytest.FixtureRequest, browser: Browser, server: Server, watch: Callable[..., Any]) -> Iterator[Page]:
    width, height, scheme = request.param
    size = {"width": width, "height": height}
    with watch(browser, server.address, viewport=size, color_scheme=scheme) as shown:
        yield shown
        assert shown.evaluate("localStorage.length + sessionStorage.length") == 0


def choose(page: Page, text: str = TEXT) -> None:
    page.get_by_label("Test set").set_input_files(
        {"name": "set.jsonl", "mimeType": "application/octet-stream", "buffer": text.encode()}
    )


@pytest.mark.browser
def test_a_file_is_uploaded_and_its_report_is_seen(page: Page, server: Server, tmp_path: Path) -> None:
    server.pipeline.free.set()
    page.goto(f"{server.address}{PAGE}")
    choose(page)
    page.get_by_label("Test set").press("Tab")
    page.get_by_role("button", name="Start").press("Enter")
    expect(page.get_by_role("status")).to_contain_text("Run 1 is done. The gate is open")
    expect(page.locator("#count")).to_have_text("3 of 3 questions asked")
    expect(page.get_by_label("Figures")).to_contain_text("3 questions")
    report = page.frame_locator("#report")
    expect(report.get_by_role("note")).to_have_text(DISCLAIMER)
    report.get_by_role("button", name="Question", exact=True).click()  # a button only where the report's script runs
    expect(report.locator("#all-questions tbody tr").first).to_contain_text("How long do I rest")
    expect(page.get_by_role("note").first).to_have_text(DISCLAIMER)
    with page.expect_download() as saving:
        page.get_by_role("link", name="Save the result as JSON").click()
    saving.value.save_as(tmp_path / "saved.json")
    assert len(read_result(tmp_path / "saved.json")["questions"]) == 3
    widths = page.evaluate("[document.documentElement.scrollWidth, document.documentElement.clientWidth]")
    assert widths[0] <= widths[1]


@pytest.mark.browser
def test_a_file_is_dropped_and_its_run_stopped_and_compared_with(page: Page, server: Server) -> None:
    page.goto(f"{server.address}{PAGE}")
    file = f"new File([{json.dumps(TEXT)}], 'set.jsonl')"
    dragged = page.evaluate_handle(f"() => {{ const all = new DataTransfer(); all.items.add({file}); return all; }}")
    page.locator("#drop").dispatch_event("drop", {"dataTransfer": dragged})
    page.get_by_role("button", name="Start").click()
    assert server.pipeline.asked.wait(timeout=60)
    with page.expect_response(lambda answer: answer.url.endswith("/stop")):
        page.get_by_role("button", name="Stop").click()
    server.pipeline.free.set()
    expect(page.locator("#verdict")).to_have_text("Stopped after 1 of 3 questions: no verdict.")
    page.get_by_label("Compare with").select_option(index=1)
    page.get_by_role("button", name="Start").click()
    expect(page.get_by_label("Figures")).to_contain_text("Against the baseline: 0 better, 0 worse of 1")
    page.get_by_role("button", name="Run 1:").click()
    expect(page.get_by_role("heading", name="Result of run 1")).to_be_visible()


@pytest.mark.browser
def test_the_page_follows_a_run_that_was_started_before(page: Page, server: Server) -> None:
    server.start()
    page.goto(f"{server.address}{PAGE}")
    expect(page.get_by_role("button", name="Stop")).to_be_enabled()
    expect(page.get_by_role("button", name="Start")).to_be_disabled()
    server.pipeline.free.set()
    expect(page.get_by_role("status")).to_contain_text("Run 1 is done")


@pytest.mark.browser
def test_what_a_test_set_says_does_not_run(browser: Browser, server: Server) -> None:
    hostile = "<script>document.title = 'taken'</script><img src=x onerror=\"document.title = 'taken'\">"
    server.pipeline.free.set()
    page = browser.new_page()
    page.goto(f"{server.address}{PAGE}")
    choose(page, json.dumps({**CASES[0], "id": hostile, "question": hostile, "tags": [hostile]}))
    page.get_by_role("button", name="Start").click()
    expect(page.frame_locator("#report").locator("#all-questions")).to_contain_text(hostile)
    assert {frame.title() for frame in page.frames} & {"taken"} == set()
    page.close()


@pytest.mark.browser
def test_the_token_is_typed_and_faults_are_shown(browser: Browser, open_server: Callable[..., Any]) -> None:
    with open_server(TOKEN) as server:
        server.pipeline.free.set()
        page = browser.new_page()
        page.goto(f"{server.address}{PAGE}")
        choose(page, "not json")
        page.get_by_role("button", name="Start").click()
        expect(page.get_by_role("alert")).to_contain_text("The token is missing or wrong.")
        page.get_by_label("Token").fill(TOKEN)
        page.get_by_role("button", name="Start").click()
        expect(page.get_by_role("alert")).to_contain_text("test set, line 1: it is not JSON")
        choose(page)
        page.get_by_role("button", name="Start").click()
        expect(page.frame_locator("#report").get_by_role("note")).to_have_text(DISCLAIMER)
        expect(page.get_by_role("alert")).to_be_hidden()
        assert TOKEN not in page.url + page.content()
        page.reload()
        assert page.get_by_label("Token").input_value() == ""
        page.close()
