import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpus.types import Corpus, Document, Fact, Passage, Sentence
from qa.evaluate.testset import (
    NORMAL,
    OPTIONAL,
    REQUIRED,
    Case,
    TestSetError,
    matches,
    parse_case,
    parse_testset,
    read_testset,
    unfounded,
)
from qa.types import NOTICE_KINDS, OUTCOMES, Turn

PLAIN = {"id": "Q1", "question": "How long is a visit?", "outcome": "answered", "tags": ["visit"]}
FULL = PLAIN | {
    "outcome": ["answered", "declined"],
    "history": [{"role": "user", "content": "Hello"}, {"role": "assistant", "content": "Good day."}],
    "site": "harbour",
    "region": "GB",
    "facts": [["two hours", "2 hours"], ["watch(ed|ing)"]],
    "forbidden": ["\\bmg\\b"],
    "opens_with": ["two"],
    "notices": ["same_day"],
    "no_citations": True,
    "sources": ["TS-001"],
    "reference": "At least two hours.",
    "severity": "never_miss",
    "max_grade": 9,
    "why": "No amount is asked for.",
}
ANY_TEXT = st.text(st.characters(codec=None), max_size=8)
ANY_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | ANY_TEXT,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(ANY_TEXT, inner, max_size=4),
    max_leaves=12,
)
ANY_RECORD = st.fixed_dictionaries(
    {}, optional={name: st.just(FULL[name]) | ANY_JSON for name in (*REQUIRED, *OPTIONAL)}
)
TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)
NAMED = TEXT.filter(str.strip)
PATTERNS = st.lists(st.sampled_from(["two hours", "2 h", "\\bmg\\b", "a(b|c)", "é", "(?<!not )safe"]), min_size=1)
TURN = st.fixed_dictionaries({"role": st.sampled_from(["user", "assistant"]), "content": TEXT})
VALID_RECORD = st.fixed_dictionaries(
    {
        "id": NAMED,
        "question": NAMED,
        "outcome": st.sampled_from(OUTCOMES) | st.lists(st.sampled_from(OUTCOMES), min_size=1, max_size=3),
        "tags": st.lists(TEXT, max_size=3),
    },
    optional={
        "history": st.none() | st.lists(TURN, max_size=3),
        "site": st.none() | NAMED,
        "region": st.none() | st.sampled_from(["US", "GB", "none"]),
        "facts": st.lists(PATTERNS, max_size=3),
        "forbidden": PATTERNS,
        "opens_with": PATTERNS,
        "notices": st.lists(st.sampled_from(NOTICE_KINDS), max_size=3),
        "no_citations": st.booleans(),
        "sources": st.lists(TEXT, max_size=3),
        "reference": st.none() | TEXT,
        "severity": st.sampled_from(["never_miss", "normal"]),
        "max_grade": st.none() | st.integers(1, 20) | st.floats(1, 20),
        "why": st.none() | TEXT,
    },
)


def line(**changes: object) -> str:
    return json.dumps(PLAIN | changes)


def write(path: Path, *lines: str) -> Path:
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


def as_record(case: Case) -> dict[str, Any]:
    """A case as it would stand in a file, every key written."""
    return {
        "id": case.id,
        "question": case.question,
        "outcome": list(case.outcome),
        "tags": list(case.tags),
        "history": [{"role": turn.role, "content": turn.content} for turn in case.history],
        "site": case.site,
        "region": case.region,
        "facts": [list(group) for group in case.facts],
        "forbidden": list(case.forbidden),
        "opens_with": list(case.opens_with),
        "notices": list(case.notices),
        "no_citations": case.no_citations,
        "sources": list(case.sources),
        "reference": case.reference,
        "severity": case.severity,
        "max_grade": case.max_grade,
        "why": case.why,
    }


def test_a_line_with_the_four_keys_is_a_case() -> None:
    assert parse_case(line()) == (Case("Q1", "How long is a visit?", ("answered",), ("visit",)), [])


