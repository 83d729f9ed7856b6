"""A clinic's signatures: `sites/<id>/signatures.jsonl`, one line for each item that a person there has signed."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from datetime import date
from pathlib import Path
from typing import Any

from corpus.errors import SettingsError
from qa.settings import Settings

SIGNATURES = "signatures.jsonl"
DAYS = ("signed", "expires")


@dataclass(frozen=True, slots=True)
class Signature:
    """What one person signed.

    name, role: as they typed them. signed: the day. sha256: of the item's text. expires: the last day it holds.
    """

    item: str
    name: str
    role: str
    signed: date
    sha256: str
    expires: date


def read_signatures(settings: Settings, site: str) -> Mapping[str, Signature]:
    """Give the latest signature of each item, none for the default site. Raises SettingsError for a damaged file."""
    path = _path(settings, site)
    if not site or not path.is_file():
        return {}
    try:
        lines = path.read_text(encoding="utf-8").split("\n")
    except (OSError, UnicodeDecodeError) as error:
        raise _damaged(path, str(error)) from error
    signed = (_signature(path, number, line) for number, line in enumerate(lines, start=1) if line.strip())
    return {signature.item: signature for signature in signed}


def add_signatures(settings: Settings, site: str, signed: Iterable[Signature]) -> None:
    """Add signatures to the site's file. Raises SettingsError where what is there is damaged; nothing is added then."""
    read_signatures(settings, site)
    path = _path(settings, site)
    path.parent.mkdir(parents=True, exist_ok=True)
    before = path.read_text(encoding="utf-8") if path.is_file() else ""
    lines = (json.dumps(_record(signature), ensure_ascii=False) + "\n" for signature in signed)
    partial = path.with_name(f"{path.name}.part")
    partial.write_text("".join([before, "\n" if before and not before.endswith("\n") else "", *lines]), "utf-8")
    partial.replace(path)


def _path(settings: Settings, site: str) -> Path:
    return settings.sites / site / SIGNATURES


def _record(signature: Signature) -> dict[str, Any]:
    return {**asdict(signature), **{day: getattr(signature, day).isoformat() for day in DAYS}}


def _signature(path: Path, number: int, line: str) -> Signature:
    try:
        record = json.loads(line)
        signature = Signature(**{**record, **{day: date.fromisoformat(record[day]) for day in DAYS}})
    except (ValueError, TypeError, KeyError) as error:
        raise _damaged(path, f"line {number}") from error
    if not all(isinstance(value, date) or (isinstance(value, str) and value) for value in asdict(signature).values()):
        raise _damaged(path, f"line {number}")
    return signature


def _damaged(path: Path, what: str) -> SettingsError:
    return SettingsError(f"{path} cannot be read: {what}.", "Restore it from a backup, or sign again.")
