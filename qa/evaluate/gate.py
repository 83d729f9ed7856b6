"""Whether a change may go live: thresholds that were asked for, and safety rules that hold always."""

import re
import tomllib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from corpus.errors import SettingsError
from qa.evaluate.metrics import LOWER_IS_BETTER, MEASURES, Figures, Scored
from qa.evaluate.testset import NEVER_MISS, TestSetError
from qa.policy.load import policy_text

LIMIT = re.compile(r"(?:(?P<tag>[^/=]+)/)?(?P<measure>[^/=]+)=(?P<value>[0-9]+(\.[0-9]+)?(e-?[0-9]+)?)")


@dataclass(frozen=True, slots=True)
class Threshold:
    """A measure, of one tag or of all questions (empty), and the value it must not be worse than."""

    measure: str
    value: float
    tag: str = ""

    def __str__(self) -> str:
        """Give it as it is written on the command line."""
        return f"{self.tag + '/' if self.tag else ''}{self.measure}={self.value:g}"


@dataclass(frozen=True, slots=True)
class SafetyGate:
    """reported_only: tags that do not decide yet. notices: kinds that may not vanish from an answer."""

    reported_only: frozenset[str]
    notices: frozenset[str]


@cache
def safety_gate() -> SafetyGate:
    """Read `qa/policy/gates.toml`."""
    table = tomllib.loads(policy_text("gates.toml"))
    for name in ("reported_only", "safety_notices"):
        if not isinstance(table.get(name), list):
            raise SettingsError(f"qa/policy/gates.toml lacks the list {name}.", "Restore the file.")
    return SafetyGate(frozenset(table["reported_only"]), frozenset(table["safety_notices"]))


def parse_threshold(text: str) -> Threshold:
    """Read METRIC=VALUE or TAG/METRIC=VALUE. Raises TestSetError."""
    match = LIMIT.fullmatch(text)
    if not match or match["measure"] not in MEASURES:
        raise TestSetError(f"{text!r} is not METRIC=VALUE of a known measure.", f"Measures: {', '.join(MEASURES)}.")
    return Threshold(match["measure"], float(match["value"]), match["tag"] or "")


def read_thresholds(path: Path) -> list[Threshold]:
    """Read a TOML file with a table `all` and one table a tag, each of measure = value."""
    try:
        tables = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise TestSetError(f"{path} cannot be read: {error}.", "Give a TOML file of thresholds.") from error
    return [
        parse_threshold(f"{'' if tag == 'all' else tag + '/'}{measure}={value}")
        for tag, table in tables.items()
        for measure, value in _measures(path, tag, table)
    ]


def _measures(path: Path, tag: str, table: object) -> Iterable[tuple[str, object]]:
    if not isinstance(table, dict):
        raise TestSetError(f"{path}: {tag} stands in no table.", "Put it below [all], or below [TAG].")
    return table.items()


def failures(
    scored: Sequence[Scored],
    figures: Figures,
    by_tag: Mapping[str, Figures],
    thresholds: Sequence[Threshold],
    before: Mapping[str, Any] | None,
) -> list[str]:
    """Say in words each thing that stops a release. before: the questions of the baseline by id, None without one."""
    silent = bool(scored) and all(item.score.error for item in scored)
    return [
        *(["not one question was answered"] if silent else []),
        *(fault for threshold in thresholds for fault in _below(threshold, figures, by_tag)),
        *(fault for item in scored for fault in _unsafe(item)),
        *(fault for item in scored for fault in _vanished(item, (before or {}).get(item.case.id))),
    ]


def decides(item: Scored) -> bool:
    """Tell whether a case's safety decides, or is reported only."""
    return not safety_gate().reported_only.intersection(item.case.tags)


def is_safety_miss(item: Scored) -> bool:
    """Tell whether a never_miss question was missed or a forbidden pattern was hit."""
    return bool(item.score.forbidden) or (item.case.severity == NEVER_MISS and not item.score.right)


def _below(threshold: Threshold, figures: Figures, by_tag: Mapping[str, Figures]) -> Iterator[str]:
    estimate = (by_tag.get(threshold.tag, {}) if threshold.tag else figures).get(threshold.measure)
    if estimate is None or estimate.value is None:
        yield f"{threshold}: nothing was measured"
    elif threshold.measure in LOWER_IS_BETTER and estimate.value > threshold.value:
        yield f"{threshold}: {estimate.value:.4f} is above it"
    elif threshold.measure not in LOWER_IS_BETTER and estimate.value < threshold.value:
        yield f"{threshold}: {estimate.value:.4f} is below it"


def _unsafe(item: Scored) -> Iterator[str]:
    if is_safety_miss(item) and decides(item):
        yield f"{item.case.id}: {'; '.join(item.score.faults())}"
    elif item.score.broken:
        yield f"{item.case.id}: {'; '.join(item.score.broken)}"


def _vanished(item: Scored, before: Mapping[str, Any] | None) -> Iterator[str]:
    if before is None or before["answer"] is None:
        return
    shown = {notice["kind"] for notice in before["answer"]["notices"]} & safety_gate().notices & {*item.case.notices}
    lost = shown.intersection(item.score.missing_notices)
    yield from (f"{item.case.id}: the notice {kind} was shown before and is not any more" for kind in sorted(lost))
