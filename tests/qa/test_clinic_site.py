"""A clinic brings its documents and asks: the command line, the real model, a home of its own."""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import docx
import pytest

from index.build import Place

pytestmark = pytest.mark.model
COMMAND = Path(sys.executable).with_name("ketamine-qa")
Run = Callable[..., subprocess.CompletedProcess[str]]

HOURS_QUOTE = "We are open from Monday to Friday, from nine in the morning to five in the afternoon."
LAX = "You can drive yourself home four hours after the spray."
OTHER_PRICE = "An infusion at the hill costs 999 dollars."
HANDOUT = (
    ["Handout", "Our garden has a pond with seven red fish in it, and you may sit beside it."],
    ["Handout", "After an infusion we play the harp in the recovery hall for everybody who likes music."],
    ["Handout", "The taxi stand lies behind the bakery in the lane that leads to the river."],
)
QUESTIONS = {
    "hours": "what are your opening hours",
    "price": "how much does an infusion cost",
    "harp": "is the harp played in the recovery hall after an infusion",
    "driving": "can I drive home after the spray",
    "ketamine": "What is ketamine?",
}


@pytest.fixture(scope="module")
def home(real_index: Place, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the real home with two sites that have settings and no documents yet."""
    home = tmp_path_factory.mktemp("clinic") / "home"
    shutil.copytree(real_index.index.parent, home)
    (home / "sites").mkdir()
    for site in ("harbour", "hill"):
        (home / "sites" / f"{site}.toml").write_text(f'name = "{site}"\nregion = "US"\n', encoding="utf-8")
    return home


@pytest.fixture(scope="module")
def run(home: Path) -> Run:
    names = {"KETAMINE_QA_HOME": str(home), "KETAMINE_QA_CORPUS": str(home / "corpus")}

    def run(*arguments: object) -> subprocess.CompletedProcess[str]:
        command = [str(COMMAND), *map(str, arguments)]
        return subprocess.run(command, capture_output=True, text=True, env={**os.environ, **names}, timeout=120)

    return run


@pytest.fixture(scope="module")
def added(
    run: Run, tmp_path_factory: pytest.TempPathFactory, write_pdf: Callable[..., Path]
) -> subprocess.CompletedProcess[str]:
    """What `corpus add` said to a folder of good and bad files; the index is built after it."""
    folder = tmp_path_factory.mktemp("brought")
    (folder / "hours.txt").write_text(f"Opening hours\n\n{HOURS_QUOTE}\n", encoding="utf-8")
    (folder / "driving.html").write_text(f"<h2>Driving</h2><p>{LAX}</p><p>A friend may wait.</p>", encoding="utf-8")
    (folder / "empty.md").touch()
    (folder / "scan.pdf").write_bytes(write_pdf(folder / "scan.pdf", []).read_bytes())
    write_pdf(folder / "handout.pdf", *HANDOUT)
    document = docx.Document()
    document.add_heading("Prices", 1)
    document.add_paragraph("An infusion costs 321 dollars at the harbour.")
    document.save(str(folder / "prices.docx"))
    said = run("corpus", "add", "--site", "harbour", folder)
    hill = tmp_path_factory.mktemp("hill") / "prices.txt"
    hill.write_text(f"Prices\n\n{OTHER_PRICE}\n", encoding="utf-8")
    assert run("corpus", "add", "--site", "hill", hill).returncode == 0
    assert run("index", "status").returncode == 1
    built = run("index", "build")
    assert built.returncode == 0, built.stderr
    return said


@pytest.fixture(scope="module")
def asked(
    run: Run, added: subprocess.CompletedProcess[str], tmp_path_factory: pytest.TempPathFactory
) -> Mapping[tuple[str, str], dict[str, Any]]:
    """The answer to each question by (site, name of the question); the site "" is none."""
    assert added
    path = tmp_path_factory.mktemp("asked") / "batch.jsonl"
    lines = [
        json.dumps({"id": f"{site}/{name}", "question": question, **({"site": site} if site else {})})
        for site in ("", "harbour", "hill")
        for name, question in QUESTIONS.items()
    ]
    path.write_text("\n".join(lines), encoding="utf-8")
    shown = run("ask", "--batch", path, "--json")
    assert shown.returncode == 0, shown.stdout + shown.stderr
    records = [json.loads(line) for line in shown.stdout.splitlines()]
    return {tuple(record["id"].split("/")): record for record in records}


def own(record: dict[str, Any]) -> list[dict[str, Any]]:
    return [citation for citation in record["citations"] if citation["kind"] == "clinic"]


def test_each_file_is_answered_with_one_line(added: subprocess.CompletedProcess[str]) -> None:
    assert added.returncode == 1
    lines = added.stdout.splitlines()
    assert [line.split(":")[1].strip() for line in lines if line.startswith("added")] == [
        "driving.html", "handout.pdf", "hours.txt", "prices.docx",
    ]  # fmt: skip
    assert [line for line in lines if line.startswith("look") and LAX in line and "RS-212" in line]
    refused = added.stderr.splitlines()
    assert [line.split()[2] for line in refused] == ["empty.md", "scan.pdf"]
    assert refused[1].endswith("export it from the program it was written in.")


def test_no_site_that_is_none_gets_a_document(run: Run, home: Path) -> None:
    shown = run("corpus", "add", "--site", "../harbour", home / "sites" / "harbour.toml")
    assert (shown.returncode, len(shown.stderr.splitlines())) == (1, 2)


def test_opening_hours_are_the_clinic_s_own_words(asked: Mapping[tuple[str, str], dict[str, Any]]) -> None:
    record = asked["harbour", "hours"]
    first = record["citations"][0]
    assert record["outcome"] == "answered"
    assert (first["quote"], first["kind"], first["wording"]) == (HOURS_QUOTE, "clinic", "original")
    assert (first["publisher"], first["title"], first["published"]) == ("From this clinic", "Opening hours", "undated")
    assert (first["document"], first["heading"], first["page"]) == ("harbour--hours-txt", "Opening hours", None)
    assert {citation["kind"] for citation in record["citations"]} == {"clinic"}


def test_a_price_is_the_clinic_s_and_no_other_s(asked: Mapping[tuple[str, str], dict[str, Any]]) -> None:
    assert asked["harbour", "price"]["citations"][0]["quote"] == "An infusion costs 321 dollars at the harbour."
    assert asked["hill", "price"]["citations"][0]["quote"] == OTHER_PRICE
    assert len(asked["hill", "price"]["citations"]) == 1
    assert OTHER_PRICE not in asked["harbour", "price"]["text"]


def test_a_page_of_a_pdf_is_shown(run: Run, asked: Mapping[tuple[str, str], dict[str, Any]]) -> None:
    [citation] = [found for found in own(asked["harbour", "harp"]) if found["document"] == "harbour--handout-pdf"]
    assert citation["page"] == 2
    assert citation["quote"] == HANDOUT[1][1]
    shown = run("ask", "--site", "harbour", QUESTIONS["harp"])
    assert "From this clinic, undated, page 2" in shown.stdout


def test_documents_answer_on_their_own_site_only(asked: Mapping[tuple[str, str], dict[str, Any]]) -> None:
    for (site, _), record in asked.items():
        assert all(citation["document"].startswith(f"{site}--") for citation in own(record))
        assert site or not own(record)


def test_every_quote_stands_where_the_citation_says(run: Run, asked: Mapping[tuple[str, str], dict[str, Any]]) -> None:
    cited = [citation for record in asked.values() for citation in own(record)]
    texts = {name: run("corpus", "show", name, "--text").stdout for name in {each["document"] for each in cited}}
    assert len(texts) >= 3
    assert all(texts[each["document"]][each["start"] : each["end"]] == each["quote"] for each in cited)


def test_a_sentence_laxer_than_the_label_is_not_quoted(asked: Mapping[tuple[str, str], dict[str, Any]]) -> None:
    record = asked["harbour", "driving"]
    assert record["outcome"] == "answered"
    assert record["citations"][0]["kind"] != "clinic"
    assert not any(LAX in each["text"] for each in asked.values())


def test_common_questions_are_answered_alike_everywhere(asked: Mapping[tuple[str, str], dict[str, Any]]) -> None:
    openings = {site: asked[site, "ketamine"]["citations"][0]["quote"] for site in ("", "harbour", "hill")}
    assert len(set(openings.values())) == 1


def test_list_check_and_verify_know_the_documents(run: Run, added: subprocess.CompletedProcess[str]) -> None:
    assert added
    assert "harbour--prices-docx" in run("corpus", "list").stdout
    checked = run("corpus", "check")
    assert checked.returncode == 0
    assert "harbour--driving-html" in checked.stdout
    assert "0 faults" in run("index", "verify").stdout
