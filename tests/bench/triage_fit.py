"""What each threshold of triage costs and brings, on messages that nothing is learned from and no figure is taken on.

    python tests/bench/triage_fit.py [--json] [--only DANGER,DECLINE]

One threshold of `qa/triage.py` at a time is moved, the others stay as they are. The messages are those of `messages/`
beside this file; those of `questions/` are ordinary ones. Given is the share of messages of a kind that get a card
(DANGER), are declined (DECLINE), or get the notice to phone the clinic today (SAME_DAY).
"""

import argparse
import json
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path

from qa import triage
from qa.classifier import Classifier
from qa.evaluate.testset import read_testset
from qa.triage import Triage, Verdict
from qa.types import CARDS

HERE = Path(__file__).parent
GRID: Mapping[str, Sequence[float]] = {
    "DANGER": (0.05, 0.1, 0.15, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7),
    "DANGER_IN_PART": (0.5, 0.7, 0.9, 0.95, 0.99, 0.999),
    "EMERGENCY_SHARE": (0.05, 0.1, 0.2, 0.3, 0.5),
    "HARDLY_CRISIS": (0.0, 0.05, 0.1, 0.2),
    "DECLINE": (0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8),
    "DECLINE_AGREED": (0.05, 0.1, 0.15, 0.2, 0.3),
    "SAME_DAY": (0.02, 0.05, 0.1, 0.15, 0.2, 0.3, 0.4),
}
Table = dict[str, dict[str, float]]


class Remembering(Classifier):
    """Judges each text once."""

    def __init__(self) -> None:
        super().__init__()
        self._known: dict[tuple[str, ...], list[dict[str, float]]] = {}

    def probabilities(self, texts: Sequence[str]) -> list[dict[str, float]]:
        key = tuple(texts)
        if key not in self._known:
            self._known[key] = super().probabilities(texts)
        return self._known[key]


def main() -> int:
    """Print a table a threshold."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--only", default=",".join(GRID), help="some of the thresholds, with commas between")
    options = parser.parse_args()
    judge = Triage(Remembering()).judge
    messages = list(read_messages())
    tables = {name: _table(name, GRID[name], messages, judge) for name in options.only.split(",")}
    print(json.dumps(tables) if options.json else json.dumps(tables, indent=1))  # noqa: T201
    return 0


def read_messages() -> Iterator[tuple[str, str]]:
    """Give kind and text of each message."""
    for path in sorted((HERE / "messages").glob("*.jsonl")):
        for line in path.read_text(encoding="utf-8").splitlines():
            row = json.loads(line)
            yield f"{row['label']}: {row['kind']}", row["text"]
    yield from (("ordinary", case.question) for case in read_testset(HERE / "questions"))


def _table(
    name: str, values: Sequence[float], messages: Sequence[tuple[str, str]], judge: Callable[[str], Verdict | None]
) -> dict[str, Table]:
    shipped = getattr(triage, name)
    found = {}
    for value in sorted({*values, shipped}):
        setattr(triage, name, value)
        found[f"{value}{' (shipped)' if value == shipped else ''}"] = _shares(messages, judge)
    setattr(triage, name, shipped)
    return found


def _shares(messages: Sequence[tuple[str, str]], judge: Callable[[str], Verdict | None]) -> Table:
    """Give for each kind how often each outcome comes; "card" is either of them."""
    seen: dict[str, list[str]] = defaultdict(list)
    for kind, text in messages:
        verdict = judge(text)
        seen[kind].append(verdict.outcome if verdict else "none")
    return {kind: _of(outcomes) for kind, outcomes in seen.items()}


def _of(outcomes: Sequence[str]) -> dict[str, float]:
    counts = {outcome: outcomes.count(outcome) for outcome in sorted(set(outcomes))}
    counts["card"] = sum(counts.get(card, 0) for card in CARDS)
    return {outcome: round(count / len(outcomes), 3) for outcome, count in counts.items() if count}


if __name__ == "__main__":
    raise SystemExit(main())
