"""Exported models run by onnxruntime (the only file that imports it): ready in half a second, without torch."""

import json
import os
from collections.abc import Sequence
from pathlib import Path
from typing import Literal

os.environ["ORT_DISABLE_TELEMETRY"] = "1"  # read when it is imported: else it keeps events, and sends them home

import numpy as np
import onnxruntime
from numpy.typing import NDArray
from tokenizers import Tokenizer

from index.batches import by_length
from index.types import Vectors

BATCH = 32
READER_BATCH = 4
"""Two calls for the 8 sentences of a question, by length: in one call a third of the work would be padding."""
QUESTION_WORDS = 40
"""Words of a question that the reader reads, its last ones: long messages ask at their end."""
FLOAT = 1
"""What ONNX calls the type float32."""
THREADS = 2
"""More threads do not help a query of a dozen tokens, and a server answers several at once."""


class _Model:
    """A graph beside its tokenizer and `shape.json`: the names of its inputs, and how many tokens it reads.

    A session may be shared by threads.
    """

    def __init__(self, folder: Path, output: str, cut: Literal["longest_first", "only_second"]) -> None:
        """Load from `folder`. output: the tensor that is asked for. cut: which text of a pair is shortened."""
        self.shape = json.loads((folder / "shape.json").read_text(encoding="utf-8"))
        self._output = output
        self._tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
        self._tokenizer.enable_truncation(self.shape["tokens"], strategy=cut)
        self._tokenizer.enable_padding()
        self._session = _session(folder / "model.onnx")

    def run(self, texts: Sequence[str] | Sequence[tuple[str, str]]) -> Vectors:
        """Give the output for a batch of texts, or of pairs of them."""
        tensors = _tensors(self._tokenizer, texts)
        [found] = self._session.run([self._output], {name: tensors[name] for name in self.shape["inputs"]})
        return np.asarray(found, dtype=np.float32)


class OnnxEncoder:
    """An encoder exported by `SentenceTransformerEncoder.export`."""

    def __init__(self, folder: Path, identity: str) -> None:
        """Load graph and tokenizer from `folder`."""
        self._model = _Model(folder, "embedding", "longest_first")
        self._identity = identity

    @property
    def identity(self) -> str:
        """Name the weights."""
        return self._identity

    @property
    def dimension(self) -> int:
        """Length of a vector."""
        return int(self._model.shape["dimension"])

    def encode(self, texts: Sequence[str]) -> Vectors:
        """Give one unit-length row a text, shape (len(texts), dimension)."""
        rows = np.empty((len(texts), self.dimension), dtype=np.float32)
        for positions in by_length(texts, BATCH):
            rows[positions] = self._model.run([texts[position] for position in positions])
        return rows


class OnnxClassifier:
    """A text classifier exported by `index.tuning.export`, quantised by `quantise`."""

    def __init__(self, folder: Path) -> None:
        """Load graph and tokenizer from `folder`."""
        self._model = _Model(folder, "logits", "longest_first")

    def logits(self, texts: Sequence[str]) -> Vectors:
        """Give one row a text, shape (len(texts), classes)."""
        return self._model.run(texts)


class OnnxReader:
    """A reader exported by `index.training.network.export`, quantised by `quantise`."""

    def __init__(self, folder: Path) -> None:
        """Load graph and tokenizer from `folder`."""
        self._model = _Model(folder, "logits", "only_second")

    def logits(self, question: str, texts: Sequence[str]) -> NDArray[np.float32]:
        """Give one logit a text, shape (len(texts),): the higher, the better it answers the question.

        The texts of one question go through the graph in batches of READER_BATCH, like lengths together.
        """
        asked = " ".join(question.split()[-QUESTION_WORDS:])
        found = np.empty(len(texts), dtype=np.float32)
        for positions in by_length(texts, READER_BATCH):
            found[positions] = self._model.run([(asked, texts[position]) for position in positions])
        return found


def quantise(graph: Path) -> None:
    """Replace a graph by one with weights of 8 bits, each output channel scaled for itself.

    Seven bits of them are used: a processor without VNNI sums two products in 16 bits, which eight would overflow, so
    that the same weights would judge differently on different machines.
    """
    from onnxruntime.quantization import QuantType, quantize_dynamic

    small = graph.with_name(f"{graph.name}.part")
    quantize_dynamic(
        graph,
        small,
        per_channel=True,
        reduce_range=True,
        weight_type=QuantType.QInt8,
        extra_options={"DefaultTensorType": FLOAT},
    )
    small.replace(graph)


def _tensors(tokenizer: Tokenizer, texts: Sequence[str] | Sequence[tuple[str, str]]) -> dict[str, NDArray[np.int64]]:
    encodings = tokenizer.encode_batch(list(texts))
    return {
        "input_ids": np.array([encoding.ids for encoding in encodings], dtype=np.int64),
        "attention_mask": np.array([encoding.attention_mask for encoding in encodings], dtype=np.int64),
        "token_type_ids": np.array([encoding.type_ids for encoding in encodings], dtype=np.int64),
    }


def _session(graph: Path) -> onnxruntime.InferenceSession:
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = THREADS
    options.inter_op_num_threads = 1
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")
    return onnxruntime.InferenceSession(str(graph), options, providers=["CPUExecutionProvider"])
