"""By what two runs are told apart: each hash changes when what it names changes, and nothing else does."""

import subprocess
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from corpus.loaders import LEDGER
from index import readings
from index.build import build_index
from index.readings import SECOND
from qa.evaluate import stamp as stamping
from qa.evaluate.asking import LocalAsker
from qa.evaluate.stamp import CHECKOUT, POLICY, case_hash, common_stamp, short_hash, stamp
from qa.evaluate.testset import Case
from qa.pipeline import Pipeline
from qa.policy.load import policy_text, wordings
from qa.settings import Settings
from qa.types import Turn

MakeCase = Callable[..., Case]
Edit = Callable[[Path, str, str], None]


@pytest.fixture
def asker(small: Settings, today: date) -> LocalAsker:
    return LocalAsker(small, Pipeline(small), today)


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    """A checkout with one commit."""
    root = tmp_path / "checkout"
    root.mkdir()
    for command in (
        ["init", "--quiet"],
        ["-c", "user.name=A", "-c", "user.email=a@example.org", "commit", "--quiet", "--allow-empty", "-m", "One"],
    ):
        subprocess.run(["git", "-C", str(root), *command], check=True, capture_output=True)
    return root


def differing(one: dict[str, Any], other: dict[str, Any]) -> set[str]:
    return {name for name in one.keys() | other.keys() if one.get(name) != other.get(name)}


def test_the_same_gives_the_same_stamp(asker: LocalAsker, make_case: MakeCase) -> None:
    assert stamp(asker, [make_case()], ["x"]) == stamp(asker, [make_case()], ["x"])


def test_a_stamp_names_what_answered(asker: LocalAsker, make_case: MakeCase) -> None:
    found = stamp(asker, [make_case(question="how long do i stay")], ["ketamine-qa", "evaluate", "x.jsonl"])
    assert found["command"] == "ketamine-qa evaluate x.jsonl"
    assert found["asked"] == "this process"
    assert found["date"] == "2026-01-15"
    assert found["settings"] == {"site": "default", "answerable": readings.ANSWERABLE, "timeout_s": 30.0}
    assert found["corpus"].removeprefix("sha256:")[:8] == found["index"].split("-")[1]
    assert found["facts"].keys() == {f"TS-00{number}" for number in range(1, 9)}
    assert found["models"]["encoder"] == asker.pipeline.open().searcher.generation.manifest.encoder
    assert found["contamination"] == ["a: is a question of the material"]


def test_what_is_overdue_is_named_on_the_day_of_the_run(asker: LocalAsker) -> None:
    # TS-001, of March 2025, is due for a recheck after 90 days; TS-002 holds until the end of 2027
    assert stamp(asker, [], ())["overdue"] == ["TS-001: due for a recheck"]
    late = stamp(replace(asker, today=date(2028, 1, 1)), [], ())["overdue"]
    assert late == ["TS-002: past its last day, no longer quoted", "TS-001: due for a recheck"]


def test_a_changed_ledger_changes_its_hash_and_that_of_the_fact(
    asker: LocalAsker, small: Settings, today: date, edit: Edit
) -> None:
    before = stamp(asker, [], ())
    edit(small.corpus / LEDGER, "Invented Harbour Clinic", "Invented Hill Clinic")
    build_index(small.place)
    after = stamp(LocalAsker(small, Pipeline(small), today), [], ())
    assert differing(before, after) == {"corpus", "ledger", "index", "facts"}
    assert differing(before["facts"], after["facts"]) == {"TS-008"}


def test_a_changed_document_changes_corpus_and_index_alone(
    asker: LocalAsker, small: Settings, today: date, edit: Edit
) -> None:
    before = stamp(asker, [], ())
    edit(small.corpus / "documents/sources/visits.md", "how long do i rest", "how long is the rest")
    build_index(small.place)
    assert differing(before, stamp(LocalAsker(small, Pipeline(small), today), [], ())) == {"corpus", "index"}


def test_site_threshold_and_time_limit_are_settings(asker: LocalAsker, monkeypatch: pytest.MonkeyPatch) -> None:
    before = stamp(asker, [], ())
    monkeypatch.setattr(readings, "ANSWERABLE", 0.8)
    after = stamp(replace(asker, site="hill", timeout=1.0), [], ())
    assert differing(before, after) == {"settings"}
    assert after["settings"] == {"site": "hill", "answerable": 0.8, "timeout_s": 1.0}


