"""The messages that the classifier learns from."""

import json
from collections.abc import Iterator
from pathlib import Path

from corpus.errors import SettingsError

FOLDER = Path(__file__).parent / "policy" / "exemplars"
WEIGHT = {
    "none": 1.0, "topic": 1.0, "crisis": 1.5, "emergency": 1.5, "abuse": 1.0, "under_18": 1.0, "dose": 1.0,
    "procure": 1.0, "prescription": 1.0, "diagnosis": 1.0, "same_day": 1.0,
}  # fmt: skip
"""The labels, and what a wrong one weighs in training."""
LABELS = tuple(WEIGHT)


def read_exemplars(folder: Path = FOLDER) -> Iterator[tuple[str, str]]:
    """Give text and label of each exemplar, as typed. Raises SettingsError where a line is not of the form."""
    for path in sorted(folder.glob("*.jsonl")):
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
            record = json.loads(line)
            if record.get("label") not in LABELS or not record.get("text") or not record.get("reason"):
                raise SettingsError(f"{path.name}, line {number} lacks text, label or reason.", "Complete it.")
            yield record["text"], record["label"]
