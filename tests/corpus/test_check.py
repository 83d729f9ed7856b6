"""Each rule: the small corpus, in which nothing is found, and one change to it that trips exactly that rule."""

from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from corpus.check import Finding, check_corpus, read_unused
from corpus.errors import CorpusError

Edit = Callable[[Path, str, str], None]

GUIDE = "documents/guides/first-visit.md"
ROOMS = "documents/sources/rooms.md"
VISITS = "documents/sources/visits.md"
DIFFERENCES = "documents/differences.toml"
UNUSED = "documents/unused.toml"
LEDGER = "ledger.jsonl"
CALL = "A clinic rings its patients on the next day."
SOME_WORDS = "word " * 15


def test_nothing_is_found_in_the_small_corpus(corpus_folder: Path, today: date) -> None:
    report = check_corpus(corpus_folder, today)
    assert report.findings == ()
    assert report.errors == 0


def test_counts_and_dropped_pieces_are_reported(corpus_folder: Path, today: date) -> None:
    report = check_corpus(corpus_folder, today)
    assert report.counts == {
        "documents (article)": 1, "documents (guide)": 1, "documents (source)": 2, "headings": 10, "sentences": 18,
        "asked_as": 11, "facts in the ledger": 8, "facts used": 7, "facts listed as unused": 1, "differences": 1,
        "questions": 0,
    }  # fmt: skip
    assert [(name, piece.text) for name, piece in report.dropped] == [
        ("an-invented-article", "An Invented Article 2"),
        ("an-invented-article", "Book now."),
        ("an-invented-article", "Read more about these topics here"),
    ]


@pytest.mark.parametrize(
    ("name", "old", "new", "place", "message"),
    [
        pytest.param(VISITS, " [TS-008]", "", "visits.md:11", "does not end in the facts", id="file fault"),
        pytest.param(VISITS, CALL, CALL[:-1], "visits#call", "does not end like a sentence", id="ending"),
        pytest.param(VISITS, "next day", "**next** day", "visits#call", "holds mark-up or a link", id="bold"),
        pytest.param(VISITS, "next day", "next (https://x.org) day", "visits#call", "holds mark-up", id="link"),
        pytest.param(VISITS, "next day", "next <b>day</b>", "visits#call", "holds mark-up", id="html"),
        pytest.param(VISITS, CALL, f"{CALL} Patients rest.", "visits#call", "is more than one sentence", id="two"),
        pytest.param(VISITS, CALL, "It rings its patients.", "visits#call", "needs the sentence before", id="leans"),
        pytest.param(VISITS, CALL, f"Yes, a{CALL[1:]}", "visits#call", "opens with Yes", id="yes"),
        pytest.param(VISITS, CALL, "It depends on the clinic.", "visits#call", "opens with Yes", id="it depends"),
        pytest.param(GUIDE, " | how many hours is a visit", "", "first-visit#how-long", "2 questions", id="few asked"),
        pytest.param(GUIDE, "asked_as: will", "asked_as: " + "a|" * 6 + "will", "first-visit#calm", "9 questions",
                     id="many asked"),
        pytest.param(VISITS, "leave at once", "go" + " | a" * 7, "visits#resting", "9 questions", id="source asked"),
        pytest.param(ROOMS, "[TS-004]", "[TS-004]\n+ A mood may fade. [TS-004]\n+ A mood may fade again. [TS-004]",
                     "rooms#mood", "4 sentences hang together", id="long unit"),
        pytest.param(VISITS, "[TS-008]", "[TS-008, TS-999]", "visits#call", "TS-999 is not in the ledger",
                     id="unknown"),
        pytest.param(LEDGER, '"valid_until": "2027-12-31"', '"valid_until": "2026-01-14"', "visits#off-label",
                     "TS-002 expired on 2026-01-14", id="expired"),
        pytest.param(VISITS, "two hours", "six hours", "visits#resting", "figure 6 stands in none", id="figure"),
        pytest.param(VISITS, "ketamine infusion", "esketamine infusion", "visits#off-label", "medicine esketamine",
                     id="medicine"),
        pytest.param(VISITS, "an off-label", "since June 2024 an off-label", "visits#off-label", "month June",
                     id="month"),
        pytest.param(ROOMS, "+ The calm", "The calm", "rooms#mood", "TS-003 needs a companion", id="qualifier"),
        pytest.param(VISITS, "[TS-008]", "[TS-007]", "first-visit#how-long", "no source states TS-008", id="evidence"),
        pytest.param(DIFFERENCES, '["TS-006"]', '["TS-006", "TS-999"]', "differences.toml#chairs",
                     "TS-999 not in the ledger", id="difference unknown"),
        pytest.param(DIFFERENCES, '["TS-006"]', '["TS-007"]', "differences.toml#chairs",
                     "no source states any of TS-007", id="difference unstated"),
        pytest.param(DIFFERENCES, "quiet room", "loud room", "differences.toml#chairs",
                     "an-invented-article does not hold 'takes place in a loud room'", id="claim"),
        pytest.param(GUIDE, "The infusion room had 4 chairs in a newer report. [TS-006]\n+ ", "", "first-visit",
                     "states one side of difference 'chairs' without TS-006", id="one side"),
        pytest.param(UNUSED, '"TS-007"', "", "unused.toml", "1 facts are neither used nor listed", id="uncovered"),
        pytest.param(UNUSED, '"TS-007"', '"TS-007", "TS-008"', "unused.toml", "TS-008 is listed as unused but is used",
                     id="used"),
        pytest.param(UNUSED, '"TS-007"', '"TS-007", "TS-999"', "unused.toml", "TS-999 is not in the ledger",
                     id="unused unknown"),
        pytest.param(VISITS, "A clinic rings", "Invented Harbour Clinic rings", "visits#call",
                     "names the provider 'Invented Harbour Clinic'", id="provider"),
        pytest.param(LEDGER, '"confidence": "seen"', '"confidence": "sure"', "ledger.jsonl", "has 8 faults",
                     id="ledger"),
        pytest.param(DIFFERENCES, "[[group]]", "[[group", "differences.toml", "not valid TOML", id="differences"),
        pytest.param(UNUSED, "reason", "why", "unused.toml", "cannot be read", id="unused"),
    ],
)  # fmt: skip
def test_a_rule_finds_the_change_that_breaks_it(
    corpus_folder: Path, today: date, edit: Edit, name: str, old: str, new: str, place: str, message: str
) -> None:
    edit(corpus_folder / name, old, new)
    findings = check_corpus(corpus_folder, today).findings
    assert [f for f in findings if f.severity == "error" and f.place == place and message in f.message], findings


