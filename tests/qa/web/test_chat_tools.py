"""What can be done with an answer and with the page, and what is seen when an answer does not come."""

import io
import json
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, suppress
from typing import Any
from urllib.parse import urlsplit

import httpx
import pypdf
import pytest
from playwright.sync_api import Browser, BrowserContext, Page, Route, expect

from qa.disclaimer import DISCLAIMER
from qa.pipeline import Pipeline
from qa.settings import Settings
from qa.types import Answer
from qa.web import app
from qa.web.app import create_app
from qa.web.options import ServerOptions

pytestmark = [
    pytest.mark.browser,
    pytest.mark.filterwarnings("ignore::pandas.errors.Pandas4Warning"),  # as Gradio counts its requests
]
Listening = Callable[..., AbstractContextManager[str]]
REST, CRISIS = "How long do I rest after the spray?", "I want to kill myself"
QUOTE = "You rest in the clinic for two hours after the esketamine spray."
VOICE = """
const said = [];
window.said = said;
const voices = [{ name: "far", lang: "en-US", localService: false },
  { name: "near", lang: "en-US", localService: LOCAL }];
Object.defineProperty(window, "SpeechSynthesisUtterance", { value: class { constructor(text) { this.text = text; } } });
Object.defineProperty(window, "speechSynthesis", { value: {
  getVoices: () => voices, speaking: false, addEventListener() {},
  speak(one) { said.push([one.text, one.voice.name]); this.speaking = true; },
  cancel() { this.speaking = false; said.push("cancelled"); },
} });
"""
HOST = """<!doctype html><title>A clinic</title><iframe src="ADDRESS/embed?embedded=1" width="400" height="600">
</iframe><script>window.told = []; addEventListener("message", (event) => {
  if (event.data.ketamineQa) told.push([event.data, event.origin]); });</script>"""


class HeldPipeline(Pipeline):
    """The real pipeline, which answers while it is let."""

    free = threading.Event()

    def ask(self, *given: Any, **named: Any) -> Answer:  # noqa: ANN401 - passed on as it is
        assert HeldPipeline.free.wait(timeout=60)
        return super().ask(*given, **named)


class Cable:
    """What lies between the browser and a server: it can be cut, and mended to another server."""

    def __init__(self, address: str) -> None:
        self.whole, self.target = True, urlsplit(address)
        self.ends: list[socket.socket] = []
        self.plug = socket.create_server(("127.0.0.1", 0))
        self.address = f"http://127.0.0.1:{self.plug.getsockname()[1]}"
        threading.Thread(target=self._accept, daemon=True).start()

    def cut(self) -> None:
        self.whole = False
        for end in self.ends:
            with suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)

    def mend(self, address: str) -> None:
        self.whole, self.target = True, urlsplit(address)

    def _accept(self) -> None:
        while True:
            near, _ = self.plug.accept()
            if not self.whole:
                near.close()
                continue
            far = socket.create_connection((self.target.hostname, self.target.port))
            self.ends += [near, far]
            for one, other in ((near, far), (far, near)):
                threading.Thread(target=self._carry, args=(one, other), daemon=True).start()

    def _carry(self, one: socket.socket, other: socket.socket) -> None:
        with suppress(OSError):
            while sent := one.recv(65536):
                other.sendall(sent)
        for end in (one, other):
            with suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)


@pytest.fixture(scope="module")
def servers(small_site: Settings, listening: Listening, unhurried: ServerOptions) -> Iterator[tuple[str, str]]:
    """Two servers of the same material: the second is what the first is once it has started anew."""
    HeldPipeline.free.set()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(app, "Pipeline", HeldPipeline)
        made = [create_app(small_site, options=unhurried) for _ in range(2)]
        with listening(made[0]) as first, listening(made[1]) as second:
            for address in (first, second):
                httpx.post(f"{address}/api/v1/ask", json={"question": REST}, timeout=60).raise_for_status()
            yield first, second
            HeldPipeline.free.set()


@pytest.fixture(scope="module")
def address(servers: tuple[str, str]) -> str:
    return servers[0]


@pytest.fixture
def context(browser: Browser) -> Iterator[BrowserContext]:
    """A browser's context without cookies; what a page stores in it fails the test."""
    HeldPipeline.free.set()
    made = browser.new_context(viewport={"width": 900, "height": 800}, reduced_motion="reduce")
    yield made
    assert made.storage_state() == {"cookies": [], "origins": []}
    made.close()


def ready(page: Page, address: str) -> Page:
    page.goto(address)
    expect(page.locator("html")).to_have_attribute("data-ready", "", timeout=20_000)
    return page


