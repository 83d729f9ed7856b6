"""Exported models run by onnxruntime (the only file that imports it): ready in half a second, without torch."""

import json
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import onnxruntime
from numpy.typing import NDArray
from tokenizers import Tokenizer

from index.batches import by_length
from index.types import Vectors

BATCH = 32
FLOAT = 1
"""What ONNX calls the type float32."""
THREADS = 2
"""More threads do not help a query of a dozen tokens, and a server answers several at once."""


class OnnxEncoder:
    """An encoder exported by `SentenceTransformerEncoder.export`."""

    def __init__(self, folder: Path, identity: str) -> None:
        """Load graph and tokenizer from `folder`."""
        shape = json.loads((folder / "shape.json").read_text(encoding="utf-8"))
        self._inputs: list[str] = shape["inputs"]
        self._dimension: int = shape["dimension"]
        self._identity = identity
        self._tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
        self._tokenizer.enable_truncation(shape["tokens"])
        self._tokenizer.enable_padding()
        self._session = _session(folder / "model.onnx")

    @property
    def identity(self) -> str:
        """Name the weights."""
        return self._identity

    @property
    def dimension(self) -> int:
        """Length of a vector."""
        return self._dimension

    def encode(self, texts: Sequence[str]) -> Vectors:
        """Give one unit-length row a text, shape (len(texts), dimension)."""
        rows = np.empty((len(texts), self._dimension), dtype=np.float32)
        for positions in by_length(texts, BATCH):
            rows[positions] = self._encode_batch([texts[position] for position in positions])
        return rows

    def _encode_batch(self, texts: Sequence[str]) -> Vectors:
        tensors = _tensors(self._tokenizer, texts)
        [embedding] = self._session.run(["embedding"], {name: tensors[name] for name in self._inputs})
        return np.asarray(embedding, dtype=np.float32)


class OnnxClassifier:
    """A text classifier exported by `index.tuning.export`, quantised by `quantise`."""

    def __init__(self, folder: Path) -> None:
        """Load graph and tokenizer from `folder`."""
        shape = json.loads((folder / "shape.json").read_text(encoding="utf-8"))
        self._inputs: list[str] = shape["inputs"]
        self._tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
        self._tokenizer.enable_truncation(shape["tokens"])
        self._tokenizer.enable_padding()
        self._session = _session(folder / "model.onnx")

    def logits(self, texts: Sequence[str]) -> Vectors:
        """Give one row a text, shape (len(texts), classes)."""
        tensors = _tensors(self._tokenizer, texts)
        [logits] = self._session.run(["logits"], {name: tensors[name] for name in self._inputs})
        return np.asarray(logits, dtype=np.float32)


def quantise(graph: Path) -> None:
    """Replace a graph by one with weights of 8 bits, each output channel scaled for itself."""
    from onnxruntime.quantization import QuantType, quantize_dynamic

    small = graph.with_name(f"{graph.name}.part")
    quantize_dynamic(
        graph, small, per_channel=True, weight_type=QuantType.QInt8, extra_options={"DefaultTensorType": FLOAT}
    )
    small.replace(graph)


def _tensors(tokenizer: Tokenizer, texts: Sequence[str]) -> dict[str, NDArray[np.int64]]:
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
    return onnxruntime.InferenceSession(str(graph), options, providers=["CPUExecutionProvider"])
