"""The README tells the truth: its commands are understood, its code runs, its counts and wordings are the real ones."""

import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

from corpus.loaders import load_documents
from qa.arguments import parser
from qa.disclaimer import DISCLAIMER
from qa.settings import CORPUS, HOME, LLM, MODEL, Settings
from qa.web.access import VARIABLE as TOKEN

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"^```(\w*)\n(.*?)^```", README, re.MULTILINE | re.DOTALL)
COMMANDS = [line for _, block in BLOCKS for line in block.splitlines() if "ketamine-qa " in line]


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_is_understood(command: str) -> None:
    program, *arguments = shlex.split(command)
    assert program.endswith("ketamine-qa")
    assert parser().parse_args(arguments).command


def test_every_command_in_the_table_exists() -> None:
    named = re.findall(r"^\| `ketamine-qa (\w+)(?: (\w+))?", README, re.MULTILINE)
    assert {first for first, _ in named} == {"serve", "ask", "corpus", "index", "site", "widget", "evaluate", "testset"}
    helps = {
        name: subprocess.run(
            [sys.executable, "-m", "qa.cli", name, "--help"], capture_output=True, text=True, check=True, cwd=ROOT
        ).stdout
        for name in ("corpus", "index", "site", "widget", "testset")
    }
    assert all(second in helps[first] for first, second in named if second and first in helps)


def test_every_make_target_exists() -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    for target in re.findall(r"`?make (\w+)`?", README):
        if target not in ("it", "an"):
            assert re.search(rf"^{target}:", makefile, re.MULTILINE), target


def test_the_counts_are_the_real_ones() -> None:
    kinds = [item.document.kind for item in load_documents(ROOT / "corpus") if item.document]
    assert f"{kinds.count('source')} source files" in README
    assert f"{kinds.count('guide')} guides" in README


def test_the_disclaimer_is_the_one_wording() -> None:
    assert DISCLAIMER in " ".join(README.split())


def test_the_variables_are_the_real_ones() -> None:
    assert set(re.findall(r"`(KETAMINE_QA_\w+)`", README)) == {HOME, CORPUS, MODEL, LLM, TOKEN}


def test_every_file_it_links_is_there() -> None:
    for target in re.findall(r"\]\(([^)#]+)\)", README):
        assert target.startswith("https://") or (ROOT / target).is_file(), target


@pytest.mark.model
def test_the_python_example_runs(settings: Settings) -> None:
    [code] = [block for language, block in BLOCKS if language == "python"]
    names = {HOME: str(settings.home), CORPUS: str(settings.corpus)}
    shown = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, env=names, check=True)
    assert "[1]" in shown.stdout
    assert shown.stdout.rstrip().endswith("answered")
