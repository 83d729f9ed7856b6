import pytest

from index.model import english_words
from index.spelling import Speller

TEXTS = [
    "Ketamine and esketamine, sold as Spravato, are given in a clinic. How long is it? Is ketamine safe?",
    "Depression often comes with pairs of worries. Patients travel home. Side effects of an infusion pass.",
    "Antidepressants: an antidepressant is no depressant. Blood pressure is high.",
    "Over time a dose in overtime is an overdose.",
]


@pytest.fixture(scope="module")
def speller() -> Speller:
    return Speller(TEXTS, english_words())


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("ketamin", "ketamine"),
        ("ketamnie", "ketamine"),
        ("ketmine", "ketamine"),
        ("ketaminne", "ketamine"),
        ("ketimine", "ketamine"),
        ("spravto", "spravato"),
        ("sparvato", "spravato"),
        ("Spravto", "Spravato"),
        ("spravto's", "spravato's"),
        ("IS SPRAVTO SAFE", "IS SPRAVATO SAFE"),
        ("esketamin", "esketamine"),
        ("esketmne", "esketamine"),
        ("eskatmine", "esketamine"),
        ("asketamine", "esketamine"),
        ("qetamine", "ketamine"),
        ("depresion", "depression"),
        ("what is spravto?", "what is spravato?"),
    ],
)
def test_a_misspelt_word_of_the_corpus_is_repaired(speller: Speller, typed: str, meant: str) -> None:
    assert speller.repair(typed) == Speller(TEXTS).repair(typed) == meant


@pytest.mark.parametrize(
    "typed",
    [
        "Paris", "France", "Is it sold in Paris, France?", "ketamine", "KETAMINE", "Patients", "clinic", "xylophone",
        "home", "hme", "", "12 mg", "kitamin", "R-ketamine", "the SPRVATO trial", "don't", "clinic's",
    ],
)  # fmt: skip
def test_known_short_and_foreign_words_are_left_as_typed(typed: str) -> None:
    assert Speller(TEXTS).repair(typed) == typed


@pytest.mark.parametrize(
    "medicine",
    [
        "memantine", "amantadine", "cetirizine", "ketoconazole", "ketorolac", "ketoprofen", "ketotifen", "esmolol",
        "psilocybin", "lithium", "sertraline", "ketanserin", "tiletamine", "estazolam", "methoxetamine", "Keflex",
    ],
)  # fmt: skip
def test_a_medicine_that_looks_like_another_is_left_as_typed(speller: Speller, medicine: str) -> None:
    assert speller.repair(f"is {medicine} safe") == f"is {medicine} safe"


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("isketamine safe", "is ketamine safe"),
        ("sideeffects", "side effects"),
        ("howlong is it", "how long is it"),
        ("Bloodpressure", "Blood pressure"),
        ("keta mine", "ketamine"),
        ("is Keta mine safe", "is Ketamine safe"),
        ("anti depressant", "antidepressant"),
        ("infu sion", "infusion"),
        ("over dose", "overdose"),
    ],
)
def test_words_run_together_or_pulled_apart_are_repaired(speller: Speller, typed: str, meant: str) -> None:
    assert speller.repair(typed) == meant


@pytest.mark.parametrize("right", ["over time", "side effects", "yes ketamine", "any keta, mine", "anti-depressant"])
def test_words_that_are_two_stay_two(speller: Speller, right: str) -> None:
    assert speller.repair(right) == right


def test_text_speak_is_spelt_out_before_words_are_repaired(speller: Speller) -> None:
    assert speller.repair("hw long b4 u r home pls") == "how long before you are home please"


def test_the_nearest_of_two_words_wins() -> None:
    assert Speller(["infusion confusion infusions"]).repair("infusiion") == "infusion"


def test_of_two_words_as_near_the_commoner_wins() -> None:
    assert Speller(["worried", "married worries worries"]).repair("worriez") == "worries"
    assert Speller(["worried worried", "worries"]).repair("worriex") == "worried"


def test_two_errors_are_forgiven_where_the_consonants_stay() -> None:
    assert Speller(["An infusion."]).repair("infosian inbasion infoson") == "infusion inbasion infoson"


def test_a_form_of_a_word_of_the_corpus_does_not_become_another_word() -> None:
    assert Speller(["A diagnosis, the diagnosis; diagnosed."]).repair("diagnoses") == "diagnosed"


def test_an_inflected_form_of_a_word_is_right(speller: Speller) -> None:
    assert speller.repair("depressions travelling") == "depressions travelling"


@pytest.mark.parametrize("word", ["incision", "conclusion", "texting", "dearly", "canker"])
def test_a_right_word_that_resembles_a_word_of_the_corpus_is_left(word: str) -> None:
    speller = Speller(["The infusion, the confusion, testing, deadly cancer."], english_words())
    assert speller.repair(word) == word


def test_a_word_nearer_to_an_english_word_than_to_the_corpus_is_left() -> None:
    assert Speller(["benalono"]).repair("banalino") == "benalono"
    assert Speller(["benalono"], ["banalano"]).repair("banalino") == "banalino"


def test_a_speller_that_knows_nothing_changes_nothing() -> None:
    assert Speller([]).repair("spravto") == "spravto"


@pytest.mark.parametrize("word", ["invented", "patents", "price", "capital"])
def test_common_english_words_are_right_as_they_are(word: str) -> None:
    speller = Speller(["The injected patients were prices and capitals."], english_words())
    assert speller.repair(f"who {word} ketamine") == f"who {word} ketamine"


def test_the_medicines_are_no_common_words() -> None:
    assert not {"ketamin", "spravto", "esketamin", "infuson", "depresion"} & english_words()
