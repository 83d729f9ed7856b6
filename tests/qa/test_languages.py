"""Messages that are not in English. `languages/messages.jsonl` holds fictional ones, written for these tests."""

import copy
import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpus.errors import SettingsError
from qa import languages as module
from qa.evaluate.testset import read_testset
from qa.languages import DANGERS, card_lines, danger, fold, foreign, languages, reads_english
from qa.phrases import all_pieces, found, phrase
from qa.policy.lines import NO_REGION, regions
from qa.policy.load import read_policy

HERE = Path(__file__).parent
MESSAGES = [
    json.loads(line) for line in (HERE / "languages" / "messages.jsonl").read_text(encoding="utf-8").splitlines()
]
OF_DANGER = [row for row in MESSAGES if row["label"] in DANGERS]
HARMLESS = [row for row in MESSAGES if row["label"] == "none"]
QUESTIONS = HERE.parents[1] / "corpus" / "questions"
Table = dict[str, Any]


def by_text(row: dict[str, str]) -> str:
    return row["text"][:40]


@pytest.mark.parametrize("row", OF_DANGER, ids=by_text)
def test_danger_is_seen_in_each_language(row: dict[str, str]) -> None:
    seen = danger(row["text"])
    assert seen is not None
    assert seen[1].partition("-")[0] == row["language"]


def test_crisis_and_emergency_are_told_apart() -> None:
    seen = [(danger(row["text"]) or ("", ""))[0] for row in OF_DANGER]
    wrong = [row["text"] for row, outcome in zip(OF_DANGER, seen, strict=True) if row["label"] != outcome]
    assert len(wrong) <= 2


@pytest.mark.parametrize("row", HARMLESS, ids=by_text)
def test_what_is_harmless_is_no_danger(row: dict[str, str]) -> None:
    assert danger(row["text"]) is None


def test_most_languages_are_told() -> None:
    told = [(foreign(row["text"]) or "").partition("-")[0] == row["language"] for row in MESSAGES]
    assert sum(told) / len(told) > 0.95


@pytest.mark.parametrize(
    ("message", "tag"),
    [
        ("¿Cuánto cuesta el tratamiento con ketamina?", "es"),
        ("Combien coûte le traitement à la kétamine ?", "fr"),
        ("Wie viel kostet die Behandlung mit Ketamin?", "de"),
        ("Сколько стоит лечение кетамином?", "ru"),
        ("Скільки коштує лікування кетаміном і чи є знижки?", "uk"),
        ("케타민 치료는 얼마인가요?", "ko"),
        ("ケタミン治療はいくらですか", "ja"),
        ("氯胺酮治疗多少钱", "zh"),
        ("氯胺酮治療需要多少錢，醫院開門嗎", "zh-Hant"),
        ("केटामाइन का इलाज कितने का है", "hi"),
        ("ketamine ka ilaaj kitne ka hai aur kya yeh safe hai", "hi-Latn"),
        ("كم تكلفة علاج الكيتامين؟", "ar"),
        ("Πόσο κοστίζει η θεραπεία;", "el"),
        ("כמה עולה הטיפול בקטמין?", "he"),
        ("การรักษาด้วยเคตามีนราคาเท่าไร", "th"),
        ("Mennyibe kerül a ketaminos kezelés, és mennyi ideig tart?", ""),
        ("የኬታሚን ሕክምና ስንት ነው", ""),
    ],
)
def test_a_harmless_message_is_told_by_its_language(message: str, tag: str) -> None:
    assert danger(message) is None
    assert foreign(message) == tag


@pytest.mark.parametrize(
    "message",
    [
        "", "?", "ok", "hola", "spravato", "ketamine esketamine spravato", "k hole ket", "spravto by mail", "🐴🐴🐴 💊",
        "hw mny mg do drs usualy strt ppl on w troches", "400 adults randomised IV ketamine vs esketamine end date",
        "wana die wana die", "MADRS maximum score", "lamotrigine lithium sertraline bupropion", "lorem ipsum dolor sit",
        "spravato solo approval date", "SUICIDAL", "Dr. José García's clinic in San José",
    ],
)  # fmt: skip
def test_terse_and_misspelt_english_is_english(message: str) -> None:
    assert foreign(message) is None
    assert danger(message) is None


