from collections.abc import Callable
from pathlib import Path

import pytest

import corpus
from corpus.errors import CorpusError
from corpus.loaders import corpus_digest, load_corpus, load_document, load_documents
from corpus.types import Document

Edit = Callable[[Path, str, str], None]

REAL_ARTICLE = Path(corpus.__file__).parent / "documents/article/unlocking-the-potential-of-ketamine.txt"
REAL_DROPPED = [
    (7, "Unlocking the Potential of Ketamine as a Mental Health Treatment 2"),
    (23, "Keep learning about the topic by visiting this carefully selected external website."),
    (
        23,
        "Ketamine Treatments Austin, discover new perspectives and additional information to enhance your knowledge of "
        "the subject.",
    ),
    (
        28,
        "Explore different perspectives on this topic through the related posts we’ve gathered especially for you:",
    ),
    (30, "Investigate this valuable research"),
    (32, "Delve deeper into this analysis"),
    (34, "Examine this interesting guide"),
    (36, "Delve into this useful material"),
]


def load(path: Path, text: str) -> Document:
    path.write_text(text, encoding="utf-8")
    document, faults = load_document(path, "article")
    assert document is not None
    assert faults == []
    return document


def quotes(document: Document) -> list[list[str]]:
    return [[document.text[s.start : s.end] for s in passage.sentences] for passage in document.passages]


def real_article() -> Document:
    document, faults = load_document(REAL_ARTICLE, "article")
    assert document is not None
    assert faults == []
    return document


def test_exactly_these_pieces_of_the_real_article_are_dropped() -> None:
    assert [(piece.line, piece.text) for piece in real_article().dropped] == REAL_DROPPED


def test_every_other_word_of_the_real_article_stands_in_its_text_in_order() -> None:
    lines = REAL_ARTICLE.read_text(encoding="utf-8").splitlines()
    for number, text in REAL_DROPPED:
        assert text in lines[number - 1]
        lines[number - 1] = lines[number - 1].replace(text, "")
    assert real_article().text.split() == "\n".join(lines).split()


def test_every_sentence_of_the_real_article_is_quotable_under_a_heading_of_it() -> None:
    document = real_article()
    headings = {passage.heading[-1] for passage in document.passages}
    quoted = [word for sentences in quotes(document) for sentence in sentences for word in sentence.split()]
    unquoted = [line for line in document.text.splitlines() if line and line in {*headings, document.title}]
    assert sorted([*quoted, *" ".join(unquoted).split()]) == sorted(document.text.split())


def test_a_plain_text_becomes_title_headings_and_paragraphs(tmp_path: Path) -> None:
    document = load(tmp_path / "a-room.txt", "\nA room\n\nWhat is it?\n\nOne is here. It is big.\nTwo.\n\nThree!\n")
    assert (document.id, document.title) == ("a-room", "A room")
    assert document.text == "A room\n\nWhat is it?\n\nOne is here. It is big.\n\nTwo.\n\nThree!\n"
    assert quotes(document) == [["One is here.", "It is big."], ["Two."], ["Three!"]]
    assert [passage.heading for passage in document.passages] == [("What is it?",)] * 3
    assert [passage.anchor for passage in document.passages] == ["what-is-it-1", "what-is-it-2", "what-is-it-3"]


def test_a_paragraph_before_any_heading_stands_under_the_title(tmp_path: Path) -> None:
    document = load(tmp_path / "a.txt", "Die Übersicht\nOne is here.\n")
    assert document.passages[0].heading == ("Die Übersicht",)
    assert quotes(document) == [["One is here."]]


def test_a_sentence_leans_on_the_one_before_it_also_over_a_paragraphs_end(tmp_path: Path) -> None:
    document = load(tmp_path / "a.txt", "T\n\nIt is big. It is quiet. Rooms differ.\n\nThis is new.\n\nRest.\n")
    assert [[s.leans for s in p.sentences] for p in document.passages] == [[False, True, False, True], [False]]


def test_the_cells_of_a_table_are_no_sentences(tmp_path: Path) -> None:
    document = load(tmp_path / "a.txt", "T\n\nRooms\n\nPrice:\n\nOne is here.\n")
    assert [piece.text for piece in document.dropped] == ["Price:"]
    assert quotes(document) == [["One is here."]]


