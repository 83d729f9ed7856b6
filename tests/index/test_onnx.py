"""The models are run in another process, as a server or a command does."""

import subprocess
import sys
from pathlib import Path

import pytest

LOADED = """
import os
from index.reader import load_reader
load_reader().logits("How long is a visit?", ["A visit takes two hours."])
held = [os.path.realpath(f"/proc/self/fd/{name}") for name in os.listdir("/proc/self/fd")]
print([path for path in held if path.startswith(os.environ["HOME"])])
"""


@pytest.mark.model
@pytest.mark.skipif(not Path("/proc/self/fd").exists(), reason="needs /proc")
def test_the_runtime_keeps_no_events_of_its_own(tmp_path: Path) -> None:
    environment = {"HOME": str(tmp_path), "PATH": "", "XDG_CACHE_HOME": str(tmp_path / "cache")}
    found = subprocess.run([sys.executable, "-c", LOADED], env=environment, capture_output=True, text=True, check=True)
    assert found.stdout.strip() == "[]"
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == []
