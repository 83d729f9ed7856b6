import json
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from corpus.errors import CorpusError
from corpus.ledger import read_ledger

Record = Callable[..., dict[str, object]]


def write(path: Path, *records: object) -> Path:
    path.write_text("\n".join(json.dumps(record, ensure_ascii=False) for record in records) + "\n", encoding="utf-8")
    return path


def test_facts_come_by_id_in_file_order(tmp_path: Path, fact_record: Record) -> None:
    path = write(tmp_path / "l", *(fact_record(id=name) for name in ("TS-003", "TS-001", "ABCD-1234")))
    facts = read_ledger(path)
    assert list(facts) == ["TS-003", "TS-001", "ABCD-1234"]
    assert facts["TS-001"].statement == "A statement."


def test_optional_fields_have_their_defaults(tmp_path: Path, fact_record: Record) -> None:
    fact = read_ledger(write(tmp_path / "l", fact_record()))["TS-001"]
    assert (fact.valid_until, fact.needs_qualifier, fact.recheck_days) == (None, False, None)


def test_optional_fields_are_read(tmp_path: Path, fact_record: Record) -> None:
    record = fact_record(valid_until="2026-12-31", needs_qualifier=True, recheck_days=90)
    fact = read_ledger(write(tmp_path / "l", record))["TS-001"]
    assert (fact.valid_until, fact.needs_qualifier, fact.recheck_days) == (date(2026, 12, 31), True, 90)


@pytest.mark.parametrize("published", ["undated", "2024", "2024-02", "2024-02-29"])
def test_published_is_a_date_of_any_precision_or_undated(tmp_path: Path, fact_record: Record, published: str) -> None:
    assert read_ledger(write(tmp_path / "l", fact_record(published=published)))["TS-001"].published == published


def test_a_fact_without_kind_is_a_reference(tmp_path: Path, fact_record: Record) -> None:
    record = fact_record()
    del record["kind"]
    assert read_ledger(write(tmp_path / "l", record))["TS-001"].kind == "reference"


def test_blank_lines_are_no_fault(tmp_path: Path, fact_record: Record) -> None:
    path = tmp_path / "l"
    path.write_text(f"\n{json.dumps(fact_record())}\n\n  \n", encoding="utf-8")
    assert list(read_ledger(path)) == ["TS-001"]


@pytest.mark.parametrize(
    ("changed", "fault"),
    [
        ({"id": "TS1"}, "id is not of the form AB-123"),
        ({"id": ["TS-001"]}, "field id is not text"),
        ({"kind": "rumour"}, "kind 'rumour' is not one of label"),
        ({"statement": ""}, "field statement is empty"),
        ({"statement": None}, "field statement is not text"),
        ({"confidence": "sure"}, "confidence 'sure' is neither seen nor known"),
        ({"confidence": []}, "field confidence is not text"),
        ({"published": "2024-13"}, "published '2024-13' is neither a date nor undated"),
        ({"published": "2023-02-29"}, "published '2023-02-29' is neither a date nor undated"),
        ({"published": "last year"}, "published 'last year' is neither a date nor undated"),
        ({"url": "ftp://example.org"}, "url is neither http(s) nor empty"),
        ({"url": "javascript:alert(1)"}, "url is neither http(s) nor empty"),
        ({"valid_until": "2026-12"}, "valid_until is not a date"),
        ({"valid_until": 2026}, "valid_until is not a date"),
        ({"recheck_days": 0}, "recheck_days is not a positive whole number"),
        ({"recheck_days": "90"}, "recheck_days is not a positive whole number"),
        ({"recheck_days": True}, "recheck_days is not a positive whole number"),
    ],
)
def test_a_wrong_value_is_named_with_its_line(
    tmp_path: Path, fact_record: Record, changed: dict[str, object], fault: str
) -> None:
    path = write(tmp_path / "l", fact_record(id="TS-009"), fact_record(**changed))
    with pytest.raises(CorpusError) as caught:
        read_ledger(path)
    assert "line 2: " in caught.value.message
    assert fault in caught.value.message


def test_every_fault_is_reported_at_once(tmp_path: Path, fact_record: Record) -> None:
    without_topic = fact_record(id="TS-004")
    del without_topic["topic"]
    lines = [
        json.dumps(fact_record()),
        "{not json",
        "[1]",
        json.dumps(fact_record()),
        json.dumps(without_topic),
        json.dumps(fact_record(id="TS-005", kind="rumour", url="ftp://x")),
        json.dumps(fact_record(id="TS-006")),
    ]
    path = tmp_path / "l"
    path.write_text("\n".join(lines), encoding="utf-8")
    with pytest.raises(CorpusError) as caught:
        read_ledger(path)
    message = caught.value.message
    assert f"{path} has 5 faults" in message
    assert "line 3: not a JSON object" in message
    assert "line 4: TS-001: id TS-001 occurs twice" in message
    assert "line 5: TS-004: field topic is missing" in message
    assert "line 6: TS-005: kind 'rumour'" in message
    assert "url is neither" in message
    assert [f"line {number}:" in message for number in (1, 2, 7)] == [False, True, False]
    assert caught.value.remedy


def test_a_missing_ledger_names_the_path_and_the_remedy(tmp_path: Path) -> None:
    with pytest.raises(CorpusError, match=r"nowhere\.jsonl cannot be read .*Put ledger\.jsonl there"):
        read_ledger(tmp_path / "nowhere.jsonl")


def test_a_ledger_that_is_not_utf8_says_where(tmp_path: Path) -> None:
    path = tmp_path / "l"
    path.write_bytes(b"abc\xff")
    with pytest.raises(CorpusError, match=r"not UTF-8 \(byte 3\)"):
        read_ledger(path)


def test_a_line_separator_inside_a_statement_does_not_end_the_record(tmp_path: Path, fact_record: Record) -> None:
    path = write(tmp_path / "l", fact_record(statement="One line.\u2028Another."))
    assert read_ledger(path)["TS-001"].statement == "One line.\u2028Another."
