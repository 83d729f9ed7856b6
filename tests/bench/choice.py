"""How well the first sentence of an answer is chosen, and how well the chat knows when not to answer.

    python tests/bench/choice.py [--json] [--fit] [--every]

Questions with an answer: those of ours that the reader was not trained on, one in eight; each is left out of the
questions that the corpus knows when it is asked. Right is a first sentence that was named as its answer; near is one
that shares a leading fact with it or says the same. Questions without an answer: one in eight of those in
`index/training/unanswerable.jsonl`, `unanswerable.txt` beside this file and, where ../shared/data is present, the K-QA
questions. `--fit` fits the two models of `index/readings.py` and prints them with figures from five-fold
cross-validation, questions kept whole; `--every N` takes one question in N.
"""

import argparse
import gzip
import json
import sys
from collections.abc import Iterator, Sequence
from dataclasses import astuple, dataclass
from pathlib import Path

import numpy as np
from sklearn.linear_model import LogisticRegression

from index.encoders import load_encoder
from index.generation import open_current
from index.reader import load_reader, pair_text
from index.readings import SECOND, Model, Reading, probability
from index.search import READ, Searcher, chosen
from index.training.own import SAY_THE_SAME, Known, is_held_out_question, known_questions
from qa.compose import ANSWERABLE
from qa.settings import read_settings
from qa.triage import Triage

FOLDS = 5
HERE = Path(__file__).parent
KQA = HERE.parents[2] / "shared" / "data" / "dev" / "kqa_questions.jsonl.gz"
CURVE = (0.02, 0.05, 0.1, 0.15, 0.2, 0.25, 0.3, 0.35, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9)
RIGHT, NEAR, WRONG = 1, 2, 0


@dataclass(frozen=True)
class Outcome:
    """The units looked at for a question: readings, the reader's logits of those it read, and which are right.

    features: shape (units, readings). logits: NaN where the unit was not read. labels: RIGHT, NEAR or WRONG.
    """

    source: str
    features: "np.ndarray"
    logits: "np.ndarray"
    labels: "np.ndarray"


