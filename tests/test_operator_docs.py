"""The operator's documents tell the truth: their commands are understood, what they name is there."""

import re
import shlex
import tomllib
from pathlib import Path

import pytest

from corpus.loaders import load_document
from corpus.types import Corpus, Document
from corpus.withdrawn import parse_target, sentences_of
from qa.arguments import parser
from qa.policy.lines import regions
from qa.policy.load import wordings
from qa.review_items import POLICY, THRESHOLDS

ROOT = Path(__file__).parents[1]
DOCS = ROOT / "docs"
NAMES = ("clinic.md", "privacy.md", "deploy.md")
TEXTS = {name: (DOCS / name).read_text(encoding="utf-8") for name in NAMES}
BLOCK = re.compile(r"^```(\w*)\n(.*?)^```", re.MULTILINE | re.DOTALL)
TYPED = re.compile(r"(?:^|[ /])ketamine-qa ((?:corpus|index|site|ask|serve) .*)$")
COMMANDS = [
    match[1]
    for text in TEXTS.values()
    for _, block in BLOCK.findall(text)
    for line in block.splitlines()
    if (match := TYPED.search(line))
]
GUIDES = ROOT / "corpus" / "documents" / "guides"


@pytest.fixture(scope="module")
def corpus() -> Corpus:
    loaded = (load_document(path, "guide")[0] for path in sorted(GUIDES.glob("*.md")))
    documents: tuple[Document, ...] = tuple(document for document in loaded if document)
    return Corpus(documents, {})


def test_there_is_something_to_read() -> None:
    assert len(COMMANDS) > 20


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_is_understood(command: str) -> None:
    assert parser().parse_args(shlex.split(command)).command


@pytest.mark.parametrize("command", [one for one in COMMANDS if one.startswith(("corpus withdraw", "corpus restore"))])
def test_what_is_withdrawn_as_an_example_is_there(command: str, corpus: Corpus) -> None:
    target = parse_target(parser().parse_args(shlex.split(command)).target)
    named = sentences_of(target, corpus)
    assert len(named) == 1 if target.words else named


@pytest.mark.parametrize("name", NAMES)
def test_every_file_that_is_linked_is_there(name: str) -> None:
    links = re.findall(r"\]\(([^)#]+)\)", TEXTS[name])
    assert [link for link in links if not link.startswith("https://") and not (DOCS / link).exists()] == []


def test_every_kind_of_item_is_explained(corpus: Corpus) -> None:
    kinds = {item.partition(":")[0] for item in (*POLICY, *THRESHOLDS)} | {
        document.kind for document in corpus.documents
    }
    explained = set(re.findall(r"`(\w+):\.\.\.`", TEXTS["clinic.md"]))
    assert kinds | {"source", "article", "document", "numbers"} == explained


def test_the_wordings_are_the_real_ones() -> None:
    told = " ".join(TEXTS["clinic.md"].split())
    assert wordings()["notice"]["preparation"] in told
    assert wordings()["review"]["unsigned"] in told


def test_all_that_a_live_site_needs_is_told() -> None:
    told = " ".join(TEXTS["clinic.md"].split())
    for words in (
        "region",
        "one for when you are closed",
        "privacy page",
        "person responsible",
        "contact for wrong answers",
    ):
        assert words in told


def test_nothing_claims_to_comply() -> None:
    text = " ".join(" ".join(TEXTS.values()).lower().split())
    assert not re.search(
        r"\b(hipaa|gdpr)[- ](compliant|ready|certified)|\bis compliant|\bcomplies\b|\bcertified\b", text
    )
    assert "claims no compliance" in text


def test_the_page_that_is_shown_when_the_chat_is_down_has_the_numbers_and_asks_no_host() -> None:
    page = (DOCS / "deploy" / "down.html").read_text(encoding="utf-8")
    lines = regions()["US"]
    assert {f"tel:{lines.emergency}", f"tel:{lines.tel}"} == set(re.findall(r'href="([^"]+)"', page))
    assert not re.search(r"https?://|src=|@import|url\(", page)


@pytest.mark.parametrize("name", ["nginx.conf", "Caddyfile"])
def test_a_proxy_streams_refuses_no_message_and_shows_help_when_the_chat_is_down(name: str) -> None:
    text = (DOCS / "deploy" / name).read_text(encoding="utf-8")
    assert "/down.html" in text
    assert "/metrics" in text
    assert re.search(r"proxy_buffering off;|flush_interval -1", text)
    assert not re.search(r"limit_req|rate_limit|request_body|X-Frame-Options|Content-Security-Policy", text)


def test_the_service_and_the_container_start_what_there_is() -> None:
    unit = (DOCS / "deploy" / "ketamine-qa.service").read_text(encoding="utf-8")
    [started] = re.findall(r"^ExecStart=\S+/ketamine-qa (.+)$", unit, re.MULTILINE)
    assert parser().parse_args(shlex.split(started)).command == "serve"
    container = (DOCS / "deploy" / "Containerfile").read_text(encoding="utf-8")
    [command] = re.findall(r"^CMD (\[.+\])$", container, re.MULTILINE)
    arguments = tomllib.loads(f"arguments = {command}")["arguments"]
    assert parser().parse_args(arguments).command == "serve"
    assert re.search(r"^USER 10001", container, re.MULTILINE)
    assert "index build" not in re.sub(r"^#.*$", "", unit, flags=re.MULTILINE), "it would undo a rollback"