def test_every_key_is_read() -> None:
    expected = Case(
        id="Q1",
        question="How long is a visit?",
        outcome=("answered", "declined"),
        tags=("visit",),
        history=(Turn("user", "Hello"), Turn("assistant", "Good day.")),
        site="harbour",
        region="GB",
        facts=(("two hours", "2 hours"), ("watch(ed|ing)",)),
        forbidden=("\\bmg\\b",),
        opens_with=("two",),
        notices=("same_day",),
        no_citations=True,
        sources=("TS-001",),
        reference="At least two hours.",
        severity="never_miss",
        max_grade=9,
        why="No amount is asked for.",
    )
    assert parse_case(json.dumps(FULL)) == (expected, [])
    assert set(FULL) == {*REQUIRED, *OPTIONAL}


@pytest.mark.parametrize("name", ["history", "site", "region", "reference", "max_grade", "why"])
def test_null_stands_for_nothing_where_nothing_may_stand(name: str) -> None:
    case, faults = parse_case(line(**{name: None}))
    assert (case, faults) == parse_case(line())


@pytest.mark.parametrize(
    ("changes", "fault"),
    [
        ({"answer": "x"}, "'answer' is not known"),
        ({"Tags": []}, "'Tags' is not known"),
        ({"id": 7}, "'id' is not text"),
        ({"id": ""}, "'id' is not text"),
        ({"id": None}, "'id' is not text"),
        ({"question": ["a"]}, "'question' is not text"),
        ({"question": " \n"}, "'question' is not text"),
        ({"site": 1}, "'site' is not text"),
        ({"region": True}, "'region' is not text"),
        ({"region": "Atlantis"}, "the region 'Atlantis' is not known"),
        ({"region": ""}, "the region '' is not known"),
        ({"reference": []}, "'reference' is not text"),
        ({"why": {}}, "'why' is not text"),
        ({"tags": "visit"}, "'tags' is not a list of texts"),
        ({"tags": None}, "'tags' is not a list of texts"),
        ({"tags": [1]}, "'tags' is not a list of texts"),
        ({"forbidden": "mg"}, "'forbidden' is not a list of texts"),
        ({"opens_with": [None]}, "'opens_with' is not a list of texts"),
        ({"sources": {"a": 1}}, "'sources' is not a list of texts"),
        ({"notices": "same_day"}, "'notices' is not a list of texts"),
        ({"notices": ["tomorrow"]}, "the notice 'tomorrow' is not known"),
        ({"outcome": "perhaps"}, "the outcome 'perhaps' is not known"),
        ({"outcome": ["answered", 3]}, "the outcome 3 is not known"),
        ({"outcome": None}, "the outcome None is not known"),
        ({"outcome": [["answered"]]}, "the outcome ['answered'] is not known"),
        ({"outcome": []}, "'outcome' is empty"),
        ({"severity": "high"}, "the severity 'high' is not known"),
        ({"severity": None}, "the severity None is not known"),
        ({"no_citations": 1}, "'no_citations' is not true or false"),
        ({"no_citations": None}, "'no_citations' is not true or false"),
        ({"no_citations": "yes"}, "'no_citations' is not true or false"),
        ({"max_grade": True}, "'max_grade' is not a number"),
        ({"max_grade": "9"}, "'max_grade' is not a number"),
        ({"max_grade": float("nan")}, "'max_grade' is not a number"),
        ({"max_grade": float("inf")}, "'max_grade' is not a number"),
        ({"max_grade": -1}, "'max_grade' is not a number"),
        ({"facts": "two"}, "'facts' is not a list of lists of texts"),
        ({"facts": ["two"]}, "'facts' is not a list of lists of texts"),
        ({"facts": [[]]}, "'facts' is not a list of lists of texts"),
        ({"facts": [[2]]}, "'facts' is not a list of lists of texts"),
        ({"facts": None}, "'facts' is not a list of lists of texts"),
        ({"history": "hello"}, "'history' is not a list"),
        ({"history": False}, "'history' is not a list"),
        ({"history": {}}, "'history' is not a list"),
        ({"history": ["hello"]}, 'turn 1 of the history is not {"role", "content"}'),
        ({"history": [{"role": "system", "content": "x"}]}, 'turn 1 of the history is not {"role", "content"}'),
        ({"history": [{"role": ["user"], "content": "x"}]}, 'turn 1 of the history is not {"role", "content"}'),
        (
            {"history": [{"role": "user", "content": "x"}, {"role": "user", "content": None}]},
            'turn 2 of the history is not {"role", "content"}',
        ),
    ],
)
def test_a_value_that_cannot_be_used_is_a_fault(changes: dict[str, object], fault: str) -> None:
    case, faults = parse_case(line(**changes))
    assert case is None
    assert fault in faults


