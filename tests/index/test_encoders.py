"""How the real model is run: its exported graph against sentence-transformers, and the way back to the latter."""

import json
from pathlib import Path

import numpy as np
import pytest

from index.build import Place
from index.encoders import PARITY, PARITY_COSINE, export_graph, load_encoder
from index.model import BUNDLED, resolve_model
from index.types import Encoder, Vectors

pytestmark = pytest.mark.model

TEXTS = [
    "How long do I rest after the spray?",
    "",
    "ketamine",
    "Ünïcode – 😀 and “quotation marks”",
    "A nurse stays in the building while the infusion runs, and somebody you trust takes you home. " * 20,
]


class BrokenExport(RuntimeError):
    """What a model that cannot be traced raises."""


@pytest.fixture(scope="module")
def original() -> Encoder:
    """The bundled model, run by sentence-transformers."""
    from index.embed import SentenceTransformerEncoder

    return SentenceTransformerEncoder(resolve_model(BUNDLED))


@pytest.fixture(scope="module")
def exported(real_index: Place) -> Encoder:
    """The bundled model, run as its exported graph."""
    return load_encoder(BUNDLED, real_index.models)


def cosines(left: Vectors, right: Vectors) -> Vectors:
    return (left * right).sum(axis=1)


def test_the_exported_graph_is_what_serves(exported: Encoder, original: Encoder) -> None:
    assert type(exported).__name__ == "OnnxEncoder"
    assert exported.identity == original.identity == resolve_model(BUNDLED).identity
    assert exported.dimension == original.dimension == 384


def test_both_ways_of_running_the_model_agree(exported: Encoder, original: Encoder) -> None:
    assert PARITY_COSINE >= 0.9999
    assert cosines(exported.encode(TEXTS), original.encode(TEXTS)).min() >= 0.9999


@pytest.mark.parametrize("which", ["exported", "original"])
def test_rows_are_of_unit_length_in_the_order_of_the_texts(which: str, request: pytest.FixtureRequest) -> None:
    encoder: Encoder = request.getfixturevalue(which)
    rows = encoder.encode(TEXTS)
    assert rows.shape == (len(TEXTS), 384)
    assert rows.dtype == np.float32
    assert np.allclose(np.linalg.norm(rows, axis=1), 1, atol=1e-5)
    alone = np.vstack([encoder.encode([text]) for text in TEXTS])
    assert cosines(rows, alone).min() >= 0.9999
    assert encoder.encode([]).shape == (0, 384)


def test_texts_of_like_meaning_are_near(exported: Encoder) -> None:
    asked, near, far = exported.encode(
        [
            "May I drive home after a session?",
            "Do not drive a car on the day of treatment.",
            "The wall is painted green.",
        ]
    )
    assert asked @ near > asked @ far + 0.2


def test_a_graph_that_agrees_is_exported_once(
    real_index: Place, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from index.embed import SentenceTransformerEncoder

    assert export_graph(BUNDLED, tmp_path, TEXTS)
    folder = tmp_path / resolve_model(BUNDLED).identity
    outcome = json.loads((folder / PARITY).read_text(encoding="utf-8"))
    assert outcome["equal"]
    assert outcome["least_cosine"] >= 0.9999
    assert outcome["texts"] == len(TEXTS)
    monkeypatch.setattr(SentenceTransformerEncoder, "export", _broken)
    assert export_graph(BUNDLED, tmp_path, TEXTS)
    assert cosines(load_encoder(BUNDLED, tmp_path).encode(TEXTS), load_encoder(BUNDLED, real_index.models).encode(TEXTS)
                   ).min() >= 0.9999  # fmt: skip


def test_a_model_that_cannot_be_exported_is_served_as_it_is(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from index.embed import SentenceTransformerEncoder

    with monkeypatch.context() as patched:
        patched.setattr(SentenceTransformerEncoder, "export", _broken)
        assert not export_graph(BUNDLED, tmp_path, TEXTS)
    outcome = json.loads((tmp_path / resolve_model(BUNDLED).identity / PARITY).read_text(encoding="utf-8"))
    assert outcome == {"model": BUNDLED, "equal": False, "reason": "an operator is missing"}
    assert type(load_encoder(BUNDLED, tmp_path)) is SentenceTransformerEncoder
    assert not export_graph(BUNDLED, tmp_path, TEXTS), "what could not be exported is not tried at each build"


def test_a_graph_that_disagrees_is_not_used(
    original: Encoder, exported: Encoder, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from index.embed import SentenceTransformerEncoder
    from index.onnx import OnnxEncoder

    encode = OnnxEncoder.encode
    with monkeypatch.context() as patched:
        patched.setattr(SentenceTransformerEncoder, "export", lambda *_: None)
        patched.setattr(OnnxEncoder, "__init__", lambda self, *_: self.__dict__.update(exported.__dict__))
        patched.setattr(OnnxEncoder, "encode", lambda self, texts: encode(self, texts)[::-1])
        assert not export_graph(BUNDLED, tmp_path, TEXTS)
    assert type(load_encoder(BUNDLED, tmp_path)) is type(original)


def test_without_an_export_the_model_is_run_as_it_is(tmp_path: Path, original: Encoder) -> None:
    assert type(load_encoder(BUNDLED, tmp_path)) is type(original)


def _broken(*_: object) -> None:
    raise BrokenExport("an operator is missing")