def main() -> int:
    """Print the figures."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--fit", action="store_true")
    parser.add_argument("--every", type=int, default=1)
    options = parser.parse_args()
    settings = read_settings()
    generation = open_current(settings.place.index)
    searcher = Searcher(generation, load_encoder(settings.place.model, settings.place.models))
    outcomes = [_outcome(searcher, source, known) for source, known in _cases(searcher, options.every)]
    figures = _figures(outcomes, [_scores(outcome, SECOND) for outcome in outcomes])
    figures["candidates"] = _candidates(outcomes)
    if options.fit:
        figures["fit"] = _fit(outcomes)
    print(json.dumps(figures) if options.json else json.dumps(figures, indent=1))  # noqa: T201
    return 0


def _cases(searcher: Searcher, every: int) -> Iterator[tuple[str, Known]]:
    triage = Triage()
    held_out = [known for known in known_questions(searcher) if is_held_out_question(known.question)]
    cases = [("own" if known.answers else "unanswerable", known) for known in held_out]
    cases += [("other", Known(question, frozenset())) for question in _without_answer()]
    return ((source, known) for source, known in cases[::every] if triage.judge(known.question) is None)


def _without_answer() -> list[str]:
    lines = (HERE / "unanswerable.txt").read_text(encoding="utf-8").splitlines()
    questions = [line for line in lines if line and not line.startswith("#")]
    if not KQA.exists():
        print(f"{KQA} is absent: measured without it", file=sys.stderr)  # noqa: T201
        return questions
    with gzip.open(KQA, "rt", encoding="utf-8") as rows:
        return questions + [json.loads(row)["Question"] for row in rows]


def _outcome(searcher: Searcher, source: str, known: Known) -> Outcome:
    query = searcher.prepare(known.question, unknown=True)
    units = searcher.look(query, searcher.find(query))
    read = chosen(units)
    found = load_reader().logits(query.repaired, [pair_text(unit.text, unit.context) for unit in read])
    by_unit = {id(unit): float(logit) for unit, logit in zip(read, found, strict=True)}
    right = [unit for unit in units if (unit.chunk.id, unit.unit.start) in known.answers]
    labels = [
        RIGHT if any(unit is one for one in right)
        else NEAR if any(searcher.say_the_same(unit, one, SAY_THE_SAME) for one in right)
        else WRONG
        for unit in units
    ]  # fmt: skip
    features = np.array([astuple(unit.reading) for unit in units]).reshape(len(units), -1)
    return Outcome(source, features, np.array([by_unit.get(id(unit), np.nan) for unit in units]), np.array(labels))


def _scores(outcome: Outcome, model: Model) -> "np.ndarray":
    """Give the probability of each unit, 0 for those that were not read."""
    readings = [Reading(*row) for row in outcome.features]
    known = probability(model.logits(readings, np.nan_to_num(outcome.logits).tolist()))
    return np.where(np.isnan(outcome.logits), 0.0, known)


def _candidates(outcomes: Sequence[Outcome]) -> dict[str, float]:
    """Give how often an answering unit was looked at, and how often it was read."""
    own = [outcome for outcome in outcomes if outcome.source == "own"]
    exact = [outcome.labels == RIGHT for outcome in own]
    near = [outcome.labels != WRONG for outcome in own]
    read = [~np.isnan(outcome.logits) for outcome in own]
    return {
        "looked at": _share([labels.any() for labels in exact]),
        "looked at, or near": _share([labels.any() for labels in near]),
        f"among {READ}": _share([(labels & seen).any() for labels, seen in zip(exact, read, strict=True)]),
        f"among {READ}, or near": _share([(labels & seen).any() for labels, seen in zip(near, read, strict=True)]),
    }


def _figures(outcomes: Sequence[Outcome], scores: Sequence["np.ndarray"]) -> dict[str, object]:
    best = {source: [] for source in ("own", "unanswerable", "other")}
    first: list[int] = []
    for outcome, values in zip(outcomes, scores, strict=True):
        best[outcome.source].append(float(values.max(initial=0.0)))
        if outcome.source == "own" and len(values):
            first.append(int(outcome.labels[int(np.argmax(values))]))
    curve = {
        str(least): {
            "wrongly abstains": _share([value < least for value in best["own"]]),
            "answers near-misses": _share([value >= least for value in best["unanswerable"]]),
            "answers other questions": _share([value >= least for value in best["other"]]),
        }
        for least in CURVE
    }
    return {
        "with an answer": len(best["own"]),
        "right first": _share([label == RIGHT for label in first]),
        "right or near first": _share([label != WRONG for label in first]),
        "without an answer": [len(best["unanswerable"]), len(best["other"])],
        "threshold": ANSWERABLE,
        "trade-off": curve,
    }


def _fit(outcomes: Sequence[Outcome]) -> dict[str, object]:
    """Fit both models; give them, and the figures of the second in cross-validation."""
    folds = [number % FOLDS for number in range(len(outcomes))]
    crossed: list[np.ndarray] = [np.zeros(0)] * len(outcomes)
    for fold in range(FOLDS):
        model = _second([outcome for outcome, number in zip(outcomes, folds, strict=True) if number != fold])
        for place, outcome in enumerate(outcomes):
            if folds[place] == fold:
                crossed[place] = _scores(outcome, model)
    first = _logistic([(row, label) for outcome in outcomes if outcome.source == "own"
                       for row, label in zip(outcome.features, outcome.labels, strict=True)])  # fmt: skip
    return {
        "first": repr(Model(Reading(*first[0]), first[1])),
        "second": repr(_second(outcomes)),
        "cross-validated": _figures(outcomes, crossed),
    }


def _second(outcomes: Sequence[Outcome]) -> Model:
    rows = [
        (np.append(row, logit), label)
        for outcome in outcomes
        for row, logit, label in zip(outcome.features, outcome.logits, outcome.labels, strict=True)
        if not np.isnan(logit)
    ]
    weights, bias = _logistic(rows)
    return Model(Reading(*weights[:-1]), bias, weights[-1])


def _logistic(rows: Sequence[tuple["np.ndarray", int]]) -> tuple[list[float], float]:
    """Fit on what is clearly right or wrong; a unit that is near counts as neither."""
    features = np.array([row for row, label in rows if label != NEAR])
    labels = np.array([label for _, label in rows if label != NEAR])
    scale = features.std(axis=0) + 1e-9
    model = LogisticRegression(C=1.0, max_iter=1000).fit(features / scale, labels)
    return [round(float(value), 2) for value in model.coef_[0] / scale], round(float(model.intercept_[0]), 2)


def _share(values: Sequence[bool]) -> float:
    return round(float(np.mean(values)), 4) if len(values) else 0.0


if __name__ == "__main__":
    raise SystemExit(main())
