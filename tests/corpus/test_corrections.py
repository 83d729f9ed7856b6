"""The log of withdrawals: nothing of it is ever lost, and a damaged one stops rather than forgets."""

import json
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpus.corrections import CORRECTIONS, add_correction, read_corrections
from corpus.errors import CorpusError
from corpus.withdrawn import Correction, Target

TEXT = st.text(st.characters(codec="utf-8"), max_size=30)
ENTRY = Correction("2026-11-29T10:00:00+00:00", "withdraw", Target("visits", "call", "A"), ("A sentence.",), "wrong")


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "home" / CORRECTIONS


def test_without_a_log_nothing_was_withdrawn(path: Path) -> None:
    assert read_corrections(path) == ()


def test_entries_stand_in_the_order_in_which_they_were_added(path: Path) -> None:
    entries = [Correction(f"2026-11-{day}", "withdraw", Target("visits"), (), "wrong", "hill") for day in (28, 29, 30)]
    for entry in entries:
        add_correction(path, entry)
    assert read_corrections(path) == tuple(entries)
    assert len(path.read_text(encoding="utf-8").splitlines()) == 3


@given(TEXT, TEXT, st.lists(TEXT, max_size=3))
def test_every_text_comes_back_as_it_was(
    tmp_path_factory: pytest.TempPathFactory, words: str, reason: str, quotes: list[str]
) -> None:
    path = tmp_path_factory.mktemp("log") / CORRECTIONS
    entries = [
        Correction("2026-11-29", "withdraw", Target("visits", "call", words), tuple(quotes), reason),
        Correction("2026-11-30", "restore", Target("visits", "call", words), tuple(quotes), reason),
    ]
    for entry in entries:
        add_correction(path, entry)
    assert read_corrections(path) == tuple(entries)


def test_none_is_lost_where_several_are_added_at_once(path: Path) -> None:
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda n: add_correction(path, Correction(str(n), "withdraw", Target("v"), (), "x")), range(20)))
    assert sorted(int(entry.at) for entry in read_corrections(path)) == list(range(20))


@pytest.mark.parametrize(
    "line",
    [
        "{", "[]", "{}", json.dumps({"at": "2026"}),
        json.dumps({"at": "", "action": "forget", "document": "", "anchor": "", "words": "", "quotes": [], "reason": "",
                    "site": ""}),
        json.dumps({"at": "", "action": "withdraw", "document": "", "anchor": "", "words": "", "quotes": [1],
                    "reason": "", "site": ""}),
        json.dumps({"at": 3, "action": "withdraw", "document": "", "anchor": "", "words": "", "quotes": [],
                    "reason": "", "site": ""}),
    ],
)  # fmt: skip
def test_a_damaged_line_is_an_error_and_stays_as_it_is(path: Path, line: str) -> None:
    add_correction(path, ENTRY)
    damaged = path.read_text(encoding="utf-8") + line + "\n"
    path.write_text(damaged, encoding="utf-8")
    with pytest.raises(CorpusError, match="line 2") as caught:
        read_corrections(path)
    assert "backup" in caught.value.remedy
    with pytest.raises(CorpusError):
        add_correction(path, ENTRY)
    assert path.read_text(encoding="utf-8") == damaged


def test_what_is_not_utf_8_is_an_error(path: Path) -> None:
    path.parent.mkdir()
    path.write_bytes(b"\xff\xfe")
    with pytest.raises(CorpusError, match="correction log"):
        read_corrections(path)


def test_a_last_line_without_its_end_is_kept_apart(path: Path) -> None:
    add_correction(path, ENTRY)
    path.write_text(path.read_text(encoding="utf-8").rstrip("\n"), encoding="utf-8")
    add_correction(path, ENTRY)
    assert read_corrections(path) == (ENTRY, ENTRY)
