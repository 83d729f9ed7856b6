"""Which kind of message this is, by likeness to the exemplars in `qa/policy/exemplars/`.

Two classifiers, both trained by `python -m qa.train_classifier` and shipped in `qa/policy/classifier/`: the bundled
encoder fine-tuned on the exemplars, as a quantised graph; and a linear one over word and letter n-grams, as plain
arrays, for a second opinion where the first is not sure, and where it cannot be run. The graph's SHA-256 is checked
when it is loaded.
"""

import json
import re
import threading
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from corpus.errors import SettingsError
from index.model import file_hash

FOLDER = "classifier"
GRAPH, ARRAYS, TERMS, LABELS_FILE = "model.onnx", "ngrams.npz", "ngrams.json", "labels.json"
WORD_GRAMS = range(1, 4)
LETTER_GRAMS = range(3, 6)
WORD = re.compile(r"[^\W_]+")
SHORTEST_KNOWN = 3
"""Letters of a word by which a message is known to say something; shorter ones turn up in any row of letters."""
SHIPPED = Path(str(files("qa.policy").joinpath(FOLDER)))

Floats = NDArray[np.float32]
LOADING = threading.Lock()


class Judge(Protocol):
    """Gives one row of logits a text, shape (texts, K)."""

    def logits(self, texts: Sequence[str]) -> Floats:
        """Judge texts."""


@dataclass(frozen=True, slots=True)
class NGrams:
    """The linear classifier, K labels, G n-grams. rarity: (G,). weights: (G, K). bias: (K,)."""

    places: Mapping[str, int]
    rarity: Floats
    weights: Floats
    bias: Floats

    def logits(self, texts: Sequence[str]) -> Floats:
        """Give one row of logits a text, shape (texts, K)."""
        rows = (weighed(text, self.places, self.rarity) for text in texts)
        return np.array([values @ self.weights[places] + self.bias for places, values in rows], dtype=np.float32)


class Classifier:
    """Judges normalised texts. Threads may share it; the graph is loaded at the first text."""

    def __init__(self, folder: Path | None = None) -> None:
        """Say where the shipped files lie, by default in the package."""
        self.folder = folder or SHIPPED

    def probabilities(self, texts: Sequence[str]) -> list[dict[str, float]]:
        """Give the probability of each label, one mapping a text.

        A graph that is missing, altered or fails leaves the n-grams to judge. Raises SettingsError where these are
        missing too.
        """
        return self._shares(self._logits(texts))

    def second_opinion(self, text: str) -> dict[str, float]:
        """Give the probability of each label by the n-grams alone. Raises SettingsError where these are missing."""
        return self._shares(read_ngrams(self.folder).logits([text]))[0]

    def _shares(self, logits: Floats) -> list[dict[str, float]]:
        raised = np.exp(logits - logits.max(axis=1, keepdims=True))
        shares = raised / raised.sum(axis=1, keepdims=True)
        return [dict(zip(read_labels(self.folder), row, strict=True)) for row in shares.tolist()]

    def _logits(self, texts: Sequence[str]) -> Floats:
        with suppress(Exception):  # whatever is wrong with the model, danger must still be seen
            if graph := _graph(self.folder):
                return graph.logits(texts)
        return read_ngrams(self.folder).logits(texts)


@cache
def read_labels(folder: Path) -> tuple[str, ...]:
    """Read the labels, in the order of the logits. Raises SettingsError."""
    return tuple(_record(folder, LABELS_FILE)["labels"])


@cache
def read_ngrams(folder: Path) -> NGrams:
    """Read the linear classifier. Raises SettingsError where it is missing or does not fit together."""
    known = _record(folder, TERMS)["grams"]
    try:
        with np.load(folder / ARRAYS, allow_pickle=False) as arrays:
            stored = {name: arrays[name].astype(np.float32) for name in ("rarity", "weights", "bias")}
    except (OSError, ValueError, KeyError) as error:
        raise SettingsError(f"qa/policy/{FOLDER} cannot be read: {error}.", "Restore the folder.") from error
    labels = len(read_labels(folder))
    shapes = [stored["rarity"].shape, stored["weights"].shape, stored["bias"].shape]
    if shapes != [(len(known),), (len(known), labels), (labels,)]:
        raise SettingsError(f"qa/policy/{FOLDER} does not fit together.", "Restore the folder.")
    return NGrams({gram: place for place, gram in enumerate(known)}, **stored)


def has_known_word(text: str) -> bool:
    """Tell whether a normalised text holds a word of the exemplars; without one, a judgement would be chance.

    Raises SettingsError.
    """
    return not known_words().isdisjoint(WORD.findall(text))


@cache
def known_words() -> frozenset[str]:
    """Give the words of the exemplars, of SHORTEST_KNOWN letters or more. Raises SettingsError."""
    known = _record(SHIPPED, TERMS)["grams"]
    return frozenset(gram for gram in known if len(gram) >= SHORTEST_KNOWN and gram.isalpha())


def grams(text: str) -> Iterator[str]:
    """Give the n-grams of a normalised text: of words as they are, of letters within words, marked with a bar."""
    words = WORD.findall(text)
    for length in WORD_GRAMS:
        yield from (" ".join(words[first : first + length]) for first in range(len(words) - length + 1))
    for word in words:
        padded = f"|{word}|"
        for length in LETTER_GRAMS:
            yield from (f"|{padded[first : first + length]}" for first in range(len(padded) - length + 1))


def weighed(text: str, places: Mapping[str, int], rarity: Floats) -> tuple[NDArray[np.int64], Floats]:
    """Give places and values of the known n-grams of a text.

    A value is (1 + ln count) * rarity; words and letters are each scaled to unit length (Salton 1988).
    """
    counts = Counter(gram for gram in grams(text) if gram in places)
    found = np.array([places[gram] for gram in counts], dtype=np.int64)
    values = (1 + np.log(np.array(list(counts.values()), dtype=np.float32))) * rarity[found]
    letters = np.array([gram.startswith("|") for gram in counts], dtype=bool)
    for block in (letters, ~letters):
        values[block] /= max(float(np.linalg.norm(values[block])), 1e-9)
    return found, values.astype(np.float32)


def graph_hash(folder: Path) -> str:
    """Give the SHA-256 that the shipped graph must have."""
    return str(_record(folder, LABELS_FILE)["sha256"])


def _graph(folder: Path) -> Judge | None:
    """Give the graph, None where it is not the one that was shipped or cannot be run.

    Either is found out once for all who ask, since a graph takes a while to hash and to load.
    """
    with LOADING:
        return _load_graph(folder)


@cache
def _load_graph(folder: Path) -> Judge | None:
    with suppress(Exception):
        from index.onnx import OnnxClassifier

        if file_hash(folder / GRAPH) == graph_hash(folder):
            return OnnxClassifier(folder)
    return None


def _record(folder: Path, name: str) -> dict[str, Any]:
    try:
        record: dict[str, Any] = json.loads((folder / name).read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise SettingsError(f"qa/policy/{FOLDER}/{name} cannot be read: {error}.", "Restore the file.") from error
    return record
