from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from filelock import FileLock

from corpus.errors import CorpusError, IndexFault
from index import build, chunk
from index.build import LOCK, UNFINISHED, Place, build_index, index_status
from index.generation import CHROMA, GENERATIONS, current_name, open_current
from index.rows import embedded_texts
from index.store import VectorStore
from index.types import Encoder
from index.verify import verify_generation

Edit = Callable[[Path, str, str], None]

VISITS = "documents/sources/visits.md"
CALL = "A clinic rings its patients on the next day."


def generations(place: Place) -> list[str]:
    return sorted(path.name for path in (place.index / GENERATIONS).iterdir())


def stop(*_: object, **__: object) -> None:
    raise RuntimeError("stopped midway")


def test_a_first_build_embeds_each_text_once(place: Place, embedded: list[str]) -> None:
    manifest = build_index(place)
    texts = embedded_texts(open_current(place.index).chunks)
    assert len(embedded) == len(set(embedded))
    assert set(embedded) == set(texts)
    assert manifest.counts == {
        "documents": 4, "chunks": 10, "rows": len(texts), "passages": 10, "questions": 10 + 11,
    }  # fmt: skip


def test_each_row_is_the_vector_of_its_text(place: Place, encoder: Encoder) -> None:
    build_index(place)
    generation = open_current(place.index)
    assert np.array_equal(generation.vectors, encoder.encode(embedded_texts(generation.chunks)))
    assert verify_generation(generation, encoder) == []


def test_an_index_that_is_up_to_date_is_left_alone(place: Place, embedded: list[str]) -> None:
    first = build_index(place)
    embedded.clear()
    assert build_index(place) == first
    assert generations(place) == [first.name]
    assert embedded == []
    assert index_status(place).reasons == ()


def test_force_builds_in_any_case_with_the_same_vectors(place: Place, embedded: list[str]) -> None:
    first = build_index(place)
    vectors = open_current(place.index).vectors
    embedded.clear()
    second = build_index(place, force=True)
    assert second.name != first.name
    assert current_name(place.index) == second.name
    assert embedded == []
    assert np.array_equal(open_current(place.index).vectors, vectors)
    assert second.files == first.files


def test_only_changed_texts_are_embedded_again(place: Place, embedded: list[str], encoder: Encoder, edit: Edit) -> None:
    build_index(place)
    embedded.clear()
    edit(place.corpus / VISITS, CALL, "A clinic rings its patients on the day after.")
    build_index(place)
    assert embedded == [
        "Clinic visits. Resting after the spray - The call on the next day. "
        "A clinic rings its patients on the day after.",
        "A clinic rings its patients on the day after.",
    ]
    assert verify_generation(open_current(place.index), encoder) == []


def test_a_new_question_is_the_only_text_embedded(place: Place, embedded: list[str], edit: Edit) -> None:
    build_index(place)
    embedded.clear()
    edit(place.corpus / VISITS, "| can i leave at once", "| can i leave at once | may i go")
    build_index(place)
    assert embedded == ["may i go"]


def test_a_ledger_that_changes_makes_a_new_generation_without_embedding(
    place: Place, embedded: list[str], edit: Edit
) -> None:
    build_index(place)
    embedded.clear()
    edit(place.corpus / "ledger.jsonl", "Invented Agency", "Renamed Agency")
    build_index(place)
    assert embedded == []
    assert open_current(place.index).corpus.facts["TS-001"].publisher == "Renamed Agency"


def test_a_removed_document_disappears(place: Place, encoder: Encoder) -> None:
    build_index(place)
    (place.corpus / VISITS).unlink()
    manifest = build_index(place)
    generation = open_current(place.index)
    assert {item.document for item in generation.chunks} == {"an-invented-article", "first-visit", "rooms"}
    assert "visits" not in generation.corpus.by_id
    store = VectorStore(generation.folder / CHROMA)
    assert not [row for row, _ in store.rows("passages") if row.startswith("visits#")]
    store.close()
    assert manifest.counts["documents"] == 3
    assert verify_generation(generation, encoder) == []


def test_another_encoder_embeds_everything_again(
    place: Place, embedded: list[str], make_encoder: Callable[[str], Encoder], monkeypatch: pytest.MonkeyPatch
) -> None:
    build_index(place)
    rows = len(set(embedded_texts(open_current(place.index).chunks)))
    other = make_encoder("another model")
    monkeypatch.setattr(build, "load_encoder", lambda *_: other)
    assert build_index(place, force=True).encoder == "another model"
    assert len(other.embedded) == rows  # type: ignore[attr-defined]


