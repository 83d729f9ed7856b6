"""From paragraphs and headings to passages that can be quoted."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpus.clean import Line
from corpus.plain import FEWEST_WORDS, HEADING_WORDS, is_heading, plain_document
from corpus.types import Document, Dropped


def document(*lines: Line | str) -> Document:
    made = [line if isinstance(line, Line) else Line(place, line) for place, line in enumerate(lines, start=1)]
    return plain_document("a-room", "A room", "clinic", made)


def units(made: Document) -> list[str]:
    return [made.text[unit.start : unit.end] for passage in made.passages for unit in passage.units()]


def test_a_paragraph_is_a_passage_under_the_heading_before_it() -> None:
    made = document("First of all.", "The room", "The room is quiet. A nurse stays.", "The door is open.")
    assert (
        made.text == "A room\n\nFirst of all.\n\nThe room\n\nThe room is quiet. A nurse stays.\n\nThe door is open.\n"
    )
    assert [(passage.anchor, passage.heading, len(passage.sentences)) for passage in made.passages] == [
        ("a-room-1", ("A room",), 1), ("the-room-2", ("The room",), 2), ("the-room-3", ("The room",), 1),
    ]  # fmt: skip


def test_a_passage_keeps_its_page() -> None:
    made = document(Line(1, "The room is quiet.", page=4), Line(1, "The door is open.", page=None))
    assert [passage.page for passage in made.passages] == [4, None]


def test_a_pronoun_is_quoted_with_the_sentence_before() -> None:
    made = document("A nurse stays. She rings you. They are kind. The room is quiet.")
    assert units(made) == [
        "A nurse stays.", "A nurse stays. She rings you.", "A nurse stays. She rings you. They are kind.",
        "The room is quiet.",
    ]  # fmt: skip


def test_a_paragraph_that_opens_with_a_pronoun_joins_the_one_before() -> None:
    made = document(Line(1, "A nurse stays.", page=1), Line(1, "She rings you.", page=2), "", "It is quiet.")
    assert units(made)[-1] == "A nurse stays. She rings you. It is quiet."
    assert [passage.page for passage in made.passages] == [1]


def test_a_paragraph_after_a_heading_stays_under_it() -> None:
    made = document("A nurse stays.", "The room", "It is quiet.")
    assert [passage.heading[-1] for passage in made.passages] == ["A room", "The room"]


@pytest.mark.parametrize(
    ("text", "known", "told"),
    [
        ("What is it?", None, True), ("The room", None, True), ("word " * HEADING_WORDS, None, True),
        ("word " * (HEADING_WORDS + 1), None, False), ("It is quiet.", None, False), ("Bring these:", None, False),
        ("Listen!", None, False), ("One;", None, False), ("It is quiet.", True, True), ("The room", False, False),
    ],
)  # fmt: skip
def test_a_heading_is_known_by_its_markup_or_else_by_its_form(text: str, known: bool | None, told: bool) -> None:
    assert is_heading(Line(1, text.strip(), heading=known)) is told


def test_cells_and_labels_are_dropped_and_reported() -> None:
    made = plain_document(
        "a", "A", "clinic",
        [Line(3, "Monday", heading=False), Line(4, "Closed.", heading=False), Line(5, "nine to five", heading=False)],
        [Dropped(1, "7", "page number")],
    )  # fmt: skip
    assert FEWEST_WORDS == 3
    assert made.dropped == (Dropped(1, "7", "page number"), Dropped(3, "Monday", "too short to be quoted"))
    assert made.text == "A\n\nClosed.\n\nnine to five\n"


def test_headings_alone_give_no_passage() -> None:
    assert document("The room", "The door").passages == ()


def test_a_heading_in_another_script_has_an_anchor() -> None:
    assert document(Line(1, "Часы", heading=True), "The room is quiet.").passages[0].anchor == "text-1"


LINES = st.builds(
    Line,
    st.just(1),
    st.text(st.sampled_from("It room. A? 😀é!,"), max_size=40).map(str.strip),
    st.sampled_from([None, 1, 2]),
    st.sampled_from([None, True, False]),
)


@given(st.lists(LINES, max_size=8))
def test_every_sentence_is_cut_out_of_the_text_exactly(lines: list[Line]) -> None:
    made = plain_document("a-room", "A room", "clinic", lines)
    end = len(made.title)
    for passage in made.passages:
        assert passage.start >= end
        assert (passage.start, passage.end) == (passage.sentences[0].start, passage.sentences[-1].end)
        for sentence in passage.sentences:
            quote = made.text[sentence.start : sentence.end]
            assert quote == quote.strip() != ""
        end = passage.end
    assert len({passage.anchor for passage in made.passages}) == len(made.passages)
    shown = made.text.split() + [word for piece in made.dropped for word in piece.text.split()]
    assert sorted(shown) == sorted(["A", "room", *(word for line in lines for word in line.text.split())])
