import hashlib
from pathlib import Path

import pytest

from corpus.errors import IndexFault
from index import model
from index.model import BUNDLED, BUNDLED_SHA256, file_hash, resolve_model


@pytest.mark.model
def test_the_bundled_weights_are_the_published_ones() -> None:
    source = resolve_model(BUNDLED)
    assert source.identity == BUNDLED_SHA256
    assert Path(source.location).is_dir()


@pytest.mark.model
def test_other_weights_are_refused_with_both_hashes_and_the_remedy(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(model, "BUNDLED_SHA256", "0" * 64)
    with pytest.raises(IndexFault) as caught:
        resolve_model(BUNDLED)
    assert "0" * 64 in caught.value.message
    assert BUNDLED_SHA256 in caught.value.message
    assert "Reinstall" in caught.value.remedy


def test_a_folder_is_known_by_its_weights(tmp_path: Path) -> None:
    (tmp_path / "model.safetensors").write_bytes(b"weights")
    source = resolve_model(str(tmp_path))
    assert source.location == str(tmp_path)
    assert source.identity == hashlib.sha256(b"weights").hexdigest()
    (tmp_path / "model.safetensors").write_bytes(b"other weights")
    assert resolve_model(str(tmp_path)).identity != source.identity


def test_a_file_is_hashed_by_its_bytes(tmp_path: Path) -> None:
    (tmp_path / "abc").write_bytes(b"abc")
    assert file_hash(tmp_path / "abc") == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"


def test_any_other_name_is_known_by_itself() -> None:
    first, second = resolve_model("some/model"), resolve_model("some/other-model")
    assert (first.name, first.location) == ("some/model", "some/model")
    assert first.identity != second.identity
    assert resolve_model("some/model") == first
