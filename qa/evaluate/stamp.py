"""What answered and where: everything by which two runs are told apart, and what changed between them is named."""

import hashlib
import json
import platform
import subprocess
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from datetime import date
from importlib.metadata import distributions, version
from pathlib import Path
from typing import Any

from corpus.stale import stale_facts
from index import readings
from index.chunk import VERSION
from index.model import resolve_model
from index.reader import recorded_hash
from qa.classifier import Classifier, graph_hash
from qa.disclaimer import DISCLAIMER
from qa.evaluate.asking import LocalAsker
from qa.evaluate.contamination import copied_exemplars, near_questions
from qa.evaluate.testset import Case
from qa.policy.load import policy_text, read_policy, wordings
from qa.settings import PACKAGE, Settings

CHECKOUT = PACKAGE.parent
LEDGER = "ledger.jsonl"
POLICY = {
    "triage": "triage.toml",
    "danger_words": "danger_words.toml",
    "wordings": "wordings.toml",
    "cards": "cards.toml",
    "languages": "languages.toml",
    "numbers": "lines.toml",
    "gates": "gates.toml",
    "beside": "beside.toml",
    "preparation": "preparation.toml",
    "amounts": "amounts.toml",
}


def stamp(asker: LocalAsker, cases: Sequence[Case], command: Sequence[str]) -> dict[str, Any]:
    """Give the record of a run of the product in this process."""
    generation = asker.pipeline.open().searcher.generation
    manifest, facts = generation.manifest, generation.corpus.facts
    return {
        **common_stamp(cases, command, asker.today),
        "asked": "this process",
        "corpus": f"sha256:{manifest.corpus}",
        "ledger": _hash_of_file(asker.settings.corpus / LEDGER),
        "index": manifest.name,
        "models": _models(asker.settings, manifest.encoder),
        "settings": {"site": asker.site or "default", "answerable": readings.ANSWERABLE, "timeout_s": asker.timeout},
        "facts": {name: short_hash(json.dumps(asdict(fact), default=str)) for name, fact in facts.items()},
        "overdue": [f"{fact.id}: {reason}" for reason, fact in _overdue(asker)],
        "contamination": near_questions(asker.pipeline.open().searcher, cases) + copied_exemplars(cases),
    }


def common_stamp(cases: Sequence[Case], command: Sequence[str], today: date) -> dict[str, Any]:
    """Give what is known of a run whoever answers."""
    return {
        "version": version("ketamine-qa"),
        "commit": _commit(),
        "lock": _lock(),
        **{name: f"sha256:{_hash(policy_text(file))}" for name, file in POLICY.items()},
        "disclaimer": f"sha256:{_hash(DISCLAIMER)}",
        "testset": testset_hash(cases),
        "wording_hashes": dict(_wordings()),
        "command": " ".join(command),
        "machine": f"{platform.system()} {platform.machine()}, Python {platform.python_version()}",
        "date": today.isoformat(),
    }


def testset_hash(cases: Sequence[Case]) -> str:
    """Give the hash of the cases, whatever their order and the file's layout."""
    return f"sha256:{_hash(json.dumps(sorted(case_hash(case) for case in cases)))}"


def case_hash(case: Case) -> str:
    """Give the hash of all that a case says."""
    return short_hash(json.dumps(asdict(case), sort_keys=True))


def short_hash(text: str) -> str:
    """Give the first 16 hexadecimal digits of the text's SHA-256."""
    return _hash(text)[:16]


def _models(settings: Settings, encoder: str) -> dict[str, str]:
    fits = [asdict(fit) for fit in (readings.FIRST, readings.SECOND, readings.ANSWERS)]
    weights = json.dumps([*fits, recorded_hash()])
    return {
        "encoder": encoder,
        "encoder_name": resolve_model(settings.model).name,
        "reader": f"sha256:{_hash(weights)}",
        "chunker": VERSION,
        "triage": f"sha256:{graph_hash(Classifier().folder)}",
    }


def _overdue(asker: LocalAsker) -> Iterator[Any]:
    pressing = ("past its last day", "its last day is near", "due for a recheck")
    listed = stale_facts(asker.corpus.facts.values(), asker.today)
    return ((reason, fact) for reason, fact in listed if reason.startswith(pressing))


def _wordings() -> Iterator[tuple[str, str]]:
    """Give the hash of each wording and of each card by its place."""
    cards = {table: read_policy("cards.toml")[table] for table in ("card", "shared")}
    for table, entries in {**wordings(), **cards}.items():
        yield from ((f"{table}.{name}", short_hash(json.dumps(text))) for name, text in entries.items())


def _commit() -> str:
    """Give the commit of the checkout; an installed package is in none, whatever lies around it."""
    if not (CHECKOUT / ".git").exists():
        return "unknown"
    git = ["git", "-C", str(CHECKOUT)]
    try:
        head = subprocess.run([*git, "rev-parse", "HEAD"], capture_output=True, text=True, check=True)  # noqa: S603
        changed = subprocess.run([*git, "status", "--porcelain"], capture_output=True, text=True, check=True)  # noqa: S603
    except (OSError, subprocess.CalledProcessError):
        return "unknown"
    return head.stdout.strip() + (" with local changes" if changed.stdout.strip() else "")


def _lock() -> str:
    """Give the hash of the installed distributions and their versions."""
    listed = sorted({f"{item.metadata['Name']}=={item.version}".lower() for item in distributions()})
    return f"sha256:{_hash(chr(10).join(listed))}"


def _hash_of_file(path: Path) -> str:
    return f"sha256:{hashlib.sha256(path.read_bytes()).hexdigest()}" if path.is_file() else "unknown"


def _hash(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8")).hexdigest()
