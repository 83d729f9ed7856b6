"""How well the first sentence of an answer is chosen, and how well the chat knows when not to answer.

    python tests/bench/choice.py [--json] [--fit]

Questions with an answer: the corpus's own asked_as lines, a fifth of them left out of the index at a time, so that none
finds itself. Right is a first sentence from the passage it was written for, or one that rests on the same leading fact.
Questions without one: `unanswerable.txt` beside this file and, where ../shared/data is present, the K-QA questions.
`--fit` fits the reader's weights to the same data, half the questions apart for the figures, and prints them.
"""

import argparse
import gzip
import json
import re
import shutil
import sys
import tempfile
import zlib
from collections.abc import Iterator
from dataclasses import astuple, dataclass
from datetime import date
from pathlib import Path

import numpy as np

from corpus.loaders import DOCUMENTS
from index.build import Place, build_index
from index.encoders import load_encoder
from index.generation import open_current
from index.reader import BIAS, WEIGHTS
from index.search import Searcher
from qa.citations import Citer
from qa.compose import ANSWERABLE, Composer
from qa.settings import read_settings
from qa.triage import triage

FOLDS = 5
HERE = Path(__file__).parent
KQA = HERE.parents[2] / "shared" / "data" / "dev" / "kqa_questions.jsonl.gz"
ASKED = re.compile(r"^asked_as:(.*)$", re.MULTILINE)
CURVE = (0.05, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9)


@dataclass(frozen=True)
class Case:
    """A question and, where the corpus answers it, the passage it was written for."""

    question: str
    passage: str | None
    facts: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Candidate:
    """One unit read for a case: its features, whether it answers, and whether it opens the passage."""

    features: tuple[float, ...]
    right: bool
    unclear: bool


@dataclass(frozen=True)
class Outcome:
    """What the chat would open with: its score, 0 where nothing was found, and whether that is right."""

    case: Case
    score: float
    right: bool
    among: bool
    candidates: tuple[Candidate, ...]


