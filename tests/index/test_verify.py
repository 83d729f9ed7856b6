import json
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import chromadb
import numpy as np
import pytest
from chromadb.config import Settings

from index.build import PASSAGES, QUESTIONS, Place, build_index
from index.generation import CHROMA, open_current
from index.live import LiveIndex
from index.types import Encoder
from index.verify import verify_generation

Damage = Callable[[Path], object]


@pytest.fixture
def folder(place: Place) -> Path:
    """The folder of a freshly built generation."""
    build_index(place)
    return open_current(place.index).folder


def change_a_vector(folder: Path, row: int = 0) -> None:
    vectors = np.load(folder / "vectors.npy")
    vectors[row] = -vectors[row]
    np.save(folder / "vectors.npy", vectors)


def change_a_chunk(folder: Path) -> None:
    lines = (folder / "chunks.jsonl").read_text(encoding="utf-8").splitlines()
    record = json.loads(lines[0])
    lines[0] = json.dumps(record | {"text": "X" + record["text"][1:]})
    (folder / "chunks.jsonl").write_text("\n".join(lines) + "\n", encoding="utf-8")


def change_the_corpus(folder: Path) -> None:
    text = (folder / "corpus.json").read_text(encoding="utf-8")
    assert "A clinic rings its patients" in text
    (folder / "corpus.json").write_text(text.replace("A clinic rings its", "A clinic rangs its"), encoding="utf-8")


def change_the_words(folder: Path) -> None:
    path = sorted((folder / "words").iterdir())[0]
    path.write_bytes(path.read_bytes() + b"\0")


@contextmanager
def chroma(folder: Path) -> Iterator[chromadb.ClientAPI]:
    client = chromadb.PersistentClient(str(folder / CHROMA), Settings(anonymized_telemetry=False))
    yield client
    client.close()


def remove_a_row(folder: Path, name: str = PASSAGES) -> None:
    with chroma(folder) as client:
        rows = client.get_collection(name, embedding_function=None)
        rows.delete(ids=rows.get(limit=1)["ids"])


def change_a_row(folder: Path) -> None:
    with chroma(folder) as client:
        rows = client.get_collection(QUESTIONS, embedding_function=None)
        row = rows.get(limit=1, include=["embeddings"])
        rows.update(ids=row["ids"], embeddings=-row["embeddings"])


def remove_a_collection(folder: Path) -> None:
    with chroma(folder) as client:
        client.delete_collection(QUESTIONS)


def test_a_sound_index_has_no_fault(place: Place, encoder: Encoder, folder: Path) -> None:
    assert verify_generation(open_current(place.index), encoder) == []
    assert verify_generation(open_current(place.index), encoder) == []


@pytest.mark.parametrize(
    ("damage", "fault"),
    [
        (change_a_vector, "vectors.npy is not the file that was written"),
        (change_a_vector, "row 0 is not the vector of its text (cosine -1.000)"),
        (change_a_vector, "the vector store has another vector for an-invented-article#"),
        (change_a_chunk, "chunks.jsonl is not the file that was written"),
        (change_a_chunk, "chunk an-invented-article#what-is-a-session-1 is not what stands at its offsets"),
        (change_the_corpus, "corpus.json is not the file that was written"),
        (change_the_corpus, "chunk visits#call is not what stands at its offsets"),
        (change_the_words, "words/"),
        (lambda folder: shutil.rmtree(folder / "words"), "words/"),
        (remove_a_row, "the vector store holds 9 passages instead of 10"),
        (lambda folder: remove_a_row(folder, QUESTIONS), "the vector store holds 20 questions instead of 21"),
        (change_a_row, "the vector store has another vector for "),
        (remove_a_collection, "questions"),
        (lambda folder: shutil.rmtree(folder / CHROMA), "the vector store is missing"),
    ],
)
def test_planted_damage_is_found(place: Place, encoder: Encoder, folder: Path, damage: Damage, fault: str) -> None:
    damage(folder)
    faults = verify_generation(open_current(place.index), encoder)
    assert [found for found in faults if fault in found], faults


def test_another_encoder_is_found(
    place: Place, folder: Path, make_encoder: Callable[[str], Encoder], encoder: Encoder
) -> None:
    assert verify_generation(open_current(place.index), make_encoder("another")) == [
        f"built with the encoder {encoder.identity}, not another"
    ]


def test_every_fault_is_found_in_one_go(place: Place, encoder: Encoder, folder: Path) -> None:
    for damage in (change_a_vector, change_a_chunk, change_the_words, remove_a_row):
        damage(folder)
    faults = " ".join(verify_generation(open_current(place.index), encoder))
    for fault in ("vectors.npy", "chunks.jsonl", "words/", "offsets", "row 0", "9 passages"):
        assert fault in faults


def test_verifying_does_not_disturb_a_searcher_at_work(place: Place, encoder: Encoder, folder: Path) -> None:
    searcher = LiveIndex(place).searcher()
    before = searcher.search(searcher.prepare("how long do i rest"))
    assert verify_generation(open_current(place.index), encoder) == []
    assert searcher.search(searcher.prepare("how long do i rest")) == before