def test_another_chunker_embeds_everything_again(
    place: Place, embedded: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    build_index(place)
    rows = len(embedded)
    embedded.clear()
    monkeypatch.setattr(chunk, "VERSION", "another")
    build_index(place)
    assert len(embedded) == rows


def test_status_names_every_reason(place: Place, edit: Edit, monkeypatch: pytest.MonkeyPatch) -> None:
    assert index_status(place).reasons == ("no index has been built",)
    manifest = build_index(place)
    edit(place.corpus / VISITS, CALL, "A clinic rings.")
    monkeypatch.setattr(chunk, "VERSION", "another")
    other = Place(place.corpus, place.index, place.models, "another model")
    status = index_status(other)
    assert status.manifest == manifest
    assert status.reasons == (
        "the corpus has changed",
        "another embedding model is set",
        "documents are cut into chunks in another way",
    )


def test_an_index_that_cannot_be_read_is_built_anew(place: Place, encoder: Encoder) -> None:
    build_index(place)
    (place.index / GENERATIONS / str(current_name(place.index)) / "manifest.json").write_text("{")
    assert "cannot be read" in index_status(place).reasons[0]
    build_index(place)
    assert verify_generation(open_current(place.index), encoder) == []


def test_a_damaged_index_does_not_hinder_a_forced_build(place: Place, encoder: Encoder) -> None:
    build_index(place)
    (place.index / GENERATIONS / str(current_name(place.index)) / "chunks.jsonl").write_text("{")
    build_index(place, force=True)
    assert verify_generation(open_current(place.index), encoder) == []


def test_a_second_builder_is_refused_while_the_first_is_at_work(place: Place) -> None:
    place.index.mkdir()
    with FileLock(place.index / LOCK), pytest.raises(IndexFault, match="Another build is running") as caught:
        build_index(place)
    assert "try again" in caught.value.remedy
    assert build_index(place).name == current_name(place.index)


@pytest.mark.parametrize("step", ["write_snapshot", "write_chunks", "_fill_store", "write_manifest", "switch_to"])
def test_a_build_that_fails_midway_leaves_the_old_index_live(
    place: Place, encoder: Encoder, edit: Edit, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    first = build_index(place)
    edit(place.corpus / VISITS, CALL, "A clinic rings.")
    with monkeypatch.context() as patched:
        patched.setattr(build, step, stop)
        with pytest.raises(RuntimeError, match="stopped midway"):
            build_index(place)
    assert current_name(place.index) == first.name
    assert verify_generation(open_current(place.index), encoder) == []
    second = build_index(place)
    assert current_name(place.index) == second.name
    assert "A clinic rings." in open_current(place.index).corpus.by_id["visits"].text
    assert verify_generation(open_current(place.index), encoder) == []


def test_what_unfinished_builds_left_is_swept(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as patched:
        patched.setattr(build, "write_manifest", stop)
        with pytest.raises(RuntimeError):
            build_index(place)
    assert [name.endswith(UNFINISHED) for name in generations(place)] == [True]
    manifest = build_index(place)
    assert generations(place) == [manifest.name]


def test_a_corpus_with_faults_is_not_built_and_the_old_index_stays(place: Place, edit: Edit) -> None:
    first = build_index(place)
    edit(place.corpus / VISITS, " [TS-008]", "")
    with pytest.raises(CorpusError, match=r"visits\.md:11"):
        build_index(place)
    assert current_name(place.index) == first.name
    assert generations(place) == [first.name]


def test_the_live_generation_and_the_one_before_are_kept(place: Place) -> None:
    names = [build_index(place, force=True).name for _ in range(4)]
    assert generations(place) == names[-2:]
    assert [name.split("-")[0] for name in names] == ["000001", "000002", "000003", "000004"]


def test_the_pointer_is_switched_only_to_a_finished_generation(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    seen = []

    def switch(index: Path, name: str) -> None:
        seen.append((current_name(index), sorted(path.name for path in (index / GENERATIONS / name).iterdir())))

    build_index(place)
    first = current_name(place.index)
    monkeypatch.setattr(build, "switch_to", switch)
    build_index(place, force=True)
    assert seen == [(first, ["chroma", "chunks.jsonl", "corpus.json", "manifest.json", "vectors.npy", "words"])]
