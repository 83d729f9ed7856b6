"""Embedding with sentence-transformers (the only file that imports it), and the export of its graph for serving."""

import json
import os
import warnings
from collections.abc import Sequence
from pathlib import Path

os.environ.setdefault("HF_HUB_OFFLINE", "1")

import numpy as np
import torch
from sentence_transformers import SentenceTransformer
from transformers.utils import logging as transformers_logging

from index.batches import by_length
from index.model import ModelSource
from index.types import Vectors

BATCH = 32
OPSET = 17
GRAPH, TOKENIZER, SHAPE = "model.onnx", "tokenizer.json", "shape.json"
SAMPLE = ["a short question", "a longer sentence about a medicine that is given in a clinic"]


class SentenceTransformerEncoder:
    """A sentence-transformers model on the CPU or, where there is one, an accelerator."""

    def __init__(self, source: ModelSource) -> None:
        """Load the model; nothing is fetched from a network unless HF_HUB_OFFLINE=0 is set."""
        transformers_logging.disable_progress_bar()  # type: ignore[no-untyped-call]
        self._model = SentenceTransformer(source.location)
        self._model.eval()
        self._identity = source.identity

    @property
    def identity(self) -> str:
        """Name the weights."""
        return self._identity

    @property
    def dimension(self) -> int:
        """Length of a vector."""
        return int(self._model.get_embedding_dimension() or 0)

    def encode(self, texts: Sequence[str]) -> Vectors:
        """Give one unit-length row a text, shape (len(texts), dimension)."""
        rows = np.empty((len(texts), self.dimension), dtype=np.float32)
        for positions in by_length(texts, BATCH):
            batch = [texts[position] for position in positions]
            rows[positions] = self._model.encode(batch, normalize_embeddings=True, show_progress_bar=False)
        return rows

    def export(self, folder: Path) -> None:
        """Write the whole model, pooling included, as an ONNX graph with its tokenizer into `folder`."""
        folder.mkdir(parents=True, exist_ok=True)
        names = [name for name in ("input_ids", "attention_mask", "token_type_ids") if name in self._features()]
        axes: dict[str, dict[int, str]] = {name: {0: "batch", 1: "tokens"} for name in names}
        with torch.inference_mode(), warnings.catch_warnings():
            warnings.simplefilter("ignore")  # the tracer warns of branches on shapes; the parity check is the proof
            torch.onnx.export(
                _Graph(self._model, names),
                tuple(self._features()[name] for name in names),
                str(folder / GRAPH),
                input_names=names,
                output_names=["embedding"],
                dynamic_axes={**axes, "embedding": {0: "batch"}},
                opset_version=OPSET,
                dynamo=False,
            )
        self._model.tokenizer.backend_tokenizer.save(str(folder / TOKENIZER))
        shape = {"inputs": names, "dimension": self.dimension, "tokens": self._model.max_seq_length}
        (folder / SHAPE).write_text(json.dumps(shape), encoding="utf-8")

    def _features(self) -> dict[str, torch.Tensor]:
        return {
            name: tensor.cpu() for name, tensor in self._model.preprocess(SAMPLE).items() if torch.is_tensor(tensor)
        }


class _Graph(torch.nn.Module):
    """The model as a function of its tensors in a fixed order, which is what an exported graph is."""

    def __init__(self, model: SentenceTransformer, names: Sequence[str]) -> None:
        super().__init__()
        self._wrapped = model.cpu()
        self._names = list(names)

    def forward(self, *tensors: torch.Tensor) -> torch.Tensor:
        features = dict(zip(self._names, tensors, strict=True))
        embedding: torch.Tensor = self._wrapped(features)["sentence_embedding"]
        return torch.nn.functional.normalize(embedding, dim=-1)
