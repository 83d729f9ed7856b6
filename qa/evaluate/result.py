"""The result file of a run: written whole or not at all, and checked when it is read as a baseline."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from qa.evaluate.run import FORMAT
from qa.evaluate.testset import TestSetError
from qa.evaluate.writing import write_whole

NEEDED = ("stamp", "partial", "figures", "questions")


def write_result(result: Mapping[str, Any], path: Path) -> None:
    """Write a result as JSON; an earlier file stays as it is until the new one is complete.

    Raises TestSetError where it cannot be written.
    """
    text = json.dumps(result, ensure_ascii=False, indent=1) + "\n"
    write_whole(path, text, "Give a path that can be, with --json.")


def read_result(path: Path) -> dict[str, Any]:
    """Read a result. Raises TestSetError where it is none, or of another form."""
    try:
        result = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise TestSetError(f"{path} cannot be read: {error}.", "Give a file written with --json.") from error
    if not isinstance(result, dict) or result.get("format") != FORMAT or any(name not in result for name in NEEDED):
        raise TestSetError(f"{path} is not a result of this version.", "Run the baseline again with --json.")
    return result