def test_dropped_pieces_have_the_line_of_the_file(tmp_path: Path) -> None:
    document = load(tmp_path / "a.txt", "\n\nT\n\nOne is here.\n7\n")
    assert [(piece.line, piece.text) for piece in document.dropped] == [(6, "7")]


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("a.txt", b" \n\n", "is empty"),
        ("a.txt", b"T\n\xff\n", "is not UTF-8 (byte 2)"),
        ("a.md", b"no front matter", "front matter"),
        ("a.xyz", b"", "has no loader for '.xyz'"),
        ("a", b"", "has no loader for ''"),
        ("b.md", b"---\nid: a\ntitle: T\n---\n## H {#h}\nX. [TS-001]\n", "id 'a' is not the file's name 'b'"),
    ],
)
def test_a_file_that_cannot_be_loaded_says_why(tmp_path: Path, name: str, content: bytes, message: str) -> None:
    (tmp_path / name).write_bytes(content)
    _, faults = load_document(tmp_path / name, "source")
    assert any(message in fault.message for fault in faults)


def test_a_file_that_has_gone_says_so(tmp_path: Path) -> None:
    document, faults = load_document(tmp_path / "gone.txt", "source")
    assert document is None
    assert "cannot be read" in faults[0].message


def test_a_suffix_in_capitals_has_the_same_loader(tmp_path: Path) -> None:
    assert load(tmp_path / "A.TXT", "T\n\nOne is here.\n").id == "A"


def test_a_corpus_is_loaded_in_the_order_of_folder_and_name(corpus_folder: Path) -> None:
    loaded = load_corpus(corpus_folder)
    assert [(document.id, document.kind) for document in loaded.documents] == [
        ("an-invented-article", "article"), ("rooms", "source"), ("visits", "source"), ("first-visit", "guide"),
    ]  # fmt: skip
    assert len(loaded.facts) == 8
    assert [group.id for group in loaded.differences] == ["chairs"]
    assert loaded.digest == corpus_digest(corpus_folder)


def test_hidden_files_and_folders_are_no_documents(corpus_folder: Path) -> None:
    (corpus_folder / "documents/guides/.DS_Store").write_bytes(b"\xff")
    (corpus_folder / "documents/guides/drafts").mkdir()
    assert len(load_corpus(corpus_folder).documents) == 4


def test_one_bad_file_does_not_lose_the_others(corpus_folder: Path) -> None:
    (corpus_folder / "documents/sources/bad.md").write_bytes(b"\xff")
    loaded = list(load_documents(corpus_folder))
    assert [item.path.name for item in loaded if item.document is None] == ["bad.md"]
    assert len([item for item in loaded if item.document]) == 4


def test_all_faults_of_all_files_are_reported_at_once(corpus_folder: Path, edit: Edit) -> None:
    edit(corpus_folder / "documents/sources/rooms.md", " [TS-005]", "")
    edit(corpus_folder / "documents/guides/first-visit.md", "{#calm}", "{#room}")
    with pytest.raises(CorpusError) as caught:
        load_corpus(corpus_folder)
    assert "2 faults" in caught.value.message
    assert "rooms.md:7: " in caught.value.message
    assert "first-visit.md:16: anchor" in caught.value.message
    assert "corpus check" in caught.value.remedy


def test_a_folder_without_documents_is_refused(tmp_path: Path) -> None:
    with pytest.raises(CorpusError, match=r"No document lies in .*KETAMINE_QA_CORPUS"):
        load_corpus(tmp_path)


def test_two_documents_of_one_id_are_refused(corpus_folder: Path) -> None:
    (corpus_folder / "documents/article/rooms.txt").write_text("Another\n\nA room is here.\n", encoding="utf-8")
    with pytest.raises(CorpusError, match="rooms"):
        load_corpus(corpus_folder)


@pytest.mark.parametrize(
    "name",
    [
        "ledger.jsonl", "documents/differences.toml", "documents/guides/first-visit.md", "documents/sources/rooms.md",
        "documents/article/an-invented-article.txt",
    ],
)  # fmt: skip
def test_the_digest_changes_with_every_file(corpus_folder: Path, name: str) -> None:
    before = corpus_digest(corpus_folder)
    path = corpus_folder / name
    path.write_bytes(path.read_bytes() + b"\n")
    assert corpus_digest(corpus_folder) != before


def test_the_digest_depends_on_names_and_not_on_the_place(corpus_folder: Path, tmp_path: Path) -> None:
    before = corpus_digest(corpus_folder)
    moved = corpus_folder.rename(tmp_path / "moved")
    assert corpus_digest(moved) == before
    (moved / "documents/sources/rooms.md").rename(moved / "documents/sources/halls.md")
    assert corpus_digest(moved) != before


def test_a_file_that_imitates_the_next_one_changes_the_digest(corpus_folder: Path) -> None:
    folder = corpus_folder / "documents/sources"
    (folder / "x.md").write_bytes(b"a")
    (folder / "y.md").write_bytes(b"b")
    before = corpus_digest(corpus_folder)
    (folder / "y.md").unlink()
    for imitation in (b"adocuments/sources/y.md\0\0b", b"adocuments/sources/y.md\x001\0b"):
        (folder / "x.md").write_bytes(imitation)
        assert corpus_digest(corpus_folder) != before
