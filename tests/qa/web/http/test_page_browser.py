"""The chat in a real Chromium over the small corpus: it needs no closed route, and limits leave it usable."""

from collections.abc import Callable
from contextlib import AbstractContextManager

import httpx
import pytest
from playwright.sync_api import Browser, Page, Response, expect

from qa.settings import Settings
from qa.site import Limits
from qa.web.options import ServerOptions

pytestmark = pytest.mark.browser
Watch = Callable[..., AbstractContextManager[Page]]
MakeClient = Callable[..., httpx.Client]
QUESTION, CRY = "How long do I rest in the clinic after the spray?", "I want to kill myself"


@pytest.fixture(scope="module")
def limited(home: Settings, client_of: MakeClient) -> str:
    """The address of a server that allows one question a minute."""
    client: httpx.Client = client_of(home, ServerOptions(limits=Limits(client_per_minute=1)))
    client.get("/readyz").raise_for_status()
    return str(client.base_url).rstrip("/")


def ask(page: Page, question: str) -> None:
    box = page.get_by_label("Your question")
    box.fill(question)
    box.press("Enter")


def test_the_page_asks_is_refused_and_still_shows_a_card(limited: str, browser: Browser, watch: Watch) -> None:
    failed: list[str] = []

    def note(response: Response) -> None:
        if not response.ok:
            failed.append(f"{response.status} {response.url}")

    with watch(browser, limited) as page:
        page.on("response", note)
        page.goto(limited)
        ask(page, QUESTION)
        expect(page.locator("#kq-chat")).to_contain_text("two hours after the esketamine spray", timeout=60_000)
        ask(page, QUESTION)
        expect(page.locator("#kq-chat")).to_contain_text("many questions in a minute", timeout=60_000)
        ask(page, CRY)
        expect(page.locator("#kq-chat .kq-crisis")).to_contain_text("988", timeout=60_000)
    assert failed == []
