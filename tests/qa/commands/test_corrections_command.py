"""Withdrawing from a chat that runs: the next question is answered without it."""

from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import pytest

from corpus.corrections import read_corrections
from corpus.errors import CorpusError, SettingsError
from index.build import build_index
from qa.commands.corrections import corrections, restore, withdraw
from qa.pipeline import Pipeline
from qa.settings import Settings
from qa.types import Answer

STAY = "how long do i stay"
REST = "You rest in the clinic for two hours after the esketamine spray."
SOURCE_REST = "Patients rest in the clinic for two hours after each esketamine spray."
RINGS = "A clinic rings you on the next day."
CALM = "will i feel calm"
ROOM = "what is the room like"


@pytest.fixture
def chat(home: Settings) -> Pipeline:
    """The chat as it runs: opened before anything is withdrawn."""
    pipeline = Pipeline(home)
    pipeline.open()
    return pipeline


def ask(chat: Pipeline, question: str, now: datetime, site: str | None = None) -> Answer:
    return chat.ask(question, today=now.date(), site=site)


def shown(answer: Answer) -> str:
    """Everything that a visitor could read of an answer."""
    quoted = [text for one in answer.citations for text in (one.quote, one.passage, *(e.quote for e in one.evidence))]
    return " ".join([answer.text, *quoted, *answer.follow_ups])


def test_a_sentence_is_gone_from_the_next_question_on_and_comes_back(
    home: Settings, chat: Pipeline, now: datetime
) -> None:
    before = ask(chat, STAY, now)
    assert REST in shown(before)
    said = withdraw(home, 'first-visit#how-long:"You rest"', "Wrong time.", None, now)
    assert said.lines[0] == f"withdrawn on every site: first-visit#how-long: {REST}"
    assert REST not in shown(ask(chat, STAY, now))
    restore(home, "first-visit#how-long:you rest in", "Right after all.", None, now)
    after = ask(chat, STAY, now)
    assert (after.text, after.citations) == (before.text, before.citations)


def test_what_else_says_so_is_named_but_stays(home: Settings, chat: Pipeline, now: datetime) -> None:
    said = withdraw(home, "first-visit#how-long:You rest", "Wrong time.", None, now)
    assert f"look: still quoted, on the same fact: visits#resting: {SOURCE_REST}" in said.lines
    assert SOURCE_REST in shown(ask(chat, "how long do i rest", now))


def test_a_withdrawn_source_is_no_evidence_either(home: Settings, chat: Pipeline, now: datetime) -> None:
    assert SOURCE_REST in shown(ask(chat, STAY, now))
    withdraw(home, "visits#resting", "The label has changed.", None, now)
    answer = ask(chat, STAY, now)
    assert REST in answer.text
    assert SOURCE_REST not in shown(answer)


def test_a_withdrawn_neighbour_is_cut_out_of_the_passage(home: Settings, chat: Pipeline, now: datetime) -> None:
    withdraw(home, "first-visit#how-long:A clinic rings", "It does not.", None, now)
    answer = ask(chat, STAY, now)
    [passage] = {one.passage for one in answer.citations if one.document == "first-visit"}
    assert passage == f"{REST} [withdrawn]"
    assert RINGS not in shown(answer)


def test_a_withdrawn_companion_takes_its_sentence_along(home: Settings, chat: Pipeline, now: datetime) -> None:
    assert "calm" in ask(chat, CALM, now).text
    said = withdraw(home, "first-visit#calm:The calm feeling", "No longer so.", None, now)
    assert sum(line.startswith("withdrawn") for line in said.lines) == 4, "the same words stand in a source too"
    answer = ask(chat, CALM, now)
    assert "Many patients feel calm" not in shown(answer)
    assert "The calm feeling" not in shown(answer)


def test_no_answer_is_given_whose_counterpart_is_withdrawn(home: Settings, chat: Pipeline, now: datetime) -> None:
    older = "An older report counted 3 chairs in the infusion room."
    question = "how many chairs did an older report count in the infusion room"
    assert older in ask(chat, question, now).text
    withdraw(home, "rooms#room:A newer report", "Miscounted.", None, now)
    withdraw(home, "first-visit#room", "Miscounted.", None, now)
    assert older not in shown(ask(chat, question, now))


def test_a_heading_without_its_answer_is_not_suggested(home: Settings, chat: Pipeline, now: datetime) -> None:
    lost = "is the moon made of green cheese at night"
    before = ask(chat, lost, now).follow_ups
    assert "What does the room look like?" in before
    withdraw(home, "first-visit#room", "Miscounted.", None, now)
    assert "What does the room look like?" not in ask(chat, lost, now).follow_ups


def test_a_document_goes_at_once(home: Settings, chat: Pipeline, now: datetime) -> None:
    withdraw(home, "first-visit", "To be written anew.", None, now)
    answers = [ask(chat, question, now) for question in (STAY, CALM, ROOM)]
    assert not {one.document for answer in answers for one in answer.citations} & {"first-visit"}


