import pytest

from corpus.material import Fault, read_material
from corpus.types import Document, Passage

FRONT = "---\nid: visits\ntitle: Clinic visits\n---\n"
BODY_LINE = 5
"""The line on which what follows FRONT begins."""


def read(body: str) -> Document:
    document, faults = read_material(FRONT + body, "guide")
    assert document is not None
    assert faults == []
    return document


def quotes(document: Document, passage: Passage) -> list[str]:
    return [document.text[sentence.start : sentence.end] for sentence in passage.sentences]


def test_the_quotable_text_is_title_headings_and_sentences() -> None:
    document = read("\n## A {#a}\nasked_as: how so | why\nOne is here. [TS-001]\n+ Two too. [TS-002, TS-003]\n")
    assert (document.id, document.title, document.kind) == ("visits", "Clinic visits", "guide")
    assert document.text == "Clinic visits\n\nA\n\nOne is here. Two too.\n"


def test_offsets_facts_and_companions_of_sentences() -> None:
    document = read("## A {#a}\nÜber one. [TS-001]\n+ Two 😀 too. [TS-002,TS-003]\nThree. [AB-1234]\n")
    [passage] = document.passages
    assert quotes(document, passage) == ["Über one.", "Two 😀 too.", "Three."]
    assert [sentence.facts for sentence in passage.sentences] == [("TS-001",), ("TS-002", "TS-003"), ("AB-1234",)]
    assert [sentence.companion for sentence in passage.sentences] == [False, True, False]
    assert document.text[passage.start : passage.end] == "Über one. Two 😀 too. Three."


def test_a_passage_has_the_anchor_and_the_questions_of_its_heading() -> None:
    document = read(
        "## How long? {#how-long}\nasked_as: how long | when | |\nOne. [TS-001]\n## B {#b}\nTwo. [TS-001]\n"
    )
    assert [passage.anchor for passage in document.passages] == ["how-long", "b"]
    assert [passage.asked_as for passage in document.passages] == [("how long", "when"), ()]


def test_nested_headings_give_the_path_outermost_first() -> None:
    levels = [("##", "a"), ("###", "b"), ("####", "c"), ("###", "d"), ("##", "e"), ("####", "f")]
    body = "".join(f"{marks} {name.upper()} {{#{name}}}\nSaid in {name}. [TS-001]\n" for marks, name in levels)
    assert [passage.heading for passage in read(body).passages] == [
        ("A",), ("A", "B"), ("A", "B", "C"), ("A", "D"), ("E",), ("E", "F"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("raw", "line", "message"),
    [
        ("## A {#a}\n", 1, "does not open with front matter"),
        ("---\nid: a\n---\n", 1, "needs id and title"),
        ("---\nid: a\nauthor: b\ntitle: c\n---\n## A {#a}\nX. [TS-001]\n", 3, "is neither id nor title"),
    ],
)
def test_front_matter_faults(raw: str, line: int, message: str) -> None:
    _, faults = read_material(raw, "source")
    assert any(fault.line == line and message in fault.message for fault in faults)


def test_a_document_without_title_cannot_be_read() -> None:
    document, faults = read_material("---\nid: a\nsort: b\n---\n", "source")
    assert document is None
    assert [fault.line for fault in faults] == [3, 1]


@pytest.mark.parametrize(
    ("body", "line", "message"),
    [
        ("Early. [TS-001]\n## A {#a}\nX. [TS-001]\n", 0, "text before the first heading"),
        ("# A {#a}\n", 0, "heading is not of the form"),
        ("## A\n", 0, "heading is not of the form"),
        ("## A {#Not An Anchor}\n", 0, "heading is not of the form"),
        ("## A {#a}\nX. [TS-001]\n\n## B {#a}\nY. [TS-001]\n", 3, "anchor 'a' occurs twice"),
        ("## A {#a}\nX. [TS-001]\nasked_as: late\n", 2, "directly under its heading"),
        ("## A {#a}\nasked_as: one\nasked_as: two\nX. [TS-001]\n", 2, "stands once"),
        ("## A {#a}\nX.\n", 1, "does not end in the facts it rests on"),
        ("## A {#a}\nX. [ts-001]\n", 1, "does not end in the facts it rests on"),
        ("## A {#a}\nX. [TS-001] Y.\n", 1, "does not end in the facts it rests on"),
        ("## A {#a}\nX. [TS-001; TS-002]\n", 1, "does not end in the facts it rests on"),
        ("## A {#a}\n+ X. [TS-001]\n", 1, "has no sentence before it"),
        ("## A {#a}\nX. [TS-001]\n## B {#b}\n+ Y. [TS-001]\n", 3, "has no sentence before it"),
    ],
)
def test_a_fault_is_named_with_its_line(body: str, line: int, message: str) -> None:
    _, faults = read_material(FRONT + body, "guide")
    assert (BODY_LINE + line, True) in [(fault.line, message in fault.message) for fault in faults]


def test_a_heading_without_sentences_is_a_fault_of_the_file() -> None:
    _, faults = read_material(FRONT + "## A {#a}\n### B {#b}\nX. [TS-001]\n", "guide")
    assert faults == [Fault(0, "heading 'A' has no sentence")]


def test_every_fault_is_found_in_one_reading_and_the_sound_sentences_are_kept() -> None:
    document, faults = read_material(FRONT + "Early.\n## A {#a}\nX. [TS-001]\nNo mark.\n## B\n", "guide")
    assert [fault.line for fault in faults] == [5, 8, 9]
    assert document is not None
    assert quotes(document, document.passages[0]) == ["X."]
