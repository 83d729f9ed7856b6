import html
import json
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qa.disclaimer import DISCLAIMER
from qa.policy.lines import regions
from qa.render import answer_record, as_markdown, as_text, escape_markdown, unescape_markdown
from qa.surroundings import Around, Comparison, Side
from qa.types import Answer, AnswerSentence, Citation, EvidenceQuote, Notice
from qa.web import panel
from qa.web.panel_sources import sources

EVIL = '<img src=x onerror=alert(1)> ![a](https://evil.example/x.png) [b](javascript:alert(1)) **c** "d" \\ `e`'
EVIDENCE = EvidenceQuote("s", EVIL, 0, len(EVIL), EVIL, EVIL, "javascript:alert(1)", "2025")
CITATION = Citation(
    number=1, document="d", heading=EVIL, passage=f"{EVIL} More.", quote=EVIL, start=0, end=len(EVIL),
    wording="summary", facts=("AA-001",), title=EVIL, publisher=EVIL, url="javascript:alert(1)", published="2026",
    kind="guide", evidence=(EVIDENCE,),
)  # fmt: skip
ANSWER = Answer(
    EVIL, "answered", (AnswerSentence(EVIL, (1,)),), DISCLAIMER, (CITATION,), (Notice("dated", EVIL),), ("What?",), 0.5
)
KEYS = [
    "id", "question", "outcome", "text", "sentences", "citations", "notices", "follow_ups", "confidence", "disclaimer",
    "index", "timings_ms",
]  # fmt: skip
CITATION_KEYS = [
    "number", "document", "heading", "passage", "quote", "start", "end", "page", "wording", "facts", "title",
    "publisher", "url", "published", "kind", "evidence",
]  # fmt: skip


def test_the_json_has_the_stable_keys() -> None:
    record = json.loads(json.dumps(answer_record(ANSWER)))
    assert list(record) == KEYS
    assert list(record["citations"][0]) == CITATION_KEYS
    assert record["citations"][0]["evidence"][0]["publisher"] == EVIL
    assert record["sentences"] == [{"text": EVIL, "citations": [1]}]
    assert record["text"].endswith(" [1]")


def test_the_disclaimer_is_the_same_bytes_everywhere() -> None:
    assert answer_record(ANSWER)["disclaimer"] == DISCLAIMER
    assert as_text(ANSWER).endswith(DISCLAIMER)
    assert DISCLAIMER in panel.footer()
    assert DISCLAIMER in panel.message(ANSWER, 0, regions()["US"])
    assert DISCLAIMER in unescape_markdown(as_markdown(ANSWER))


@given(st.text())
def test_escaped_markdown_comes_back(text: str) -> None:
    assert unescape_markdown(escape_markdown(text)) == text


@given(st.text())
def test_escaped_markdown_holds_no_markup(text: str) -> None:
    plain = escape_markdown(text).replace("&#", "")
    assert not set("<>[]()*_`\\!|~$") & set(plain)


def test_nothing_in_the_chat_message_becomes_markup() -> None:
    said = panel.message(ANSWER, 3, regions()["US"])
    assert "<img" not in said
    assert said.count('href="#cite-3-1"') == 1
    assert "\n\n" not in said.removesuffix(f"\n\n<small>{html.escape(DISCLAIMER)}</small>")


def test_nothing_in_the_sources_panel_becomes_markup() -> None:
    shown = sources(ANSWER, 3)
    assert "<img" not in shown
    assert "javascript:" not in shown.replace(html.escape("javascript:alert(1)"), "").replace(
        "(javascript:alert(1))", ""
    )
    assert 'href="javascript' not in shown
    assert f"<mark>{html.escape(EVIL)}</mark>" in shown


