"""The help numbers by region: what the file must hold, and that every fault of it is named."""

import copy
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest

from corpus.errors import SettingsError
from qa.cli import main
from qa.policy import lines
from qa.policy.lines import NO_REGION, Lines, Number, overdue_numbers, read_regions, regions
from qa.policy.load import read_policy

NUMBERS = [(code, number) for code, entry in regions().items() for number in entry.numbers]
Table = dict[str, Any]


@pytest.fixture
def table() -> Table:
    return copy.deepcopy(read_policy("lines.toml"))


def test_the_regions_are_those_that_were_asked_for() -> None:
    assert {"US", "CA", "GB", "IE", "AU", "NZ", "FR", "EU", "IN", "ZA", NO_REGION} == regions().keys()


@pytest.mark.parametrize("region", sorted(regions()))
def test_the_emergency_number_reads_well_after_call(region: str) -> None:
    emergency = regions()[region].emergency
    assert len(emergency.split()) <= 4
    assert "," not in emergency


def test_without_a_region_no_number_is_guessed() -> None:
    said = " ".join(number.sentence for number in regions()[NO_REGION].numbers)
    assert not any(letter.isdigit() for letter in said + regions()[NO_REGION].emergency)


def test_112_is_never_called_a_listening_line() -> None:
    assert not any("112" in number.sentence for number in regions()["EU"].numbers)


def test_the_spanish_line_and_the_videophone_of_988_are_there() -> None:
    [spanish], [deaf] = regions()["US"].of("crisis_other_language"), regions()["US"].of("deaf")
    assert "press 2" in spanish.how
    assert "AYUDA" in spanish.how
    assert "videophone" in deaf.how


@pytest.mark.parametrize(
    ("change", "fault"),
    [
        (lambda table: table.pop(NO_REGION), "there is no [none]"),
        (lambda table: table["US"].pop("name"), "US has no name"),
        (lambda table: table["US"].update(emergency=911), "US: emergency is not text"),
        (lambda table: table["FR"].update(numbers=[]), "FR has no crisis line"),
        (lambda table: table["FR"].update(numbers="3114"), "FR has no list of numbers"),
        (lambda table: table["CA"]["numbers"].pop() and table["CA"]["numbers"].pop(), "CA has no poison line"),
        (lambda table: table["US"]["numbers"][0].pop("tel"), "US, number 1: tel is missing"),
        (lambda table: table["US"]["numbers"][0].update(fax="1"), "US, number 1: 'fax' is not known"),
        (lambda table: table["US"]["numbers"][0].update(role="friend"), "US, number 1: role 'friend'"),
        (lambda table: table["US"]["numbers"][0].update(page="http://x.org"), "US, number 1: page is no https"),
        (lambda table: table["US"]["numbers"][0].update(checked="today"), "US, number 1: checked is no date"),
        (lambda table: table["US"]["numbers"][0].update(recheck_days=0), "US, number 1: recheck_days"),
        (lambda table: table["US"]["numbers"][0].update(tel="989"), "US, number 1: tel 989 is not in how"),
        (lambda table: table["US"]["numbers"][0].update(anonymous=True), "US, number 1: how does not say"),
        (lambda table: table["US"]["numbers"][0].update(facts="RS-231"), "US, number 1: facts is no list"),
        (lambda table: table["US"]["numbers"][0].update(how=""), "US, number 1: how is empty"),
        (lambda table: table["US"]["numbers"][0].update(how=3), "US, number 1: how is not text"),
        (lambda table: table["US"]["numbers"][0].update(how="988 " + "so " * 30), "has more than 30 words"),
    ],
)
def test_each_fault_is_named(table: Table, change: Callable[[Table], object], fault: str) -> None:
    change(table)
    with pytest.raises(SettingsError) as raised:
        read_regions(table)
    assert fault in raised.value.message


def test_all_faults_are_named_at_once(table: Table) -> None:
    table["US"]["numbers"][0]["page"] = "988lifeline.org"
    table["GB"]["numbers"][1]["checked"] = ""
    table["NZ"]["emergency"] = ""
    with pytest.raises(SettingsError) as raised:
        read_regions(table)
    assert all(said in raised.value.message for said in ("US, number 1", "GB, number 2", "NZ has no emergency"))


def test_a_number_is_overdue_on_the_day_after_its_last() -> None:
    last = min(number.due for _, number in NUMBERS)
    assert overdue_numbers(last) == ()
    assert overdue_numbers(last + timedelta(days=1))
    assert len(overdue_numbers(date(2099, 1, 1))) == len(NUMBERS)


def test_what_has_to_be_read_again_lists_overdue_numbers(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    old = Number(
        "crisis", "A Line", "Call 1.", "1", "", "", False, "", "https://a.org", (), "page", date(2020, 1, 1), 90
    )
    monkeypatch.setattr(lines, "regions", lambda: {"XX": Lines("XX", "X", "1", "", (old,))})
    assert main(["corpus", "stale"]) == 0
    shown = capsys.readouterr().out
    assert "XX: A Line: read on 2020-01-01, was due on 2020-03-31: https://a.org" in shown
    assert "1 help numbers have to be read again" in shown
