"""The OpenAPI document is true: requests made from it are answered as it says."""

import httpx
import pytest
import schemathesis
from hypothesis import HealthCheck, settings

from qa.web.document import PATH


@pytest.fixture(scope="module")
def described(client: httpx.Client) -> schemathesis.BaseSchema:
    return schemathesis.openapi.from_url(str(client.base_url.join(PATH)))


schema = schemathesis.pytest.from_fixture("described")


@schema.parametrize()
@settings(max_examples=12, deadline=None, suppress_health_check=list(HealthCheck))
def test_requests_made_from_the_document_are_answered_as_it_says(case: schemathesis.Case) -> None:
    case.call_and_validate(timeout=300)
