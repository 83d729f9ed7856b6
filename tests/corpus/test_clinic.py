"""A clinic's own documents: how they are added, described, read, and left out where they cannot be read."""

import tomllib
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from corpus.check import check_corpus
from corpus.clinic import add_file, files_below, load_site_document, load_site_documents, site_files
from corpus.errors import CorpusError
from corpus.loaders import corpus_digest, load_corpus
from corpus.types import Document

TODAY = date(2026, 11, 23)
HOURS = "Opening hours\n\nWe are open from Monday to Friday. They are quiet days.\n"


@pytest.fixture
def sites(tmp_path: Path) -> Path:
    return tmp_path / "sites"


@pytest.fixture
def put(sites: Path) -> Callable[..., Path]:
    """Puts a file among a site's documents, as somebody may do by hand."""

    def put(name: str, content: str | bytes = HOURS, site: str = "harbour") -> Path:
        path = sites / site / "documents" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return path

    return put


@pytest.fixture
def brought(tmp_path: Path) -> Path:
    """A file as a clinic brings it."""
    path = tmp_path / "brought" / "opening_hours.txt"
    path.parent.mkdir()
    path.write_text(HOURS, encoding="utf-8")
    return path


def quotes(document: Document) -> list[str]:
    return [document.text[s.start : s.end] for passage in document.passages for s in passage.sentences]


def ids(sites: Path) -> list[str]:
    return [item.document.id for item in load_site_documents(sites) if item.document]


def faults(sites: Path) -> list[str]:
    return [fault.message for item in load_site_documents(sites) for fault in item.faults]


def test_an_added_file_is_copied_described_and_read(brought: Path, sites: Path) -> None:
    document = add_file(brought, "harbour", sites, TODAY)
    assert (document.id, document.title, document.kind, document.site, document.published, document.url) == (
        "harbour--opening-hours-txt", "Opening hours", "clinic", "harbour", "undated", "",
    )  # fmt: skip
    assert quotes(document) == ["We are open from Monday to Friday.", "They are quiet days."]
    folder = sites / "harbour" / "documents"
    assert sorted(path.name for path in folder.iterdir()) == ["opening_hours.txt", "opening_hours.txt.toml"]
    record = tomllib.loads((folder / "opening_hours.txt.toml").read_text(encoding="utf-8"))
    assert record == {"title": "Opening hours", "published": "undated", "url": "", "added": TODAY}
    assert load_site_document(folder / "opening_hours.txt", "harbour") == document


def test_adding_again_exchanges_the_text_and_keeps_what_was_written_beside_it(brought: Path, sites: Path) -> None:
    add_file(brought, "harbour", sites, TODAY)
    sidecar = sites / "harbour" / "documents" / "opening_hours.txt.toml"
    sidecar.write_text('title = "Our hours"\npublished = 2026-03-13\nurl = "https://harbour.example/hours"\n')
    brought.write_text("Opening hours\n\nWe are closed in August.\n", encoding="utf-8")
    document = add_file(brought, "harbour", sites, date(2027, 1, 1))
    assert (document.title, document.published, document.url) == (
        "Our hours", "2026-03-13", "https://harbour.example/hours",
    )  # fmt: skip
    assert quotes(document) == ["We are closed in August."]
    assert "added" not in sidecar.read_text(encoding="utf-8")


@pytest.mark.parametrize(
    "text", ["We are open from Monday to Friday.", "Park behind the house; the door is there.", "word " * 15]
)
def test_a_sentence_or_a_long_line_does_not_become_the_title(brought: Path, sites: Path, text: str) -> None:
    brought.write_text(f"{text}\n\nA nurse stays with you.\n", encoding="utf-8")
    document = add_file(brought, "harbour", sites, TODAY)
    assert document.title == "Opening hours"
    assert " ".join(quotes(document)) == f"{text.strip()} A nurse stays with you."


def test_a_title_with_quotation_marks_and_backslashes_comes_back(brought: Path, sites: Path) -> None:
    brought.write_text(f'The "quiet" room \\ hall\n\n{HOURS}', encoding="utf-8")
    assert add_file(brought, "harbour", sites, TODAY).title == 'The "quiet" room \\ hall'
    assert ids(sites) == ["harbour--opening-hours-txt"]


