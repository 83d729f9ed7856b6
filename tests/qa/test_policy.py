"""The numbers a person in danger is given stand in the ledger, and nothing of the policy is missing."""

import re
import tomllib
from collections.abc import Mapping
from pathlib import Path

import pytest

from corpus.ledger import read_ledger
from corpus.loaders import load_corpus
from corpus.types import Fact
from qa.policy.load import besides, facts_beside, policy_text, regions, rules, wordings

LEDGER = Path(__file__).parents[2] / "corpus" / "ledger.jsonl"
DIGITS = re.compile(r"\d[\d -]*\d|\d{3}")


@pytest.fixture(scope="module")
def facts() -> Mapping[str, Fact]:
    return read_ledger(LEDGER)


@pytest.mark.parametrize("region", sorted(regions()))
def test_every_number_stands_in_a_fact_the_region_names(region: str, facts: Mapping[str, Fact]) -> None:
    entry = tomllib.loads(policy_text("lines.toml"))[region]
    recorded = re.sub(
        r"[ -]", "", " ".join(f"{facts[name].statement} {facts[name].figures}" for name in entry["facts"])
    )
    said = " ".join(str(entry.get(name, "")) for name in ("emergency", "how", "tel", "poison"))
    for number in DIGITS.findall(said):
        assert re.sub(r"[ -]", "", number) in recorded, number


@pytest.mark.parametrize("region", sorted(regions()))
def test_the_dialled_digits_are_the_ones_in_the_sentence(region: str) -> None:
    lines = regions()[region]
    assert lines.tel in re.sub(r"[ -]", "", lines.how)


def test_every_rule_has_a_reason() -> None:
    assert all(rule.reason and rule.patterns for rule in rules())


def test_rules_run_in_order_of_danger() -> None:
    outcomes = [rule.outcome for rule in rules()]
    assert outcomes == sorted(outcomes, key=["emergency", "crisis", "declined", "sensitive", "allowed"].index)


def test_no_wording_promises_a_person() -> None:
    for outcome in ("crisis", "emergency"):
        assert any("No person reads this chat" in sentence for sentence in wordings()["card"][outcome])


def test_what_is_stated_beside_a_topic_stands_in_a_document(facts: Mapping[str, Fact]) -> None:
    stated = {
        fact for document in load_corpus(LEDGER.parent).documents for passage in document.passages
        for unit in passage.units() for fact in unit.facts
    }  # fmt: skip
    for beside in besides():
        assert set(beside.facts) <= facts.keys()
        assert beside.facts[0] in stated


@pytest.mark.parametrize(
    ("question", "first"),
    [
        ("Does ketamine help with suicidal thoughts?", "EP-046"),
        ("Is Spravato approved for suicidal people?", "RS-018"),
        ("suicide risk of the spray", "RS-018"),
        ("How long does ketamine last?", None),
    ],
)
def test_an_answer_on_suicidality_states_that_prevention_is_not_shown(question: str, first: str | None) -> None:
    assert next(iter(facts_beside(question)), None) == first
