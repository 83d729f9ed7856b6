"""How much may be asked, by whom, and that a card comes before all of it."""

import json
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import date

import httpx
import pytest

from qa.disclaimer import DISCLAIMER
from qa.pipeline import Admit, Pipeline
from qa.settings import Settings
from qa.site import Limits, Site
from qa.types import Answer, AnswerSentence
from qa.web.access import Refused
from qa.web.desk import Caller, Desk
from qa.web.limits import RateLimits
from qa.web.options import ServerOptions
from qa.web.refusals import ComeBack, Unanswered
from qa.web.turnstile import Turnstile

QUESTION, CRY = "How long do I rest in the clinic after the spray?", "I want to kill myself"
MakeClient = Callable[..., httpx.Client]
Chat = Callable[..., httpx.Response]
SITE = Site("A site", "US", "", (), limits=Limits(2, 3))
API, CHAT = Caller("api", "192.0.2.1"), Caller("chat", "192.0.2.1")


class HeldPipeline(Pipeline):
    """Lets a question in as the real one does, and answers it once it is let."""

    def __init__(self, settings: Settings) -> None:
        super().__init__(settings)
        self.entered, self.free = threading.Semaphore(0), threading.Event()

    def ask(self, question: str, *given: object, admit: Admit, **named: object) -> Answer:
        del given, named
        return admit(self.site(None), lambda: self.held(question))

    def held(self, question: str) -> Answer:
        self.entered.release()
        assert self.free.wait(timeout=60)
        return Answer(question, "not_in_sources", (AnswerSentence("Nothing."),), DISCLAIMER)


class FaultyPipeline(Pipeline):
    """Fails as no pipeline should, with the question in what it says."""

    def ask(self, question: str, *given: object, **named: object) -> Answer:
        raise RuntimeError(question)


@pytest.fixture(scope="module")
def limited(home: Settings, client_of: MakeClient) -> httpx.Client:
    made: httpx.Client = client_of(home, ServerOptions(proxies=("127.0.0.1",), limits=Limits(client_per_minute=2)))
    made.get("/readyz").raise_for_status()
    return made


def ask(client: httpx.Client, question: str, address: str, **more: str) -> httpx.Response:
    return client.post("/api/v1/ask", json={"question": question, **more}, headers={"x-forwarded-for": address})


def test_one_visitor_asks_so_many_questions_and_a_card_still_comes(limited: httpx.Client) -> None:
    statuses = [ask(limited, QUESTION, "192.0.2.1").status_code for _ in range(3)]
    assert statuses == [200, 200, 429]
    refused = ask(limited, QUESTION, "192.0.2.1")
    assert 1 <= int(refused.headers["retry-after"]) <= 60
    assert "988" in refused.json()["help"]
    assert ask(limited, CRY, "192.0.2.1").json()["outcome"] == "crisis"
    assert ask(limited, QUESTION, "192.0.2.2").status_code == 200


def test_the_chat_counts_the_same_and_says_it_in_the_conversation(limited: httpx.Client, chat: Chat) -> None:
    address = {"x-forwarded-for": "192.0.2.3"}
    assert "rest in the clinic for two hours" in chat(limited, QUESTION, "s1", **address).text
    assert ask(limited, QUESTION, "192.0.2.3").status_code == 200
    refused = chat(limited, QUESTION, "s2", **address).text
    assert "many questions in a minute" in refused
    assert "988" in refused
    assert "kq-crisis" in chat(limited, CRY, "s3", **address).text


def test_events_of_the_page_have_a_limit_of_their_own_that_a_cry_passes(limited: httpx.Client, chat: Chat) -> None:
    address = {"x-forwarded-for": "192.0.2.4"}
    body = json.dumps({"data": ["", [], None], "fn_index": 9999, "session_hash": "none"})
    sent = (limited.post("/gradio_api/queue/join", content=body, headers=address) for _ in range(400))
    refused = next(answer for answer in sent if answer.status_code == 429)
    assert "988" in refused.json()["detail"]
    assert int(refused.headers["retry-after"]) >= 1
    assert chat(limited, QUESTION, "s4", **address).status_code == 429
    assert "kq-crisis" in chat(limited, CRY, "s5", **address).text


def test_an_event_that_is_too_large_is_refused_with_help(limited: httpx.Client, chat: Chat) -> None:
    refused = chat(limited, "x" * 2_200_000)
    assert refused.status_code == 413
    assert "988" in refused.json()["detail"]


def test_a_site_as_a_whole_has_a_limit() -> None:
    rates = RateLimits()
    for _ in range(3):
        rates.count_site(SITE)
    with pytest.raises(ComeBack) as refused:
        rates.count_site(SITE)
    assert refused.value.status == 429


