"""The file of a result: whole or not there, and nothing else is taken for one."""

import json
from pathlib import Path
from typing import Any

import pytest

from qa.evaluate.result import read_result, write_result
from qa.evaluate.run import FORMAT
from qa.evaluate.testset import TestSetError

RESULT: dict[str, Any] = {
    "format": FORMAT, "stamp": {"date": "2026-01-15"}, "partial": False, "figures": {}, "questions": [{"id": "é"}],
}  # fmt: skip


def test_what_is_written_is_read_again(tmp_path: Path) -> None:
    path = tmp_path / "new" / "folder" / "result.json"
    write_result(RESULT, path)
    assert read_result(path) == RESULT
    assert "é" in path.read_text(encoding="utf-8")
    assert [entry.name for entry in path.parent.iterdir()] == ["result.json"]


def test_an_earlier_file_stays_until_the_new_one_is_complete(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "result.json"
    write_result(RESULT, path)
    write = Path.write_text

    def stop(self: Path, text: str, **how: Any) -> int:  # noqa: ANN401
        write(self, text[:20], **how)
        raise KeyboardInterrupt

    monkeypatch.setattr(Path, "write_text", stop)
    with pytest.raises(KeyboardInterrupt):
        write_result({**RESULT, "partial": True}, path)
    assert read_result(path) == RESULT


def test_a_result_that_is_no_json_leaves_the_earlier_file(tmp_path: Path) -> None:
    path = tmp_path / "result.json"
    write_result(RESULT, path)
    with pytest.raises(TypeError):
        write_result({**RESULT, "figures": object()}, path)
    assert read_result(path) == RESULT


def test_a_path_that_cannot_be_written_is_said(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    for path in (tmp_path, tmp_path / "file" / "result.json", Path(), Path("/")):
        with pytest.raises(TestSetError, match="cannot be written") as raised:
            write_result(RESULT, path)
        assert "--json" in raised.value.remedy


@pytest.mark.parametrize(
    "content",
    [
        b"", b"\xff\xfe", b"not json", b"[]", b"null", b'"text"', b"{}",
        json.dumps({**RESULT, "format": FORMAT + 1}).encode(),
        *(json.dumps({key: value for key, value in RESULT.items() if key != name}).encode() for name in RESULT),
    ],
)  # fmt: skip
def test_another_file_is_refused(content: bytes, tmp_path: Path) -> None:
    path = tmp_path / "other.json"
    path.write_bytes(content)
    with pytest.raises(TestSetError) as raised:
        read_result(path)
    assert str(path) in raised.value.message
    assert "--json" in raised.value.remedy


def test_a_file_that_is_not_there_is_said(tmp_path: Path) -> None:
    with pytest.raises(TestSetError, match="cannot be read"):
        read_result(tmp_path / "none.json")
