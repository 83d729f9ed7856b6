"""Rows of a delimited text file whose encoding and delimiter nobody has named."""

import csv
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from io import StringIO
from itertools import islice

from qa.evaluate.columns import find_columns
from qa.evaluate.testset import TestSetError

ENCODINGS = ("utf-8-sig", "cp1252")
DELIMITERS = "\t;,"
"""Where two fit a file equally well, the one that is rarer in sentences."""
SNIFFED = 100
"""Rows by which the delimiter is found out."""


@dataclass(frozen=True, slots=True)
class Row:
    """A row of a table as a spreadsheet counts them, from 1. fault: why its cells could not be read."""

    number: int
    cells: tuple[str, ...] = ()
    fault: str = ""


def read_delimited(content: bytes) -> Iterator[Row]:
    """Give the rows of a text file, cells without the spaces around them. Raises TestSetError where it is no text."""
    text = _decoded(content)
    reader = csv.reader(StringIO(text, newline=""), delimiter=_delimiter(text), skipinitialspace=True, strict=True)
    number = 0
    while True:
        number += 1
        try:
            yield Row(number, tuple(cell.strip() for cell in next(reader)))
        except StopIteration:
            return
        except csv.Error as error:
            yield Row(number, fault=f"its quotation marks or its length cannot be read ({error})")


def _decoded(content: bytes) -> str:
    for encoding in ENCODINGS:
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\0" not in text:
            return text
    raise TestSetError("The file is neither UTF-8 nor Windows-1252 text.", "Save it as CSV UTF-8, or as .xlsx.")


def _delimiter(text: str) -> str:
    return max(DELIMITERS, key=lambda delimiter: _fit(text, delimiter))


def _fit(text: str, delimiter: str) -> tuple[bool, float]:
    """Tell whether a delimiter shows a header, and the share of rows that have the commonest width above one."""
    reader = csv.reader(StringIO(text, newline=""), delimiter=delimiter, skipinitialspace=True)
    try:
        rows = list(islice(filter(None, reader), SNIFFED))
    except csv.Error:
        return False, 0.0
    widths = Counter(len(row) for row in rows if len(row) > 1)
    share = max(widths.values()) / len(rows) if widths else 0.0
    return bool(rows) and find_columns(rows[0]) is not None, share
