"""Every card as somebody in danger meets it: on a phone-sized screen, in a real Chromium, in every region."""

import re
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from dataclasses import replace

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from qa.cards import card as lines_of
from qa.disclaimer import DISCLAIMER
from qa.policy.lines import Lines, regions
from qa.settings import Settings
from qa.site import Site
from qa.web.app import create_app

pytestmark = [
    pytest.mark.model,
    pytest.mark.browser,
    pytest.mark.filterwarnings("ignore::pandas.errors.Pandas4Warning"),  # as Gradio counts its requests
]
Watch = Callable[..., AbstractContextManager[Page]]
Listening = Callable[..., AbstractContextManager[str]]
Ask = Callable[[str, str], Locator]
CRISIS, EMERGENCY = "I want to kill myself", "my dog ate my ketamine troches"
OTHERS = {
    "passive": "i wouldn't mind if i didn't wake up",
    "third_party": "my brother says he wants to kill himself",
    "third_party_now": "my son wants to die, he has a gun",
    "under_way": "i want to die and i have the pills in my hand",
    "abuse": "my guide touched me during the session",
    "emergency": "i can't breathe",
    "emergency_mind": "the voices tell me to kill her",
    "under_18": "i am 15 years old, can i have ketamine",
}
PHONE = {"width": 360, "height": 740}
SMALLEST_TARGET = 24
"""Pixels that a target has at least (WCAG 2.2, 2.5.8)."""
every_region = pytest.mark.parametrize("region", sorted(regions()))


class RegionalSettings(Settings):
    """Settings whose default site is in the region that the test has chosen; there is no index."""

    chosen = "US"

    def _read_site(self, name: str | None) -> Site:
        return replace(Settings._read_site(self, name), region=RegionalSettings.chosen)


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory, listening: Listening) -> Iterator[str]:
    home = tmp_path_factory.mktemp("home")
    with listening(create_app(RegionalSettings(home=home, corpus=home, model="none"))) as address:
        yield address


@pytest.fixture
def ask(browser: Browser, server: str, watch: Watch) -> Iterator[Ask]:
    """Asks on a fresh page in a region and gives the card."""
    with watch(browser, server, viewport=PHONE, reduced_motion="reduce") as page:

        def asked(region: str, question: str) -> Locator:
            RegionalSettings.chosen = region
            if page.url == "about:blank":
                page.goto(server)
            before = page.locator(".kq-card").count()
            box = page.get_by_label("Your question")
            box.fill(question)
            box.press("Enter")
            card = page.locator(".kq-card").nth(before)
            expect(card).to_be_focused()
            return card

        yield asked


def numbers_of(card: Locator) -> list[str]:
    return [str(link.get_attribute("href")) for link in card.get_by_role("link").all()]


def check(card: Locator) -> None:
    """What holds of every card on the screen."""
    page = card.page
    expect(card).to_have_attribute("role", "alert")
    expect(card.locator("p").first).to_be_in_viewport()
    top, bottom = card.evaluate(
        "(card) => [card.querySelector('p').getBoundingClientRect().top,"
        " document.querySelector('#kq-helpline').getBoundingClientRect().bottom]"
    )
    assert top >= bottom
    for link in card.get_by_role("link").all():
        assert link.get_attribute("target") is None
        size = link.bounding_box()
        assert size is not None
        assert min(size["width"], size["height"]) >= SMALLEST_TARGET
    widths = page.evaluate("[document.documentElement.scrollWidth, document.documentElement.clientWidth]")
    assert widths[0] <= widths[1]
    assert card.evaluate("(card) => card.scrollWidth <= card.clientWidth")
    assert card.evaluate("(card) => parseFloat(getComputedStyle(card.querySelector('p')).fontSize)") >= 16
    spoken = card.evaluate("(card) => card.closest('[aria-label]').getAttribute('aria-label')")
    assert "<" not in spoken
    expect(page.locator("#kq-chat small").last).to_have_text(DISCLAIMER)
    assert page.locator('#kq-chat a[href^="#cite-"]').count() == 0


@every_region
def test_every_card_dials_announces_itself_and_has_the_focus(region: str, ask: Ask) -> None:
    lines = regions()[region]
    emergency = [f"tel:{number}" for number in re.findall(r"\d+", lines.emergency)]
    crisis = ask(region, CRISIS)
    check(crisis)
    links = numbers_of(crisis)
    assert not lines.tel or links[0] == f"tel:{lines.tel}"
    assert set(emergency) <= set(links)
    assert bool(links) == bool(emergency)
    expect(crisis).to_contain_text("No person reads this chat. It cannot call anyone for you.")
    card = ask(region, EMERGENCY)
    check(card)
    links = numbers_of(card)
    assert links[: len(emergency)] == emergency
    assert {f"tel:{number.tel}" for number in lines.of("poison")} <= set(links)
    expect(card).to_contain_text("Go even if you feel well.")


@every_region
def test_the_other_cards_too(region: str, ask: Ask) -> None:
    lines = regions()[region]
    known = {f"tel:{digits}" for digits in re.findall(r"\d+", lines.emergency)}
    known |= {f"tel:{number.tel}" for number in lines.numbers if number.tel}
    for name, message in OTHERS.items():
        card = ask(region, message)
        check(card)
        links = set(numbers_of(card))
        assert links <= known, f"{name}: a link dials what is no line's number"
        assert not lines.tel or f"tel:{lines.tel}" in links
        text = card.inner_text()
        assert all(line in " ".join(text.split()) for line in shown(name, lines)), name


def shown(name: str, lines: Lines) -> list[str]:
    """Give the card's own lines, as they stand on the screen."""
    return [" ".join(line.split()) for line in lines_of(name, lines)]


def test_a_card_in_two_languages_says_which_is_which(ask: Ask) -> None:
    card = ask("US", "me quiero morir, ya no aguanto")
    check(card)
    assert card.locator("p").first.get_attribute("lang") == "es"
    assert numbers_of(card)[0] == "tel:988"
    assert card.locator("p").last.get_attribute("lang") == "en"


def test_arabic_is_shown_from_right_to_left(ask: Ask) -> None:
    card = ask("US", "أريد أن أموت")
    assert card.locator("p").first.evaluate("(line) => getComputedStyle(line).direction") == "rtl"


def test_an_earlier_card_does_not_take_the_focus_again(ask: Ask) -> None:
    card = ask("US", CRISIS)
    box = card.page.get_by_label("Your question")
    box.fill("¿Cuánto cuesta el tratamiento con ketamina?")
    box.press("Enter")
    expect(card.page.locator("#kq-chat")).to_contain_text("Este chat solo lee y responde en inglés.")
    expect(card).not_to_be_focused()


def test_someone_under_18_gets_a_card(ask: Ask) -> None:
    card = ask("US", OTHERS["under_18"])
    check(card)
    expect(card).to_contain_text("Talk to an adult you trust")
