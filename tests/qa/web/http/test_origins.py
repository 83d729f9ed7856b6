"""Which pages may ask."""

import httpx
import pytest

QUESTION = {"question": "How long do I rest in the clinic after the spray?"}
LISTED, OTHER_PORT = "https://clinic.example", "https://www.clinic.example:8443"
FOREIGN = (
    "https://evil.example", "null", "http://clinic.example", "https://clinic.example.evil.example",
    "https://clinic.example:8443", "https://sub.clinic.example", "https://CLINIC.example", "", "https://faulty.example",
)  # fmt: skip


def ask(client: httpx.Client, origin: str, **more: str) -> httpx.Response:
    return client.post("/api/v1/ask", json={**QUESTION, **more}, headers={"origin": origin})


def own(client: httpx.Client) -> str:
    return str(client.base_url).rstrip("/")


def preflight(client: httpx.Client, path: str, origin: str) -> httpx.Response:
    asked = {"access-control-request-method": "POST", "access-control-request-headers": "content-type"}
    return client.options(path, headers={"origin": origin, **asked})


@pytest.mark.parametrize("site", [None, "harbour"])
@pytest.mark.parametrize("origin", FOREIGN)
def test_a_foreign_page_gets_no_answer(client: httpx.Client, origin: str, site: str | None) -> None:
    refused = ask(client, origin, **({"site": site} if site else {}))
    assert refused.status_code == 403
    assert refused.json()["help"]
    assert "access-control-allow-origin" not in refused.headers


@pytest.mark.parametrize("origin", [LISTED, OTHER_PORT])
def test_a_listed_page_gets_its_answer_on_its_site_only(client: httpx.Client, origin: str) -> None:
    answer = ask(client, origin, site="harbour")
    assert answer.status_code == 200
    assert answer.headers["access-control-allow-origin"] == origin
    assert "Origin" in answer.headers["vary"]
    assert "access-control-allow-credentials" not in answer.headers
    assert ask(client, origin).status_code == 403
    assert ask(client, origin, site="keyed").status_code == 403


def test_a_listed_page_can_read_why_it_is_refused(client: httpx.Client) -> None:
    refused = client.post("/api/v1/ask", json={"question": " ", "site": "harbour"}, headers={"origin": LISTED})
    assert refused.status_code == 422
    assert refused.headers["access-control-allow-origin"] == LISTED
    assert refused.headers["access-control-expose-headers"] == "Retry-After"


def test_the_star_lets_every_page_in_but_nobody(client: httpx.Client) -> None:
    assert (
        ask(client, "https://any.example", site="open").headers["access-control-allow-origin"] == "https://any.example"
    )
    assert ask(client, "null", site="open").status_code == 403


def test_the_servers_own_page_and_no_page_are_let_in(client: httpx.Client) -> None:
    assert ask(client, own(client)).status_code == 200
    assert client.post("/api/v1/ask", json=QUESTION).status_code == 200
    assert ask(client, own(client).replace("http:", "https:")).status_code == 403


def test_a_listed_page_may_ask_whether_it_may(client: httpx.Client) -> None:
    allowed = preflight(client, "/api/v1/ask", LISTED)
    assert allowed.status_code == 204
    assert allowed.headers["access-control-allow-origin"] == LISTED
    assert "content-type" in allowed.headers["access-control-allow-headers"]
    assert "POST" in allowed.headers["access-control-allow-methods"]


def test_another_page_may_not_ask(client: httpx.Client) -> None:
    assert preflight(client, "/api/v1/ask", "null").status_code == 403
    assert preflight(client, "/api/v1/ask?site=harbour", LISTED).status_code == 204
    for site, origin in (("harbour", "http://clinic.example"), ("keyed", LISTED), ("nowhere", LISTED)):
        assert preflight(client, f"/api/v1/ask?site={site}", origin).status_code == 403


@pytest.mark.parametrize("path", ["/gradio_api/queue/join", "/gradio_api/queue/data?session_hash=x", "/config"])
@pytest.mark.parametrize("origin", ["https://evil.example", "null", LISTED])
def test_gradio_answers_its_own_page_alone(client: httpx.Client, path: str, origin: str) -> None:
    method = "POST" if path.endswith("join") else "GET"
    refused = client.request(method, path, headers={"origin": origin}, json={})
    assert refused.status_code == 403
    assert "988" in refused.json()["help"]
    assert "access-control-allow-origin" not in refused.headers
    assert preflight(client, path, origin).status_code == 403


@pytest.mark.parametrize(("method", "path"), [("GET", "/api/v1/sources?site=harbour"), ("POST", "/api/v1/feedback")])
def test_the_other_routes_are_as_strict(client: httpx.Client, method: str, path: str) -> None:
    body = {"thumb": "up", "site": "harbour"} if method == "POST" else None
    for origin, status in ((LISTED, (200, 204)), ("https://evil.example", (403,)), ("null", (403,))):
        assert client.request(method, path, json=body, headers={"origin": origin}).status_code in status
