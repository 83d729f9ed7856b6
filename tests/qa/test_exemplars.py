import json
from collections import Counter
from pathlib import Path

import pytest

from corpus.errors import SettingsError
from qa.exemplars import LABELS, read_exemplars
from qa.messages import normalise


def test_every_label_is_taught() -> None:
    counts = Counter(label for _, label in read_exemplars())
    assert set(counts) == set(LABELS)
    assert min(counts["crisis"], counts["emergency"], counts["none"]) >= 500


def test_no_message_is_taught_twice() -> None:
    counts = Counter(normalise(text) for text, _ in read_exemplars())
    assert [text for text, count in counts.items() if count > 1] == []


@pytest.mark.parametrize("left_out", ["text", "label", "reason"])
def test_a_line_that_lacks_something_is_named(tmp_path: Path, left_out: str) -> None:
    record = {"text": "hello", "label": "none", "kind": "chat", "reason": "a greeting"}
    lines = [record, {name: value for name, value in record.items() if name != left_out}]
    (tmp_path / "a.jsonl").write_text("".join(json.dumps(line) + "\n" for line in lines), encoding="utf-8")
    with pytest.raises(SettingsError, match=r"a\.jsonl, line 2"):
        list(read_exemplars(tmp_path))
