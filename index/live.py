"""The live index in memory, exchanged when a newer generation has been switched to."""

import threading

from corpus.errors import IndexFault
from index.build import Place
from index.encoders import load_encoder
from index.generation import BUILD_REMEDY, current_name, open_current
from index.search import Searcher
from index.types import Encoder


class LiveIndex:
    """Gives the searcher of the live generation; threads may share it."""

    def __init__(self, place: Place) -> None:
        """Open nothing yet."""
        self._place = place
        self._lock = threading.Lock()
        self._searcher: Searcher | None = None
        self._encoder: Encoder | None = None

    def searcher(self) -> Searcher:
        """Give the searcher. Raises IndexMissing or IndexFault with the remedy."""
        name = current_name(self._place.index)
        with self._lock:
            if self._searcher is None or self._searcher.generation.manifest.name != name:
                self._searcher = self._open()
            return self._searcher

    def _open(self) -> Searcher:
        generation = open_current(self._place.index)
        encoder = self._encoder or load_encoder(self._place.model, self._place.models)
        if generation.manifest.encoder != encoder.identity:
            raise IndexFault(
                f"The index was built with the model {generation.manifest.model}, not {self._place.model}.",
                BUILD_REMEDY,
            )
        self._encoder = encoder
        return Searcher(generation, encoder)
