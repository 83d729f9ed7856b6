"""What each part of the search adds, on the project's own test set: python tests/bench/ablation.py [TESTSET] [--json]

Asks the questions that the material answers of the whole product, then without the reader (its place is taken by the
first model of `index/readings.py`), without word search, and without the embeddings of passages and questions.
`ketamine-qa evaluate` asks without the asked_as lines and the questions of single sentences.
"""

import argparse
import json
import sys
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from unittest.mock import patch

from tqdm import tqdm

from corpus.withdrawn import NOTHING, Withdrawn
from index.readings import FIRST, probability
from index.search import HITS, Judged, Query, Searcher, chosen, evidence
from index.types import Evidence, Hit
from qa.evaluate.asking import LocalAsker
from qa.evaluate.run import Plan, run_local
from qa.evaluate.testset import Case, read_testset
from qa.pipeline import Pipeline
from qa.settings import read_settings

DAY = date(2026, 11, 23)
TESTSET = Path(__file__).parent.parent / "testset"
SHOWN = ("fact_recall", "first_sentence_facts", "outcome_accuracy", "wrong_abstentions", "recall@10", "success@5")


class WithoutReader(Searcher):
    """Scores the units by what was known before they are read."""

    def judge(self, query: Query, count: int = HITS, *, site: str = "", withdrawn: Withdrawn = NOTHING) -> Judged:
        """See Searcher. Without the reader nothing tells whether there is an answer, so there always is one."""
        found = self.find(query, count, site=site)
        units = chosen(self.look(query, found, withdrawn))
        scores = probability(FIRST.logits([unit.reading for unit in units]))
        known = {
            (one.chunk.id, one.unit.start, one.unit.end): Evidence(one.unit, float(score))
            for one, score in zip(units, scores, strict=True)
        }
        hits = tuple(Hit(chunk, score, evidence(chunk, known)) for chunk, score in found)
        return Judged(hits, 1.0)


class WithoutWords(Searcher):
    """Ranks by meaning alone."""

    def _lexical(self, query: Query) -> list[str]:
        return []


class WithoutMeaning(Searcher):
    """Ranks by words alone."""

    def _dense(self, collection: str, query: Query) -> list[str]:
        return []


SYSTEMS = {
    "product": Searcher,
    "without the reader": WithoutReader,
    "without word search": WithoutWords,
    "without embeddings in the ranking": WithoutMeaning,
}


def main() -> int:
    """Print the figures."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("testset", type=Path, nargs="?", default=TESTSET)
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    cases = [case for case in read_testset(options.testset) if "answered" in case.outcome]
    found = {name: _figures(cases, kind, name) for name, kind in SYSTEMS.items()}
    print(json.dumps(found) if options.json else json.dumps(found, indent=1))  # noqa: T201
    return 0


def _figures(cases: Sequence[Case], kind: type[Searcher], name: str) -> dict[str, float]:
    with patch("index.live.Searcher", kind), tqdm(total=len(cases), desc=name, file=sys.stderr) as bar:
        settings = read_settings()
        asker = LocalAsker(settings, Pipeline(settings), DAY)
        result = run_local(cases, asker, Plan(ablation=False), lambda: bar.update(1) and None)
    return {measure: round(result["figures"][measure]["value"], 4) for measure in SHOWN if measure in result["figures"]}


if __name__ == "__main__":
    raise SystemExit(main())
