"""How well documents are found, on a folder in the layout of BEIR, beside what a user would otherwise take.

    python tests/bench/retrieval.py DIR [--queries FILE] [--json] [--limit N] [--keep FOLDER]

The documents go through the product's own chunk, embed, store and search path; `product` ranks them with the reader,
`product_without_reader` by fusion alone, and `rrf`, `bm25`, `dense` and `langchain_tutorial` are described in
baselines.py. One object a system: ndcg@10 (linear gain), recall@100, mrr@10, means over the questions, and
`product_minus_this` with the paired 95 % bootstrap interval of each; milliseconds a question, of the product's search
and of the tutorial's, in the same process. Where questions come with a conversation, the product's are made to stand
alone first, and `product_raw` is the product without that.
"""

import argparse
import json
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from time import perf_counter

import numpy as np
from baselines import System, Tutorial, bm25, both, dense
from beir import Question, Task, read_task
from measures import Figures, difference, percentiles, retrieval_measures, rounded
from product import CHUNKS, by_fusion, by_reader, folder_for, open_index
from tqdm import tqdm

from corpus.errors import ProjectError
from index.encoders import load_encoder
from index.model import BUNDLED
from index.ranking import rank_passages
from index.search import Searcher
from qa.followup import stand_alone
from qa.types import Turn

PRODUCT, WITHOUT_READER, RAW, TUTORIAL = "product", "product_without_reader", "product_raw", "langchain_tutorial"


@dataclass(slots=True)
class Runs:
    """What each system found: by system and question the ids of documents, best first; and how long it took."""

    rankings: dict[str, dict[str, list[str]]] = field(default_factory=dict)
    milliseconds: dict[str, list[float]] = field(default_factory=dict)

    def note(self, system: str, question: Question, ranking: list[str]) -> None:
        """Keep one ranking."""
        self.rankings.setdefault(system, {})[question.id] = ranking


def main() -> int:
    """Print the figures."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path, metavar="DIR")
    parser.add_argument("--queries", type=Path, metavar="FILE", help="other questions with the same ids")
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--limit", type=int, metavar="N", help="so many questions only, evenly spread")
    parser.add_argument("--keep", type=Path, metavar="FOLDER", help="where indexes are left for the next run")
    options = parser.parse_args()
    try:
        task = read_task(options.folder, options.queries, options.limit)
        with folder_for(options.keep) as folder:
            figures = rounded(figures_of(task, run(task, folder)))
    except (OSError, ValueError, ProjectError) as error:
        print(error, file=sys.stderr)  # noqa: T201
        return 1
    print(json.dumps(figures) if options.json else json.dumps(figures, indent=1))  # noqa: T201
    return 0


def run(task: Task, folder: Path) -> Runs:
    """Ask every system every question; indexes lie below `folder`."""
    runs = Runs()
    print(f"{len(task.rows)} documents, {len(task.questions)} questions; building the index", file=sys.stderr)  # noqa: T201
    _ask_product(task, open_index(task.rows, folder), runs)
    words, meaning = bm25(task.rows), dense(task.rows, load_encoder(BUNDLED, folder / "models"), folder / "dense.npy")
    plain: dict[str, System] = {"rrf": both(words, meaning), "bm25": words, "dense": meaning}
    for name, search in plain.items():
        for question in _progress(task.questions, name):
            runs.note(name, question, search(question.text))
    _ask_tutorial(task, Tutorial(task.rows, folder / "tutorial"), runs)
    return runs


def figures_of(task: Task, runs: Runs) -> dict[str, Figures]:
    """Give one object a system, the product first."""
    found = {name: retrieval_measures(task.judgements, rankings) for name, rankings in runs.rankings.items()}
    figures: dict[str, Figures] = {}
    for name, measures in found.items():
        figures[name] = {measure: float(np.mean(list(values.values()))) for measure, values in measures.items()}
        figures[name]["questions"] = len(task.questions)
        if name in runs.milliseconds:
            figures[name] |= percentiles(runs.milliseconds[name])
        if name != PRODUCT:
            figures[name]["product_minus_this"] = {
                measure: difference(list(values.values()), list(found[PRODUCT][measure].values()))
                for measure, values in measures.items()
            }
    return figures


def _ask_product(task: Task, searcher: Searcher, runs: Runs) -> None:
    _product_milliseconds(searcher, task.questions[0])
    for question in _progress(task.questions, PRODUCT):
        runs.milliseconds.setdefault(PRODUCT, []).append(_product_milliseconds(searcher, question))
        hits = searcher.search(searcher.prepare(_alone(question)), CHUNKS)
        runs.note(PRODUCT, question, by_reader(hits))
        runs.note(WITHOUT_READER, question, by_fusion(hits))
    if any(question.turns for question in task.questions):
        for question in _progress(task.questions, RAW):
            runs.note(RAW, question, by_reader(searcher.search(searcher.prepare(question.text), CHUNKS)))


def _product_milliseconds(searcher: Searcher, question: Question) -> float:
    """Give what the product's search takes as it is asked in an answer, the question's embedding included."""
    started = perf_counter()
    rank_passages(searcher.search(searcher.prepare(_alone(question))))
    return (perf_counter() - started) * 1000


def _alone(question: Question) -> str:
    turns = [Turn(role, content) for role, content in question.turns]
    return stand_alone(question.text, turns) if turns else question.text


def _ask_tutorial(task: Task, tutorial: Tutorial, runs: Runs) -> None:
    tutorial.milliseconds(task.questions[0].text)
    for question in _progress(task.questions, TUTORIAL):
        runs.milliseconds.setdefault(TUTORIAL, []).append(tutorial.milliseconds(question.text))
        runs.note(TUTORIAL, question, tutorial.search(question.text))


def _progress(questions: Sequence[Question], name: str) -> Iterator[Question]:
    yield from tqdm(questions, desc=name, file=sys.stderr)


if __name__ == "__main__":
    raise SystemExit(main())
