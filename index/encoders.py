"""Chooses how a model is run: its exported graph where that is proven equal, sentence-transformers otherwise."""

import json
from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path

from index.model import ModelSource, resolve_model
from index.types import Encoder

PARITY = "parity.json"
PARITY_TEXTS = 256
PARITY_COSINE = 0.9999
"""Least cosine between the two ways of running a model, over PARITY_TEXTS texts. For the bundled model: 1.0000."""


def load_encoder(name: str, models: Path) -> Encoder:
    """Give the encoder of the model `name`, whose exported graphs lie below `models`."""
    source = resolve_model(name)
    folder = models / source.identity
    return _exported(folder, source.identity) if _is_proven(folder) else _sentence_transformer(source)


def export_graph(name: str, models: Path, texts: Sequence[str]) -> bool:
    """Export the model's graph if that was not tried yet. Tell whether it is there and equal on `texts`.

    A model that cannot be exported is marked as such and goes on being served by sentence-transformers.
    """
    source = resolve_model(name)
    folder = models / source.identity
    if not (folder / PARITY).exists():
        outcome = _export(source, folder, texts)
        folder.mkdir(parents=True, exist_ok=True)
        partial = folder / f"{PARITY}.part"
        partial.write_text(json.dumps(outcome), encoding="utf-8")
        partial.replace(folder / PARITY)
    return _is_proven(folder)


def _export(source: ModelSource, folder: Path, texts: Sequence[str]) -> dict[str, object]:
    from index.embed import SentenceTransformerEncoder
    from index.onnx import OnnxEncoder

    original = SentenceTransformerEncoder(source)
    sample = list(texts[:PARITY_TEXTS])
    try:
        original.export(folder)
        exported = OnnxEncoder(folder, source.identity)
        cosine = float((original.encode(sample) * exported.encode(sample)).sum(axis=1).min())
    except Exception as error:  # noqa: BLE001 - any fault of a foreign model's export means: serve it as it is
        return {"model": source.name, "equal": False, "reason": str(error)[:500]}
    return {"model": source.name, "equal": cosine > PARITY_COSINE, "least_cosine": cosine, "texts": len(sample)}


def _is_proven(folder: Path) -> bool:
    path = folder / PARITY
    return path.exists() and bool(json.loads(path.read_text(encoding="utf-8"))["equal"])


@lru_cache(maxsize=2)
def _exported(folder: Path, identity: str) -> Encoder:
    """Load an exported graph once for all who use it: a session may be shared by threads."""
    from index.onnx import OnnxEncoder

    return OnnxEncoder(folder, identity)


def _sentence_transformer(source: ModelSource) -> Encoder:
    from index.embed import SentenceTransformerEncoder

    return SentenceTransformerEncoder(source)
