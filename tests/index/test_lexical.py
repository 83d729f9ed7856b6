"""BM25 (k1 = 1.5, b = 0.75, as in Lucene) of three texts of 3, 4 and 3 words; their mean length is 10/3."""

from math import log
from pathlib import Path

import pytest

from index.lexical import FURTHER_WEIGHT, WordIndex, stems

TEXTS = ["ketamine infusion clinic", "esketamine spray clinic clinic", "driving home tomorrow"]
IN_ONE = log(1 + (3 - 1 + 0.5) / (1 + 0.5))
IN_TWO = log(1 + (3 - 2 + 0.5) / (2 + 0.5))
SHORT = 1.5 * (0.25 + 0.75 * 0.9)
LONG = 1.5 * (0.25 + 0.75 * 1.2)


def found(query: str, count: int = 5) -> list[tuple[int, float]]:
    return WordIndex.build(TEXTS).search(query, count)


def test_a_word_of_one_text() -> None:
    assert found("infusion") == [(0, pytest.approx(IN_ONE * 1 / (1 + SHORT)))]
    assert found("infusion")[0][1] == pytest.approx(0.41082, abs=1e-5)


def test_a_word_of_two_texts_twice_in_one() -> None:
    assert found("clinic") == [
        (1, pytest.approx(IN_TWO * 2 / (2 + LONG))),
        (0, pytest.approx(IN_TWO * 1 / (1 + SHORT))),
    ]


def test_scores_of_several_words_add_up() -> None:
    [first, second] = found("ketamine clinic")
    assert first == (0, pytest.approx((IN_ONE + IN_TWO) / (1 + SHORT)))
    assert second[0] == 1


def test_inflected_words_are_found_by_their_stem() -> None:
    assert found("Infusions") == found("infusion")
    assert [position for position, _ in found("drive")] == [2]


@pytest.mark.parametrize("query", ["xylophone", "", "?!", "the and of"])
def test_words_that_occur_nowhere_find_nothing(query: str) -> None:
    assert found(query) == []
    assert WordIndex.build(TEXTS).scores(query).tolist() == [0, 0, 0]


def test_unknown_words_beside_a_known_one_change_nothing() -> None:
    assert found("xylophone infusion the") == found("infusion")


def test_further_words_count_less_and_none_twice() -> None:
    index = WordIndex.build(TEXTS)
    alone = index.scores("infusion")
    assert index.scores("clinic", ["infusion"]).tolist() == pytest.approx(
        (index.scores("clinic") + FURTHER_WEIGHT * alone).tolist()
    )
    assert index.scores("infusion", ["Infusions", "an infusion"]).tolist() == alone.tolist()
    assert index.scores("xylophone", ["infusion", "infusions"]).tolist() == pytest.approx(
        (FURTHER_WEIGHT * alone).tolist()
    )
    assert [position for position, _ in index.search("clinic", 5, ["infusion"])] == [0, 1]


def test_texts_without_a_word_can_be_indexed() -> None:
    assert WordIndex.build(["", "the of"]).search("infusion", 5) == []
    assert WordIndex.build(["", "an infusion"]).search("infusion", 5)[0][0] == 1


def test_no_more_than_asked_for() -> None:
    assert [position for position, _ in found("clinic", 1)] == [1]


def test_ties_are_broken_by_position() -> None:
    index = WordIndex.build(["green room", "blue room", "red room", "a hall"])
    assert [position for position, _ in index.search("room", 2)] == [0, 1]


def test_a_saved_index_answers_alike(tmp_path: Path) -> None:
    index = WordIndex.build(TEXTS)
    index.save(tmp_path / "words")
    again = WordIndex.load(tmp_path / "words")
    for query in ("clinic", "ketamine infusion", "xylophone"):
        assert again.search(query, 5) == index.search(query, 5)


def test_stems_are_content_words_in_order() -> None:
    assert stems("Driving home after the infusions") == ["drive", "home", "after", "infus"]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("TRANSFORM-2", ["transform2", "transform", "2"]),
        ("transform2", ["transform2", "transform", "2"]),
        ("transform 2", ["transform", "2"]),
        ("ESCAPE-TRD", ["escapetrd", "escap", "trd"]),
        ("PHQ-9", ["phq9", "phq", "9"]),
        ("COVID-19", ["covid19", "covid", "19"]),
        ("NCT01234567", ["nct01234567", "nct", "01234567"]),
        ("0.5 mg/kg", ["0.5", "mg", "kg"]),
        ("0.5mg/kg", ["0.5", "mg", "kg"]),
        ("56 mg", ["56", "mg"]),
        ("84-mg", ["84mg", "84", "mg"]),
        ("24/7", ["24/7", "24", "7"]),
        ("2-4 hours", ["2", "4", "hour"]),
        ("two hours", ["2", "hour"]),
        ("1,000", ["1000"]),
        ("(R)-ketamine", ["rketamin", "r", "ketamin"]),
        ("R-ketamine", ["rketamin", "r", "ketamin"]),
        ("2-hydroxynorketamine", ["2hydroxynorketamin", "2", "hydroxynorketamin"]),
        ("re-experiencing", ["reexperienc", "re", "experienc"]),
        ("K", ["k"]),
        ("the U.S. or the US", ["us", "us"]),
        ("a patient’s and patients' can't", ["patient", "patient", "can"]),
        ("how long, how often, who, when", ["how", "long", "how", "often", "who", "when"]),
        ("do you have it", []),
    ],
)
def test_names_and_figures_are_words_as_a_whole_and_in_parts(text: str, words: list[str]) -> None:
    assert stems(text) == words


@pytest.mark.parametrize(
    ("british", "american"),
    [
        ("anaesthesia", "anesthesia"),
        ("randomised", "randomized"),
        ("authorisations", "authorizations"),
        ("behavioural", "behavioral"),
        ("diarrhoea", "diarrhea"),
        ("oedema", "edema"),
        ("analysed", "analyzed"),
    ],
)
def test_british_and_american_spellings_are_one_word(british: str, american: str) -> None:
    assert stems(british) == stems(american) != []


def test_hour_and_four_are_no_british_spellings() -> None:
    assert stems("an hour or four, size eight poems") == ["hour", "4", "size", "8", "poem"]


@pytest.mark.parametrize("query", ["transform 2", "transform2", "TRANSFORM-2", "Transform‑2"])
def test_a_trial_is_found_however_its_name_is_typed(query: str) -> None:
    index = WordIndex.build(["TRANSFORM-1 was a trial", "TRANSFORM-3 was a trial", "TRANSFORM-2 was a trial"])
    assert index.search(query, 1)[0][0] == 2


def test_a_dose_is_told_from_another() -> None:
    index = WordIndex.build(["the dose is 56 mg", "the dose is 84 mg", "the dose is 0.5 mg/kg"])
    assert [index.search(query, 1)[0][0] for query in ("84mg", "56-mg dose", "0.5mg/kg")] == [1, 0, 2]