def test_the_panel_names_source_date_and_link() -> None:
    shown = sources(replace(ANSWER, citations=(replace(CITATION, title="Label", url="https://a.example/x"),)), 0)
    assert '<cite>Label <a href="https://a.example/x" target="_blank" rel="noopener noreferrer">Open the orig' in shown
    assert "Our summary of" in shown
    assert "<time>2026</time>" in shown
    assert 'id="cite-0-1"' in shown


def test_a_blank_line_in_a_passage_cannot_end_its_block() -> None:
    text = "One.\n\nTwo."
    cited = replace(CITATION, passage=text, quote=text, start=0, end=len(text))
    assert "\n\n" not in sources(replace(ANSWER, citations=(cited,)), 0)


def test_help_line_links_what_can_be_dialled() -> None:
    assert '<a href="tel:988">988</a>' in panel.help_line(regions()["US"])
    assert '<a href="tel:911">911</a>' in panel.help_line(regions()["US"])
    assert '<a href="tel:116123">116 123</a>' in panel.help_line(regions()["GB"])
    assert panel.help_line(regions()["GB"]).count("tel:") == 3
    assert "tel:" not in panel.help_line(regions()["none"])


def test_a_card_is_html_with_its_numbers_to_be_dialled() -> None:
    said = (
        AnswerSentence("Samaritans: Call 116 123. <b>", language="en"),
        AnswerSentence("Llama: 999 / 112", (), "es"),
    )
    shown = panel.message(Answer("q", "crisis", said, DISCLAIMER, card="crisis"), 0, regions()["GB"])
    assert '<div class="kq-card kq-crisis" role="alert" tabindex="-1">' in shown
    assert '<strong>Samaritans:</strong> Call <a href="tel:116123">116 123</a>. &lt;b&gt;' in shown
    assert '<p lang="es" dir="auto">Llama: <a href="tel:999">999</a> / <a href="tel:112">112</a></p>' in shown
    assert shown.endswith(f"<small>{html.escape(DISCLAIMER)}</small>")


def test_a_sentence_in_another_language_is_marked_as_such() -> None:
    said = (AnswerSentence("Solo inglés.", (), "es"), AnswerSentence("English only. <b> Call 911."))
    shown = panel.message(Answer("q", "not_in_sources", said, DISCLAIMER), 0, regions()["US"])
    assert '<p lang="es" dir="auto">Solo inglés.</p>' in shown
    assert '<p lang="en" dir="auto">English only. &lt;b&gt; Call <a href="tel:911">911</a>.</p>' in shown
    assert "kq-card" not in shown


@pytest.mark.parametrize(
    ("line", "link"),
    [
        ("Call or text 988, free.", "988"), ("or text AYUDA to 988, at any time", ""), ("call 1-988-555", ""),
        ("text 0477 13 11 14", ""), ("deaf people can text 988", ""), ("the 988 BSL app", ""),
        ("Call 9-8-8 now", "9-8-8"), ("Call 19881", ""), ("dial 988 1234", ""),
    ],
)  # fmt: skip
def test_only_a_whole_number_to_be_dialled_is_a_link(line: str, link: str) -> None:
    answer = Answer("q", "crisis", (AnswerSentence(line),), DISCLAIMER, card="crisis")
    shown = panel.card(answer, regions()["US"])
    assert ("tel:988" in shown) == bool(link)
    assert not link or f">{link}</a>" in shown


def test_an_answer_without_sources_says_what_can_be_asked() -> None:
    nothing = Answer(
        "q", "not_in_sources", (AnswerSentence("Not there."),), DISCLAIMER, follow_ups=("What is ketamine?",)
    )
    assert "What is ketamine?" in as_text(nothing)
    assert "What is ketamine?" in panel.message(nothing, 0, regions()["US"])
    assert sources(nothing, 0) == ""


def sentences_of(count: int, **changed: object) -> Answer:
    """An answer of so many sentences, each with a citation of its own."""
    said = tuple(AnswerSentence(f"Sentence {number}.", (number,)) for number in range(1, count + 1))
    cited = tuple(
        replace(CITATION, number=number, quote=f"Sentence {number}.", passage=f"Sentence {number}.", start=0, end=11)
        for number in range(1, count + 1)
    )
    return replace(ANSWER, **{"sentences": said, "citations": cited, "notices": (), **changed})


