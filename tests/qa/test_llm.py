"""The optional chat model, against a real server on this machine that speaks OpenAI's protocol."""

import json
import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from corpus.errors import ModelError
from qa.llm import load_chat_model
from qa.settings import Settings, read_settings

NAME = "openai:small"
KEY = "an-invented-key"
SHORT = 0.2
"""Seconds after which a test gives up on a server that is silent."""


class ModelServer(ThreadingHTTPServer):
    """Answers each request with the next of `replies` (status, body), the last one for ever; None keeps silent."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.replies: list[tuple[int, str] | None] = []
        self.asked: list[tuple[str, bytes, str]] = []
        self.released = threading.Event()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}/v1"

    def reply(self) -> tuple[int, str] | None:
        return self.replies.pop(0) if len(self.replies) > 1 else self.replies[0]


class Handler(BaseHTTPRequestHandler):
    server: ModelServer

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        self.server.asked.append((self.path, body, self.headers.get("Authorization", "")))
        reply = self.server.reply()
        if reply is None:
            self.server.released.wait()
            return
        status, text = reply
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(text.encode())))
        self.end_headers()
        self.wfile.write(text.encode())

    def do_GET(self) -> None:
        self.do_POST()

    def log_message(self, *_: object) -> None:
        """Stay quiet."""


@pytest.fixture
def server() -> Iterator[ModelServer]:
    serving = ModelServer()
    thread = threading.Thread(target=serving.serve_forever)
    thread.start()
    yield serving
    serving.released.set()
    serving.shutdown()
    thread.join()
    serving.server_close()


@pytest.fixture(autouse=True)
def environment(monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest) -> None:
    """The provider's variables for the server, where a test has one, and none of the machine's own."""
    for name in [name for name in os.environ if name.startswith(("OPENAI_", "LANGCHAIN_", "LANGSMITH_", "KETAMINE_"))]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    monkeypatch.setenv("OPENAI_API_KEY", KEY)
    if "server" in request.fixturenames:
        monkeypatch.setenv("OPENAI_BASE_URL", request.getfixturevalue("server").url)


def completion(text: str) -> tuple[int, str]:
    message = {"role": "assistant", "content": text}
    choice = {"index": 0, "message": message, "finish_reason": "stop"}
    return 200, json.dumps({"id": "1", "object": "chat.completion", "created": 1, "model": "m", "choices": [choice]})


def fault_of(name: str = NAME, **changes: float) -> ModelError:
    with pytest.raises(ModelError) as caught:
        load_chat_model(name, **changes).complete("Be brief.", "A secret question?")
    assert "secret" not in str(caught.value)
    return caught.value


def test_a_reply_comes_back_without_white_space(server: ModelServer) -> None:
    server.replies = [completion("  Two hours.\n")]
    model = load_chat_model(NAME)
    assert model.name == NAME
    assert model.complete("Be brief. {braces}", "How long {is} it?") == "Two hours."
    [(path, sent, key)] = server.asked
    body = json.loads(sent)
    assert (path, key) == ("/v1/chat/completions", f"Bearer {KEY}")
    assert (body["model"], body["temperature"]) == ("small", 0)
    assert body["messages"] == [
        {"role": "system", "content": "Be brief. {braces}"},
        {"role": "user", "content": "How long {is} it?"},
    ]


TRACED = (
    "from qa.llm import load_chat_model; from langchain_core.tracers.langchain import wait_for_all_tracers; "
    f"load_chat_model({NAME!r}).complete('Be brief.', 'How long?'); wait_for_all_tracers()"
)


def test_nothing_is_traced_even_where_tracing_is_on(server: ModelServer, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("LANGSMITH_TRACING", "LANGSMITH_TRACING_V2", "LANGCHAIN_TRACING_V2"):
        monkeypatch.setenv(name, "true")
    monkeypatch.setenv("LANGSMITH_ENDPOINT", server.url)
    monkeypatch.setenv("LANGSMITH_API_KEY", KEY)
    server.replies = [completion("Two hours.")]
    subprocess.run([sys.executable, "-c", TRACED], check=True, capture_output=True, timeout=60)
    assert [path for path, _, _ in server.asked] == ["/v1/chat/completions"]


@pytest.mark.parametrize("text", ["", "  \n"])
def test_an_empty_reply_is_a_fault(server: ModelServer, text: str) -> None:
    server.replies = [completion(text)]
    assert "empty reply" in fault_of().message


@pytest.mark.parametrize("body", ["{}", "not JSON", '{"choices": []}', '{"choices": null}', "[]", ""])
def test_a_malformed_reply_is_a_fault(server: ModelServer, body: str) -> None:
    server.replies = [(200, body)]
    assert fault_of().message.startswith(f"The chat model {NAME} ")


@pytest.mark.parametrize(
    ("status", "said"),
    [
        (400, "failed: "),
        (401, "does not accept the key"),
        (403, "does not allow this"),
        (404, "is not known to the provider"),
        (429, "takes no more requests now"),
        (500, "failed on the provider's server"),
    ],
)
def test_an_error_of_the_server_is_named_without_its_words(server: ModelServer, status: int, said: str) -> None:
    server.replies = [(status, '{"error": {"message": "You asked: A secret question?"}}')]
    assert said in fault_of().message


def test_an_error_that_passes_is_asked_again(server: ModelServer) -> None:
    server.replies = [(500, "{}"), completion("Two hours.")]
    assert load_chat_model(NAME).complete("Be brief.", "How long?") == "Two hours."
    assert len(server.asked) == 2


def test_a_silent_server_times_out(server: ModelServer) -> None:
    server.replies = [None]
    assert "did not answer in time" in fault_of(timeout=SHORT).message


def test_a_server_that_is_not_there_cannot_be_reached(monkeypatch: pytest.MonkeyPatch) -> None:
    with ModelServer() as gone:
        monkeypatch.setenv("OPENAI_BASE_URL", gone.url)
    assert "cannot be reached" in fault_of().message


def test_a_missing_key_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("OPENAI_API_KEY")
    fault = fault_of()
    assert "has no key" in fault.message
    assert fault.remedy == "Set OPENAI_API_KEY in the environment."


def test_a_missing_package_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "langchain_cohere", None)
    fault = fault_of("cohere:small")
    assert "is not installed" in fault.message
    assert fault.remedy == "Run 'pip install langchain-cohere'."


def test_the_time_limit_reaches_ollama(monkeypatch: pytest.MonkeyPatch) -> None:
    given: dict[str, Any] = {}
    monkeypatch.setattr("langchain.chat_models.init_chat_model", lambda model, **rest: given.update(rest, model=model))
    load_chat_model("ollama:llama3.1:8b", 7.0)
    assert given["model"] == "llama3.1:8b"
    assert given["client_kwargs"] == {"timeout": 7.0}


@pytest.mark.parametrize("name", ["gpt-4o-mini", "openai:", ":small", "open ai:small", "nowhere:small"])
def test_what_is_no_name_of_a_model_is_refused(name: str) -> None:
    assert "provider:model" in fault_of(name).remedy


def test_without_a_model_the_setting_is_named() -> None:
    assert "KETAMINE_QA_LLM" in fault_of("").remedy


def test_the_setting_is_read_and_empty_by_default(tmp_path: Path) -> None:
    assert read_settings({}).llm == ""
    assert read_settings({"KETAMINE_QA_LLM": f" {NAME} "}).llm == NAME
    assert Settings(tmp_path, tmp_path, "m").llm == ""


LOADED = "[name for name in sys.modules if name.split('.')[0].startswith(('langchain', 'langsmith', 'openai'))]"


@pytest.mark.parametrize("module", ["qa.cli", "qa.llm", "qa.evaluate.judge", "qa.pipeline"])
def test_importing_does_not_load_langchain(module: str) -> None:
    code = f"import sys, {module}; print({LOADED})"
    loaded = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert loaded.stdout.strip() == "[]"


@pytest.mark.model
def test_asking_does_not_load_langchain_even_where_a_model_is_set(settings: Settings) -> None:
    code = f"import sys; from qa.cli import main; assert not main(['ask', 'What is ketamine?']); print({LOADED})"
    names = {"KETAMINE_QA_HOME": settings.home, "KETAMINE_QA_CORPUS": settings.corpus, "KETAMINE_QA_LLM": NAME}
    environment = {**os.environ, **{name: str(value) for name, value in names.items()}}
    loaded = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, env=environment)
    assert loaded.stdout.splitlines()[-1] == "[]"
