"""A test set that asks what the material already knows as a question is told so."""

from collections.abc import Callable, Sequence

import numpy as np
import pytest

from index.search import Searcher
from index.types import Encoder
from qa.evaluate.contamination import TOO_NEAR, near_questions, normalised
from qa.evaluate.testset import Case
from qa.pipeline import Pipeline
from qa.settings import Settings

MakeCase = Callable[..., Case]


@pytest.fixture
def searcher(small: Settings) -> Searcher:
    return Pipeline(small).open().searcher


class Silent:
    """A searcher of an index without any question."""

    def __init__(self, real: Searcher) -> None:
        self.prepare = real.prepare

    def known_questions(self) -> tuple[Sequence[str], np.ndarray]:
        return [], np.empty((0, 96), dtype=np.float32)


def test_each_known_question_has_its_own_vector(searcher: Searcher, encoder: Encoder) -> None:
    questions, vectors = searcher.known_questions()
    assert "how long do i stay" in questions
    assert "Clinic visits: Resting after the spray" in questions
    assert np.array_equal(vectors, encoder.encode(questions))


def test_a_question_letter_for_letter_is_named(searcher: Searcher, make_case: MakeCase) -> None:
    cases = [make_case("a", "How long do I stay?"), make_case("b", "Clinic visits: resting after the spray")]
    assert near_questions(searcher, cases) == ["a: is a question of the material", "b: is a question of the material"]


def test_a_question_in_other_order_is_near_in_meaning(searcher: Searcher, make_case: MakeCase) -> None:
    # the fake encoder knows no order, so the cosine is 1
    assert near_questions(searcher, [make_case("a", "stay how long do i")]) == ["a: 1.000 to 'how long do i stay'"]


def test_another_question_is_not_named(searcher: Searcher, make_case: MakeCase) -> None:
    assert near_questions(searcher, [make_case("a", "who pays for a session"), make_case("b", "?!")]) == []


def test_just_below_the_limit_is_not_near(searcher: Searcher, make_case: MakeCase) -> None:
    vectors = searcher.known_questions()[1]
    asked = "how long do i stay there"
    cosine = float((vectors @ searcher.prepare(asked).vector).max())
    assert 0.8 < cosine < TOO_NEAR
    assert near_questions(searcher, [make_case("a", asked)]) == []


def test_an_index_without_questions_is_near_to_nothing(searcher: Searcher, make_case: MakeCase) -> None:
    assert near_questions(Silent(searcher), [make_case("a")]) == []  # type: ignore[arg-type]


def test_letters_count_and_signs_do_not() -> None:
    assert normalised("  What's  K-hole,  exactly?! ") == "what s k hole exactly"
