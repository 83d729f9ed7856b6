"""The project's own test set against the thresholds that the last figures set: the gate of every change."""

from datetime import date
from pathlib import Path

import pytest

from qa.evaluate.asking import LocalAsker
from qa.evaluate.gate import read_thresholds
from qa.evaluate.run import Plan, run_local
from qa.evaluate.testset import read_testset
from qa.pipeline import Pipeline
from qa.settings import Settings

TESTS = Path(__file__).parents[2]
DAY = date(2026, 11, 23)
"""The day on which the thresholds were measured: a fact that expires later is not the change's doing."""


@pytest.mark.model
def test_the_gate_is_open(settings: Settings) -> None:
    plan = Plan(thresholds=read_thresholds(TESTS / "thresholds.toml"), ablation=False)
    result = run_local(read_testset(TESTS / "testset"), LocalAsker(settings, Pipeline(settings), DAY), plan)
    assert result["gate"] == {"passed": True, "thresholds": [str(limit) for limit in plan.thresholds], "failures": []}
    assert len(result["questions"]) > 700
