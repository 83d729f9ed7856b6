"""Trains the two classifiers of messages, in some forty minutes on two cores that have no bfloat16.

    python -m qa.train_classifier [--check FOLDER]

Reads `qa/policy/exemplars/*.jsonl` (text, label, kind, reason) and adds half of the corpus's own questions as ordinary
ones, but for those that are exemplars, one in five of them badly spelt as well; the other half is left to measure false
alarms on. `--check FOLDER` trains on four fifths into a folder and says how the rest is judged. The only file that
imports scikit-learn.
"""

import argparse
import json
import logging
import zlib
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import chain
from pathlib import Path

import numpy as np
from scipy import sparse
from sklearn.linear_model import LogisticRegression

from index.generation import open_current
from index.model import file_hash
from index.onnx import quantise
from index.tuning import Recipe, export, tune
from qa.classifier import (
    ARRAYS,
    GRAPH,
    LABELS_FILE,
    TERMS,
    Classifier,
    Floats,
    NGrams,
    grams,
    weighed,
)
from qa.exemplars import LABELS, WEIGHT, read_exemplars
from qa.hasty import hasty
from qa.messages import unmasked
from qa.policy.load import DECLINED
from qa.settings import read_settings

ORDINARY = "none"
SEEN_BY = {"word": 2, "letter": 3}
"""Messages in which an n-gram must occur at least."""
STRENGTH = 10.0
"""Inverse of the linear classifier's regularisation."""
MEANT: Mapping[str, Sequence[str]] = {
    "danger": ("crisis", "emergency"),
    "declined": DECLINED,
    "same_day": ("same_day",),
}
FOLDS = 5
BADLY_SPELT = 5
"""One in so many of the corpus's own questions is seen badly spelt too."""
BATCH = 64

Pair = tuple[str, str]

log = logging.getLogger(__name__)


def main() -> int:
    """Train, or check."""
    logging.basicConfig(level=logging.INFO, format="%(message)s")
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--check", type=Path, metavar="FOLDER", help="train on four fifths into FOLDER, and report")
    options = parser.parse_args()
    exemplars = [(unmasked(text), label) for text, label in read_exemplars()]
    judged = {text for text, _ in exemplars}
    own = [pair for pair in _own_questions() if pair[0] not in judged]
    if options.check:
        fitted = [pair for pair in exemplars if _fold(pair) != 0]
        train([*fitted, *own], options.check)
        _report([pair for pair in exemplars if _fold(pair) == 0], Classifier(options.check))
    else:
        train([*exemplars, *own], Classifier().folder)
    return 0


def train(pairs: Sequence[Pair], folder: Path) -> None:
    """Train both classifiers and write them into `folder`."""
    folder.mkdir(parents=True, exist_ok=True)
    texts, labels = [text for text, _ in pairs], [label for _, label in pairs]
    log.info("%d texts: %s", len(texts), dict(Counter(labels)))
    _write_ngrams(_fit_ngrams(texts, labels), folder)
    model = tune(texts, [LABELS.index(label) for label in labels], list(WEIGHT.values()), Recipe(), _told())
    export(model, folder)
    quantise(folder / GRAPH)
    record = {"labels": LABELS, "sha256": file_hash(folder / GRAPH)}
    (folder / LABELS_FILE).write_text(json.dumps(record, indent=1) + "\n", encoding="utf-8")


def is_trained_on(question: str) -> bool:
    """Tell whether one of the corpus's questions is among those that the classifiers are trained on."""
    return zlib.crc32(question.encode()) % 2 == 0


def _own_questions() -> Iterator[Pair]:
    chunks = open_current(read_settings().place.index).chunks
    questions = dict.fromkeys(question for chunk in chunks for question in (*chunk.questions, *chunk.asked))
    trained_on = [question for question in questions if is_trained_on(question)]
    texts = dict.fromkeys(map(unmasked, chain(trained_on, map(hasty, trained_on[::BADLY_SPELT]))))
    return ((text, ORDINARY) for text in texts)


def _fold(pair: Pair) -> int:
    return zlib.crc32(pair[0].encode()) % FOLDS


def _told() -> Callable[[int, int, float], None]:
    def tell(step: int, steps: int, loss: float) -> None:
        if step % 50 == 0:
            log.info("step %d of %d, loss %.3f", step, steps, loss)

    return tell


def _fit_ngrams(texts: Sequence[str], labels: Sequence[str]) -> NGrams:
    known = _vocabulary(texts)
    places = {gram: place for place, gram in enumerate(known)}
    rarity = _rarity(texts, places)
    model = LogisticRegression(C=STRENGTH, max_iter=500, class_weight="balanced")
    model.fit(_matrix(texts, places, rarity), [LABELS.index(label) for label in labels])
    return NGrams(places, rarity, model.coef_.T.astype(np.float32), model.intercept_.astype(np.float32))


def _vocabulary(texts: Sequence[str]) -> list[str]:
    seen = Counter(gram for text in texts for gram in set(grams(text)))
    least = {True: SEEN_BY["letter"], False: SEEN_BY["word"]}
    return sorted(gram for gram, count in seen.items() if count >= least[gram.startswith("|")])


def _rarity(texts: Sequence[str], places: Mapping[str, int]) -> Floats:
    seen = np.zeros(len(places))
    for text in texts:
        seen[[places[gram] for gram in set(grams(text)) if gram in places]] += 1
    return (1 + np.log((1 + len(texts)) / (1 + seen))).astype(np.float32)


def _matrix(texts: Sequence[str], places: Mapping[str, int], rarity: Floats) -> sparse.csr_matrix:
    rows = [weighed(text, places, rarity) for text in texts]
    ends = np.cumsum([0, *(len(found) for found, _ in rows)])
    indices = np.concatenate([found for found, _ in rows])
    return sparse.csr_matrix((np.concatenate([values for _, values in rows]), indices, ends), (len(rows), len(places)))


def _write_ngrams(fitted: NGrams, folder: Path) -> None:
    """Write the arrays in half precision, which changes no probability by more than a thousandth."""
    half = {name: getattr(fitted, name).astype(np.float16) for name in ("rarity", "weights", "bias")}
    np.savez_compressed(folder / ARRAYS, **half)
    (folder / TERMS).write_text(json.dumps({"grams": list(fitted.places)}, ensure_ascii=False, indent=0) + "\n")


def _report(held_out: Sequence[Pair], classifier: Classifier) -> None:
    labels = np.array([label for _, label in held_out])
    judged = _judged([text for text, _ in held_out], classifier)
    for name, meant in MEANT.items():
        values = np.array([sum(one[label] for label in meant) for one in judged])
        right, harmless = values[np.isin(labels, meant)], values[np.isin(labels, ("none", "topic"))]
        for least in (0.2, 0.3, 0.4, 0.5, 0.6, 0.7):
            shares = (right >= least).mean(), (harmless >= least).mean()
            log.info("%-9s %.1f: found %.3f of %d, false %.4f of %d", name, least, shares[0], len(right), shares[1],
                     len(harmless))  # fmt: skip


def _judged(texts: Sequence[str], classifier: Classifier) -> list[dict[str, float]]:
    batches = (texts[first : first + BATCH] for first in range(0, len(texts), BATCH))
    return [one for batch in batches for one in classifier.probabilities(batch)]


if __name__ == "__main__":
    raise SystemExit(main())
