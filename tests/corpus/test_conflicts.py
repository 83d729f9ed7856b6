"""What counts as laxer than the label, and that every rule stands on a fact of the ledger."""

from pathlib import Path

import pytest

import corpus
from corpus.clean import Line
from corpus.conflicts import find_conflicts, label_rules, laxer_than
from corpus.ledger import read_ledger
from corpus.loaders import load_corpus
from corpus.plain import plain_document

LAX = {
    "RS-212": ["You may drive after four hours.", "Driving is fine once you feel steady.",
               "Most people can drive the same day."],
    "RS-050": ["You can leave 40 minutes after the spray.", "We watch you for one hour after each dose of Spravato."],
    "RS-049": ["You may take Spravato at home.", "Pick up your esketamine at our desk."],
    "RS-058": ["Eat as usual before the visit.", "A light meal is fine.", "There is no need to fast, so drink."],
    "RS-041": ["It is safe to continue breastfeeding.", "Breast-feeding is fine."],
    "RS-018": ["Spravato prevents suicide.", "The treatment stops suicidal acts."],
    "RS-001": ["Ketamine is FDA-approved for depression.", "Ketamine was approved by the FDA for low mood."],
}  # fmt: skip
STRICT = {
    "RS-212": ["Do not drive until the next day.", "You cannot drive on the same day.", "The bus leaves at once.",
               "You can't drive the same day.", "You won’t be able to drive after two hours.",
               "You may drive after 24 hours."],
    "RS-050": ["You stay for at least two hours after each dose.", "The call takes 30 minutes.",
               "After the spray you rest for 40 minutes, and stay for two hours in all."],
    "RS-049": ["Spravato is not for use at home.", "Don't take Spravato home with you.", "A nurse takes you home."],
    "RS-058": ["Do not eat for two hours before the spray.", "Eat as usual after the visit."],
    "RS-041": ["You should not continue breastfeeding.", "You shouldn't continue breastfeeding.",
               "Avoid breastfeeding; you can call us.", "You can bring your baby."],
    "RS-018": ["Spravato does not prevent suicide.", "It doesn't prevent suicide.", "Call the suicide helpline, which "
               "protects you.", "The suicide prevention lifeline ends no call."],
    "RS-001": ["Ketamine is not FDA-approved for depression.", "Ketamine isn't FDA-approved for depression.",
               "Ketamine is FDA-approved as an anesthetic.", "Spravato, unlike ketamine, is FDA-approved."],
}  # fmt: skip


def names(quote: str) -> list[str]:
    return [rule.fact for rule in laxer_than(quote)]


@pytest.mark.parametrize(("fact", "quote"), [(fact, quote) for fact, quotes in LAX.items() for quote in quotes])
def test_a_laxer_sentence_is_seen(fact: str, quote: str) -> None:
    assert names(quote) == [fact]
    assert names(quote.upper()) == [fact]


@pytest.mark.parametrize(("fact", "quote"), [(fact, quote) for fact, quotes in STRICT.items() for quote in quotes])
def test_a_sentence_as_strict_as_the_label_is_left_alone(fact: str, quote: str) -> None:
    assert fact not in names(quote)


def test_every_rule_is_tried_and_stands_on_a_fact() -> None:
    facts = read_ledger(Path(corpus.__file__).parent / "ledger.jsonl")
    assert [rule.fact for rule in label_rules()] == list(LAX) == list(STRICT)
    assert all(rule.fact in facts and rule.says for rule in label_rules())


def test_conflicts_come_in_the_order_of_the_documents_with_their_sentence() -> None:
    lines = [Line(1, "A nurse stays. You may drive after four hours."), Line(2, "Spravato prevents suicide.")]
    documents = [plain_document(name, name, "clinic", lines) for name in ("one", "two")]
    assert [(found.document, found.quote, found.rule.fact) for found in find_conflicts(documents)] == [
        (name, quote, fact)
        for name in ("one", "two")
        for quote, fact in (("You may drive after four hours.", "RS-212"), ("Spravato prevents suicide.", "RS-018"))
    ]


def test_the_curated_material_on_driving_and_home_use_is_not_laxer_than_the_label() -> None:
    documents = load_corpus(Path(corpus.__file__).parent).documents
    found = [conflict for conflict in find_conflicts(documents) if conflict.rule.fact in ("RS-049", "RS-212")]
    assert [conflict.quote for conflict in found] == []
