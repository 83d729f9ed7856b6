"""POST /api/v1/ask and /api/v1/ask/stream."""

import json
import re

import httpx
import pytest

from qa.disclaimer import DISCLAIMER
from qa.web.asked import MOST_BYTES
from qa.web.schema import AnswerModel

QUESTION = "How long do I rest in the clinic after the spray?"
CRY = "I want to kill myself"


def ask(client: httpx.Client, question: str = QUESTION, **more: object) -> httpx.Response:
    return client.post("/api/v1/ask", json={"question": question, **more})


def events(text: str) -> list[tuple[str, dict[str, object]]]:
    found = re.findall(r"event: (\w+)\ndata: (.*)\n\n", text)
    assert "".join(f"event: {name}\ndata: {sent}\n\n" for name, sent in found) == text
    return [(name, json.loads(sent)) for name, sent in found]


def test_an_answer_is_of_the_documented_form(client: httpx.Client) -> None:
    answer = ask(client)
    assert answer.status_code == 200
    assert answer.headers["cache-control"] == "no-store"
    record = answer.json()
    assert list(record) == list(AnswerModel.model_fields)
    AnswerModel.model_validate(record, strict=True)
    assert record["outcome"] == "answered"
    assert record["disclaimer"] == DISCLAIMER
    assert record["citations"][0]["quote"] == "You rest in the clinic for two hours after the esketamine spray."


@pytest.mark.parametrize(("path", "accept"), [("/api/v1/ask", "text/event-stream"), ("/api/v1/ask/stream", "*/*")])
def test_events_are_the_same_answer(client: httpx.Client, path: str, accept: str) -> None:
    plain = ask(client).json()
    streamed = client.post(path, json={"question": QUESTION}, headers={"accept": accept})
    assert streamed.headers["content-type"].startswith("text/event-stream")
    *sentences, (last, answer) = events(streamed.text)
    assert [name for name, _ in sentences] == ["sentence"] * len(plain["sentences"])
    assert [sentence for _, sentence in sentences] == plain["sentences"]
    assert last == "answer"
    assert answer | {"timings_ms": 0} == plain | {"timings_ms": 0}


def test_a_refusal_is_an_event_where_events_are_asked_for(client: httpx.Client) -> None:
    streamed = client.post("/api/v1/ask/stream", json={"question": " "})
    assert streamed.status_code == 422
    [(name, record)] = events(streamed.text)
    assert name == "error"
    assert "988" in str(record["help"])


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b"not json", 422), (b"[]", 422), (b"{}", 422), (b'{"question": 3}', 422), (b'{"question": ""}', 422),
        (b"", 422), (b"\xff\xfe", 422), (b"[" * 100_000, 422), (b'{"question": "\\ud800?"}', 422),
        (b'{"question": "What?", "history": "x"}', 422), (b'{"question": "What?", "history": [{"role": "x"}]}', 422),
        (b'{"question": "What?", "history": [{"role": "user", "content": "\\udfff"}]}', 422),
        (b'{"question": "What?", "site": 3}', 422), (b'{"question": "What?", "site": "nowhere"}', 404),
        (b'{"question": "What?", "site": "faulty"}', 404), (b'{"question": "What?", "region": "XX"}', 404),
        (b'{"question": "' + b"a" * 2001 + b'"}', 422), (b"a" * (MOST_BYTES + 1), 413),
        (json.dumps({"question": "What?", "history": [{"role": "user", "content": "x"}] * 21}).encode(), 422),
    ],
)  # fmt: skip
def test_every_refusal_says_what_to_do_and_where_help_is(client: httpx.Client, body: bytes, status: int) -> None:
    answer = client.post("/api/v1/ask", content=body)
    assert answer.status_code == status
    record = answer.json()
    assert record.keys() == {"error", "remedy", "help"}
    assert record["error"]
    assert record["remedy"]
    known = "988" in record["help"] and "911" in record["help"]
    assert known != (b"faulty" in body)  # whose file names no region: no country is guessed
    assert known or "findahelpline.com" in record["help"]


def test_a_refusal_has_the_numbers_of_the_site_and_names_no_folder(client: httpx.Client) -> None:
    assert "116 123" in ask(client, "x" * 2001, site="harbour").json()["help"]
    for site in ("nowhere", "faulty"):
        assert "/" not in ask(client, site=site).json()["error"]


@pytest.mark.parametrize(
    "body",
    [
        json.dumps({"question": "x " * 2000 + CRY}),
        json.dumps({"question": CRY + " x" * MOST_BYTES}),
        json.dumps({"question": CRY, "history": [{"role": "user", "content": "hello"}] * 21}),
        json.dumps({"question": CRY, "history": "x" * MOST_BYTES}),
        json.dumps({"question": CRY, "site": "nowhere"}),
        json.dumps({"question": CRY, "site": 3, "region": []}),
        json.dumps({"question": f"\ud800 {CRY}"}),
        json.dumps({"site": "keyed", "question": CRY}),
        json.dumps({"question": [CRY]}),
        f'{{"question": "{CRY}',
        CRY,
    ],
    ids=["long", "cut-off", "turns", "too-large", "no-site", "not-text", "half", "no-key", "list", "broken", "text"],
)  # fmt: skip
def test_a_cry_gets_its_card_whatever_is_wrong(client: httpx.Client, body: str) -> None:
    answer = client.post("/api/v1/ask", content=body)
    assert answer.status_code == 200
    assert answer.json()["outcome"] == "crisis"


def test_a_missing_index_is_503_but_a_card_still_comes(without_index: httpx.Client) -> None:
    refused = ask(without_index)
    assert refused.status_code == 503
    assert "988" in refused.json()["help"]
    assert ask(without_index, CRY).json()["outcome"] == "crisis"
    assert ask(without_index, "my dog ate my ketamine troches").json()["outcome"] == "emergency"


def test_a_region_changes_the_numbers(client: httpx.Client) -> None:
    assert "999" in ask(client, CRY, region="GB").json()["text"]
