from dataclasses import astuple, fields
from math import exp

import pytest

from index.readings import FIRST, SECOND, UNRELATED, Model, Reading, nearness, probability

NOTHING = Reading(*[0.0] * len(fields(Reading)))
EVERYTHING = Reading(*[1.0] * len(fields(Reading)))


def test_a_logit_is_the_weighted_sum_of_the_readings_and_the_readers_logit() -> None:
    model = Model(Reading(*(float(number) for number in range(len(fields(Reading))))), bias=-2.0, reader=3.0)
    total = sum(range(len(fields(Reading))))
    assert model.logits([NOTHING, EVERYTHING]).tolist() == pytest.approx([-2.0, total - 2.0])
    assert model.logits([NOTHING, EVERYTHING], [1.0, -1.0]).tolist() == pytest.approx([1.0, total - 5.0])


def test_the_first_model_does_without_the_reader_and_the_second_trusts_it() -> None:
    assert FIRST.reader == 0
    assert SECOND.reader > 0


@pytest.mark.parametrize("model", [FIRST, SECOND])
def test_what_the_readings_say_together_raises_the_score(model: Model) -> None:
    assert sum(astuple(model.weights)) > 0
    assert probability(model.logits([EVERYTHING], [0.0])) > probability(model.logits([NOTHING], [0.0]))


def test_no_readings_have_no_scores() -> None:
    assert SECOND.logits([], []).tolist() == []


def test_probability_is_logistic() -> None:
    logits = SECOND.logits([NOTHING], [0.5])
    assert probability(logits).tolist() == pytest.approx([1 / (1 + exp(-(SECOND.bias + 0.5 * SECOND.reader)))])


def test_nearness_begins_where_questions_are_more_than_related() -> None:
    middle = (UNRELATED + 1) / 2
    assert [nearness(cosine) for cosine in (-1, 0, UNRELATED, middle, 1)] == pytest.approx([0, 0, 0, 0.25, 1])
