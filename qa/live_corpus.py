"""The material that the chat quotes from now: that of the live index or, where none was built, of the corpus folder."""

from functools import lru_cache
from pathlib import Path

from corpus.errors import IndexFault
from corpus.loaders import load_corpus
from corpus.snapshot import read_snapshot
from corpus.types import Corpus
from index.generation import BUILD_REMEDY, CORPUS, GENERATIONS, current_name
from qa.settings import Settings


def live_corpus(settings: Settings) -> Corpus:
    """Give the corpus. Raises IndexFault where the live index is damaged, CorpusError where the folder has faults."""
    index = settings.place.index
    name = current_name(index)
    if name is None:
        return load_corpus(settings.corpus, settings.sites)
    return _snapshot(index / GENERATIONS / name / CORPUS)


@lru_cache(maxsize=2)
def _snapshot(path: Path) -> Corpus:
    """Read a generation's corpus, which never changes."""
    try:
        return read_snapshot(path)
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise IndexFault(f"{path} is damaged ({error}).", f"{BUILD_REMEDY[:-2]} --force'.") from error
