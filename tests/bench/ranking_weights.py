"""Tries weights of index/ranking.py on folders in the layout of BEIR, and prints nDCG@10 of each, best mean first.

    python tests/bench/ranking_weights.py DIR... --keep FOLDER [--limit N]

FOLDER/NAME, NAME being the last part of DIR, is what `retrieval.py DIR --keep FOLDER/NAME` has left; what is missing is
built.
"""

import argparse
import sys
from collections.abc import Mapping, Sequence
from itertools import product
from pathlib import Path

import numpy as np
from beir import Judgements, read_task
from measures import retrieval_measures
from product import CHUNKS, open_index
from tqdm import tqdm

from index.ranking import WEIGHTS, Weights, rank_passages
from index.types import Hit

READER = (0.0, 0.001, 0.002, 0.003, 0.004, 0.006, 0.008, 0.012, 0.02, 1.0)
SECOND = (0.0, 0.3, 0.6)
LEAST = (0.001, 0.005, 0.02, 0.05)
BEST = 15

Asked = tuple[Judgements, Mapping[str, list[Hit]]]


def main() -> int:
    """Print the figures."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folders", type=Path, nargs="+", metavar="DIR")
    parser.add_argument("--keep", type=Path, required=True, metavar="FOLDER")
    parser.add_argument("--limit", type=int, metavar="N", help="so many questions of each only, evenly spread")
    options = parser.parse_args()
    asked = [_ask(folder, options.keep / folder.name, options.limit) for folder in options.folders]
    tried = {Weights(*values): _scores(Weights(*values), asked) for values in product(READER, SECOND, LEAST)}
    best = sorted(tried, key=lambda weights: -float(np.mean(tried[weights])))[:BEST]
    names = " ".join(folder.name for folder in options.folders)
    print(f"nDCG@10 on {names}")  # noqa: T201
    for weights in [WEIGHTS, *best]:
        print(weights, *(f"{score:.4f}" for score in tried.get(weights) or _scores(weights, asked)))  # noqa: T201
    return 0


def _ask(folder: Path, kept: Path, limit: int | None) -> Asked:
    task = read_task(folder, limit=limit)
    searcher = open_index(task.rows, kept)
    found = {
        question.id: searcher.search(searcher.prepare(question.text), CHUNKS)
        for question in tqdm(task.questions, desc=folder.name, file=sys.stderr)
    }
    return task.judgements, found


def _scores(weights: Weights, asked: Sequence[Asked]) -> list[float]:
    return [_ndcg(weights, *one) for one in asked]


def _ndcg(weights: Weights, judgements: Judgements, found: Mapping[str, list[Hit]]) -> float:
    rankings = {question: _documents(hits, weights) for question, hits in found.items()}
    return float(np.mean(list(retrieval_measures(judgements, rankings)["ndcg@10"].values())))


def _documents(hits: Sequence[Hit], weights: Weights) -> list[str]:
    documents = {hit.chunk.id: hit.chunk.document for hit in hits}
    return list(dict.fromkeys(documents[name] for name, _ in rank_passages(hits, weights)))


if __name__ == "__main__":
    raise SystemExit(main())
