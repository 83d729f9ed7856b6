"""What a clinic's clinician signs, and what the chat then says of it."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from corpus.errors import SettingsError
from index.build import build_index
from index.rollback import roll_back
from qa.commands.review import VALID_DAYS, Signing, review, sign
from qa.review import review_line, site_items
from qa.settings import Settings
from qa.signatures import SIGNATURES, read_signatures

SITE = "riverside"
UNSIGNED = "Not yet reviewed by this clinic."
ALL = Signing(SITE, "A. Nurse", "Lead nurse", every_item=True)
KINDS = {"article", "source", "guide", "numbers", "card", "threshold", "rule", "wording"}
Edit = Callable[[Path, str, str], None]


def line(home: Settings, now: datetime, document: str = "", site: str | None = SITE) -> str:
    return review_line(home, home.site(site), now.date(), document)


def waiting(home: Settings, now: datetime, site: str | None = SITE) -> list[str]:
    told = review(home, site, None, now.date()).lines
    return [one for one in told if ": not signed" in one or ": changed" in one or ": the signature" in one]


def test_nothing_is_signed_at_first(home: Settings, now: datetime) -> None:
    told = waiting(home, now)
    assert {one.partition(":")[0] for one in told} == KINDS
    assert all(one.endswith(": not signed") for one in told)
    assert {"guide:first-visit", "source:visits", "article:an-invented-article", "numbers:US", "card:crisis"} <= {
        one.removesuffix(": not signed") for one in told
    }
    assert line(home, now) == UNSIGNED
    assert line(home, now, "first-visit") == UNSIGNED
    assert review(home, SITE, None, now.date()).lines[-1] == f"The chat says: {UNSIGNED}"


def test_only_all_of_it_signed_is_a_review(home: Settings, now: datetime) -> None:
    sign(home, replace(ALL, every_item=False, items=["guide:first-visit"]), now.date())
    assert line(home, now) == UNSIGNED
    assert line(home, now, "first-visit") == "Reviewed by A. Nurse, Lead nurse, on 2026-11-29."
    assert line(home, now, "visits") == UNSIGNED
    said = sign(home, ALL, now.date())
    assert said.lines[-1] == "The chat says: Reviewed by A. Nurse, Lead nurse, on 2026-11-29."
    assert waiting(home, now) == []


def test_everybody_who_signed_is_named_once_with_their_last_day(home: Settings, now: datetime) -> None:
    sign(home, ALL, now.date())
    later = now.date() + timedelta(days=3)
    sign(home, Signing(SITE, "B. Doctor", "Psychiatrist", ["card:crisis", "numbers:US"]), later)
    told = review_line(home, home.site(SITE), later)
    assert told == "Reviewed by A. Nurse, Lead nurse, on 2026-11-29; B. Doctor, Psychiatrist, on 2026-12-02."


def test_a_signature_holds_on_its_own_site_only(home: Settings, now: datetime) -> None:
    (home.sites / "hill.toml").write_text('name = "Hill"\nregion = "US"\n', encoding="utf-8")
    sign(home, ALL, now.date())
    assert line(home, now, site="hill") == UNSIGNED
    assert line(home, now, site=None) == UNSIGNED


def test_what_changes_has_to_be_signed_again(home: Settings, now: datetime, corpus_folder: Path, edit: Edit) -> None:
    sign(home, ALL, now.date())
    edit(corpus_folder / "ledger.jsonl", "Invented Agency", "Renamed Agency")
    build_index(home.place)
    changed = [one.partition(": ")[0] for one in waiting(home, now)]
    assert changed == ["source:visits", "guide:first-visit"], "what rests on the changed facts"
    assert waiting(home, now)[0].endswith("changed since A. Nurse, Lead nurse, signed it on 2026-11-29")
    assert line(home, now) == UNSIGNED
    assert line(home, now, "rooms").startswith("Reviewed by A. Nurse")
    roll_back(home.place)
    assert line(home, now).startswith("Reviewed by A. Nurse"), "what was signed is quoted again"


def test_what_is_not_built_yet_is_not_what_is_signed(
    home: Settings, now: datetime, corpus_folder: Path, edit: Edit
) -> None:
    edit(corpus_folder / "documents/sources/visits.md", "two hours", "three hours")
    said = sign(home, ALL, now.date())
    assert said.lines[0].startswith("look: the corpus has changed")
    assert line(home, now).startswith("Reviewed by")
    build_index(home.place)
    assert [one.partition(": ")[0] for one in waiting(home, now)] == ["source:visits"]


def test_a_signature_ends(home: Settings, now: datetime) -> None:
    last = now.date() + timedelta(days=10)
    sign(home, replace(ALL, expires=last), now.date())
    site = home.site(SITE)
    assert review_line(home, site, last).startswith("Reviewed by")
    assert review_line(home, site, last + timedelta(days=1)) == UNSIGNED
    told = review(home, SITE, None, last + timedelta(days=1)).lines[0]
    assert told.endswith(f"the signature of A. Nurse, Lead nurse, expired on {last}")


def test_without_a_last_day_it_is_a_year(home: Settings, now: datetime) -> None:
    sign(home, ALL, now.date())
    found = read_signatures(home, SITE).values()
    assert {one.expires for one in found} == {now.date() + timedelta(days=VALID_DAYS)}


def test_another_region_s_numbers_are_not_signed(home: Settings, now: datetime, edit: Edit) -> None:
    sign(home, ALL, now.date())
    edit(home.sites / f"{SITE}.toml", 'region = "US"', 'region = "GB"')
    assert waiting(home, now) == ["numbers:GB: not signed"]


def test_a_clinic_s_own_documents_are_among_its_items(home: Settings, now: datetime) -> None:
    folder = home.sites / SITE / "documents"
    (folder / "hours.txt").write_text("Hours\n\nWe are open from nine to five on all days.\n", encoding="utf-8")
    build_index(home.place)
    assert waiting(home, now)[0] == "document:riverside--hours-txt: not signed"
    assert not [one for one in waiting(home, now, None) if one.startswith("document:")]


def test_what_is_shown_is_what_is_signed(home: Settings, now: datetime) -> None:
    [shown] = review(home, SITE, "guide:first-visit", now.date()).lines
    assert "You rest in the clinic for two hours after the esketamine spray." in shown
    assert "TS-001: Patients rest in a clinic for 2 hours after the esketamine spray." in shown
    assert shown == site_items(home, home.site(SITE))["guide:first-visit"].text
    assert "DANGER = " in review(home, SITE, "threshold:triage", now.date()).lines[0]
    assert "ANSWERABLE = " in review(home, SITE, "threshold:answerable", now.date()).lines[0]
    assert "988" in review(home, SITE, "numbers:US", now.date()).lines[0]
    with pytest.raises(SettingsError, match="no item card:nothing"):
        review(home, SITE, "card:nothing", now.date())


@pytest.mark.parametrize(
    ("changed", "told"),
    [
        ({"name": "  "}, "name"), ({"role": ""}, "role"), ({"name": "a\x1bb"}, "name"), ({"name": "x" * 200}, "name"),
        ({"every_item": False}, "not said what"), ({"items": ["card:crisis"]}, "not said what"),
        ({"every_item": False, "items": ["card:nothing"]}, "card:nothing"), ({"site": "nowhere"}, "nowhere"),
        ({"site": ""}, "site"), ({"site": "../x"}, "site"),
    ],
)  # fmt: skip
def test_what_cannot_be_signed_is_refused(home: Settings, now: datetime, changed: dict[str, object], told: str) -> None:
    with pytest.raises(SettingsError, match=told):
        sign(home, replace(ALL, **changed), now.date())  # type: ignore[arg-type]
    assert not (home.sites / SITE / SIGNATURES).exists()


def test_a_signature_that_has_ended_already_is_refused(home: Settings, now: datetime) -> None:
    with pytest.raises(SettingsError, match="has passed"):
        sign(home, replace(ALL, expires=now.date() - timedelta(days=1)), now.date())


@pytest.mark.parametrize("text", ["{", "[]", '{"item": "card:crisis"}', "\xff"])
def test_a_damaged_file_is_no_review_and_is_left_as_it_is(home: Settings, now: datetime, text: str) -> None:
    sign(home, ALL, now.date())
    path = home.sites / SITE / SIGNATURES
    damaged = path.read_bytes() + text.encode("latin-1") + b"\n"
    path.write_bytes(damaged)
    assert line(home, now) == UNSIGNED
    with pytest.raises(SettingsError, match="cannot be read"):
        sign(home, ALL, now.date())
    assert path.read_bytes() == damaged


NAMES = st.text(st.characters(categories=["L", "N", "P", "S", "Zs"]), min_size=1, max_size=40).filter(str.strip)


@hypothesis_settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=20)
@given(NAMES, NAMES)
def test_a_name_is_shown_as_it_was_typed(home: Settings, now: datetime, name: str, role: str) -> None:
    item = ["guide:first-visit"]
    sign(home, Signing(SITE, name, role, item), now.date())
    told = line(home, now, "first-visit")
    assert told == f"Reviewed by {' '.join(name.split())}, {' '.join(role.split())}, on 2026-11-29."
