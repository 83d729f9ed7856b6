"""The chat as a visitor sees it, with a small invented corpus, in a real Chromium, on a desktop and on a phone."""

import re
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager

import httpx
import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Locator, Page, expect

from qa.disclaimer import DISCLAIMER
from qa.settings import Settings
from qa.web.app import create_app
from qa.web.options import ServerOptions

pytestmark = [
    pytest.mark.browser,
    pytest.mark.filterwarnings("ignore::pandas.errors.Pandas4Warning"),  # as Gradio counts its requests
]
Watch = Callable[..., AbstractContextManager[Page]]
Listening = Callable[..., AbstractContextManager[str]]
Open = Callable[..., Page]
REST, ROOM, POND = (
    "How long do I rest after the spray?",
    "What does the room look like?",
    "is there a pond in the garden",
)
DOSE, CRISIS = "what is the right dose for me", "I want to kill myself"
DESKTOP, PHONE = {"width": 1280, "height": 900}, {"width": 360, "height": 740}
SMALLEST_TARGET = 24


@pytest.fixture(scope="module")
def server(small_site: Settings, listening: Listening, unhurried: ServerOptions) -> Iterator[str]:
    with listening(create_app(small_site, options=unhurried)) as address:
        httpx.post(f"{address}/api/v1/ask", json={"question": REST}, timeout=60).raise_for_status()
        yield address


@pytest.fixture(params=[DESKTOP, PHONE], ids=["desktop", "phone"])
def size(request: pytest.FixtureRequest) -> dict[str, int]:
    return request.param


@pytest.fixture
def show(browser: Browser, server: str, watch: Watch, size: dict[str, int]) -> Iterator[Open]:
    """Opens the chat with a query, ready to be asked."""
    with watch(browser, server, viewport=size, reduced_motion="reduce") as page:

        def opened(query: str = "") -> Page:
            page.goto(f"{server}/{query}")
            expect(page.locator("html")).to_have_attribute("data-ready", "", timeout=20_000)
            return page

        yield opened


def ask(page: Page, question: str) -> Locator:
    """Ask, and give the answer."""
    answers = page.locator('#kq-chat [data-testid="bot"]')
    before = answers.count()
    box = page.get_by_label("Your question")
    box.fill(question)
    box.press("Enter")
    expect(answers).to_have_count(before + 1, timeout=20_000)
    return answers.nth(before)


def violations(page: Page) -> list[str]:
    page.evaluate("Promise.all(document.getAnimations().map((animation) => animation.finished))")
    found = Axe().run(page).response["violations"]
    return [f"{one['id']}: {[node['html'][:200] for node in one['nodes']]}" for one in found]


def test_help_is_on_every_screen(show: Open) -> None:
    page = show()
    for question in ("", REST, CRISIS):
        if question:
            ask(page, question)
        for number in ("988", "911"):
            link = page.locator("#kq-helpline").get_by_role("link", name=number, exact=True)
            expect(link).to_have_attribute("href", f"tel:{number}")
            expect(link).to_be_in_viewport()
        for text in ("Had a treatment today? Ask someone to read this with you.", DISCLAIMER):
            expect(page.locator("#kq-footer").get_by_text(text)).to_be_in_viewport()
        expect(page.get_by_text("No person reads this chat.", exact=True)).to_be_in_viewport()


def test_the_first_screen_says_what_the_chat_can_do_and_how_new_its_sources_are(show: Open) -> None:
    page = show()
    expect(page.get_by_text("This chat can quote")).to_be_visible()
    expect(page.get_by_text("It cannot examine you")).to_be_visible()
    expect(page.get_by_text("Newest source: 13 March 2025.")).to_be_visible()
    expect(page.get_by_text("Not yet reviewed by this clinic.")).to_be_visible()
    expect(page.get_by_role("heading", name="Safety and visits")).to_be_visible()
    page.get_by_role("button", name="What is ketamine?").click()
    expect(page.locator('#kq-chat [data-testid="user"]')).to_have_text("What is ketamine?")
    expect(page.locator("#kq-welcome")).to_be_hidden()


