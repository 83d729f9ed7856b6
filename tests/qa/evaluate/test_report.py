"""The report of a small run: as a page, as Markdown, as JUnit XML, as a release record, and in a real Chromium."""

import copy
import html
import json
import re
from collections.abc import Callable, Iterator
from datetime import date
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
from junitparser import Error, Failure, JUnitXml
from markdown_it import MarkdownIt
from playwright.sync_api import Browser, Page, expect

from qa.disclaimer import DISCLAIMER
from qa.evaluate.compare import compare
from qa.evaluate.gate import Threshold
from qa.evaluate.metrics import MEASURES
from qa.evaluate.report import html_report, write_report
from qa.evaluate.run import Plan, run_server
from qa.evaluate.score import Response
from qa.evaluate.testset import Case
from qa.evaluate.views import BY_TAG, MAIN, MEANINGS, STAMP, largest_tags, safety_misses
from qa.types import Turn

Result = dict[str, Any]
HOSTILE = "<script>document.title='owned'</script> **bold** | [x](javascript:alert(1))\n# head"
POLICY = "default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'; img-src data:"
LOADING = {"src", "srcset", "action", "formaction", "data", "poster", "background", "ping", "manifest"}
TODAY = date(2026, 1, 15)


class Reading(HTMLParser):
    """Collects the tags with their attributes, and the text by the tag it stands in."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.within: dict[str, list[str]] = {}
        self._open = ""
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        self._open = tag

    def handle_data(self, data: str) -> None:
        self.within.setdefault(self._open, []).append(data)

    def values(self, name: str) -> list[str]:
        return [attributes[name] or "" for _, attributes in self.tags if name in attributes]


@pytest.fixture
def result(
    make_case: Callable[..., Case],
    make_answer: Callable[..., dict[str, Any]],
    make_abstention: Callable[..., dict[str, Any]],
    fake_asker: Callable[..., Any],
) -> Result:
    """Four questions: right; hostile and wrong; forbidden and decisive; without an answer."""
    facts = (("two hours", "120 minutes"), ("nurse",))
    cases = [
        make_case("right", "How long do I rest?", facts=facts[:1], history=(Turn("user", "About <b>Spravato</b>"),)),
        make_case("hostile", HOSTILE, tags=("odd|tag", "plain"), facts=facts, severity="never_miss"),
        make_case("danger", "May I drive?", forbidden=("two hours",), severity="never_miss", why="No amount of rest."),
        make_case("broken", "Is anybody there?", tags=(), facts=facts[1:]),
    ]
    notice = {"kind": "dated", "text": "A nurse may know more."}
    replies = {
        "right": Response(make_answer(), milliseconds=20),
        "hostile": Response(make_abstention(notices=[notice]), milliseconds=30),
        "danger": Response(make_answer(confidence=0.7), milliseconds=40),
        "broken": Response(None, "no answer within 30 seconds", 30000),
    }
    plan = Plan(("ketamine-qa", "evaluate"), [Threshold("fact_recall", 0.9)])
    found = run_server(cases, fake_asker(replies), plan, TODAY)
    found["stamp"] |= {"overdue": ["TS-001: due for a recheck"], "contamination": [], "facts": {"TS-001": "aa"}}
    return found


@pytest.fixture
def baseline(result: Result) -> Result:
    """The same run before: one answer longer, one question right that is not any more, one fact and wording other."""
    earlier = copy.deepcopy(result)
    first, second = earlier["questions"][:2]
    first["answer"]["text"] = "Patients rest for about two hours. [1]"
    second["right"] = True
    earlier["stamp"] |= {"ledger": "sha256:before", "facts": {"TS-001": "bb"}}
    earlier["stamp"]["wording_hashes"] = earlier["stamp"]["wording_hashes"] | {"card.crisis": "other"}
    return earlier


@pytest.fixture
def compared(result: Result, baseline: Result) -> Result:
    """The run with its comparison."""
    return result | {"comparison": compare(baseline, result)}


@pytest.fixture
def written(compared: Result, baseline: Result, tmp_path: Path) -> Path:
    """The folder with the report."""
    write_report(compared, tmp_path / "a" / "report", baseline)
    return tmp_path / "a" / "report"


def test_everything_is_written_and_ends_with_the_disclaimer(written: Path) -> None:
    assert {path.name for path in written.iterdir()} == {"report.html", "report.md", "record.md", "junit.xml"}
    foot = Reading((written / "report.html").read_text("utf-8").rpartition("<footer>")[2]).within["p"][0]
    assert foot == DISCLAIMER
    assert DISCLAIMER.encode() in (written / "report.html").read_bytes().rpartition(b"<footer>")[2]
    for name in ("report.md", "record.md"):
        assert (written / name).read_text("utf-8").splitlines()[-1] == DISCLAIMER


def test_the_same_result_gives_the_same_bytes_also_read_back(
    written: Path, compared: Result, baseline: Result, tmp_path: Path
) -> None:
    again = json.loads(json.dumps(compared))
    write_report(again, tmp_path / "again", json.loads(json.dumps(baseline)))
    for path in written.iterdir():
        assert path.read_bytes() == (tmp_path / "again" / path.name).read_bytes(), path.name
    assert html_report(compared, baseline) == (written / "report.html").read_text("utf-8")


def test_the_page_loads_nothing(written: Path) -> None:
    page = (written / "report.html").read_text("utf-8")
    reading = Reading(page)
    assert {"http-equiv": "Content-Security-Policy", "content": POLICY} in [tag[1] for tag in reading.tags]
    assert not LOADING.intersection(name for _, attributes in reading.tags for name in attributes)
    assert [attributes["href"] for tag, attributes in reading.tags if tag == "link"] == ["data:,"]
    assert not re.search(r"@import|url\((?!#)|\beval\(|\bfetch\(|XMLHttpRequest|new Function", page)
    assert all(link.startswith(("#", "https://", "data:,")) for link in reading.values("href"))


def test_what_was_asked_is_shown_and_never_run(written: Path) -> None:
    page = (written / "report.html").read_text("utf-8")
    reading = Reading(page)
    assert [tag for tag, _ in reading.tags].count("script") == 1
    assert HOSTILE in reading.within["summary"]
    assert html.escape("About <b>Spravato</b>") in page
    assert not [name for _, attributes in reading.tags for name in attributes if name.startswith("on")]


@pytest.mark.parametrize("name", ["report.md", "record.md"])
def test_markdown_shows_what_was_asked_as_it_is(written: Path, name: str) -> None:
    text = (written / name).read_text("utf-8")
    reading = Reading(MarkdownIt("commonmark").enable("table").render(text))
    assert not {"script", "a", "img"}.intersection(tag for tag, _ in reading.tags)
    assert [tag for tag, _ in reading.tags].count("h1") == 1
    assert "**bold**" in "".join(" ".join(texts) for texts in reading.within.values())


def test_a_wrong_question_stands_in_the_markdown_as_one_row(written: Path) -> None:
    rendered = MarkdownIt("commonmark").enable("table").render((written / "report.md").read_text("utf-8"))
    cells = [html.unescape(cell) for cell in re.findall(r"<td>(.*?)</td>", rendered)]
    place = cells.index("hostile")
    assert cells[place + 1] == " ".join(HOSTILE.split())
    assert cells[place + 2 : place + 4] == ["answered", "not_in_sources"]


def test_an_expected_fact_is_marked_and_its_pattern_told_hit_or_missed(result: Result) -> None:
    page = html_report(result, None)
    assert 'Patients rest for <mark>two hours</mark>. <b class="number">[1]</b>' in page
    assert 'Patients rest for <mark class="bad">two hours</mark>' in page
    assert "A <mark>nurse</mark> may know more." in page
    checks = re.findall(r'<span class="(?:yes|no)">([a-z ]+)</span> <code', page)
    assert checks == ["hit", "missed", "hit", "said", "missed"]
    assert '<code class="hit">two hours</code> or <code class="missed">120 minutes</code>' in page


def test_the_difference_to_the_baseline_is_by_words(compared: Result, baseline: Result) -> None:
    page = html_report(compared, baseline)
    assert page.count("Difference to the baseline") == 1
    assert "Patients rest for <del>about</del> two hours. [1]" in page
    assert "<del>" not in html_report(compared, None)


def test_the_verdict_names_each_failure(result: Result) -> None:
    page = html_report(result, None)
    assert "The gate is closed" in page
    assert "fact_recall=0.9: 0.5000 is below it" in page
    assert re.search(r'<li><a href="#q3">danger</a>: forbidden: two hours</li>', page)
    assert "Partial result" not in page
    opened = result | {"partial": True, "gate": {"passed": True, "thresholds": [], "failures": []}}
    assert {"The gate is open", "Partial result."} <= {
        text for texts in Reading(html_report(opened, None)).within.values() for text in texts
    }


def test_the_record_says_what_answered_and_what_was_missed(written: Path) -> None:
    page = (written / "report.html").read_text("utf-8")
    record = MarkdownIt("commonmark").enable("table").render((written / "record.md").read_text("utf-8"))
    for text in (page, record):
        plain = html.unescape(re.sub(r"<[^>]+>", "", text))
        assert "Facts altered (1): TS-001" in plain
        assert "Wordings altered (1): card.crisis" in plain
        assert "TS-001: due for a recheck" in plain
        assert re.search(r"danger:? decides", plain)
        assert "Patients rest for two hours. [1]" in plain
        assert "To be filled in by a person." in plain
        assert all(label in plain for label in ("Waivers", "Decision", "Name", "Role", "Date"))


def test_a_miss_that_does_not_decide_is_marked(result: Result) -> None:
    silent = result["safety_misses"][0] | {"id": "later", "decides": False}
    changed = result | {"safety_misses": [silent, *result["safety_misses"]]}
    assert [miss["id"] for miss in safety_misses(changed)] == ["hostile", "danger", "later"]
    assert html_report(changed, None).count("reported only</b>") == 1


def test_better_and_worse_are_listed_with_their_chance(written: Path) -> None:
    page = (written / "report.html").read_text("utf-8")
    assert "0 better, 1 worse; McNemar's exact test gives p = 1." in html.unescape(page)
    assert re.search(r'Worse \(1\)</h3>\s*<ul class="listed"[^>]*>\s*<li><a href="#q2">hostile</a>', page)


def test_figures_without_asked_as_stand_beside_the_others(result: Result) -> None:
    bare = {
        "figures": result["figures"] | {"right": {"value": 0.125, "low": 0.0, "high": 0.5, "n": 4}},
        "lost": ["right"],
    }
    page = html_report(result | {"without_asked_as": bare}, None)
    assert "Without asked_as</th>" in page
    assert '<td class="num">0.125</td></tr>' in page
    assert "Without asked_as</th>" not in html_report(result, None)


def test_a_models_opinion_stands_beside_the_figures(result: Result, tmp_path: Path) -> None:
    opinions = [
        {"id": "right", "relevance": 4, "faithfulness": 5, "reason": "<i>To the point.</i>", "fault": ""},
        {"id": "danger", "relevance": None, "faithfulness": None, "reason": "", "fault": "it is not JSON"},
    ]
    means = {"relevance": {"value": 4.0, "low": 4.0, "high": 4.0, "n": 1}}
    judge = {"model": "m-1", "prompt_version": "2", "means": means, "unjudged": 1, "stopped": "", "questions": opinions}
    write_report(result | {"judge": judge}, tmp_path, None)
    page, text = ((tmp_path / name).read_text("utf-8") for name in ("report.html", "report.md"))
    assert "m-1 (prompt 2)" in page
    assert "Relevance 4 of 5, faithfulness 5 of 5. &lt;i&gt;To the point.&lt;/i&gt;" in page
    assert "None: it is not JSON" in page
    assert "- Relevance: 4.00 of 5 (95 % interval 4.00 to 4.00, n 1)" in text


def test_junit_has_a_case_for_each_question(written: Path) -> None:
    report = JUnitXml.fromfile(str(written / "junit.xml"))
    suites = {suite.name: list(suite) for suite in report}
    assert {name: [case.name for case in cases] for name, cases in suites.items()} == {
        "plain": ["right", "danger"], "odd|tag": ["hostile"], "untagged": ["broken"],
    }  # fmt: skip
    right, danger = suites["plain"]
    assert right.is_passed
    assert right.time == pytest.approx(0.02)
    [failure], [error] = danger.result, suites["untagged"][0].result
    assert isinstance(failure, Failure)
    assert failure.message == "forbidden: two hours"
    assert isinstance(error, Error)
    assert error.message == "no answer within 30 seconds"
    assert (report.tests, report.failures, report.errors) == (4, 2, 1)


def test_signs_that_have_no_place_in_xml_or_utf8_do_not_stop_a_report(result: Result, tmp_path: Path) -> None:
    result["questions"][1]["question"] = "a\x00b\x1b[31m\ud800"
    write_report(result, tmp_path, None)
    assert "a\ufffdb\ufffd[31m" in JUnitXml.fromfile(str(tmp_path / "junit.xml")).tostring().decode()
    assert len((tmp_path / "report.html").read_text("utf-8")) > 1000


def test_a_run_that_was_stopped_at_once_has_a_report(fake_asker: Callable[..., Any], tmp_path: Path) -> None:
    write_report(run_server([], fake_asker({}), Plan(), TODAY), tmp_path, None)
    assert "Nothing was measured." in (tmp_path / "report.html").read_text("utf-8")
    assert JUnitXml.fromfile(str(tmp_path / "junit.xml")).tests == 0


def test_only_the_largest_tags_are_drawn_the_best_first() -> None:
    found = {f"t{n:02}": {"right": {"value": n % 3 / 2, "low": 0.0, "high": 1.0, "n": n}} for n in range(1, 41)}
    drawn = largest_tags({"by_tag": found}, "right")
    assert [tag for tag, _ in drawn][:3] == ["t38", "t35", "t32"]
    assert len(drawn) == 30
    assert min(estimate["n"] for _, estimate in drawn) == 11


def test_every_measure_has_its_meaning() -> None:
    assert MEANINGS.keys() == MEASURES.keys()
    assert {*MAIN, *BY_TAG} <= MEASURES.keys()


def test_the_record_leaves_nothing_of_the_stamp_out(result: Result) -> None:
    listed_elsewhere = {"facts", "wording_hashes", "overdue", "contamination"}
    assert result["stamp"].keys() - listed_elsewhere <= STAMP.keys()


@pytest.fixture(params=[1200, 390])
def page(request: pytest.FixtureRequest, browser: Browser, written: Path) -> Iterator[Page]:
    """The report opened as a file; any request, and any fault of its script or its policy, fails the test."""
    shown = browser.new_page(viewport={"width": request.param, "height": 800})
    requested: list[str] = []
    faults: list[str] = []
    shown.on("request", lambda asked: requested.append(asked.url))
    shown.on("pageerror", lambda error: faults.append(str(error)))
    shown.on("console", lambda said: faults.append(said.text))
    address = (written / "report.html").as_uri()
    shown.goto(address)
    yield shown
    assert {url.partition("#")[0] for url in requested if not url.startswith("data:")} == {address}
    assert faults == []
    assert shown.title().startswith("Evaluation of Ketamine QA")
    shown.close()


def ids(page: Page) -> list[str]:
    return page.locator("#all-questions tbody tr:visible td:nth-child(3)").all_inner_texts()


@pytest.mark.browser
def test_a_header_sorts_up_down_and_back(page: Page) -> None:
    header = page.locator("#all-questions th", has=page.get_by_role("button", name="Id", exact=True))
    header.get_by_role("button").press("Enter")
    expect(header).to_have_attribute("aria-sort", "ascending")
    assert ids(page) == ["broken", "danger", "hostile", "right"]
    header.get_by_role("button").press("Space")
    expect(header).to_have_attribute("aria-sort", "descending")
    assert ids(page) == ["right", "hostile", "danger", "broken"]
    header.get_by_role("button").click()
    expect(header).to_have_attribute("aria-sort", "none")
    assert ids(page) == ["right", "hostile", "danger", "broken"]


@pytest.mark.browser
def test_numbers_sort_as_numbers_and_what_is_missing_comes_last(page: Page) -> None:
    page.locator("#all-questions th", has_text="ms").get_by_role("button").click()
    assert ids(page) == ["right", "hostile", "danger", "broken"]
    facts = page.locator("#all-questions th", has_text="Facts").get_by_role("button")
    facts.click()
    assert ids(page) == ["broken", "hostile", "right", "danger"]
    facts.click()
    assert ids(page) == ["right", "hostile", "broken", "danger"]


@pytest.mark.browser
def test_filters_hold_together_and_say_how_many_are_left(page: Page) -> None:
    bar = page.get_by_role("search", name="Filter the questions")
    bar.get_by_label("Show").select_option("wrong")
    expect(bar.get_by_role("status")).to_have_text("3 of 4 questions")
    bar.get_by_label("Text").fill("MAY ")
    assert ids(page) == ["hostile", "danger"]
    bar.get_by_label("Tag").select_option("odd|tag")
    assert ids(page) == ["hostile"]
    bar.get_by_label("Tag").select_option("")
    bar.get_by_label("Text").fill("")
    bar.get_by_label("Show").select_option("changed")
    assert ids(page) == ["right"]
    page.get_by_role("search", name="Filter the tags").get_by_label("Tag").fill("odd")
    expect(page.locator("#by-tag tbody tr:visible")).to_have_count(1)


@pytest.mark.browser
def test_a_question_opens_and_a_link_finds_it_behind_a_filter(page: Page) -> None:
    answer = page.locator("#q1 .answer").first
    expect(answer).to_be_hidden()
    page.locator("#q1 summary").click()
    expect(answer).to_be_visible()
    expect(answer.locator("mark")).to_have_text("two hours")
    page.get_by_role("search", name="Filter the questions").get_by_label("Show").select_option("right")
    expect(page.locator("#q3")).to_be_hidden()
    page.locator(".verdict a", has_text="danger").click()
    expect(page.locator("#q3 dl")).to_be_visible()
    expect(page.locator("#q3")).to_be_in_viewport()


@pytest.mark.browser
def test_nothing_is_wider_than_the_screen(page: Page) -> None:
    page.get_by_role("button", name="Open those shown").click()
    width = page.evaluate("[document.documentElement.scrollWidth, document.documentElement.clientWidth]")
    assert width[0] <= width[1]


@pytest.mark.browser
def test_without_a_script_everything_is_there(browser: Browser, written: Path) -> None:
    page = browser.new_page(java_script_enabled=False, color_scheme="dark")
    page.goto((written / "report.html").as_uri())
    expect(page.locator("#all-questions tbody tr:visible")).to_have_count(4)
    expect(page.get_by_role("search")).to_have_count(0)
    page.locator("#q1 summary").click()
    expect(page.locator("#q1 .answer").first).to_be_visible()
    paper = page.locator("body").evaluate("body => getComputedStyle(body).backgroundColor")
    assert sum(map(int, re.findall(r"\d+", paper)[:3])) < 200
    page.close()
