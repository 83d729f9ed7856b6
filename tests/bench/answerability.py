"""Whether the reader finds the sentence that answers, and knows when a passage holds none.

    python tests/bench/answerability.py DIR [--json] [--held-out] [--limit N] [--keep FOLDER]

DIR: corpus, queries and queries_unanswerable (.jsonl, plain or gzip'd), each question over its `metadata.passage`, cut
into sentences. auroc: how often the best sentence of an answerable question scores above that of an unanswerable one;
gold_first: how often a sentence that holds an answer is ranked first. These are the reader's; `cosine` and `bm25`
follow, with `reader_minus_this` and its paired 95 % bootstrap interval. accuracy, abstains, wrongly_abstains are of the
score that an answer goes by, at the shipped threshold, as if the passage had been found first; `product` has the auroc
of that score. The reader was trained on half of the articles of SQuAD 2.0's development set: --held-out keeps the other
half. A question whose answer runs over the end of a sentence has no gold sentence and is left out.
"""

import argparse
import json
import sys
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from beir import Question, Row, read_questions, read_rows, spread
from measures import Figures, auroc, auroc_difference, difference, ranked, rounded
from product import best_score, folder_for, open_index
from scorers import Scorer, Scores, by_cosine, by_reader, by_words
from tqdm import tqdm

from corpus.errors import ProjectError
from index.encoders import load_encoder
from index.model import BUNDLED
from index.reader import load_reader
from index.readings import ANSWERABLE
from index.search import Searcher
from index.training.groups import Candidate, article_of, is_held_out, sentences_in_context
from qa.settings import read_settings

READER, COSINE, WORDS = "reader", "cosine", "bm25"


@dataclass(frozen=True, slots=True)
class Case:
    """A question, the sentences of its passage, and which of them hold an answer; none where it has no answer."""

    question: str
    passage: str
    candidates: tuple[Candidate, ...]
    gold: tuple[bool, ...]

    @property
    def answerable(self) -> bool:
        """Whether the passage answers it."""
        return any(self.gold)


@dataclass(frozen=True, slots=True)
class Reading:
    """What one scorer makes of a case: the score of its best sentence, and whether that one holds an answer."""

    score: float
    gold_first: bool