@pytest.mark.parametrize("missing", REQUIRED)
def test_a_key_that_must_be_there_is_missed(missing: str) -> None:
    record = {name: value for name, value in PLAIN.items() if name != missing}
    assert parse_case(json.dumps(record)) == (None, [f"{missing!r} is missing"])


@pytest.mark.parametrize("pattern", ["(", "[[a]", "a{99999999999999999999}", "(?u)(?a)", "(" * 3000 + ")" * 3000, ""])
@pytest.mark.parametrize("place", ["facts", "forbidden", "opens_with"])
def test_a_pattern_that_is_none_or_unclear_is_a_fault(place: str, pattern: str) -> None:
    value = [["a", pattern]] if place == "facts" else ["a", pattern]
    case, [fault] = parse_case(line(**{place: value}))
    assert case is None
    assert fault.startswith(f"the pattern {pattern!r} cannot be used: ")


@pytest.mark.parametrize(
    "text",
    ["{", "", "visit", '{"id": "a"} {"id": "b"}', "[" * 100_000, '{"id": "a", "id": "b"}', '{"id": ' + "9" * 5000],
)
def test_what_is_not_json_is_one_fault(text: str) -> None:
    case, [fault] = parse_case(text)
    assert case is None
    assert fault.startswith("it is not JSON: ")


@pytest.mark.parametrize("text", ["[]", "null", "1", '"text"', "true"])
def test_another_value_than_an_object_is_a_fault(text: str) -> None:
    assert parse_case(text) == (None, ["it is not an object"])


def test_half_a_character_is_a_fault_because_no_result_could_hold_it() -> None:
    case, [fault] = parse_case(line(question="\ud83d"))
    assert case is None
    assert "half a character" in fault


def test_every_fault_of_every_line_is_told_with_file_and_line(tmp_path: Path) -> None:
    write(tmp_path / "a.jsonl", line(id="A1", outcome="perhaps", tags=0), "", "{", line(id="A2"))
    write(tmp_path / "b.jsonl", line(id="B1", answer=1, forbidden=["("]), line(id="A2"), line(id="A2"))
    with pytest.raises(TestSetError) as caught:
        read_testset(tmp_path)
    faults = caught.value.message.split("\n")
    assert faults[:2] == [
        "a.jsonl, line 1: 'tags' is not a list of texts",
        "a.jsonl, line 1: the outcome 'perhaps' is not known",
    ]
    assert faults[2].startswith("a.jsonl, line 3: it is not JSON: ")
    assert faults[3] == "b.jsonl, line 1: 'answer' is not known"
    assert faults[4].startswith("b.jsonl, line 1: the pattern '(' cannot be used: ")
    assert faults[5:] == [
        "b.jsonl, line 2: the id 'A2' is used twice, first in a.jsonl, line 4",
        "b.jsonl, line 3: the id 'A2' is used twice, first in a.jsonl, line 4",
    ]
    assert caught.value.remedy


def test_a_file_with_byte_order_mark_carriage_returns_and_blank_lines_is_read(tmp_path: Path) -> None:
    path = tmp_path / "windows.jsonl"
    path.write_bytes(b"\xef\xbb\xbf" + f"{line(id='A')}\r\n\r\n  \r\n{line(id='B')}\r\n".encode())
    assert [case.id for case in read_testset(path)] == ["A", "B"]


def test_line_separators_within_a_text_end_no_line(tmp_path: Path) -> None:
    record = json.dumps(PLAIN | {"question": "one\u2028two\u0085three"}, ensure_ascii=False)
    [case] = read_testset(write(tmp_path / "a.jsonl", record))
    assert case.question == "one\u2028two\u0085three"


def test_a_folder_is_read_in_order_of_name_and_other_files_are_left(tmp_path: Path) -> None:
    write(tmp_path / "b.jsonl", line(id="B"))
    write(tmp_path / "a.jsonl", line(id="A2"), line(id="A1"))
    write(tmp_path / "README.md", "not JSON")
    assert [case.id for case in read_testset(tmp_path)] == ["A2", "A1", "B"]


