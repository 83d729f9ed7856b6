"""The log is read again when it has changed, and only then."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from corpus.corrections import CORRECTIONS, add_correction
from corpus.types import Corpus
from corpus.withdrawn import NOTHING, Correction, Target
from qa.withdrawals import Withdrawals


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / CORRECTIONS


def withdraw(path: Path, name: str, site: str = "") -> None:
    add_correction(path, Correction("2026-11-29", "withdraw", Target(name), (), "wrong", site))


def documents(withdrawals: Withdrawals, corpus: Corpus, site: str = "") -> set[str]:
    return {name for name, _ in withdrawals.on(site, corpus).places}


def test_without_a_log_nothing_is_withdrawn(path: Path, corpus: Corpus) -> None:
    assert Withdrawals(path).on("", corpus) is NOTHING


def test_each_entry_holds_at_once(path: Path, corpus: Corpus) -> None:
    withdrawals = Withdrawals(path)
    assert documents(withdrawals, corpus) == set()
    withdraw(path, "guide")
    assert documents(withdrawals, corpus) == {"guide"}
    withdraw(path, "source", "hill")
    assert documents(withdrawals, corpus) == {"guide"}
    assert documents(withdrawals, corpus, "hill") == {"guide", "source"}


def test_what_was_read_is_kept_while_nothing_changes(path: Path, corpus: Corpus) -> None:
    withdrawals = Withdrawals(path)
    withdraw(path, "guide")
    assert withdrawals.on("", corpus) is withdrawals.on("", corpus)


def test_a_line_taken_out_by_hand_and_a_log_taken_away_hold_too(path: Path, corpus: Corpus) -> None:
    withdrawals = Withdrawals(path)
    withdraw(path, "guide")
    withdraw(path, "source")
    assert documents(withdrawals, corpus) == {"guide", "source"}
    path.write_text(path.read_text(encoding="utf-8").splitlines()[0] + "\n", encoding="utf-8")
    assert documents(withdrawals, corpus) == {"guide"}
    path.unlink()
    assert documents(withdrawals, corpus) == set()


def test_another_corpus_is_looked_at_anew(path: Path, corpus: Corpus) -> None:
    withdrawals = Withdrawals(path)
    withdraw(path, "guide")
    assert documents(withdrawals, corpus) == {"guide"}
    assert documents(withdrawals, Corpus(corpus.documents[:1], corpus.facts)) == set()
    assert documents(withdrawals, corpus) == {"guide"}


def test_threads_see_the_same(path: Path, corpus: Corpus) -> None:
    withdrawals = Withdrawals(path)
    withdraw(path, "guide")
    with ThreadPoolExecutor(4) as pool:
        found = list(pool.map(lambda _: documents(withdrawals, corpus), range(16)))
    assert found == [{"guide"}] * 16
