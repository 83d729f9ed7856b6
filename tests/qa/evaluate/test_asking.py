"""Who answers: the product in this process and a server, with all that can go wrong on the way."""

import json
import socket
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from datetime import date
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest

from corpus.errors import QuestionError
from index.generation import POINTER
from index.search import Query, Searcher
from qa.evaluate import asking
from qa.evaluate.asking import FORM, LocalAsker, ServerAsker, timed
from qa.evaluate.score import Response, score
from qa.evaluate.testset import Case, TestSetError
from qa.pipeline import Pipeline
from qa.settings import Settings
from qa.types import Turn

MakeCase = Callable[..., Case]
MakeAnswer = Callable[..., dict[str, Any]]
SOON = 0.01
DANGER = "I want to kill myself"


@pytest.fixture
def never() -> Iterator[threading.Event]:
    """An event that nobody sets while the test runs."""
    event = threading.Event()
    yield event
    event.set()


@dataclass
class Recorder:
    """In place of a pipeline: notes what it is asked, and answers nothing."""

    seen: list[tuple[Any, ...]] = field(default_factory=list)

    def ask(self, question: str, history: Sequence[Turn], **rest: object) -> None:
        self.seen.append((question, history, rest))
        raise QuestionError("Noted.", "")


@contextmanager
def answering(
    status: int, body: bytes, seen: list[Any] | None = None, refusals: Sequence[Mapping[str, str]] = ()
) -> Iterator[str]:
    """Serve one and the same reply; `seen` takes the bodies that were sent.

    refusals: headers of the replies with status 429 that come before.
    """
    coming = list(refusals)

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            sent = self.rfile.read(int(self.headers["content-length"]))
            if seen is not None:
                seen.append(json.loads(sent))
            refused = coming.pop(0) if coming else None
            self.send_response(status if refused is None else 429)
            for name, value in (refused or {}).items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(body)

        def do_GET(self) -> None:
            self.send_response(status)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            """Keep quiet."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": SOON})
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}"
        finally:
            server.shutdown()
            thread.join()


@pytest.fixture
def closed_port() -> str:
    with socket.create_server(("127.0.0.1", 0)) as free:
        return f"http://127.0.0.1:{free.getsockname()[1]}"


def asked(address: str, case: Case, **changed: Any) -> Response:  # noqa: ANN401
    with closing(ServerAsker(address, **changed)) as server:
        return server.respond(case)


def local(settings: Settings, today: date, **changed: Any) -> LocalAsker:  # noqa: ANN401
    return LocalAsker(settings, Pipeline(settings), today, **changed)


def test_an_answer_in_time_comes_with_its_ranking() -> None:
    response = timed(lambda: {"text": "x"}, 30.0, lambda: ("one", "two"))
    assert (response.answer, response.error, response.ranking) == ({"text": "x"}, "", ("one", "two"))
    assert response.milliseconds >= 0


def test_what_is_raised_is_said_by_kind_and_a_fault_of_the_project_in_its_own_words() -> None:
    def fail(error: Exception) -> Callable[[], Mapping[str, Any]]:
        def answer() -> Mapping[str, Any]:
            raise error

        return answer

    assert timed(fail(ValueError("odd")), 30.0).error == "ValueError: odd"
    assert timed(fail(QuestionError("It is empty.", "Type one.")), 30.0).error == "It is empty."
    assert timed(fail(ValueError("odd")), 30.0).answer is None


def test_a_hanging_answer_is_given_up(never: threading.Event) -> None:
    response = timed(lambda: {"late": never.wait()}, SOON)
    assert response.answer is None
    assert response.error == "no answer within 0.01 seconds"
    assert response.milliseconds == 10


def test_a_ranking_that_fails_does_not_lose_the_answer() -> None:
    response = timed(lambda: {"text": "x"}, 30.0, lambda: 1 / 0)  # type: ignore[arg-type, return-value]
    assert (response.answer, response.error, response.ranking) == ({"text": "x"}, "", None)


def test_the_product_answers_under_the_case_s_name(small: Settings, today: date, make_case: MakeCase) -> None:
    response = local(small, today).respond(make_case("stay"))
    assert response.answer is not None
    assert response.answer["id"] == "stay"
    assert response.answer["outcome"] == "answered"
    assert response.ranking is None


def test_chunks_are_ranked_for_a_case_that_names_sources(small: Settings, today: date, make_case: MakeCase) -> None:
    response = local(small, today).respond(make_case(sources=("TS-001",)))
    assert response.ranking is not None
    assert response.ranking[0] == "first-visit#how-long"
    assert len(response.ranking) == len(set(response.ranking)) == 10


def test_a_ranking_searches_with_the_history(small: Settings, today: date, make_case: MakeCase) -> None:
    history = (Turn("user", "what is the infusion room like"), Turn("assistant", "It has chairs."))
    bare, told = (
        local(small, today).respond(make_case(question="how many?", sources=("TS-006",), history=turns))
        for turns in ((), history)
    )
    assert told.ranking is not None
    assert told.ranking[0].endswith("#room")
    assert bare.ranking != told.ranking


def test_a_ranking_searches_as_the_product_does(
    small: Settings, today: date, make_case: MakeCase, monkeypatch: pytest.MonkeyPatch
) -> None:
    prepared: list[tuple[Any, ...]] = []
    prepare = Searcher.prepare

    def noting(self: Searcher, *given: Any, **named: Any) -> Query:  # noqa: ANN401 - passed on as it is
        prepared.append((given, named))
        return prepare(self, *given, **named)

    monkeypatch.setattr(Searcher, "prepare", noting)
    history = (Turn("user", "what is the infusion room like in France"),)
    local(small, today).respond(make_case(question="and in Brazil?", sources=("TS-006",), history=history))
    *answered, ranked = prepared
    assert answered == [ranked]


def test_history_region_site_day_and_name_reach_the_product(small: Settings, today: date, make_case: MakeCase) -> None:
    recorder = Recorder()
    asker = LocalAsker(small, recorder, today, "hill")  # type: ignore[arg-type]
    history = (Turn("user", "What is a session?"),)
    assert asker.respond(make_case("a", "and then?", history=history, site="harbour", region="GB")).error == "Noted."
    asker.respond(make_case("b", "and then?"))
    assert recorder.seen == [
        ("and then?", history, {"today": today, "site": "harbour", "region": "GB", "name": "a"}),
        ("and then?", (), {"today": today, "site": "hill", "region": None, "name": "b"}),
    ]


def test_the_region_chooses_the_numbers_of_a_card(small: Settings, today: date, make_case: MakeCase) -> None:
    british = local(small, today).respond(make_case(question=DANGER, region="GB")).answer
    default = local(small, today).respond(make_case(question=DANGER)).answer
    assert british is not None
    assert default is not None
    assert ("116 123" in british["text"], "116 123" in default["text"]) == (True, False)


def test_a_missing_index_is_an_error_and_a_card_comes_without_one(
    small: Settings, today: date, make_case: MakeCase
) -> None:
    (small.place.index / POINTER).unlink()
    asker = local(small, today)
    assert "index" in asker.respond(make_case()).error.lower()
    card = asker.respond(make_case(question=DANGER)).answer
    assert card is not None
    assert card["outcome"] == "crisis"


def test_a_server_is_sent_what_the_case_says_and_no_more(make_case: MakeCase, make_answer: MakeAnswer) -> None:
    seen: list[Any] = []
    with answering(200, json.dumps(make_answer()).encode(), seen) as address:
        full = make_case("a", "and then?", history=(Turn("user", "Before?"),), site="harbour", region="GB")
        answers = [asked(f"{address}/", case, site="hill").answer for case in (full, make_case("b", "what?"))]
    assert seen == [
        {"question": "and then?", "history": [{"role": "user", "content": "Before?"}], "site": "harbour",
         "region": "GB"},
        {"question": "what?", "site": "hill"},
    ]  # fmt: skip
    assert [answer and answer["id"] for answer in answers] == ["a", "b"]


@pytest.mark.model
def test_a_real_server_answers_as_the_product_does(served: str, settings: Settings, make_case: MakeCase) -> None:
    cases = [
        make_case("what", "What is ketamine?"),
        make_case("wait", "and how long do i wait?", history=(Turn("user", "Can I drive after Spravato?"),)),
        make_case("moon", "what colour is the moon"),
        make_case("card", DANGER, region="GB"),
    ]
    with closing(ServerAsker(served)) as server:
        server.reach()
        theirs = [server.respond(case).answer for case in cases]
    asker = local(settings, date.today())
    ours = [asker.respond(case).answer for case in cases]
    for one, other in zip(ours, theirs, strict=True):
        assert one is not None
        assert other is not None
        assert {**json.loads(json.dumps(one)), "timings_ms": {}} == {**other, "timings_ms": {}}


@pytest.mark.model
def test_a_server_s_refusal_is_said(served: str, make_case: MakeCase) -> None:
    response = asked(served, make_case(), site="nowhere")
    assert response.answer is None
    assert response.error == "404: There is no such site or region."


@pytest.mark.parametrize(
    ("status", "body", "said"),
    [
        (500, b'{"error": "The disk is full."}', "500: The disk is full."),
        (500, b"<h1>Oops</h1>", "500: no reason given"),
        (500, b"[]", "500: no reason given"),
        (302, b"", "302: no reason given"),
        (200, b"<h1>Hello</h1>", "JSONDecodeError"),
        (200, b"\xff\xfe\x00", "Error"),
        (200, b"[]", "the answer"),
        (200, b"null", "the answer"),
    ],
)
def test_a_reply_that_is_no_answer_is_an_error(status: int, body: bytes, said: str, make_case: MakeCase) -> None:
    with answering(status, body) as address:
        response = asked(address, make_case())
    assert response.answer is None
    assert said in response.error


@pytest.mark.parametrize("name", FORM)
def test_an_answer_that_lacks_a_field_is_an_error(name: str, make_case: MakeCase, make_answer: MakeAnswer) -> None:
    answer = make_answer()
    del answer[name]
    with answering(200, json.dumps(answer).encode()) as address:
        response = asked(address, make_case())
    assert response.answer is None
    assert response.error.endswith(f": {name}")


def test_an_answer_without_its_disclaimer_is_left_to_the_score(make_case: MakeCase, make_answer: MakeAnswer) -> None:
    answer = make_answer()
    del answer["disclaimer"]
    with answering(200, json.dumps(answer).encode()) as address:
        response = asked(address, make_case())
    assert response.answer is not None
    assert score(make_case(), response, None, {}, None).broken == ("the disclaimer is missing or altered",)


def test_the_product_s_own_answer_is_held_against_the_form_too(
    small: Settings, today: date, make_case: MakeCase, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(asking, "answer_record", lambda _: {"text": "x"})
    response = local(small, today).respond(make_case())
    assert response.answer is None
    assert "outcome, sentences, citations" in response.error


@pytest.mark.parametrize(
    ("changed", "places"),
    [
        ({"sentences": None}, "sentences"),
        ({"sentences": [{"text": "x"}]}, "citations"),
        ({"sentences": [{"text": "x", "citations": ["1"]}]}, "citations"),
        ({"citations": [{"number": 1}]}, "document, quote, start, end, passage, evidence"),
        ({"notices": ["same_day"]}, "notices"),
        ({"confidence": "0.9"}, "confidence"),
        ({"index": {"generation": "000001-aa"}}, "corpus"),
    ],
)
def test_a_field_of_another_form_is_named(
    changed: dict[str, object], places: str, make_case: MakeCase, make_answer: MakeAnswer
) -> None:
    with answering(200, json.dumps(make_answer(**changed)).encode()) as address:
        response = asked(address, make_case())
    assert response.answer is None
    assert response.error.endswith(f": {places}")


def test_a_server_that_hangs_is_given_up(make_case: MakeCase) -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        response = asked(f"http://127.0.0.1:{silent.getsockname()[1]}", make_case(), timeout=SOON)
    assert response.answer is None
    assert response.error


def test_a_server_that_is_down_is_said_before_anything_is_asked(closed_port: str, make_case: MakeCase) -> None:
    with pytest.raises(TestSetError, match="does not answer"):
        ServerAsker(closed_port).reach()
    assert asked(closed_port, make_case()).answer is None


def test_a_server_without_health_is_no_server_of_ours() -> None:
    with (
        answering(404, b"") as address,
        closing(ServerAsker(address)) as server,
        pytest.raises(TestSetError, match="404"),
    ):
        server.reach()


@pytest.mark.parametrize("address", ["127.0.0.1:7860", "localhost", "ftp://127.0.0.1", "http://127.0.0.1:port"])
def test_an_address_that_is_none_is_said(address: str) -> None:
    with pytest.raises(TestSetError):
        ServerAsker(address).reach()


def test_a_server_with_too_much_to_do_is_asked_again_when_it_says(make_case: MakeCase, make_answer: MakeAnswer) -> None:
    body, paused = json.dumps(make_answer()).encode(), list[float]()
    with answering(200, body, refusals=[{"Retry-After": "7"}, {"Retry-After": "3"}]) as address:
        response = asked(address, make_case(), pause=paused.append)
    assert response.error == ""
    assert paused == [7, 3]


@pytest.mark.parametrize(("headers", "pauses"), [({}, 0), ({"Retry-After": "soon"}, 0), ({"Retry-After": "1"}, 5)])
def test_it_is_not_asked_for_ever(make_case: MakeCase, headers: dict[str, str], pauses: int) -> None:
    paused: list[float] = []
    with answering(200, b"{}", refusals=[headers] * 9) as address:
        response = asked(address, make_case(), pause=paused.append)
    assert response.error.startswith("429")
    assert len(paused) == pauses
