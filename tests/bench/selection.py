"""How well the sentence that answers is chosen among others, by the reader beside cosine and BM25.

    python tests/bench/selection.py FILE [--json]

FILE: JSON lines {"qid", "question", "sentence", "label"}, plain or gzip'd. Counted are questions with sentences of both
labels. map, mrr and p@1 are the reader's; `cosine` (the bundled encoder) and `bm25` have the same, and
`reader_minus_this` with the paired 95 % bootstrap interval of each. Equal scores are put in alphabetical order.
"""

import argparse
import json
import sys
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from beir import read_lines
from measures import Figures, average_precision, difference, ranked, reciprocal_rank, rounded
from scorers import Scorer, by_cosine, by_reader, by_words
from tqdm import tqdm

from index.encoders import load_encoder
from index.model import BUNDLED
from index.reader import load_reader
from index.training.groups import Candidate
from qa.settings import read_settings

RIGHT = {"1", "true", "yes"}
READER = "reader"


@dataclass(frozen=True, slots=True)
class Choice:
    """A question, its sentences, and which of them answer."""

    question: str
    candidates: tuple[Candidate, ...]
    right: tuple[bool, ...]


def main() -> int:
    """Print the figures."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("file", type=Path, metavar="FILE")
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    try:
        choices = read_choices(options.file)
    except (OSError, ValueError, KeyError) as error:
        print(f"{options.file} cannot be used: {error}", file=sys.stderr)  # noqa: T201
        return 1
    figures = rounded(figures_of(choices, _scorers(choices)))
    print(json.dumps(figures) if options.json else json.dumps(figures, indent=1))  # noqa: T201
    return 0


def read_choices(path: Path) -> list[Choice]:
    """Give the questions with sentences of both labels. Raises ValueError where there is none."""
    rows: defaultdict[str, list[tuple[str, str, bool]]] = defaultdict(list)
    for record in read_lines(path):
        right = str(record["label"]).lower() in RIGHT
        rows[str(record["qid"])].append((record["question"], record["sentence"], right))
    choices = [
        Choice(found[0][0], tuple(Candidate(text) for _, text, _ in found), tuple(right for _, _, right in found))
        for found in rows.values()
    ]
    kept = [choice for choice in choices if len(set(choice.right)) == 2]
    if not kept:
        raise ValueError("no question has sentences of both labels.")
    return kept


def figures_of(choices: Sequence[Choice], scorers: Mapping[str, Scorer]) -> Figures:
    """Give the reader's figures, and below them one object for each of the others."""
    found = {name: _measured(choices, scorer, name) for name, scorer in scorers.items()}
    own = found.pop(READER)
    figures: Figures = {**_means(own), "questions": len(choices)}
    for name, measures in found.items():
        gains = {measure: difference(values, own[measure]) for measure, values in measures.items()}
        figures[name] = {**_means(measures), "reader_minus_this": gains}
    return figures


def _measured(choices: Sequence[Choice], scorer: Scorer, name: str) -> dict[str, list[float]]:
    """Give each measure of each question."""
    found: dict[str, list[float]] = {"map": [], "mrr": [], "p@1": []}
    for choice in tqdm(choices, desc=name, file=sys.stderr):
        order = ranked([one.text for one in choice.candidates], scorer(choice.question, choice.candidates))
        labels = [choice.right[place] for place in order]
        found["map"].append(average_precision(labels))
        found["mrr"].append(reciprocal_rank(labels))
        found["p@1"].append(float(labels[0]))
    return found


def _means(measures: Mapping[str, Sequence[float]]) -> Figures:
    return {measure: float(np.mean(values)) for measure, values in measures.items()}


def _scorers(choices: Sequence[Choice]) -> dict[str, Scorer]:
    sentences = [one.text for choice in choices for one in choice.candidates]
    encoder = load_encoder(BUNDLED, read_settings().place.models)
    return {
        READER: by_reader(load_reader()),
        "cosine": by_cosine(encoder, sentences),
        "bm25": by_words(sentences),
    }


if __name__ == "__main__":
    raise SystemExit(main())
