import pytest

from index.model import english_words
from index.spelling import Speller

TEXTS = [
    "Ketamine and esketamine, sold as Spravato, are given in a clinic.",
    "Depression often comes with pairs of worries. Patients travel home.",
]


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("ketamin", "ketamine"),
        ("ketamnie", "ketamine"),
        ("spravto", "spravato"),
        ("Spravto", "spravato"),
        ("esketamin", "esketamine"),
        ("esketmne", "esketamine"),
        ("depresion", "depression"),
        ("what is spravto?", "what is spravato?"),
    ],
)
def test_a_misspelt_word_of_the_corpus_is_repaired(typed: str, meant: str) -> None:
    assert Speller(TEXTS).repair(typed) == meant


@pytest.mark.parametrize(
    "typed",
    [
        "Paris", "France", "Is it sold in Paris, France?", "ketamine", "KETAMINE", "Patients", "clinic", "xylophone",
        "home", "hme", "", "12 mg", "qetamine", "kitamin",
    ],
)  # fmt: skip
def test_known_short_and_foreign_words_are_left_as_typed(typed: str) -> None:
    assert Speller(TEXTS).repair(typed) == typed


def test_the_nearest_of_two_words_wins() -> None:
    assert Speller(["esketamine ketamine ketamines"]).repair("ketamins") == "ketamine"


def test_a_speller_that_knows_nothing_changes_nothing() -> None:
    assert Speller([]).repair("spravto") == "spravto"


@pytest.mark.parametrize("word", ["invented", "patents", "price", "capital"])
def test_common_english_words_are_right_as_they_are(word: str) -> None:
    speller = Speller(["The injected patients were prices and capitals."], english_words())
    assert speller.repair(f"who {word} ketamine") == f"who {word} ketamine"


def test_the_medicines_are_no_common_words() -> None:
    assert not {"ketamin", "spravto", "esketamin", "infuson", "depresion"} & english_words()
