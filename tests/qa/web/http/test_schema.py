"""The OpenAPI document is true: requests made from it are answered as it says."""

import httpx
import pytest
import schemathesis
from hypothesis import HealthCheck, given, settings
from schemathesis import GenerationMode
from schemathesis.specs.openapi.checks import negative_data_rejection

from qa.types import CARDS
from qa.web.document import PATH

ROUTES = (
    ("POST", "/api/v1/ask"), ("POST", "/api/v1/ask/stream"), ("POST", "/api/v1/feedback"), ("GET", "/api/v1/sources"),
    ("GET", "/healthz"), ("GET", "/readyz"),
)  # fmt: skip
EXAMPLES = 12


@pytest.fixture(scope="module")
def described(client: httpx.Client) -> schemathesis.BaseSchema:
    return schemathesis.openapi.from_url(str(client.base_url.join(PATH)))


@pytest.mark.parametrize("mode", list(GenerationMode), ids=lambda mode: mode.value)
@pytest.mark.parametrize(("method", "path"), ROUTES)
def test_requests_made_from_the_document_are_answered_as_it_says(
    described: schemathesis.BaseSchema, method: str, path: str, mode: GenerationMode
) -> None:
    if (method, mode) == ("GET", GenerationMode.NEGATIVE) and not path.endswith("sources"):
        pytest.skip("There is nothing to get wrong.")

    @given(described[path][method].as_strategy(generation_mode=mode))
    @settings(max_examples=EXAMPLES, deadline=None, suppress_health_check=list(HealthCheck))
    def asked(case: schemathesis.Case) -> None:
        answered = case.call(timeout=300)
        beyond_form = [negative_data_rejection] if has_card(answered.text) else []
        case.validate_response(answered, excluded_checks=beyond_form)

    asked()


def has_card(body: str) -> bool:
    """Tell whether this is a card: a message that tells of danger gets one, whatever else of the request is wrong."""
    return any(f'"outcome":"{card}"' in body.replace(" ", "") for card in CARDS)


def test_danger_is_answered_although_the_rest_of_the_request_breaks_the_schema(client: httpx.Client) -> None:
    broken = {"question": "I want to kill myself", "history": {}, "region": 4}
    assert has_card(client.post("/api/v1/ask", json=broken).text)
    assert has_card(client.post("/api/v1/ask/stream", json=broken).text)
    assert client.post("/api/v1/ask", json=broken | {"question": "What is esketamine?"}).status_code == 422


def test_every_route_of_the_document_is_tried(described: schemathesis.BaseSchema) -> None:
    found = {(one.ok().method.upper(), one.ok().path) for one in described.get_all_operations()}
    assert found == set(ROUTES)
