"""Files that are there whole or not at all."""

from pathlib import Path

from qa.evaluate.testset import TestSetError


def write_whole(path: Path, text: str, remedy: str = "Give a path that can be.") -> None:
    """Write a text as UTF-8; an earlier file stays as it is until the new one is complete.

    Raises TestSetError, with the remedy, where it cannot be written.
    """
    try:
        partial = path.with_name(f"{path.name}.part")
        path.parent.mkdir(parents=True, exist_ok=True)
        partial.write_text(text, encoding="utf-8", newline="\n")
        partial.replace(path)
    except (OSError, ValueError) as error:
        raise TestSetError(f"{path} cannot be written: {error}.", remedy) from error


def check_writable(path: Path) -> None:
    """Raise TestSetError where a file could not be written, before the work that fills it is done."""
    if path.is_dir():
        raise TestSetError(f"{path} cannot be written: it is a folder.", "Name a file with --json.")
    partial = path.with_name(f"{path.name}.part")
    write_whole(partial, "")
    partial.unlink()
