"""The same corpus without its asked_as lines: what the answers are worth where nobody foresaw the wording."""

import re
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

from corpus.loaders import DOCUMENTS, LEDGER
from index.build import build_index
from qa.settings import Settings

ASKED = re.compile(r"^[ \t]*asked_as:.*\n?", re.MULTILINE)


@contextmanager
def without_asked_as(settings: Settings) -> Iterator[Settings]:
    """Index a copy of the corpus without asked_as lines in a folder of its own; give the settings that answer from it.

    Vectors of the live index are taken over, so that nothing is embedded again.
    """
    with TemporaryDirectory(prefix="ketamine-qa-") as scratch:
        home = Path(scratch)
        material = home / "corpus"
        material.mkdir()
        shutil.copy(settings.corpus / LEDGER, material)
        shutil.copytree(settings.corpus / DOCUMENTS, material / DOCUMENTS)
        for path in (material / DOCUMENTS).glob("*/*.md"):
            path.write_text(ASKED.sub("", path.read_text(encoding="utf-8")), encoding="utf-8")
        for folder in (settings.place.index, settings.sites):
            if folder.is_dir():
                shutil.copytree(folder, home / folder.name)
        if settings.place.models.is_dir():
            (home / settings.place.models.name).symlink_to(settings.place.models)
        thinned = replace(settings, home=home, corpus=material)
        build_index(thinned.place)
        yield thinned
