"""How well the first sentence of an answer is chosen, and how well the chat knows when not to answer.

    python tests/bench/choice.py [--json] [--fit] [--every N]

Questions with an answer: those in `questions/` beside this file, and every second of those of ours that the reader was
not trained on, one in eight; each of ours is left out of the questions that the corpus knows when it is asked. Right is
a first unit that was named as its answer (of `questions/`: that rests on one of its sources and holds one fact);
near is one that shares a leading fact with it or says the same (rests on a source, or holds a fact). Without an answer:
those in `questions/`, one in eight of those in `index/training/unanswerable.jsonl`, `unanswerable.txt` beside this file
and, where ../shared/data is present, every sixth K-QA question. `--fit` fits the models of `index/readings.py` and
prints them with figures from five-fold cross-validation, questions kept whole; `--every N` takes one question in N.
"""

import argparse
import gzip
import json
import re
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import choice_fit
import numpy as np
from choice_fit import NEAR, RIGHT, WRONG, Asked, Fit
from numpy.typing import NDArray

from index.encoders import load_encoder
from index.generation import open_current
from index.reader import load_reader, pair_text
from index.readings import ANSWERABLE, ANSWERS, FIRST, SECOND, Model
from index.search import READ, Looked, Searcher, chosen
from index.training.own import SAY_THE_SAME, Known, is_held_out_question, known_questions
from qa.evaluate.testset import Case, read_testset
from qa.settings import read_settings

HERE = Path(__file__).parent
KQA, KQA_EVERY = HERE.parents[2] / "shared" / "data" / "dev" / "kqa_questions.jsonl.gz", 6
OWN_EVERY = 2
CURVE = (0.1, 0.2, 0.3, 0.35, 0.4, 0.45, 0.5, 0.55, 0.6, 0.7, 0.8)
ANSWERED = ("written", "own")

Labels = NDArray[np.int64]
Label = Callable[[Sequence[Looked]], Labels]


@dataclass(frozen=True, slots=True)
class Question:
    """A question to be asked. unknown: it is one that the corpus knows, and is to be left out of these."""

    source: str
    text: str
    label: Label
    unknown: bool = False


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
    asked = [_ask(searcher, question) for question in list(_questions(searcher))[:: options.every]]
    shipped = Fit(FIRST, SECOND, ANSWERS)
    figures: dict[str, object] = {**_figures(asked, [shipped] * len(asked)), "candidates": _candidates(asked)}
    if options.fit:
        figures["fit"] = repr(choice_fit.fit(asked))
        figures["cross-validated"] = _figures(asked, choice_fit.crossed(asked))
    print(json.dumps(figures) if options.json else json.dumps(figures, indent=1))  # noqa: T201
    return 0


def _questions(searcher: Searcher) -> Iterator[Question]:
    for case in read_testset(HERE / "questions"):
        tags = set(case.tags).intersection(("near_miss", "far"))
        yield Question(tags.pop() if tags else "written", case.question, _written_label(case))
    held_out = [known for known in known_questions(searcher) if is_held_out_question(known.question)]
    for known in [one for one in held_out if one.answers][::OWN_EVERY]:
        yield Question("own", known.question, _own_label(searcher, known), unknown=True)
    yield from (Question("unanswerable", one.question, _none, unknown=True) for one in held_out if not one.answers)
    for text in (HERE / "unanswerable.txt").read_text(encoding="utf-8").splitlines():
        if text and not text.startswith("#"):
            yield Question("unanswerable", text, _none)
    yield from (Question("kqa", text, _none) for text in _kqa())


def _kqa() -> list[str]:
    if not KQA.exists():
        print(f"{KQA} is absent: measured without it", file=sys.stderr)  # noqa: T201
        return []
    with gzip.open(KQA, "rt", encoding="utf-8") as rows:
        return [json.loads(row)["Question"] for row in rows][::KQA_EVERY]


