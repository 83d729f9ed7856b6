"""Reads `differences.toml`: groups of facts that disagree, or of which a newer one qualifies an older one."""

import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from corpus.errors import CorpusError
from corpus.types import Claim, Difference

KINDS = ("sources_differ", "newer_source")


def read_differences(path: Path) -> tuple[Difference, ...]:
    """Give the groups in file order, none where there is no file. Raises CorpusError that names every fault at once.

    A group has `id`, `kind`, `topic` (completes "about ..."), `sides` (lists of fact ids, for `newer_source` the newest
    last) and, where an original document makes the older claim, `claims` (tables of `document` and `words`).
    """
    if not path.exists():
        return ()
    try:
        groups = tomllib.loads(path.read_text(encoding="utf-8")).get("group", [])
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise CorpusError(f"{path} is not valid TOML: {error}.", "Correct the file.") from error
    if not isinstance(groups, list) or not all(isinstance(group, dict) for group in groups):
        raise CorpusError(f"{path} does not hold [[group]] tables.", "Write each group under [[group]].")
    faults = [f"group {number}: {fault}" for number, group in enumerate(groups, start=1) for fault in _faults(group)]
    faults += _repeated(groups)
    if faults:
        raise CorpusError(f"{path} has {len(faults)} faults: " + "; ".join(faults) + ".", "Correct these groups.")
    return tuple(_difference(group) for group in groups)


def _faults(group: Mapping[str, Any]) -> list[str]:
    sides, claims = group.get("sides", []), group.get("claims", [])
    if not isinstance(sides, list) or not isinstance(claims, list):
        return ["sides and claims are lists"]
    checks = [
        (all(isinstance(group.get(name), str) and group[name] for name in ("id", "topic")), "needs id and topic"),
        (group.get("kind") in KINDS, f"kind is not one of {', '.join(KINDS)}"),
        (
            bool(sides) and all(_is_side(side) for side in sides),
            "has an empty side, or one that is no list of fact ids",
        ),
        (len(sides) + bool(claims) > 1, "needs two sides, or one side and a claim that it qualifies"),
        (all(_is_claim(claim) for claim in claims), "a claim needs document and words"),
    ]
    return [fault for passed, fault in checks if not passed]


def _is_side(side: object) -> bool:
    return isinstance(side, list) and bool(side) and all(isinstance(fact, str) for fact in side)


def _is_claim(claim: object) -> bool:
    return isinstance(claim, dict) and set(claim) == {"document", "words"}


def _repeated(groups: list[Mapping[str, Any]]) -> list[str]:
    ids = [str(group.get("id")) for group in groups]
    return [f"id {name} occurs twice" for name in sorted({name for name in ids if ids.count(name) > 1})]


def _difference(group: Mapping[str, Any]) -> Difference:
    return Difference(
        id=group["id"],
        kind=group["kind"],
        topic=group["topic"],
        sides=tuple(tuple(side) for side in group["sides"]),
        claims=tuple(Claim(claim["document"], claim["words"]) for claim in group.get("claims", [])),
    )
