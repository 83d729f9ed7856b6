"""The table of names as it is: what is replaced, what is added to the word search, what is left alone."""

import tomllib
from importlib.resources import files

import pytest

from index.lexical import stems
from index.names import LONGEST, WORD, expansions, known_words, spelt_out, standard

TABLE = tomllib.loads(files("index").joinpath("names.toml").read_text(encoding="utf-8"))


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("is special k safe", "is ketamine safe"),
        ("is Special-K addictive?", "is ketamine addictive?"),
        ("does ket help", "does ketamine help"),
        ("how long does K last?", "how long does ketamine last?"),
        ("does vitamin k get you high", "does ketamine get you high"),
        ("what is a k hole", "what is a K-hole"),
        ("s-ketamine or (R)-ketamine", "esketamine or arketamine"),
        ("the nose spray", "the nasal spray"),
        ("my bp is high", "my blood pressure is high"),
        ("phq9", "PHQ-9"),
        ("what is TRD", "what is treatment-resistant depression"),
    ],
)
def test_a_name_is_replaced_by_the_standard_one(typed: str, meant: str) -> None:
    assert standard(typed) == meant


@pytest.mark.parametrize(
    "typed",
    [
        "", "how is spravato given", "ok", "my 401k", "took 5 k", "vitamin K and warfarin", "is vitamin k good for me",
        "my potassium, k 3.4, is low", "special k for breakfast", "Mr K is here", "k thanks", "K", "K+ levels",
        "ESCAPE-TRD", "is special k the same as ketamine", "ketamine or ket", "bpm", "a kettle", "the keto diet",
        "s-ketamine is esketamine", "don't k.o. me",
    ],
)  # fmt: skip
def test_what_only_looks_like_a_name_is_left(typed: str) -> None:
    assert standard(typed) == typed


@pytest.mark.parametrize(
    ("question", "word"),
    [
        ("how is spravato given", "esketamine"),
        ("esketamine visits", "Spravato"),
        ("what is Ketalar", "ketamine"),
        ("how long is a drip", "infusion"),
        ("an infusion", "drip"),
        ("ketamine by iv", "infusion"),
        ("are troches safe", "lozenge"),
        ("the spray", "esketamine"),
        ("trd", "treatment resistant depression"),
        ("electroconvulsive therapy", "ect"),
        ("I have hypertension", "pressure"),
        ("my BP", "pressure"),
        ("it hurts when I pee", "bladder"),
        ("breast feeding", "breastfeeding"),
        ("can I smoke weed", "cannabis"),
        ("booze", "alcohol"),
        ("my teenager", "adolescents"),
        ("for the elderly", "older"),
        ("will I get hooked", "addiction"),
        ("I have fits", "seizure"),
        ("what does NICE say", "national"),
        ("the dvla", "driver"),
    ],
)
def test_a_name_adds_words_that_say_the_same(question: str, word: str) -> None:
    assert set(stems(word)) <= {stem for added in expansions(question) for stem in stems(added)}


@pytest.mark.parametrize("question", ["", "a nice room", "am I fit for it", "vitamin K", "xylophone"])
def test_what_names_nothing_adds_nothing(question: str) -> None:
    assert expansions(question) == ()


def test_a_name_that_is_replaced_still_adds_its_words() -> None:
    assert "pressure" in expansions("my bp")
    assert "street" in expansions("special k")
    assert len(expansions("spray spray")) == len(set(expansions("spray spray")))


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("how r u b4 2day", "how are you before today"),
        ("ketamine n depression", "ketamine and depression"),
        ("w/o it wud u", "without it would you"),
        ("2 get it 4 my depression", "to get it for my depression"),
        ("it dont work pls", "it don't work please"),
    ],
)
def test_text_speak_is_spelt_out(typed: str, meant: str) -> None:
    assert spelt_out(typed) == meant


@pytest.mark.parametrize(
    "typed",
    [
        "", "R-ketamine", "(r)-ketamine", "r ketamine", "n = 30", "n=30", "2 hours", "by week 2 my mood", "phase 2 the",
        "4 weeks", "can't", "U.S.", "IM", "UR", "u.s", "ketamine", "4-hour", "schedule 2 the",
    ],
)  # fmt: skip
def test_what_is_no_text_speak_is_left(typed: str) -> None:
    assert spelt_out(typed) == typed


def test_names_medicines_and_words_alike_are_known() -> None:
    assert {"ketotifen", "zoloft", "ket", "khole", "spravato", "incision"} <= known_words()
    assert all(word == word.lower() for word in known_words())
    assert not {"spravto", "ketamin", "esketamin", "ketmine"} & known_words()


def test_every_group_names_something_and_adds_something() -> None:
    for group in TABLE["group"]:
        assert set(group) in ({"same"}, {"said", "adds"}), group
        assert len(group.get("same", ["one", "other"])) > 1
        assert all(stems(word) for word in group.get("same", []) + group.get("adds", [])), group


def test_every_name_is_short_enough_to_be_found() -> None:
    names = [name for group in TABLE["group"] for name in group.get("same", group.get("said"))]
    assert not [name for name in names if not 0 < len(WORD.findall(name)) <= LONGEST]


def test_no_standard_name_is_replaced_by_another() -> None:
    for entry in TABLE["standard"]:
        assert standard(entry["name"]) == entry["name"]


def test_text_speak_is_in_small_letters_and_means_something_else() -> None:
    for typed, meant in TABLE["typed"].items():
        assert typed == typed.lower() != meant
        assert spelt_out(typed) == meant, typed
