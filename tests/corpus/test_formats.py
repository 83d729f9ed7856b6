"""What comes out of the files a clinic brings; each file is made by its test."""

import re
import zipfile
from collections.abc import Callable
from pathlib import Path

import docx
import pypdf
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pypdf.errors import DependencyError

from corpus import formats
from corpus.errors import CorpusError
from corpus.formats import READERS, read_file

WritePdf = Callable[..., Path]
OPENING = "We are open from Monday to Friday, and somebody answers the telephone from nine"
REST = "until five in the afternoon."


def write(path: Path, text: str) -> Path:
    path.write_text(text, encoding="utf-8")
    return path


def texts(path: Path) -> list[str]:
    return [line.text for line in read_file(path)]


def refusal(path: Path) -> CorpusError:
    with pytest.raises(CorpusError) as refused:
        read_file(path)
    assert "\n" not in str(refused.value)
    assert path.name in refused.value.message
    assert refused.value.remedy.endswith(".")
    return refused.value


def test_wrapped_lines_become_one_paragraph(tmp_path: Path) -> None:
    path = write(tmp_path / "a.txt", f"Opening hours\n\n{OPENING}\n{REST}\n\nThe door is at the back.\n")
    assert texts(path) == ["Opening hours", f"{OPENING} {REST}", "The door is at the back."]


