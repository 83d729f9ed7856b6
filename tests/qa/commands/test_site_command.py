"""`site new` and `site check`, on a home of their own."""

import tomllib
from collections.abc import Callable
from datetime import date, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpus.errors import SettingsError
from index.build import build_index
from qa.commands.site import check, new
from qa.new_site import TEMPLATE, toml_value
from qa.policy.lines import regions
from qa.policy.load import policy_text
from qa.settings import Settings
from qa.site import FIELDS

READY = {
    "name": "Hill Clinic", "region": "US", "phone": "+1 555 010 0100", "out_of_hours_phone": "+1 555 010 0199",
    "contact_page": "https://clinic.example/contact", "privacy_page": "https://clinic.example/privacy",
    "responsible": "the lead nurse", "incident_contact": "chat@clinic.example",
    "allowed_origins": ["https://clinic.example"],
}  # fmt: skip
NEEDED_LIVE = ("region", "phone", "out_of_hours_phone", "privacy_page", "allowed_origins", "responsible",
               "incident_contact")  # fmt: skip
FRESH = date(2026, 11, 30)


@pytest.fixture
def empty(tmp_path: Path, corpus_folder: Path) -> Settings:
    return Settings(home=tmp_path / "home", corpus=corpus_folder, model="hashing")


def told(settings: Settings, name: str | None = "hill", today: date = FRESH, *, live: bool = False) -> list[str]:
    return list(check(settings, name, today, live=live).lines)


def errors(lines: list[str]) -> list[str]:
    return [line for line in lines if line.startswith("error: ")]


def test_a_new_site_can_be_read_at_once(empty: Settings) -> None:
    said = new(empty, "hill", {})
    site = empty.site("hill")
    assert (site.id, site.name, site.region, site.allowed_origins) == ("hill", "hill", "none", ())
    assert site.greeting == empty.site(None).greeting
    assert (empty.sites / "hill" / "documents").is_dir()
    assert said.lines[0].endswith("hill.toml")
    assert "site check hill" in said.lines[-1]


def test_what_was_typed_stands_in_the_file_with_comments(empty: Settings) -> None:
    new(empty, "hill", {**READY, "name": 'The "Hill" \\ Clinic'})
    text = (empty.sites / "hill.toml").read_text(encoding="utf-8")
    assert "# " in text
    assert "site hill" in text
    assert all(code in text for code in regions() if code != "none")
    record = tomllib.loads(text)
    assert {key: record[key] for key in READY} == {**READY, "name": 'The "Hill" \\ Clinic'}
    assert empty.site("hill").allowed_origins == ("https://clinic.example",)


def test_the_template_names_all_that_a_site_can_set() -> None:
    text = policy_text(TEMPLATE)
    assert [key for key in FIELDS if key not in ("limits",) and f"{key} = " not in text] == []
    assert "[limits]" in text
    assert tomllib.loads(text)["allowed_origins"] == []


def test_a_site_is_never_written_over(empty: Settings) -> None:
    new(empty, "hill", READY)
    before = (empty.sites / "hill.toml").read_text(encoding="utf-8")
    with pytest.raises(SettingsError, match="has settings already"):
        new(empty, "hill", {"name": "Another"})
    assert (empty.sites / "hill.toml").read_text(encoding="utf-8") == before


@pytest.mark.parametrize(
    ("name", "values"),
    [
        ("Hill", {}), ("../hill", {}), ("", {}), ("hill", {"region": "XX"}), ("hill", {"phone": "ring us"}),
        ("hill", {"privacy_page": "javascript:x"}), ("hill", {"allowed_origins": ["https://clinic.example/page"]}),
        ("hill", {"name": "\udcff"}),
    ],
)  # fmt: skip
def test_what_cannot_be_set_is_not_written(empty: Settings, name: str, values: dict[str, str | list[str]]) -> None:
    with pytest.raises(SettingsError):
        new(empty, name, values)
    assert not empty.sites.exists()


@given(st.text(st.characters(codec="utf-8"), max_size=60))
def test_any_text_comes_back_from_toml(text: str) -> None:
    assert tomllib.loads(f"a = {toml_value(text)}\nb = {toml_value([text, text])}") == {"a": text, "b": [text, text]}