def test_a_site_has_its_name_numbers_colour_questions_and_documents(show: Open) -> None:
    page = show("?site=riverside")
    expect(page).to_have_title("Riverside Clinic")
    expect(page.get_by_role("heading", level=1)).to_have_text("Riverside Clinic")
    expect(page.get_by_text("Ask us about the garden.")).to_be_visible()
    expect(page.locator("#kq-helpline").get_by_role("link", name="116 123")).to_have_attribute("href", "tel:116123")
    expect(page.get_by_role("link", name="+44 20 7946 0001")).to_have_attribute("href", "tel:+442079460001")
    expect(page.get_by_role("link", name="Contact")).to_have_attribute("href", "https://riverside.example/contact")
    expect(page.get_by_role("link", name="Privacy")).to_have_attribute("href", "https://riverside.example/privacy")
    assert (
        page.get_by_role("button", name="Ask", exact=True).evaluate(
            "(button) => getComputedStyle(button).backgroundColor"
        )
        == "rgb(122, 62, 157)"
    )
    expect(page.get_by_role("button", name="Is there a pond?")).to_be_visible()
    answer = ask(page, POND)
    expect(answer).to_contain_text("From this clinic Our garden has a pond")
    expect(page.locator("#cite-0-1")).to_contain_text("From this clinic")


def test_without_the_site_its_documents_do_not_answer(show: Open) -> None:
    expect(ask(show(), POND)).to_contain_text("The sources of this chat do not answer that question.")


def test_a_site_that_does_not_exist_is_told_with_help(show: Open) -> None:
    page = show("?site=nowhere")
    expect(ask(page, REST)).to_contain_text("This chat is not set up for this page.")
    expect(ask(page, CRISIS).locator(".kq-card")).to_be_focused()


def test_a_query_colour_goes_first_and_is_made_readable(show: Open) -> None:
    page = show("?site=riverside&color=ffe900")
    ask(page, REST)
    assert violations(page) == []


@pytest.mark.parametrize("query", ["?theme=light", "?theme=dark", "?site=riverside&theme=dark"])
def test_axe_finds_nothing(show: Open, query: str) -> None:
    page = show(query)
    assert violations(page) == []
    ask(page, ROOM)
    ask(page, DOSE)
    page.get_by_role("button", name="Not helpful").first.click()
    assert violations(page) == []
    page.get_by_role("button", name="Take to my appointment").click()
    assert violations(page) == []
    page.keyboard.press("Escape")
    ask(page, CRISIS)
    assert violations(page) == []


@pytest.mark.parametrize(
    ("asked", "system", "dark"),
    [("", "dark", True), ("", "light", False), ("?theme=light", "dark", False), ("?theme=dark", "light", True)],
)
def test_the_theme_is_the_one_asked_for_or_the_systems(
    browser: Browser, server: str, asked: str, system: str, dark: bool
) -> None:
    page = browser.new_page(color_scheme=system)
    page.goto(f"{server}/{asked}")
    expect(page.locator("html")).to_have_attribute("data-ready", "", timeout=20_000)
    for part in ("body", "#kq-helpline", "#kq-question .input-container"):
        paper = page.locator(part).evaluate("(part) => getComputedStyle(part).backgroundColor")
        assert (sum(map(int, re.findall(r"\d+", paper)[:3])) < 200) == dark
    page.close()


def test_every_target_is_large_enough_and_nothing_is_wider_than_the_screen(show: Open) -> None:
    page = show("?site=riverside")
    ask(page, ROOM)
    for text_size in ("Normal text", "Larger text"):
        page.get_by_role("button", name=text_size).click()
        for target in page.locator("a:not(.kq-skip):visible, button:visible, summary:visible, textarea:visible").all():
            box = target.bounding_box()
            small = target.evaluate("(target) => target.outerHTML.slice(0, 120)")
            inside = target.evaluate("(target) => getComputedStyle(target).display === 'inline'")
            assert box is not None
            assert inside or min(box["width"], box["height"]) >= SMALLEST_TARGET, small
        widths = page.evaluate("[document.documentElement.scrollWidth, document.documentElement.clientWidth]")
        assert widths[0] <= widths[1]


def test_three_sentences_are_seen_and_the_rest_comes_with_a_key(show: Open) -> None:
    answer = ask(show(), "will I feel calm and who takes me home")
    fourth = answer.get_by_text("However, this is for your comfort.")
    expect(fourth).to_be_hidden()
    assert "confidence" not in answer.inner_text().lower()
    more = answer.locator("summary")
    more.focus()
    more.press("Enter")
    expect(fourth).to_be_visible()
    expect(answer.locator('details a[href="#cite-0-4"]')).to_have_text("[4]")


def test_what_is_urgent_stands_above_the_answer(show: Open) -> None:
    answer = ask(show(), "my bladder hurts after ketamine, blood in my urine")
    shown = answer.inner_text()
    assert shown.index("Please phone your clinic or doctor today.") < shown.index("The sources of this chat")
    expect(answer.locator(".kq-same_day").get_by_role("link", name="911")).to_have_attribute("href", "tel:911")


