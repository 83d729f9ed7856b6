"""The shipped triage keeps the figures that it has reached on the two test sets (`tests/bench/triage.py --bounds`)."""

import tomllib
from collections.abc import Mapping

import pytest
from triage import BOUNDS, Figure, judge_with, measured
from triage_rows import case_rows

from qa.triage import Triage

LEAST = tomllib.loads(BOUNDS.read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def figures() -> Mapping[str, Figure]:
    return {figure.row.name: figure for figure in measured(case_rows(), judge_with(Triage(), []))}


def test_every_bound_is_of_a_row(figures: Mapping[str, Figure]) -> None:
    assert LEAST.keys() <= figures.keys()
    assert {"never-miss list", "crisis", "emergency", "same day"} <= LEAST.keys()


@pytest.mark.parametrize(("name", "least"), LEAST.items())
def test_no_figure_falls_below_its_bound(figures: Mapping[str, Figure], name: str, least: float) -> None:
    figure = figures[name]
    assert figure.share.value is not None
    assert figure.share.value >= least, "\n".join(figure.misses)