def test_a_newer_source_may_stand_alone(corpus_folder: Path, today: date, edit: Edit) -> None:
    edit(corpus_folder / GUIDE, "+ An older report counted 3 chairs in the infusion room. [TS-005]\n", "")
    edit(corpus_folder / ROOMS, "An older report counted 3 chairs in the infusion room. [TS-005]\n", "")
    edit(corpus_folder / UNUSED, '"TS-007"', '"TS-007", "TS-005"')
    edit(corpus_folder / DIFFERENCES, '["TS-005"], ', "")
    assert check_corpus(corpus_folder, today).findings == ()


def test_a_fact_may_be_quoted_on_its_last_day(corpus_folder: Path) -> None:
    assert check_corpus(corpus_folder, date(2027, 12, 31)).findings == ()
    assert check_corpus(corpus_folder, date(2028, 1, 1)).errors == 1


def test_a_long_first_sentence_is_a_warning(corpus_folder: Path, today: date, edit: Edit) -> None:
    edit(corpus_folder / VISITS, "rings its", f"rings {SOME_WORDS}its")
    report = check_corpus(corpus_folder, today)
    assert report.findings == (Finding("warning", "visits#call", "first sentence has 24 words"),)
    assert report.errors == 0


def test_a_long_second_sentence_is_none(corpus_folder: Path, today: date, edit: Edit) -> None:
    edit(corpus_folder / ROOMS, "A newer report", f"A newer {SOME_WORDS}report")
    assert check_corpus(corpus_folder, today).findings == ()


def test_a_fact_without_source_cannot_be_cited_first(corpus_folder: Path, today: date, edit: Edit) -> None:
    lines = (corpus_folder / LEDGER).read_text(encoding="utf-8").splitlines()
    lines[7] = lines[7].replace("An invented title", "")
    (corpus_folder / LEDGER).write_text("\n".join(lines), encoding="utf-8")
    assert "TS-008 names no source" in check_corpus(corpus_folder, today).findings[0].message
    edit(corpus_folder / VISITS, "[TS-008]", "[TS-002, TS-008]")
    edit(corpus_folder / GUIDE, "[TS-008]", "[TS-002, TS-008]")
    assert check_corpus(corpus_folder, today).findings == ()


def test_two_documents_of_one_id_are_found(corpus_folder: Path, today: date) -> None:
    (corpus_folder / "documents/article/rooms.txt").write_text("Another\n\nA room is here.\n", encoding="utf-8")
    assert Finding("error", "rooms", "2 documents have this id") in check_corpus(corpus_folder, today).findings


def test_a_society_that_also_publishes_a_provider_page_is_no_provider(
    corpus_folder: Path, today: date, edit: Edit
) -> None:
    edit(corpus_folder / VISITS, "A clinic rings", "Invented Society rings")
    edit(corpus_folder / LEDGER, "Invented Harbour Clinic", "Invented Society")
    assert check_corpus(corpus_folder, today).findings == ()


def test_all_findings_come_at_once(corpus_folder: Path, today: date, edit: Edit) -> None:
    edit(corpus_folder / VISITS, "two hours", "six hours")
    edit(corpus_folder / ROOMS, "+ The calm", "The calm")
    edit(corpus_folder / UNUSED, '"TS-007"', "")
    edit(corpus_folder / DIFFERENCES, "[[group]]", "[[group")
    places = [finding.place for finding in check_corpus(corpus_folder, today).findings]
    assert places == ["differences.toml", "visits#resting", "rooms#mood", "unused.toml"]


def test_the_article_is_not_held_to_the_form_of_sources(corpus_folder: Path, today: date, edit: Edit) -> None:
    edit(
        corpus_folder / "documents/article/an-invented-article.txt",
        "A session is",
        "It cost 900 dollars **then**. It is",
    )
    assert check_corpus(corpus_folder, today).findings == ()


def test_the_reason_of_each_unused_fact(tmp_path: Path) -> None:
    path = tmp_path / "unused.toml"
    path.write_text('[[unused]]\nreason = "a"\nfacts = ["X-1", "X-2"]\n[[unused]]\nreason = "b"\nfacts = ["X-3"]\n')
    assert read_unused(path) == {"X-1": "a", "X-2": "a", "X-3": "b"}
    assert read_unused(tmp_path / "none.toml") == {}


@pytest.mark.parametrize("text", ["[[unused]]\n", "[unused]\nreason = 1\n", "= 1", '[[unused]]\nfacts=["X"]\n'])
def test_an_unused_table_of_another_shape_is_refused(tmp_path: Path, text: str) -> None:
    path = tmp_path / "unused.toml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(CorpusError, match="cannot be read"):
        read_unused(path)