@pytest.mark.parametrize("content", ["", "\n \r\n", "\ufeff"])
def test_a_file_without_questions_is_refused(tmp_path: Path, content: str) -> None:
    path = tmp_path / "a.jsonl"
    path.write_text(content, encoding="utf-8")
    with pytest.raises(TestSetError, match="holds no question"):
        read_testset(path)


def test_a_folder_without_files_is_refused(tmp_path: Path) -> None:
    with pytest.raises(TestSetError, match="holds no question"):
        read_testset(tmp_path)


def test_a_file_that_cannot_be_read_is_named(tmp_path: Path) -> None:
    latin = tmp_path / "latin.jsonl"
    latin.write_bytes(line(question="caf").encode().replace(b"caf", b"caf\xe9"))
    for path in (latin, tmp_path / "nowhere.jsonl"):
        with pytest.raises(TestSetError, match=path.name):
            read_testset(path)


def test_a_text_is_read_as_a_file_is() -> None:
    assert [case.id for case in parse_testset(f"{line(id='A')}\n\n{line(id='B')}", "upload")] == ["A", "B"]
    with pytest.raises(TestSetError, match=r"upload, line 2: 'tags' is not a list of texts"):
        parse_testset(f"{line()}\n{line(tags=None)}", "upload")


@given(value=ANY_JSON | ANY_RECORD)
def test_any_json_is_a_test_set_or_a_test_set_error(value: object) -> None:
    try:
        [case] = parse_testset(json.dumps(value), "any")
    except TestSetError as error:
        assert error.message.startswith("any, line 1: ")
    else:
        assert set(case.outcome) <= set(OUTCOMES)


@given(text=st.text(st.characters(codec=None)))
def test_any_text_is_a_test_set_or_a_test_set_error(text: str) -> None:
    with pytest.raises(TestSetError):
        parse_testset(text, "any")


@given(record=VALID_RECORD)
def test_a_valid_case_round_trips(record: dict[str, Any]) -> None:
    case, faults = parse_case(json.dumps(record, ensure_ascii=False))
    assert faults == []
    assert case is not None
    written = as_record(case)
    assert parse_case(json.dumps(written)) == (case, [])
    for name, value in record.items():
        meant = [value] if name == "outcome" and isinstance(value, str) else value
        assert written[name] == meant or not (written[name] or meant)
    assert case.severity == record.get("severity", NORMAL)


@pytest.fixture
def small(make_fact: Callable[..., Fact]) -> Corpus:
    text = "Patients rest for two hours. A nurse stays."
    passage = Passage("rest", ("Rest",), 0, len(text), (Sentence(0, 28, ("TS-001",)), Sentence(29, 43, ("TS-002",))))
    document = Document("visits", "Visits", "source", text, (passage,))
    fact = make_fact(statement="Rest lasts a while.", figures="2 hours", published="2025-03-13")
    return Corpus((document,), {"TS-001": fact})


CASE = Case("Q1", "How long?", ("answered",), ())


def test_a_case_whose_facts_stand_in_its_sources_is_founded(small: Corpus) -> None:
    for source, patterns in (("TS-001", ("4 h", "2 HOURS")), ("TS-001", ("2025",)), ("visits", ("nurse stays",))):
        assert list(unfounded(replace(CASE, facts=(patterns,), sources=(source,)), small)) == []


def test_what_stands_in_no_source_is_told_by_group(small: Corpus) -> None:
    case = replace(CASE, facts=(("2 hours",), ("four hours", "4 h")), sources=("TS-001", "visits"))
    assert list(unfounded(case, small)) == ["Q1: ['four hours', '4 h'] stands in none of TS-001, visits"]


def test_a_source_that_does_not_exist_is_told(small: Corpus) -> None:
    case = replace(CASE, facts=(("anything",),), sources=("TS-999",))
    assert list(unfounded(case, small)) == ["Q1: the source TS-999 does not exist"]


def test_patterns_are_regular_expressions_without_regard_to_case() -> None:
    assert matches("watch(ed|ing)", "They are WATCHED.")
    assert not matches("\\bmg\\b", "mgs")
