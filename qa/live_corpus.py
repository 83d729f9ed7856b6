"""The material that the chat quotes from now: that of the live index or, where none was built, of the corpus folder."""

from functools import lru_cache
from pathlib import Path

from corpus.errors import IndexFault
from corpus.loaders import load_corpus
from corpus.snapshot import read_snapshot
from corpus.types import Corpus
from index.generation import BUILD_REMEDY, CORPUS, GENERATIONS, current_name
from qa.settings import Settings


def live_generation(settings: Settings) -> str:
    """Give the name of the live generation, empty where no index was built."""
    return current_name(settings.place.index) or ""


def corpus_of(settings: Settings, generation: str) -> Corpus:
    """Give the corpus of a generation, that of the corpus folder for an empty name.

    Raises IndexFault where the generation is damaged, CorpusError where the folder has faults.
    """
    if not generation:
        return load_corpus(settings.corpus, settings.sites)
    return _snapshot(settings.place.index / GENERATIONS / generation / CORPUS)


def live_corpus(settings: Settings) -> Corpus:
    """Give the corpus of the live generation. Raises as `corpus_of` does."""
    return corpus_of(settings, live_generation(settings))


@lru_cache(maxsize=2)
def _snapshot(path: Path) -> Corpus:
    """Read a generation's corpus, which never changes."""
    try:
        return read_snapshot(path)
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise IndexFault(f"{path} is damaged ({error}).", f"{BUILD_REMEDY[:-2]} --force'.") from error