@pytest.fixture
def page(context: BrowserContext, address: str) -> Page:
    return ready(context.new_page(), address)


def send(page: Page, question: str) -> None:
    box = page.get_by_label("Your question")
    box.fill(question)
    box.press("Enter")


def ask(page: Page, question: str) -> None:
    answers = page.locator('#kq-chat [data-testid="bot"]')
    before = answers.count()
    send(page, question)
    expect(answers).to_have_count(before + 1, timeout=20_000)


def failed(page: Page, text: str) -> None:
    """What a visitor sees of any failure: one sentence, help, and a way to ask again; nothing of a program."""
    notice = page.get_by_role("alert").filter(has_text=text)
    expect(notice).to_be_visible(timeout=20_000)
    expect(notice.get_by_role("link", name="988").first).to_have_attribute("href", "tel:988")
    expect(notice.get_by_role("link", name="911")).to_have_attribute("href", "tel:911")
    expect(page.get_by_label("Your question")).to_have_value(REST)
    assert "Error" not in page.locator("body").inner_text()
    assert "rror:" not in page.locator("body").inner_text()


def again(page: Page) -> None:
    page.get_by_role("button", name="Ask again").click()
    expect(page.locator("#kq-chat")).to_contain_text(QUOTE, timeout=20_000)
    expect(page.get_by_role("button", name="Ask again")).to_have_count(0)


def test_a_copy_has_its_sources_and_the_disclaimer(context: BrowserContext, page: Page) -> None:
    context.grant_permissions(["clipboard-read", "clipboard-write"])
    ask(page, REST)
    page.get_by_role("button", name="Copy").click()
    expect(page.get_by_role("status").filter(has_text="Copied with its sources.")).to_have_count(1)
    copied = page.evaluate("navigator.clipboard.readText()")
    for text in (f"{QUOTE} [1]", "[1] Our summary of", "Invented Agency", DISCLAIMER):
        assert text in copied


@pytest.mark.parametrize("local", [True, False])
def test_only_a_voice_of_the_device_reads_aloud(context: BrowserContext, address: str, local: bool) -> None:
    context.add_init_script(VOICE.replace("LOCAL", json.dumps(local)))
    page = ready(context.new_page(), address)
    ask(page, REST)
    reading = page.get_by_role("button", name="Read aloud")
    if not local:
        expect(reading).to_have_count(0)
        return
    reading.click()
    assert page.evaluate("said") == [[QUOTE, "near"]]
    page.get_by_role("button", name="Stop reading").click()
    assert page.evaluate("said.at(-1)") == "cancelled"
    ask(page, CRISIS)
    expect(page.get_by_role("button", name="Read aloud")).to_have_count(1)


def posted(page: Page, status: int) -> list[Any]:
    """What the page sends as feedback; it is answered with the status."""
    bodies: list[Any] = []

    def answer(route: Route) -> None:
        bodies.append(route.request.post_data_json)
        route.fulfill(status=status)

    page.route("**/api/v1/feedback", answer)
    return bodies


def test_a_thumb_says_nothing_but_itself(page: Page) -> None:
    bodies = posted(page, 204)
    ask(page, REST)
    page.get_by_role("button", name="Helpful", exact=True).click()
    expect(page.get_by_text("Thank you. Only the thumb was sent").first).to_be_visible()
    page.get_by_role("button", name="Not helpful").click()
    page.get_by_role("button", name="It is hard to understand").click()
    expect(page.get_by_role("button", name="It is hard to understand")).to_have_count(0)
    assert bodies == [{"thumb": "up", "site": ""}, {"thumb": "down", "category": "unclear", "site": ""}]


def test_a_thumb_that_is_not_sent_says_so(page: Page) -> None:
    posted(page, 429)
    ask(page, REST)
    page.get_by_role("button", name="Helpful", exact=True).click()
    expect(page.get_by_role("status").filter(has_text="That was not sent.")).to_have_count(1)


