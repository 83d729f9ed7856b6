"""How long the index takes to build: from nothing, after a change of one document, and with nothing to do.

python tests/bench/indexing.py [--json]
"""

import argparse
import json
import shutil
import tempfile
from dataclasses import replace
from pathlib import Path
from time import perf_counter

from corpus.loaders import DOCUMENTS
from index.build import Place, build_index
from qa.settings import read_settings


def main() -> int:
    """Print the figures."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        place = _copy(read_settings().place, Path(scratch))
        first = _seconds(place)
        counts = build_index(place).counts
        nothing = _seconds(place)
        changed = next(iter(sorted((place.corpus / DOCUMENTS / "guides").glob("*.md"))))
        changed.write_text(changed.read_text(encoding="utf-8").replace(" the ", " your ", 1), encoding="utf-8")
        figures = {
            **counts,
            "from_nothing_s": first,
            "one_document_changed_s": _seconds(place),
            "nothing_to_do_s": nothing,
        }
    print(json.dumps(figures) if options.json else json.dumps(figures, indent=1))  # noqa: T201
    return 0


def _copy(place: Place, folder: Path) -> Place:
    (folder / "corpus").mkdir()
    shutil.copy(place.corpus / "ledger.jsonl", folder / "corpus")
    shutil.copytree(place.corpus / DOCUMENTS, folder / "corpus" / DOCUMENTS)
    return replace(place, corpus=folder / "corpus", index=folder / "index", models=folder / "models", sites=None)


def _seconds(place: Place) -> float:
    started = perf_counter()
    build_index(place)
    return round(perf_counter() - started, 1)


if __name__ == "__main__":
    raise SystemExit(main())
