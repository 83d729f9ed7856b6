"""The corpus without its asked_as lines: really without, nothing embedded again, the live index as it was."""

import hashlib
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from index.generation import open_current
from index.rows import embedded_texts
from qa.evaluate.ablation import without_asked_as
from qa.settings import Settings

Edit = Callable[[Path, str, str], None]


def hashes(folder: Path) -> dict[str, str]:
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    return {str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest() for path in files}


def test_the_thinned_index_has_no_asked_as_lines_and_all_else(small: Settings) -> None:
    live = open_current(small.place.index)
    assert [len(chunk.passage.asked_as) for chunk in live.chunks if chunk.document == "first-visit"] == [3, 3, 3]
    with without_asked_as(small) as thinned:
        bare = open_current(thinned.place.index)
        assert [chunk.passage.asked_as for chunk in bare.chunks] == [()] * len(live.chunks)
        assert [chunk.id for chunk in bare.chunks] == [chunk.id for chunk in live.chunks]
        assert [chunk.context for chunk in bare.chunks] == [chunk.context for chunk in live.chunks]
        assert [len(chunk.questions) for chunk in bare.chunks] == [1] * len(live.chunks)
        assert bare.corpus.facts == live.corpus.facts
        texts = "".join(path.read_text(encoding="utf-8") for path in thinned.corpus.rglob("*.md"))
        assert "asked_as" not in texts


def test_nothing_is_embedded_again_and_the_vectors_are_the_live_ones(small: Settings, embedded: list[str]) -> None:
    live = open_current(small.place.index)
    known = dict(zip(embedded_texts(live.chunks), live.vectors, strict=True))
    embedded.clear()
    with without_asked_as(small) as thinned:
        assert embedded == []
        bare = open_current(thinned.place.index)
        for text, vector in zip(embedded_texts(bare.chunks), bare.vectors, strict=True):
            assert np.array_equal(vector, known[text])


def test_what_is_live_stays_as_it_was_and_the_copy_goes(small: Settings) -> None:
    before = hashes(small.home), hashes(small.corpus)
    with without_asked_as(small) as thinned:
        assert thinned.home != small.home
        assert not thinned.home.is_relative_to(small.home)
        assert thinned.model == small.model
    assert not thinned.home.exists()
    assert (hashes(small.home), hashes(small.corpus)) == before


@pytest.mark.parametrize("error", [KeyboardInterrupt, ValueError])
def test_the_copy_goes_after_a_fault_too(error: type[BaseException], small: Settings) -> None:
    homes: list[Path] = []
    with pytest.raises(error), without_asked_as(small) as thinned:
        homes.append(thinned.home)
        raise error
    assert not homes[0].exists()


def test_exported_models_are_used_where_they_lie_and_stay(small: Settings) -> None:
    small.place.models.mkdir()
    (small.place.models / "graph.onnx").write_bytes(b"graph")
    with without_asked_as(small) as thinned:
        assert (thinned.place.models / "graph.onnx").read_bytes() == b"graph"
        assert thinned.place.models.is_symlink()
    assert (small.place.models / "graph.onnx").exists()


def test_a_site_s_settings_and_documents_come_along(small: Settings) -> None:
    small.sites.mkdir()
    (small.sites / "hill.toml").write_text('name = "Hill"\nregion = "US"\n', encoding="utf-8")
    with without_asked_as(small) as thinned:
        assert thinned.site("hill").name == "Hill"
        assert thinned.sites.is_relative_to(thinned.home)


def test_an_indented_line_is_taken_out_as_well(small: Settings, edit: Edit) -> None:
    edit(small.corpus / "documents/sources/visits.md", "asked_as:", "  asked_as:")
    with without_asked_as(small) as thinned:
        assert not any(chunk.passage.asked_as for chunk in open_current(thinned.place.index).chunks)