def test_there_is_nothing_to_check(empty: Settings) -> None:
    with pytest.raises(SettingsError, match="no site yet"):
        told(empty, None)
    new(empty, "hill", {})
    with pytest.raises(SettingsError, match="no site 'harbour'"):
        told(empty, "harbour")


def test_every_fault_of_every_site_is_named(empty: Settings, write_pdf: Callable[..., Path]) -> None:
    new(empty, "hill", READY)
    folder = empty.sites / "hill" / "documents"
    write_pdf(folder / "scan.pdf", [])
    (folder / "driving.txt").write_text("Driving\n\nYou can drive yourself home four hours after the spray.\n")
    (empty.sites / "harbour.toml").write_text('phone = "ring us"\naccent = "blue"\n', encoding="utf-8")
    (empty.sites / "lake.toml").write_bytes(b"name = \xff")
    (empty.sites / "Wood.toml").write_text("", encoding="utf-8")
    (empty.sites / "left" / "documents").mkdir(parents=True)
    said = check(empty, None, FRESH, live=False)
    assert said.failed
    found = errors(list(said.lines))
    assert [line.split(": ")[1] for line in found] == [
        "Wood.toml", "harbour.toml", "hill/documents/scan.pdf", "lake.toml", "left.toml",
    ]  # fmt: skip
    assert "phone" in found[1]
    assert "accent" in found[1]
    assert "site new left" in found[4]
    assert [line for line in said.lines if line.startswith("warning: hill/documents/driving.txt") and "laxer" in line]
    assert said.lines[-1].startswith("5 sites checked: 5 errors")


def test_a_sound_site_passes(empty: Settings) -> None:
    new(empty, "hill", READY)
    said = check(empty, None, FRESH, live=False)
    assert not said.failed
    assert errors(list(said.lines)) == []


def test_a_complete_site_may_go_live(home: Settings, now: datetime) -> None:
    new(home, "hill", READY)
    build_index(home.place)
    said = check(home, "hill", now.date(), live=True)
    assert errors(list(said.lines)) == []
    assert not said.failed


@pytest.mark.parametrize("missing", NEEDED_LIVE)
def test_no_site_goes_live_without(home: Settings, now: datetime, missing: str) -> None:
    new(home, "hill", {key: value for key, value in READY.items() if key != missing})
    said = check(home, "hill", now.date(), live=True)
    assert said.failed
    [found] = errors(list(said.lines))
    assert found.startswith(f"error: hill.toml: {missing} ")
    assert not check(home, "hill", now.date(), live=False).failed


def test_everything_that_is_missing_is_named_at_once(home: Settings, now: datetime) -> None:
    new(home, "hill", {})
    assert len(errors(told(home, today=now.date(), live=True))) == len(NEEDED_LIVE)


def test_no_site_goes_live_with_numbers_read_too_long_ago(home: Settings) -> None:
    new(home, "hill", READY)
    due = min(number.due for number in regions()["US"].numbers)
    assert errors(told(home, today=due, live=True)) == []
    late = errors(told(home, today=date(2028, 1, 1), live=True))
    assert len(late) == len(regions()["US"].numbers)
    assert all("lines.toml" in line for line in late)


def test_no_site_goes_live_without_an_index(empty: Settings) -> None:
    new(empty, "hill", READY)
    assert errors(told(empty, live=True)) == ["error: index: no index has been built. Run 'ketamine-qa index build'."]


def test_a_damaged_signature_is_a_fault(empty: Settings) -> None:
    new(empty, "hill", READY)
    (empty.sites / "hill" / "signatures.jsonl").write_text("{", encoding="utf-8")
    assert "signatures.jsonl" in errors(told(empty))[0]


def test_what_is_open_to_everybody_is_said(empty: Settings) -> None:
    new(empty, "hill", {**READY, "allowed_origins": ["*", "http://clinic.example"]})
    lines = told(empty, live=True)
    assert any("any page may embed" in line for line in lines)
    assert any("without TLS" in line for line in lines)