def main() -> int:
    """Print the figures."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--fit", action="store_true")
    options = parser.parse_args()
    outcomes = list(_outcomes())
    if options.fit:
        _fit(outcomes)
    figures = _figures(outcomes)
    print(json.dumps(figures) if options.json else json.dumps(figures, indent=1))  # noqa: T201
    return 0


def _outcomes() -> Iterator[Outcome]:
    settings = read_settings()
    with tempfile.TemporaryDirectory() as scratch:
        for fold in range(FOLDS):
            searcher, composer, held_out = _fold(settings.place, Path(scratch) / str(fold), fold)
            cases = held_out if fold else [*held_out, *_without_answer()]
            for case in cases:
                yield _outcome(searcher, composer, case)


def _fold(place: Place, folder: Path, fold: int) -> tuple[Searcher, Composer, list[Case]]:
    """Index the corpus without the asked_as lines of one fold, and give these."""
    material, index = folder / "corpus", folder / "index"
    material.mkdir(parents=True)
    shutil.copy(place.corpus / "ledger.jsonl", material)
    shutil.copytree(place.corpus / DOCUMENTS, material / DOCUMENTS)
    left_out: set[str] = set()
    for path in (material / DOCUMENTS).glob("*/*.md"):
        text = path.read_text(encoding="utf-8")
        path.write_text(ASKED.sub(lambda match: _thinned(match, fold, left_out), text), encoding="utf-8")
    if place.index.exists():
        shutil.copytree(place.index, index)
    thinned = Place(material, index, place.models, place.model)
    build_index(thinned)
    generation = open_current(index)
    searcher = Searcher(generation, load_encoder(place.model, place.models))
    composer = Composer(generation.corpus, generation.chunks, Citer(generation.corpus))
    return searcher, composer, list(_held_out(place, fold, left_out))


def _thinned(match: re.Match[str], fold: int, left_out: set[str]) -> str:
    lines = [line.strip() for line in match[1].split("|")]
    kept = [line for line in lines if _fold_of(line) != fold]
    left_out.update(line for line in lines if _fold_of(line) == fold)
    return f"asked_as: {' | '.join(kept)}" if kept else ""


def _fold_of(line: str) -> int:
    return zlib.crc32(line.encode()) % FOLDS


def _held_out(place: Place, fold: int, left_out: set[str]) -> Iterator[Case]:
    for chunk in open_current(place.index).chunks:
        for question in chunk.passage.asked_as:
            if question in left_out and triage(question) is None:
                facts = frozenset(unit.facts[0] for unit in chunk.passage.units() if unit.facts)
                yield Case(question, f"{chunk.document}#{chunk.passage.anchor}", facts)


def _without_answer() -> Iterator[Case]:
    lines = (HERE / "unanswerable.txt").read_text(encoding="utf-8").splitlines()
    questions = [line for line in lines if line and not line.startswith("#")]
    if KQA.exists():
        with gzip.open(KQA, "rt", encoding="utf-8") as rows:
            questions += [json.loads(row)["Question"] for row in rows]
    else:
        print(f"{KQA} is absent: measured without it", file=sys.stderr)  # noqa: T201
    for question in questions:
        if triage(question) is None:
            yield Case(question, None)


def _outcome(searcher: Searcher, composer: Composer, case: Case) -> Outcome:
    query = searcher.prepare(case.question)
    hits = searcher.search(query)
    candidates = [
        Candidate(
            astuple(reading), *_label(case, hit.chunk.document, hit.chunk.passage.anchor, item.unit.facts, position)
        )
        for hit in hits
        for position, (item, reading) in enumerate(
            zip(hit.evidence, searcher.read(query, hit.chunk, [item.unit for item in hit.evidence]), strict=True)
        )
    ]
    draft = composer.compose(hits, date(2026, 11, 23), least=0.0)
    if draft is None or case.passage is None:
        return Outcome(case, draft.confidence if draft else 0.0, False, False, tuple(candidates))
    places = [f"{pick.chunk.document}#{pick.chunk.passage.anchor}" for pick in draft.picks]
    lead = draft.picks[0]
    right = places[0] == case.passage or bool(case.facts.intersection(lead.unit.facts[:1]))
    facts = {fact for pick in draft.picks for fact in pick.unit.facts}
    among = right or case.passage in places or bool(case.facts & facts)
    return Outcome(case, draft.confidence, right, among, tuple(candidates))


def _label(case: Case, document: str, anchor: str, facts: tuple[str, ...], position: int) -> tuple[bool, bool]:
    """Tell whether a unit answers, and whether that is unclear: later in the passage, or the same facts elsewhere."""
    own = f"{document}#{anchor}" == case.passage
    related = own or bool(case.facts.intersection(facts))
    return own and position == 0, related and not (own and position == 0)


def _figures(outcomes: list[Outcome]) -> dict[str, object]:
    answerable = [outcome for outcome in outcomes if outcome.case.passage]
    without = [outcome for outcome in outcomes if not outcome.case.passage]
    curve = {
        str(least): {
            "wrongly abstains": round(float(np.mean([outcome.score < least for outcome in answerable])), 4),
            "answers without an answer": round(float(np.mean([outcome.score >= least for outcome in without])), 4),
        }
        for least in CURVE
    }
    return {
        "answerable": len(answerable),
        "right first sentence": round(float(np.mean([outcome.right for outcome in answerable])), 4),
        "right sentence in the answer": round(float(np.mean([outcome.among for outcome in answerable])), 4),
        "without an answer": len(without),
        "threshold": ANSWERABLE,
        "trade-off": curve,
    }


def _fit(outcomes: list[Outcome], rounds: int = 4000, rate: float = 0.5, ridge: float = 1e-4) -> None:
    """Fit a logistic model by gradient descent on half the cases; print it and how the other half ranks with it."""
    train = [outcome for outcome in outcomes if zlib.crc32(outcome.case.question.encode()) % 2 == 0]
    rows = [(c.features, c.right) for outcome in train for c in outcome.candidates if not c.unclear]
    features = np.array([row[0] for row in rows])
    labels = np.array([row[1] for row in rows], dtype=float)
    share = labels.mean()
    importance = np.where(labels == 1, 0.5 / share, 0.5 / (1 - share)) / 2
    weights, bias = np.zeros(features.shape[1]), 0.0
    scale = features.std(axis=0) + 1e-9
    scaled = features / scale
    for _ in range(rounds):
        error = (1 / (1 + np.exp(-(scaled @ weights + bias))) - labels) * importance
        weights -= rate * (scaled.T @ error / len(labels) + ridge * weights)
        bias -= rate * float(error.mean())
    names = type(WEIGHTS).__dataclass_fields__
    fitted = dict(zip(names, np.round(weights / scale, 3).tolist(), strict=True))
    print(json.dumps({"weights": fitted, "bias": round(bias, 3), "was": astuple(WEIGHTS), "bias was": BIAS}))  # noqa: T201
    _report_ranking(outcomes, weights / scale, bias)


def _report_ranking(outcomes: list[Outcome], weights: "np.ndarray", bias: float) -> None:
    test = [outcome for outcome in outcomes if zlib.crc32(outcome.case.question.encode()) % 2 == 1]
    first = [_best(outcome, weights) for outcome in test if outcome.case.passage and outcome.candidates]
    tops = {
        kind: [max(np.array([c.features for c in outcome.candidates]) @ weights + bias)
               for outcome in test if bool(outcome.case.passage) == kind and outcome.candidates]
        for kind in (True, False)
    }  # fmt: skip
    probability = {kind: 1 / (1 + np.exp(-np.array(values))) for kind, values in tops.items()}
    curve = {
        str(least): (
            round(float((probability[True] < least).mean()), 3),
            round(float((probability[False] >= least).mean()), 3),
        )
        for least in CURVE
    }
    figures = {"held-out first": round(float(np.mean(first)), 4), "wrong abstain, wrong answer": curve}
    print(json.dumps(figures))  # noqa: T201


def _best(outcome: Outcome, weights: "np.ndarray") -> bool:
    best = max(outcome.candidates, key=lambda c: float(np.dot(c.features, weights)))
    return best.right or best.unclear


if __name__ == "__main__":
    raise SystemExit(main())
