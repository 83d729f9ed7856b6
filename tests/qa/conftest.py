"""A small corpus for the composition of answers, and the real pipeline for the rest.

The folder of the benches is where the figures that they measure are imported from.
"""

from collections.abc import Callable, Sequence
from datetime import date

import numpy as np
import pytest

from corpus.material import read_material
from corpus.types import Corpus, Difference, Document, Fact, FactKind
from index.build import Place
from index.chunk import chunk_corpus
from index.encoders import load_encoder
from index.types import Chunk, Encoder, Vectors
from qa.citations import Citer
from qa.compose import Composer
from qa.exemplars import read_exemplars
from qa.pipeline import Pipeline
from qa.settings import Settings

BATCH = 64


def make_fact(name: str, kind: FactKind = "label", published: str = "2026-01-01", **changes: object) -> Fact:
    values: dict[str, object] = {
        "id": name, "topic": "session", "kind": kind, "statement": "A statement.", "figures": "",
        "source_title": f"Title of {name}", "publisher": f"Publisher of {name}", "published": published,
        "edition": "", "url": f"https://example.org/{name}", "pmid_or_doi": "", "confidence": "seen",
    }  # fmt: skip
    return Fact(**{**values, **changes})  # type: ignore[arg-type]


def make_document(name: str, kind: str, body: str) -> Document:
    document, faults = read_material(f"---\nid: {name}\ntitle: {name.title()}\n---\n\n{body}", kind)  # type: ignore[arg-type]
    assert document is not None, faults
    assert not faults
    return document


SOURCE = """## Length {#length}
Patients stay for at least two hours after each dose. [AA-001]
The whole visit takes about three hours. [AA-002]

## Opinion {#opinion}
One trial found a benefit over four weeks. [AA-003]
Another trial found no benefit over four weeks. [AA-004]

## Expiring {#expiring}
A rule on video visits holds for now. [AA-005]
"""
GUIDE = """## How long is a visit? {#visit}
asked_as: how long is a visit | visit time | how many hours
A visit means at least two hours of watching after the dose. [AA-001]
+ Your own clinic may keep you longer. [AA-002]
Plan for about three hours in all. [AA-002]
The usual device holds 28 mg of the medicine. [AA-006]
"""
DIFFERENCE = Difference("trials", "sources_differ", "the benefit at four weeks", (("AA-003",), ("AA-004",)))


@pytest.fixture
def corpus() -> Corpus:
    facts = {
        "AA-001": make_fact("AA-001"),
        "AA-002": make_fact("AA-002", "provider", publisher="Bright Clinic", url="https://clinic.example"),
        "AA-003": make_fact("AA-003", "trial", "2021"),
        "AA-004": make_fact("AA-004", "trial", "2024-05"),
        "AA-005": make_fact("AA-005", "regulator", valid_until=date(2026, 12, 31)),
        "AA-006": make_fact("AA-006", "label", "undated"),
    }
    documents = (make_document("source", "source", SOURCE), make_document("guide", "guide", GUIDE))
    return Corpus(documents, facts, (DIFFERENCE,), "digest")


@pytest.fixture
def citer(corpus: Corpus) -> Citer:
    return Citer(corpus)


@pytest.fixture
def chunks(corpus: Corpus) -> list[Chunk]:
    return chunk_corpus(corpus)


@pytest.fixture
def composer(corpus: Corpus, chunks: list[Chunk], citer: Citer) -> Composer:
    return Composer(corpus, chunks, citer)


@pytest.fixture(scope="session")
def pipeline(settings: Settings) -> Pipeline:
    return Pipeline(settings)


@pytest.fixture(scope="session")
def nearness(real_index: Place) -> Callable[[Sequence[str]], np.ndarray]:
    """Tells of each text its highest cosine with a message that triage was trained on."""
    encoder = load_encoder(real_index.model, real_index.models)
    taught = _encoded([text for text, _ in read_exemplars()], encoder)
    return lambda texts: (encoder.encode(texts) @ taught.T).max(axis=1)


def _encoded(texts: Sequence[str], encoder: Encoder) -> Vectors:
    """Encode many texts, those of like length together, in no particular order."""
    ordered = sorted(texts, key=len)
    return np.vstack([encoder.encode(ordered[first : first + BATCH]) for first in range(0, len(ordered), BATCH)])
