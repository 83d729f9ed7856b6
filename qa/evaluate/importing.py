"""A clinic's table of questions and expected answers becomes a test set (the only file that imports openpyxl)."""

import json
import re
import warnings
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from io import BytesIO
from itertools import islice
from pathlib import Path
from zipfile import ZipFile

import openpyxl
from openpyxl.cell.cell import ERROR_CODES
from openpyxl.worksheet.formula import ArrayFormula

from qa.evaluate.columns import Columns, find_columns, is_half_header
from qa.evaluate.delimited import Row, read_delimited
from qa.evaluate.testset import TestSetError
from qa.evaluate.writing import write_whole
from qa.pipeline import LONGEST_QUESTION

MOST_ROWS = 10_000
MEGABYTE = 1024 * 1024
MOST_BYTES = 20 * MEGABYTE
MOST_UNPACKED = 200 * MEGABYTE
"""Of a workbook, which is an archive: a small one can be made to fill the memory."""
TAG = "imported"
TESTSET = ".jsonl"
BETWEEN_TAGS = re.compile(r"[,;|]")
REMEDY = "Correct the table and import it again; nothing was written."


def import_testset(path: Path, target: Path, *, replace: bool = False) -> int:
    """Write the test set that a table holds; give the number of its questions.

    path: .csv, .tsv or .txt, by comma, semicolon or tab, or the first visible sheet of an .xlsx. Its first two
    columns are the question and the expected answer, unless a first row names them; a column `tags` is read, others are
    not. A cell is text as it stands, whatever it begins with. target: a .jsonl file, overwritten only with `replace`.
    Raises TestSetError that names every fault of every row.
    """
    _check_target(target, replace)
    header, rows = _parted(_filled_rows(path))
    faults = [f"{path.name}, {fault}" for fault in _faults(header, rows)]
    if faults:
        raise TestSetError("\n".join(faults), REMEDY)
    records = [_record(path, row, header or Columns()) for row in rows]
    write_whole(target, "".join(json.dumps(record, ensure_ascii=False) + "\n" for record in records))
    return len(records)


def _check_target(target: Path, replace: bool) -> None:
    if target.suffix != TESTSET:
        raise TestSetError(f"{target} is not called as a test set is.", f"Give it a name that ends in {TESTSET}.")
    if target.exists() and not replace:
        raise TestSetError(f"{target} exists already.", "Give another name, or say that it may be replaced.")


def _filled_rows(path: Path) -> list[Row]:
    read = READERS.get(path.suffix.lower())
    if read is None:
        raise TestSetError(f"{path.name} is not of a kind that can be imported.", f"Use one of {', '.join(READERS)}.")
    return _filled(read(_content(path)))


def _filled(rows: Iterable[Row]) -> list[Row]:
    """Give the rows that hold anything: no more than a header, those that may be imported, and one to tell that by."""
    return list(islice((row for row in rows if row.fault or any(row.cells)), MOST_ROWS + 2))


def _content(path: Path) -> bytes:
    try:
        if path.stat().st_size > MOST_BYTES:
            raise TestSetError(f"{path.name} has more than {MOST_BYTES // MEGABYTE} MB.", "Split it.")
        return path.read_bytes()
    except OSError as error:
        raise TestSetError(f"{path} cannot be read ({error.strerror}).", "Check the path.") from error


def _parted(rows: Sequence[Row]) -> tuple[Columns | None, Sequence[Row]]:
    """Part the header, where there is one, from the rows below it."""
    header = find_columns(rows[0].cells) if rows else None
    return header, rows[1:] if header else rows


def _faults(header: Columns | None, rows: Sequence[Row]) -> Iterator[str]:
    if not rows:
        yield "it holds no question"
    elif header is None and is_half_header(rows[0].cells):
        yield f"row {rows[0].number}: it names one column only; call them 'question' and 'expected answer'"
        rows = rows[1:]
    if len(rows) > MOST_ROWS:
        yield f"it has more than {MOST_ROWS} rows"
    for row in rows[:MOST_ROWS]:
        yield from (f"row {row.number}: {fault}" for fault in _row_faults(row, header or Columns()))


def _row_faults(row: Row, columns: Columns) -> Iterator[str]:
    if row.fault:
        yield row.fault
        return
    cells = {"question": _cell(row, columns.question), "expected answer": _cell(row, columns.answer)}
    yield from (f"the {name} is empty" for name, cell in cells.items() if not cell)
    yield from (
        f"the {name} is the error {cell} of a spreadsheet" for name, cell in cells.items() if cell in ERROR_CODES
    )
    length = len(cells["question"])
    if length > LONGEST_QUESTION:
        yield f"the question has {length} characters, more than {LONGEST_QUESTION}"


def _record(path: Path, row: Row, columns: Columns) -> dict[str, object]:
    name = re.sub(r"\W+", "-", path.stem.lower()).strip("-") or TAG
    given = BETWEEN_TAGS.split(_cell(row, columns.tags)) if columns.tags is not None else []
    return {
        "id": f"{name}-{row.number}",
        "question": _cell(row, columns.question),
        "outcome": ["answered"],
        "reference": _cell(row, columns.answer),
        "tags": list(dict.fromkeys([TAG, *filter(None, map(str.strip, given))])),
    }


def _cell(row: Row, place: int) -> str:
    return row.cells[place] if place < len(row.cells) else ""


def _read_sheet(content: bytes) -> Iterable[Row]:
    """Give the filled rows of a workbook's first visible sheet; no formula is worked out."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of colours, rules and drawings, which are not read
            return _filled(_sheet_rows(content))
    except TestSetError:
        raise
    except Exception as error:  # the library raises whatever it stumbles over
        remedy = "Save it again as .xlsx, without a password."
        raise TestSetError(f"The workbook cannot be read: {error}.", remedy) from error


def _sheet_rows(content: bytes) -> Iterator[Row]:
    if sum(member.file_size for member in ZipFile(BytesIO(content)).infolist()) > MOST_UNPACKED:
        raise TestSetError(
            f"The workbook unpacks to more than {MOST_UNPACKED // MEGABYTE} MB.", "Save it as CSV UTF-8."
        )
    book = openpyxl.load_workbook(BytesIO(content), read_only=True)
    sheet = next(sheet for sheet in book.worksheets if sheet.sheet_state == "visible")
    sheet.reset_dimensions()  # some programs write wrong ones
    for number, cells in enumerate(sheet.iter_rows(), start=1):
        yield Row(number, tuple(_shown(cell.value, cell.number_format) for cell in cells))


def _shown(value: object, number_format: str) -> str:
    """Give a cell's value as its reader sees it: a share as per cent, a day without a time."""
    if value is None:
        return ""
    if isinstance(value, ArrayFormula):
        return str(value.text)
    if isinstance(value, datetime):
        return value.isoformat(" ").removesuffix(" 00:00:00")
    if isinstance(value, int | float) and "%" in number_format:
        return f"{value * 100:.10g}%"
    return str(value).strip()


READERS: Mapping[str, Callable[[bytes], Iterable[Row]]] = {
    ".csv": read_delimited,
    ".tsv": read_delimited,
    ".txt": read_delimited,
    ".xlsx": _read_sheet,
}