def test_the_sheet_is_chosen_edited_printed_and_saved(page: Page) -> None:
    ask(page, REST)
    ask(page, "what is a session")
    page.get_by_role("button", name="Take to my appointment").click()
    sheet = page.get_by_role("dialog")
    sheet.get_by_label("A question for my clinician").first.fill("May I eat <b>before</b>?")
    sheet.get_by_role("button", name="Remove").nth(2).click()
    sheet.get_by_role("button", name="Add a question").click()
    sheet.get_by_label("A question for my clinician").last.fill("Who drives me home?")
    sheet.get_by_label("what is a session").uncheck()
    with page.expect_download() as saved:
        sheet.get_by_role("button", name="Save as PDF").click()
    shown = pypdf.PdfReader(io.BytesIO(saved.value.path().read_bytes())).pages[0].extract_text()
    page.evaluate("dispatchEvent(new Event('beforeprint'))")
    page.emulate_media(media="print")
    printed = page.locator("#kq-print").inner_text()
    expect(page.locator("#kq-footer")).to_be_hidden()
    for text in ("May I eat <b>before</b>?", "Who drives me home?", REST, f"{QUOTE} [1]", DISCLAIMER, "988"):
        assert text in " ".join(shown.split())
        assert text in printed
    assert "what is a session" not in shown + printed
    page.emulate_media(media="screen")
    page.keyboard.press("Escape")
    expect(page.get_by_role("button", name="Take to my appointment")).to_be_focused()


def test_the_browsers_own_print_has_the_conversation_too(page: Page) -> None:
    ask(page, REST)
    page.evaluate("dispatchEvent(new Event('beforeprint'))")
    page.emulate_media(media="print")
    assert REST in page.locator("#kq-print").inner_text()


def test_a_question_that_cannot_be_answered_is_given_back(page: Page) -> None:
    long = f"{REST}{' and' * 500}"
    send(page, long)
    expect(page.locator("#kq-chat .kq-fault")).to_contain_text("more than 2000")
    expect(page.get_by_label("Your question")).to_have_value(long)
    assert len(page.locator('#kq-chat [data-testid="user"]').inner_text()) < 400
    page.get_by_label("Your question").fill(REST)
    page.get_by_role("button", name="Ask again").click()
    expect(page.locator("#kq-chat")).to_contain_text(QUOTE, timeout=20_000)
    expect(page.get_by_role("button", name="Ask again")).to_have_count(0)


def test_an_answer_on_its_way_does_not_bring_a_cleared_conversation_back(page: Page) -> None:
    ask(page, REST)
    HeldPipeline.free.clear()
    send(page, "what is a session")
    expect(page.get_by_text("Looking in the sources.")).to_be_visible()
    page.get_by_role("button", name="Start over").click()
    HeldPipeline.free.set()
    expect(page.locator("html")).to_have_attribute("data-ready", "", timeout=20_000)
    expect(page.get_by_role("button", name="What is ketamine?")).to_be_visible()
    page.wait_for_timeout(1000)
    assert QUOTE not in page.content()


def test_a_pdf_that_cannot_be_made_is_said(page: Page) -> None:
    page.route("**/api/v1/sheet", lambda route: route.abort())
    page.get_by_role("button", name="Take to my appointment").click()
    page.get_by_role("button", name="Save as PDF").click()
    expect(page.get_by_text("The PDF could not be made. You can print the sheet instead.")).to_be_visible()


@pytest.mark.parametrize(
    ("status", "text"),
    [(503, "Many people"), (429, "Many people"), (500, "The connection was lost"), (0, "The connection was lost")],
)
def test_a_refused_question_can_be_asked_again(page: Page, status: int, text: str) -> None:
    def refuse(route: Route) -> None:
        if status:
            route.fulfill(status=status, json={"detail": "Traceback: Error"})
        else:
            route.abort()

    page.route("**/queue/join*", refuse)
    send(page, REST)
    failed(page, text)
    page.unroute("**/queue/join*")
    again(page)


def test_a_slow_answer_is_told_and_still_comes(context: BrowserContext, address: str) -> None:
    page = context.new_page()
    page.clock.install()
    ready(page, address)
    HeldPipeline.free.clear()
    send(page, REST)
    expect(page.get_by_text("Looking in the sources.")).to_be_visible()
    page.clock.fast_forward(16_000)
    failed(page, "This takes longer than usual.")
    HeldPipeline.free.set()
    expect(page.locator("#kq-chat")).to_contain_text(QUOTE, timeout=20_000)
    expect(page.get_by_role("button", name="Ask again")).to_have_count(0)


def test_a_server_that_starts_anew_in_mid_answer_loses_no_conversation(
    context: BrowserContext, servers: tuple[str, str]
) -> None:
    first, second = servers
    cable = Cable(first)
    page = ready(context.new_page(), cable.address)
    ask(page, "what is a session")
    HeldPipeline.free.clear()
    send(page, REST)
    expect(page.get_by_text("Looking in the sources.")).to_be_visible()
    cable.cut()
    failed(page, "The connection was lost before an answer came. Your question is still here.")
    page.get_by_role("button", name="Ask again").click()
    failed(page, "The connection was lost before an answer came. Your question is still here.")
    HeldPipeline.free.set()
    cable.mend(second)
    again(page)
    expect(page.locator("#kq-chat")).to_contain_text("A session is a visit to a clinic")
    expect(page.locator("#cite-0-1")).to_have_count(1)
    expect(page.locator("#cite-2-1")).to_have_count(1)
    cable.plug.close()