def _none(units: Sequence[Looked]) -> Labels:
    return np.full(len(units), WRONG)


def _written_label(case: Case) -> Label:
    sources = set(case.sources)

    def label(units: Sequence[Looked]) -> Labels:
        rests = [unit.chunk.document in sources or bool(sources.intersection(unit.unit.facts)) for unit in units]
        holds = [
            any(re.search(pattern, unit.text, re.IGNORECASE) for group in case.facts for pattern in group)
            for unit in units
        ]
        pairs = zip(rests, holds, strict=True)
        return np.array([RIGHT if one and two else NEAR if one or two else WRONG for one, two in pairs], dtype=int)

    return label if case.facts else _none


def _own_label(searcher: Searcher, known: Known) -> Label:
    def label(units: Sequence[Looked]) -> Labels:
        right = [unit for unit in units if (unit.chunk.id, unit.unit.start) in known.answers]
        return np.array(
            [
                RIGHT if any(unit is one for one in right)
                else NEAR if any(searcher.say_the_same(unit, one, SAY_THE_SAME) for one in right)
                else WRONG
                for unit in units
            ],
            dtype=int,
        )  # fmt: skip

    return label


def _ask(searcher: Searcher, question: Question) -> Asked:
    query = searcher.prepare(question.text, unknown=question.unknown)
    units = searcher.look(query, searcher.find(query))
    read = chosen(units)
    logits = load_reader().logits(query.repaired, [pair_text(unit.text, unit.context) for unit in read])
    return Asked(
        source=question.source,
        readings=tuple(unit.reading for unit in read),
        logits=tuple(float(logit) for logit in logits),
        stems=len(query.stems),
        labels=question.label(read),
        seen=tuple(unit.reading for unit in units),
        looked=question.label(units),
    )


def _candidates(asked: Sequence[Asked]) -> Mapping[str, float]:
    """Give how often an answering unit was looked at, and how often it was read."""
    answered = [one for one in asked if one.source in ANSWERED]
    return {
        "looked at": _share([bool((one.looked == RIGHT).any()) for one in answered]),
        f"among the {READ} that are read": _share([bool((one.labels == RIGHT).any()) for one in answered]),
    }


def _figures(asked: Sequence[Asked], fits: Sequence[Fit]) -> dict[str, object]:
    """Give the figures, each question judged by the fit of the same place."""
    pairs = list(zip(asked, fits, strict=True))
    sure: dict[str, list[float]] = {}
    first: dict[str, list[int]] = {source: [] for source in ANSWERED}
    chosen_from: dict[str, list[bool]] = {source: [] for source in ANSWERED}
    for one, fit in pairs:
        sure.setdefault(one.source, []).append(fit.answers.probability(one.readings, one.logits, one.stems))
        if one.source in ANSWERED and one.readings:
            first[one.source].append(int(one.labels[int(np.argmax(fit.second.logits(*one.known)))]))
            chosen_from[one.source].append(bool((one.looked[_order(fit.first, one)[:READ]] == RIGHT).any()))
    return {
        "questions": {source: len(values) for source, values in sure.items()},
        "right first": {source: _share([label == RIGHT for label in labels]) for source, labels in first.items()},
        "right or near first": {source: _share([label != WRONG for label in labels])
                                for source, labels in first.items()},
        f"right among the first {READ}": {source: _share(found) for source, found in chosen_from.items()},
        "threshold": ANSWERABLE,
        "abstains": {str(least): {source: _share([value < least for value in values])
                                  for source, values in sure.items()} for least in CURVE},
    }  # fmt: skip


def _order(first: Model, asked: Asked) -> NDArray[np.intp]:
    return np.argsort(-first.logits(asked.seen), kind="stable")


def _share(values: Sequence[bool]) -> float:
    return round(float(np.mean(values)), 4) if len(values) else 0.0


if __name__ == "__main__":
    raise SystemExit(main())