@pytest.mark.parametrize(
    ("first", "second", "same"),
    [
        ("192.0.2.1", "192.0.2.2", False), ("2001:db8::1", "2001:db8::ffff", True),
        ("2001:db8::1", "2001:db8:0:1::1", False), ("", "unknown", False),
        ("::ffff:192.0.2.1", "192.0.2.1", True), ("::ffff:192.0.2.1", "::ffff:192.0.2.2", False),
    ],
)  # fmt: skip
def test_who_counts_as_one_visitor(first: str, second: str, same: bool) -> None:
    rates = RateLimits()
    for _ in range(2):
        rates.count_client(SITE, first)
    if same:
        with pytest.raises(ComeBack):
            rates.count_client(SITE, second)
    else:
        rates.count_client(SITE, second)


def test_no_address_is_kept() -> None:
    rates = RateLimits()
    rates.count_client(SITE, "192.0.2.77")
    kept = str(vars(rates._limiter.storage))
    assert "client" in kept
    assert "192.0.2.77" not in kept


def test_those_who_come_after_the_queue_are_sent_away_and_a_card_still_comes(home: Settings) -> None:
    held = HeldPipeline(home)
    desk = Desk(held, Limits(1000, 1000), Turnstile(seats=1, waiting=0))
    asking = threading.Thread(target=lambda: desk.ask(QUESTION, caller=API, today=date(2026, 1, 15)))
    asking.start()
    assert held.entered.acquire(timeout=60)
    try:
        for caller in (API, CHAT):
            with pytest.raises(ComeBack) as refused:
                desk.ask(QUESTION, caller=caller, today=date(2026, 1, 15))
            assert refused.value.status == 503
        card = desk.card(CRY, CHAT, None, None)
        assert card is not None
        real = Desk(Pipeline(home), turnstile=Turnstile(seats=0, waiting=0))
        assert real.ask(CRY, caller=CHAT, today=date(2026, 1, 15)).outcome == "crisis"
    finally:
        held.free.set()
        asking.join(timeout=60)
    assert desk.ask(QUESTION, caller=API, today=date(2026, 1, 15)).outcome == "not_in_sources"


def test_nobody_waits_for_ever() -> None:
    turnstile = Turnstile(seats=1, waiting=1, patience=0.01)

    def push_in() -> None:
        with pytest.raises(ComeBack):
            turnstile.let_in(lambda: None)

    turnstile.let_in(push_in)
    assert turnstile.let_in(lambda: 1) == 1


def test_answers_are_made_by_as_many_threads_as_there_are_seats() -> None:
    turnstile = Turnstile(seats=2, waiting=10)
    with ThreadPoolExecutor(10) as callers:
        names = set(callers.map(lambda _: turnstile.let_in(lambda: threading.current_thread().name), range(50)))
    assert len(names) <= 2
    assert threading.current_thread().name not in names


def test_the_key_stands_for_many_visitors_and_counts_for_the_site(home: Settings, key: str) -> None:
    desk = Desk(Pipeline(home))
    keyed = Caller("api", "192.0.2.1", key, page=False)
    for _ in range(5):
        desk.ask(QUESTION, caller=keyed, today=date(2026, 1, 15), site="keyed")
    with pytest.raises(ComeBack):
        desk.ask(QUESTION, caller=keyed, today=date(2026, 1, 15), site="keyed")


@pytest.mark.parametrize("given", ["", "another key"])
def test_without_the_key_no_page_is_no_caller(home: Settings, given: str) -> None:
    desk = Desk(Pipeline(home))
    with pytest.raises(Refused) as refused:
        desk.ask(QUESTION, caller=Caller("api", "", given, page=False), today=date(2026, 1, 15), site="keyed")
    assert refused.value.status == 401
    assert desk.ask(QUESTION, caller=Caller("api", ""), today=date(2026, 1, 15), site="keyed").citations


def test_a_fault_of_the_program_does_not_tell_the_question(home: Settings, caplog: pytest.LogCaptureFixture) -> None:
    typed = "my own typed words"
    desk = Desk(FaultyPipeline(home))
    with pytest.raises(Unanswered) as refused:
        desk.ask(typed, caller=API, today=date(2026, 1, 15))
    assert "RuntimeError" in caplog.text
    assert typed not in caplog.text + str(refused.value)
    assert b'ketamine_qa_refusals_total{door="api",reason="fault"} 1.0' in desk.metrics.text()


def test_a_long_text_stays_whole_in_the_conversation_only_where_it_got_a_card(client: httpx.Client, chat: Chat) -> None:
    """What was told in it counts for the turns after it; what was refused need not be sent along with each of them."""
    padding = f"{QUESTION}{' and' * 500}"
    assert f"{padding} {CRY}" in chat(client, f"{padding} {CRY}", "told").text
    refused = chat(client, padding, "refused").text
    assert "kq-fault" in refused
    assert json.dumps(f"{padding[:300]} ...")[1:-1] in refused
