"""The OpenAPI document is true: requests made from it are answered as it says."""

import httpx
import pytest
import schemathesis
from hypothesis import HealthCheck, given, settings
from schemathesis import GenerationMode

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
        case.call_and_validate(timeout=300)

    asked()


def test_every_route_of_the_document_is_tried(described: schemathesis.BaseSchema) -> None:
    found = {(one.ok().method.upper(), one.ok().path) for one in described.get_all_operations()}
    assert found == set(ROUTES)
