"""Builds of the real corpus, killed at moments spread over a whole build: the old index answers throughout."""

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from random import Random
from time import monotonic

import pytest

from index.build import UNFINISHED, Place
from index.encoders import load_encoder
from index.generation import GENERATIONS, current_name, open_current
from index.search import Searcher
from index.types import Encoder
from index.verify import verify_generation

pytestmark = pytest.mark.model

KILLS = 10
SEED = 20260115
PATIENCE = 60
QUESTION = "What is ketamine?"
BUILD = """
import sys
from pathlib import Path
from index.build import Place, build_index
place = Place(*map(Path, sys.argv[1:4]), sys.argv[4])
print("ready", flush=True)
build_index(place, force=True)
"""


@pytest.fixture
def place(real_index: Place, tmp_path: Path) -> Place:
    """A corpus and an index of this test's own."""
    for name in ("corpus", "index"):
        shutil.copytree(getattr(real_index, name), tmp_path / name)
    return replace(real_index, corpus=tmp_path / "corpus", index=tmp_path / "index")


@pytest.fixture
def encoder(place: Place) -> Encoder:
    """The real model, as it is served."""
    return load_encoder(place.model, place.models)


def start(place: Place) -> subprocess.Popen[str]:
    """Start a build in a process of its own; it has imported everything and begins."""
    arguments = [str(place.corpus), str(place.index), str(place.models), place.model]
    child = subprocess.Popen(
        [sys.executable, "-c", BUILD, *arguments],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
        env=os.environ | {"PYTHONPATH": os.pathsep.join(sys.path)},
    )
    assert child.stdout is not None
    assert child.stdout.readline() == "ready\n"
    return child


def finish(child: subprocess.Popen[str]) -> int:
    with child:
        return child.wait(PATIENCE)


def kill_after(child: subprocess.Popen[str], seconds: float) -> bool:
    """Kill the build once it has run so long. Tell whether it was still at work."""
    with child:
        try:
            child.wait(seconds)
        except subprocess.TimeoutExpired:
            child.kill()
            return True
    return False


def moments(whole: float) -> Iterator[float]:
    """One random moment in each of KILLS equal parts of a build that takes `whole` seconds, in random order."""
    random = Random(SEED)  # noqa: S311 - which moments are tried is no secret
    parts = [(number + random.random()) / KILLS * whole for number in range(KILLS)]
    random.shuffle(parts)
    yield from parts


def assert_sound(place: Place, encoder: Encoder) -> None:
    generation = open_current(place.index)
    assert verify_generation(generation, encoder) == []
    searcher = Searcher(generation, encoder)
    assert searcher.search(searcher.prepare(QUESTION))
    searcher._store.close()


def test_a_killed_build_leaves_the_old_index_whole_and_the_next_one_succeeds(place: Place, encoder: Encoder) -> None:
    child = start(place)
    began = monotonic()
    assert finish(child) == 0
    whole = monotonic() - began
    left_unfinished = 0
    for number, moment in enumerate(moments(whole)):
        guide = sorted((place.corpus / "documents/guides").glob("*.md"))[number]
        guide.unlink()
        before = current_name(place.index)
        if kill_after(start(place), moment):
            left_unfinished += bool(list((place.index / GENERATIONS).glob(f"*{UNFINISHED}")))
            assert current_name(place.index) == before or guide.stem not in open_current(place.index).corpus.by_id
        assert_sound(place, encoder)
    assert left_unfinished, "no build was killed while it was writing"
    assert finish(start(place)) == 0
    assert_sound(place, encoder)
    assert not list((place.index / GENERATIONS).glob(f"*{UNFINISHED}"))
    assert len(list((place.index / GENERATIONS).iterdir())) == 2
