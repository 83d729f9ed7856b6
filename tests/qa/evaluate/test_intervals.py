from math import sqrt

import pytest

from qa.evaluate.intervals import NOTHING, Estimate, mcnemar, mean, mean_difference, rate

Z = 1.959963984540054
"""The 97.5 % point of the normal distribution."""


def wilson(right: int, count: int) -> tuple[float, float]:
    """The interval as Wilson (1927) gives it."""
    share = right / count
    middle = (share + Z**2 / (2 * count)) / (1 + Z**2 / count)
    half = Z / (1 + Z**2 / count) * sqrt(share * (1 - share) / count + Z**2 / (4 * count**2))
    return middle - half, middle + half


@pytest.mark.parametrize(("right", "count"), [(8, 10), (1, 2), (0, 7), (7, 7), (1, 1), (300, 742)])
def test_a_rate_has_the_wilson_interval(right: int, count: int) -> None:
    found = rate([True] * right + [False] * (count - right))
    low, high = wilson(right, count)
    assert (found.value, found.n) == (right / count, count)
    assert (found.low, found.high) == (pytest.approx(low, abs=1e-12), pytest.approx(high, abs=1e-12))


def test_eight_of_ten_by_hand() -> None:
    found = rate([True] * 8 + [False] * 2)
    # z^2 = 3.8415; middle (0.8 + 0.19207) / 1.38415 = 0.71674; half 1.96 / 1.38415 * sqrt(0.016 + 0.0096037) = 0.22658
    assert found.low == pytest.approx(0.4902, abs=5e-5)
    assert found.high == pytest.approx(0.9433, abs=5e-5)


def test_nothing_has_no_figure() -> None:
    assert rate([]) == mean([]) == mean_difference([], []) == NOTHING == Estimate(None, None, None, 0)


def test_a_mean_lies_in_its_interval_and_is_the_same_each_time() -> None:
    values = [0.1, 0.4, 0.5, 0.5, 0.9, 1.0, 0.2, 0.8]
    found = mean(values)
    assert found.value == pytest.approx(0.55)
    assert found.n == 8
    assert 0.1 < found.low < 0.55 < found.high < 1.0
    assert mean(values) == found


def test_a_bootstrap_of_two_values_spans_them() -> None:
    # Of four resamples, (0,0) and (1,1) come a quarter of the time each: far more than 2.5 %
    assert mean([0.0, 1.0]) == Estimate(0.5, 0.0, 1.0, 2)


@pytest.mark.parametrize("values", [[0.3], [0.3, 0.3, 0.3], [0.0, 0.0]])
def test_constant_values_have_an_interval_of_no_width(values: list[float]) -> None:
    found = mean(values)
    assert (found.low, found.high, found.n) == (values[0], values[0], len(values))
    assert found.value == pytest.approx(values[0])


def test_more_values_make_a_narrower_interval() -> None:
    few, many = mean([0.0, 1.0] * 5), mean([0.0, 1.0] * 50)
    assert many.high - many.low < few.high - few.low


def test_a_difference_is_of_pairs() -> None:
    assert mean_difference([0.25, 0.5], [0.75, 1.0]) == Estimate(0.5, 0.5, 0.5, 2)
    assert mean_difference([1.0, 0.0], [0.0, 1.0]).value == 0.0
    with pytest.raises(ValueError, match="zip"):
        mean_difference([1.0], [1.0, 0.0])


@pytest.mark.parametrize(
    ("better", "worse", "expected"),
    [
        (0, 0, 1.0),
        (1, 0, 1.0),  # 2 * (1/2)
        (5, 0, 2 / 32),
        (0, 5, 2 / 32),
        (8, 1, 2 * (1 + 9) / 512),  # both tails of 9 tosses with at most one head
        (3, 3, 1.0),
        (6, 2, 2 * (1 + 8 + 28) / 256),
    ],
)
def test_mcnemar_is_exact(better: int, worse: int, expected: float) -> None:
    assert mcnemar(better, worse) == pytest.approx(expected, abs=1e-12)
