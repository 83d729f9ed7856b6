"""The correction log on disk: JSON lines, one for each withdrawal and restoration; lines are only ever added."""

import fcntl
import json
import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import Any, get_args

from corpus.errors import CorpusError
from corpus.withdrawn import Action, Correction, Target

CORRECTIONS = "corrections.jsonl"
KEYS = {"at": str, "action": str, "document": str, "anchor": str, "words": str, "quotes": list, "reason": str,
        "site": str}  # fmt: skip


def read_corrections(path: Path) -> tuple[Correction, ...]:
    """Give the log, oldest first, empty where there is none.

    Raises CorpusError where it is damaged: what is withdrawn must not be quoted again because a line cannot be read.
    """
    try:
        text = path.read_text(encoding="utf-8")
    except FileNotFoundError:
        return ()
    except (OSError, UnicodeDecodeError) as error:
        raise _damaged(path, f"{error}") from error
    return tuple(_read(path, number, line) for number, line in enumerate(text.split("\n"), start=1) if line.strip())


def add_correction(path: Path, entry: Correction) -> None:
    """Add one entry, so that a reader sees the log with it or without it, never a part."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with _alone(path):
        read_corrections(path)
        before = path.read_bytes() if path.exists() else b""
        line = json.dumps(_record(entry), ensure_ascii=False).encode() + b"\n"
        partial = path.with_name(f"{path.name}.part")
        with partial.open("wb") as written:
            written.write(before + (b"" if not before or before.endswith(b"\n") else b"\n") + line)
            written.flush()
            os.fsync(written.fileno())
        partial.replace(path)


@contextmanager
def _alone(path: Path) -> Iterator[None]:
    """Keep another process from adding an entry at the same time."""
    with path.with_name(f"{path.name}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _record(entry: Correction) -> dict[str, Any]:
    target = asdict(entry.target)
    return {"at": entry.at, "action": entry.action, **target, "quotes": list(entry.quotes), "reason": entry.reason,
            "site": entry.site}  # fmt: skip


def _read(path: Path, number: int, line: str) -> Correction:
    try:
        record = json.loads(line)
    except ValueError as error:
        raise _damaged(path, f"line {number} is no JSON") from error
    if not isinstance(record, dict) or record.keys() != KEYS.keys():
        raise _damaged(path, f"line {number} does not have the keys {', '.join(KEYS)}")
    if not _is_sound(record):
        raise _damaged(path, f"line {number} has a value of another kind")
    target = Target(record["document"], record["anchor"], record["words"])
    return Correction(record["at"], record["action"], target, tuple(record["quotes"]), record["reason"], record["site"])


def _is_sound(record: Mapping[str, Any]) -> bool:
    typed = all(isinstance(record[key], kind) for key, kind in KEYS.items())
    return typed and record["action"] in get_args(Action) and all(isinstance(quote, str) for quote in record["quotes"])


def _damaged(path: Path, what: str) -> CorpusError:
    return CorpusError(f"The correction log {path} cannot be read: {what}.", "Correct it, or restore it from a backup.")
