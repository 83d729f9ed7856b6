from dataclasses import astuple, replace
from math import exp

import pytest

from index.reader import BIAS, UNRELATED, WEIGHTS, Reading, nearness, score_units

NOTHING = Reading(0, 0, 0, 0, 0, 0)
EVERYTHING = Reading(1, 1, 1, 1, 1, 1)
FEATURES = ["asked", "passage", "sentence", "words", "opening", "same_drug"]


def test_the_score_is_logistic_in_the_readings() -> None:
    half = Reading(0.5, 0.5, 0.5, 0.5, 0.5, 0.5)
    scores = score_units([NOTHING, half, EVERYTHING])
    total = sum(astuple(WEIGHTS))
    assert scores.tolist() == pytest.approx([1 / (1 + exp(-(BIAS + share * total))) for share in (0, 0.5, 1)])


@pytest.mark.parametrize("feature", FEATURES)
def test_more_of_any_reading_never_lowers_the_score(feature: str) -> None:
    less, more = score_units([replace(EVERYTHING, **{feature: 0.0}), EVERYTHING])
    assert less < more


def test_scores_stand_in_the_order_of_the_readings_between_0_and_1() -> None:
    scores = score_units([EVERYTHING, NOTHING])
    assert 0 < scores[1] < 0.5 < scores[0] < 1


def test_no_readings_have_no_scores() -> None:
    assert score_units([]).tolist() == []


def test_nearness_begins_where_questions_are_more_than_related() -> None:
    middle = (UNRELATED + 1) / 2
    assert [nearness(cosine) for cosine in (-1, 0, UNRELATED, middle, 1)] == pytest.approx([0, 0, 0, 0.25, 1])
