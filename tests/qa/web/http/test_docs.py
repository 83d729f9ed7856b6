"""The examples of docs/api.md run, and its and docs/security.md's figures are the real ones."""

import re
import shutil
import subprocess
import sys
from pathlib import Path

import httpx
import pytest
from playwright.sync_api import Browser

from qa.disclaimer import DISCLAIMER
from qa.pipeline import LONGEST_QUESTION, MOST_TURNS
from qa.policy.feedback import categories
from qa.site import Limits
from qa.triage import MOST_READ
from qa.web import asked, gradio_door, options, turnstile

DOCS = Path(__file__).parents[4] / "docs"
API, SECURITY = ((DOCS / f"{name}.md").read_text(encoding="utf-8") for name in ("api", "security"))
EXAMPLES = re.findall(r"^```(\w+)\n(.*?)^```", API, re.MULTILINE | re.DOTALL)
ADDRESS = "http://127.0.0.1:7860"
SAYS = 'console.log = (...said) => lines.push(said.join(" "));'


def run(command: list[str]) -> str:
    return subprocess.run(command, capture_output=True, text=True, check=True, timeout=300).stdout


def in_chromium(browser: Browser, address: str, script: str) -> str:
    page = browser.new_page()
    page.goto(f"{address}/healthz")
    said = page.evaluate(f"async () => {{ const lines = []; {SAYS} {script}; return lines.join('\\n'); }}")
    page.close()
    return str(said)


@pytest.mark.parametrize(("language", "example"), EXAMPLES, ids=[f"{name}-{n}" for n, (name, _) in enumerate(EXAMPLES)])
def test_every_example_runs(client: httpx.Client, language: str, example: str, request: pytest.FixtureRequest) -> None:
    assert ADDRESS in example
    address = str(client.base_url).rstrip("/")
    script = example.replace(ADDRESS, address)
    if language == "javascript" and not shutil.which("node"):
        told = in_chromium(request.getfixturevalue("browser"), address, script)
    else:
        programs = {
            "bash": ["bash", "-c"],
            "python": [sys.executable, "-c"],
            "javascript": ["node", "--input-type=module", "-e"],
        }
        told = run([*programs[language], script])
    if "/ask" in example:
        assert DISCLAIMER in told
    elif "/sources" in example:
        assert "Invented Agency" in told
    else:
        assert told == ""


def test_there_are_examples_in_three_languages() -> None:
    assert {language for language, _ in EXAMPLES} == {"bash", "python", "javascript"}


@pytest.mark.browser
def test_the_javascript_runs_in_a_page_too(client: httpx.Client, browser: Browser) -> None:
    address = str(client.base_url).rstrip("/")
    for language, example in EXAMPLES:
        if language == "javascript":
            assert DISCLAIMER in in_chromium(browser, address, example.replace(ADDRESS, address))


def test_the_figures_are_the_real_ones() -> None:
    for text in (API, SECURITY):
        assert f"{LONGEST_QUESTION:,} characters" in text
        assert f"{asked.MOST_BYTES // 1024} KB" in text
        assert str(Limits().client_per_minute) in text
        assert f"{Limits().site_per_minute} " in text
    assert f"at most {MOST_TURNS}." in API
    assert f"{MOST_READ:,} characters" in SECURITY
    assert f"{gradio_door.JOINS} a minute" in SECURITY
    assert f"{turnstile.SEATS}, with {turnstile.WAITING} waiting at most {turnstile.PATIENCE:g} seconds" in SECURITY
    assert all(f"`{name}`" in API for name in categories())


def test_the_variables_are_the_real_ones() -> None:
    named = set(re.findall(r"`(KETAMINE_QA_\w+)`", API + SECURITY))
    assert named == {
        options.PROXIES, options.ROOT_PATH, options.METRICS_TOKEN, options.CLIENT_LIMIT, options.SITE_LIMIT,
    }  # fmt: skip


def test_every_open_route_is_explained() -> None:
    opened = gradio_door.OPEN["GET"] | gradio_door.OPEN["POST"]
    assert all(f"`{path}`" in SECURITY for path in opened)
    assert all(f"`{path}" in SECURITY for path in gradio_door.OPEN_BELOW)