def test_one_question_is_sent_once_however_often_enter_is_pressed(page: Page) -> None:
    HeldPipeline.free.clear()
    send(page, REST)
    for _ in range(3):
        page.get_by_label("Your question").press("Enter")
    HeldPipeline.free.set()
    expect(page.locator("#kq-chat")).to_contain_text(QUOTE, timeout=20_000)
    expect(page.locator('#kq-chat [data-testid="user"]')).to_have_count(1)


EAGER = """
new MutationObserver((changes, observer) => {
  const suggestion = document.querySelector(".kq-ask");
  if (!suggestion) return;
  observer.disconnect();
  suggestion.click();
}).observe(document, { childList: true, subtree: true });
"""


def test_a_suggestion_that_is_clicked_before_the_question_box_is_there_is_asked(
    context: BrowserContext, address: str
) -> None:
    page = context.new_page()
    page.add_init_script(EAGER)
    faults: list[str] = []
    page.on("pageerror", lambda fault: faults.append(str(fault)))
    page.goto(address)
    expect(page.locator('#kq-chat [data-testid="bot"]')).to_have_count(1, timeout=20_000)
    assert faults == []


def test_a_page_whose_scripts_do_not_come_says_so_and_shows_help(context: BrowserContext, address: str) -> None:
    page = context.new_page()
    page.clock.install()
    page.route("**/assets/**", lambda route: route.abort())
    page.goto(address)
    page.clock.fast_forward(21_000)
    expect(page.get_by_text("The chat did not load.")).to_be_visible()
    expect(page.get_by_role("button", name="Load again")).to_be_visible()
    expect(page.get_by_role("link", name="988")).to_be_visible()
    expect(page.get_by_text(DISCLAIMER)).to_be_visible()


@contextmanager
def kiosk(context: BrowserContext, address: str) -> Iterator[Page]:
    page = context.new_page()
    page.clock.install()
    ready(page, f"{address}/?kiosk=1")
    ask(page, REST)
    yield page


def test_a_shared_screen_clears_itself_after_a_notice(context: BrowserContext, address: str) -> None:
    with kiosk(context, address) as page:
        page.clock.fast_forward(101_000)
        notice = page.get_by_role("alertdialog")
        expect(notice).to_contain_text("This chat clears itself in 20 seconds.")
        page.clock.fast_forward(21_000)
        expect(notice).to_be_hidden()
        expect(page.get_by_role("button", name="What is ketamine?")).to_be_visible()
        assert REST not in page.content()


def test_a_shared_screen_keeps_what_somebody_still_reads(context: BrowserContext, address: str) -> None:
    with kiosk(context, address) as page:
        page.clock.fast_forward(101_000)
        page.get_by_role("button", name="Keep the conversation").click()
        page.clock.fast_forward(90_000)
        expect(page.get_by_role("alertdialog")).to_be_hidden()
        expect(page.locator("#kq-chat")).to_contain_text(QUOTE)
        page.get_by_role("button", name="Take to my appointment").click()
        expect(page.get_by_role("button", name="Save as PDF")).to_be_hidden()


def test_a_frame_tells_its_host_that_it_is_ready_and_is_to_close(context: BrowserContext, address: str) -> None:
    page = context.new_page()
    host = HOST.replace("ADDRESS/embed?", f"{address}/?closable=1&")
    assert "closable" in host
    page.route("**/host", lambda route: route.fulfill(body=host, content_type="text/html"))
    page.goto(f"{address}/host")
    frame = page.frame_locator("iframe")
    frame.locator("html[data-ready]").wait_for(state="attached", timeout=20_000)
    page.wait_for_function("told.length === 1")
    frame.get_by_role("button", name="Close the chat").click()
    frame.get_by_label("Your question").press("Escape")
    page.wait_for_function("told.length === 3")
    names = [data["ketamineQa"] for data, _ in page.evaluate("told")]
    assert names == ["ready", "close", "close"]
    assert page.evaluate("told.every(([data]) => Object.keys(data).length === 1)")
    frame.get_by_role("button", name="Take to my appointment").click()
    frame.locator("#kq-sheet").press("Escape")
    expect(frame.locator("#kq-sheet")).to_be_hidden()
    assert len(page.evaluate("told")) == 3
