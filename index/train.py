"""Trains the reader: `python -m index.train [--data DIR] [--work DIR] [--out DIR]`, under two hours on two cores.

Two stages, each over its groups in a seeded order, none of them twice: public question sets, then our own questions
with a share of the public ones. Stopped at any moment, it goes on from its last checkpoint in `--work` when it is
started again. The graph it writes is quantised to 8 bits; `record.json` beside it holds its SHA-256 and what it was
measured at.
"""

import argparse
import json
import logging
import random
from collections.abc import Callable, Iterator, Sequence
from itertools import islice
from pathlib import Path

import numpy as np

from corpus.loaders import corpus_digest
from index.build import Place, build_index
from index.encoders import load_encoder
from index.generation import open_current
from index.model import BUNDLED, file_hash
from index.onnx import OnnxReader, quantise
from index.reader import FOLDER, GRAPH, RECORD, Reader, pair_text
from index.search import Searcher
from index.training.groups import Group
from index.training.loop import Stage, train_stage
from index.training.network import ReaderNetwork, export, load_weights, save_weights
from index.training.own import own_groups
from index.training.public import bioasq, shortened, squad, squad2

ROOT = Path(__file__).parent.parent
PUBLIC = Stage("public", rate=1e-4, last=0.2)
OWN = Stage("own", rate=6e-5, warm_up=40, last=0.05)
SEED = 7
SQUAD_GROUPS, SQUAD_LATER = 10_000, 800
"""Groups of SQuAD 1.1 in the first stage, and in the second so that its kind is not forgotten."""

log = logging.getLogger(__name__)


class Unread:
    """Stands for the reader while there is none: training only looks at what a search finds."""

    def logits(self, question: str, texts: Sequence[str]) -> np.ndarray[tuple[int], np.dtype[np.float32]]:
        """Give no opinion."""
        return np.zeros(len(texts), dtype=np.float32)


def main() -> int:
    """Train, export, measure."""
    logging.basicConfig(level=logging.INFO, format="%(message)s")
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, default=ROOT.parent / "shared" / "data", help="the public question sets")
    parser.add_argument("--work", type=Path, default=ROOT / "var" / "training", help="where checkpoints are kept")
    parser.add_argument("--out", type=Path, default=FOLDER, help="where the graph is written")
    options = parser.parse_args()
    options.work.mkdir(parents=True, exist_ok=True)
    network = _stages(options.data, options.work)
    export(network, options.out)
    whole = squad2_figures(OnnxReader(options.out), options.data / "dev" / "squad2_a")
    quantise(options.out / GRAPH)
    figures = squad2_figures(OnnxReader(options.out), options.data / "dev" / "squad2_a")
    log.info("32 bits: %s; 8 bits: %s", whole, figures)
    record = {
        "sha256": file_hash(options.out / GRAPH),
        "corpus": corpus_digest(ROOT / "corpus"),
        "squad2_held_out": {"32 bits": whole, "8 bits": figures},
    }
    (options.out / RECORD).write_text(json.dumps(record, indent=1) + "\n", encoding="utf-8")
    return 0


def squad2_figures(reader: Reader, folder: Path) -> dict[str, float]:
    """Give how often the gold sentence comes first in its passage, and the AUROC of answerable questions' best score.

    Over the articles of SQuAD 2.0's development set that nothing is trained on.
    """
    first, best = [], {True: [0.0][:0], False: [0.0][:0]}
    for group in squad2(folder, held_out=True):
        texts = [pair_text(candidate.text, candidate.context) for candidate in group.candidates]
        logits = reader.logits(group.question, texts)
        best[group.right is not None].append(float(logits.max()))
        if group.right is not None:
            first.append(int(np.argmax(logits)) == group.right)
    return {"first": round(float(np.mean(first)), 4), "auroc": round(auroc(best[True], best[False]), 4)}


def auroc(higher: Sequence[float], lower: Sequence[float]) -> float:
    """Give how often a value of `higher` is above one of `lower`, ties counting one half."""
    ordered = np.sort(np.asarray(lower))
    below = np.searchsorted(ordered, higher, "left") + np.searchsorted(ordered, higher, "right")
    return float(below.sum() / (2 * len(higher) * len(lower)))


def _stages(data: Path, work: Path) -> ReaderNetwork:
    network = ReaderNetwork(PUBLIC.seed)
    makers: list[tuple[Stage, Callable[[], list[Group]]]] = [
        (PUBLIC, lambda: _public_groups(data)),
        (OWN, lambda: _own_groups(data, work)),
    ]
    for stage, groups in makers:
        kept = work / f"{stage.name}.pt"
        if not kept.exists():
            checkpoint = work / f"{stage.name}.checkpoint"
            train_stage(network, groups(), stage, checkpoint)
            save_weights(network, kept)
            checkpoint.unlink(missing_ok=True)
        load_weights(network, kept)
    return network


def _public_groups(data: Path) -> list[Group]:
    return [
        *islice(_squad(data), SQUAD_GROUPS),
        *bioasq(data / "train" / "bioasq_7b-9b", random.Random(SEED)),  # noqa: S311
    ]


def _squad(data: Path) -> Iterator[Group]:
    return squad(data / "train" / "squad1.1.jsonl.gz", random.Random(SEED))  # noqa: S311


def _own_groups(data: Path, work: Path) -> list[Group]:
    place = Place(ROOT / "corpus", work / "index", work / "models", BUNDLED)
    build_index(place)
    searcher = Searcher(open_current(place.index), load_encoder(place.model, place.models), Unread())
    later = islice(_squad(data), SQUAD_GROUPS, SQUAD_GROUPS + SQUAD_LATER)
    own = own_groups(searcher, random.Random(SEED))  # noqa: S311
    return [*own, *later, *shortened(squad2(data / "dev" / "squad2_a", held_out=False))]


if __name__ == "__main__":
    raise SystemExit(main())
