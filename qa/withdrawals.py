"""What is withdrawn now: the correction log, read again whenever its file has changed."""

import threading
from pathlib import Path

from corpus.corrections import read_corrections
from corpus.types import Corpus
from corpus.withdrawn import NOTHING, Withdrawn, in_force, withdrawn_from

Signature = tuple[int, int, int]


class Withdrawals:
    """Gives what may not be quoted; threads may share it."""

    def __init__(self, path: Path) -> None:
        """Read nothing yet. path: of the correction log, which need not be there."""
        self._path = path
        self._lock = threading.Lock()
        self._seen: tuple[Signature, Corpus] | None = None
        self._by_site: dict[str, Withdrawn] = {}

    def on(self, site: str, corpus: Corpus) -> Withdrawn:
        """Give the sentences of a corpus that are withdrawn on a site. Raises CorpusError where the log is damaged."""
        signature = _signature(self._path)
        if signature is None:
            return NOTHING
        with self._lock:
            if self._seen is None or self._seen[0] != signature or self._seen[1] is not corpus:
                self._by_site, self._seen = {}, (signature, corpus)
            if site not in self._by_site:
                self._by_site[site] = withdrawn_from(corpus, in_force(read_corrections(self._path), site))
            return self._by_site[site]


def _signature(path: Path) -> Signature | None:
    """Give what changes whenever the log does, since each entry makes a new file; None where there is none."""
    try:
        found = path.stat()
    except FileNotFoundError:
        return None
    return found.st_ino, found.st_mtime_ns, found.st_size
