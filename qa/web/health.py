"""Whether the process can answer: index verified, encoder and reader loaded."""

import threading
from dataclasses import dataclass

from corpus.errors import IndexMissing, ProjectError
from index.reader import load_reader
from index.verify import verify_own
from qa.pipeline import Pipeline


@dataclass(frozen=True, slots=True)
class Readiness:
    """reasons: why questions cannot be answered, none if they can; they name no folder. generation: of the index."""

    reasons: tuple[str, ...]
    generation: str = ""

    @property
    def record(self) -> dict[str, object]:
        """The same as JSON."""
        return {"ready": not self.reasons, "reasons": list(self.reasons), "generation": self.generation}


class Health:
    """Verifies each generation of the index once, and keeps what it found."""

    def __init__(self, pipeline: Pipeline) -> None:
        """Look at nothing yet."""
        self._pipeline = pipeline
        self._lock = threading.Lock()
        self._verified: dict[str, tuple[str, ...]] = {}

    def look(self) -> Readiness:
        """Load what is not loaded, and tell whether all of it is sound."""
        try:
            searcher = self._pipeline.open().searcher
            load_reader()
        except IndexMissing:
            return Readiness(("no index has been built",))
        except ProjectError:
            return Readiness(("the index, its model or the reader cannot be loaded",))
        name = searcher.generation.manifest.name
        with self._lock:
            if name not in self._verified:
                faults = verify_own(searcher.generation, searcher.encoder)
                self._verified = {name: _told(len(faults))}
            return Readiness(self._verified[name], name)


def _told(faults: int) -> tuple[str, ...]:
    return (f"the index has {faults} faults",) if faults else ()