def test_other_weights_of_the_reader_change_its_hash(asker: LocalAsker, monkeypatch: pytest.MonkeyPatch) -> None:
    before = stamp(asker, [], ())
    monkeypatch.setattr(stamping.readings, "SECOND", replace(SECOND, bias=SECOND.bias + 0.5))
    after = stamp(asker, [], ())
    assert differing(before, after) == {"models"}
    assert differing(before["models"], after["models"]) == {"reader"}


@pytest.mark.parametrize(("name", "file"), POLICY.items())
def test_each_policy_file_has_its_hash(name: str, file: str, today: date, monkeypatch: pytest.MonkeyPatch) -> None:
    before = common_stamp([], (), today)
    monkeypatch.setattr(
        stamping, "policy_text", lambda wanted: policy_text(wanted) + ("\n# more" if wanted == file else "")
    )
    assert differing(before, common_stamp([], (), today)) == {name}


def test_an_altered_wording_changes_its_hash_alone(today: date, monkeypatch: pytest.MonkeyPatch) -> None:
    before = common_stamp([], (), today)["wording_hashes"]
    table = wordings()
    altered = {**table, "not_in_sources": {**table["not_in_sources"], "text": "Other words."}}
    monkeypatch.setattr(stamping, "wordings", lambda: altered)
    assert differing(before, common_stamp([], (), today)["wording_hashes"]) == {"not_in_sources.text"}


def test_an_altered_disclaimer_changes_its_hash(today: date, monkeypatch: pytest.MonkeyPatch) -> None:
    before = common_stamp([], (), today)
    monkeypatch.setattr(stamping, "DISCLAIMER", "Other words.")
    assert differing(before, common_stamp([], (), today)) == {"disclaimer"}


def test_a_case_s_hash_is_of_all_that_it_says(make_case: MakeCase) -> None:
    changes: tuple[dict[str, Any], ...] = (
        {"question": "other"}, {"outcome": ("declined",)}, {"tags": ("other",)}, {"history": (Turn("user", "x"),)},
        {"site": "hill"}, {"region": "GB"}, {"facts": (("x",),)}, {"forbidden": ("x",)}, {"opens_with": ("x",)},
        {"notices": ("dated",)}, {"no_citations": True}, {"sources": ("RS-001",)}, {"reference": "x"},
        {"severity": "never_miss"}, {"max_grade": 9.0}, {"why": "x"},
    )  # fmt: skip
    hashes = [case_hash(make_case(**changed)) for changed in ({}, *changes)]
    assert len(set(hashes)) == len(hashes)
    assert case_hash(make_case()) == hashes[0]


def test_a_test_set_s_hash_knows_no_order(make_case: MakeCase) -> None:
    one, two = make_case("a"), make_case("b")
    assert stamping.testset_hash([one, two]) == stamping.testset_hash([two, one])
    assert stamping.testset_hash([one, two]) != stamping.testset_hash([one])


def test_a_short_hash_is_the_opening_of_sha256() -> None:
    assert short_hash("") == "e3b0c44298fc1c14"


def test_a_missing_ledger_is_said(asker: LocalAsker, small: Settings) -> None:
    asker.pipeline.open()
    (small.corpus / LEDGER).unlink()
    assert stamp(asker, [], ())["ledger"] == "unknown"


def test_the_commit_is_that_of_the_checkout(repository: Path, today: date, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stamping, "CHECKOUT", repository)
    clean = common_stamp([], (), today)["commit"]
    assert len(clean) == 40
    (repository / "new.txt").touch()
    assert common_stamp([], (), today)["commit"] == f"{clean} with local changes"


def test_outside_a_checkout_the_commit_is_unknown(
    tmp_path: Path, repository: Path, today: date, monkeypatch: pytest.MonkeyPatch
) -> None:
    installed = repository / "venv" / "site-packages"
    installed.mkdir(parents=True)
    for folder in (tmp_path, installed):
        monkeypatch.setattr(stamping, "CHECKOUT", folder)
        assert common_stamp([], (), today)["commit"] == "unknown"


def test_without_git_the_commit_is_unknown(repository: Path, today: date, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stamping, "CHECKOUT", repository)
    monkeypatch.setenv("PATH", str(repository))
    assert common_stamp([], (), today)["commit"] == "unknown"


def test_the_checkout_is_where_the_packages_lie() -> None:
    assert (CHECKOUT / "qa" / "evaluate" / "stamp.py").is_file()