def main() -> int:
    """Print the figures."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path, metavar="DIR")
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--held-out", action="store_true", help="only articles that the reader was not trained on")
    parser.add_argument("--limit", type=int, metavar="N", help="so many questions of either kind only, evenly spread")
    parser.add_argument("--keep", type=Path, metavar="FOLDER", help="where the index is left for the next run")
    options = parser.parse_args()
    try:
        rows = list(read_rows(options.folder / "corpus.jsonl"))
        cases = read_cases(options.folder, rows, held_out=options.held_out, limit=options.limit)
        with folder_for(options.keep) as folder:
            answering = _answering(cases, open_index(rows, folder))
    except (OSError, ValueError, KeyError, ProjectError) as error:
        print(f"{options.folder} cannot be used: {error}", file=sys.stderr)  # noqa: T201
        return 1
    figures = rounded(figures_of(cases, _scorers(cases), answering))
    print(json.dumps(figures) if options.json else json.dumps(figures, indent=1))  # noqa: T201
    return 0


def read_cases(folder: Path, rows: Sequence[Row], *, held_out: bool = False, limit: int | None = None) -> list[Case]:
    """Give the cases of a folder over its passages. held_out: see above. Raises ValueError unless of both kinds."""
    passages = {row.id: tuple(sentences_in_context(row.title, row.text)) for row in rows}
    cases = []
    for name in ("queries", "queries_unanswerable"):
        questions = read_questions(folder / f"{name}.jsonl")
        kept = [one for one in questions if not held_out or is_held_out(article_of(one.metadata["passage"]))]
        cases += list(_cases(spread(kept, limit), passages, answerable=name == "queries"))
    if len({case.answerable for case in cases}) < 2:
        raise ValueError("it needs answerable and unanswerable questions.")
    return cases


def figures_of(cases: Sequence[Case], scorers: Mapping[str, Scorer], answering: Sequence[float]) -> Figures:
    """Give the reader's figures, and below them one object for each of the others.

    answering: of each case, the score that an answer goes by, between 0 and 1.
    """
    found = {name: _readings(cases, scorer, name) for name, scorer in scorers.items()}
    own = found.pop(READER)
    figures: Figures = {
        "auroc": auroc(*_apart(cases, _scores(own))),
        "gold_first": float(np.mean(_firsts(cases, own))),
        **_at_threshold(cases, answering),
        **_counts(cases),
        "product": {"auroc": auroc(*_apart(cases, answering))},
    }
    for name, readings in found.items():
        firsts = _firsts(cases, readings)
        gains: Figures = {"gold_first": difference(firsts, _firsts(cases, own))}
        measured: Figures = {"gold_first": float(np.mean(firsts)), "reader_minus_this": gains}
        if name == COSINE:
            theirs, mine = (_apart(cases, _scores(one)) for one in (readings, own))
            measured["auroc"] = auroc(*theirs)
            gains["auroc"] = auroc_difference(theirs, mine)
        figures[name] = measured
    return figures


def _cases(
    questions: Sequence[Question], passages: Mapping[str, tuple[Candidate, ...]], *, answerable: bool
) -> Iterator[Case]:
    for question in questions:
        sentences = passages[question.metadata["passage"]]
        answers = question.metadata.get("answers") or () if answerable else ()
        gold = tuple(any(answer in one.text for answer in answers) for one in sentences)
        if sentences and any(gold) == answerable:
            yield Case(question.text, question.metadata["passage"], sentences, gold)


def _readings(cases: Sequence[Case], scorer: Scorer, name: str) -> list[Reading]:
    return [_reading(case, scorer(case.question, case.candidates)) for case in tqdm(cases, desc=name, file=sys.stderr)]


def _reading(case: Case, scores: Scores) -> Reading:
    best = ranked([one.text for one in case.candidates], scores)[0]
    return Reading(float(scores[best]), case.gold[best])


def _scores(readings: Sequence[Reading]) -> list[float]:
    return [reading.score for reading in readings]


def _apart(cases: Sequence[Case], scores: Sequence[float]) -> tuple[Scores, Scores]:
    """Give the scores of the answerable and of the unanswerable questions."""
    paired = list(zip(cases, scores, strict=True))
    answerable, unanswerable = (
        np.array([score for case, score in paired if case.answerable == wanted]) for wanted in (True, False)
    )
    return answerable, unanswerable


def _firsts(cases: Sequence[Case], readings: Sequence[Reading]) -> list[float]:
    return [float(reading.gold_first) for case, reading in zip(cases, readings, strict=True) if case.answerable]


def _at_threshold(cases: Sequence[Case], answering: Sequence[float]) -> Figures:
    wrongly, rightly = (scores < ANSWERABLE for scores in _apart(cases, answering))
    return {
        "accuracy": float((np.sum(~wrongly) + np.sum(rightly)) / len(cases)),
        "abstains": float(rightly.mean()),
        "wrongly_abstains": float(wrongly.mean()),
        "threshold": ANSWERABLE,
    }


def _counts(cases: Sequence[Case]) -> Figures:
    answerable = sum(case.answerable for case in cases)
    return {"answerable": answerable, "unanswerable": len(cases) - answerable}


def _answering(cases: Sequence[Case], searcher: Searcher) -> list[float]:
    chunks = defaultdict(list)
    for chunk in searcher.generation.chunks:
        chunks[chunk.document].append(chunk)
    read = tqdm(cases, desc="product", file=sys.stderr)
    return [best_score(searcher, case.question, chunks[case.passage]) for case in read]


def _scorers(cases: Sequence[Case]) -> dict[str, Scorer]:
    sentences = [one.text for case in cases for one in case.candidates]
    encoder = load_encoder(BUNDLED, read_settings().place.models)
    return {
        READER: by_reader(load_reader()),
        COSINE: by_cosine(encoder, sentences),
        WORDS: by_words(sentences),
    }


if __name__ == "__main__":
    raise SystemExit(main())