def test_no_question_of_the_project_is_taken_for_foreign() -> None:
    asked = [
        json.loads(line)["question"]
        for path in QUESTIONS.glob("*.jsonl")
        for line in path.read_text("utf-8").splitlines()
    ]
    cases = read_testset(HERE.parent / "testset")
    taken = [question for question in asked if foreign(question) is not None or danger(question)]
    assert taken == []
    abroad = {case.question for case in cases if foreign(case.question) is not None}
    assert all(re.search(r"\b(ich|toutes)\b", question) for question in abroad)


def test_danger_in_english_words_is_not_hindi() -> None:
    assert danger("My tongue is swelling, is that a side effect of the spray?") is None
    assert danger("I had a heart attack a month ago, would I be refused") is None


def test_a_message_is_read_to_its_end() -> None:
    assert danger("word " * 20_000 + "me quiero morir") == ("crisis", "es")


def test_letters_are_folded_as_the_phrases_expect() -> None:
    assert fold("Đau NGỰC, où Ñandú") == "dau nguc, ou nandu"
    assert fold("कि मैं") == "कि मैं"


@pytest.mark.parametrize(
    ("tag", "start"),
    [
        ("zh", "您的感受"),
        ("zh-Hant", "您的感受很重要，現"),
        ("hi", "आप जो"),
        ("hi-Latn", "Aap jo"),
        ("ru", "Вы в опасности"),
    ],
)
def test_a_card_is_in_the_writer_s_letters(tag: str, start: str) -> None:
    assert card_lines(tag, "crisis", regions()["US"])[0].startswith(start)


@pytest.mark.parametrize("code", languages())
@pytest.mark.parametrize("region", sorted(regions()))
def test_every_language_is_filled_in_every_region(region: str, code: str) -> None:
    lines = regions()[region]
    said = reads_english(code, lines)
    for outcome in DANGERS:
        said += card_lines(code, outcome, lines)
    assert said
    assert not any("{" in line or "your local" in line for line in said)
    if region == NO_REGION:
        assert not any(character.isdigit() for line in said for character in line)


def test_no_language_is_said_twice_in_the_same_words() -> None:
    said = [language.reads_english for language in languages().values()]
    assert len(said) == len(set(said))


@pytest.mark.parametrize(
    ("change", "fault"),
    [
        (lambda table: table["es"].pop("help_line"), "es: help_line is missing"),
        (lambda table: table["fr"].update(help_line="Appelez {numero}"), "fr: {numero} is not known"),
        (lambda table: table["de"]["crisis"].append("(offen"), "is no regular expression"),
        (lambda table: table.pop("english"), "[english] has no common words"),
    ],
)
def test_each_fault_of_the_file_is_named(
    change: Callable[[Table], object], fault: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    table = copy.deepcopy(read_policy("languages.toml"))
    change(table)
    monkeypatch.setattr(module, "read_policy", lambda _: table)
    with pytest.raises(SettingsError) as raised:
        languages.__wrapped__()
    assert fault in raised.value.message


@given(st.text())
def test_any_text_is_judged(message: str) -> None:
    assert foreign(message) is None or isinstance(foreign(message), str)
    danger(message)


@pytest.mark.parametrize(
    ("written", "pieces"),
    [
        (r"\bme quiero (?:morir|matar)\b", {"me quiero m"}),
        (r"(?:suicid|ahorc)ar", {"suicid", "ahorc"}),
        (r"(?:\w+ ){0,2}vivir", {"vivir"}),
        (r"(?<!no )morir(?! de)", {"morir"}),
        (r"(?:a|bcd)", set()),
        (r"[死亡]", {"死", "亡"}),
        (r"(?:abc)?\d", set()),
        (r"(?:xyz){1,3}", {"xyz"}),
    ],
)
def test_what_a_match_needs_is_found(written: str, pieces: set[str]) -> None:
    assert phrase(written).pieces == pieces


def test_looking_for_pieces_first_changes_nothing() -> None:
    for language in languages().values():
        for outcome in DANGERS:
            phrases = language.phrases[outcome]
            for row in MESSAGES:
                text = fold(row["text"])
                present = frozenset(piece for piece in all_pieces(phrases) if piece in text)
                assert found(text, phrases, present) == any(one.pattern.search(text) for one in phrases)
