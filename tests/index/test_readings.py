from dataclasses import astuple, fields, replace
from math import exp, log

import pytest

from index.readings import (
    ANSWERABLE,
    ANSWERS,
    FIRST,
    SECOND,
    UNRELATED,
    Answerable,
    Below,
    Model,
    Reading,
    nearness,
    probability,
    signs,
)

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


def test_a_unit_is_compared_with_the_best_of_its_question() -> None:
    model = Model(NOTHING, bias=0.0, below=Below(asked=0.0, passage=0.0, sentence=2.0, words=0.0, reader=0.5))
    one, two = replace(NOTHING, sentence=0.9), replace(NOTHING, sentence=0.4)
    assert model.logits([one, two], [1.0, 3.0]).tolist() == pytest.approx([0.5 * -2.0, 2.0 * -0.5])
    assert model.logits([two], [1.0]).tolist() == [0.0]


def test_the_length_of_a_question_counts_by_its_logarithm() -> None:
    model = Model(NOTHING, bias=1.0, length=2.0)
    assert model.logits([EVERYTHING], stems=8).tolist() == pytest.approx([1.0 + 2.0 * log(8)])
    assert model.logits([EVERYTHING], stems=0).tolist() == [1.0]


def test_signs_are_the_highest_readings_and_the_best_units_own() -> None:
    model = Model(replace(NOTHING, words=1.0), bias=0.0)
    one = replace(NOTHING, asked=0.9, sentence=0.2, words=0.3)
    best = replace(NOTHING, asked=0.1, passage_asked=0.5, passage=0.6, sentence=0.4, words=0.8)
    assert signs(model, [one, best], [2.0, -1.0], 5).tolist() == pytest.approx(
        [0.8, 0.9, 0.5, 0.6, 0.4, 0.8, 2.0, 0.1, 0.4, 0.8, -1.0, log(5)]
    )


def test_the_probability_of_an_answer_by_hand() -> None:
    answers = Answerable(
        *[0.0] * 6, reader=1.0, own_asked=0, own_sentence=0, own_words=0, own_reader=0, length=0, bias=-1
    )
    assert answers.probability([NOTHING, NOTHING], [0.5, 1.5], 3) == pytest.approx(1 / (1 + exp(-0.5)))


def test_without_a_unit_there_is_no_answer() -> None:
    assert ANSWERS.probability([], [], 3) == 0.0


def test_what_the_reader_finds_makes_an_answer_likelier() -> None:
    middle = Reading(*[0.5] * len(fields(Reading)))
    low, high = (ANSWERS.probability([middle], [logit], 5) for logit in (-4.0, 4.0))
    assert low < ANSWERABLE < high


def test_a_question_that_the_material_knows_is_answered() -> None:
    known = replace(NOTHING, passage_asked=nearness(0.995))
    assert ANSWERS.probability([NOTHING, known], [-9.0, -9.0], 5) == 1.0
    assert ANSWERS.probability([NOTHING, replace(NOTHING, asked=nearness(0.93))], [-9.0, -9.0], 5) < ANSWERABLE