def test_lines_are_numbered_as_in_the_file(tmp_path: Path) -> None:
    path = write(tmp_path / "a.txt", "\n\nOne is here.\n\n \n\nTwo is here.\r\n\r\nThree is here.\n- Four\n")
    assert [(line.number, line.text) for line in read_file(path)] == [
        (3, "One is here."), (7, "Two is here."), (9, "Three is here."), (10, "Four"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("end", "start", "joined"),
    [
        ("a ketamine infu-", "sion is given here", "a ketamine infusion is given here"),
        ("a ketamine infu\u00ad", "sion is given here", "a ketamine infusion is given here"),
        ("somebody is here from 9 -", "5 on each day", "somebody is here from 9 - 5 on each day"),
        ("a course of S-", "Ketamine is given", "a course of S- Ketamine is given"),
        ("stay for 2-", "3 hours in the room", "stay for 2- 3 hours in the room"),
    ],
)
def test_only_a_parted_word_loses_its_hyphen(tmp_path: Path, end: str, start: str, joined: str) -> None:
    assert texts(write(tmp_path / "a.txt", f"{end}\n{start}\n")) == [joined]


@pytest.mark.parametrize("bullet", ["-", "*", "•", "▪", "1.", "12)"])
def test_each_bullet_is_a_paragraph_without_its_sign(tmp_path: Path, bullet: str) -> None:
    path = write(tmp_path / "a.txt", f"Bring these:\n{bullet} A friend who\ndrives\n  {bullet} Soft clothes\n")
    assert texts(path) == ["Bring these:", "A friend who drives", "Soft clothes"]


def test_a_byte_order_mark_and_windows_line_ends_leave_no_trace(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_bytes(b"\xef\xbb\xbfThe room is quiet.\r\n\r\nA nurse stays.\r\n")
    assert texts(tmp_path / "a.txt") == ["The room is quiet.", "A nurse stays."]


@given(st.lists(st.text(st.sampled_from("abc XY.-•1)\u00e9"), max_size=30), max_size=8))
def test_no_word_of_a_text_is_lost_or_added(lines: list[str]) -> None:
    joined = " ".join(line.text for line in formats._paragraphs(lines, 1, None))
    unmarked = [formats.BULLET.sub("", line) for line in lines]
    assert re.sub(r"[\s-]", "", joined) == re.sub(r"[\s-]", "", "".join(unmarked))


def test_markdown_gives_headings_items_and_plain_words(tmp_path: Path) -> None:
    path = write(
        tmp_path / "a.md",
        "# Visits\n\nDo **not** drive\n[home](https://example.org).\n\n- A `friend`\n- Clothes\n\n> Quoted.\n\n***\n",
    )
    assert [(line.number, line.text, line.heading) for line in read_file(path)] == [
        (1, "Visits", True), (3, "Do not drive home.", False), (6, "A friend", False), (7, "Clothes", False),
        (9, "Quoted.", False),
    ]  # fmt: skip


HTML = """<!doctype html><html><head><title>Tab</title><style>p {color: red}</style></head><body>
<nav><p>Home</p></nav><!-- a note -->
<div class="lead">A text <b>without</b> a paragraph, of its <i>own</i>.
<p>You do <b>not</b> drive<br>home.</p>After it.</div>
<h2>What to bring</h2>
<ul><li>Before the visit<ul><li>A friend</li><li>A friend</li></ul></li></ul>
<table><tr><th>Day</th><th>Hours</th></tr><tr><td><p>Monday</p></td><td>9 to 5</td></tr>
<tr><td>Closed?</td><td>On Sunday</td><td></td></tr></table>
<script>var a = "p";</script><footer><p>Imprint</p></footer></body></html>"""


def test_html_gives_every_shown_text_once_and_in_order(tmp_path: Path) -> None:
    assert [(line.text, line.heading) for line in read_file(write(tmp_path / "a.html", HTML))] == [
        ("A text without a paragraph, of its own.", False), ("You do not drive home.", False), ("After it.", False),
        ("What to bring", True), ("Before the visit", False), ("A friend", False), ("A friend", False),
        ("Day, Hours", False), ("Monday, 9 to 5", False), ("Closed? On Sunday", False),
    ]  # fmt: skip


def test_a_page_laid_out_in_a_table_keeps_its_paragraphs(tmp_path: Path) -> None:
    path = write(
        tmp_path / "a.htm", "<table><tr><td>Menu</td><td><h1>Visits</h1><p>One.</p><p>Two.</p></td></tr></table>"
    )
    assert [(line.text, line.heading) for line in read_file(path)] == [
        ("Menu", False), ("Visits", True), ("One.", False), ("Two.", False),
    ]  # fmt: skip


def test_html_without_any_markup_is_read(tmp_path: Path) -> None:
    assert texts(write(tmp_path / "a.html", "The room is quiet.")) == ["The room is quiet."]


def test_word_gives_headings_paragraphs_and_rows(tmp_path: Path) -> None:
    document = docx.Document()
    document.add_heading("Visiting us", 0)
    document.add_heading("Hours", 2)
    document.add_paragraph("We are open\non weekdays.")
    document.add_paragraph("A friend", style="List Bullet")
    table = document.add_table(3, 2)
    for row, cells in enumerate([("Monday", "9 to 5"), ("Closed on Sunday", ""), ("", "")]):
        for column, text in enumerate(cells):
            table.cell(row, column).text = text
    table.cell(1, 0).merge(table.cell(1, 1))
    table.cell(2, 0).text = "One."
    table.cell(2, 0).add_paragraph("Two.")
    document.add_paragraph("The end.")
    document.save(str(tmp_path / "a.docx"))
    assert [(line.text, line.heading) for line in read_file(tmp_path / "a.docx")] == [
        ("Visiting us", True), ("Hours", True), ("We are open on weekdays.", False), ("A friend", False),
        ("Monday, 9 to 5", False), ("Closed on Sunday", False), ("One.", False), ("Two.", False), ("The end.", False),
    ]  # fmt: skip


def test_a_pdf_gives_paragraphs_with_their_pages(tmp_path: Path, write_pdf: WritePdf) -> None:
    path = write_pdf(tmp_path / "a.pdf", ["Hours (new)", OPENING, REST], ["The door is at the back."])
    assert [(line.page, line.text) for line in read_file(path)] == [
        (1, "Hours (new)"), (1, f"{OPENING} {REST}"), (2, "The door is at the back."),
    ]  # fmt: skip


@pytest.mark.parametrize(
    "footer",
    ["Harbour Clinic", "Harbour Clinic - Page {}", "{}", "Page {} of 3", "Harbour Clinic | {} / 3", "{} | Harbour"],
)
def test_running_lines_go_and_content_stays(tmp_path: Path, write_pdf: WritePdf, footer: str) -> None:
    pages = [
        ["An Invented Guide", "Version of spring", f"In the {room} room there are", "5",
         "chairs, and behind the chairs", f"a window of the {room} garden is there.", footer.format(number)]
        for number, room in enumerate(("first", "second", "third"), start=1)
    ]  # fmt: skip
    assert [(line.page, line.text) for line in read_file(write_pdf(tmp_path / "a.pdf", *pages))] == [
        (
            number,
            f"In the {room} room there are 5 chairs, and behind the chairs a window of the {room} garden is there.",
        )
        for number, room in enumerate(("first", "second", "third"), start=1)
    ]


def test_two_pages_do_not_make_a_running_line(tmp_path: Path, write_pdf: WritePdf) -> None:
    path = write_pdf(tmp_path / "a.pdf", ["A Guide", OPENING, REST], ["A Guide", "The rooms of the clinic are quiet."])
    assert texts(path).count("A Guide") == 2


def test_a_sentence_over_a_page_break_is_not_cut(tmp_path: Path, write_pdf: WritePdf) -> None:
    path = write_pdf(
        tmp_path / "a.pdf",
        ["Guide", "After the spray you may not drive until", "Page 1"],
        ["Guide", "the next day. A nurse rings you.", "Page 2"],
        ["Guide", "The room is quiet.", "Page 3"],
    )
    assert [(line.page, line.text) for line in read_file(path)] == [
        (1, "After the spray you may not drive until the next day. A nurse rings you."), (3, "The room is quiet."),
    ]  # fmt: skip


def test_a_printed_web_page_is_read_without_header_and_footer(
    tmp_path: Path, print_pdf: Callable[[Path, str], Path]
) -> None:
    words = ["first", "office", "door", "chair", "window", "garden", "music", "water", "nurse", "visit", "hall", "sofa"]
    stories = [
        f"On day {day} the {' '.join(words[day * step % 12] for step in range(2, 40))} is here." for day in range(1, 60)
    ]
    body = "".join(f"<p>{story}</p>" for story in stories)
    path = print_pdf(tmp_path / "a.pdf", f"<title>Printed</title><h1>Visits</h1>{body}")
    lines = read_file(path)
    assert max(line.page or 0 for line in lines) >= 3
    assert " ".join(line.text for line in lines) == f"Visits {' '.join(stories)}"


def test_ligatures_of_a_pdf_become_letters() -> None:
    assert formats._joined("the ﬁrst ofﬁce, 1½ m²") == "the first office, 1½ m²"


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    assert "No such file" in refusal(tmp_path / "a.txt").message


def test_a_folder_with_the_name_of_a_file_is_refused(tmp_path: Path) -> None:
    (tmp_path / "a.txt").mkdir()
    assert "cannot be read" in refusal(tmp_path / "a.txt").message


@pytest.mark.parametrize("name", ["a.jpg", "a", "a.doc", "a.TXTX"])
def test_another_kind_of_file_is_told_what_can_be_read(tmp_path: Path, name: str) -> None:
    assert all(suffix in refusal(write(tmp_path / name, "x")).remedy for suffix in READERS)


def test_a_suffix_in_capitals_is_read(tmp_path: Path) -> None:
    assert texts(write(tmp_path / "A.TXT", "The room is quiet.")) == ["The room is quiet."]


def test_a_file_that_is_too_large_is_not_opened(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(formats, "MOST_BYTES", 2 * 1024 * 1024)
    path = write(tmp_path / "a.txt", "a" * (2 * 1024 * 1024))
    assert len(texts(path)[0]) == 2 * 1024 * 1024
    write(path, "a" * (2 * 1024 * 1024 + 1))
    assert "more than 2 MB" in refusal(path).message


@pytest.mark.parametrize("suffix", [".txt", ".md", ".html"])
def test_an_empty_file_is_left_out(tmp_path: Path, suffix: str) -> None:
    assert refusal(write(tmp_path / f"a{suffix}", " \n\n")).remedy == "Leave it out."


@pytest.mark.parametrize("suffix", [".txt", ".md", ".html"])
def test_text_in_another_encoding_names_the_first_wrong_byte(tmp_path: Path, suffix: str) -> None:
    path = tmp_path / f"a{suffix}"
    path.write_bytes("Das Büro ist zu.".encode("latin-1"))
    assert "byte 5" in refusal(path).message
    path.write_bytes("Das Büro ist zu.".encode("utf-16"))
    assert "UTF-8" in refusal(path).remedy


@pytest.mark.parametrize("suffix", [".pdf", ".docx"])
@pytest.mark.parametrize("content", [b"", b"no such thing", b"%PDF-1.4\n%%EOF", b"PK\x03\x04broken", b"\0" * 4096])
def test_a_broken_pdf_or_word_file_is_refused(tmp_path: Path, suffix: str, content: bytes) -> None:
    path = tmp_path / f"a{suffix}"
    path.write_bytes(content)
    assert "broken" in refusal(path).message


def test_a_word_file_with_a_broken_part_is_refused(tmp_path: Path) -> None:
    docx.Document().save(str(tmp_path / "whole.docx"))
    with zipfile.ZipFile(tmp_path / "whole.docx") as whole, zipfile.ZipFile(tmp_path / "a.docx", "w") as broken:
        for name in whole.namelist():
            broken.writestr(name, b"<w:document" if name == "word/document.xml" else whole.read(name))
    assert "broken" in refusal(tmp_path / "a.docx").message


def test_a_scan_is_told_to_have_its_text_recognised(tmp_path: Path, write_pdf: WritePdf) -> None:
    assert "OCR" in refusal(write_pdf(tmp_path / "a.pdf", [], [])).remedy
    writer = pypdf.PdfWriter()
    writer.add_blank_page(595, 842)
    writer.write(tmp_path / "b.pdf")
    assert "OCR" in refusal(tmp_path / "b.pdf").remedy


def encrypted(path: Path, plain: Path, user: str) -> Path:
    writer = pypdf.PdfWriter(clone_from=plain)
    writer.encrypt(user, "owner", algorithm="RC4-128")
    writer.write(path)
    return path


def test_a_pdf_with_a_password_is_refused_and_one_without_is_read(tmp_path: Path, write_pdf: WritePdf) -> None:
    plain = write_pdf(tmp_path / "plain.pdf", ["The room is quiet."])
    assert "password" in refusal(encrypted(tmp_path / "a.pdf", plain, "secret")).message
    assert texts(encrypted(tmp_path / "b.pdf", plain, "")) == ["The room is quiet."]


def test_a_cipher_that_cannot_be_read_counts_as_a_password(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def needs_more(_: Path) -> list[list[str]]:
        raise DependencyError("cryptography>=3.1 is required for AES algorithm")

    monkeypatch.setattr(formats, "_pdf_pages", needs_more)
    assert "password" in refusal(write(tmp_path / "a.pdf", "%PDF")).message


@given(cut=st.integers(0, 900), byte=st.integers(0, 255))
def test_no_damage_to_a_pdf_ends_in_anything_but_text_or_a_clear_line(
    tmp_path_factory: pytest.TempPathFactory, write_pdf: WritePdf, cut: int, byte: int
) -> None:
    path = tmp_path_factory.getbasetemp() / "damaged.pdf"
    whole = write_pdf(path, ["The room is quiet.", "A nurse stays."], ["The door is at the back."]).read_bytes()
    place = min(cut, len(whole) - 1)
    for damaged in (whole[:place], whole[:place] + bytes([byte]) + whole[place + 1 :]):
        path.write_bytes(damaged)
        try:
            assert read_file(path)
        except CorpusError as error:
            assert "damaged.pdf" in error.message
