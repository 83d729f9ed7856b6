"""Prints the thresholds that a result sets for the next one: the lower bound of each interval.

    python tests/bench/lower_bounds.py result.json > tests/thresholds.toml

Written anew when figures have got better; a lower threshold needs a reason in the change that lowers it.
"""

import json
import math
import sys
from pathlib import Path

OVERALL = (
    "outcome_accuracy", "fact_recall", "first_sentence_facts", "citation_precision", "citation_recall",
    "abstention_precision", "abstention_recall", "wrong_abstentions", "recall@10", "mrr", "ndcg@10", "errors",
    "broken_rules",
)  # fmt: skip
BY_TAG = {
    "fact_recall": ("source", "noisy", "terse", "multi_aspect", "follow_up", "article"),
    "outcome_accuracy": ("near_miss", "far"),
}
UPPER = ("wrong_abstentions",)
ZERO = ("errors", "broken_rules")
"""Where a measure must be 0, today's interval does not matter."""


def main() -> int:
    """Print the TOML."""
    result = json.loads(Path(sys.argv[1]).read_text(encoding="utf-8"))
    lines = ["# Bounds of today's 95 % intervals (tests/bench/lower_bounds.py); what must be 0 is 0.", "[all]"]
    lines += [f'"{name}" = {_bound(name, result["figures"])}' for name in OVERALL]
    for tag in sorted({tag for tags in BY_TAG.values() for tag in tags}):
        measures = [measure for measure, tags in BY_TAG.items() if tag in tags]
        lines += ["", f"[{tag}]", *(f'"{name}" = {_bound(name, result["by_tag"][tag])}' for name in measures)]
    print("\n".join(lines))  # noqa: T201
    return 0


def _bound(name: str, figures: dict[str, dict[str, float]]) -> float:
    if name in ZERO:
        return 0.0
    return math.ceil(figures[name]["high"] * 1000) / 1000 if name in UPPER else (
        math.floor(figures[name]["low"] * 1000) / 1000
    )  # fmt: skip


if __name__ == "__main__":
    raise SystemExit(main())
