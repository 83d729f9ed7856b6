"""The numbers a person in danger is given stand in the ledger, and nothing of the policy is missing."""

import re
from collections.abc import Mapping
from pathlib import Path

import pytest

from corpus.errors import SettingsError
from corpus.ledger import read_ledger
from corpus.loaders import load_corpus
from corpus.types import Fact
from qa.policy import load
from qa.policy.lines import regions
from qa.policy.load import besides, facts_beside, read_policy, rules

LEDGER = Path(__file__).parents[2] / "corpus" / "ledger.jsonl"


@pytest.fixture(scope="module")
def facts() -> Mapping[str, Fact]:
    return read_ledger(LEDGER)


@pytest.mark.parametrize("region", sorted(regions()))
def test_every_number_that_names_facts_stands_in_them(region: str, facts: Mapping[str, Fact]) -> None:
    for number in regions()[region].numbers:
        assert set(number.facts) <= facts.keys()
        recorded = "".join(f"{facts[name].statement} {facts[name].figures}" for name in number.facts)
        assert not number.facts or number.tel in re.sub(r"[ -]", "", recorded)


@pytest.mark.parametrize("region", sorted(regions()))
def test_every_emergency_number_that_names_facts_stands_in_them(region: str, facts: Mapping[str, Fact]) -> None:
    entry = read_policy("lines.toml")[region]
    recorded = " ".join(facts[name].statement for name in entry["emergency_facts"])
    digits = re.findall(r"\d+", entry["emergency"]) if entry["emergency_facts"] else []
    assert all(re.search(rf"\b{number}\b", recorded) for number in digits)


def test_every_rule_has_a_reason() -> None:
    assert all(rule.reason and rule.patterns for rule in rules())


def test_rules_run_in_order_of_danger() -> None:
    outcomes = [rule.outcome for rule in rules()]
    assert outcomes == sorted(
        outcomes, key=["emergency", "crisis", "declined", "same_day", "sensitive", "allowed"].index
    )


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


@pytest.mark.parametrize("broken", ["[words]\nperson = 'my <friend>'\n", "[words]\nfriend = 'mate'\n"])
def test_a_word_that_a_pattern_names_has_to_be_there(broken: str, monkeypatch: pytest.MonkeyPatch) -> None:
    rule = '[[rule]]\noutcome = "crisis"\nreason = "a reason"\npatterns = ["<nobody>"]\n'
    monkeypatch.setattr(load, "policy_text", lambda _: broken + rule)
    for made in (load.rules, load._triage):
        made.cache_clear()
    try:
        with pytest.raises(SettingsError, match="lacks"):
            load.rules()
    finally:
        for made in (load.rules, load._triage):
            made.cache_clear()