def behind_more(shown: str) -> list[int]:
    _, _, later = shown.partition("<details")
    return [number for number in range(1, 6) if f"Sentence {number}." in later]


@pytest.mark.parametrize(
    ("count", "bound", "hidden"),
    [
        (3, (), []), (4, (), [4]), (5, (), [4, 5]), (4, (4,), [3, 4]), (4, (3, 4), [2, 3, 4]), (4, (2, 3, 4), []),
    ],
)  # fmt: skip
def test_three_sentences_are_seen_and_none_without_what_belongs_to_it(
    count: int, bound: tuple[int, ...], hidden: list[int]
) -> None:
    near = [Around(bound=number in bound) for number in range(1, count + 1)]
    shown = panel.message(sentences_of(count), 0, regions()["US"], near)
    assert behind_more(shown) == hidden
    assert shown.count("[") == count


def test_sides_of_a_difference_are_never_behind_more() -> None:
    shown = panel.message(sentences_of(4, notices=(Notice("sources_differ", "They differ."),)), 2, regions()["US"])
    assert behind_more(shown) == []
    assert '<a href="#differ-2">See them side by side</a>' in shown


def test_what_cannot_wait_stands_above_the_answer_and_can_be_dialled() -> None:
    notices = (Notice("same_day", "Phone today. If worse, call 911."), Notice("dated", "It is old."))
    shown = panel.message(sentences_of(1, notices=notices), 0, regions()["US"])
    order = [shown.index(text) for text in ("Phone today.", "Sentence 1.", "It is old.", DISCLAIMER)]
    assert order == sorted(order)
    assert '<a href="tel:911">911</a>' in shown


def test_a_clinics_own_sentence_says_so() -> None:
    answer = sentences_of(2)
    own = replace(answer.citations[1], kind="clinic", wording="original")
    shown = panel.message(replace(answer, citations=(answer.citations[0], own)), 0, regions()["US"])
    assert shown.count("From this clinic") == 1
    assert shown.index("Sentence 1.") < shown.index("From this clinic") < shown.index("Sentence 2.")
    assert 'class="kq-cite kq-own"' in sources(replace(answer, citations=(answer.citations[0], own)), 0)


def test_a_passage_shows_the_quote_with_its_neighbours_and_folds_the_rest() -> None:
    passage = "One. Two. Three. Four. Five."
    cited = replace(CITATION, passage=passage, quote="Three.", start=10, end=16)
    shown = sources(replace(ANSWER, citations=(cited,)), 0, [Around("Two.", "Four.")])
    assert (
        '<blockquote><span class="kq-far">One.</span> <span class="kq-near-by">Two.</span> <mark>Three.</mark> '
        '<span class="kq-near-by">Four.</span> <span class="kq-far">Five.</span></blockquote>'
    ) in shown


def test_sources_that_differ_stand_side_by_side_with_their_dates() -> None:
    answer = sentences_of(2)
    old, new = (Side(one, "", day) for one, day in zip(answer.citations, ("2019", "2025-03-05"), strict=True))
    shown = sources(answer, 4, (), (Comparison("sources_differ", "the <b>", (old, new)),))
    assert "<h3>Sources differ about the &lt;b&gt;</h3>" in shown
    assert shown.index("<time>2019</time>") < shown.index("<time>5 March 2025</time>") < shown.index("<ol>")
    assert 'id="differ-4"' in shown


def test_a_fault_is_a_sentence_with_help() -> None:
    shown = panel.fault("It <b> failed.", regions()["US"])
    assert "It &lt;b&gt; failed." in shown
    assert '<a href="tel:988">988</a>' in shown
    assert '<a href="tel:911">911</a>' in shown
