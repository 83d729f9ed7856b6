"""What a visitor of a clinic's page sees where the chat does not come: refused by the browser, or not reached."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

pytestmark = [
    pytest.mark.browser,
    pytest.mark.filterwarnings("ignore::pandas.errors.Pandas4Warning"),  # as Gradio counts its requests
]
PageOf = Callable[..., str]
Visiting = Callable[..., AbstractContextManager[Any]]
REFUSED = "chrome-error://chromewebdata/"
LONGER_THAN_ANY_WAIT = "05:00"
FAILED = "The chat cannot be reached just now."
FRAME = '<iframe title="Chat" src="{chat}/embed?site=riverside" width="600" height="700"></iframe>'


def stop_time(page: Page) -> None:
    page.clock.install()


def test_a_plain_frame_works_where_it_is_allowed_alone(
    browser: Browser, visit: Visiting, page_of: PageOf, chat_address: str
) -> None:
    address = page_of(FRAME.format(chat=chat_address), times=0)
    with visit(browser, address) as shown:
        expect(shown.page.frame_locator("iframe").get_by_label("Your question")).to_be_visible(timeout=60_000)
    with visit(browser, address.replace("localhost", "127.0.0.1"), fault="frame-ancestors") as shown:
        expect(shown.page.locator("iframe")).to_be_visible()
        assert shown.page.frames[1].url == REFUSED
        assert shown.faults


def test_the_widget_on_a_page_that_is_not_allowed_gives_the_fallback_back(
    browser: Browser, visit: Visiting, page_of: PageOf
) -> None:
    address = page_of().replace("localhost", "127.0.0.1")
    with visit(browser, address, fault="frame-ancestors", first=stop_time) as shown:
        expect(shown.fallback).to_be_hidden()
        with shown.page.expect_console_message(lambda said: "frame-ancestors" in said.text):
            shown.launcher.click()
        shown.page.clock.fast_forward(LONGER_THAN_ANY_WAIT)
        expect(shown.panel).to_contain_text(FAILED)
        expect(shown.fallback).to_be_visible()


def test_where_the_script_does_not_come_the_fallback_stays(
    browser: Browser, visit: Visiting, page_of: PageOf, chat_address: str, nobody: str
) -> None:
    script = f'<script src="{nobody}/widget.js" data-site="riverside" defer></script>'
    fallback = '<div data-ketamine-qa-fallback><a href="tel:988">988</a></div>'
    with visit(browser, page_of(fallback + script, times=0), fault="ERR_CONNECTION_REFUSED", also=nobody) as shown:
        expect(shown.fallback).to_be_visible()
        expect(shown.page.locator("ketamine-qa")).to_have_count(0)


def test_where_the_server_goes_away_help_is_shown_and_the_fallback_comes_back(
    browser: Browser, visit: Visiting, page_of: PageOf
) -> None:
    with visit(browser, page_of(), fault="ERR_CONNECTION_REFUSED", first=stop_time) as shown:
        expect(shown.fallback).to_be_hidden()
        shown.page.route("**/embed?*", lambda route: route.abort("connectionrefused"))
        shown.launcher.click()
        expect(shown.panel.get_by_role("link", name="988")).to_be_visible()
        shown.page.clock.fast_forward(LONGER_THAN_ANY_WAIT)
        expect(shown.panel).to_contain_text(FAILED)
        expect(shown.panel.get_by_role("link", name="+1 555 0100")).to_be_visible()
        expect(shown.panel.get_by_role("link", name="988")).to_be_visible()
        expect(shown.fallback).to_be_visible()
        shown.page.unroute("**/embed?*")
        shown.panel.get_by_role("button", name="Try again").press("Enter")
        assert shown.focused() in ("box", "iframe")
        shown.page.clock.resume()
        shown.wait_until_ready()
        expect(shown.fallback).to_be_hidden()
        expect(shown.box).to_be_visible()


def test_a_box_in_the_page_makes_way_for_the_fallback(browser: Browser, visit: Visiting, page_of: PageOf) -> None:
    def away(page: Page) -> None:
        page.clock.install()
        page.route("**/embed?*", lambda route: route.abort("connectionrefused"))

    address = page_of('<div id="chat"></div>', mount="#chat")
    with visit(browser, address, fault="ERR_CONNECTION_REFUSED", first=away) as shown:
        expect(shown.page.locator("ketamine-qa iframe")).to_have_count(1)
        shown.page.clock.fast_forward(LONGER_THAN_ANY_WAIT)
        expect(shown.fallback).to_be_visible()
        expect(shown.page.locator("ketamine-qa .box")).to_be_hidden()


def test_a_release_runs_if_it_is_what_its_hash_says(browser: Browser, visit: Visiting, page_of: PageOf) -> None:
    with visit(browser, page_of(versioned=True)) as shown:
        expect(shown.launcher).to_be_visible()
    with visit(browser, page_of(versioned=True, integrity="sha384-AAAA"), fault="integrity") as shown:
        expect(shown.fallback).to_be_visible()
        expect(shown.launcher).to_have_count(0)
