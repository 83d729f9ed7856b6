"""Feedback, sources, health, metrics, and the document that describes them."""

import json
from collections.abc import Callable

import httpx
import pytest

from corpus.errors import SettingsError
from qa.policy.feedback import categories, read_categories
from qa.settings import Settings
from qa.web.options import ServerOptions
from qa.web.schema import SourcesModel

MakeClient = Callable[..., httpx.Client]
TOKEN = "0123456789abcdef"  # noqa: S105 - opens nothing


def thumb(client: httpx.Client, **given: object) -> httpx.Response:
    return client.post("/api/v1/feedback", json=given)


def test_a_thumb_is_counted_and_nothing_else_of_it_kept(home: Settings, client_of: MakeClient) -> None:
    client = client_of(home)
    assert thumb(client, thumb="down", category="unclear", site="harbour").status_code == 204
    assert thumb(client, thumb="up").status_code == 204
    counted = client.get("/metrics").text
    assert 'ketamine_qa_feedback_total{category="unclear",site="harbour",thumb="down"} 1.0' in counted
    assert 'ketamine_qa_feedback_total{category="none",site="default",thumb="up"} 1.0' in counted


@pytest.mark.parametrize(
    ("given", "status"),
    [
        ({}, 422), ({"thumb": "sideways"}, 422), ({"thumb": "up", "category": "rude"}, 422),
        ({"thumb": "up", "text": "what I think"}, 422), ({"thumb": "up", "site": "nowhere"}, 404),
        ({"thumb": "up", "site": "../harbour"}, 422), ({"thumb": "up", "category": "x" * 3000}, 413),
    ],
)  # fmt: skip
def test_a_thumb_that_is_none_is_refused_with_help(client: httpx.Client, given: dict[str, str], status: int) -> None:
    refused = thumb(client, **given)
    assert refused.status_code == status
    assert "988" in refused.json()["help"]


def test_thumbs_are_limited(home: Settings, client_of: MakeClient) -> None:
    client = client_of(home)
    statuses = [thumb(client, thumb="up").status_code for _ in range(31)]
    assert statuses == [204] * 30 + [429]


def test_the_categories_are_those_of_the_contract() -> None:
    assert list(categories()) == ["wrong", "unclear", "not_answered", "unsafe", "other"]


@pytest.mark.parametrize(
    ("table", "fault"),
    [({}, "no category"), ({"category": {"A b": "x"}}, "small letters"), ({"category": {"a": " "}}, "nothing"),
     ({"category": {"a": "x"}, "more": 1}, "'more'")],
)  # fmt: skip
def test_faulty_categories_are_refused(table: dict[str, object], fault: str) -> None:
    with pytest.raises(SettingsError, match=fault):
        read_categories(table)


def test_sources_are_listed_without_other_providers(client: httpx.Client) -> None:
    record = client.get("/api/v1/sources").json()
    SourcesModel.model_validate(record, strict=True)
    assert [document["id"] for document in record["documents"]] == [
        "an-invented-article", "rooms", "visits", "first-visit",
    ]  # fmt: skip
    assert "Harbour" not in json.dumps(record)
    facts = {name for source in record["sources"] for name in source["facts"]}
    assert facts == {f"TS-00{number}" for number in (1, 2, 3, 4, 5, 6, 8)}
    assert record["newest"] == "2025-03-13"


def test_a_clinics_documents_are_listed_on_its_site_alone(client: httpx.Client) -> None:
    assert client.get("/api/v1/sources", params={"site": "harbour"}).status_code == 200
    assert client.get("/api/v1/sources", params={"site": "nowhere"}).status_code == 404
    refused = client.get("/api/v1/sources", params={"site": "../x"})
    assert refused.status_code == 422
    assert "988" in refused.json()["help"]


def test_ready_where_all_is_loaded_and_sound(client: httpx.Client) -> None:
    ready = client.get("/readyz")
    assert ready.status_code == 200
    assert ready.json()["ready"] is True
    assert ready.json()["generation"]


def test_not_ready_without_an_index_but_alive(without_index: httpx.Client) -> None:
    ready = without_index.get("/readyz")
    assert ready.status_code == 503
    assert ready.json() == {"ready": False, "reasons": ["no index has been built"], "generation": ""}
    assert without_index.get("/healthz").json() == {"status": "ok"}


def test_not_ready_where_the_index_is_damaged(home: Settings, client_of: MakeClient) -> None:
    [words] = [path for path in (home.home / "index" / "generations").glob("*/words/*") if "vocab" in path.name]
    kept = words.read_bytes()
    words.write_bytes(kept + b"\n")
    try:
        ready = client_of(home).get("/readyz")
    finally:
        words.write_bytes(kept)
    assert ready.status_code == 503
    assert ready.json()["reasons"] == ["the index has 1 faults"]


def test_metrics_count_and_hold_no_text(client: httpx.Client) -> None:
    typed = "is marmalade a chair in the room of my aunt"
    client.post("/api/v1/ask", json={"question": typed})
    client.post("/api/v1/ask", json={"question": "I want to kill myself", "site": "nowhere-at-all"})
    client.post("/api/v1/ask", json={"question": "What?", "site": "nowhere-at-all"})
    counted = client.get("/metrics").text
    assert 'ketamine_qa_answers_total{door="api",outcome="crisis",site="default"} 1.0' in counted
    assert 'ketamine_qa_refusals_total{door="api",reason="site"} 1.0' in counted
    assert 'ketamine_qa_answer_seconds_bucket{door="api",le="1.0"}' in counted
    for told in ("marmalade", "nowhere", "127.0.0.1", "_created"):
        assert told not in counted


def test_metrics_are_read_by_this_machine_alone(home: Settings, client_of: MakeClient) -> None:
    direct = client_of(home)
    assert direct.get("/metrics").status_code == 200
    for header in ("x-forwarded-for", "forwarded", "x-forwarded-host"):
        assert direct.get("/metrics", headers={header: "127.0.0.1"}).status_code == 403
    behind = client_of(home, ServerOptions(proxies=("127.0.0.1",)))
    assert behind.get("/metrics", headers={"x-forwarded-for": "192.0.2.1"}).status_code == 403


def test_metrics_are_read_with_the_token(home: Settings, client_of: MakeClient) -> None:
    client = client_of(home, ServerOptions(metrics_token=TOKEN))
    assert client.get("/metrics").status_code == 401
    assert client.get("/metrics", headers={"authorization": "Bearer x"}).status_code == 401
    borne = {"authorization": f"Bearer {TOKEN}", "x-forwarded-for": "192.0.2.1"}
    assert client.get("/metrics", headers=borne).status_code == 200


def test_the_document_names_every_route_and_no_other_host(client: httpx.Client) -> None:
    document = client.get("/api/v1/openapi.json")
    assert set(document.json()["paths"]) == {
        "/api/v1/ask", "/api/v1/ask/stream", "/api/v1/feedback", "/api/v1/sources", "/healthz", "/readyz",
    }  # fmt: skip
    assert "://" not in document.text
    region = document.json()["components"]["schemas"]["AskRequest"]["properties"]["region"]
    assert "US" in region["anyOf"][0]["enum"]
