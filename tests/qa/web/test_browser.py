"""The chat as a visitor sees it, in a real Chromium. Any request to another host fails the test."""

import re
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager

import pytest
from playwright.sync_api import Browser, Page, expect

from qa.disclaimer import DISCLAIMER

pytestmark = [pytest.mark.model, pytest.mark.browser]
Watch = Callable[..., AbstractContextManager[Page]]
QUESTION = "What are the side effects of Spravato?"


@pytest.fixture(params=[(1280, 900), (360, 740)], ids=["desktop", "phone"])
def page(request: pytest.FixtureRequest, browser: Browser, address: str, watch: Watch) -> Iterator[Page]:
    width, height = request.param
    with watch(browser, address, viewport={"width": width, "height": height}) as shown:
        shown.goto(address)
        yield shown


def ask(page: Page, question: str) -> None:
    box = page.get_by_label("Your question")
    box.fill(question)
    box.press("Enter")


def test_a_click_on_a_number_shows_the_marked_sentence(page: Page) -> None:
    ask(page, QUESTION)
    number = page.locator('#kq-chat a[href="#cite-0-1"]')
    number.click()
    entry = page.locator("#cite-0-1")
    expect(entry).to_be_focused()
    expect(entry).to_be_in_viewport()
    marked = entry.locator("mark").inner_text()
    assert marked in page.locator("#kq-chat").inner_text().replace("\n", " ")
    expect(entry).to_contain_text("Our summary of")
    expect(entry.locator("time").first).to_have_text(re.compile(r"\d{4}|undated"))
    assert (entry.locator("cite a").first.get_attribute("href") or "").startswith("https://")


def test_disclaimer_and_help_line_are_always_there(page: Page) -> None:
    expect(page.locator("#kq-footer")).to_contain_text(DISCLAIMER)
    expect(page.locator("#kq-helpline").get_by_role("link", name="988")).to_have_attribute("href", "tel:988")
    ask(page, QUESTION)
    expect(page.locator("#kq-chat small")).to_have_text(DISCLAIMER)
    expect(page.locator("#kq-footer")).to_be_in_viewport()


def test_a_suggestion_asks_its_question(page: Page) -> None:
    page.get_by_role("button", name="What is ketamine?").click()
    expect(page.locator("#kq-chat")).to_contain_text("anaesthetic")


def test_a_card_comes_without_sources(page: Page) -> None:
    ask(page, "I want to kill myself")
    expect(page.locator("#kq-chat")).to_contain_text("Call or text 988")
    expect(page.locator("#kq-chat")).to_contain_text("No person reads this chat")
    expect(page.locator('#kq-chat a[href^="#cite-"]')).to_have_count(0)


def test_a_second_question_keeps_the_first_ones_sources(page: Page) -> None:
    ask(page, "Can I drive after Spravato?")
    expect(page.locator("#cite-0-1")).to_have_count(1)
    ask(page, "and how long do i wait?")
    expect(page.locator("#cite-2-1")).to_have_count(1)
    expect(page.locator("#cite-0-1")).to_have_count(1)


def test_what_a_visitor_types_is_shown_as_typed(page: Page) -> None:
    typed = '<img src="https://evil.example/x.png"> ![x](https://evil.example/y.png) **bold** what is ketamine?'
    ask(page, typed)
    expect(page.locator("#kq-chat")).to_contain_text(typed)
    expect(page.locator("#kq-chat img[src*='evil']")).to_have_count(0)
    expect(page.locator("#kq-panel img")).to_have_count(0)


def test_nothing_is_wider_than_the_screen(page: Page) -> None:
    ask(page, QUESTION)
    expect(page.locator("#cite-0-1")).to_have_count(1)
    width = page.evaluate("[document.documentElement.scrollWidth, document.documentElement.clientWidth]")
    assert width[0] <= width[1]


def test_the_chat_follows_a_dark_system(browser: Browser, address: str) -> None:
    page = browser.new_page(color_scheme="dark")
    page.goto(address)
    expect(page.locator("#kq-footer")).to_contain_text(DISCLAIMER)
    paper = page.evaluate("getComputedStyle(document.body).backgroundColor")
    assert sum(map(int, re.findall(r"\d+", paper)[:3])) < 200
    page.close()
