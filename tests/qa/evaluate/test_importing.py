import csv
from collections.abc import Callable, Sequence
from datetime import datetime
from io import StringIO
from pathlib import Path
from zipfile import ZIP_DEFLATED, ZipFile

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from qa.evaluate import importing
from qa.evaluate.columns import Columns, find_columns
from qa.evaluate.delimited import read_delimited
from qa.evaluate.importing import import_testset
from qa.evaluate.testset import Case, TestSetError, read_testset

Import = Callable[..., list[Case]]


@pytest.fixture
def imported(tmp_path: Path) -> Import:
    """Imports a file of the given content and reads the test set again."""

    def bring(content: bytes | str, name: str = "FAQ.csv") -> list[Case]:
        source, target = tmp_path / name, tmp_path / "out" / "faq.jsonl"
        source.write_bytes(content.encode() if isinstance(content, str) else content)
        count = import_testset(source, target)
        cases = read_testset(target)
        assert count == len(cases)
        return cases

    return bring


@pytest.fixture
def sheet(tmp_path: Path) -> Callable[..., Path]:
    """Writes a workbook of one sheet."""

    def write(*rows: Sequence[object]) -> Path:
        book = openpyxl.Workbook()
        for row in rows:
            book.active.append(row)
        book.save(tmp_path / "Our FAQ (2026).xlsx")
        return tmp_path / "Our FAQ (2026).xlsx"

    return write


def pairs(cases: Sequence[Case]) -> list[tuple[str, str]]:
    return [(case.question, case.reference) for case in cases]


def test_a_row_becomes_a_case(imported: Import) -> None:
    assert imported("Question,Expected answer,Tags,Notes\nHow long?,Two hours.,visit; rest;visit,nothing\n") == [
        Case("faq-2", "How long?", ("answered",), ("imported", "visit", "rest"), reference="Two hours.")
    ]


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252"])
def test_delimiter_and_encoding_are_found_out(delimiter: str, encoding: str, imported: Import) -> None:
    rows = [("Wie lange, etwa?", "Zwei Stunden; höchstens."), ("Für wen?", "Für Erwachsene, „nur“ hier.")]
    table = StringIO()
    csv.writer(table, delimiter=delimiter).writerows(rows)
    assert pairs(imported(table.getvalue().encode(encoding))) == rows


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Frage;Antwort\nJa, oder?;Ja, ja.\n", [("Ja, oder?", "Ja, ja.")]),
        ("a?;one, two, three\nb, c?;four\n", [("a?", "one, two, three"), ("b, c?", "four")]),
        ("a?\tone; two, three\nb; c, d?\tfour; five\n", [("a?", "one; two, three"), ("b; c, d?", "four; five")]),
        ('"a, b?", "one"\n', [("a, b?", "one")]),
        ('"a ""b""?\nreally?",one\r\n\r\nc?,two\r\n', [('a "b"?\nreally?', "one"), ("c?", "two")]),
        ("a?,one\rb?,two\r", [("a?", "one"), ("b?", "two")]),
    ],
)  # fmt: skip
def test_tables_as_they_come(text: str, expected: list[tuple[str, str]], imported: Import) -> None:
    assert pairs(imported(text)) == expected


def test_row_numbers_are_those_of_the_spreadsheet(imported: Import) -> None:
    cases = imported("question,answer\n\na?,one\n,\n\nb?,two\n", "Häufige Fragen.CSV")
    assert [case.id for case in cases] == ["häufige-fragen-3", "häufige-fragen-6"]


@pytest.mark.parametrize(
    ("header", "columns"),
    [
        (["question", "answer"], Columns(0, 1)),
        (["Nr", "Erwartete Antwort", "Frage"], Columns(2, 1)),
        (["Question ID", "Question", "Answer", "Expected answer", "Tags"], Columns(1, 3, 4)),
        (["Patient's query", "expected_output"], Columns(0, 1)),
        (["user_input", "reference"], Columns(0, 1)),
        (["How do I ask a question?", "The answer."], None),
        (["The question", "The answer."], None),
        (["Any question on this visit", "See the answer"], None),
        (["Question and answer", ""], None),
        ([], None),
    ],
)
def test_a_header_is_known_by_its_names(header: list[str], columns: Columns | None) -> None:
    assert find_columns(header) == columns


