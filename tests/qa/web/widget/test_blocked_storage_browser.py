"""The widget in a browser whose owner lets no third party keep anything."""

import json
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, expect, sync_playwright

pytestmark = [
    pytest.mark.browser,
    pytest.mark.filterwarnings("ignore::pandas.errors.Pandas4Warning"),  # as Gradio counts its requests
]
BLOCK_THIRD_PARTIES = {"profile": {"cookie_controls_mode": 1, "block_third_party_cookies": True}}
READING = "(() => { try { return localStorage.length } catch (error) { return error.name } })()"


@pytest.fixture
def blocking(chromium: list[str], tmp_path: Path) -> Iterator[BrowserContext]:
    """A Chromium with a profile that blocks third parties' cookies and storage."""
    preferences = tmp_path / "Default" / "Preferences"
    preferences.parent.mkdir()
    preferences.write_text(json.dumps(BLOCK_THIRD_PARTIES), encoding="utf-8")
    path, *arguments = chromium
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch_persistent_context(tmp_path, executable_path=path, args=arguments)
        yield opened
        opened.close()


def test_it_works_where_third_parties_may_keep_nothing(blocking: BrowserContext, page_of: Callable[..., str]) -> None:
    page = blocking.new_page()
    page.goto(page_of())
    page.locator("ketamine-qa .go").click()
    box = page.frame_locator("ketamine-qa iframe").get_by_label("Your question")
    expect(page.locator("ketamine-qa .say")).to_be_hidden(timeout=60_000)
    kept = page.frames[1].evaluate(
        "(() => { try { return localStorage.length } catch (error) { return error.name } })()"
    )
    assert kept == "SecurityError"
    box.fill("I want to kill myself")
    box.press("Enter")
    alert = page.frame_locator("ketamine-qa iframe").get_by_role("alert").first
    expect(alert).to_contain_text("988", timeout=60_000)
    assert blocking.cookies() == []