def test_a_number_leads_to_its_passage_and_back(show: Open) -> None:
    page = show()
    answer = ask(page, ROOM)
    number = answer.get_by_role("link", name="Source 2")
    number.click()
    entry = page.locator("#cite-0-2")
    expect(entry).to_be_focused()
    expect(entry.locator("mark")).to_have_text("An older report counted 3 chairs in the infusion room.")
    expect(entry.locator("mark")).to_be_in_viewport()
    expect(entry.locator(".kq-near-by")).to_have_text("The infusion room had 4 chairs in a newer report.")
    expect(entry.locator("time").first).to_have_text("2019")
    entry.get_by_role("link", name="Back to the answer").click()
    expect(number).to_be_focused()
    expect(number).to_be_in_viewport()


def test_sources_that_differ_are_seen_side_by_side(show: Open) -> None:
    page = show()
    ask(page, ROOM).get_by_role("link", name="See them side by side").click()
    beside = page.locator("#differ-0")
    expect(beside).to_be_focused()
    expect(beside).to_contain_text("Older and newer sources about how many chairs there are")
    sides = beside.locator("figure")
    expect(sides.locator("time")).to_have_text(["2019", "2025"])
    first, second = (sides.nth(place).bounding_box() for place in (0, 1))
    assert first is not None
    assert second is not None
    assert first["y"] == second["y"]
    assert first["x"] + first["width"] <= second["x"]


def test_what_can_be_answered_instead_is_asked_with_a_click(show: Open) -> None:
    page = show()
    ask(page, "Which colour is the waiting area?").get_by_role("button", name=ROOM).click()
    expect(page.locator('#kq-chat [data-testid="user"]').nth(1)).to_have_text(ROOM)
    expect(page.locator('#kq-chat [data-testid="bot"]')).to_have_count(2)


def test_a_card_has_the_focus_and_nothing_else_with_it(show: Open) -> None:
    page = show()
    ask(page, REST)
    message = ask(page, CRISIS)
    card = message.locator(".kq-card")
    expect(card).to_be_focused()
    expect(card).to_have_attribute("role", "alert")
    expect(card.locator("p").first).to_be_in_viewport()
    expect(card.get_by_role("link", name="988").first).to_have_attribute("href", "tel:988")
    expect(message.get_by_role("button")).to_have_count(0)
    page.get_by_role("button", name="Take to my appointment").click()
    expect(page.locator("#kq-asked label")).to_have_text([REST])


def test_starting_over_leaves_nothing(show: Open) -> None:
    page = show()
    ask(page, REST)
    page.get_by_label("Your question").fill("half a question")
    page.get_by_role("button", name="Start over").click()
    expect(page.get_by_role("button", name="What is ketamine?")).to_be_visible()
    expect(page.get_by_label("Your question")).to_have_value("")
    expect(page.get_by_label("Your question")).to_be_focused()
    assert REST not in page.content()
    expect(page.get_by_text("The sources of an answer appear here")).to_be_visible()
    ask(page, ROOM)
    expect(page.locator("#cite-0-1")).to_have_count(1)
    assert page.evaluate("[localStorage.length, sessionStorage.length]") == [0, 0]


def test_the_text_grows_and_shrinks(show: Open) -> None:
    page = show()
    sizes = []
    for name in ("Smaller text", "Normal text", "Larger text"):
        chosen = page.get_by_role("button", name=name)
        chosen.click()
        expect(chosen).to_have_attribute("aria-pressed", "true")
        sizes.append(page.locator("h1").evaluate("(head) => parseFloat(getComputedStyle(head).fontSize)"))
    assert sizes == sorted(set(sizes))


def test_leaving_replaces_the_page(show: Open) -> None:
    page = show()
    ask(page, REST)
    before = page.evaluate("history.length")
    page.get_by_role("button", name="Leave this page").click()
    page.wait_for_url("about:blank")
    assert page.evaluate("history.length") == before


def test_nothing_of_a_conversation_is_in_the_address_or_outlives_the_page(show: Open) -> None:
    page = show()
    ask(page, REST)
    assert "rest" not in page.url
    page.reload()
    expect(page.locator("html")).to_have_attribute("data-ready", "", timeout=20_000)
    expect(page.locator('#kq-chat [data-testid="user"]')).to_have_count(0)


def test_without_scripts_there_are_numbers_and_the_disclaimer(
    browser: Browser, server: str, size: dict[str, int]
) -> None:
    context = browser.new_context(java_script_enabled=False, viewport=size)
    page = context.new_page()
    page.goto(f"{server}/?site=riverside")
    expect(page.get_by_role("link", name="116 123")).to_be_visible()
    expect(page.get_by_role("link", name="999")).to_be_visible()
    expect(page.get_by_text("needs JavaScript")).to_be_visible()
    expect(page.get_by_text(DISCLAIMER)).to_be_visible()
    context.close()
