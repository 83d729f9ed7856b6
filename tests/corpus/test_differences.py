from pathlib import Path

import pytest

from corpus.differences import read_differences
from corpus.errors import CorpusError
from corpus.types import Claim, Difference

SIDES = '[["TS-001", "TS-002"], ["TS-003"]]'
SOUND = f'id = "chairs"\nkind = "sources_differ"\ntopic = "chairs"\nsides = {SIDES}\n'


def write(tmp_path: Path, *groups: str) -> Path:
    path = tmp_path / "differences.toml"
    path.write_text("".join(f"[[group]]\n{group}\n" for group in groups), encoding="utf-8")
    return path


def test_groups_come_in_file_order(tmp_path: Path) -> None:
    newer = (
        'id = "rooms"\nkind = "newer_source"\ntopic = "rooms"\nsides = [["TS-004"]]\n'
        'claims = [{ document = "old", words = "three rooms" }]\n'
    )
    assert read_differences(write(tmp_path, SOUND, newer)) == (
        Difference("chairs", "sources_differ", "chairs", (("TS-001", "TS-002"), ("TS-003",))),
        Difference("rooms", "newer_source", "rooms", (("TS-004",),), (Claim("old", "three rooms"),)),
    )


def test_without_a_file_there_are_none(tmp_path: Path) -> None:
    assert read_differences(tmp_path / "differences.toml") == ()


@pytest.mark.parametrize(
    ("old", "new", "fault"),
    [
        ('id = "chairs"\n', "", "needs id and topic"),
        ('topic = "chairs"', 'topic = ""', "needs id and topic"),
        ("sources_differ", "quarrel", "kind is not one of sources_differ, newer_source"),
        ('["TS-003"]', "[]", "has an empty side"),
        ('["TS-003"]', "[3]", "has an empty side"),
        (', ["TS-003"]', "", "needs two sides"),
        ("topic", 'claims = [{ document = "d" }]\ntopic', "a claim needs document and words"),
    ],
)
def test_a_faulty_group_is_named(tmp_path: Path, old: str, new: str, fault: str) -> None:
    assert old in SOUND
    sound = SOUND.replace("chairs", "rooms")
    with pytest.raises(CorpusError) as caught:
        read_differences(write(tmp_path, sound, SOUND.replace(old, new)))
    assert f"group 2: {fault}" in caught.value.message
    assert "group 1" not in caught.value.message


def test_every_fault_is_reported_at_once(tmp_path: Path) -> None:
    with pytest.raises(CorpusError) as caught:
        read_differences(write(tmp_path, 'id = "a"\n', SOUND, SOUND))
    for fault in ("group 1: needs id and topic", "group 1: kind is", "group 1: has an empty side", "id chairs occurs"):
        assert fault in caught.value.message


@pytest.mark.parametrize(
    "text",
    [
        "[[group]]\nid = ",
        f"[group]\n{SOUND}",
        "group = 3\n",
        "[[group]]\n" + SOUND.replace(SIDES, '["TS-001", "TS-003"]'),
        "[[group]]\n" + SOUND.replace(SIDES, "3"),
        f"[[group]]\n{SOUND}claims = [3]\n",
    ],
    ids=["not TOML", "single brackets", "no tables", "sides without inner lists", "sides a number", "claim a number"],
)
def test_a_file_of_another_shape_is_refused_with_a_remedy(tmp_path: Path, text: str) -> None:
    path = tmp_path / "differences.toml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(CorpusError) as caught:
        read_differences(path)
    assert str(path) in caught.value.message
    assert caught.value.remedy


def test_a_file_that_is_not_utf8_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "differences.toml"
    path.write_bytes(b"\xff\xfe")
    with pytest.raises(CorpusError):
        read_differences(path)
