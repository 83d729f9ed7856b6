"""The widget on a clinic's page, in a real Chromium: the page has one origin, the chat another."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect

pytestmark = [
    pytest.mark.browser,
    pytest.mark.filterwarnings("ignore::pandas.errors.Pandas4Warning"),  # as Gradio counts its requests
]
PageOf = Callable[..., str]
Visiting = Callable[..., AbstractContextManager[Any]]
DESKTOP, PHONE = {"width": 1280, "height": 860}, {"width": 360, "height": 740}
ZOOMED = {"width": 640, "height": 430}
"""What a window of 1280 x 860 leaves at 200 %."""
CRISIS = "I want to kill myself"
HOSTILE = """
html { font-size: 5px !important } body { transform: rotate(1deg); filter: blur(0); overflow: hidden; display: flex }
* { all: unset !important; display: none !important; font: 3px serif !important; color: red !important }
html, body, main { display: block !important } html { overflow: visible !important }
ketamine-qa { opacity: 0 !important; visibility: hidden !important; transform: scale(.1) !important }
ketamine-qa::part(x), ketamine-qa * { display: none !important }
"""
STRICT = (
    "default-src 'none'; script-src {own} {chat}; frame-src {chat}; style-src 'self'; base-uri 'none'; "
    "form-action 'none'; require-trusted-types-for 'script'; trusted-types 'none'"
)


def check_accessible(page: Page, within: str = "ketamine-qa") -> None:
    found = Axe().run(page, context=within, options={"iframes": False})
    assert found.violations_count == 0, found.generate_report()


def test_a_question_is_answered_on_the_clinics_page(browser: Browser, visit: Visiting, page_of: PageOf) -> None:
    with visit(browser, page_of(), viewport=DESKTOP) as shown:
        expect(shown.fallback).to_be_hidden()
        assert shown.page.locator("ketamine-qa iframe").count() == 0
        shown.open()
        expect(shown.panel).to_have_accessible_name("Questions about ketamine?")
        shown.box.fill(CRISIS)
        shown.box.press("Enter")
        expect(shown.frame.get_by_role("alert").first).to_contain_text("988", timeout=60_000)


@pytest.mark.parametrize("viewport", [DESKTOP, PHONE, ZOOMED], ids=["desktop", "phone", "zoomed"])
def test_it_fits_the_screen_and_fills_a_small_one(
    browser: Browser, visit: Visiting, page_of: PageOf, viewport: dict[str, int]
) -> None:
    with visit(browser, page_of(), viewport=viewport) as shown:
        button = shown.launcher.bounding_box()
        assert button["height"] >= 44
        assert button["x"] >= 0
        assert button["x"] + button["width"] <= viewport["width"]
        shown.open()
        panel = shown.page.locator("ketamine-qa .box").bounding_box()
        small = viewport is not DESKTOP
        assert small == ((panel["x"], panel["y"], panel["width"], panel["height"]) == (0, 0, *viewport.values()))
        assert panel["x"] >= 0
        assert panel["y"] >= 0
        widths = shown.page.evaluate("[document.documentElement.scrollWidth, document.documentElement.clientWidth]")
        assert widths[0] <= widths[1]


def test_the_keyboard_opens_stays_inside_and_comes_back(browser: Browser, visit: Visiting, page_of: PageOf) -> None:
    with visit(browser, page_of('<a href="#x">A link</a>'), viewport=DESKTOP) as shown:
        keyboard = shown.page.keyboard
        expect(shown.launcher).to_have_attribute("aria-expanded", "false")
        shown.page.get_by_role("link", name="A link").focus()
        keyboard.press("Tab")
        assert shown.focused() == "go"
        keyboard.press("Enter")
        expect(shown.panel).to_be_visible()
        assert shown.focused() in ("box", "iframe")
        shown.wait_until_ready()
        shown.page.wait_for_function("document.activeElement.shadowRoot.activeElement.localName === 'iframe'")
        expect(shown.launcher).to_have_attribute("aria-expanded", "true")
        for key in ("Tab", "Shift+Tab"):
            seen = set()
            for _ in range(25):
                keyboard.press(key)
                seen.add(shown.focused())
            assert {"iframe", "x"} <= seen
            assert "" not in seen
        shown.page.get_by_role("button", name="Close").focus()
        keyboard.press("Escape")
        expect(shown.panel).to_be_hidden()
        assert shown.focused() == "go"
        expect(shown.launcher).to_have_attribute("aria-expanded", "false")


def test_escape_inside_the_chat_closes_it_and_what_was_asked_is_still_there(
    browser: Browser, visit: Visiting, page_of: PageOf
) -> None:
    with visit(browser, page_of(), viewport=DESKTOP) as shown:
        shown.open()
        shown.box.fill("half a question")
        shown.box.press("Escape")
        expect(shown.panel).to_be_hidden()
        assert shown.focused() == "go"
        shown.page.keyboard.press("Enter")
        expect(shown.panel).to_be_visible()
        expect(shown.box).to_have_value("half a question")
        shown.page.get_by_role("button", name="Close").click()
        expect(shown.panel).to_be_hidden()


def test_no_other_window_closes_it(browser: Browser, visit: Visiting, page_of: PageOf) -> None:
    with visit(browser, page_of(), viewport=DESKTOP) as shown:
        shown.open()
        shown.page.evaluate("window.postMessage({ ketamineQa: 'close' }, '*')")
        shown.page.evaluate("new Promise((done) => setTimeout(done))")
        expect(shown.panel).to_be_visible()


@pytest.mark.parametrize("viewport", [DESKTOP, PHONE], ids=["desktop", "phone"])
def test_it_works_under_a_strict_policy(
    browser: Browser, visit: Visiting, page_of: PageOf, viewport: dict[str, int]
) -> None:
    with visit(browser, page_of(policy=STRICT, color="#7a1f5c"), viewport=viewport) as shown:
        expect(shown.launcher).to_have_css("background-color", "rgb(122, 31, 92)")
        expect(shown.launcher).to_have_css("position", "fixed")
        expect(shown.fallback).to_be_hidden()
        shown.open()
        shown.box.fill("is it safe")


def test_the_pages_styles_change_neither_button_nor_panel(browser: Browser, visit: Visiting, page_of: PageOf) -> None:
    seen = []
    for style in ("", HOSTILE):
        with visit(browser, page_of(style=style), viewport=DESKTOP) as shown:
            expect(shown.launcher).to_be_visible()
            button = shown.launcher.bounding_box()
            shown.open()
            font = shown.page.locator("ketamine-qa h2").evaluate("(head) => getComputedStyle(head).font")
            seen.append((button, shown.page.locator("ketamine-qa .box").bounding_box(), font))
    assert seen[0] == seen[1]


def test_its_styles_do_not_change_the_page(browser: Browser, visit: Visiting, page_of: PageOf) -> None:
    styles = "Object.values(getComputedStyle(document.querySelector('main'))).join()"
    seen = []
    for times in (0, 1):
        with visit(browser, page_of("<button>Book</button>", times=times), viewport=DESKTOP) as shown:
            expect(shown.launcher).to_have_count(times)
            seen.append(shown.page.evaluate(styles))
    assert seen[0] == seen[1]


def test_twice_on_a_page_there_is_one_button(browser: Browser, visit: Visiting, page_of: PageOf) -> None:
    with visit(browser, page_of(times=2), viewport=DESKTOP) as shown:
        expect(shown.launcher).to_have_count(1)
        expect(shown.fallback.first).to_be_hidden()
        expect(shown.fallback.last).to_be_hidden()
        shown.open()
        expect(shown.page.locator("ketamine-qa")).to_have_count(1)


def test_a_page_that_mounts_and_unmounts_it(browser: Browser, visit: Visiting, page_of: PageOf) -> None:
    with visit(browser, page_of(), viewport=DESKTOP) as shown:
        page = shown.page
        shown.open()
        page.evaluate("KetamineQA.unmount()")
        expect(shown.page.locator("ketamine-qa")).to_have_count(0)
        expect(shown.fallback).to_be_visible()
        page.evaluate("for (let times = 0; times < 3; times++) KetamineQA.mount({ site: 'riverside', title: 'Ask' })")
        expect(shown.launcher).to_have_count(1)
        expect(shown.launcher).to_have_text("Ask")
        page.evaluate("KetamineQA.unmount(); KetamineQA.unmount(); KetamineQA.mount({ site: 'riverside' })")
        expect(shown.launcher).to_have_count(1)
        expect(shown.fallback).to_be_hidden()
        shown.open()


def test_a_page_that_exchanges_its_body_keeps_the_button(browser: Browser, visit: Visiting, page_of: PageOf) -> None:
    with visit(browser, page_of(), viewport=DESKTOP) as shown:
        shown.open()
        shown.page.evaluate("document.body.replaceWith(document.createElement('body'))")
        expect(shown.launcher).to_have_count(1)
        expect(shown.launcher).to_be_visible()
        shown.open()


def test_a_box_in_the_page(browser: Browser, visit: Visiting, page_of: PageOf) -> None:
    with visit(browser, page_of('<div id="chat"></div>', mount="#chat"), viewport=DESKTOP) as shown:
        shown.wait_until_ready()
        expect(shown.fallback).to_be_hidden()
        expect(shown.launcher).to_have_count(0)
        expect(shown.panel).to_have_count(0)
        assert shown.page.locator("#chat > ketamine-qa").count() == 1
        shown.box.fill("half a question")
        shown.box.press("Escape")
        expect(shown.box).to_be_visible()
        check_accessible(shown.page)


def test_a_box_whose_place_comes_later(browser: Browser, visit: Visiting, page_of: PageOf) -> None:
    with visit(browser, page_of(mount="#later"), viewport=DESKTOP) as shown:
        expect(shown.fallback).to_be_visible()
        shown.page.evaluate(
            "document.querySelector('main').append(Object.assign(document.createElement('p'), { id: 'later' }))"
        )
        shown.wait_until_ready()
        expect(shown.fallback).to_be_hidden()
        shown.page.evaluate("document.querySelector('#later').remove()")
        expect(shown.page.locator("ketamine-qa")).to_have_count(0)
        expect(shown.fallback).to_be_visible()


def test_the_box_that_is_opened_by_the_page_leaves_the_focus_where_it_is(
    browser: Browser, visit: Visiting, page_of: PageOf
) -> None:
    with visit(browser, page_of(open=""), viewport=DESKTOP) as shown:
        expect(shown.panel).to_be_visible()
        shown.wait_until_ready()
        assert shown.focused() == ""
    with visit(browser, page_of(open=""), viewport=PHONE) as shown:
        expect(shown.launcher).to_be_visible()
        expect(shown.panel).to_be_hidden()


def test_attributes_are_followed(browser: Browser, visit: Visiting, page_of: PageOf) -> None:
    address = page_of(title='Ask "Riverside"', color="#ffe08a", position="bottom-left", theme="dark")
    with visit(browser, address, viewport=DESKTOP, color_scheme="light") as shown:
        expect(shown.launcher).to_have_text('Ask "Riverside"')
        expect(shown.launcher).to_have_css("color", "rgb(0, 0, 0)")
        assert shown.launcher.bounding_box()["x"] == 20
        shown.launcher.click()
        source = shown.page.locator("ketamine-qa iframe").get_attribute("src")
        assert source.endswith("/embed?site=riverside&panel=1&theme=dark&color=ffe08a")
        expect(shown.page.locator("ketamine-qa .box")).to_have_css("background-color", "rgb(20, 29, 33)")
        shown.wait_until_ready()


def test_the_keyboard_of_a_phone_does_not_cover_the_panel(browser: Browser, visit: Visiting, page_of: PageOf) -> None:
    """Chromium without a window has no such keyboard: what it leaves of the screen is put in its place."""
    with visit(browser, page_of(), viewport=PHONE, has_touch=True) as shown:
        shown.open()
        shown.page.evaluate(
            "for (const [name, value] of Object.entries({ height: 400, offsetTop: 30, scale: 1 }))"
            " Object.defineProperty(visualViewport, name, { value, configurable: true });"
            "visualViewport.dispatchEvent(new Event('resize'))"
        )
        panel = shown.page.locator("ketamine-qa .box").bounding_box()
        assert (panel["y"], panel["height"], panel["width"]) == (30, 400, PHONE["width"])
        shown.page.evaluate(
            "for (const name of ['height', 'offsetTop', 'scale']) delete visualViewport[name];"
            "visualViewport.dispatchEvent(new Event('resize'))"
        )
        assert shown.page.locator("ketamine-qa .box").bounding_box()["height"] == PHONE["height"]


def test_the_page_behind_a_full_screen_does_not_scroll(browser: Browser, visit: Visiting, page_of: PageOf) -> None:
    with visit(browser, page_of(), viewport=PHONE) as shown:
        shown.launcher.click()
        expect(shown.page.locator("html")).to_have_css("overflow", "hidden")
        shown.page.get_by_role("button", name="Close").click()
        expect(shown.page.locator("html")).to_have_css("overflow", "visible")


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("color", ["", "#ffe08a", "#777777"])
def test_axe_finds_nothing(browser: Browser, visit: Visiting, page_of: PageOf, scheme: str, color: str) -> None:
    options = {"color": color} if color else {}
    with visit(browser, page_of(**options), viewport=DESKTOP, color_scheme=scheme, reduced_motion="reduce") as shown:
        expect(shown.launcher).to_be_visible()
        check_accessible(shown.page)
        shown.launcher.click()
        check_accessible(shown.page)
        shown.wait_until_ready()
        check_accessible(shown.page)


def test_nothing_moves_for_who_wants_no_motion(browser: Browser, visit: Visiting, page_of: PageOf) -> None:
    for motion, names in (("reduce", "none"), ("no-preference", "in")):
        with visit(browser, page_of(), viewport=DESKTOP, reduced_motion=motion) as shown:
            shown.launcher.click()
            expect(shown.page.locator("ketamine-qa .box")).to_have_css("animation-name", names)


def test_forced_colours_leave_an_outline(browser: Browser, visit: Visiting, page_of: PageOf) -> None:
    with visit(browser, page_of(), viewport=DESKTOP, forced_colors="active") as shown:
        expect(shown.launcher).to_have_css("border-top-width", "2px")
        shown.launcher.focus()
        shown.page.keyboard.press("Tab")
        shown.page.keyboard.press("Shift+Tab")
        expect(shown.launcher).to_have_css("outline-style", "solid")
        shown.launcher.click()
        expect(shown.page.locator("ketamine-qa .box")).to_have_css("border-top-width", "1px")
        check_accessible(shown.page)


def test_the_buttons_text_grows_with_the_visitors_own_size(browser: Browser, visit: Visiting, page_of: PageOf) -> None:
    with visit(browser, page_of(style="html { font-size: 40px }"), viewport=DESKTOP) as shown:
        expect(shown.launcher).to_have_css("font-size", "16px")
        expect(shown.page.locator("h1")).not_to_have_css("font-size", "16px")


@pytest.mark.parametrize("viewport", [DESKTOP, PHONE], ids=["desktop", "phone"])
@pytest.mark.parametrize("path", ["/demo", "/demo-inline"])
def test_the_demo_page_works_and_axe_finds_nothing(
    browser: Browser, visit: Visiting, chat_address: str, path: str, viewport: dict[str, int]
) -> None:
    with visit(browser, f"{chat_address}{path}", viewport=viewport, reduced_motion="reduce") as shown:
        if path == "/demo":
            check_accessible(shown.page, "body")
            shown.launcher.click()
        shown.wait_until_ready()
        check_accessible(shown.page, "body")
        widths = shown.page.evaluate("[document.documentElement.scrollWidth, document.documentElement.clientWidth]")
        assert widths[0] <= widths[1]
