"""What a command has to say, and what may be typed for it."""

from dataclasses import dataclass

from corpus.errors import SettingsError

LONGEST = 600


@dataclass(frozen=True, slots=True)
class Said:
    """The lines to print. failed: whether the command ends with the exit code 1."""

    lines: tuple[str, ...]
    failed: bool = False


def typed(what: str, text: str, longest: int = LONGEST) -> str:
    """Give what was typed on one line, spaces around it removed. Raises SettingsError where it cannot be written."""
    kept = " ".join(text.split())
    if not kept:
        raise SettingsError(f"The {what} is empty.", "Type it out.")
    if not kept.isprintable() or len(kept) > longest:
        raise SettingsError(f"The {what} cannot be written.", f"Use at most {longest} letters, digits and signs.")
    return kept