def test_a_cell_is_text_whatever_it_begins_with(imported: Import, sheet: Callable[..., Path], tmp_path: Path) -> None:
    rows = [("=1+1", "+49 30 1"), ("-2?", "@home"), ('=HYPERLINK("http://127.0.0.1")', "=cmd|' /C calc'!A0")]
    table = StringIO()
    csv.writer(table).writerows(rows)
    assert pairs(imported(table.getvalue())) == rows
    import_testset(sheet(*rows), tmp_path / "sheet.jsonl")
    assert pairs(read_testset(tmp_path / "sheet.jsonl")) == rows


def test_a_workbook_is_read(sheet: Callable[..., Path], tmp_path: Path) -> None:
    path = sheet(
        ("Question", "Answer", None, "tags"),
        ("How many hours?", 2),
        (None, None),
        ("How many respond?", 0.55, None, "figures"),
        ("When was it?", datetime(2026, 3, 13)),
        ("  How high?  ", 40.5),
    )
    book = openpyxl.load_workbook(path)
    book.active["B4"].number_format = "0.0%"
    hidden = book.create_sheet("lists", 0)
    hidden.sheet_state = "hidden"
    book.save(path)
    assert import_testset(path, tmp_path / "faq.jsonl") == 4
    cases = read_testset(tmp_path / "faq.jsonl")
    assert [case.id for case in cases] == [f"our-faq-2026-{row}" for row in (2, 4, 5, 6)]
    assert [case.reference for case in cases] == ["2", "55%", "2026-03-13", "40.5"]
    assert (cases[1].tags, cases[3].question) == (("imported", "figures"), "How high?")


def test_every_fault_of_every_row_is_named(tmp_path: Path) -> None:
    source, target = tmp_path / "faq.csv", tmp_path / "faq.jsonl"
    long = "x" * 2001
    source.write_text(f'question,answer\na?,\n,one\n{long},two\nb?,#NAME?\n"c"?,three\nd?\nfine?,four\n"open,five\n')
    with pytest.raises(TestSetError) as caught:
        import_testset(source, target)
    assert [line.partition(" (")[0] for line in caught.value.message.split("\n")] == [
        "faq.csv, row 2: the expected answer is empty",
        "faq.csv, row 3: the question is empty",
        "faq.csv, row 4: the question has 2001 characters, more than 2000",
        "faq.csv, row 5: the expected answer is the error #NAME? of a spreadsheet",
        "faq.csv, row 6: its quotation marks or its length cannot be read",
        "faq.csv, row 7: the expected answer is empty",
        "faq.csv, row 9: its quotation marks or its length cannot be read",
    ]
    assert not target.exists()


@pytest.mark.parametrize("header", ["Question,Comment", "Nr,Answer"])
def test_half_a_header_is_a_fault_and_no_question(header: str, imported: Import) -> None:
    with pytest.raises(TestSetError, match="row 1: it names one column only"):
        imported(f"{header}\na?,one\n")


@pytest.mark.parametrize("content", ["", "\n\n", "question,answer\n", "\ufeff"])
def test_an_empty_table_is_a_fault(content: str, imported: Import) -> None:
    with pytest.raises(TestSetError, match="holds no question"):
        imported(content)


def test_a_question_of_2000_characters_passes(imported: Import) -> None:
    assert len(imported(f"{'x' * 2000},one\n")[0].question) == 2000


def test_10000_rows_pass_and_no_more(imported: Import) -> None:
    rows = "".join(f"q{number}?,one\n" for number in range(10_000))
    with pytest.raises(TestSetError, match="more than 10000 rows"):
        imported(f"{rows}one more?,one\n")
    assert len(imported(f"question,answer\n{rows}")) == 10_000


