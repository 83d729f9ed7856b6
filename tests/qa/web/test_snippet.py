"""The tag for a clinic's page, and the command that prints it."""

from dataclasses import replace
from html.parser import HTMLParser
from importlib.metadata import version
from pathlib import Path

import pytest

from corpus.errors import SettingsError
from qa.cli import main
from qa.settings import HOME, Settings
from qa.site import Site
from qa.web.snippet import check_host, snippet
from qa.web.widget.scripts import released

HOST = "https://chat.river.example"
RIVER = """name = "River"
region = "GB"
greeting = "Hello"
suggested_questions = []
phone = "+44 20 7946 0000"
out_of_hours_phone = "020 7946 0001"
contact_page = "https://river.example/contact?a=1&b=2"
accent = "#005eb8"
allowed_origins = ["https://river.example"]
"""


class Tags(HTMLParser):
    """The tags of a piece of HTML with their attributes, and its text."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.words = ""
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        self.words += data

    @property
    def links(self) -> list[str]:
        return [str(found["href"]) for tag, found in self.tags if tag == "a"]

    @property
    def script(self) -> dict[str, str | None]:
        [found] = [found for tag, found in self.tags if tag == "script"]
        return found


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / "sites").mkdir()
    (tmp_path / "sites" / "river.toml").write_text(RIVER, encoding="utf-8")
    monkeypatch.setenv(HOME, str(tmp_path))
    return tmp_path


@pytest.fixture
def site(home: Path) -> Site:
    return Settings(home=home, corpus=home, model="none").site("river")


def test_the_fallback_names_the_clinic_and_where_help_is(site: Site) -> None:
    shown = Tags(snippet(site, HOST))
    assert shown.tags[0] == ("div", {"data-ketamine-qa-fallback": None})
    assert {"tel:+442079460000", "tel:02079460001", "https://river.example/contact?a=1&b=2"} <= set(shown.links)
    assert {"tel:999", f"tel:{site.lines.tel}"} <= set(shown.links)
    assert site.lines.line in shown.words
    assert "{" not in shown.words


def test_the_tag_names_the_newest_script_and_no_hash(site: Site) -> None:
    assert Tags(snippet(site, f"{HOST}/")).script == {
        "src": f"{HOST}/widget.js", "data-site": "river", "data-color": "#005eb8", "defer": None,
    }  # fmt: skip


def test_a_versioned_tag_names_the_hash_of_what_is_served(site: Site) -> None:
    tag = Tags(snippet(site, HOST, versioned=True, mount="#chat")).script
    assert tag["src"] == f"{HOST}/widget-{version('ketamine-qa')}.js"
    assert tag["integrity"] == released()[version("ketamine-qa")].integrity
    assert (tag["crossorigin"], tag["data-mount"]) == ("anonymous", "#chat")


def test_a_site_without_a_phone_still_says_where_help_is(site: Site) -> None:
    bare = replace(site, phone="", out_of_hours_phone="", contact_page="", region="none", accent="")
    shown = Tags(snippet(bare, HOST))
    assert "your local emergency number" in shown.words
    assert "findahelpline.com" in shown.words
    assert "Questions" not in shown.words


def test_what_a_site_sets_cannot_leave_its_place(site: Site) -> None:
    hostile = replace(site, id='"><b>', contact_page='https://river.example/"><b>')
    shown = Tags(snippet(hostile, HOST))
    assert "b" not in {tag for tag, _ in shown.tags}
    assert shown.script["data-site"] == '"><b>'


@pytest.mark.parametrize("host", ["chat.example", "javascript:alert(1)", "https://", "https://chat.example?x=1"])
def test_what_is_no_address_is_refused(host: str) -> None:
    with pytest.raises(SettingsError, match="not the address"):
        check_host(host)


def test_the_command_prints_the_snippet_alone(home: Path, site: Site, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["widget", "snippet", "--site", "river", "--host", HOST, "--versioned"]) == 0
    assert capsys.readouterr() == (f"{snippet(site, HOST, versioned=True)}\n", "")


def test_the_command_says_what_is_still_missing(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["widget", "snippet"]) == 0
    printed, said = capsys.readouterr()
    assert 'src="https://HOST/widget.js"' in printed
    assert "--host" in said
    assert "allowed_origins" in said


def test_the_command_refuses_a_site_that_is_not_there(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["widget", "snippet", "--site", "nowhere"]) == 1
    assert "There is no site" in capsys.readouterr().err
