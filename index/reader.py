"""How well a sentence answers a question: a small network trained for it, served as a quantised graph.

The network is the bundled encoder, fine-tuned to read question and sentence together (`python -m index.train`;
`index/reader_model/README.md` says on what, how, and how well it does).
"""

import json
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from corpus.errors import IndexFault
from index.model import file_hash

FOLDER = Path(__file__).parent / "reader_model"
GRAPH, RECORD = "model.onnx", "record.json"
REMEDY = "Get the file again from the repository, or train it: 'python -m index.train'."


class Reader(Protocol):
    """Reads a question beside sentences."""

    def logits(self, question: str, texts: Sequence[str]) -> NDArray[np.float32]:
        """Give one logit a text made by `pair_text`, shape (len(texts),): the higher, the better it answers."""
        ...


def pair_text(sentence: str, context: str) -> str:
    """Give what is read beside the question: the sentence, then the title and headings that it stands under."""
    return f"{sentence} | {context}" if context else sentence


def recorded_hash(folder: Path = FOLDER) -> str:
    """Give the SHA-256 of the graph as it was when it was trained."""
    return str(json.loads((folder / RECORD).read_text(encoding="utf-8"))["sha256"])


@cache
def load_reader(folder: Path = FOLDER) -> Reader:
    """Give the reader whose graph lies in `folder`. Raises IndexFault where it is missing or not the one recorded."""
    try:
        wanted = recorded_hash(folder)
        found = file_hash(folder / GRAPH)
    except (OSError, ValueError, KeyError) as error:
        raise IndexFault(f"The reader in {folder} cannot be read ({error}).", REMEDY) from error
    if found != wanted:
        raise IndexFault(f"The reader's graph has the SHA-256 {found}, not {wanted} as recorded beside it.", REMEDY)
    from index.onnx import OnnxReader

    return OnnxReader(folder)