def test_a_file_that_cannot_be_quoted_leaves_nothing_behind(brought: Path, sites: Path) -> None:
    brought.write_text("Opening hours\n\nMonday\n", encoding="utf-8")
    with pytest.raises(CorpusError, match="no sentence that can be quoted"):
        add_file(brought, "harbour", sites, TODAY)
    assert not sites.exists()


@pytest.mark.parametrize("worse", [b"", b"\xff\xfe\x00", b"Hours\n\nMonday\n"])
def test_a_worse_version_does_not_replace_a_good_one(brought: Path, sites: Path, worse: bytes) -> None:
    add_file(brought, "harbour", sites, TODAY)
    brought.write_bytes(worse)
    with pytest.raises(CorpusError):
        add_file(brought, "harbour", sites, TODAY)
    assert quotes(next(load_site_documents(sites)).document)[0] == "We are open from Monday to Friday."  # type: ignore[arg-type]


def test_a_sidecar_written_beforehand_outlives_a_refused_file(
    brought: Path, sites: Path, put: Callable[..., Path]
) -> None:
    sidecar = put("opening_hours.txt.toml", 'title = "Our hours"\n')
    brought.write_text("Monday\n", encoding="utf-8")
    with pytest.raises(CorpusError):
        add_file(brought, "harbour", sites, TODAY)
    assert sidecar.exists()


def test_a_file_may_be_added_from_where_it_lies(sites: Path, put: Callable[..., Path]) -> None:
    path = put("hours.txt")
    add_file(path, "harbour", sites, TODAY)
    assert path.read_text(encoding="utf-8") == HOURS
    assert path.with_name("hours.txt.toml").exists()


def test_without_a_sidecar_the_name_is_the_title(sites: Path, put: Callable[..., Path]) -> None:
    put("opening_hours-2026.txt")
    [item] = load_site_documents(sites)
    assert item.document is not None
    assert (item.document.title, item.document.published) == ("Opening hours 2026", "undated")


@pytest.mark.parametrize(
    ("sidecar", "said"),
    [
        ("title = ", "is not valid TOML"),
        (b'title = "B\xfcro"', "is not valid TOML"),
        ("", "needs a title"),
        ('title = "Hours"\npublished = "last spring"', "a date or undated"),
        ('title = "Hours"\nurl = "javascript:alert(1)"', "no web address"),
        ('title = "Hours"\nurl = "harbour.example"', "https://"),
    ],
)
def test_a_faulty_sidecar_is_reported_and_not_overwritten(
    brought: Path, sites: Path, put: Callable[..., Path], sidecar: str | bytes, said: str
) -> None:
    path = put("opening_hours.txt.toml", sidecar)
    put("opening_hours.txt")
    put("other.txt")
    [fault] = faults(sites)
    assert said in fault
    assert "opening_hours.txt.toml" in fault
    assert ids(sites) == ["harbour--other-txt"]
    before = path.read_bytes()
    with pytest.raises(CorpusError):
        add_file(brought, "harbour", sites, TODAY)
    assert path.read_bytes() == before


@pytest.mark.parametrize("published", ["2026", "2026-03", "2026-03-13", "undated", ""])
def test_dates_are_written_as_in_the_ledger(sites: Path, put: Callable[..., Path], published: str) -> None:
    put("hours.txt")
    put("hours.txt.toml", f'title = "Hours"\npublished = "{published}"\n')
    [item] = load_site_documents(sites)
    assert item.document is not None
    assert item.document.published == (published or "undated")


def test_two_sites_may_have_files_of_the_same_name(corpus_folder: Path, sites: Path, put: Callable[..., Path]) -> None:
    put("hours.txt", site="harbour")
    put("hours.txt", "Hours\n\nThe hill clinic opens at noon.\n", site="hill")
    corpus = load_corpus(corpus_folder, sites)
    assert {d.id: d.site for d in corpus.documents if d.site} == {
        "harbour--hours-txt": "harbour", "hill--hours-txt": "hill",
    }  # fmt: skip


def test_names_too_much_alike_are_told_of_and_stop_nothing(
    corpus_folder: Path, brought: Path, sites: Path, put: Callable[..., Path]
) -> None:
    put("Opening Hours.txt")
    with pytest.raises(CorpusError, match=r"opening_hours\.txt is named too much like Opening Hours\.txt"):
        add_file(brought, "harbour", sites, TODAY)
    put("opening-hours.txt")
    assert [fault.split(".txt")[0] for fault in faults(sites)] == ["opening-hours"]
    assert "harbour--opening-hours-txt" in load_corpus(corpus_folder, sites).by_id


