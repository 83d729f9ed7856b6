"""The command line, run as a user runs it."""

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from qa.disclaimer import DISCLAIMER
from qa.settings import Settings

Run = Callable[..., subprocess.CompletedProcess[str]]
COMMAND = Path(sys.executable).with_name("ketamine-qa")


@pytest.fixture(scope="module")
def run(settings: Settings) -> Run:
    names = {"KETAMINE_QA_HOME": str(settings.home), "KETAMINE_QA_CORPUS": str(settings.corpus)}

    def run(*arguments: str, **changes: str) -> subprocess.CompletedProcess[str]:
        environment = {**os.environ, **names, **changes}
        return subprocess.run([COMMAND, *arguments], capture_output=True, text=True, env=environment, timeout=120)

    return run


pytestmark = pytest.mark.model


def test_help_answers_without_loading_anything(run: Run) -> None:
    started = time.monotonic()
    shown = run("--help")
    assert shown.returncode == 0
    assert "ask" in shown.stdout
    heavy = ("torch", "chromadb", "gradio", "onnxruntime", "numpy", "httpx")
    code = f"import sys, qa.cli; print([n for n in {heavy} if n in sys.modules])"
    loaded = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert loaded.stdout.strip() == "[]", time.monotonic() - started


def test_ask_prints_answer_sources_and_disclaimer(run: Run) -> None:
    shown = run("ask", "What is ketamine?")
    assert shown.returncode == 0
    assert "[1] Our summary of" in shown.stdout
    assert shown.stdout.rstrip().endswith(DISCLAIMER)


def test_ask_json_prints_json_alone(run: Run) -> None:
    record = json.loads(run("ask", "What is ketamine?", "--json").stdout)
    assert record["outcome"] == "answered"
    assert record["index"]["corpus"].startswith("sha256:")


def test_ask_loads_no_torch(run: Run, settings: Settings) -> None:
    code = (
        "import sys; from qa.cli import main; main(['ask', 'What is ketamine?', '--json']); "
        "print([n for n in ('torch', 'sentence_transformers', 'gradio', 'langchain_core') if n in sys.modules], "
        "file=sys.stderr)"
    )
    names = {"KETAMINE_QA_HOME": str(settings.home), "KETAMINE_QA_CORPUS": str(settings.corpus)}
    environment = {**os.environ, **names}
    shown = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, env=environment, check=True)
    assert shown.stderr.strip().splitlines()[-1] == "[]"


def test_a_batch_keeps_order_and_ids_and_reports_faulty_lines(run: Run, tmp_path: Path) -> None:
    lines = [
        json.dumps({"id": "a", "question": "What is ketamine?"}),
        json.dumps({"id": "b", "question": ""}),
        "not json",
        json.dumps(
            {"id": 7, "question": "how long does it last?", "history": [{"role": "user", "content": "Spravato?"}]}
        ),
        json.dumps({"id": "c", "question": "What is it?", "history": [{"role": "system", "content": "x"}]}),
    ]
    path = tmp_path / "batch.jsonl"
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    shown = run("ask", "--batch", str(path), "--json")
    records = [json.loads(line) for line in shown.stdout.splitlines()]
    assert shown.returncode == 1
    assert [record["id"] for record in records] == ["a", "b", None, 7, "c"]
    assert ["error" in record for record in records] == [False, True, True, False, True]


def test_a_good_batch_exits_with_0(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "batch.jsonl"
    path.write_text(json.dumps({"id": "a", "question": "What is ketamine?"}) + "\n", encoding="utf-8")
    assert run("ask", "--batch", str(path), "--json").returncode == 0


@pytest.mark.parametrize("arguments", [("ask",), ("ask", "q", "--batch", "f"), ("ask", "--batch", "/no/such/file")])
def test_a_call_that_makes_no_sense_says_what_to_do(run: Run, arguments: tuple[str, ...]) -> None:
    shown = run(*arguments)
    assert shown.returncode == 1
    assert shown.stdout == ""
    assert len(shown.stderr.splitlines()) == 2


def test_show_text_writes_exactly_the_text_offsets_refer_to(run: Run) -> None:
    record = json.loads(run("ask", "What is ketamine?", "--json").stdout)
    citation = record["citations"][0]
    text = run("corpus", "show", citation["document"], "--text").stdout
    assert text[citation["start"] : citation["end"]] == citation["quote"]
    for evidence in citation["evidence"]:
        text = run("corpus", "show", evidence["document"], "--text").stdout
        assert text[evidence["start"] : evidence["end"]] == evidence["quote"]


def test_show_of_an_unknown_document_says_where_to_look(run: Run) -> None:
    shown = run("corpus", "show", "nothing")
    assert shown.returncode == 1
    assert "corpus list" in shown.stderr


def test_the_corpus_is_sound_and_what_was_dropped_is_said(run: Run) -> None:
    shown = run("corpus", "check")
    assert shown.returncode == 0, shown.stdout
    assert "promotional link text" in shown.stdout
    assert "running header" in shown.stdout
    assert "0 errors" in shown.stdout


def test_corpus_list_names_every_document(run: Run) -> None:
    assert "unlocking-the-potential-of-ketamine" in run("corpus", "list").stdout


def test_index_commands_agree_that_all_is_well(run: Run) -> None:
    assert "Up to date." in run("index", "status").stdout
    assert "0 faults" in run("index", "verify").stdout
    hits = json.loads(run("index", "search", "is spravato addictive", "--json").stdout)
    assert hits[0]["evidence"]


def test_a_missing_index_names_the_remedy(run: Run, tmp_path: Path) -> None:
    shown = run("ask", "What is ketamine?", KETAMINE_QA_HOME=str(tmp_path))
    assert shown.returncode == 1
    assert "ketamine-qa index build" in shown.stderr
    assert run("index", "status", KETAMINE_QA_HOME=str(tmp_path)).returncode == 1
