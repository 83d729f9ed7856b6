import json
import shutil
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from corpus.errors import IndexFault, IndexMissing
from index.build import Place, build_index
from index.generation import (
    GENERATIONS,
    current_name,
    file_hashes,
    open_current,
    open_generation,
    read_manifest,
    switch_to,
)

Damage = Callable[[Path], object]


def write(name: str, content: bytes) -> Damage:
    return lambda folder: (folder / name).write_bytes(content)


def cut(name: str, keep: Callable[[bytes], bytes]) -> Damage:
    return lambda folder: (folder / name).write_bytes(keep((folder / name).read_bytes()))


def halve(content: bytes) -> bytes:
    return content[: len(content) // 2]


def drop_last_line(content: bytes) -> bytes:
    return b"".join(content.splitlines(keepends=True)[:-1])


def drop_last_row(folder: Path) -> None:
    np.save(folder / "vectors.npy", np.load(folder / "vectors.npy")[:-1])


def change_manifest(folder: Path, **changed: object) -> None:
    path = folder / "manifest.json"
    path.write_text(json.dumps(json.loads(path.read_text(encoding="utf-8")) | changed), encoding="utf-8")


def live_folder(place: Place) -> Path:
    return place.index / GENERATIONS / str(current_name(place.index))


def test_what_was_built_is_read_back(place: Place) -> None:
    manifest = build_index(place)
    generation = open_current(place.index)
    assert generation.manifest == manifest
    assert generation.folder == live_folder(place)
    assert len(generation.chunks) == manifest.counts["chunks"]
    assert generation.vectors.shape == (manifest.counts["rows"], 96)
    for chunk in generation.chunks:
        text = generation.corpus.by_id[chunk.document].text
        assert text[chunk.passage.start : chunk.passage.end] == chunk.text


def test_without_an_index_the_remedy_is_to_build_one(tmp_path: Path) -> None:
    assert current_name(tmp_path) is None
    with pytest.raises(IndexMissing) as caught:
        open_current(tmp_path)
    assert "ketamine-qa index build" in caught.value.remedy


@pytest.mark.parametrize(
    "damage",
    [
        cut("manifest.json", halve),
        write("manifest.json", b"[]"),
        cut("corpus.json", halve),
        write("corpus.json", b"{}"),
        write("corpus.json", b"\xff"),
        cut("chunks.jsonl", halve),
        cut("chunks.jsonl", drop_last_line),
        write("chunks.jsonl", b"{}\n"),
        write("vectors.npy", b""),
        cut("vectors.npy", halve),
        drop_last_row,
        *[lambda folder, name=name: (folder / name).unlink() for name in
          ("manifest.json", "corpus.json", "chunks.jsonl", "vectors.npy")],
        lambda folder: change_manifest(folder, unexpected=1),
        shutil.rmtree,
    ],
    ids=[
        "manifest cut", "manifest a list", "corpus cut", "corpus without documents", "corpus not UTF-8", "chunks cut",
        "chunks a line less", "chunks without fields", "vectors empty", "vectors cut", "vectors a row less",
        "manifest gone", "corpus gone", "chunks gone", "vectors gone", "manifest with a strange field", "all gone",
    ],
)  # fmt: skip
def test_a_damaged_generation_is_refused_with_the_remedy(place: Place, damage: Damage) -> None:
    build_index(place)
    damage(live_folder(place))
    with pytest.raises(IndexFault) as caught:
        open_current(place.index)
    assert str(live_folder(place)) in caught.value.message
    assert caught.value.remedy == "Run 'ketamine-qa index build --force'."


def test_another_format_is_refused_with_the_remedy(place: Place) -> None:
    build_index(place)
    change_manifest(live_folder(place), format=99)
    for read in (open_generation, read_manifest):
        with pytest.raises(IndexFault, match="has format 99, not 3") as caught:
            read(live_folder(place))
        assert caught.value.remedy == "Run 'ketamine-qa index build'."


def test_the_pointer_names_the_live_generation(tmp_path: Path) -> None:
    for name in ("000001-a", "000002-b"):
        switch_to(tmp_path, name)
        assert current_name(tmp_path) == name
    assert [path.name for path in tmp_path.iterdir()] == ["current"]


def test_an_empty_pointer_is_no_index(tmp_path: Path) -> None:
    (tmp_path / "current").write_text("\n")
    assert current_name(tmp_path) is None


def test_the_hashes_cover_every_file_but_manifest_and_chroma(place: Place) -> None:
    build_index(place)
    folder = live_folder(place)
    files = [path for path in folder.rglob("*") if path.is_file()]
    own = {path.relative_to(folder).as_posix() for path in files if "chroma" not in path.parts}
    assert set(file_hashes(folder)) == own - {"manifest.json"}
    assert file_hashes(folder) == open_current(place.index).manifest.files