def test_names_in_other_scripts_have_ids_of_their_own(sites: Path, put: Callable[..., Path]) -> None:
    put("часы.txt")
    put("цены.txt")
    assert ids(sites) == ["harbour--цены-txt", "harbour--часы-txt"]
    assert faults(sites) == []


def test_hidden_files_folders_and_other_places_are_ignored(sites: Path, put: Callable[..., Path]) -> None:
    for name in (".hidden.txt", ".hours.txt.part", "~$hours.docx", "below/hours.txt"):
        put(name)
    (sites / "harbour.toml").write_text('name = "Harbour"', encoding="utf-8")
    (sites / "harbour" / "notes.txt").write_text(HOURS, encoding="utf-8")
    assert site_files(sites) == []
    assert list(load_site_documents(sites / "nowhere")) == []


def test_a_hidden_file_cannot_be_added(brought: Path, sites: Path) -> None:
    hidden = brought.rename(brought.with_name(".hours.txt"))
    with pytest.raises(CorpusError, match="hidden"):
        add_file(hidden, "harbour", sites, TODAY)


def test_a_folder_gives_its_readable_files(tmp_path: Path) -> None:
    names = ("b.txt", "a.PDF", "in/c.md", "photo.jpg", ".hidden.txt", "~$a.docx", ".git/d.md", "._b.txt")
    for name in names:
        (tmp_path / ".base" / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / ".base" / name).touch()
    base = tmp_path / ".base"
    assert [path.relative_to(base).as_posix() for path in files_below(base)] == ["a.PDF", "b.txt", "in/c.md"]
    assert files_below(base / "photo.jpg") == [base / "photo.jpg"]
    assert files_below(base / "missing.txt") == [base / "missing.txt"]


BROKEN: dict[str, bytes] = {
    "a-broken.pdf": b"%PDF-1.7 nothing", "b-broken.docx": b"PK nothing", "c-empty.txt": b"", "d-binary.txt": b"a\0b",
    "e-latin.html": "Das Büro".encode("latin-1"), "f-photo.jpg": b"\xff\xd8", "g-titles.md": b"# Hours\n\n## Monday\n",
}  # fmt: skip


def test_a_broken_file_stops_neither_its_site_nor_the_corpus(
    corpus_folder: Path, sites: Path, put: Callable[..., Path]
) -> None:
    for name, content in BROKEN.items():
        put(name, content)
    put("h-hours.txt")
    put("hours.txt", site="hill")
    own = [document.id for document in load_corpus(corpus_folder, sites).documents if document.site]
    assert own == ["harbour--h-hours-txt", "hill--hours-txt"]
    told = [finding for finding in check_corpus(corpus_folder, TODAY, sites).findings if "harbour/" in finding.place]
    assert [(finding.place, finding.severity) for finding in told] == [(f"harbour/{name}", "error") for name in BROKEN]
    assert all(finding.message.count("\n") == 0 and finding.message.endswith(".") for finding in told)


def test_what_may_be_laxer_than_the_label_is_a_warning(
    corpus_folder: Path, sites: Path, put: Callable[..., Path]
) -> None:
    put("driving.txt", "Driving\n\nYou may drive after four hours.\n")
    report = check_corpus(corpus_folder, TODAY, sites)
    assert report.errors == 0
    assert ["RS-212" in finding.message for finding in report.findings if finding.severity == "warning"] == [True]


def test_the_digest_changes_with_every_file_of_a_site(
    corpus_folder: Path, sites: Path, put: Callable[..., Path]
) -> None:
    seen = [corpus_digest(corpus_folder, sites)]
    assert seen == [corpus_digest(corpus_folder)]
    changes = [
        ("hours.txt", HOURS),
        ("hours.txt", HOURS.upper()),
        ("hours.txt.toml", 'title = "Hours"'),
        ("x.jpg", "x"),
    ]
    for name, content in changes:
        put(name, content)
        seen.append(corpus_digest(corpus_folder, sites))
    put("hours.txt", HOURS.upper(), site="hill")
    seen.append(corpus_digest(corpus_folder, sites))
    assert len(set(seen)) == len(seen)
    put(".hidden.txt")
    assert corpus_digest(corpus_folder, sites) == seen[-1]
    assert load_corpus(corpus_folder, sites).digest == seen[-1]