def test_a_clinic_withdraws_for_its_own_site_alone(home: Settings, chat: Pipeline, now: datetime) -> None:
    said = withdraw(home, "first-visit#how-long:You rest", "We keep you longer.", "riverside", now)
    assert said.lines[0].startswith("withdrawn on the site riverside")
    assert REST not in shown(ask(chat, STAY, now, "riverside"))
    assert REST in shown(ask(chat, STAY, now))
    with pytest.raises(CorpusError, match="not what was withdrawn"):
        restore(home, "first-visit#how-long:You rest", "Right.", None, now)


def test_what_is_withdrawn_stays_so_when_the_index_is_built_anew(home: Settings, chat: Pipeline, now: datetime) -> None:
    withdraw(home, "first-visit#how-long:You rest", "Wrong.", None, now)
    build_index(home.place, force=True)
    assert REST not in shown(ask(chat, STAY, now))


def test_a_damaged_log_stops_answers_but_no_card(home: Settings, chat: Pipeline, now: datetime) -> None:
    home.corrections.write_text("{", encoding="utf-8")
    with pytest.raises(CorpusError, match="correction log"):
        ask(chat, STAY, now)
    assert ask(chat, "I want to kill myself", now).outcome == "crisis"


@pytest.mark.parametrize(
    ("target", "site", "told"),
    [
        ("nowhere", None, "corpus list"),
        ("first-visit#nowhere", None, "how-long, room, calm"),
        ("first-visit#how-long:Nobody", None, "how-long, room, calm"),
        ("first visit", None, "DOCUMENT"),
        ("first-visit", "nowhere", "site"),
    ],
)
def test_what_is_not_there_is_refused_and_nothing_is_noted(
    home: Settings, now: datetime, target: str, site: str | None, told: str
) -> None:
    with pytest.raises((CorpusError, SettingsError)) as caught:
        withdraw(home, target, "Wrong.", site, now)
    assert told in str(caught.value)
    assert not home.corrections.exists()


@pytest.mark.parametrize("reason", ["", "  \n", "a\x00b", "x" * 700])
def test_a_reason_is_needed(home: Settings, now: datetime, reason: str) -> None:
    with pytest.raises(SettingsError, match="reason"):
        withdraw(home, "first-visit", reason, None, now)
    assert not home.corrections.exists()


def test_the_same_is_not_withdrawn_twice_nor_restored_unasked(home: Settings, now: datetime) -> None:
    withdraw(home, "first-visit", "Wrong.", None, now)
    with pytest.raises(CorpusError, match="already"):
        withdraw(home, "first-visit", "Wrong.", None, now)
    with pytest.raises(CorpusError, match="not what was withdrawn") as caught:
        restore(home, "first-visit#calm", "Right.", None, now)
    assert caught.value.remedy == "Withdrawn now: first-visit."
    assert len(read_corrections(home.corrections)) == 1


def test_opening_words_name_one_sentence(
    home: Settings, now: datetime, edit: Callable[[Path, str, str], None], corpus_folder: Path
) -> None:
    edit(corpus_folder / "documents/guides/first-visit.md", "A clinic rings you on", "You rest again on")
    build_index(home.place)
    with pytest.raises(CorpusError, match="Several sentences open with 'You rest'"):
        withdraw(home, "first-visit#how-long:You rest", "Wrong.", None, now)


def test_the_log_is_told_newest_first_and_safe_to_publish(home: Settings, now: datetime) -> None:
    assert corrections(home, None).lines[-1] == "Nothing was withdrawn so far."
    withdraw(home, "first-visit#how-long:You rest", "Wrong <b>time</b>, see [1](x).", None, now)
    withdraw(home, "visits", "Ours\n\n# differs.", "riverside", now)
    restore(home, "first-visit#how-long:You rest", "Right.", None, now)
    withdraw(home, "rooms#mood", "Old.", None, now)
    told = "\n".join(corrections(home, None).lines)
    assert told == (
        "# Corrections\n\nWhat this chat stopped quoting, what it quotes again, when and why.\n\n"
        "## 2026-11-29: withdrawn\n\nIn: Rooms and moods (rooms\\#mood)\n\nThe whole passage.\n\nWhy: Old.\n\n"
        "It is not quoted now.\n\n"
        f"## 2026-11-29: restored\n\nIn: Your first visit (first-visit\\#how-long)\n\n> {REST}\n\nWhy: Right.\n\n"
        f"## 2026-11-29: withdrawn\n\nIn: Your first visit (first-visit\\#how-long)\n\n> {REST}\n\n"
        "Why: Wrong \\<b\\>time\\</b\\>, see \\[1\\](x)."
    )
    there = "\n".join(corrections(home, "riverside").lines)
    assert "In: Clinic visits (visits), on the site riverside only\n\nThe whole document." in there
    assert "Why: Ours \\# differs." in there