def test_a_file_of_more_than_20_mb_is_not_read(tmp_path: Path) -> None:
    source = tmp_path / "faq.csv"
    with source.open("wb") as file:
        file.truncate(20 * 1024 * 1024 + 1)
    with pytest.raises(TestSetError, match="more than 20 MB"):
        import_testset(source, tmp_path / "faq.jsonl")


def test_a_workbook_that_unpacks_to_too_much_is_not_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(importing, "MOST_UNPACKED", 1024 * 1024)
    with ZipFile(tmp_path / "faq.xlsx", "w", ZIP_DEFLATED) as archive:
        archive.writestr("xl/workbook.xml", " " * (1024 * 1024 + 1))
    with pytest.raises(TestSetError, match="unpacks to more than 1 MB"):
        import_testset(tmp_path / "faq.xlsx", tmp_path / "faq.jsonl")


@pytest.mark.parametrize(
    ("name", "content", "fault"),
    [
        ("faq.csv", b"a?,\x81\n", "neither UTF-8 nor Windows-1252"),
        ("faq.csv", "a?,one\n".encode("utf-16"), "neither UTF-8 nor Windows-1252"),
        ("faq.xlsx", b"a?,one\n", "workbook cannot be read"),
        ("faq.xlsx", b"PK\x05\x06" + bytes(18), "workbook cannot be read"),
        ("faq.xls", b"", "not of a kind"),
        ("faq.jsonl", b"", "not of a kind"),
    ],
)
def test_other_files_are_refused(name: str, content: bytes, fault: str, tmp_path: Path) -> None:
    (tmp_path / name).write_bytes(content)
    with pytest.raises(TestSetError, match=fault):
        import_testset(tmp_path / name, tmp_path / "out.jsonl")


@pytest.mark.parametrize("name", ["missing.csv", "folder.csv"])
def test_what_cannot_be_opened_is_named(name: str, tmp_path: Path) -> None:
    (tmp_path / "folder.csv").mkdir()
    with pytest.raises(TestSetError, match=f"{name} cannot be read"):
        import_testset(tmp_path / name, tmp_path / "out.jsonl")


def test_an_existing_test_set_is_replaced_only_when_told(tmp_path: Path) -> None:
    source, target = tmp_path / "faq.csv", tmp_path / "faq.jsonl"
    source.write_text("a?,one\n")
    target.write_text("mine\n")
    with pytest.raises(TestSetError, match="exists already"):
        import_testset(source, target)
    assert target.read_text() == "mine\n"
    assert import_testset(source, target, replace=True) == 1
    assert pairs(read_testset(target)) == [("a?", "one")]
    source.write_text("a?,\n")
    with pytest.raises(TestSetError):
        import_testset(source, target, replace=True)
    assert pairs(read_testset(target)) == [("a?", "one")]
    assert sorted(path.name for path in tmp_path.iterdir()) == ["faq.csv", "faq.jsonl"]


def test_the_table_itself_is_never_overwritten(tmp_path: Path) -> None:
    source = tmp_path / "faq.csv"
    source.write_text("a?,one\n")
    with pytest.raises(TestSetError, match=r"ends in \.jsonl"):
        import_testset(source, source, replace=True)


CELL = st.text(st.characters(codec="utf-8", exclude_characters="\0"), min_size=1, max_size=40).filter(str.strip)


@given(st.lists(st.tuples(CELL, CELL), min_size=1, max_size=6), st.sampled_from(",;\t"))
def test_quoted_cells_come_back_as_they_were(rows: list[tuple[str, str]], delimiter: str) -> None:
    table = StringIO(newline="")
    writer = csv.writer(table, delimiter=delimiter, quoting=csv.QUOTE_ALL)
    writer.writerows([("question", "answer"), *rows])
    found = list(read_delimited(table.getvalue().encode()))
    assert [row.cells for row in found[1:]] == [(one.strip(), other.strip()) for one, other in rows]


@given(st.binary(max_size=200))
def test_any_bytes_are_rows_or_a_fault(content: bytes) -> None:
    try:
        rows = list(read_delimited(content))
    except TestSetError:
        return
    assert [row.number for row in rows] == list(range(1, len(rows) + 1))
